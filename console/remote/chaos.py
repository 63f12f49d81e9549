"""Chaos: a bad network on purpose, between the real client and the real server."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from random import Random

import httpx


@dataclass(frozen=True, slots=True)
class Chaos:
    """How bad: shares of requests (0..1) lost and sent twice, and a mean delay in seconds.

    Half of what is lost never reaches the server; of the other half only the answer is lost, so
    the server has done what the console believes undone.
    """

    drop: float = 0.0
    dup: float = 0.0
    latency: float = 0.0


class ChaosTransport(httpx.BaseTransport):
    """Passes requests on to ``inner`` through `Chaos`. Deterministic by ``rng`` on one thread."""

    def __init__(self, inner: httpx.BaseTransport, chaos: Chaos, rng: Random) -> None:
        self._inner = inner
        self._chaos = chaos
        self._rng = rng
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, late, or `httpx.ConnectError` or `httpx.ReadError` in its stead."""
        delay, fate, twice = self._fate()
        self._closed.wait(delay)
        if fate == "lost":
            raise httpx.ConnectError("chaos: the request was lost", request=request)
        request.read()
        if twice:
            self._inner.handle_request(request).close()
        response = self._inner.handle_request(request)
        if fate == "unanswered":
            response.close()
            raise httpx.ReadError("chaos: the answer was lost", request=request)
        return response

    def close(self) -> None:
        """End every delay that runs, and close the inner transport."""
        self._closed.set()
        self._inner.close()

    def _fate(self) -> tuple[float, str, bool]:
        with self._lock:
            rng, chaos = self._rng, self._chaos
            delay = chaos.latency * rng.uniform(0.5, 1.5)
            dropped = rng.random() < chaos.drop
            half = rng.random() < 0.5
            twice = rng.random() < chaos.dup
        return delay, ("lost" if half else "unanswered") if dropped else "", twice


def bad_network(chaos: Chaos, seed: int) -> ChaosTransport:
    """The real network, made as bad as ``chaos`` says; the same ``seed`` is as bad each time."""
    return ChaosTransport(httpx.HTTPTransport(), chaos, Random(seed))

"""Backing off: how long to leave a server alone that has just failed."""

from __future__ import annotations

from collections.abc import Callable

Entropy = Callable[[int], bytes]


class Backoff:
    """Doubles from ``first`` to ``most`` seconds, each time a random part of it.

    The random part keeps a thousand consoles from coming back in the same second.
    """

    def __init__(self, entropy: Entropy, *, first: float = 1.0, most: float = 60.0) -> None:
        self._entropy = entropy
        self._first = first
        self._most = most
        self._failures = 0

    def next(self, *, at_least: float = 0.0) -> float:
        """Seconds to wait after one more failure, ``at_least`` what the server asked for."""
        whole = min(self._most, self._first * 2.0 ** min(self._failures, 30))
        self._failures += 1
        share = int.from_bytes(self._entropy(4), "big") / 2**32
        return max(at_least, whole * (0.5 + share / 2))

    def reset(self) -> None:
        """It works again."""
        self._failures = 0

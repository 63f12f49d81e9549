"""The poke: a stream from the server that says "pull now", listened to on a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from console.errors import OtklikError, SignInNeededError
from console.sync.backoff import Backoff
from console.wire.schema import PokeNotice
from console.workers import THREADS, Workers

log = logging.getLogger(__name__)

Stream = Callable[[], AbstractContextManager[Iterator[PokeNotice]]]


class PokeListener:
    """Listens while it may; a stream that ends is begun again, after a while if it failed.

    ``poked`` is called for each notice, and where the session is over, on this thread; it must be
    quick. ``hang_up`` ends a stream that is being read, from any thread.
    """

    def __init__(
        self,
        stream: Stream,
        *,
        poked: Callable[[], None],
        hang_up: Callable[[], None],
        backoff: Backoff,
        workers: Workers = THREADS,
    ) -> None:
        self._stream = stream
        self._poked = poked
        self._hang_up = hang_up
        self._backoff = backoff
        self._wake = workers.signal()
        self._listening = False
        self._hurry = False
        self._closing = False
        self._thread = workers.worker(self._run, name="poke")

    def start(self) -> None:
        """Begin to listen as soon as `listen` says so."""
        self._thread.start()

    def listen(self) -> None:
        """There is a session and a link: listen from now on, without waiting any longer."""
        with self._wake:
            if not self._listening:
                self._listening = self._hurry = True
                self._wake.notify()

    def pause(self) -> None:
        """There is no session or no link: hang up and wait."""
        with self._wake:
            was = self._listening
            self._listening = False
        if was:
            self._hang_up()

    def listen_anew(self) -> None:
        """Our branches are other ones: have a stream that tells of them, at once."""
        with self._wake:
            if not self._listening:
                return
            self._hurry = True
        self._hang_up()

    def close(self) -> None:
        """Hang up and end."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._hang_up()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while self._wait_to_listen():
            try:
                self._listen_once()
            except SignInNeededError:
                # Nobody else may notice for as long as nothing is asked for: sync will, pulling.
                self._poked()
            except OtklikError as error:
                log.info("the stream of pokes broke: %s", type(error).__name__)
            self._rest(self._backoff.next())

    def _listen_once(self) -> None:
        with self._stream() as notices:
            self._backoff.reset()
            for _ in notices:
                self._poked()

    def _wait_to_listen(self) -> bool:
        """Wait until there is something to listen to; False when it is time to end."""
        with self._wake:
            self._wake.wait_for(lambda: self._listening or self._closing)
            return not self._closing

    def _rest(self, seconds: float) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._closing or self._hurry, timeout=seconds)
            self._hurry = False

"""Pokes: a hint to every console that reads a feed that there is something new in it.

The `Hub` lives on the event loop of one process. A commit of this process tells it at once; what
other processes commit (a second server, an import) and who has come or gone the `Relay` sees by
looking at two small tables a few times a second, because NOTIFY inside of writing transactions
would halve their number.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import anyio.to_thread

from console.wire import codec
from console.wire.schema import PokeNotice

HEARTBEAT = 15.0
"""Seconds between comments on a quiet stream, so that nothing between takes it for dead."""

GAP = 0.1
"""Seconds between two pokes of one console; what comes meanwhile goes with the next."""

PERIOD = 0.25
"""Seconds between two looks of the relay."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """Where every feed ends, and by branch a mark that changes with the presence in it."""

    heads: Mapping[str, int] = field(default_factory=dict)
    presence: Mapping[str, object] = field(default_factory=dict)


class _Listener:
    """One console's stream: the feeds that it reads, and those it has to be told of."""

    def __init__(self, feeds: Iterable[str]) -> None:
        self.feeds = frozenset(feeds)
        self.pending: set[str] = set(self.feeds)
        self.wake = asyncio.Event()
        self.wake.set()

    def tell(self, feed: str) -> None:
        self.pending.add(feed)
        self.wake.set()

    def told(self) -> set[str]:
        self.wake.clear()
        pending, self.pending = self.pending, set()
        return pending


class Hub:
    """All streams of this process. `announce` may be called on any thread, the rest on the loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._readers: dict[str, set[_Listener]] = {}
        self._known = Look()
        self._closed = False

    def open(self) -> None:
        """Begin, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._closed = False

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        for listener in set().union(*self._readers.values()):
            listener.wake.set()

    @property
    def is_needed(self) -> bool:
        """Whether anybody listens."""
        return bool(self._readers)

    def announce(self, heads: Mapping[str, int]) -> None:
        """Say that these feeds now reach so far; after the commit, never before."""
        if self._loop is not None and heads:
            with suppress(RuntimeError):  # the loop has closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._committed, dict(heads))

    def _committed(self, heads: Mapping[str, int]) -> None:
        self._known = Look({**self._known.heads, **heads}, self._known.presence)
        self._tell(heads)

    def seen(self, look: Look) -> None:
        """Take in what the relay has seen, and tell of what is new."""
        known, self._known = self._known, look
        self._tell(_differing(known.heads, look.heads) | _differing(known.presence, look.presence))

    async def stream(self, feeds: Iterable[str], *, seconds: float) -> AsyncGenerator[bytes]:
        """Server-sent events for one console, for at most so many seconds.

        The first poke names every feed, so nothing is missed between a pull and this stream.
        """
        listener = _Listener(feeds)
        self._enter(listener)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        try:
            while not self._closed and loop.time() < end:
                if not await _woken(listener, min(HEARTBEAT, end - loop.time())):
                    yield b": still here\n\n"
                elif not self._closed:
                    yield _event(listener.told())
                    await asyncio.sleep(GAP)
        finally:
            self._leave(listener)

    def _enter(self, listener: _Listener) -> None:
        for feed in listener.feeds:
            self._readers.setdefault(feed, set()).add(listener)

    def _leave(self, listener: _Listener) -> None:
        for feed in listener.feeds:
            readers = self._readers[feed]
            readers.discard(listener)
            if not readers:
                del self._readers[feed]

    def _tell(self, feeds: Iterable[str]) -> None:
        for feed in feeds:
            for listener in self._readers.get(feed, ()):
                listener.tell(feed)


def _differing(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


async def _woken(listener: _Listener, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await listener.wake.wait()
    except TimeoutError:
        return False
    return True


def _event(feeds: Iterable[str]) -> bytes:
    notice = codec.encode(PokeNotice(tuple(sorted(feeds))))
    return b"event: poke\ndata: " + notice + b"\n\n"


class Relay:
    """Looks what the tables say, again and again, and hands it to the hub."""

    def __init__(self, hub: Hub, look: Callable[[], Look], *, period: float = PERIOD) -> None:
        self._hub = hub
        self._look = look
        self._period = period

    async def run(self) -> None:
        """Until cancelled; the database is only asked while somebody listens."""
        failing = False
        while True:
            await asyncio.sleep(self._period)
            if not self._hub.is_needed:
                continue
            try:
                self._hub.seen(await anyio.to_thread.run_sync(self._look))
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look may succeed
                if not failing:
                    log.warning("the feeds cannot be read: %s", type(error).__name__)
                failing = True
            else:
                failing = False

"""The poke listener: listens while it may, comes back when a stream ends, and ends when told."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest

from console.errors import OtklikError, SignInNeededError, TransientError
from console.remote.poke import PokeListener
from console.sync.backoff import Backoff
from console.wire.schema import PokeNotice
from tests.support.waiting import until


class Wire:
    """Streams as a test hands them out: each a list of notices, or an error."""

    def __init__(self) -> None:
        self.streams: deque[list[PokeNotice] | OtklikError] = deque()
        self.opened = 0
        self._cut = threading.Event()

    @contextmanager
    def stream(self) -> Generator[Iterator[PokeNotice]]:
        self.opened += 1
        self._cut.clear()
        given = self.streams.popleft() if self.streams else []
        if isinstance(given, OtklikError):
            raise given
        yield self._notices(given)

    def hang_up(self) -> None:
        self._cut.set()

    def _notices(self, given: list[PokeNotice]) -> Iterator[PokeNotice]:
        yield from given
        if not self.streams:
            self._cut.wait(30)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def pokes() -> list[str]:
    return []


@pytest.fixture
def listener(wire: Wire, pokes: list[str]) -> Generator[PokeListener]:
    made = PokeListener(
        wire.stream,
        poked=lambda: pokes.append(threading.current_thread().name),
        hang_up=wire.hang_up,
        backoff=Backoff(bytes, first=0.01, most=0.02),
    )
    made.start()
    yield made
    made.close()


def test_nothing_is_opened_before_there_is_a_link(listener: PokeListener, wire: Wire) -> None:
    assert wire.opened == 0
    listener.listen()
    until(lambda: wire.opened == 1, what="the stream to be opened")


def test_every_notice_is_a_poke(listener: PokeListener, wire: Wire, pokes: list[str]) -> None:
    wire.streams.append([PokeNotice(("omsk",)), PokeNotice(("_",))])
    listener.listen()
    until(lambda: pokes == ["poke", "poke"], what="both pokes")


def test_a_stream_that_ends_or_breaks_is_begun_again(
    listener: PokeListener, wire: Wire, pokes: list[str]
) -> None:
    broken = TransientError("gone", code="network", reached=True)
    wire.streams.extend([[PokeNotice(("a",))], broken, broken, [PokeNotice(("b",))]])
    listener.listen()
    until(lambda: len(pokes) == 2, what="the pokes of both streams")
    assert wire.opened >= 4


def test_a_session_that_is_over_is_a_poke_so_that_sync_asks_for_a_new_one(
    listener: PokeListener, wire: Wire, pokes: list[str]
) -> None:
    wire.streams.append(SignInNeededError("the session has ended"))
    listener.listen()
    until(lambda: pokes == ["poke"], what="sync to be told")


def test_paused_it_hangs_up_and_waits(listener: PokeListener, wire: Wire, pokes: list[str]) -> None:
    listener.listen()
    until(lambda: wire.opened == 1, what="the stream to be opened")
    listener.pause()
    wire.streams.append([PokeNotice(("a",))])
    listener.listen()
    until(lambda: pokes == ["poke"], what="the stream after the pause")


def test_when_the_branches_change_it_listens_anew_without_waiting(
    wire: Wire, pokes: list[str]
) -> None:
    made = PokeListener(
        wire.stream,
        poked=lambda: pokes.append("poke"),
        hang_up=wire.hang_up,
        backoff=Backoff(bytes, first=600.0, most=600.0),
    )
    made.start()
    made.listen_anew()
    assert wire.opened == 0, "there is no link yet"
    made.listen()
    until(lambda: wire.opened == 1, what="the first stream")
    wire.hang_up()
    until(lambda: wire.opened == 2, what="the hurry of the beginning to be over")
    wire.streams.append([PokeNotice(("b",))])
    made.listen_anew()
    until(lambda: pokes == ["poke"], what="the stream of the new branches")
    made.close()


def test_it_may_be_closed_at_any_moment(wire: Wire) -> None:
    for begin in (False, True):
        made = PokeListener(
            wire.stream,
            poked=lambda: None,
            hang_up=wire.hang_up,
            backoff=Backoff(bytes, first=30.0, most=30.0),
        )
        if begin:
            wire.streams.append(TransientError("gone", code="network", reached=True))
            made.start()
            made.listen()
            until(lambda: not wire.streams, what="the listener to run")
        made.close()

"""The central server is killed while it takes replies; after its restart each is there once."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console.domain.ids import Ref
from console.domain.operator import ALL_BRANCHES, Operator
from tests.stories.window.centre_process import CentreProcess, at
from tests.stories.window.window_process import PATIENCE, Window, window
from tests.stories.window.wire_cut import Cut, Wire, wire
from tests.support.builders import an_operator
from tests.support.server import RunningServer, employ, migrated, process, sqlite_url

TEXT = "Здравствуйте! Бригада осмотрела линию и устранила повреждение, напряжение подано."

ANSWERS_LOST = 3
RANDOM_KILLS = 4
REPLIES_AT_ONCE = 3
MOST_DELAY = 0.12
"""Seconds; a mutation takes less, so that some kills come before its commit and some after."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A server that may be killed, the wire to it, and who works there."""

    wire: Wire
    database_url: str
    person: Operator
    observer: Operator

    @contextmanager
    def serving(self) -> Generator[RunningServer]:
        """A server over the same database, joined to the wire."""
        with process(self.database_url) as server:
            self.wire.join(server.url)
            yield server

    @contextmanager
    def looking(self, server: RunningServer) -> Generator[CentreProcess]:
        """See what the server has."""
        with at(server.url, self.database_url, self.observer) as centre:
            yield centre


@contextmanager
def scene(folder: Path) -> Generator[Scene]:
    """A new database, and a wire."""
    person, observer = an_operator(), an_operator(branches=(ALL_BRANCHES,))
    url = sqlite_url(folder)
    with migrated(url) as database:
        employ(database, person, observer)
    with wire() as line:
        yield Scene(line, url, person, observer)


def test_an_answer_lost_with_the_server_is_asked_for_again_and_nothing_is_done_twice(
    tmp_path: Path,
) -> None:
    with scene(tmp_path) as here, window(tmp_path / "profile", here.wire.url) as one:
        with here.serving() as server:
            with here.looking(server) as centre:
                refs = centre.take_in(ANSWERS_LOST)
            one.sign_in(here.person.login)
            _answer_and_cut(here, one, server, refs[0])
        for ref, following in zip(refs, [*refs[1:], None], strict=True):
            with here.serving() as server, here.looking(server) as centre:
                assert len(centre.replies(ref)) == 1, "it was carried out before the kill"
                _come_back(one)
                _each_is_there_once(here, centre, refs[: refs.index(ref) + 1])
                if following is not None:
                    _answer_and_cut(here, one, server, following)
        one.close()


def test_an_answer_lost_with_server_and_console_is_asked_for_again_by_the_next_run(
    tmp_path: Path,
) -> None:
    with scene(tmp_path) as here:
        with here.serving() as server, window(tmp_path / "profile", here.wire.url) as first:
            with here.looking(server) as centre:
                (ref,) = centre.take_in(1)
            first.sign_in(here.person.login)
            _answer_and_cut(here, first, server, ref)
            first.kill()
        with here.serving() as server, window(tmp_path / "profile", here.wire.url) as second:
            _come_back(second)
            with here.looking(server) as centre:
                _each_is_there_once(here, centre, [ref])
            second.close()


def test_a_server_killed_at_any_moment_takes_every_reply_exactly_once(tmp_path: Path) -> None:
    chance = random.Random(20260311)
    with scene(tmp_path) as here, window(tmp_path / "profile", here.wire.url) as one:
        with here.serving() as server, here.looking(server) as centre:
            refs = centre.take_in(RANDOM_KILLS * REPLIES_AT_ONCE)
            one.sign_in(here.person.login)
        for turn in range(RANDOM_KILLS):
            for ref in refs[turn * REPLIES_AT_ONCE :][:REPLIES_AT_ONCE]:
                one.start_reply(ref)
                one.type(TEXT, every=0, then="Ctrl+Return")
                one.until(lambda seen: seen["editor"] is None, what="the reply in the outbox")
            delay = MOST_DELAY * (turn + chance.random()) / RANDOM_KILLS
            with here.serving() as server:
                pid = server.pid
                here.wire.arm(Cut.AFTER_REQUEST, lambda pid=pid: _kill(pid), delay=delay)  # type: ignore[misc]
                one.ask("key", keys="F5")
                assert here.wire.cut.wait(PATIENCE)
        with here.serving() as server, here.looking(server) as centre:
            _come_back(one)
            _each_is_there_once(here, centre, refs)
        one.close()


def _answer_and_cut(here: Scene, one: Window, server: RunningServer, ref: Ref) -> None:
    """Send a reply; its answer is thrown away when it comes, and the server killed."""
    here.wire.arm(Cut.BEFORE_ANSWER, lambda: _kill(server.pid))
    one.start_reply(ref)
    one.type(TEXT, every=0, then="Ctrl+Return")
    assert here.wire.cut.wait(PATIENCE)
    (entry,) = one.until(lambda seen: seen["link"] == "offline", what="it offline")["outbox"]
    assert entry["state"] == "in_flight"


def _come_back(one: Window) -> None:
    """Do not wait for the next try by itself, which comes within seconds too."""
    one.until(lambda seen: seen["ready"], what="the window")
    one.ask("key", keys="F5")
    seen = one.until(
        lambda seen: seen["link"] == "online" and not seen["outbox"], what="an empty outbox"
    )
    assert seen["drafts"] == {}


def _each_is_there_once(here: Scene, centre: CentreProcess, refs: list[Ref]) -> None:
    replies = [centre.replies(ref) for ref in refs]
    assert [[reply.text for reply in each] for each in replies] == [[TEXT]] * len(refs)
    keys = [reply.id for each in replies for reply in each]
    assert sorted(centre.applied(here.person)) == sorted(keys)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)

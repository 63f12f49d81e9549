"""The bridge hands results over in order, and gives the event loop its turns in between."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QApplication

from console.changes import ChangeFeed, Changes
from console.domain.ids import Ref
from tests.support.qt import until_qt
from ui.bridge import TURN_SECONDS, Bridge

REF = Ref("omsk", "a1")


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()
    shiboken6.delete(made)


def test_calls_come_in_order_and_changes_after_them(bridge: Bridge) -> None:
    seen: list[object] = []
    feed = ChangeFeed()
    bridge.listen(feed)
    bridge.changed.connect(seen.append)
    feed.publish(Changes(appeals=frozenset({REF})))
    for name in ("first", "second"):
        bridge.call(lambda name=name: seen.append(name))  # type: ignore[misc]
    until_qt(lambda: len(seen) == 3, what="all to be handed over")
    assert seen[:2] == ["first", "second"]
    assert isinstance(seen[2], Changes)
    assert seen[2].appeals == {REF}


def test_between_slow_results_the_event_loop_has_its_turn(bridge: Bridge) -> None:
    seen: list[str] = []

    def slow(name: str) -> None:
        until = time.monotonic() + 2 * TURN_SECONDS
        while time.monotonic() < until:
            pass
        seen.append(name)

    for name in ("one", "two", "three"):
        bridge.call(lambda name=name: slow(name))  # type: ignore[misc]
    turns: list[int] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: turns.append(len(seen)))
    timer.start()
    try:
        until_qt(lambda: len(seen) == 3, what="all three")
    finally:
        timer.stop()
    assert {1, 2} <= set(turns), "the timer never fired between two results"


def test_a_result_that_fails_to_be_shown_does_not_keep_the_next_back(
    bridge: Bridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[BaseException] = []
    monkeypatch.setattr("sys.excepthook", lambda _kind, error, _trace: caught.append(error))
    seen: list[str] = []

    def broken() -> None:
        raise ValueError("a view is broken")

    bridge.call(broken)
    bridge.call(lambda: seen.append("next"))
    until_qt(lambda: bool(seen), what="the next result")
    assert [str(error) for error in caught] == ["a view is broken"]


def test_an_error_goes_to_who_asked_or_to_everybody(bridge: Bridge) -> None:
    told: list[tuple[str, str]] = []
    bridge.failed.connect(lambda error: told.append(("all", str(error))))
    for failed in (None, lambda error: told.append(("asker", str(error)))):
        future: Future[int] = Future()
        bridge.when_done(future, failed=failed)
        future.set_exception(OSError("no disk"))
    until_qt(lambda: len(told) == 2, what="both errors")
    assert told == [("all", "no disk"), ("asker", "no disk")]


def test_nothing_reaches_an_owner_that_is_gone_or_a_closed_bridge(bridge: Bridge) -> None:
    seen: list[int] = []
    owner = QObject()
    future: Future[int] = Future()
    bridge.when_done(future, seen.append, owner=owner)
    shiboken6.delete(owner)
    future.set_result(1)
    bridge.call(lambda: seen.append(2))
    bridge.close()
    for _ in range(3):
        QCoreApplication.processEvents()
    assert seen == []

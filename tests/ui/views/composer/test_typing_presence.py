"""Colleagues see that somebody types, and soon after the last key no more."""

from __future__ import annotations

from collections.abc import Generator

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from console.domain.ids import Ref
from tests.support.qt import until_qt
from tests.support.ui_stage import Stage
from ui.views.composing import Composing
from ui.views.typing_presence import TypingPresence


@pytest.fixture
def told(stage: Stage) -> list[tuple[Ref | None, bool]]:
    heard: list[tuple[Ref | None, bool]] = []

    def set_presence(ref: Ref | None, *, typing: bool = False) -> None:
        heard.append((ref, typing))

    stage.console.sync.set_presence = set_presence  # type: ignore[method-assign]
    return heard


@pytest.fixture
def composing(stage: Stage) -> Composing:
    found = Composing(stage.context, stage.speech)
    found.view = stage.console.reader.appeal(stage.ref)
    return found


@pytest.fixture
def owner(qapp: QApplication) -> Generator[QObject]:
    made = QObject()
    yield made
    shiboken6.delete(made)


def test_many_keys_are_told_once_and_their_end_by_itself(
    stage: Stage, composing: Composing, told: list[tuple[Ref | None, bool]], owner: QObject
) -> None:
    presence = TypingPresence(composing, parent=owner, millis=0)
    presence.typed()
    presence.typed()
    assert told == [(stage.ref, True)]
    until_qt(lambda: len(told) > 1, what="the end of typing")
    assert told == [(stage.ref, True), (stage.ref, False)]
    presence.typed()
    assert told[2:] == [(stage.ref, True)]


def test_going_elsewhere_ends_typing_at_once_and_only_once(
    stage: Stage, composing: Composing, told: list[tuple[Ref | None, bool]], owner: QObject
) -> None:
    presence = TypingPresence(composing, parent=owner)
    presence.stop()
    assert told == []
    presence.typed()
    presence.stop()
    presence.stop()
    assert told == [(stage.ref, True), (stage.ref, False)]

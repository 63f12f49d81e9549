"""Colleagues see that somebody types, and soon after the last key no more."""

from __future__ import annotations

from collections.abc import Generator
from datetime import datetime, timedelta

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from console.domain.draft import DraftMode
from console.domain.ids import Ref
from console.readmodel import Link, PresenceRow, SyncStatus
from tests.support.qt import until_qt
from tests.support.ui_stage import Stage
from tests.support.writing import type_text
from ui.views.composer_view import ComposerView
from ui.views.composing import Composing
from ui.views.typing_presence import TypingPresence


@pytest.fixture
def told(stage: Stage) -> list[tuple[Ref | None, bool]]:
    heard: list[tuple[Ref | None, bool]] = []

    def set_presence(ref: Ref | None, *, typing: bool = False, **_: object) -> None:
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


# ------------------------------------------------------------------- soft leases


@pytest.fixture
def leased(stage: Stage) -> list[tuple[Ref | None, datetime | None]]:
    heard: list[tuple[Ref | None, datetime | None]] = []

    def set_presence(
        ref: Ref | None, *, typing: bool = False, lease_until: datetime | None = None
    ) -> None:
        heard.append((ref, lease_until))

    stage.console.sync.set_presence = set_presence  # type: ignore[method-assign]
    stage.console.sync.end_lease = lambda ref: heard.append((ref, None))  # type: ignore[method-assign]
    return heard


def test_a_lease_begins_with_the_sheet_is_renewed_by_writing_and_ends_with_it(
    stage: Stage, composer: ComposerView, leased: list[tuple[Ref | None, datetime | None]]
) -> None:
    norms = stage.console.rulebook.leases
    composer.start(DraftMode.REPLY)
    first = stage.console.clock.now() + norms.length
    assert leased[-1:] == [(stage.ref, first)]
    assert len(leased) == 1
    type_text(composer.editor, "При")
    assert {until for _, until in leased} == {first}, "no renewal at every key"
    stage.console.clock.move(norms.length - norms.renew_below + timedelta(seconds=1))
    type_text(composer.editor, "вет")
    assert leased[-1] == (stage.ref, stage.console.clock.now() + norms.length)
    leased.clear()
    composer.show_appeal(None)
    assert leased == [], "what is begun there lies there"
    composer.show_appeal(stage.console.reader.appeal(stage.ref))
    composer.fold()
    ref, until = leased[0]
    assert ref == stage.ref and until is None


def test_a_sheet_that_is_left_empty_is_waited_for_by_nobody(
    stage: Stage, composer: ComposerView, leased: list[tuple[Ref | None, datetime | None]]
) -> None:
    composer.start(DraftMode.REPLY)
    composer.show_appeal(None)
    ref, until = leased[-1]
    assert ref == stage.ref and until is None


def test_a_note_leases_nothing_and_neither_does_passing_by_a_draft(
    stage: Stage, composer: ComposerView, leased: list[tuple[Ref | None, datetime | None]]
) -> None:
    composer.start(DraftMode.NOTE)
    type_text(composer.editor, "для своих")
    assert {until for _, until in leased} <= {None}
    composer.fold()
    composer.start(DraftMode.REPLY)
    type_text(composer.editor, "Здравствуйте")
    composer.flush()
    composer.show_appeal(None)
    leased.clear()
    composer.show_appeal(stage.console.reader.appeal(stage.ref))
    assert composer.sheet is not None
    assert leased == []


def test_who_begins_to_write_is_told_that_a_colleague_does_and_may_go_on(
    stage: Stage, composer: ComposerView
) -> None:
    until = stage.console.clock.now() + timedelta(minutes=8, seconds=30)
    there = PresenceRow(stage.ref, "u2", "Ким Борис", False, until)
    stage.world.presence[stage.ref] = (there,)
    composer.start(DraftMode.REPLY)
    assert composer.bar.said().startswith("Отвечает Ким Б., ещё 9 мин. Писать можно")
    type_text(composer.editor, "Здравствуйте")
    assert composer.editor.text() == "Здравствуйте"


def test_without_a_connection_it_is_said_that_colleagues_do_not_see_it(
    stage: Stage, composer: ComposerView
) -> None:
    stage.console.sync_status = SyncStatus(Link.OFFLINE)
    composer.start(DraftMode.REPLY)
    assert composer.bar.said() == "Связи нет: коллеги не видят, что вы отвечаете."

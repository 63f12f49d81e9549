"""The commands between appeals: merge, separate, link, the author's earlier appeals and back."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.appeal import Author, Mention, Status
from console.domain.draft import DraftMode
from console.domain.ids import Ref
from console.domain.mutations import (
    LinkAppeals,
    MarkDuplicate,
    SettleMention,
    UnlinkAppeals,
    UnmarkDuplicate,
)
from tests.support.qt import until_qt
from tests.support.ui_builders import NOW
from tests.support.ui_stage import Stage, on_stage
from tests.support.writing import write
from ui.models.queue_loader import QueueLoader
from ui.views.appeal_view import AppealView
from ui.views.palette_view import PaletteView
from ui.windows.link_commands import LinkCommands

SAME = "нет света на Кочетова уже второй час, когда его дадут?"


@dataclass(slots=True)
class Desk:
    """The commands over a stage: which appeal is shown, and what was told."""

    stage: Stage
    window: QWidget
    shown: Ref
    told: list[tuple[str, bool]] = field(default_factory=list)
    commands: LinkCommands = field(init=False)

    def go(self, ref: Ref) -> None:
        self.shown = ref

    def palette(self, name: str) -> PaletteView:
        """The list to choose from, once it has been read."""
        found: list[PaletteView] = []

        def is_open() -> bool:
            found[:] = self.window.findChildren(PaletteView, f"choose-{name}")
            return bool(found)

        until_qt(is_open, what=f"the list {name}")
        return found[0]

    def until_told(self, count: int = 1) -> str:
        """What was told last, once so much has been."""
        until_qt(lambda: len(self.told) >= count, what="what is told")
        return self.told[-1][0]


@pytest.fixture
def desk(qapp: QApplication) -> Generator[Desk]:
    with on_stage(qapp) as stage:
        window = stage.show(QWidget)
        loader = QueueLoader(stage.console.reader, stage.console.clock, stage.bridge)
        made = Desk(stage, window, stage.ref)
        made.commands = LinkCommands(
            stage.context,
            stage.bridge,
            stage.dispatcher,
            loader=loader,
            shown=lambda: made.shown,
            go=made.go,
            window=window,
        )
        stage.dispatcher.told.connect(lambda words, undo: made.told.append((words, undo)))
        yield made
        loader.close()


def test_a_merge_offers_what_may_be_the_same_and_is_undone(desk: Desk) -> None:
    desk.stage.add(id="a2", number="40999", text=SAME, author=Author("Айдыс", "vk.com/a"))
    desk.commands.merge()
    palette = desk.palette("primary")
    palette.type("40999")
    QTest.keyClick(palette._field, Qt.Key.Key_Return)
    assert desk.until_told() == "Обращения объединены"
    assert desk.stage.dispatcher.run("edit.undo")
    desk.stage.settle()
    assert desk.stage.sent() == [MarkDuplicate("a2"), UnmarkDuplicate()]
    assert desk.stage.appeal.status is Status.IN_WORK


def test_a_primary_lets_go_of_what_was_merged_into_it(desk: Desk) -> None:
    other = desk.stage.add(id="a2", status=Status.DUPLICATE, duplicate_of="a1")
    desk.commands.separate()
    assert desk.until_told() == "Обращение отделено"
    assert desk.stage.world.appeals[other].duplicate_of is None


def test_a_link_can_be_taken_back_from_its_other_end(desk: Desk) -> None:
    desk.stage.add(id="a2")
    desk.commands.link("a2")
    desk.until_told()
    desk.shown = Ref("tyva", "a2")
    desk.commands.unlink()
    desk.until_told(2)
    assert desk.stage.sent() == [LinkAppeals("a2"), UnlinkAppeals("a2")]
    assert desk.stage.console.sent[-1].target == desk.stage.ref


def test_one_key_goes_back_through_the_authors_appeals_and_another_returns(desk: Desk) -> None:
    days = (2, 9)
    refs = [desk.stage.add(id=f"b{n}", created_at=NOW - timedelta(days=n)) for n in days]
    for expected in refs:
        desk.commands.earlier()
        until_qt(lambda want=expected: desk.shown == want, what="an earlier appeal")  # type: ignore[misc]
    desk.commands.earlier()
    assert desk.until_told() == "Это самое раннее обращение автора"
    desk.commands.back()
    assert desk.shown == refs[0]
    desk.commands.back()
    assert desk.shown == desk.stage.ref
    desk.commands.back()
    assert desk.until_told(2) == "Возвращаться некуда: вы никуда не переходили"


def test_taking_note_of_a_mention_is_one_key(desk: Desk) -> None:
    desk.stage.change(mentions=(Mention("u1", "n1", NOW, "u2"),))
    desk.commands.settle_mention()
    desk.until_told()
    assert desk.stage.sent() == [SettleMention()] and desk.stage.appeal.mentions == ()


def test_a_merge_leaves_text_cursor_selection_and_undo_of_the_composer_alone(
    desk: Desk,
) -> None:
    """A colleague merges what one is writing about, in either direction."""
    stage = desk.stage
    view = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    view.show_appeal(stage.ref)
    view.composer.start(DraftMode.REPLY)
    write(view.composer, "Бригада выехала.")
    view.composer.editor.select(2, 9)
    before = view.composer.editor.document()
    stage.change(status=Status.DUPLICATE, duplicate_of="a2", status_before=Status.IN_WORK)
    stage.add(id="a3", status=Status.DUPLICATE, duplicate_of="a1")
    stage.publish()
    cursor = view.composer.editor.textCursor()
    assert view.composer.editor.document() is before and before.isUndoAvailable()
    assert (cursor.anchor(), cursor.position()) == (2, 9)
    assert view.composer.editor.text() == "Бригада выехала."
    assert "объединили" in view.composer.news.text()


def test_the_draft_of_a_duplicate_is_gone_on_with_at_its_primary(desk: Desk) -> None:
    stage = desk.stage
    other = stage.add(id="a2", text="Темно на Кочетова, 12")
    begun = replace(stage.console.drafts.new(other, DraftMode.REPLY), text="К дубликату.")
    stage.console.drafts.save(begun)
    stage.console.merging.merge(other, "a1")
    view = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    view.show_appeal(stage.ref)
    assert view.composer.editor.text() == "К дубликату."
    assert stage.world.drafts[begun.id].appeal == other
    view.composer.start(DraftMode.REPLY)
    write(view.composer, "К дубликату и к вам.")
    view.flush()
    stage.settle()
    assert stage.world.drafts[begun.id].appeal == stage.ref

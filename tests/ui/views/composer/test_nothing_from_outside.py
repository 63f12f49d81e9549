"""Nothing from outside touches what is being written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication

from console.changes import Changes
from console.i18n import Catalog
from tests.support.ui_builders import NOW
from tests.support.ui_stage import Stage
from tests.support.writing import write
from ui.theme.apply import apply
from ui.theme.tokens import load
from ui.views.appeal_view import AppealView
from ui.views.composer_view import ComposerView


class Untouched:
    """The text, cursor, selection and undo history at one moment, to be compared with later."""

    def __init__(self, composer: ComposerView) -> None:
        self._composer = composer
        self._before = self._now()
        self._document = composer.editor.document()

    def _now(self) -> tuple[str, int, int, int, bool]:
        editor = self._composer.editor
        cursor = editor.textCursor()
        document = editor.document()
        return (
            editor.text(),
            cursor.position(),
            cursor.anchor(),
            document.availableUndoSteps(),
            document.isRedoAvailable(),
        )

    def check(self) -> None:
        assert self._composer.editor.document() is self._document
        assert self._now() == self._before


@pytest.fixture
def writing(composer: ComposerView) -> ComposerView:
    """A text with a selection in the middle, and something to undo and to redo."""
    write(composer, "Здравствуйте! Разбираемся с вашей улицей")
    composer.editor.insert(" сейчас")
    composer.editor.undo()
    composer.editor.select(3, 9)
    composer.desk.flush()
    return composer


def test_a_new_comment_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.resident_writes("c1")
    before.check()


def test_another_owner_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.change(owner="u2")
    before.check()


def test_reading_everything_anew_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.console.changes.publish(Changes(everything=True))
    stage.settle()
    before.check()


def test_another_version_of_the_draft_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    assert writing.sheet is not None
    stage.world.drafts[writing.sheet.draft.id] = replace(
        writing.sheet.draft, text="чужой текст", cursor=2
    )
    stage.publish(drafts=True)
    before.check()


def test_a_deleted_draft_row_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.world.drafts.clear()
    stage.publish(drafts=True)
    before.check()


def test_a_moved_restoration_time_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.move_etr(etr=NOW + timedelta(hours=5))
    before.check()


def test_switching_the_language_does_not_touch_what_is_being_written(
    stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.context.catalog = Catalog.load("en")
    stage.bridge.language_changed.emit()
    stage.settle()
    before.check()
    assert writing.modes.audience()[0] == "Public reply — everybody will see it"


def test_switching_theme_and_zoom_does_not_touch_what_is_being_written(
    qapp: QApplication, stage: Stage, writing: ComposerView
) -> None:
    before = Untouched(writing)
    stage.theme.use(load("dark"), zoom=1.5)
    apply(qapp, stage.theme)
    stage.bridge.theme_changed.emit()
    stage.settle()
    before.check()


def test_an_appeal_that_vanishes_takes_no_draft_with_it(
    stage: Stage, view: AppealView, writing: ComposerView
) -> None:
    text = writing.editor.text()
    appeal = stage.world.appeals.pop(stage.ref)
    stage.publish()
    assert view.empty.title() == "Обращения больше нет"
    assert [draft.text for draft in stage.drafts()] == [text]
    stage.world.appeals[stage.ref] = appeal
    stage.publish()
    assert writing.editor.text() == text

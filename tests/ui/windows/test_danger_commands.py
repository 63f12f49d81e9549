"""The lane of danger and promises by keys, over an appeal on the screen."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget

from console.domain.appeal import Status
from console.domain.draft import Draft, DraftMode
from console.domain.mutations import (
    EnterDanger,
    LeaveDanger,
    MarkDispatched,
    SettlePromise,
)
from tests.support.ui_builders import NOW
from tests.support.ui_stage import Stage, on_stage
from tests.support.writing import type_text
from ui.dialogs.ask_dialog import AskDialog
from ui.views.appeal_view import AppealView
from ui.windows.danger_commands import DangerCommands


@dataclass(slots=True)
class Lane:
    """The commands over an appeal view."""

    stage: Stage
    view: AppealView
    window: QWidget
    told: list[str] = field(default_factory=list)

    def form(self, name: str) -> AskDialog:
        """The open form."""
        found = self.window.findChild(AskDialog, f"ask-{name}")
        assert found is not None, name
        QTest.qWaitForWindowExposed(found)
        return found

    def accept(self, form: AskDialog) -> None:
        """Ctrl+Enter."""
        focus = form.focusWidget() or form
        QTest.keyClick(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.stage.settle()

    def draft(self) -> Draft:
        """What stands in the composer."""
        sheet = self.view.composer.sheet
        assert sheet is not None
        return sheet.now()

    def change(self, **changes: object) -> None:
        """Another state of the appeal on the screen."""
        ref = self.stage.ref
        appeal = replace(self.stage.world.appeals[ref], **changes)  # type: ignore[arg-type]
        self.stage.world.appeals[ref] = appeal
        self.view.show_appeal(None)
        self.view.show_appeal(ref)


@pytest.fixture
def lane(qapp: QApplication) -> Generator[Lane]:
    with on_stage(qapp) as stage:
        window = stage.show(QWidget)
        view = AppealView(stage.context, stage.bridge, stage.dispatcher, parent=window)
        view.resize(700, 700)
        window.resize(700, 700)
        view.show()
        view.show_appeal(stage.ref)
        DangerCommands(stage.context, stage.bridge, stage.dispatcher, appeal=view, window=window)
        made = Lane(stage, view, window)
        stage.dispatcher.told.connect(lambda words, _: made.told.append(words))
        yield made


def test_an_appeal_is_put_into_the_lane_told_of_and_taken_out(lane: Lane) -> None:
    run, sent = lane.stage.dispatcher.run, lane.stage.sent
    assert lane.view.danger.isHidden()
    run("danger.enter")
    lane.stage.settle()
    assert sent()[-1] == EnterDanger()
    assert "сообщить диспетчеру" in lane.view.danger.text()

    run("danger.dispatched")
    form = lane.form("dispatched")
    whom, what = form.findChildren(QPlainTextEdit)
    type_text(whom, "Громов, РЭС")
    type_text(what, "едут")
    lane.accept(form)
    assert sent()[-1] == MarkDispatched("Громов, РЭС", "едут")
    assert "Громов" in lane.view.danger.text()

    run("danger.leave")
    form = lane.form("leave")
    type_text(form.findChildren(QPlainTextEdit)[0], "это салют")
    lane.accept(form)
    assert sent()[-1] == LeaveDanger("это салют")
    assert lane.view.danger.isHidden()


def test_the_safety_words_are_put_in_once_whether_something_is_written_or_not(lane: Lane) -> None:
    lane.change(danger=True)
    composer, run = lane.view.composer, lane.stage.dispatcher.run
    words = lane.stage.context.console.rulebook.checks.safety_text
    run("danger.safety")
    assert composer.sheet is not None and composer.sheet.mode is DraftMode.INTERIM
    assert composer.editor.text() == words
    run("danger.safety")
    assert composer.editor.text() == words
    composer.editor.select(0, len(words))
    type_text(composer.editor, "Бригада выехала.")
    run("danger.safety")
    assert composer.editor.text() == f"Бригада выехала.\n\n{words}"


def test_a_promise_is_settled_by_a_digit_also_after_closing(lane: Lane) -> None:
    lane.change(status=Status.CLOSED, closed_at=NOW, promise_at=NOW, promised_at=NOW)
    lane.stage.dispatcher.run("promise.settle")
    form = lane.form("settle")
    QTest.keyClick(form.focusWidget() or form, Qt.Key.Key_2)
    lane.accept(form)
    assert lane.stage.sent()[-1] == SettlePromise(kept=False)
    assert lane.told[-1].startswith("Обещание не сдержано")


def test_who_may_only_read_is_told_of_danger_without_buttons(lane: Lane) -> None:
    lane.change(danger=True, danger_at=NOW)
    banner = lane.view.danger
    assert not banner._row.isHidden()
    lane.stage.dispatcher.refocus(may_answer=False)
    lane.stage.publish()
    assert "сообщить диспетчеру" in banner.text() and banner._row.isHidden()

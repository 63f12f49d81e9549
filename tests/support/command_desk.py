"""A desk of commands over a stage: what is chosen, the forms that are open, what was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from console.domain.ids import Ref
from tests.support.ui_stage import Stage
from tests.support.writing import type_text
from ui.dialogs.ask_dialog import AskDialog
from ui.views.palette_view import PaletteView
from ui.windows.appeal_commands import AppealCommands
from ui.windows.triage_commands import TriageCommands


@dataclass(slots=True)
class Chosen:
    """What is chosen in the queue."""

    ref: Ref | None
    refs: tuple[Ref, ...] = ()

    def selected(self) -> tuple[Ref, ...]:
        """All that are selected."""
        return self.refs


@dataclass(slots=True)
class Desk:
    """The commands over a stage, with what they have told."""

    stage: Stage
    chosen: Chosen
    window: QWidget
    commands: AppealCommands
    triage: TriageCommands
    told: list[tuple[str, bool]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def dialog(self, name: str) -> AskDialog:
        """The open form."""
        found = self.window.findChild(AskDialog, f"ask-{name}")
        assert found is not None, name
        QTest.qWaitForWindowExposed(found)
        return found

    def palette(self, name: str) -> PaletteView:
        """The open list."""
        found = self.window.findChild(PaletteView, f"choose-{name}")
        assert found is not None, name
        return found

    def choose(self, name: str, words: str) -> None:
        """Choose from the open list by typing."""
        palette = self.palette(name)
        palette.type(words)
        assert palette.hits(), f"nothing is offered for {words}"
        QTest.keyClick(palette._field, Qt.Key.Key_Return)
        self.stage.settle()

    def accept(self, dialog: QDialog) -> None:
        """Ctrl+Enter."""
        focus = dialog.focusWidget() or dialog
        QTest.keyClick(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.stage.settle()

    def reason(self, dialog: QDialog, words: str) -> None:
        """Write into the field of the form."""
        type_text(dialog.findChildren(QPlainTextEdit)[0], words)

    def digit(self, dialog: QDialog, digit: int) -> None:
        """Choose by a digit."""
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key(Qt.Key.Key_0 + digit))

    def sent(self) -> list[Any]:
        """What was asked of the server."""
        return self.stage.sent()

    def undo(self) -> None:
        """Ctrl+Z."""
        assert self.stage.dispatcher.run("edit.undo")
        self.stage.settle()


def a_desk(stage: Stage) -> Desk:
    """Both kinds of commands, with the appeal of the stage chosen."""
    window = stage.show(QWidget)
    chosen = Chosen(stage.ref)
    commands = AppealCommands(
        stage.context, stage.bridge, stage.dispatcher, chosen=chosen, window=window
    )
    triage = TriageCommands(
        stage.context, stage.bridge, stage.dispatcher, chosen=chosen, window=window
    )
    desk = Desk(stage, chosen, window, commands, triage)
    stage.dispatcher.told.connect(lambda words, undoable: desk.told.append((words, undoable)))
    stage.dispatcher.failed.connect(desk.errors.append)
    stage.bridge.failed.connect(desk.errors.append)
    return desk

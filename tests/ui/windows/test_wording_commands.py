"""Names in the right case: what is corrected in the dialog is used from then on, and undone."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from console.domain.appeal import NOWHERE, Author, Place
from console.wording import Use
from tests.support.qt import until_qt
from tests.support.ui_stage import Stage, on_stage
from ui.dialogs.ask_dialog import AskDialog
from ui.windows.wording_commands import WordingCommands


@dataclass(slots=True)
class Desk:
    """The command over a stage; ``told`` is what was told."""

    stage: Stage
    window: QWidget
    told: list[str] = field(default_factory=list)

    def opened(self) -> AskDialog:
        assert self.stage.dispatcher.run("reply.names")
        (dialog,) = self.window.findChildren(AskDialog, "ask-names")
        return dialog

    def form(self, name: str, use: Use) -> str:
        branch = self.stage.appeal.branch
        return self.stage.console.wording.form(name, use, branch=branch)

    def until_told(self, count: int = 1) -> str:
        until_qt(lambda: len(self.told) >= count, what="what is told")
        return self.told[-1]


@pytest.fixture
def desk(qapp: QApplication) -> Generator[Desk]:
    with on_stage(qapp) as stage:
        window = stage.show(QWidget)
        stage.dispatcher.refocus(has_appeal=True)
        stage.change(place=Place("Лузино", "", "улица Садовая"), author=Author("Анна Петровна"))
        made = Desk(stage, window)
        WordingCommands(
            stage.context,
            stage.bridge,
            stage.dispatcher,
            shown=lambda: stage.ref,
            window=window,
        )
        stage.dispatcher.told.connect(lambda words, _: made.told.append(words))
        yield made


def test_the_names_of_the_appeal_stand_in_their_cases(desk: Desk) -> None:
    shown = [line.text() for line in desk.opened().findChildren(QLineEdit)]
    assert shown == [
        "в Лузине",
        "Лузина",
        "на улице Садовой",
        "по улице Садовой",
        "Уважаемая Анна Петровна",
        "Анны Петровны",
        "Анне Петровне",
    ]


def test_a_corrected_form_is_used_from_then_on_and_undone(desk: Desk) -> None:
    dialog = desk.opened()
    dialog.findChildren(QLineEdit)[0].setText("в  Лузино ")
    dialog.accept()
    assert desk.until_told() == "Теперь будет так: в Лузино"
    assert desk.form("Лузино", Use.PLACE_IN) == "в Лузино"
    assert desk.form("Лузино", Use.PLACE_OF) == "Лузина"
    assert desk.stage.dispatcher.run("edit.undo")
    until_qt(lambda: desk.form("Лузино", Use.PLACE_IN) == "в Лузине", what="the undoing")


def test_an_emptied_field_has_the_rules_again(desk: Desk) -> None:
    desk.stage.console.wording.correct("Лузино", Use.PLACE_IN, "в Лузино").result(10)
    dialog = desk.opened()
    dialog.findChildren(QLineEdit)[0].setText(" ")
    dialog.accept()
    assert desk.until_told() == "Теперь будет так: в Лузине"


def test_where_nothing_is_named_that_is_said(desk: Desk) -> None:
    desk.stage.change(place=NOWHERE, author=Author("xx_24"))
    dialog = desk.opened()
    assert dialog.findChildren(QLineEdit) == []
    dialog.accept()
    desk.stage.settle()
    assert desk.told == []

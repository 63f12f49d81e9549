"""«Correct the time» by keys: the banner, the table, one press, and what becomes of each line."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.ids import Ref
from console.domain.outage import EtrRecord, Outage
from tests.support.fake_corrections import FakeCorrections, a_plan
from tests.support.qt import until_qt
from tests.support.ui_builders import NOW
from tests.support.ui_stage import Stage, on_stage
from ui.views.appeal_view import AppealView
from ui.views.corrections_view import CorrectionsDialog
from ui.widgets.banner import Banner
from ui.windows.correction_commands import CorrectionCommands

HOUR = timedelta(hours=1)


class BannerDesk:
    """The one banner of the desk that is told here."""

    def __init__(self) -> None:
        self.moved_banner = Banner()

    def show_moved(self, text: str, **more: object) -> None:
        self.moved_banner.say(text, kind="warning", **more)  # type: ignore[arg-type]

    def hide_moved(self) -> None:
        self.moved_banner.hide()


@dataclass(slots=True)
class Correcting:
    """The command over a plan with every state."""

    stage: Stage
    window: QWidget
    commands: CorrectionCommands
    banner: Banner
    corrections: FakeCorrections
    outage: Outage
    refs: list[Ref]
    told: list[str] = field(default_factory=list)

    def dialog(self) -> CorrectionsDialog:
        """Open it."""
        self.stage.dispatcher.run("outage.correct")
        found = self.window.findChild(CorrectionsDialog)
        assert found is not None
        QTest.qWaitForWindowExposed(found)
        return found


@pytest.fixture
def correcting(qapp: QApplication) -> Generator[Correcting]:
    with on_stage(qapp) as stage:
        window, desk = stage.show(QWidget), BannerDesk()
        desk.moved_banner.setParent(window)
        view = AppealView(stage.context, stage.bridge, stage.dispatcher, parent=window)
        outage = stage.world.outages["o1"]
        records = (EtrRecord(NOW + HOUR, NOW, "u2"), EtrRecord(NOW + 4 * HOUR, NOW, "u2"))
        outage = replace(outage, etr=NOW + 4 * HOUR, etr_history=records, version=2)
        refs = [stage.add(id=f"c{number}", number=f"50{number}") for number in range(9)]
        corrections = stage.console.corrections
        corrections.plans[outage.ref] = a_plan(stage.console, outage, *refs)
        commands = CorrectionCommands(
            stage.context,
            stage.bridge,
            stage.dispatcher,
            loader=None,
            appeal=view,
            desk=desk,  # type: ignore[arg-type]
            window=window,
        )
        made = Correcting(stage, window, commands, desk.moved_banner, corrections, outage, refs)
        stage.dispatcher.told.connect(lambda words, _: made.told.append(words))
        yield made


def test_the_banner_says_how_many_were_told_the_old_time_and_can_be_put_off(
    correcting: Correcting,
) -> None:
    correcting.commands.look()
    assert "2 ответах" in correcting.banner.text()
    correcting.commands.put_off()
    assert correcting.banner.isHidden()
    plan = correcting.corrections.plans.pop(correcting.outage.ref)
    again = replace(correcting.outage, version=3)
    correcting.corrections.plans[again.ref] = replace(plan, outage=again)
    correcting.commands.look()
    assert not correcting.banner.isHidden()


def test_one_press_sends_what_is_certain_and_what_was_ticked(correcting: Correcting) -> None:
    dialog = correcting.dialog()
    faces = dialog.model.faces
    assert [face.chosen for face in faces] == [True, True, False, *[False] * 6]
    assert len({face.state for face in faces[2:]}) == 7
    assert "Чойгана" in dialog.text.toPlainText()
    assert "Уйдут 2 исправления" in dialog.said.text()

    table = dialog.table
    QTest.keyClick(table, Qt.Key.Key_Space)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert "Уйдут 2 исправления" in dialog.said.text()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Space)  # nothing may go there, so nothing is ticked
    assert "в исходящих" in dialog.text.toPlainText()
    QTest.keyClick(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    correcting.stage.settle()
    assert [one.ref for one in correcting.corrections.sent] == correcting.refs[1:3]
    assert correcting.told == ["2 исправления уходят"]


def test_the_lines_follow_what_becomes_of_them(correcting: Correcting) -> None:
    dialog = correcting.dialog()
    QTest.keyClick(dialog.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    correcting.stage.settle()
    correcting.corrections.arrive(correcting.outage, correcting.refs[0])
    first = correcting.refs[0]
    until_qt(lambda: "исправлено" in _state(dialog, first), what="the line corrected")
    assert _state(dialog, correcting.refs[1]) == "в пути"
    assert not dialog.chosen()
    assert "В пути 2." in dialog.said.text()


def test_where_nothing_has_moved_it_is_said(correcting: Correcting) -> None:
    correcting.corrections.plans.clear()
    correcting.stage.dispatcher.run("outage.correct")
    assert correcting.told == ["Все ответы с названным сроком верны: исправлять нечего."]


def _state(dialog: CorrectionsDialog, ref: Ref) -> str:
    return next(face.state for face in dialog.model.faces if face.ref == ref)

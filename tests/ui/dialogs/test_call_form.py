"""The call-taker's form: what it finds while one types, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.domain.appeal import Author, Outcome, Status
from console.domain.ids import Ref
from console.domain.message import EtrQuote
from console.domain.mutations import CreateAppeal
from console.domain.preset import Event
from tests.support.qt import emits, until_qt
from tests.support.ui_builders import NOW, an_outage
from tests.support.ui_stage import RULES, Stage, on_stage
from tests.support.writing import type_text
from ui.dialogs.call_form import CallFormDialog
from ui.models.queue_loader import QueueLoader
from ui.presenters.call import callback_due
from ui.windows.call_commands import CallCommands

SENTENCE = (
    "По вашему адресу аварийное отключение, началось: 13:30. Причина: обрыв провода. "
    "Бригада выехала. Ожидаемое время включения: 16:30."
)


@dataclass(slots=True)
class Call:
    """The command over a stage, and the appeals that it showed."""

    stage: Stage
    commands: CallCommands
    shown: list[Ref]

    def open(self) -> CallFormDialog:
        """The open form."""
        self.commands.open()
        assert self.commands.form is not None
        return self.commands.form

    def until(self, condition: Callable[[], bool], what: str) -> None:
        until_qt(condition, what=what)

    def at_home(self, form: CallFormDialog) -> None:
        """The caller says where they live, and it is understood."""
        type_text(form.address, "кызыл кочетова 12")
        self.until(lambda: form.places.count() > 0, "the places")
        QTest.keyClick(form.address, Qt.Key.Key_Return)


@pytest.fixture
def call(qapp: QApplication) -> Generator[Call]:
    with on_stage(qapp) as stage:
        window = stage.show(QWidget)
        loader = QueueLoader(stage.console.reader, stage.console.clock, stage.bridge)
        shown: list[Ref] = []
        commands = CallCommands(
            stage.context,
            stage.bridge,
            stage.dispatcher,
            loader=loader,
            go=shown.append,
            window=window,
        )
        yield Call(stage, commands, shown)
        loader.close()


def test_who_asks_about_an_outage_is_told_and_written_down_by_one_key(call: Call) -> None:
    form = call.open()
    call.at_home(form)
    assert form.form.branch == "tyva" and form.focusWidget() is form.phone
    call.until(lambda: form.sentence.text() == SENTENCE, "the sentence")
    QTest.keyClick(form, Qt.Key.Key_F9)
    call.until(lambda: bool(call.shown), "the appeal")
    (sent,) = call.stage.sent()
    assert isinstance(sent, CreateAppeal)
    assert (sent.outage, sent.said, sent.text) == ("o1", SENTENCE, "Спрашивает об отключении.")
    assert sent.quotes == (EtrQuote("o1", an_outage().etr),)
    made = call.stage.world.appeals[call.shown[0]]
    assert (made.status, made.outcome) == (Status.CLOSED, Outcome.EXPLAINED)
    assert (made.place.settlement, made.place.street, made.place.house) == (
        "Кызыл",
        "Кочетова",
        "12",
    )
    assert call.commands.form is None


def test_a_call_is_written_down_without_a_link_and_waits_for_its_call_back(call: Call) -> None:
    call.stage.console.online = False
    form = call.open()
    call.at_home(form)
    type_text(form.phone, "89135550101")
    type_text(form.name, "Ирина Петрова")
    type_text(form.text, "Мигает свет весь вечер")
    assert form.callback.text() == "Перезвонить не позже: 19:00"
    QTest.keyClick(form.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    call.until(lambda: bool(call.shown), "the appeal")
    made = call.stage.world.appeals[call.shown[0]]
    assert made.author == Author("Ирина Петрова", phone="+7 913 555-01-01")
    assert (made.owner, made.channel, made.created_at) == ("u1", "phone", NOW)
    assert len(call.stage.world.entries) == 1


def test_earlier_appeals_of_the_phone_are_there_at_once(call: Call) -> None:
    author = Author("И. Петрова", "vk.com/irina", "8 913 555 01 01")
    earlier = call.stage.add(id="b1", author=author, created_at=NOW - timedelta(days=2))
    form = call.open()
    type_text(form.phone, "+7 (913) 555-01-01")
    call.until(lambda: len(form.links) == 1, "the earlier appeal")
    assert form.name.placeholderText() == "Раньше: И. Петрова"
    with emits(form.link_opened) as opened:
        QTest.mouseClick(form.links[0], Qt.MouseButton.LeftButton)
    assert opened == [(earlier,)] and form.isVisible()
    form.reject()


def test_words_of_danger_are_asked_about_and_nobody_is_sent_away_with_a_time(call: Call) -> None:
    form = call.open()
    call.at_home(form)
    call.until(form.informed.isVisible, "the outage")
    type_text(form.text, "Провод во дворе лежит на земле и искрит")
    call.until(form.danger.isVisible, "the question")
    assert "похоже на угрозу жизни" in form.danger.text()
    form.danger.pressed.emit()
    assert "8 метров" in form.danger.text() and not form.informed.isEnabled()
    QTest.keyClick(form, Qt.Key.Key_F9)
    call.stage.settle()
    assert call.stage.sent() == []
    form.write_down()
    call.until(lambda: bool(call.shown), "the appeal")
    assert call.stage.world.appeals[call.shown[0]].danger


def test_other_words_of_danger_are_asked_about_again(call: Call) -> None:
    form = call.open()
    type_text(form.text, "Провод лежит на земле.")
    call.until(form.danger.isVisible, "the question")
    form.danger.other_pressed.emit()
    assert form.danger.isHidden() and form.form.danger is False
    type_text(form.text, " И в щите горит, дым идёт!")
    call.until(form.danger.isVisible, "the question about the other words")
    form.discard.click()


def test_a_sure_address_need_not_be_chosen_and_an_unsure_one_is_not_taken(call: Call) -> None:
    session = call.stage.console.me
    assert session is not None
    call.stage.console.me = replace(session, branches=("*",))
    form = call.open()
    type_text(form.address, "Кызыл, Кочетова, 12")
    call.until(lambda: form.places.count() > 0, "the places")
    type_text(form.text, "Темно")
    form.write_down()
    call.until(lambda: bool(call.shown), "the appeal")
    assert call.shown[0].branch == "tyva"
    form = call.open()
    type_text(form.address, "Берёз")
    call.until(lambda: form.places.count() > 0, "the places")
    type_text(form.text, "Темно")
    form.write_down()
    assert form.error.text() == "Выберите филиал: по адресу он не определился."
    form.discard.click()


def test_a_call_put_aside_or_cut_off_is_there_again(call: Call) -> None:
    form = call.open()
    type_text(form.text, "Темно у всей улицы")
    call.until(lambda: call.stage.world.call is not None, "the form on the disk")
    form.reject()
    again = call.open()
    assert again.text.toPlainText() == "Темно у всей улицы"
    again.discard.click()
    call.stage.settle()
    assert call.stage.world.call is None


def test_what_is_missing_is_said_and_the_form_stays(call: Call) -> None:
    session = call.stage.console.me
    assert session is not None
    call.stage.console.me = replace(session, branches=("*",))
    form = call.open()
    form.write_down()
    assert form.error.text().startswith("Запишите хотя бы одно предложение")
    type_text(form.text, "Темно")
    form.write_down()
    assert form.error.text() == "Выберите филиал: по адресу он не определился."
    assert call.stage.sent() == [] and form.isVisible()
    form.reject()


def test_a_call_back_is_due_by_the_rule_of_calls() -> None:
    from console.readmodel import CallForm

    assert callback_due(CallForm(NOW), RULES.presets) == NOW + timedelta(hours=4)
    assert callback_due(CallForm(NOW, channel="office"), RULES.presets) is None
    assert any(Event.CALL in preset.starts for preset in RULES.presets)

"""The inspector: outages that fit, one key to link, facts, colleagues, earlier appeals."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from console.changes import Changes
from console.domain.appeal import Status
from console.domain.ids import Ref
from console.domain.outage import EtrRecord
from console.domain.suggest import Because, Suggestion, SuggestReason
from console.readmodel import PresenceRow
from tests.support.qt import emits, until_qt
from tests.support.ui_builders import NOW, an_outage
from tests.support.ui_stage import Stage, on_stage
from ui.views.inspector_view import InspectorView


@pytest.fixture
def stage(qapp: QApplication) -> Generator[Stage]:
    with on_stage(qapp) as made:
        yield made


class Guesses:
    """Stands in for the suggestions."""

    def __init__(self, *found: Suggestion) -> None:
        self.found = list(found)

    def suggest(self, ref: Ref) -> list[Suggestion]:
        return self.found


def a_guess(confidence: float, ident: str = "o2") -> Suggestion:
    outage = an_outage(id=ident)
    reasons = (Because(SuggestReason.SAME_STREET, "ул. Кочетова"),)
    return Suggestion(outage, confidence, reasons, sure=confidence > 0.75)


def make(stage: Stage) -> InspectorView:
    view = stage.show(
        lambda: InspectorView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech),
        width=264,
    )
    view.show_appeal(stage.ref)
    return view


def test_a_linked_outage_says_until_when_why_and_who_linked_it(stage: Stage) -> None:
    view = make(stage)
    words = view.tagged.words()
    assert "Включат к 16:30 (Кызыл, UTC+7)" in words
    assert "Причина: обрыв провода" in words
    assert "Привязка: вы, 15:00" in words


def test_a_moved_time_shows_how_it_has_moved(stage: Stage) -> None:
    view = make(stage)
    history = (
        EtrRecord(NOW + timedelta(minutes=30), NOW - timedelta(hours=1), "u2"),
        EtrRecord(NOW + timedelta(hours=3), NOW, "u2", "ждём бригаду"),
    )
    stage.move_etr(etr=NOW + timedelta(hours=3), etr_history=history)
    words = view.tagged.words()
    assert "Включат к 18:00 (Кызыл, UTC+7)" in words
    assert "18:00 · Борис Ким, 15:00: ждём бригаду" in words


def test_suggestions_say_how_sure_they_are_and_why(stage: Stage) -> None:
    stage.world.appeals[stage.ref] = stage.appeal
    stage.change(outages=())
    stage.console.outages = Guesses(a_guess(0.92), a_guess(0.5, "o3"))  # type: ignore[assignment]
    view = make(stage)
    until_qt(lambda: len(view.suggested.cards) == 2, what="the suggestions")
    words = view.suggested.words()
    assert "Почти наверняка, 92 %" in words
    assert "• та же улица: ул. Кочетова" in words
    assert "Вероятно, 50 %" in words


def test_beside_an_almost_certain_outage_hardly_possible_ones_are_left_out(stage: Stage) -> None:
    stage.change(outages=())
    stage.console.outages = Guesses(a_guess(0.92), a_guess(0.12, "o3"))  # type: ignore[assignment]
    view = make(stage)
    until_qt(lambda: bool(view.suggested.cards), what="the suggestions")
    assert len(view.suggested.cards) == 1


def test_without_a_suggestion_the_registry_is_offered(stage: Stage) -> None:
    stage.change(outages=())
    view = make(stage)
    until_qt(lambda: "Подходящих отключений" in view.suggested.words(), what="the words")
    asked: list[object] = []
    stage.dispatcher.register("appeal.tag_outage", lambda **_: asked.append(True))
    stage.dispatcher.refocus(has_appeal=True)
    (button,) = view.suggested.findChildren(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [True]


def test_a_press_links_the_suggested_outage_with_its_confidence(stage: Stage) -> None:
    stage.change(outages=())
    stage.console.outages = Guesses(a_guess(0.92))  # type: ignore[assignment]
    view = make(stage)
    until_qt(lambda: bool(view.suggested.cards), what="the suggestions")
    asked: list[object] = []
    stage.dispatcher.register("appeal.tag_outage", lambda **named: asked.append(named))
    stage.dispatcher.refocus(has_appeal=True)
    button = view.suggested.cards[0].button
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked == [{"outage": "o2", "confidence": 0.92}]


def test_colleagues_come_and_go(stage: Stage) -> None:
    view = make(stage)
    assert view.present.isHidden()
    stage.world.presence[stage.ref] = (PresenceRow(stage.ref, "u2", "Борис Ким", typing=True),)
    stage.console.changes.publish(Changes(presence=True))
    stage.settle()
    assert "Борис Ким пишет ответ" in view.present.words()
    stage.world.presence.clear()
    stage.console.changes.publish(Changes(presence=True))
    stage.settle()
    assert view.present.isHidden()


def test_earlier_appeals_of_the_same_profile_are_listed_and_open(stage: Stage) -> None:
    earlier = stage.add(
        id="b1", number="1", created_at=NOW - timedelta(days=3), status=Status.CLOSED
    )
    stage.add(id="b2", number="2", author=stage.appeal.author.__class__("Чойгана Ондар"))
    view = make(stage)
    until_qt(lambda: bool(view.kin.earlier.links), what="the earlier appeals")
    (link,) = view.kin.earlier.links
    assert link.text() == "15 марта 15:00 · Закрыто"
    with emits(view.link_opened) as opened:
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert opened == [(earlier,)]


def test_the_facts_carry_the_zone_of_the_appeal(stage: Stage) -> None:
    view = make(stage)
    facts = {fact.label: fact.value for fact in view.facts.facts()}
    heads = [label.text() for label in view.findChildren(QLabel)]
    assert "Об обращении · время: Кызыл, UTC+7" in heads
    assert facts["Получено"] == "14:20"
    assert facts["Филиал"] == "Тываэнерго"


def test_without_an_appeal_it_says_what_will_be_here(stage: Stage) -> None:
    view = make(stage)
    view.show_appeal(None)
    assert view.empty.title() == "Здесь будет справка"

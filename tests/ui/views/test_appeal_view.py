"""The appeal on the screen: its thread, its clocks, its history, and what is said of it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from console.changes import Changes
from console.domain.appeal import Author, Status
from console.domain.event import Event, EventKind
from console.domain.ids import Ref
from console.domain.message import MessageKind, MessageState
from console.readmodel import EntryState, PresenceRow
from tests.support.qt import emits
from tests.support.ui_builders import NOW, a_message, an_entry, an_envelope
from tests.support.ui_stage import Stage, on_stage
from ui.views.appeal_view import AppealView
from ui.views.thread_view import FIRST, MOST
from ui.widgets.text_block import TextBlock

EVIL = '<b>жирно</b> <img src="file:///etc/passwd"> <a href="javascript:1">тык</a>'


@pytest.fixture
def stage(qapp: QApplication) -> Generator[Stage]:
    with on_stage(qapp) as made:
        yield made


@pytest.fixture
def view(stage: Stage) -> AppealView:
    shown = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    shown.show_appeal(stage.ref)
    return shown


def texts(view: AppealView) -> list[str]:
    return [bubble.said.text for bubble in view.messages.shown()]


def fill(stage: Stage, count: int) -> None:
    stage.world.messages[stage.ref] = [
        a_message(f"c{n}", text=f"сообщение {n}", at=NOW - timedelta(minutes=count - n))
        for n in range(count)
    ]


# ------------------------------------------------------------------- what is shown


def test_without_an_appeal_the_way_to_one_is_told(stage: Stage, view: AppealView) -> None:
    view.show_appeal(None)
    assert view.empty.title() == "Обращение не выбрано"


def test_residents_words_are_never_taken_for_markup(stage: Stage, view: AppealView) -> None:
    stage.change(text=EVIL)
    stage.world.messages[stage.ref] = [a_message("c1", text=EVIL, author_name=EVIL)]
    stage.publish()
    assert EVIL in texts(view)
    labels = [label for label in view.findChildren(QLabel) if "<b>" in label.text()]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    bubble = view.messages.bubble("c1")
    assert bubble is not None
    assert bubble.body().text() == EVIL


def test_the_text_of_a_message_can_be_selected_and_copied(view: AppealView) -> None:
    body = view.messages.shown()[0].body()
    QTest.mouseClick(body, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert body.hasFocus()
    QTest.keyClick(body, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(body, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == body.text()


def test_a_selection_survives_a_change_elsewhere_in_the_thread(
    stage: Stage, view: AppealView
) -> None:
    body = view.messages.shown()[0].body()
    QTest.mouseDClick(body, Qt.MouseButton.LeftButton, pos=QPoint(10, 5))
    chosen = body.selected()
    assert chosen
    stage.resident_writes("c1")
    assert view.messages.shown()[0].body() is body
    assert body.selected() == chosen


def test_a_word_without_end_is_broken_and_not_cut(stage: Stage, view: AppealView) -> None:
    stage.world.messages[stage.ref] = [a_message("c1", text="а" * 900)]
    stage.publish()
    bubble = view.messages.bubble("c1")
    assert bubble is not None
    assert bubble.width() <= view.messages.viewport().width()
    assert bubble.body().height() > 10 * bubble.body().fontMetrics().height()


def test_a_link_is_offered_with_where_it_leads(stage: Stage, view: AppealView) -> None:
    stage.world.messages[stage.ref] = [a_message("c1", text="см. https://vk.com/photo1")]
    stage.publish()
    bubble = view.messages.bubble("c1")
    assert bubble is not None
    (button,) = bubble.buttons()
    with emits(view.web_link_opened) as opened:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert opened[0][0].url == "https://vk.com/photo1"


def test_a_reply_awaiting_approval_can_be_decided_in_its_place(qapp: QApplication) -> None:
    from console.domain.operator import Role
    from tests.support.ui_builders import an_operator

    me = an_operator("u1", role=Role.SENIOR)
    with on_stage(qapp, me=me) as stage:
        stage.world.operators[0] = me
        waiting = a_message("m1", kind=MessageKind.REPLY, author="u2", state=MessageState.AWAITING)
        stage.world.messages[stage.ref].append(waiting)
        view = stage.show(
            lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
        )
        view.show_appeal(stage.ref)
        bubble = view.messages.bubble("m1")
        assert bubble is not None
        approve, give_back = bubble.buttons()
        with emits(view.decided) as decided:
            QTest.mouseClick(approve, Qt.MouseButton.LeftButton)
            QTest.mouseClick(give_back, Qt.MouseButton.LeftButton)
        assert decided == [("m1", True), ("m1", False)]


def test_the_outbox_state_of_an_own_message_is_live(stage: Stage, view: AppealView) -> None:
    sent = a_message("m1", kind=MessageKind.REPLY, author="u1", text="Свет дадут к 16:30.")
    stage.world.messages[stage.ref].append(sent)
    stage.world.entries = [an_entry()]
    stage.publish(outbox=True)
    bubble = view.messages.bubble("m1")
    assert bubble is not None
    assert [label.text for label in bubble.said.labels] == ["Ждёт отправки"]
    bubble.body().select_all()
    stage.world.entries = [an_entry(state=EntryState.IN_FLIGHT)]
    stage.publish(outbox=True)
    assert [label.text for label in bubble.said.labels] == ["Отправляется"]
    assert bubble.body().selected() == sent.text
    stage.world.entries = []
    stage.publish(outbox=True)
    assert bubble.said.labels == ()


def test_a_colleague_who_opens_the_appeal_is_named_at_once(stage: Stage, view: AppealView) -> None:
    stage.world.presence[stage.ref] = (PresenceRow(stage.ref, "u2", "Борис Ким", typing=False),)
    stage.console.changes.publish(Changes(presence=True))
    stage.settle()
    words = [label.text() for label in view.head.findChildren(QLabel)]
    assert "Сейчас смотрят: Борис Ким" in words


@pytest.mark.parametrize("width", [360, 440])
def test_a_long_number_of_another_system_gives_way_to_the_name(
    stage: Stage, view: AppealView, width: int
) -> None:
    number = "ИМ-2026-11-23/0048731-СИБ-КРАСНОЯРСК-ВК-000193"
    stage.world.appeals[stage.ref] = replace(stage.world.appeals[stage.ref], number=number)
    stage.publish()
    view.setFixedWidth(width)
    stage.settle()
    name, line = view.head._name, view.head._line
    assert name.text() and name._shown() == name.text()
    assert number in line.text() and line._shown() != line.text()


def test_the_history_is_worded_when_somebody_looks(stage: Stage, view: AppealView) -> None:
    stage.world.events[stage.ref] = [
        Event("tyva", "e1", "a1", NOW, EventKind.ASSIGNED, "u2", {"to": "u1"}),
    ]
    stage.publish()
    assert view.history.words() == ()
    view.tabs.setCurrentIndex(1)
    assert view.history.words()[0] == "Назначен ответственный: вы"


def test_facts_for_the_commands_follow_the_appeal(stage: Stage, view: AppealView) -> None:
    focus = stage.dispatcher.focus
    assert (focus.has_appeal, focus.mine, focus.tagged, focus.ended) == (True, True, True, False)
    stage.change(status=Status.CLOSED, owner=None, outages=())
    focus = stage.dispatcher.focus
    assert (focus.mine, focus.owned, focus.tagged, focus.ended) == (False, False, False, True)
    view.show_appeal(None)
    assert not stage.dispatcher.focus.has_appeal


# ------------------------------------------------------------------- long threads


def test_a_long_thread_opens_at_its_end_with_a_handful_of_bubbles(
    stage: Stage, view: AppealView
) -> None:
    fill(stage, 1000)
    other = stage.add(id="a2", number="2")
    view.show_appeal(other)
    view.show_appeal(stage.ref)
    assert len(view.messages.shown()) == FIRST
    assert texts(view)[-1] == "сообщение 999"
    assert view.messages.at_end()


def test_scrolling_up_brings_earlier_messages_and_never_more_than_a_few(
    stage: Stage, view: AppealView
) -> None:
    fill(stage, 400)
    stage.publish()
    view.messages.to_newest()
    bar = view.messages.verticalScrollBar()
    seen = set(texts(view))
    for _ in range(200):
        if view.messages.shown()[0].said.text == stage.appeal.text:
            break
        bar.setValue(0)
        stage.settle()
        seen.update(texts(view))
        assert len(view.messages.shown()) <= MOST
        bar.setValue(bar.maximum() // 2)
    assert len(seen) == 401
    view.messages.to_newest()
    assert texts(view)[-1] == "сообщение 399"


def test_what_one_reads_stays_put_when_earlier_messages_come_in(
    stage: Stage, view: AppealView
) -> None:
    fill(stage, 300)
    stage.publish()
    view.messages.to_newest()
    bar = view.messages.verticalScrollBar()
    bar.setValue(200)
    stage.settle()
    top = _first_seen(view)
    bar.setValue(10)
    stage.settle()
    again = _first_seen(view)
    assert again[0] != "сообщение 0"
    assert again[1] <= 10
    assert top != again


def test_a_new_message_scrolls_only_who_stands_at_the_end(stage: Stage, view: AppealView) -> None:
    fill(stage, 60)
    stage.publish()
    view.messages.to_newest()
    stage.resident_writes("new1", "новое")
    assert view.messages.at_end()
    view.messages.verticalScrollBar().setValue(0)
    stage.settle()
    before = _first_seen(view)
    stage.resident_writes("new2", "ещё новее")
    assert _first_seen(view) == before
    assert not view.messages.at_end()
    button = [b for b in view.messages.findChildren(QWidget) if _says(b, "1 новое сообщение ниже")]
    assert button


# ------------------------------------------------------------------- clocks


def test_the_strip_says_what_is_left_and_until_when(view: AppealView) -> None:
    face = view.clocks.face()
    assert face is not None
    assert face.binding is not None
    assert face.binding.due == "до завтра 14:20 (Кызыл, UTC+7)"
    assert face.binding.left == "осталось 8 ч 20 мин рабочего времени"


def test_the_strip_follows_the_time_without_being_told(stage: Stage, view: AppealView) -> None:
    stage.console.clock.move(timedelta(minutes=5))
    view.clocks.tick()
    face = view.clocks.face()
    assert face is not None and face.binding is not None
    assert face.binding.left == "осталось 8 ч 15 мин рабочего времени"


def test_while_the_answer_waits_no_clock_is_said_to_have_stopped(
    stage: Stage, view: AppealView
) -> None:
    stage.world.appeals[stage.ref] = replace(
        stage.world.appeals[stage.ref], status=Status.PUBLISHED, first_reply_at=NOW
    )
    stage.world.entries = [an_entry(an_envelope(target=stage.ref))]
    stage.publish()
    face = view.clocks.face()
    assert face is not None and face.head.startswith("Ответ ещё не ушёл")
    stage.world.entries = []
    stage.publish()
    face = view.clocks.face()
    assert face is not None and face.head.startswith("Ответ больше не нужен")


def test_one_key_explains_the_deadline_line_by_line_and_esc_closes(
    stage: Stage, view: AppealView
) -> None:
    stage.dispatcher.run("appeal.why")
    lines = view.popover.explanation().split("\n")
    assert lines[-1].startswith("Срок: четверг, 19 марта 2026, 14:20")
    QTest.keyClick(view.popover, Qt.Key.Key_Down)
    assert view.popover.explanation().split("\n") != lines
    QTest.keyClick(view.popover, Qt.Key.Key_Escape)
    assert view.popover.isHidden()


def test_nothing_is_owed_once_it_is_answered(stage: Stage, view: AppealView) -> None:
    stage.change(status=Status.PUBLISHED, published_at=NOW, first_reply_at=NOW)
    face = view.clocks.face()
    assert face is not None
    assert face.binding is None
    assert face.head == "Ответ больше не нужен: сроки не идут"


def test_a_branch_without_a_calendar_still_opens(stage: Stage, view: AppealView) -> None:
    ref = stage.add(branch="mars", id="m9", number="1")
    view.show_appeal(ref)
    assert view.clocks.face() is None
    assert view.messages.shown()


def test_a_mention_of_another_appeal_leads_there(stage: Stage, view: AppealView) -> None:
    stage.add(id="a0", number="40001")
    stage.change(status=Status.DUPLICATE, duplicate_of="a0")
    with emits(view.link_opened) as opened:
        view.head.link_opened.emit(Ref("tyva", "a0"))
    assert opened == [(Ref("tyva", "a0"),)]
    words = [label.text() for label in view.head.findChildren(QLabel)]
    assert "Объединено с обращением № 40001: отвечают там." in words


def test_a_text_block_that_grows_is_never_cut(qapp: QApplication) -> None:
    block = TextBlock("слово " * 50, words=str)
    narrow, wide = block.heightForWidth(100), block.heightForWidth(400)
    assert narrow > wide > 0
    block.set_text("коротко")
    assert block.heightForWidth(400) < wide


def _first_seen(view: AppealView) -> tuple[str, int]:
    """The first message on the screen, and how far its upper edge is from the top."""
    top = view.messages.viewport().mapToGlobal(QPoint(0, 0)).y()
    for bubble in view.messages.shown():
        y = bubble.mapToGlobal(QPoint(0, 0)).y() - top
        if y + bubble.height() > 0:
            return bubble.said.text, y
    return "", 0


def _says(widget: QWidget, words: str) -> bool:
    text = getattr(widget, "text", None)
    return widget.isVisible() and callable(text) and text() == words


def test_comments_of_others_are_one_line_until_they_are_unfolded(
    stage: Stage, view: AppealView
) -> None:
    stage.change(thread="wall-1")
    said = ("+1", "Мы тоже сидим без света, Кочетова 20", "и у нас")
    for number, text in enumerate(said):
        author = Author(f"Житель {number}", f"vk.com/{number}")
        at = NOW - timedelta(minutes=9 - number)
        stage.add(id=f"c{number}", thread="wall-1", text=text, author=author, created_at=at)
    stage.publish()
    strip = view.comments
    assert strip.head.text() == "Под постом ещё 3 комментария, «+1» — 2 раза"
    assert strip.list.isHidden()
    QTest.keyClick(strip.head, Qt.Key.Key_Space)
    assert not strip.list.isHidden()
    told, agreed = strip.words()
    assert told.endswith("Мы тоже сидим без света, Кочетова 20")
    assert agreed == "«+1» и подобное: 2 раза\nЖитель 0, Житель 2"
    with emits(view.link_opened) as opened:
        QTest.keyClick(strip.list, Qt.Key.Key_Return)
    assert opened == [(Ref("tyva", "c1"),)]
    QTest.keyClick(strip.list, Qt.Key.Key_Escape)
    view.show_appeal(Ref("tyva", "c1"))
    assert strip.list.isHidden()
    view.show_appeal(stage.add(id="d1"))
    assert strip.isHidden()

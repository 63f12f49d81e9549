"""The commands of one appeal: what each asks, what it does, and how it is undone."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDateTimeEdit, QLabel, QPlainTextEdit

from console.domain.appeal import Outcome, Status
from console.domain.draft import DraftMode
from console.domain.message import MessageKind, MessageState
from console.domain.mutations import (
    Approve,
    Close,
    DecideTransfer,
    Reopen,
    RequestTransfer,
    ReturnReply,
)
from console.domain.operator import Role
from tests.support.command_desk import Desk, a_desk
from tests.support.ui_builders import NOW, a_message, an_operator
from tests.support.ui_stage import on_stage
from tests.support.writing import write
from ui.views.appeal_view import AppealView


@pytest.fixture
def desk(qapp: QApplication) -> Generator[Desk]:
    me = replace(an_operator("u1"), role=Role.SUPERVISOR, branches=("tyva",))
    with on_stage(qapp, me=me) as stage:
        stage.world.operators[0] = me
        yield a_desk(stage)


# ------------------------------------------------------------------- closing


def test_e_and_ctrl_enter_close_nothing(desk: Desk) -> None:
    desk.commands.close()
    dialog = desk.dialog("close")
    desk.accept(dialog)
    assert desk.sent() == []
    assert dialog.isVisible()
    assert dialog.said() == "Выберите итог."


def test_an_appeal_that_needs_no_reply_is_closed_by_its_digit_and_can_be_reopened(
    desk: Desk,
) -> None:
    desk.commands.close()
    dialog = desk.dialog("close")
    desk.digit(dialog, 3)
    desk.accept(dialog)
    assert desk.sent() == [Close(Outcome.NO_REPLY_NEEDED)]
    assert desk.told == [("Обращение завершено", True)]
    desk.undo()
    assert isinstance(desk.sent()[-1], Reopen)


@pytest.mark.parametrize(
    ("hours", "said"),
    [(2, "Срок ответа ещё идёт, до 17:00"), (-1, "Срок ответа прошёл: 14:00")],
)
def test_closing_says_until_when_an_answer_is_owed(desk: Desk, hours: int, said: str) -> None:
    due = NOW + timedelta(hours=hours)
    reader: Any = desk.stage.console.reader
    row = replace(reader.queue_rows([reader.row_id(desk.stage.ref)])[0], due_at=due)
    reader.queue_rows = lambda ids: [row]
    desk.commands.close()
    words = [label.text() for label in desk.dialog("close").findChildren(QLabel)]
    assert any(said in one for one in words), words


@pytest.mark.parametrize("digit", [1, 2])
def test_what_was_not_answered_cannot_be_closed_as_answered_and_the_form_stays(
    desk: Desk, digit: int
) -> None:
    desk.commands.close()
    dialog = desk.dialog("close")
    desk.digit(dialog, digit)
    desk.reason(dialog, "акт № 5")
    desk.accept(dialog)
    assert desk.sent() == []
    assert dialog.said().startswith("Жителю ещё не ответили.")
    assert dialog.findChildren(QPlainTextEdit)[0].toPlainText() == "акт № 5"


def test_danger_is_not_closed_unanswered(desk: Desk) -> None:
    desk.stage.change(danger=True)
    desk.commands.close()
    dialog = desk.dialog("close")
    desk.digit(dialog, 3)
    desk.accept(dialog)
    assert desk.sent() == []
    assert dialog.said().startswith("Угроза жизни: сначала ответьте")


def test_solved_needs_a_fact_where_no_outage_is_tagged(desk: Desk) -> None:
    desk.stage.change(status=Status.PUBLISHED, outages=())
    desk.commands.close()
    dialog = desk.dialog("close")
    desk.digit(dialog, 1)
    desk.accept(dialog)
    assert desk.sent() == []
    assert dialog.said().startswith("«Решено» нужно подтвердить")
    desk.reason(dialog, "  акт № 5 ")
    desk.accept(dialog)
    assert desk.sent() == [Close(Outcome.SOLVED, "акт № 5")]


def test_reopening_needs_a_reason(desk: Desk) -> None:
    desk.stage.change(status=Status.PUBLISHED)
    desk.commands.reopen()
    dialog = desk.dialog("reopen")
    desk.accept(dialog)
    assert desk.sent() == []
    desk.reason(dialog, "света снова нет")
    desk.accept(dialog)
    assert desk.sent() == [Reopen("света снова нет")]


def test_nobodys_network_is_chosen_for_a_transfer(desk: Desk) -> None:
    desk.commands.transfer()
    dialog = desk.dialog("transfer")
    desk.reason(dialog, "внутридомовая сеть")
    desk.accept(dialog)
    assert desk.sent() == []
    assert dialog.said() == "Выберите, чья это сеть."
    dialog.findChildren(QPlainTextEdit)[0].clearFocus()
    desk.digit(dialog, 2)
    desk.accept(dialog)
    assert desk.sent() == [RequestTransfer("Другая сетевая компания", "внутридомовая сеть")]


@pytest.mark.parametrize(("digit", "granted"), [(1, True), (2, False)])
def test_a_transfer_is_decided_by_a_choice(desk: Desk, digit: int, granted: bool) -> None:
    desk.stage.change(status=Status.TRANSFER_REQUESTED)
    desk.commands.decide_transfer()
    dialog = desk.dialog("decide_transfer")
    desk.accept(dialog)
    assert desk.sent() == []
    desk.digit(dialog, digit)
    desk.accept(dialog)
    assert desk.sent() == [DecideTransfer(granted, "")]


# ------------------------------------------------------------------- approval


def awaiting(desk: Desk) -> None:
    draft = a_message("m7", kind=MessageKind.REPLY, author="u3", state=MessageState.AWAITING)
    desk.stage.world.messages[desk.stage.ref] = [draft]
    desk.stage.change(awaiting="m7", status=Status.ON_APPROVAL)


def test_what_awaits_approval_is_approved(desk: Desk) -> None:
    awaiting(desk)
    desk.commands.approve()
    desk.stage.settle()
    assert [type(one) for one in desk.sent()] == [Approve]
    assert desk.sent()[0].message == "m7"


def test_what_is_approved_is_what_stands_on_the_screen(desk: Desk) -> None:
    """A comment that came a moment ago holds the reply back, read by nobody as it is."""
    awaiting(desk)
    stage = desk.stage
    shown = stage.console.reader.appeal(stage.ref)
    assert shown is not None
    desk.commands._shows = lambda: shown
    stage.world.appeals[stage.ref] = replace(shown.appeal, last_resident_message="c9")
    desk.commands.approve()
    seen = stage.console.reply.approved_by
    assert seen is not None
    assert seen.last_resident_message == shown.appeal.last_resident_message != "c9"


def test_approving_what_is_gone_is_said(desk: Desk) -> None:
    desk.stage.dispatcher.guard(lambda: desk.commands.approve("m9"))
    assert [type(one).__name__ for one in desk.errors] == ["GoneError"]


def test_a_reply_is_returned_with_a_reason(desk: Desk) -> None:
    awaiting(desk)
    desk.commands.return_reply()
    dialog = desk.dialog("return")
    desk.accept(dialog)
    assert desk.sent() == []
    desk.reason(dialog, "нет срока")
    desk.accept(dialog)
    assert desk.sent() == [ReturnReply("m7", "нет срока")]


# ------------------------------------------------------------------- what is being written


@pytest.fixture
def view(desk: Desk) -> AppealView:
    stage = desk.stage
    shown = stage.show(
        lambda: AppealView(stage.context, stage.bridge, stage.dispatcher, speech=stage.speech)
    )
    shown.show_appeal(stage.ref)
    return shown


def test_a_promise_of_ones_own_time_reaches_the_draft_in_utc(desk: Desk, view: AppealView) -> None:
    write(view.composer, "Разбираемся", DraftMode.INTERIM)
    desk.commands.ask_promise(view.composer)
    dialog = desk.dialog("promise")
    moment = dialog.findChildren(QDateTimeEdit)[0]
    assert moment.text() == "18.03.2026 18:00"
    moment.setDateTime(moment.dateTime().addSecs(1800))
    desk.accept(dialog)
    assert view.composer.sheet is not None
    assert view.composer.sheet.draft.promise_at == NOW + timedelta(hours=3, minutes=30)


def test_no_time_that_has_passed_can_be_promised(desk: Desk, view: AppealView) -> None:
    write(view.composer, "Разбираемся", DraftMode.INTERIM)
    desk.commands.ask_promise(view.composer)
    dialog = desk.dialog("promise")
    moment = dialog.findChildren(QDateTimeEdit)[0]
    moment.setDateTime(moment.dateTime().addDays(-2))
    desk.accept(dialog)
    assert view.composer.sheet is not None
    assert view.composer.sheet.draft.promise_at == NOW


def test_a_promise_given_up_changes_nothing(desk: Desk, view: AppealView) -> None:
    write(view.composer, "Разбираемся", DraftMode.INTERIM)
    desk.commands.ask_promise(view.composer)
    desk.dialog("promise").reject()
    assert view.composer.sheet is not None
    assert view.composer.sheet.draft.promise_at is None


def test_a_draft_is_discarded_only_after_a_yes(desk: Desk, view: AppealView) -> None:
    write(view.composer, "Разбираемся")
    view.composer.flush()
    desk.commands.ask_discard(view.composer)
    desk.dialog("discard_draft").reject()
    desk.stage.settle()
    assert [one.text for one in desk.stage.drafts()] == ["Разбираемся"]
    desk.commands.ask_discard(view.composer)
    desk.accept(desk.dialog("discard_draft"))
    assert desk.stage.drafts() == []
    assert view.composer.sheet is None


def test_a_command_without_an_appeal_is_refused_and_not_a_crash(desk: Desk) -> None:
    desk.chosen.ref = None
    for command in (desk.commands.close, desk.commands.transfer, desk.triage.postpone):
        desk.stage.dispatcher.guard(command)
    assert [type(one).__name__ for one in desk.errors] == ["GoneError"] * 3

"""The commands of triage: what each asks, what it does to all that is selected, its undoing."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDateTimeEdit, QLabel

from console.domain.appeal import Status
from console.domain.ids import Ref
from console.domain.mutations import (
    Assign,
    Claim,
    Postpone,
    Release,
    Resume,
    SetTopic,
    TagOutage,
    UntagOutage,
)
from console.domain.operator import Role
from console.domain.pause import Pause
from console.domain.snooze import Wake, woken
from tests.support.command_desk import Desk, a_desk
from tests.support.ui_builders import NOW, PEOPLE, an_operator, an_outage, here
from tests.support.ui_stage import on_stage
from ui.presenters.appeal import AppealFace, appeal_face
from ui.presenters.history import history


@pytest.fixture
def desk(qapp: QApplication) -> Generator[Desk]:
    me = replace(an_operator("u1"), role=Role.SUPERVISOR, branches=("tyva",))
    with on_stage(qapp, me=me) as stage:
        stage.world.operators[0] = me
        yield a_desk(stage)


# ------------------------------------------------------------------- whose it is


def test_claiming_takes_all_that_is_selected_and_undoing_gives_them_back(desk: Desk) -> None:
    desk.stage.change(owner=None, status=Status.NEW)
    other = desk.stage.add(id="a2", number="2", owner=None, status=Status.NEW)
    desk.chosen.refs = (desk.stage.ref, other)
    desk.triage.claim()
    desk.stage.settle()
    assert desk.sent() == [Claim(), Claim()]
    assert desk.told == [("Взято 2 обращения", True)]
    desk.undo()
    assert desk.sent()[2:] == [Release(), Release()]


def test_what_cannot_be_claimed_is_said_and_the_rest_is_claimed(desk: Desk) -> None:
    desk.stage.change(owner="u1")
    free = desk.stage.add(id="a2", number="2", owner=None, status=Status.NEW)
    desk.chosen.refs = (desk.stage.ref, free)
    desk.triage.claim()
    desk.stage.settle()
    assert desk.told == [
        ("Обращение взято. Ещё одно нельзя: это обращение уже у вас в работе", True)
    ]
    assert desk.errors == []


def test_a_colleague_is_chosen_by_name_and_undoing_gives_back_to_whom_it_was(desk: Desk) -> None:
    desk.triage.assign()
    desk.choose("assign", "Вера")
    assert desk.sent() == [Assign("u3")]
    assert desk.told == [("Передано: Вера Сидорова", True)]
    desk.undo()
    assert desk.sent()[-1] == Assign("u1")


def test_assigning_what_was_nobodys_is_undone_by_releasing_it(desk: Desk) -> None:
    desk.stage.change(owner=None, status=Status.NEW)
    desk.triage.assign("u2")
    desk.stage.settle()
    desk.undo()
    assert desk.sent() == [Assign("u2"), Release()]


def test_releasing_can_be_undone(desk: Desk) -> None:
    desk.triage.release()
    desk.stage.settle()
    assert desk.told == [("Обращение снова не назначено", True)]
    desk.undo()
    assert desk.sent() == [Release(), Claim()]


# ------------------------------------------------------------------- what it is about


def test_a_topic_is_chosen_by_its_name_and_brings_its_danger(desk: Desk) -> None:
    topics = desk.stage.context.console.rulebook.topics.topics
    dangerous = next(key for key, one in topics.items() if one.danger)
    desk.triage.set_topic()
    assert desk.palette("topic").hits()
    desk.triage.set_topic(dangerous)
    desk.stage.settle()
    assert desk.sent() == [SetTopic(dangerous, True)]
    desk.undo()
    assert desk.sent()[-1] == SetTopic("outage.emergency", False)


def test_an_outage_is_chosen_from_those_that_are_not_tagged(desk: Desk) -> None:
    desk.stage.world.outages["o2"] = an_outage(id="o2", areas=())
    desk.triage.tag(choose=True)
    offered = [hit.item.id for hit in desk.palette("tag").hits()]
    assert offered == ["o2"]
    desk.triage.tag("o2", 0.5)
    desk.stage.settle()
    assert desk.sent() == [TagOutage("o2", 0.5)]
    desk.undo()
    assert desk.sent()[-1] == UntagOutage("o2")


def test_untagging_is_undone_with_the_same_confidence(desk: Desk) -> None:
    desk.triage.untag()
    desk.stage.settle()
    desk.undo()
    assert desk.sent() == [UntagOutage("o1"), TagOutage("o1", 0.9)]


def test_nothing_happens_where_nothing_is_tagged(desk: Desk) -> None:
    desk.stage.change(outages=())
    desk.triage.untag()
    assert desk.sent() == []


# ------------------------------------------------------------------- where it stands


def test_postponing_needs_a_reason_and_keeps_to_the_local_time(desk: Desk) -> None:
    desk.stage.change(status=Status.INTERIM_PUBLISHED, interim_at=NOW)
    desk.triage.postpone()
    dialog = desk.dialog("postpone")
    assert dialog.findChildren(QDateTimeEdit)[0].text() == "21.03.2026 10:00"
    desk.accept(dialog)
    assert (desk.sent(), dialog.isVisible()) == ([], True)
    desk.reason(dialog, "ждём опору")
    desk.accept(dialog)
    until = NOW.replace(day=21, hour=3)
    assert desk.sent() == [Postpone(until, "ждём опору")]
    desk.undo()
    assert desk.sent()[-1] == Resume()


def test_a_postponed_appeal_is_resumed(desk: Desk) -> None:
    later = NOW + timedelta(days=1)
    desk.stage.change(status=Status.POSTPONED, interim_at=NOW, postponed_until=later)
    desk.triage.resume()
    desk.stage.settle()
    assert desk.sent() == [Resume()]
    assert desk.told == [("Обращение снова в работе", True)]


# ------------------------------------------------------------------- on a selection


def _three(desk: Desk, **changes: Any) -> tuple[Ref, ...]:
    desk.stage.change(**changes)
    others = [desk.stage.add(id=f"b{n}", number=f"2{n}", **changes) for n in (1, 2)]
    desk.chosen.refs = (desk.stage.ref, *others)
    return desk.chosen.refs


def test_a_topic_is_set_for_all_and_each_gets_its_own_back(desk: Desk) -> None:
    _three(desk)
    last = desk.chosen.refs[-1]
    world = desk.stage.world
    world.appeals[last] = replace(world.appeals[last], topic="quality.low")
    before = [world.appeals[ref].topic for ref in desk.chosen.refs]
    desk.triage.set_topic()
    assert desk.palette("topic")._field.placeholderText() == "Тема для 3 обращений"
    desk.triage.set_topic("outage.planned")
    desk.stage.settle()
    assert desk.told == [("Тема у 3 обращений: Плановое отключение", True)]
    desk.undo()
    assert [world.appeals[ref].topic for ref in desk.chosen.refs] == before
    assert before[0] != before[-1]


def test_one_undo_is_told_of_those_that_somebody_has_changed_since(desk: Desk) -> None:
    refs = _three(desk, owner=None, status=Status.NEW)
    desk.triage.claim()
    desk.stage.settle()
    world = desk.stage.world
    world.appeals[refs[0]] = replace(world.appeals[refs[0]], owner=None)
    desk.undo()
    assert desk.told[-1][0].startswith("Одно обращение не вернуть, его уже изменили: у обращения")
    assert [world.appeals[ref].owner for ref in refs] == [None] * 3


def test_appeals_of_other_branches_are_left_out_of_an_outage_and_it_is_said(desk: Desk) -> None:
    desk.stage.world.outages["o2"] = an_outage(id="o2", areas=())
    refs = _three(desk, outages=())
    world = desk.stage.world
    other = world.add(replace(world.appeals[refs[-1]], branch="omsk", id="far"))
    desk.chosen.refs = (*refs, other)
    desk.triage.tag()
    hint = "Отключение для 3 обращений; из других филиалов не привязать: 1"
    assert desk.palette("tag")._field.placeholderText() == hint
    desk.triage.tag("o2", 0.9)
    desk.stage.settle()
    assert desk.sent() == [TagOutage("o2", None)] * 3
    assert desk.told[0][0] == (
        "Отключение привязано к 3 обращениям. Ещё одно нельзя: отключение другого филиала: к этому"
        " обращению его не привязать"
    )
    desk.undo()
    assert not any(world.appeals[ref].outages for ref in refs)


def test_who_cannot_be_postponed_is_said_before_and_the_rest_is_postponed(desk: Desk) -> None:
    refs = _three(desk, status=Status.INTERIM_PUBLISHED, interim_at=NOW)
    world = desk.stage.world
    world.appeals[refs[1]] = replace(world.appeals[refs[1]], interim_at=None)
    desk.triage.postpone()
    dialog = desk.dialog("postpone")
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Выбрано 3 обращения: срок и причина будут у всех одни." in words
    assert any(one.startswith("Одно отложить нельзя: ") for one in words), words
    desk.reason(dialog, "ждём опору")
    desk.accept(dialog)
    assert desk.told[0][0].startswith("Отложено 2 обращения. Ещё одно нельзя: ")
    assert [world.appeals[ref].status for ref in refs] == [
        Status.POSTPONED,
        Status.INTERIM_PUBLISHED,
        Status.POSTPONED,
    ]
    desk.undo()
    assert all(world.appeals[ref].status is Status.INTERIM_PUBLISHED for ref in refs)


def test_all_that_is_postponed_is_taken_up_again_and_back_to_the_same_day(desk: Desk) -> None:
    later = NOW + timedelta(days=1)
    pause = (Pause(NOW, None, "ждём опору"),)
    refs = _three(
        desk, status=Status.POSTPONED, interim_at=NOW, postponed_until=later, pauses=pause
    )
    desk.triage.resume()
    desk.stage.settle()
    assert desk.told == [("3 обращения снова в работе", True)]
    desk.undo()
    assert desk.sent()[3:] == [Postpone(later, "ждём опору")] * 3
    assert {desk.stage.world.appeals[ref].status for ref in refs} == {Status.POSTPONED}


def test_where_nothing_can_be_done_there_is_nothing_to_undo(desk: Desk) -> None:
    _three(desk, owner="u1")
    desk.triage.claim()
    desk.stage.settle()
    assert desk.told == [
        ("Ничего не изменено, нельзя ни одно из 3: это обращение уже у вас в работе", False)
    ]


# ------------------------------------------------------------------- what is waited for


def _may_wait(desk: Desk) -> None:
    desk.stage.change(status=Status.INTERIM_PUBLISHED, interim_at=NOW)


def test_power_is_waited_for_by_one_digit_and_the_head_says_so(desk: Desk) -> None:
    _may_wait(desk)
    desk.triage.postpone()
    dialog = desk.dialog("postpone")
    desk.digit(dialog, 2)
    desk.reason(dialog, "ждём включения")
    desk.accept(dialog)
    outage = desk.stage.world.outages["o1"]
    until = NOW.replace(day=21, hour=3)
    assert desk.sent() == [Postpone(until, "ждём включения", "o1", outage.version)]
    notices = " ".join(one.text for one in _face(desk).notices)
    assert "Причина: ждём включения. Вернётся раньше, если изменится отключение" in notices
    desk.undo()
    assert desk.sent()[-1] == Resume()


def test_an_answer_is_waited_for_no_longer_than_the_norm(desk: Desk) -> None:
    _may_wait(desk)
    desk.stage.change(outages=())
    desk.triage.postpone()
    dialog = desk.dialog("postpone")
    desk.digit(dialog, 2)
    desk.reason(dialog, "спросили адрес")
    moment = dialog.findChildren(QDateTimeEdit)[0]
    moment.setDateTime(moment.dateTime().addDays(60))
    desk.accept(dialog)
    assert (desk.sent(), dialog.said()) == (
        [],
        "Так можно отложить не больше чем на 30 дней.",
    )
    moment.setDateTime(moment.dateTime().addDays(-60))
    desk.accept(dialog)
    assert [one.awaits_resident for one in desk.sent()] == [True]


@pytest.mark.parametrize("why", list(Wake))
def test_what_woke_by_itself_says_why_in_the_head_and_in_the_history(desk: Desk, why: Wake) -> None:
    _may_wait(desk)
    desk.triage.postpone()
    dialog = desk.dialog("postpone")
    desk.digit(dialog, 2)
    desk.reason(dialog, "ждём")
    desk.accept(dialog)
    awake, event = woken(desk.stage.appeal, why, now=NOW)
    desk.stage.world.appeals[desk.stage.ref] = awake
    desk.stage.world.events[desk.stage.ref].append(event)
    said = "Вернулось из отложенных: "
    assert any(one.text.startswith(said) for one in _face(desk).notices)
    view = desk.stage.console.reader.appeal(desk.stage.ref)
    assert view is not None
    lines = history(view, here(), PEOPLE, desk.stage.world.outages.get)
    assert any(one.what.startswith(said) for one in lines)


def _face(desk: Desk) -> AppealFace:
    view = desk.stage.console.reader.appeal(desk.stage.ref)
    assert view is not None
    return appeal_face(view, here(), PEOPLE)

"""The commands of triage: what each asks, what it does to all that is selected, its undoing."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QDateTimeEdit

from console.domain.appeal import Status
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
from tests.support.command_desk import Desk, a_desk
from tests.support.ui_builders import NOW, an_operator, an_outage
from tests.support.ui_stage import on_stage


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
    assert desk.told == [("Обращение взято", True)]
    assert [type(one).__name__ for one in desk.errors] == ["RefusedError"]


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
    assert desk.told == [("Обращение снова в работе", False)]

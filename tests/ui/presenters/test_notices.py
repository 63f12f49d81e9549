"""Notices: each thing once, a storm in a sum, nothing of what was so before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count

import pytest

from console.domain.ids import Ref
from console.i18n import Catalog
from console.readmodel import Link, QueueRow, SyncStatus
from ui.presenters.notices import ORDER, Happening, Watch, batch, is_quiet
from ui.presenters.preferences import NOTICE_CLASSES

NOON = datetime(2026, 11, 18, 5, tzinfo=UTC)
ME = "u1"
RU = Catalog.load("ru")
_numbers = count(1)


def a_row(**changes: object) -> QueueRow:
    number = str(next(_numbers))
    row = QueueRow(
        ref=Ref("xk", number),
        number=number,
        status="new",
        topic="outage.emergency",
        danger=False,
        high_priority=False,
        channel="vk",
        author="Марина",
        place="Солонцы",
        first_line="Нет света",
        created_at=NOON + timedelta(minutes=1),
        started_at=NOON,
        due_at=NOON + timedelta(hours=10),
        preset="im",
        paused=False,
        owner=None,
        owner_name="",
        outage=None,
        outage_status=None,
        outage_etr=None,
        outbox_state=None,
        has_draft=False,
        unread=True,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def kinds(happenings: Iterable[Happening]) -> list[str]:
    return [one.kind for one in happenings]


@pytest.fixture
def watch() -> Watch:
    return Watch(ME, NOON)


def test_a_new_appeal_is_told_once(watch: Watch) -> None:
    row = a_row()
    assert kinds(watch.look([row])) == ["new"]
    assert watch.look([row, replace(row, unread=False)]) == []


def test_what_was_there_before_is_no_news(watch: Watch) -> None:
    old = a_row(created_at=NOON - timedelta(hours=1), danger=True)
    assert watch.look([old]) == []


def test_danger_is_told_when_it_comes_and_when_it_is_found_out(watch: Watch) -> None:
    assert kinds(watch.look([a_row(danger=True)])) == ["danger"]
    row = a_row()
    watch.look([row])
    assert kinds(watch.look([replace(row, danger=True)])) == ["danger"]
    assert watch.look([replace(row, danger=False), replace(row, danger=True)]) == []


def test_an_appeal_that_becomes_mine_is_told_and_one_that_i_take_is_not(watch: Watch) -> None:
    row = a_row(created_at=NOON - timedelta(days=1))
    assert kinds(watch.look([replace(row, owner=ME)])) == ["assigned"]
    assert watch.look([replace(row, owner=ME)]) == []
    taken = a_row(created_at=NOON - timedelta(days=1), owner=ME, outbox_state="queued")
    assert watch.look([taken, replace(taken, outbox_state=None)]) == []


def test_what_was_mine_at_the_beginning_is_not_told(watch: Watch) -> None:
    mine = a_row(owner=ME)
    held = a_row(owner=ME, outbox_state="held")
    watch.begin([mine, held])
    assert watch.look([mine, held]) == []


def test_a_held_reply_is_told_again_only_after_it_had_gone(watch: Watch) -> None:
    row = a_row(owner="u2", created_at=NOON - timedelta(days=1))
    held = replace(row, outbox_state="held")
    assert kinds(watch.look([held])) == ["held"]
    assert watch.look([held]) == []
    watch.look([row])
    assert kinds(watch.look([held])) == ["held"]


def test_a_clock_is_told_at_a_half_at_four_fifths_and_at_its_end(watch: Watch) -> None:
    row = a_row(owner=ME)
    told = {hours: kinds(watch.tick([row], NOON + timedelta(hours=hours))) for hours in range(12)}
    assert {hours: one for hours, one in told.items() if one} == {
        5: ["deadline_50"],
        8: ["deadline_80"],
        10: ["deadline_100"],
    }


def test_a_clock_that_stood_still_unseen_is_told_by_its_last_mark_alone(watch: Watch) -> None:
    row = a_row(owner=ME)
    assert kinds(watch.tick([row], NOON + timedelta(hours=11))) == ["deadline_100"]
    assert watch.tick([replace(row, paused=True)], NOON + timedelta(hours=12)) == []


def test_a_moved_deadline_is_told_anew(watch: Watch) -> None:
    row = a_row(owner=ME)
    watch.tick([row], NOON + timedelta(hours=11))
    moved = replace(row, due_at=NOON + timedelta(hours=12))
    assert kinds(watch.tick([moved], NOON + timedelta(hours=13))) == ["deadline_100"]


def test_the_link_is_told_lost_after_a_while_and_back_only_then(watch: Watch) -> None:
    offline = SyncStatus(Link.OFFLINE, since=NOON)
    assert watch.link(offline, NOON + timedelta(seconds=5)) == []
    assert watch.link(SyncStatus(Link.ONLINE), NOON) == []
    assert [one.state for one in watch.link(offline, NOON + timedelta(minutes=1))] == ["lost"]
    assert watch.link(offline, NOON + timedelta(minutes=2)) == []
    assert [one.state for one in watch.link(SyncStatus(Link.ONLINE), NOON)] == ["back"]


def test_a_mention_is_told_once_and_again_after_it_was_taken_note_of(watch: Watch) -> None:
    old, row = a_row(), a_row()
    watch.begin([], [old])
    assert watch.called([old]) == []
    assert kinds(watch.called([old, row])) == ["mention"]
    assert watch.called([old, row]) == []
    assert watch.called([old]) == []
    assert kinds(watch.called([old, row])) == ["mention"]


def test_few_are_told_one_by_one_and_a_storm_in_a_sum() -> None:
    row = Happening("new", Ref("xk", "1"), "Марина", "Солонцы", "")
    two = batch([row, row], RU)
    assert [(one.title, one.body) for one in two] == [("Новое обращение", "Марина. Солонцы")] * 2
    storm = batch([row] * 13, RU)
    assert [one.body for one in storm] == ["Марина. Солонцы", "ещё 12 новых"]
    assert storm[1].ref is None


def test_what_is_most_urgent_comes_first() -> None:
    happenings = [Happening(kind, state="lost") for kind in reversed(ORDER)]
    assert [one.kind for one in batch(happenings, RU)] == list(ORDER)
    assert set(ORDER) == set(NOTICE_CLASSES)


def test_a_locked_screen_names_nobody() -> None:
    row = Happening("danger", Ref("xk", "1"), "Марина", "Солонцы", "outage.emergency")
    (notice,) = batch([row], RU, discreet=True)
    assert "Марина" not in notice.body
    assert "Солонцы" not in notice.body


@pytest.mark.parametrize(
    ("at", "quiet"), [("21:59", False), ("22:00", True), ("03:00", True), ("07:00", False)]
)
def test_quiet_hours_go_over_midnight(at: str, quiet: bool) -> None:
    hour, minute = at.split(":")
    assert is_quiet(time(int(hour), int(minute)), time(22), time(7)) is quiet
    assert is_quiet(time(13), time(12), time(14))
    assert not is_quiet(time(12), time(12), time(12))


def test_what_is_offered_and_what_comes_back_is_told_once_each_by_its_name(watch: Watch) -> None:
    old, row, back = a_row(owner="u2"), a_row(owner="u2"), a_row(owner=ME)
    watch.begin([], [], [old])
    found = watch.offered([old, row, back])
    assert [(one.kind, one.state) for one in found] == [
        ("assigned", "offered"),
        ("assigned", "back"),
    ]
    assert watch.offered([old, row, back]) == []
    titles = [one.title for one in batch(found, RU)]
    assert titles == ["Вам передают обращение", "Вам вернули обращение"]

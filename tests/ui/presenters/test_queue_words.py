"""The words and the ring of a queue row."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Status
from console.domain.ids import Ref
from console.domain.snooze import Wake
from console.i18n import LANGUAGES, Catalog
from console.readmodel import PresenceRow, QueueRow
from tests.support.fake_console import NOON, RULES
from ui.presenters.queue import FACTS, SHARES, QueueWords

HOUR = timedelta(hours=1)
ROW = QueueRow(
    ref=Ref("krasnoyarsk", "a1"),
    number="48001",
    status="new",
    topic="outage.emergency",
    danger=False,
    high_priority=False,
    channel="vk",
    author="Марина Кузнецова",
    place="Солонцы, ул. Пятая",
    first_line="Нет света с утра",
    created_at=NOON - HOUR,
    started_at=NOON - 4 * HOUR,
    due_at=NOON + 4 * HOUR,
    preset="im_standard",
    paused=False,
    owner=None,
    owner_name="",
    outage=None,
    outage_status=None,
    outage_etr=None,
    outbox_state=None,
    has_draft=False,
    unread=False,
)


def words(language: str = "ru", me: str = "op-1") -> QueueWords:
    return QueueWords(Catalog.load(language), RULES.zones, me, timedelta(minutes=60))


def test_a_row_shows_what_is_wanted_and_says_the_whole() -> None:
    few = replace(words(), facts=frozenset())
    line = few.line(ROW, NOON)
    assert (line.where, line.topic, line.number) == ("", "", "")
    assert "Солонцы, ул. Пятая" in few.spoken(ROW, NOON)
    assert "Аварийное отключение" in few.spoken(ROW, NOON)
    names = {one.key: one.name for one in RULES.branches}
    many = replace(words(), facts=frozenset(FACTS), branches=names)
    line = many.line(ROW, NOON)
    assert line.where == "Красноярскэнерго · Солонцы, ул. Пятая"
    assert (line.topic, line.number) == ("Аварийное отключение", "№ 48001")
    said = many.spoken(ROW, NOON)
    assert "№ 48001" in said and "Красноярскэнерго" in said


def test_a_row_without_a_number_shows_none() -> None:
    many = replace(words(), facts=frozenset(FACTS))
    assert many.line(replace(ROW, number=""), NOON).number == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", sorted(set(Status) - {"new", "assigned", "in_work"}))
def test_every_unusual_status_has_a_short_name_and_a_sign(status: str, language: str) -> None:
    line = words(language).line(replace(ROW, status=status), NOON)
    assert "‹" not in line.status
    assert line.status_icon


@pytest.mark.parametrize(
    ("left", "said", "kind"),
    [
        (timedelta(hours=2, minutes=5), "2 ч 05 мин", "ok"),
        (timedelta(hours=2, minutes=5, seconds=59), "2 ч 05 мин", "ok"),
        (timedelta(minutes=60), "1 ч", "soon"),
        (timedelta(minutes=4), "4 мин", "soon"),
        (timedelta(seconds=59), "меньше минуты", "soon"),
        (timedelta(0), "срок только что вышел", "overdue"),
        (timedelta(minutes=-40), "просрочено на 40 мин", "overdue"),
        (timedelta(days=-2, hours=-3), "просрочено на 2 дня", "overdue"),
        (timedelta(days=-1, hours=-5, minutes=-9), "просрочено на 1 день 5 ч", "overdue"),
        (timedelta(hours=-17, minutes=-5), "просрочено на 17 ч", "overdue"),
        (timedelta(hours=9, minutes=59), "9 ч 59 мин", "ok"),
        (timedelta(hours=23, minutes=51), "23 ч", "ok"),
    ],
)
def test_the_time_left_is_said_in_words(left: timedelta, said: str, kind: str) -> None:
    ringing = words().ringing(replace(ROW, due_at=NOON + left), NOON)
    assert (ringing.words, ringing.kind) == (said, kind)


def test_the_last_fifth_of_a_long_time_is_soon() -> None:
    row = replace(ROW, started_at=NOON - 17 * HOUR, due_at=NOON + 4 * HOUR)
    assert words().ringing(row, NOON).kind == "soon"


def test_the_ring_is_as_full_as_the_time_is_used_up() -> None:
    assert words().ringing(ROW, NOON).share == 0.5
    assert words().ringing(replace(ROW, due_at=NOON - HOUR), NOON).step == SHARES


def test_a_clock_that_starts_with_its_end_is_full_once_it_is_over() -> None:
    at_once = replace(ROW, started_at=NOON, due_at=NOON)
    assert words().ringing(at_once, NOON).kind == "overdue"
    assert words().ringing(replace(ROW, started_at=None), NOON).share == 0.0


def test_a_paused_clock_says_so() -> None:
    ringing = words().ringing(replace(ROW, paused=True, due_at=NOON - HOUR), NOON)
    assert (ringing.words, ringing.kind) == ("на паузе", "paused")


def test_without_a_clock_it_is_answered_or_owes_nothing() -> None:
    done = replace(ROW, due_at=None, status="published")
    assert (words().ringing(done, NOON).words, words().ringing(done, NOON).kind) == (
        "отвечено",
        "done",
    )
    assert words().ringing(replace(ROW, due_at=None), NOON).kind == "none"


def test_an_answer_that_has_not_left_yet_is_not_said_to_be_out() -> None:
    row = replace(ROW, due_at=None, status="published", outbox_state="queued", answer_waits=True)
    ringing = words().ringing(row, NOON)
    assert (ringing.words, ringing.kind, ringing.short) == (
        "ответ не отправлен",
        "none",
        "не отправлен",
    )
    assert words().line(row, NOON).status == ""
    assert "Отвечено" not in words().spoken(row, NOON)


def test_two_moments_of_the_same_minute_look_the_same() -> None:
    row = replace(ROW, due_at=NOON + timedelta(hours=3, minutes=20, seconds=30))
    assert words().ringing(row, NOON) == words().ringing(row, NOON + timedelta(seconds=20))
    assert words().ringing(row, NOON) != words().ringing(row, NOON + timedelta(seconds=40))


def test_the_row_says_who_where_what_and_by_which_channel() -> None:
    line = words().line(ROW, NOON)
    assert (line.author, line.place, line.topic) == (
        "Марина Кузнецова",
        "Солонцы, ул. Пятая",
        "Аварийное отключение",
    )
    assert (line.channel, line.owner, line.owner_kind) == ("ВКонтакте", "не назначено", "none")


def test_an_unnamed_author_is_said_to_be_one() -> None:
    assert words().line(replace(ROW, author=""), NOON).author == "Без имени"


def test_ones_own_appeal_is_told_from_a_colleagues() -> None:
    owned = replace(ROW, owner="op-1", owner_name="Соколова Мария")
    assert words().line(owned, NOON).owner_kind == "mine"
    theirs = words(me="op-2").line(owned, NOON)
    assert (theirs.owner, theirs.owner_initials, theirs.owner_kind) == (
        "Соколова М.",
        "СМ",
        "other",
    )


@pytest.mark.parametrize(
    ("status", "etr", "said", "kind"),
    [
        ("crew_sent", timedelta(hours=2, minutes=30), "до 14:30", "outage"),
        ("active", timedelta(days=1), "до завтра 12:00", "outage"),
        ("active", None, "время неизвестно", "outage"),
        ("active", timedelta(minutes=-5), "время вышло", "outage"),
        ("restored", timedelta(hours=1), "свет дали", "ok"),
        ("cancelled", None, "отменено", "ok"),
    ],
)
def test_the_outage_is_told_in_the_appeals_local_time(
    status: str, etr: timedelta | None, said: str, kind: str
) -> None:
    row = replace(
        ROW, outage="o1", outage_status=status, outage_etr=None if etr is None else NOON + etr
    )
    line = words().line(row, NOON)
    assert (line.outage, line.outage_kind) == (said, kind)


def test_marks_tell_of_drafts_and_of_what_waits_to_be_sent() -> None:
    row = replace(ROW, has_draft=True, outbox_state="held", high_priority=True)
    assert [mark.words for mark in words().line(row, NOON).marks] == [
        "Высокий приоритет",
        "Не отправлено: нужно решение",
        "Есть черновик",
    ]
    queued = words().line(replace(ROW, outbox_state="queued"), NOON).marks
    assert [mark.words for mark in queued] == ["Ждёт отправки"]


def test_only_an_unusual_status_takes_room() -> None:
    assert words().line(replace(ROW, status="in_work"), NOON).status == ""
    assert words().line(replace(ROW, status="returned"), NOON).status == "Возвращено"


def test_colleagues_are_named_and_oneself_is_not() -> None:
    me = PresenceRow(ROW.ref, "op-1", "Соколова Мария", typing=False)
    ivan = PresenceRow(ROW.ref, "op-2", "Ершов Иван", typing=False)
    assert words().present([me], NOON) == ""
    assert words().present([me, ivan], NOON) == "Сейчас смотрят: Ершов И."
    assert words().present([replace(ivan, typing=True)], NOON) == "Сейчас пишут: Ершов И."


def test_a_screen_reader_hears_the_whole_row() -> None:
    row = replace(ROW, danger=True, has_draft=True)
    assert words().spoken(row, NOON) == (
        "Опасность. Марина Кузнецова. Солонцы, ул. Пятая. Аварийное отключение. 4 ч. "
        "ВКонтакте. не назначено. Есть черновик. Нет света с утра"
    )


def test_english_says_the_same() -> None:
    late = replace(ROW, due_at=NOON - timedelta(minutes=65))
    assert words("en").ringing(late, NOON).words == "overdue by 1 h 05 min"


def test_a_colleague_who_writes_is_named_with_the_minutes_left_until_the_lease_ends() -> None:
    ivan = PresenceRow(ROW.ref, "op-2", "Ершов Иван", False, NOON + timedelta(minutes=8, seconds=5))
    anna = replace(ivan, operator="op-3", name="Ким Анна", lease_until=NOON + timedelta(minutes=2))
    assert words().present([ivan], NOON) == "Отвечает Ершов И., ещё 9 мин"
    assert words().held([anna, ivan], NOON) == "Ершов И., 9 мин"
    assert words().present([anna, ivan], NOON) == "Отвечают Ершов И., Ким А."
    assert words().present([anna, ivan], NOON + timedelta(minutes=3)).startswith("Отвечает Ершов")
    assert words().present([ivan], NOON + timedelta(minutes=9)) == "Сейчас смотрят: Ершов И."
    assert words().held([ivan], NOON + timedelta(minutes=9)) == ""
    mine = replace(ivan, operator="op-1")
    assert words().held([mine], NOON) == "", "one's own lease is no warning"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_woken_a_row_is_said_in_place_of_what_it_was_put_off_as(language: str) -> None:
    put_off = replace(ROW, status="interim_published")
    said = words(language)
    lines = [said.line(replace(put_off, woken=str(why)), NOON) for why in Wake]
    assert all(line.woken and line.status_icon == "alarm" for line in lines)
    assert len({line.status for line in lines} | {line.status_short for line in lines}) == 8
    assert lines[0].status in said.spoken(replace(put_off, woken="time"), NOON)
    newer = said.line(replace(put_off, woken="moon"), NOON)
    assert newer == said.line(put_off, NOON), "a reason of a newer server is passed over"

"""The head of an appeal, its facts and its history in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Author, Mention, Place, Status
from console.domain.event import Event, EventKind
from console.domain.ids import Ref
from console.domain.mutations import AddNote
from console.domain.pause import Pause
from console.readmodel import EntryState, Joined, PresenceRow
from tests.support.ui_builders import (
    NOW,
    PEOPLE,
    a_message,
    a_view,
    an_appeal,
    an_entry,
    an_envelope,
    an_outage,
    here,
)
from ui.presenters.appeal import appeal_face, facts, place_line
from ui.presenters.clocks import ClockMoment
from ui.presenters.history import Around, Strand, history, of_strands


def test_a_head_says_who_where_which_and_whose() -> None:
    face = appeal_face(a_view(), here(), PEOPLE)
    assert face.name == "Чойгана Ондар"
    assert face.place == "Кызыл, ул. Кочетова, 12"
    assert face.line == "№ 40217 · ВКонтакте"
    assert face.owner == "Ответственный: вы"
    assert face.is_mine


def test_an_appeal_without_name_and_place_is_still_worded() -> None:
    bare = an_appeal(author=Author(" "), place=Place(), topic="", owner=None)
    face = appeal_face(a_view(bare), here(), PEOPLE)
    assert (face.name, face.place) == ("Имя не указано", "Адрес не указан")
    assert face.owner == "Никто не взял в работу"
    assert "Без темы" in [chip.text for chip in face.chips]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (EntryState.QUEUED, "Ответ ждёт отправки"),
        (EntryState.IN_FLIGHT, "Ответ ждёт отправки"),
        (EntryState.HELD, "Ответ опубликован"),
    ],
)
def test_what_has_not_left_yet_is_not_called_published(state: EntryState, words: str) -> None:
    answered = a_view(an_appeal(status=Status.PUBLISHED), entries=(an_entry(state=state),))
    assert appeal_face(answered, here(), PEOPLE).chips[0].text == words


def test_a_note_that_waits_does_not_keep_the_answer_back() -> None:
    note = an_entry(an_envelope(AddNote("позвонить в РЭС")))
    answered = a_view(an_appeal(status=Status.PUBLISHED), entries=(note,))
    assert appeal_face(answered, here(), PEOPLE).chips[0].text == "Ответ опубликован"


def test_danger_comes_before_everything() -> None:
    face = appeal_face(a_view(an_appeal(danger=True)), here(), PEOPLE)
    assert (face.chips[0].text, face.chips[0].kind) == ("Угроза жизни", "danger")


def test_a_postponed_appeal_says_until_when_and_why() -> None:
    appeal = an_appeal(
        status=Status.POSTPONED,
        postponed_until=NOW + timedelta(days=1),
        pauses=(Pause(NOW, None, "ждём акт"),),
    )
    (notice,) = appeal_face(a_view(appeal), here(), PEOPLE).notices
    assert notice.text == "Отложено, срок: завтра 15:00 (Кызыл, UTC+7). Причина: ждём акт"


def test_a_duplicate_leads_to_its_original() -> None:
    appeal = an_appeal(duplicate_of="a0", status=Status.DUPLICATE)
    face = appeal_face(a_view(appeal), here(), PEOPLE, numbers={"a0": "40001"})
    assert face.notices[0].text == "Объединено с обращением № 40001: отвечают там."
    assert face.notices[0].link == Ref("tyva", "a0")


def test_colleagues_who_look_are_named_and_oneself_is_not() -> None:
    rows = (
        PresenceRow(Ref("tyva", "a1"), "u1", "Анна Петрова", typing=True),
        PresenceRow(Ref("tyva", "a1"), "u2", "Борис Ким", typing=False),
    )
    face = appeal_face(a_view(), here(), PEOPLE, presence=rows)
    assert face.also_here == "Сейчас смотрят: Борис Ким"


def test_siblings_are_counted_in_russian() -> None:
    words = [appeal_face(a_view(siblings=n), here(), PEOPLE).siblings for n in (0, 1, 3, 11)]
    assert words == [
        "",
        "Ещё 1 обращение в этой ветке",
        "Ещё 3 обращения в этой ветке",
        "Ещё 11 обращений в этой ветке",
    ]


def test_facts_without_a_value_are_left_out() -> None:
    labels = [fact.label for fact in facts(a_view(), here(), branch="Тываэнерго")]
    assert labels == ["Получено", "Назначено", "Филиал", "Адрес"]


def test_a_place_is_not_said_twice() -> None:
    assert place_line(Place("Омск", "Омск", "Лескова", "")) == "Омск, Лескова"
    assert place_line(Place("Солонцы", "Емельяновский район")) == "Солонцы, Емельяновский район"
    assert place_line(Place()) == ""


def test_history_is_newest_first_and_speaks_of_people_and_things() -> None:
    events = (
        Event("tyva", "e1", "a1", NOW - timedelta(days=1), EventKind.TAKEN_IN),
        Event("tyva", "e2", "a1", NOW, EventKind.ASSIGNED, "u2", {"to": "u1", "from": "u3"}),
        Event("tyva", "e3", "a1", NOW, EventKind.TAGGED, "u1", {"outage": "o1"}),
        Event("tyva", "e4", "a1", NOW, EventKind.MARKED_DUPLICATE, "u1", {"of": "a0"}),
    )
    lines = history(
        a_view(events=events),
        here(),
        PEOPLE,
        {"o1": an_outage()}.get,
        around=Around({"a0": "40001"}),
    )
    assert [line.what for line in lines] == [
        "Объединено с обращением № 40001",
        "Привязано отключение: Кызыл, ул. Кочетова · с 13:30",
        "Назначен ответственный: вы",
        "Обращение принято",
    ]
    assert [line.who for line in lines] == ["вы", "вы", "Борис Ким", "Внешняя система"]
    assert [line.day for line in lines] == ["сегодня", "", "", "вчера"]
    assert lines[0].link == Ref("tyva", "a0")


def test_the_history_tells_of_words_clocks_pauses_mentions_and_who_is_looking() -> None:
    word = a_message("m-1", text="Опять темно")
    appeal = an_appeal(pauses=(Pause(NOW - timedelta(minutes=8), None, "ждём"),))
    events = (
        Event("tyva", "e1", "a1", NOW, EventKind.RESIDENT_WROTE, params={"message": "m-1"}),
        Event("tyva", "e2", "a1", NOW, EventKind.MENTIONED, "u2", {"operators": "u1 u3"}),
        Event("tyva", "e3", "a1", NOW, EventKind.DUPLICATE_JOINED, "u2", {"appeal": "a9"}),
    )
    view = a_view(appeal, events=events, messages=(word,))
    around = Around(
        {},
        (ClockMoment("p", NOW - timedelta(minutes=8), "Пауза: ждём"),),
        (PresenceRow(appeal.ref, "u2", "Борис Ким", typing=False),),
    )
    lines = history(view, here(), PEOPLE, around=around)
    told = {line.strand: (line.what, line.detail) for line in lines if line.strand != "people"}
    assert told == {
        Strand.WORDS: ("Новый комментарий", "Опять темно"),
        Strand.LINKS: ("Сюда присоединили обращение (номер неизвестен)", ""),
        Strand.CLOCKS: ("Пауза: ждём", ""),
    }
    people = [line.what for line in of_strands(lines, frozenset({Strand.PEOPLE}))]
    assert people == ["Борис Ким смотрит", "В заметке упомянуты: вы, Вера Сидорова"]
    (only,) = of_strands(lines, frozenset({Strand.CLOCKS}))
    assert only.day == "сегодня"
    assert lines[-1].day == "" and only.copied.endswith("Пауза: ждём")


def test_whoever_wrote_is_named_in_the_history() -> None:
    event = Event("tyva", "e1", "a1", NOW, EventKind.RESIDENT_WROTE)
    assert history(a_view(events=(event,)), here(), PEOPLE)[0].who == "Чойгана Ондар"


def test_who_is_merged_into_an_answered_appeal_is_offered_an_answer_of_their_own() -> None:
    merged = an_appeal(
        id="a9", status=Status.DUPLICATE, duplicate_of="a1", status_before=Status.NEW
    )
    answered = an_appeal(status=Status.PUBLISHED)
    face = appeal_face(a_view(answered, merged=(Joined(merged, ()),)), here(), PEOPLE)
    (notice,) = face.notices
    assert (notice.link, notice.action) == (Ref("tyva", "a9"), "Ответить и им")
    assert "Присоединено: 1" in [chip.text for chip in face.chips]
    told = replace(merged, status_before=Status.PUBLISHED)
    assert not appeal_face(a_view(answered, merged=(Joined(told, ()),)), here(), PEOPLE).notices
    assert not appeal_face(a_view(merged=(Joined(merged, ()),)), here(), PEOPLE).notices


def test_who_is_called_in_a_note_is_told_so_above_everything() -> None:
    called = an_appeal(mentions=(Mention("u1", "n1", NOW, "u2"),))
    (notice,) = appeal_face(a_view(called), here(), PEOPLE).notices
    assert (notice.text, notice.command) == (
        "Вас упомянули в заметке: Борис Ким.",
        "appeal.settle_mention",
    )
    assert not appeal_face(a_view(called), here(), replace(PEOPLE, me="u3")).notices

"""The outbox, the comparison and the board in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.appeal import Status
from console.domain.ids import Ref
from console.domain.message import EtrQuote, MessageKind
from console.domain.mutations import Claim, Seen, SendReply
from console.readmodel import UNCLEAR, BoardRow, EntryState, HeldReason, Link, OutboxEntry, Upload
from tests.support.ui_builders import (
    NOW,
    PEOPLE,
    a_message,
    a_view,
    an_appeal,
    an_entry,
    an_envelope,
    here,
)
from ui.presenters.board import board_lines
from ui.presenters.compare import Line, comparison
from ui.presenters.outbox import About, EntryFace, outbox_faces, summary


def face(entry: OutboxEntry) -> EntryFace:
    about = About("Чойгана Ондар", "№ 40217")
    return outbox_faces([entry], lambda _: here(), PEOPLE, about=lambda _: about)[0]


def held(*codes: str, source: str = "stale", **changes: Any) -> OutboxEntry:
    reasons = tuple(HeldReason(source, code) for code in codes)
    return an_entry(state=EntryState.HELD, held=reasons, **changes)


def test_an_entry_says_what_it_is_about_whom_and_since_when() -> None:
    shown = face(an_entry())
    assert (shown.what, shown.about) == ("Ответ", "Чойгана Ондар · № 40217")
    assert shown.line == "Свет дадут к 16:30."
    assert shown.since == "В исходящих с 15:00 (Кызыл, UTC+7)"
    assert shown.state_words == "Ждёт отправки"


def test_replies_are_told_apart() -> None:
    interim = SendReply("х", interim=True, promise_at=NOW)
    approval = SendReply("х", approval=True)
    assert face(an_entry(an_envelope(interim))).what == "Промежуточный ответ"
    assert face(an_entry(an_envelope(approval))).what == "Ответ на согласование"
    assert face(an_entry(an_envelope(Claim()))).what == "Взять в работу"


def test_a_waiting_entry_says_how_often_it_was_tried_and_when_next() -> None:
    entry = an_entry(attempts=3, not_before=NOW + timedelta(seconds=40))
    assert face(entry).state_words == "Не ушло, 3 попытки, повтор через 40 с"


def test_a_waiting_reply_says_how_much_of_its_files_is_at_the_server() -> None:
    assert face(an_entry()).advice == ""
    half = an_entry(upload=Upload(512 * 1024, 2 * 1024 * 1024))
    assert face(half).advice == "Файлы: передано 512 КБ из 2,0 МБ"
    assert face(replace(half, state=EntryState.IN_FLIGHT)).advice.startswith("Файлы: передано")


def test_an_entry_in_its_undo_window_can_still_be_taken_back() -> None:
    entry = an_entry(not_before=NOW + timedelta(seconds=10))
    assert face(entry).state_words == "Уйдёт через 10 с, пока можно вернуть"
    assert face(entry).can == ("outbox.edit", "outbox.reschedule", "outbox.discard")


def test_what_is_on_its_way_is_left_alone() -> None:
    assert face(an_entry(state=EntryState.IN_FLIGHT)).can == ()


def test_what_nobody_has_answered_is_not_said_to_be_on_its_way() -> None:
    failed = an_entry(state=EntryState.IN_FLIGHT, attempts=2, last_error="timeout")
    shown = face(failed)
    assert (shown.state_words, shown.kind) == ("Ждёт ответа сервера", "warning")
    assert shown.causes == ("Последняя попытка не удалась: сервер не ответил вовремя.",)
    assert "вернуть его нельзя" in shown.advice
    assert shown.can == ()


@pytest.mark.parametrize("link", [Link.OFFLINE, Link.WORK_OFFLINE, Link.SIGN_IN_NEEDED])
def test_nothing_is_on_its_way_while_there_is_no_link(link: Link) -> None:
    entry = an_entry(state=EntryState.IN_FLIGHT)
    assert face(entry).state_words == "Отправляется"
    faces = outbox_faces([entry], lambda _: here(), PEOPLE, about=lambda _: About(), link=link)
    assert faces[0].state_words == "Ждёт ответа сервера"


def test_the_list_tells_why_each_is_held() -> None:
    assert face(held("new_comment")).why == "Задержано: житель написал новый комментарий"
    assert face(an_entry()).why == "Ждёт отправки"


def _answered_by(*operators: str) -> OutboxEntry:
    reasons = [HeldReason("stale", "colleague_answered", {"operator": one}) for one in operators]
    return an_entry(state=EntryState.HELD, held=tuple(reasons))


def test_an_own_reply_in_between_is_no_colleagues() -> None:
    assert face(_answered_by("u1")).advice.startswith("Перечитайте опубликованный ответ")
    assert face(_answered_by("u2")).advice.startswith("Прочитайте ответ коллеги")


def test_what_cannot_go_as_it_is_is_not_told_to_be_tried_again() -> None:
    assert "сократите" in face(held("too_large", source="rejected")).advice
    assert face(held("needs_approval", source="refused")).advice.startswith(
        "Сейчас правила этого не разрешают. Верните ответ в черновик"
    )


def test_a_right_that_was_taken_away_has_words() -> None:
    (cause,) = face(held("not_allowed", source="rejected")).causes
    assert cause == "Сервер не разрешил это изменение: похоже, ваши права изменились."


def test_a_held_reply_says_why_and_what_to_do() -> None:
    shown = face(held("new_comment"))
    assert shown.causes == ("Житель написал новый комментарий.",)
    assert shown.advice.startswith("Сравните, что изменилось")
    assert shown.can == ("outbox.retry", "outbox.edit", "outbox.compare", "outbox.discard")


def test_where_there_is_nowhere_to_send_nothing_is_offered_to_send() -> None:
    shown = face(held("author_gone"))
    assert "outbox.retry" not in shown.can
    assert shown.advice.startswith("Отправить некуда")


def test_a_held_change_without_words_is_not_edited() -> None:
    entry = held("claimed_by", source="refused", envelope=an_envelope(Claim()))
    assert face(entry).can == ("outbox.retry", "outbox.discard")


def test_an_unknown_protocol_fault_is_still_a_sentence() -> None:
    assert face(held("weird", source="rejected")).causes == ("Сервер не принял изменение (weird).",)


def test_what_may_have_arrived_is_not_offered_to_be_edited() -> None:
    reason = HeldReason("rejected", UNCLEAR, {"code": "not_allowed"})
    shown = face(an_entry(state=EntryState.HELD, held=(reason,)))
    assert shown.can == ("outbox.retry", "outbox.compare", "outbox.discard")
    assert "возможно, изменение уже принято" in shown.causes[0]
    assert "права изменились" in shown.causes[0], "and why, in words"
    assert shown.advice.startswith("Отправьте ещё раз")


def test_what_needs_a_person_stands_first() -> None:
    entries = [an_entry(seq=1), held("new_comment", seq=2), an_entry(seq=3)]
    faces = outbox_faces(entries, lambda _: here(), PEOPLE, about=lambda _: About())
    assert [one.seq for one in faces] == [2, 1, 3]
    assert summary(entries, here()).text == (
        "1 изменение задержано и ждёт вашего решения · 2 изменения ждут отправки"
    )
    assert summary(entries[:1], here()).text == "1 изменение ждёт отправки"
    assert summary([], here()).kind == "ok"


def test_a_comparison_parts_what_was_seen_from_what_is_new() -> None:
    seen_comment = a_message("c1")
    new_comment = a_message("c2", text="Дали, спасибо!")
    colleagues = a_message("m9", kind=MessageKind.REPLY, author="u2", text="Включили в 15:00")
    seen = Seen.of(an_appeal(last_resident_message="c1"))
    entry = held("new_comment", envelope=an_envelope(seen=seen))
    moved = an_appeal(status=Status.PUBLISHED, owner="u2")
    view = a_view(moved, messages=(seen_comment, new_comment, colleagues))
    found = comparison(entry, view, here(), PEOPLE)
    assert [line.text for line in found.saw] == ["В работе", "вы", "Ну что там?"]
    assert [(line.text, line.changed or line.new) for line in found.now] == [
        ("Ответ опубликован", True),
        ("Борис Ким", True),
        ("Дали, спасибо!", True),
        ("Включили в 15:00", True),
    ]
    assert found.wrote == "Свет дадут к 16:30."


def test_a_comparison_without_news_repeats_what_was_seen() -> None:
    entry = held("owner_changed")
    found = comparison(entry, a_view(messages=(a_message("c0", text="первое"),)), here(), PEOPLE)
    assert [line.text for line in found.saw] == ["В работе", "вы", "первое"]
    assert [line.changed for line in found.now] == [False, False, False]


def test_a_comparison_sets_the_time_that_was_promised_beside_the_time_of_now() -> None:
    params = {
        "outage": "o1",
        "was": "2026-03-18T09:30:00+00:00",
        "now": "2026-03-18T12:00:00+00:00",
    }
    entry = an_entry(state=EntryState.HELD, held=(HeldReason("stale", "etr_moved", params),))
    found = comparison(entry, a_view(), here(), PEOPLE)
    assert found.saw[-1] == Line("Срок включения", "16:30 (Кызыл, UTC+7)")
    assert found.now[-1] == Line("Срок включения", "19:00 (Кызыл, UTC+7)", changed=True)


def test_a_comparison_says_that_the_power_is_back_although_the_text_promises_it() -> None:
    reply = SendReply("Дадут к 16:30.", quotes=(EtrQuote("o1", NOW + timedelta(minutes=90)),))
    params = {"outage": "o1"}
    entry = an_entry(
        an_envelope(reply),
        state=EntryState.HELD,
        held=(HeldReason("stale", "outage_restored", params),),
    )
    found = comparison(entry, a_view(), here(), PEOPLE)
    assert found.saw[-1].text == "16:30 (Кызыл, UTC+7)"
    assert (found.now[-1].text, found.now[-1].changed) == ("свет уже дали", True)


def test_where_nobody_noted_what_was_seen_the_present_is_shown_all_the_same() -> None:
    entry = held("new_comment", envelope=an_envelope(seen=None))
    found = comparison(entry, a_view(messages=(a_message("c0", text="первое"),)), here(), PEOPLE)
    assert not found.gone
    assert found.saw == ()
    assert [line.text for line in found.now] == ["В работе", "вы", "первое"]
    assert not any(line.changed or line.new for line in found.now)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (Link.ONLINE, "Ждёт отправки"),
        (Link.OFFLINE, "Ждёт связи"),
        (Link.WORK_OFFLINE, "Ждёт, пока вы выйдете на связь"),
        (Link.SIGN_IN_NEEDED, "Ждёт входа"),
    ],
)
def test_an_entry_says_what_it_waits_for(link: Link, words: str) -> None:
    faces = outbox_faces([an_entry()], lambda _: here(), PEOPLE, about=lambda _: About(), link=link)
    assert faces[0].state_words == words


def test_an_entry_behind_a_held_one_says_that_it_waits_for_a_person() -> None:
    elsewhere = an_envelope(target=Ref("tyva", "a2"))
    entries = [an_entry(seq=1), held("new_comment", seq=2), an_entry(seq=3)]
    entries.append(an_entry(elsewhere, seq=4))
    faces = outbox_faces(entries, lambda _: here(), PEOPLE, about=lambda _: About())
    waits = {face.seq: face.state_words for face in faces}
    assert waits[1] == "Ждёт отправки"  # it was there before, and goes first
    assert waits[3] == "Ждёт решения по задержанному"
    assert waits[4] == "Ждёт отправки"
    blocked = next(face for face in faces if face.seq == 3)
    assert blocked.advice.startswith("Изменения одного обращения уходят по порядку")


def test_an_own_copy_in_the_thread_is_not_news() -> None:
    own = a_message("m1", kind=MessageKind.REPLY, author="u1")
    found = comparison(held("new_comment"), a_view(messages=(own,)), here(), PEOPLE)
    assert not any(line.changed or line.new for line in found.now)


def test_an_appeal_out_of_reach_leaves_the_words() -> None:
    found = comparison(held("appeal_gone"), None, here(), PEOPLE)
    assert (found.saw, found.now, found.wrote) == ((), (), "Свет дадут к 16:30.")


def a_row(branch: str, owner: str | None, *, overdue: int = 0, due_soon: int = 0) -> BoardRow:
    return BoardRow(
        branch=branch,
        owner=owner,
        owner_name=PEOPLE.names.get(owner or "", ""),
        open=5,
        due_soon=due_soon,
        overdue=overdue,
        awaiting=0,
        answered_today=2,
        oldest=Ref(branch, f"old-{owner}"),
        oldest_at=NOW - timedelta(hours=3 if owner else 1),
    )


def test_the_board_puts_what_burns_first_and_sums_up() -> None:
    rows = [
        a_row("omsk", "u1", due_soon=1),
        a_row("tyva", "u2"),
        a_row("tyva", "u3", overdue=2),
        a_row("tyva", None, overdue=1),
    ]
    lines = board_lines(rows, lambda _: here(), branch_names={"tyva": "Тываэнерго"})
    assert [(line.level, line.name) for line in lines] == [
        ("total", "Все филиалы"),
        ("branch", "Тываэнерго"),
        ("operator", "Вера Сидорова"),
        ("unassigned", "Никто не взял"),
        ("operator", "Борис Ким"),
        ("branch", "omsk"),
        ("operator", "Анна Петрова"),
    ]
    assert lines[0].numbers == (20, 1, 3, 0, 8)
    assert lines[1].shown == ("15", "–", "3", "–", "6")
    assert lines[2].oldest_words == "3 ч назад"
    assert [line.takes_appeals for line in lines] == [False, False, True, False, True, False, True]


def test_a_board_of_one_branch_needs_no_grand_total() -> None:
    lines = board_lines([a_row("tyva", "u2")], lambda _: here(), branch_names={})
    assert [line.level for line in lines] == ["branch", "operator"]


def test_an_empty_board_has_no_lines() -> None:
    assert board_lines([], lambda _: here(), branch_names={}) == ()

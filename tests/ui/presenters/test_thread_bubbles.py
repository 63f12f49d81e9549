"""The thread as bubbles: who speaks, how our own messages fare, what stands below them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.domain.attachment import Attachment
from console.domain.message import MessageKind, MessageState, Override
from console.domain.mutations import AddNote, Approve, SendReply
from console.readmodel import AppealView, EntryState, HeldReason
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
from ui.presenters.thread import Bubble, Thread, files_of


def bubbles(view: AppealView, *, may_approve: bool = False) -> tuple[Bubble, ...]:
    thread = Thread(view, here(), PEOPLE, may_approve=may_approve)
    return thread.bubbles(0, len(thread))


def test_the_appeals_own_text_opens_the_thread() -> None:
    opening, comment = bubbles(a_view(messages=(a_message("c1"),)))
    assert opening.text == an_appeal().text
    assert (opening.kind, opening.is_ours) == ("resident", False)
    assert comment.text == "Ну что там?"


def test_an_opening_that_is_a_message_already_is_not_said_twice() -> None:
    first = a_message("c0", text=an_appeal().text)
    assert [one.id for one in bubbles(a_view(messages=(first,)))] == ["c0"]


def test_our_replies_stand_on_the_right_and_notes_are_marked_internal() -> None:
    reply = a_message("m1", kind=MessageKind.REPLY, author="u2", author_name="Борис Ким")
    note = a_message("m2", kind=MessageKind.NOTE, author="u1", author_name="Анна Петрова")
    _, ours, internal = bubbles(a_view(messages=(reply, note)))
    assert (ours.is_ours, ours.who) == (True, "Борис Ким")
    assert internal.who == "Вы"
    assert [chip.text for chip in internal.labels] == ["Внутренняя заметка"]


def test_a_reply_that_waits_for_approval_can_be_decided_by_who_may() -> None:
    waiting = a_message("m1", kind=MessageKind.REPLY, author="u2", state=MessageState.AWAITING)
    view = a_view(messages=(waiting,))
    assert not bubbles(view)[1].decidable
    decidable = bubbles(view, may_approve=True)[1]
    assert decidable.decidable
    assert [chip.text for chip in decidable.labels] == ["Ждёт согласования"]


def test_a_reply_whose_approval_is_on_its_way_is_not_decided_twice() -> None:
    waiting = a_message("m1", kind=MessageKind.REPLY, author="u2", state=MessageState.AWAITING)
    entry = an_entry(an_envelope(Approve("m1"), id="e9"))
    bubble = bubbles(a_view(messages=(waiting,), entries=(entry,)), may_approve=True)[1]
    assert not bubble.decidable
    assert bubble.state == "queued"


def test_a_returned_reply_says_who_and_why() -> None:
    returned = a_message(
        "m1",
        kind=MessageKind.REPLY,
        author="u1",
        state=MessageState.RETURNED,
        decided_by="u3",
        return_reason="нет срока",
    )
    (remark,) = bubbles(a_view(messages=(returned,)))[1].remarks
    assert remark.text == "Вернули на доработку. Кто: Вера Сидорова. Причина: нет срока"
    assert remark.kind == "danger"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (EntryState.QUEUED, "Ждёт отправки"),
        (EntryState.IN_FLIGHT, "Отправляется"),
        (EntryState.HELD, "Задержано"),
    ],
)
def test_the_outbox_state_of_an_own_message_is_said(state: EntryState, words: str) -> None:
    entry = an_entry(state=state)
    sent = a_message("m1", kind=MessageKind.REPLY, author="u1")
    bubble = bubbles(a_view(messages=(sent,), entries=(entry,)))[1]
    assert [chip.text for chip in bubble.labels] == [words]


def test_what_was_sent_without_an_answer_is_not_said_to_be_on_its_way() -> None:
    entry = an_entry(state=EntryState.IN_FLIGHT, last_error="timeout")
    bubble = bubbles(a_view(entries=(entry,)))[1]
    assert [(chip.text, chip.kind) for chip in bubble.labels] == [
        ("Ждёт ответа сервера", "warning")
    ]


def test_a_held_message_says_why() -> None:
    entry = an_entry(state=EntryState.HELD, held=(HeldReason("stale", "new_comment"),))
    bubble = bubbles(a_view(entries=(entry,)))[1]
    assert [chip.text for chip in bubble.remarks] == ["Житель написал новый комментарий."]


def test_what_is_only_in_the_outbox_is_shown_last() -> None:
    note = an_entry(an_envelope(AddNote("позвонить в РЭС"), id="e2"), seq=2)
    interim = an_entry(
        an_envelope(SendReply("Разбираемся.", interim=True, promise_at=NOW + timedelta(hours=2)))
    )
    shown = bubbles(a_view(messages=(a_message("c1"),), entries=(interim, note)))
    assert [one.kind for one in shown] == ["resident", "resident", "interim", "note"]
    assert [chip.text for chip in shown[2].remarks] == [
        "Новости обещаны к сроку: 17:00 (Кызыл, UTC+7)"
    ]


def test_a_new_local_day_is_headed_once() -> None:
    old = a_message("c1", at=NOW - timedelta(days=1))
    older = an_appeal(created_at=NOW - timedelta(days=1, hours=1))
    new = a_message("c2")
    shown = bubbles(a_view(older, messages=(old, new)))
    assert [one.day for one in shown] == ["вчера", "", "сегодня"]


def test_an_overruled_check_and_its_reason_stay_visible() -> None:
    sent = a_message(
        "m1",
        kind=MessageKind.REPLY,
        author="u1",
        outcome="explained",
        overrides=(Override("no-such-rule", "так просил житель"),),
    )
    remarks = [chip.text for chip in bubbles(a_view(messages=(sent,)))[1].remarks]
    assert remarks == ["Итог: Разъяснено", "Замечание «no-such-rule» оставлено: так просил житель"]


def test_links_are_shown_for_residents_alone() -> None:
    theirs = a_message("c1", text="вот фото https://vk.com/photo1")
    ours = a_message("m1", kind=MessageKind.REPLY, author="u1", text="см. https://rosseti.ru")
    shown = bubbles(a_view(messages=(theirs, ours)))
    assert [len(one.links) for one in shown] == [0, 1, 0]


def test_only_the_bubbles_asked_for_are_made() -> None:
    messages = tuple(a_message(f"c{n}") for n in range(1000))
    thread = Thread(a_view(messages=messages), here(), PEOPLE)
    assert len(thread) == 1001
    assert [one.id for one in thread.bubbles(999, 2000)] == ["c998", "c999"]


def test_a_file_of_a_reply_that_is_in_thread_and_outbox_is_one_file() -> None:
    photo = Attachment("f1", "опора.jpg", "image/jpeg", 900, "0" * 64)
    entry = an_entry(an_envelope(SendReply("Смотрите.", attachments=(photo,))))
    assert files_of(a_view(entries=(entry,))) == (photo,)
    arrived = a_message(entry.envelope.id, kind=MessageKind.REPLY, attachments=(photo,))
    assert files_of(a_view(messages=(arrived,), entries=(entry,))) == (photo,)

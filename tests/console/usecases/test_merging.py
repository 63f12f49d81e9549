"""Merging on a workstation: what is shown at once, what moves along, what comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import Author, Outcome, Place, Status
from console.domain.draft import Draft, DraftMode
from console.domain.mutations import CreateAppeal
from console.domain.similarity import SimilarReason
from console.domain.transitions import RefusedError
from console.readmodel import CallForm, EntryState, LinkKind, QueueQuery
from console.store.doctor import examine
from console.wire.schema import Rows
from tests.support.builders import NOON, a_message, an_appeal, an_operator, an_outage
from tests.support.console_store import KEY
from tests.support.console_work import Work

CALL = CreateAppeal(
    "phone",
    Author("Ирина Петрова", phone="8 (913) 555-01-01"),
    "Нет света с обеда.",
    Place("Солонцы", street="Новая", house="5"),
)


def write(work: Work, appeal: object, text: str) -> Draft:
    """A draft about ``appeal``, on the disk."""
    draft = work.drafts.new(appeal.ref, DraftMode.REPLY)  # type: ignore[attr-defined]
    return work.drafts.save(replace(draft, text=text, outcome=Outcome.EXPLAINED)).result(30)


def test_the_drafts_of_both_stand_at_the_primary_and_go_back_when_it_is_separated(
    work: Work,
) -> None:
    one, two = an_appeal(), an_appeal()
    work.store.take(one, two)
    mine, yours = write(work, one, "К дубликату."), write(work, two, "К основному.")
    work.merging.merge(one.ref, two.id).result(30)
    shown = work.store.reader.appeal(two.ref)
    assert shown is not None
    assert {d.id for d in shown.drafts} == {mine.id, yours.id}
    assert [j.appeal.id for j in shown.merged] == [one.id]
    row = work.store.reader.row_id(two.ref)
    assert row is not None and work.store.reader.queue_rows([row])[0].has_draft
    work.merging.separate(one.ref).result(30)
    shown, back = work.store.reader.appeal(two.ref), work.store.reader.appeal(one.ref)
    assert shown is not None and [d.id for d in shown.drafts] == [yours.id]
    assert back is not None and [d.id for d in back.drafts] == [mine.id]
    assert back.appeal.status is Status.NEW and shown.merged == ()


def test_what_the_resident_writes_to_a_duplicate_is_shown_at_the_primary(work: Work) -> None:
    one, two, three = an_appeal(), an_appeal(), an_appeal()
    work.store.take(one, two, three)
    work.merging.merge(one.ref, two.id).result(30)
    work.merging.merge(two.ref, three.id).result(30)
    work.store.heard.clear()
    word = a_message(one, text="Опять темно")
    work.store.take(replace(one, version=2), messages=[word])
    assert any(three.ref in changes.appeals for changes in work.store.heard)
    shown = work.store.reader.appeal(three.ref)
    assert shown is not None
    assert {j.appeal.id: [m.text for m in j.messages] for j in shown.merged} == {
        one.id: ["Опять темно"],
        two.id: [],
    }


def test_merging_into_a_duplicate_goes_on_to_its_primary_and_never_in_a_circle(
    work: Work,
) -> None:
    one, two, three = an_appeal(), an_appeal(), an_appeal()
    work.store.take(one, two, three)
    work.merging.merge(one.ref, two.id).result(30)
    work.merging.merge(three.ref, one.id).result(30)
    assert work.shown(three).duplicate_of == two.id
    with pytest.raises(RefusedError, match="merge_circle"):
        work.merging.merge(two.ref, three.id).result(30)


def test_both_ends_of_a_link_show_it_and_it_is_taken_back_where_it_was_made(work: Work) -> None:
    one, two = an_appeal(), an_appeal()
    work.store.take(one, two)
    work.merging.link(one.ref, two.id).result(30)
    (here,), (there,) = (work.store.reader.linked_to(each.ref) for each in (one, two))
    assert (here.kind, here.row.ref, here.from_here) == (LinkKind.RELATED, two.ref, True)
    assert (there.kind, there.row.ref, there.from_here) == (LinkKind.RELATED, one.ref, False)
    work.merging.unlink(one.ref, two.id).result(30)
    assert work.store.reader.linked_to(two.ref) == []


def test_near_duplicates_are_found_by_author_by_house_and_by_words(work: Work) -> None:
    text = "Добрый вечер! Второй день без электричества, замёрзли трубы и холодильник течёт."
    appeal = an_appeal(text=text)
    again = an_appeal(text="Ну и где свет?", created_at=NOON + timedelta(hours=2))
    neighbour = an_appeal(author=Author("Пётр", "https://vk.com/id77"), text="У нас темно.")
    copied = an_appeal(
        author=Author("Анна", "https://vk.com/id78"),
        text=text.replace("Добрый вечер", "Здравствуйте"),
        place=Place("Солонцы"),
    )
    other = an_appeal(
        author=Author("Олег", "https://vk.com/id79"),
        text="Когда подключат участок?",
        place=Place("Емельяново", street="Мира"),
        topic="connection.status",
    )
    work.store.take(appeal, again, neighbour, copied, other)
    found = {s.appeal.id: s for s in work.store.reader.similar_to(appeal.ref)}
    assert set(found) == {again.id, neighbour.id, copied.id}
    reasons = {ident: {b.reason for b in s.reasons} for ident, s in found.items()}
    assert SimilarReason.SAME_AUTHOR in reasons[again.id]
    assert SimilarReason.SAME_HOUSE in reasons[neighbour.id]
    assert SimilarReason.ALIKE_TEXT in reasons[copied.id]
    work.merging.merge(again.ref, appeal.id).result(30)
    assert again.id not in {s.appeal.id for s in work.store.reader.similar_to(appeal.ref)}


def test_earlier_appeals_of_a_caller_are_found_by_phone_however_it_is_written(
    work: Work,
) -> None:
    old = an_appeal(author=Author("И. Петрова", phone="+7 913 555 01 01"), status=Status.CLOSED)
    reply = a_message(old, id="m-9", kind="reply", text="Свет дали.")
    stranger = an_appeal(author=Author("Ирина Петрова", phone="+7 913 555 01 02"))
    work.store.take(replace(old, last_reply="m-9"), stranger, messages=[reply])
    (found,) = work.store.reader.earlier_of(CALL.author)
    assert (found.row.ref, found.answer) == (old.ref, "Свет дали.")
    assert work.store.reader.earlier_of(Author("Ирина Петрова")) == []


def test_comments_of_others_under_the_post_are_read_in_order(work: Work) -> None:
    post = "wall-1_2"
    mine, again = an_appeal(thread=post), an_appeal(thread=post, text="Ну что там?")
    others = [
        an_appeal(
            thread=post,
            text=text,
            author=Author("Сосед", f"vk.com/{number}"),
            created_at=NOON + timedelta(minutes=number),
        )
        for number, text in enumerate(("+1", "И у нас"))
    ]
    work.store.take(mine, again, *others, an_appeal(thread="wall-1_3"))
    assert [c.text for c in work.store.reader.comments_beside(mine.ref)] == ["+1", "И у нас"]


def test_who_is_called_in_a_note_has_it_in_a_queue_until_they_take_note(work: Work) -> None:
    appeal, you = an_appeal(), an_operator(name="Ершов Иван")
    work.store.take(appeal, operators=[work.me, you])
    work.reply.note(appeal.ref, "@Ершов Иван, взгляните").result(30)
    assert [m.operator for m in work.shown(appeal).mentions] == [you.id]
    assert work.store.reader.counts(now=NOON).of("mentions") == 0
    row = work.store.reader.row_id(appeal.ref)
    work.store.sign_in(you)
    work.store.take(replace(work.shown(appeal), version=2, mentions=work.shown(appeal).mentions))
    work.store.sign_in(work.me)
    work.store.take(replace(work.shown(appeal), version=3))
    work.store.sign_in(you)
    assert list(work.store.reader.queue_ids(QueueQuery("mentions"), now=NOON)) == [row]
    assert work.store.reader.counts(now=NOON).of("mentions") == 1
    work.merging.settle_mention(appeal.ref).result(30)
    assert work.store.reader.counts(now=NOON).of("mentions") == 0


def test_a_call_is_in_the_lists_at_once_and_keeps_its_row_when_the_server_has_it(
    work: Work,
) -> None:
    work.calls.keep(CallForm(NOON, text="Нет света")).result(30)
    entry = work.calls.write_down("krasnoyarsk", CALL).result(30)
    ref = entry.envelope.target
    assert work.store.reader.call() is None
    shown = work.store.reader.appeal(ref)
    assert shown is not None and [m.text for m in shown.messages] == ["Нет света с обеда."]
    (row,) = work.store.reader.queue_ids(QueueQuery("mine"), now=NOON)
    assert work.store.reader.counts(now=NOON).of("mine") == 1
    work.triage.close(ref, Outcome.NO_REPLY_NEEDED).result(30)
    assert work.store.reader.counts(now=NOON).of("open") == 0
    known = replace(shown.appeal, version=1, number="26-0000001")
    work.store.do(lambda tx: tx.mirror.put(Rows((known,), shown.messages, shown.events)))
    work.store.do(lambda tx: tx.outbox.remove(entry.seq))
    assert work.store.reader.row_id(ref) == row
    assert work.store.reader.queue_rows([row])[0].number == "26-0000001"
    assert examine(work.store.path, KEY).is_healthy


def test_a_call_that_is_held_stays_to_be_seen_and_one_thrown_away_is_gone(work: Work) -> None:
    outage = an_outage()
    work.store.take(outages=[outage])
    call = replace(CALL, outage=outage.id, said="Свет дадут до 15:00.")
    entry = work.calls.write_down("krasnoyarsk", call).result(30)
    ref = entry.envelope.target
    assert work.store.reader.counts(now=NOON).of(f"outage:{outage.id}") == 1
    work.store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD))
    held = work.store.reader.appeal(ref)
    assert held is not None and held.appeal.status is Status.CLOSED
    assert held.entries[0].server is None
    work.store.do(lambda tx: tx.mirror.clear())
    assert work.store.reader.appeal(ref) is not None
    work.outbox.discard(entry.seq).result(30)
    assert work.store.reader.appeal(ref) is None
    assert work.store.reader.counts(now=NOON).of("all") == 0
    assert examine(work.store.path, KEY).is_healthy


def test_the_form_of_a_call_is_its_operators_own(work: Work) -> None:
    form = CallForm(NOON, name="Ирина", text="Темно")
    work.calls.keep(form).result(30)
    assert work.store.reader.call() == form
    work.store.sign_in(an_operator())
    assert work.store.reader.call() is None
    work.store.sign_in(work.me)
    assert work.store.reader.call() == form
    work.calls.forget().result(30)
    assert work.store.reader.call() is None

"""The projection is mirror ⊕ outbox, whatever happened in whatever order."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from console.domain.appeal import Appeal, OutageTag, Outcome, Status
from console.domain.ids import Ref
from console.domain.message import Message, MessageState
from console.domain.mutations import (
    AddNote,
    AppealMutation,
    Claim,
    Close,
    MoveEtr,
    SetTopic,
    TagOutage,
)
from console.domain.operator import Operator, Role
from console.domain.outage import Outage, OutageStatus
from console.readmodel import EntryState, QueueQuery, QueueRow
from console.store.doctor import examine
from console.wire.schema import RowKind, Rows, Tombstone
from tests.support.builders import (
    NOON,
    a_message,
    a_reply,
    an_appeal,
    an_envelope,
    an_operator,
    an_outage,
)
from tests.support.console_store import KEY, Store, a_store


def view(store: Store, appeal: Appeal) -> Appeal:
    found = store.reader.appeal(appeal.ref)
    assert found is not None
    return found.appeal


def row(store: Store, appeal: Appeal) -> QueueRow:
    ident = store.reader.row_id(appeal.ref)
    assert ident is not None
    return store.reader.queue_rows([ident])[0]


def test_a_waiting_reply_is_shown_as_if_it_were_out(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    store.take(appeal)
    entry = store.enqueue(an_envelope(a_reply("Свет дадут к трём."), appeal, olga))
    assert view(store, appeal).status is Status.PUBLISHED
    assert (row(store, appeal).status, row(store, appeal).outbox_state) == ("published", "queued")
    assert row(store, appeal).answer_waits
    store.do(lambda tx: tx.outbox.remove(entry.seq))
    assert not row(store, appeal).answer_waits
    entry = store.enqueue(an_envelope(a_reply("Свет дадут к трём."), appeal, olga))
    found = store.reader.appeal(appeal.ref)
    assert found is not None
    assert [m.text for m in found.messages] == ["Свет дадут к трём."]
    assert [e.kind for e in found.events] == ["replied"]
    assert found.entries == (entry,)
    assert store.reader.counts(now=NOON).of("open") == 0


def test_a_held_reply_is_not_shown_as_out(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    store.take(appeal)
    entry = store.enqueue(an_envelope(a_reply(), appeal, olga))
    store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.HELD))
    assert view(store, appeal) == appeal
    assert (row(store, appeal).status, row(store, appeal).outbox_state) == ("new", "held")
    assert not row(store, appeal).answer_waits
    (held,) = store.reader.outbox()
    assert held.server == appeal


def test_what_the_server_made_of_a_reply_is_not_done_again(store: Store, olga: Operator) -> None:
    """The answer was lost, but a pull has brought the message: it is there once."""
    appeal = an_appeal()
    store.take(appeal)
    envelope = an_envelope(a_reply(), appeal, olga)
    entry = store.enqueue(envelope)
    optimistic = store.reader.appeal(appeal.ref)
    assert optimistic is not None
    store.do(lambda tx: tx.outbox.mark(entry.seq, EntryState.IN_FLIGHT, attempts=1))
    store.take(optimistic.appeal, messages=optimistic.messages, events=optimistic.events)
    found = store.reader.appeal(appeal.ref)
    assert found is not None
    assert (found.appeal, found.messages, found.events) == (
        optimistic.appeal,
        optimistic.messages,
        optimistic.events,
    )


def test_what_the_rules_refuse_now_is_passed_over(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    store.take(appeal)
    store.enqueue(an_envelope(Claim(), appeal, olga))
    note = store.enqueue(an_envelope(AddNote("посмотреть завтра"), appeal, olga))
    store.take(replace(appeal, version=2, owner="op-other", status=Status.IN_WORK))
    assert view(store, appeal).owner == "op-other"
    found = store.reader.appeal(appeal.ref)
    assert found is not None and [m.id for m in found.messages] == [note.envelope.id]


def test_one_operators_wishes_are_not_shown_to_the_next(store: Store, olga: Operator) -> None:
    appeal = an_appeal()
    store.take(appeal)
    store.enqueue(an_envelope(Claim(), appeal, olga))
    assert row(store, appeal).owner == olga.id
    store.sign_in(an_operator(name="Павел"))
    assert row(store, appeal).owner is None
    assert view(store, appeal).owner is None
    assert store.reader.outbox() == []
    store.do(lambda tx: tx.account.end())
    assert row(store, appeal).owner is None
    store.sign_in(olga)
    assert row(store, appeal).owner == olga.id
    assert len(store.reader.outbox()) == 1


def test_a_dispatchers_wish_about_an_outage_is_shown_at_once(store: Store) -> None:
    dispatcher = an_operator(role=Role.DISPATCHER)
    store.sign_in(dispatcher)
    outage = an_outage()
    store.take(outages=[outage])
    entry = store.enqueue(an_envelope(MoveEtr(None, "дерево на линии"), outage, dispatcher))
    shown = store.reader.outage(outage.branch, outage.id)
    assert shown is not None and shown.etr is None
    store.do(lambda tx: tx.outbox.remove(entry.seq))
    assert store.reader.outage(outage.branch, outage.id) == outage


def test_an_outage_that_moves_does_not_undo_what_waits(store: Store, olga: Operator) -> None:
    appeal, outage = an_appeal(), an_outage()
    store.take(appeal, outages=[outage])
    store.enqueue(an_envelope(TagOutage(outage.id), appeal, olga))
    assert row(store, appeal).outage == outage.id
    store.take(outages=[replace(outage, version=2, status=OutageStatus.RESTORED)])
    assert (row(store, appeal).outage, row(store, appeal).outage_status) == (outage.id, "restored")


def test_an_outage_of_another_branch_is_another_outage(store: Store) -> None:
    outage = an_outage(branch="omsk")
    appeal = an_appeal(outages=(OutageTag(outage.id, NOON, "op"),))
    store.take(appeal, outages=[outage])
    assert row(store, appeal).outage is None


_MUTATIONS = st.sampled_from(
    [
        Claim(),
        a_reply(),
        AddNote("для своих"),
        SetTopic("danger.wire", danger=True),
        TagOutage("out-1"),
        TagOutage("out-2", 0.7),
        Close(Outcome.EXPLAINED),
    ]
)


class _ProjectionMachine(RuleBasedStateMachine):
    """Two stores: one lived through every change, the other is filled at once with the outcome."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.store = self._stack.enter_context(a_store(self._folder))
        self.me = an_operator(id="op-me")
        self.store.sign_in(self.me)
        self._numbers = 0
        self.appeals: dict[Ref, Appeal] = {}
        self.messages: dict[str, Message] = {}
        self.outages: dict[str, Outage] = {}

    def teardown(self) -> None:
        try:
            self.the_projection_is_what_it_would_be_if_made_anew()
            assert examine(self.store.path, KEY).faults == ()
        finally:
            self._stack.close()

    def _number(self) -> str:
        self._numbers += 1
        return f"n{self._numbers:04}"

    @rule(danger=st.booleans(), branch=st.sampled_from(["krasnoyarsk", "omsk"]))
    def an_appeal_comes(self, *, danger: bool, branch: str) -> None:
        number = self._number()
        self._take(an_appeal(danger=danger, branch=branch, id=number, number=number))

    @rule(data=st.data(), status=st.sampled_from(list(Status)), owner=st.sampled_from(["me", None]))
    def an_appeal_changes(self, *, data: st.DataObject, status: Status, owner: str | None) -> None:
        appeal = self._some(data)
        if appeal is not None:
            tags = data.draw(st.sets(st.sampled_from(["out-1", "out-2"])))
            self._take(
                replace(
                    appeal,
                    version=appeal.version + 1,
                    status=status,
                    owner=self.me.id if owner else None,
                    outages=tuple(OutageTag(tag, NOON, "op") for tag in sorted(tags)),
                )
            )

    @rule(data=st.data(), text=st.sampled_from(["Дали свет", "Опять темно", "Искрит столб"]))
    def a_resident_writes(self, *, data: st.DataObject, text: str) -> None:
        appeal = self._some(data)
        if appeal is not None:
            message = a_message(appeal, text=text, id=self._number())
            self.messages[message.id] = message
            self.store.take(messages=[message])

    @rule(data=st.data())
    def a_message_changes(self, *, data: st.DataObject) -> None:
        if self.messages:
            message = self.messages[data.draw(st.sampled_from(sorted(self.messages)))]
            changed = replace(message, text=f"{message.text}!", state=MessageState.RETURNED)
            self.messages[message.id] = changed
            self.store.take(messages=[changed])

    @rule(data=st.data())
    def an_appeal_goes(self, *, data: st.DataObject) -> None:
        appeal = self._some(data)
        if appeal is not None:
            del self.appeals[appeal.ref]
            self.messages = {i: m for i, m in self.messages.items() if m.appeal != appeal.id}
            gone = [Tombstone(RowKind.APPEAL, appeal.ref)]
            self.store.do(lambda tx: tx.mirror.drop(gone))

    @rule(ident=st.sampled_from(["out-1", "out-2"]), status=st.sampled_from(list(OutageStatus)))
    def an_outage_moves(self, *, ident: str, status: OutageStatus) -> None:
        known = self.outages.get(ident, an_outage(id=ident, version=0))
        self.outages[ident] = replace(known, status=status, version=known.version + 1)
        self.store.take(outages=[self.outages[ident]])

    @rule(data=st.data(), mutation=_MUTATIONS)
    def i_ask(self, *, data: st.DataObject, mutation: AppealMutation) -> None:
        appeal = self._some(data)
        if appeal is not None:
            self.store.enqueue(an_envelope(mutation, appeal, self.me, id=self._number()))

    @rule(data=st.data(), state=st.sampled_from(list(EntryState)))
    def an_entry_moves(self, *, data: st.DataObject, state: EntryState) -> None:
        entries = self.store.reader.outbox()
        if entries:
            entry = data.draw(st.sampled_from(entries))
            self.store.do(lambda tx: tx.outbox.mark(entry.seq, state))

    @rule(data=st.data())
    def an_entry_leaves(self, *, data: st.DataObject) -> None:
        entries = self.store.reader.outbox()
        if entries:
            entry = data.draw(st.sampled_from(entries))
            self.store.do(lambda tx: tx.outbox.remove(entry.seq))

    @rule()
    def another_sits_down_and_leaves(self) -> None:
        self.store.sign_in(an_operator())
        self.store.sign_in(self.me)

    @rule()
    def the_projection_is_what_it_would_be_if_made_anew(self) -> None:
        with tempfile.TemporaryDirectory() as folder, a_store(Path(folder)) as fresh:
            fresh.sign_in(self.me)
            for entry in self.store.reader.outbox():
                kept = fresh.enqueue(entry.envelope)
                fresh.do(lambda tx, e=entry, k=kept: tx.outbox.mark(k.seq, e.state))  # type: ignore[misc]
            rows = Rows(
                appeals=tuple(self.appeals.values()),
                messages=tuple(self.messages.values()),
                outages=tuple(self.outages.values()),
            )
            fresh.do(lambda tx: tx.mirror.put(rows))
            assert _picture(self.store) == _picture(fresh)

    def _take(self, appeal: Appeal) -> None:
        self.appeals[appeal.ref] = appeal
        self.store.take(appeal)

    def _some(self, data: st.DataObject) -> Appeal | None:
        return (
            data.draw(st.sampled_from(sorted(self.appeals.values(), key=_key)))
            if (self.appeals)
            else None
        )


def _key(appeal: Appeal) -> tuple[str, str]:
    return (appeal.branch, appeal.id)


def _picture(store: Store) -> object:
    """All that screens can see: rows, counts, outages, and what each word finds."""
    reader = store.reader
    rows = reader.queue_rows(reader.queue_ids(QueueQuery("all"), now=NOON))
    counts = {key: n for key, n in reader.counts(now=NOON).counts.items() if n}
    found = {
        word: {reader.queue_rows([i])[0].ref for i in _found(store, word)}
        for word in ("темно", "столб", "свет", "Солонцы", "своих")
    }
    outages = sorted(reader.outages(active_only=False), key=lambda o: o.id)
    return sorted(rows, key=lambda r: r.ref), counts, outages, found


def _found(store: Store, word: str) -> list[int]:
    return list(store.reader.queue_ids(QueueQuery("all", text=f"{word} "), now=NOON))


TestProjectionMachine = _ProjectionMachine.TestCase
# Each example makes two encrypted stores; a run of every profile stays within its patience.
TestProjectionMachine.settings = settings(max_examples=max(1, settings().max_examples // 2))

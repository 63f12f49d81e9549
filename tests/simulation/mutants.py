"""Planted bugs: each of them, put into the real code of a child process, must be caught by a seed.

A simulation that finds nothing may be blind. Every mutant here is a mistake that somebody could
make, or has made; it replaces one function of the program while its process lasts, and no file.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from typing import Any

from console import app
from console.domain import verdict
from console.domain.draft import Draft
from console.domain.mutations import Envelope
from console.errors import OtklikError, ProtocolError, RejectedError, SignInNeededError
from console.ports import Transaction
from console.readmodel import EntryState, OutboxEntry
from console.remote.client import HttpRemote
from console.server import decision, ledger, repo
from console.server.database import Database
from console.server.intake import take_in
from console.store.account import AccountPart
from console.store.attachments import AttachmentsPart
from console.store.drafts import DraftsPart
from console.store.mirror import MirrorPart
from console.store.writer import Writer
from console.sync import machine, pull, push
from console.sync.machine import Machine
from console.sync.outgoing import Outgoing, next_outgoing
from console.sync.runner import SyncRunner
from console.usecases.acting import Acting
from console.usecases.outbox import OutboxUseCases
from console.usecases.reply import ReplyUseCases
from console.wire import codec
from console.wire.schema import Answer, AnswerOutcome, Page, Rows
from tests.simulation.centre import utc
from tests.simulation.run import stage
from tests.simulation.schedule import draw

_MOST = 1000


def _put(where: Any, name: str, other: Any) -> Any:
    """Replace a function for as long as this process lasts; the one that stood there."""
    before = getattr(where, name)
    setattr(where, name, other)
    return before


# ---------------------------------------------------------------------- the centre


def drop_the_ledger() -> None:
    """A delivery that comes again is decided again."""
    _put(ledger, "find", lambda *_, **__: None)
    _put(ledger, "_keep", lambda *_: None)


def ledger_after_the_commit() -> None:
    """The ledger is written in a transaction of its own, after the change.

    What was done is acknowledged by the feed before most second tries; a plain test: of mutations,
    a change whose answer cannot be kept is not made.
    """

    def settle(database: Database, envelope: Envelope, decide: Any) -> Any:
        def look(connection: Any) -> bytes | None:
            return ledger.find(connection, envelope.target, envelope.id, author=envelope.author)

        known = database.read(look)
        if known is not None:
            return ledger.Kept(known)
        made = database.write(decide)
        answer = codec.encode(made.answer)
        database.write(lambda c: ledger._keep(c, envelope, answer))
        return ledger.Kept(answer, made.heads)

    from console.server.routes import mutations

    _put(mutations, "settle", settle)


def ledger_late_and_nothing_acknowledged() -> None:
    """The same without the feed's word for what is done, which comes before most second tries."""
    ledger_after_the_commit()
    _nothing_is_acknowledged()


def ignore_the_verdict_at_the_centre() -> None:
    """The centre trusts the console's judgement."""
    _put(decision, "judge", lambda *_: verdict.Send())


def ignore_the_verdict() -> None:
    """Nobody judges."""
    _put(push, "judge", lambda *_: verdict.Send())
    ignore_the_verdict_at_the_centre()


def ignore_moved_restoration_times() -> None:
    """The verdict looks at messages alone."""
    _put(verdict, "_quotes_moved", lambda *_: ())


def not_idempotent_intake() -> None:
    """What the outside system sends again is taken in again."""
    _put(take_in, "_digests", lambda *_: {})

    def write(threads: Any) -> dict[str, int]:
        rows = Rows(
            appeals=tuple(threads.appeals.values()),
            messages=tuple(threads.messages),
            events=tuple(threads.events),
        )
        return repo.put_rows(threads.connection, rows)

    _put(take_in._Threads, "write", write)


def rows_behind_their_number() -> None:
    """Rows are written under the number before the one that they took."""
    before = repo._values

    def values(kind: Any, row: Any, *, change: int, branch: str) -> dict[str, object]:
        return before(kind, row, change=max(1, change - 1), branch=branch)

    _put(repo, "_values", values)


# ---------------------------------------------------------------------- pulling


def skip_the_epoch() -> None:
    """That the centre was put back to a backup is not looked at."""
    before = HttpRemote.changes

    def changes(remote: HttpRemote, *args: Any, **named: Any) -> Page:
        return replace(before(remote, *args, **named), rewound=False)

    _put(HttpRemote, "changes", changes)


def cursor_before_the_rows() -> None:
    """The cursor goes forward in a transaction before that of the rows."""

    def take(sync: Any, page: Page, **_: Any) -> None:
        complete = sync._position.complete or not page.more
        sync._position = sync._do(lambda tx: pull.take_end(tx, page, complete=complete))
        sync._present = (page.presence, page.away)
        for rows in pull.pieces(page.rows, size=150):
            sync._do(lambda tx, rows=rows: pull.take_piece(tx, rows))

    _put(SyncRunner, "_take_in", take)


def believe_answers_of_another_run() -> None:
    """Rows that an answer has brought are believed in, whatever database the server is over now."""
    before = pull.is_of_another_past

    def judged(page: Page, position: Any) -> bool:
        return before(page, replace(position, ahead=False))

    _put(pull, "is_of_another_past", judged)


def keep_foreign_branches() -> None:
    """A branch that is ours no more stays on the workstation."""
    _put(SyncRunner, "_forget_foreign", lambda *_: None)


def skip_tombstones() -> None:
    """What is gone stays."""
    _put(MirrorPart, "drop", lambda *_: None)


def _nothing_is_acknowledged() -> None:
    """What the feed shows as done stays in the outbox until its own answer comes.

    By itself that does no harm that stays: the ledger has the same answer for the same id. It is
    the second protection behind which two of the bugs below hide, so they stand here twice.
    """
    _put(pull, "_acknowledge", lambda *_: None)


def older_rows_replace_newer() -> None:
    """A stored answer overwrites what was pulled since.

    With appeals that can happen to a no alone: what was done is acknowledged by the feed, and never
    asked again. The entries of outages have no such second protection. A plain test: of the
    mirror, an older version never replaces a newer one.
    """
    _put(MirrorPart, "_versions", lambda *_: {})


def older_rows_and_nothing_acknowledged() -> None:
    """The same without the feed's word for what is done."""
    older_rows_replace_newer()
    _nothing_is_acknowledged()


def answers_bring_back_what_is_gone() -> None:
    """A stored answer is taken in whole."""
    _put(push, "_within_reach", lambda _, rows, __: rows)


def push_before_pull() -> None:
    """What waits leaves first, whatever may have changed meanwhile."""
    before = Machine.next

    def following(self: Any, entries: Any, at: Any, **named: Any) -> Any:
        if self._signed_in and not self._work_offline and self._failure is None:
            found = next_outgoing(entries, now=at.ticks, due=self._due(entries, at))
            if found.entry is not None:
                return machine.Push(found.entry)
        return before(self, entries, at, **named)

    _put(Machine, "next", following)


# ---------------------------------------------------------------------- pushing


def forget_fifo() -> None:
    """Whatever is due goes, also past an earlier entry of the same appeal."""

    def outgoing(entries: Any, *, now: float, due: Mapping[str, float], **_: Any) -> Outgoing:
        ready = [e for e in entries if e.state is not EntryState.HELD]
        late = [e for e in ready if due.get(e.id, now) <= now]
        whole = [e for e in late if not e.uploads]
        upload = next((e for e in late if e.uploads), None)
        if whole:
            return Outgoing(whole[0], upload=upload)
        later = (due[e.id] for e in ready if e not in late)
        return Outgoing(next_at=min(later, default=None), upload=upload)

    _put(machine, "next_outgoing", outgoing)


def newest_first() -> None:
    """What was asked for last goes first."""

    def outgoing(entries: Any, **named: Any) -> Outgoing:
        return next_outgoing(list(reversed(list(entries))), **named)

    _put(machine, "next_outgoing", outgoing)


def gone_before_the_answer() -> None:
    """An entry leaves the outbox when it is sent, not when it is acknowledged."""
    before = push.prepare

    def prepare(transaction: Transaction, seq: int) -> Any:
        found = before(transaction, seq)
        if found is not None:
            transaction.outbox.remove(seq)
        return found

    _put(push, "prepare", prepare)


def in_flight_in_memory() -> None:
    """That an entry is on its way stands nowhere: it can be taken back all the same."""

    def prepare(transaction: Transaction, seq: int) -> Any:
        entry = transaction.outbox.entry(seq)
        if entry is None or entry.state is EntryState.HELD:
            return None
        return push.Prepared(entry.envelope, again=False)

    _put(push, "prepare", prepare)


def no_answer_means_not_done() -> None:
    """After a lost answer an entry counts as never sent, and can be taken back."""

    def failed(transaction: Transaction, seq: int, error: OtklikError, *, again: bool) -> None:
        if transaction.outbox.entry(seq) is not None:
            transaction.outbox.mark(seq, EntryState.QUEUED)

    _put(push, "failed", failed)


def another_id_at_each_delivery() -> None:
    """A delivery that is tried again looks like a new one."""
    before, count = HttpRemote.push, iter(range(10**9))

    def pushed(remote: HttpRemote, envelope: Envelope) -> Answer:
        return before(remote, replace(envelope, id=f"{envelope.id[:-6]}{next(count):06d}"))

    _put(HttpRemote, "push", pushed)


def forget_to_requeue_after_401() -> None:
    """An entry that met the end of the session is dropped."""
    before = push.failed

    def failed(transaction: Transaction, seq: int, error: OtklikError, *, again: bool) -> None:
        if isinstance(error, SignInNeededError) and transaction.outbox.entry(seq) is not None:
            transaction.outbox.remove(seq)
        else:
            before(transaction, seq, error, again=again)

    _put(push, "failed", failed)


def drop_what_is_rejected() -> None:
    """A rejected entry goes, words and all."""
    before = push.failed

    def failed(transaction: Transaction, seq: int, error: OtklikError, *, again: bool) -> None:
        before(transaction, seq, error, again=again)
        if isinstance(error, RejectedError) and transaction.outbox.entry(seq) is not None:
            transaction.outbox.remove(seq)

    _put(push, "failed", failed)


def drop_what_conflicts() -> None:
    """A conflict is taken for an answer like any other."""
    before = push.settle

    def settle(transaction: Transaction, seq: int, answer: Answer, **named: Any) -> Any:
        position = before(transaction, seq, answer, **named)
        if transaction.outbox.entry(seq) is not None:
            transaction.outbox.remove(seq)
        return position

    _put(push, "settle", settle)


def hold_without_a_reason() -> None:
    """What is rejected is held, and nobody says why."""
    before = push.failed

    def failed(transaction: Transaction, seq: int, error: OtklikError, *, again: bool) -> None:
        before(transaction, seq, error, again=again)
        if isinstance(error, RejectedError) and transaction.outbox.entry(seq) is not None:
            transaction.outbox.mark(seq, EntryState.HELD)

    _put(push, "failed", failed)


def a_portal_is_a_success() -> None:
    """An answer that cannot be read counts as «applied»."""
    before = HttpRemote.push

    def pushed(remote: HttpRemote, envelope: Envelope) -> Answer:
        try:
            return before(remote, envelope)
        except ProtocolError:
            return Answer(envelope.id, AnswerOutcome.APPLIED, Rows(), utc(0.0))

    _put(HttpRemote, "push", pushed)


def same_id_after_an_edit() -> None:
    """What is sent anyway keeps its id, and so the answer that it had.

    Its author has seen by then what that answer was about, so the entry goes again by itself under
    its second id, and nobody is harmed. A plain test: only what has been answered is sent anyway
    under another id.
    """
    before = OutboxUseCases._again

    def again(usecases: OutboxUseCases, transaction: Transaction, entry: OutboxEntry) -> Envelope:
        return replace(before(usecases, transaction, entry), id=entry.envelope.id)

    _put(OutboxUseCases, "_again", again)


def same_id_after_an_edit_and_no_second() -> None:
    """The same, and it does not go again by itself either."""
    same_id_after_an_edit()
    _put(push, "_seen_since", lambda *_: False)


def unclear_is_answered() -> None:
    """What was turned away after a delivery without an answer is sent anew as if it never had.

    The feed acknowledges what was carried out before anybody can act, so that by itself it does
    harm only where the first delivery is still under way when the next one is turned away. A plain
    test: of the outbox, only what has been answered is sent anyway under another id.
    """
    _put(OutboxEntry, "is_answered", property(lambda _: True))
    _put(OutboxEntry, "may_have_arrived", property(lambda e: e.state is EntryState.IN_FLIGHT))


def unclear_is_answered_and_nothing_acknowledged() -> None:
    """The same without the feed's word for what is done."""
    unclear_is_answered()
    _nothing_is_acknowledged()


def seen_what_waits_behind() -> None:
    """What is sent anyway has seen the author's own later answers."""
    before = Acting.checked

    def checked(acting: Acting, *args: Any, **named: Any) -> Envelope:
        return before(acting, *args, **(named | {"before": None}))

    _put(Acting, "checked", checked)


def in_anothers_name() -> None:
    """A composer that is open when the next person signs in is theirs."""
    from console.usecases import reply

    _put(reply, "sure_of_author", lambda *_: None)


def attached_in_anothers_name() -> None:
    """A file for a composer that was left open makes the draft that of the next person."""
    from console.usecases import attachments

    _put(attachments, "sure_of_author", lambda *_: None)


def publish_without_its_files() -> None:
    """The centre does not look whether the files of a reply are there."""
    from console.server import attachments

    _put(attachments, "bind", lambda *_, **__: None)


def leave_files_with_the_draft() -> None:
    """A reply is sent, and its files stay where they were."""
    _put(AttachmentsPart, "move", lambda *_: None)


def files_outlive_their_words() -> None:
    """What is thrown away leaves its files."""
    _put(AttachmentsPart, "drop", lambda *_: None)


def any_content_will_do() -> None:
    """The centre believes what was said of a file, whatever came."""
    from console.server import attachments

    def digest(connection: Any, ref: Any) -> str:
        found = attachments.find(connection, ref)
        return "" if found is None else found.attachment.digest

    _put(attachments, "_digest", digest)

    def append(connection: Any, ref: Any, piece: bytes, **named: Any) -> Any:
        known = attachments.find(connection, ref)
        if known is not None:
            named["offset"] = known.stored
            piece = piece[: known.attachment.size - known.stored]
        return before(connection, ref, piece, **named)

    before = _put(attachments, "append", append)


def a_failure_ends_the_thread() -> None:
    """A request that fails is nobody's business."""
    _put(SyncRunner, "_attempt", lambda _, request: request())


# ---------------------------------------------------------------------- time


def lose_the_offset() -> None:
    """The measured distance of the server's time is thrown away."""
    _put(app, "_learn", lambda *_: None)


def undo_window_by_the_wall() -> None:
    """An undo window ends when the clock says so, whoever has set the clock meanwhile."""

    def left(entry: Any, now: Any) -> float:
        return max(0.0, float((entry.not_before - now).total_seconds()))

    _put(machine, "_undo_left", left)


# ---------------------------------------------------------------------- words


def clear_the_composer_early() -> None:
    """The draft goes in a transaction before the one that takes the entry in."""
    before = ReplyUseCases.send

    def send(usecases: ReplyUseCases, draft: Draft, **named: Any) -> Future[Any]:
        usecases._acting.run(lambda tx: tx.drafts.remove(draft.id)).result()
        return before(usecases, draft, **named)

    _put(ReplyUseCases, "send", send)


def said_before_committed() -> None:
    """Whoever asked is told that it is done before it is on the disk."""
    before = Writer._transact

    def transact(writer: Any, open_: Any, ordered: Any) -> Any:
        def job(transaction: Any) -> Any:
            result = ordered.job(transaction)
            ordered.future.set_result(result)
            writer._fault_point("said")
            writer._workers.kernel.sleep(0.001)
            return result

        return before(writer, open_, replace(ordered, job=job))

    def carry_out(writer: Any, open_: Any, ordered: Any) -> None:
        try:
            transact(writer, open_, ordered)
        except Exception as error:  # noqa: BLE001 - as the real one does
            if not ordered.future.done():
                ordered.future.set_exception(error)

    _put(Writer, "_carry_out", carry_out)


def first_keys_only() -> None:
    """A draft that is there already is not written again."""
    before = DraftsPart.save

    def save(part: DraftsPart, draft: Draft) -> None:
        if part.get(draft.id) is None:
            before(part, draft)

    _put(DraftsPart, "save", save)


def signing_out_forgets_drafts() -> None:
    """The next one finds an empty desk, and so does the one before."""
    before = AccountPart.end

    def end(part: AccountPart) -> None:
        part._work.db.exec_driver_sql("DELETE FROM draft")
        before(part)

    _put(AccountPart, "end", end)


def no_copy() -> None:
    """What an operator writes stands in the store alone."""
    from console.store import writer

    _put(writer._Open, "copy", lambda *_, **__: None)


def nobody_waits_for_the_disk() -> None:
    """What an operator asks for is done when it has been written, on the disk or not."""
    before = Writer._transact

    def transact(writer: Any, open_: Any, ordered: Any) -> Any:
        return before(writer, open_, replace(ordered, durable=False))

    _put(Writer, "_transact", transact)


def an_older_store_is_believed() -> None:
    """Whatever lies there is the truth, though the copy knows better."""
    from console.store import opening

    _put(opening, "_restore", lambda *_: None)


def taken_back_without_its_words() -> None:
    """An entry that is taken back leaves no draft."""
    _put(OutboxUseCases, "_draft_again", lambda *_: None)


MUTANTS: Mapping[str, Callable[[], None]] = {
    mutant.__name__: mutant
    for mutant in (
        drop_the_ledger,
        ledger_after_the_commit,
        ledger_late_and_nothing_acknowledged,
        ignore_the_verdict,
        ignore_the_verdict_at_the_centre,
        ignore_moved_restoration_times,
        not_idempotent_intake,
        rows_behind_their_number,
        skip_the_epoch,
        cursor_before_the_rows,
        believe_answers_of_another_run,
        keep_foreign_branches,
        skip_tombstones,
        older_rows_replace_newer,
        older_rows_and_nothing_acknowledged,
        answers_bring_back_what_is_gone,
        push_before_pull,
        forget_fifo,
        newest_first,
        gone_before_the_answer,
        in_flight_in_memory,
        no_answer_means_not_done,
        another_id_at_each_delivery,
        forget_to_requeue_after_401,
        drop_what_is_rejected,
        drop_what_conflicts,
        hold_without_a_reason,
        a_portal_is_a_success,
        same_id_after_an_edit,
        same_id_after_an_edit_and_no_second,
        unclear_is_answered,
        unclear_is_answered_and_nothing_acknowledged,
        seen_what_waits_behind,
        in_anothers_name,
        attached_in_anothers_name,
        publish_without_its_files,
        any_content_will_do,
        leave_files_with_the_draft,
        files_outlive_their_words,
        a_failure_ends_the_thread,
        lose_the_offset,
        undo_window_by_the_wall,
        clear_the_composer_early,
        said_before_committed,
        first_keys_only,
        signing_out_forgets_drafts,
        taken_back_without_its_words,
        no_copy,
        nobody_waits_for_the_disk,
        an_older_store_is_believed,
    )
}
"""Every planted bug by its name."""


_STORES = frozenset({"store_flipped", "store_cut_short", "store_put_back"})
_TURNED_AWAY = frozenset({"turned_away", "forbidden", "conflict", "too_large", "role_changed"})
_MOVED = frozenset({"moved", "disabled", "meanwhile", "overtaken", "server_restored", "put_back"})
_SESSIONS = frozenset({"expired", "session_revoked", "disabled", "another_person"}) | {
    *("server_restored", "put_back", "forbidden", "conflict", "too_large", "turned_away")
}
_NEEDS: Mapping[str, frozenset[str]] = {
    "ledger_after_the_commit": frozenset({"server_kill"}),
    "ledger_late_and_nothing_acknowledged": frozenset({"server_kill"}),
    "ignore_moved_restoration_times": frozenset(
        {"move_etr", "end_outage", "etr_moves", "meanwhile", "overtaken"}
    ),
    "answers_bring_back_what_is_gone": frozenset(
        {"appeal_deleted", "moved", "meanwhile", "overtaken"}
    ),
    "skip_the_epoch": frozenset({"server_restored", "put_back"}),
    "believe_answers_of_another_run": frozenset({"server_restored", "put_back"}),
    "unclear_is_answered": _TURNED_AWAY,
    "unclear_is_answered_and_nothing_acknowledged": _TURNED_AWAY,
    "attached_in_anothers_name": frozenset({"another_person"}),
    "any_content_will_do": frozenset({"duplicate", "delayed", "reorder"}),
    "keep_foreign_branches": frozenset({"moved", "another_person", "meanwhile", "overtaken"}),
    "skip_tombstones": frozenset({"appeal_deleted", "meanwhile", "overtaken"}),
    "drop_what_is_rejected": _TURNED_AWAY | _MOVED,
    "forget_to_requeue_after_401": _SESSIONS,
    "hold_without_a_reason": _TURNED_AWAY | _MOVED,
    "in_anothers_name": frozenset({"another_person"}),
    "signing_out_forgets_drafts": frozenset({"another_person"}),
    "a_portal_is_a_success": frozenset({"captive", "wrong_type", "other_protocol"}),
    "lose_the_offset": frozenset({"clock_wrong", "clock_jump"}),
    "undo_window_by_the_wall": frozenset({"clock_wrong", "clock_jump"}),
    "no_copy": _STORES,
    "an_older_store_is_believed": _STORES,
    "nobody_waits_for_the_disk": frozenset({"power_cut"}),
}
"""Without any of these a mutant behaves as the program does: such a seed counts, unplayed."""


@dataclass(frozen=True, slots=True)
class Caught:
    """How many seeds a mutant lived (None: it was not caught), and by which property it died."""

    name: str
    seeds: int | None
    by: str = ""

    def line(self) -> str:
        """As a row of a table."""
        return f"{self.name:<36}{self.seeds or 'alive':>8}  {self.by}"


def hunt(name: str, first: int = 1, most: int = _MOST) -> Caught:
    """Plant a bug in this process and look for it; the process is of no use afterwards."""
    MUTANTS[name]()
    needed = _NEEDS.get(name)
    with stage() as there:
        for seed in range(first, first + most):
            schedule = draw(seed)
            if needed is not None and needed.isdisjoint(item.kind for item in schedule.items):
                continue
            found = there.run(schedule).violations
            if misplanted := [one.what for one in found if "TypeError(" in one.what]:
                return Caught(name, None, f"does not fit into the program: {misplanted[0]}")
            if found:
                return Caught(name, seed - first + 1, found[0].name)
    return Caught(name, None)


def hunt_all(
    names: Sequence[str], *, first: int = 1, most: int = _MOST, processes: int
) -> Iterator[Caught]:
    """Each in a process of its own, so many at a time; told as they are caught.

    A process is a copy of one that has read the program and planted nothing. What a seed has
    caught counts where every property holds in it without the bug.
    """
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload([__name__])
    with (
        ProcessPoolExecutor(processes, mp_context=fresh, max_tasks_per_child=1) as pool,
        ProcessPoolExecutor(1, mp_context=fresh) as sound,
    ):
        for done in as_completed([pool.submit(hunt, name, first, most) for name in names]):
            one = done.result()
            seed = first + (one.seeds or 1) - 1
            if one.seeds is None or sound.submit(holds, seed).result():
                yield one
            else:
                yield Caught(one.name, None, f"seed {seed} breaks without it too")


def holds(seed: int) -> bool:
    """Whether every property holds in this run, with nothing planted."""
    with stage() as there:
        return not there.run(draw(seed)).violations

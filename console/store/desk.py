"""The desk: what an operator keeps for themselves; saved queues, words, read marks, habits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from console.domain.ids import Ref
from console.domain.words import fold
from console.readmodel import CallForm, SavedQueue
from console.store import names, tables
from console.store.account import AccountPart
from console.store.engine import upsert
from console.store.instants import to_micros
from console.store.work import Work
from console.wire.codec import decode, encode
from console.wording import CorrectedForm, Use

_QUEUES, _USE, _ROWS = tables.saved_queue, tables.template_use, tables.queue_row
_WORDS = tables.own_word
_SAVE_QUEUE = upsert(_QUEUES, "id")
_ADD_WORD = insert(_WORDS).on_conflict_do_nothing()
_FORMS = tables.own_form
_PUT_FORM = upsert(_FORMS, "id")
_MARK_READ = upsert(tables.read_mark, "operator", "branch", "appeal")


class DeskPart:
    """`ports.Desk` over one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def save_call(self, form: CallForm | None) -> None:
        """Keep the form of the call that is being written down, or with None forget it."""
        account = AccountPart(self._work)
        kept = decode(account.value(names.CALLS) or "{}", dict[str, CallForm])
        before, operator = dict(kept), self._work.operator()
        if form is None:
            kept.pop(operator, None)
        else:
            kept[operator] = form
        if kept != before:
            account.set_value(names.CALLS, encode(kept).decode() if kept else None)
            self._work.touched.drafts = True

    def save_searches(self, texts: Sequence[str]) -> None:
        """Keep what was searched for, the latest first, in place of what was kept."""
        account = AccountPart(self._work)
        kept = decode(account.value(names.SEARCHES) or "{}", dict[str, list[str]])
        kept.pop(self._work.operator(), None)
        if texts:
            kept[self._work.operator()] = list(texts)
        account.set_value(names.SEARCHES, encode(kept).decode() if kept else None)

    def searches(self) -> tuple[str, ...]:
        """What was searched for, the latest first."""
        kept = decode(AccountPart(self._work).value(names.SEARCHES) or "{}", dict[str, list[str]])
        return tuple(kept.get(self._work.operator(), ()))

    def save_queue(self, queue: SavedQueue) -> None:
        """Keep a saved queue, replacing the one of the same id."""
        self._work.db.execute(
            _SAVE_QUEUE,
            {"id": queue.id, "operator": self._work.operator(), "body": encode(queue)},
        )
        self._work.touched.own["saved_queue", queue.id] = None
        self._work.touched.saved_queues = True

    def saved_queue(self, queue_id: str) -> SavedQueue | None:
        """One saved queue."""
        body = self._work.db.execute(
            select(_QUEUES.c.body).where(
                _QUEUES.c.id == queue_id, _QUEUES.c.operator == self._work.operator()
            )
        ).scalar()
        return None if body is None else decode(body, SavedQueue)

    def remove_queue(self, queue_id: str) -> None:
        """Forget a saved queue."""
        self._work.db.execute(
            delete(_QUEUES).where(
                _QUEUES.c.id == queue_id, _QUEUES.c.operator == self._work.operator()
            )
        )
        self._work.touched.own["saved_queue", queue_id] = None
        self._work.touched.saved_queues = True

    def mark_read(self, ref: Ref) -> None:
        """Remember that the operator has seen the appeal as it now stands."""
        shown = self._work.db.execute(
            select(_ROWS.c.resident_message, _ROWS.c.woken).where(
                _ROWS.c.row == tables.appeal.c.row,
                tables.appeal.c.branch == ref.branch,
                tables.appeal.c.id == ref.id,
            )
        ).one_or_none()
        if shown is None:
            return
        self._work.db.execute(
            _MARK_READ,
            {
                "operator": self._work.operator(),
                "branch": ref.branch,
                "appeal": ref.id,
                "resident_message": shown.resident_message,
                "woken": shown.woken,
            },
        )
        self._work.touched.shown.add(ref)

    def add_word(self, word: str, *, now: datetime) -> None:
        """Take a word into the operator's own dictionary; one that is there stays as it was."""
        operator = self._work.operator()
        ident = f"{operator}:{word}"
        row = {"id": ident, "operator": operator, "word": word, "at": to_micros(now)}
        self._work.db.execute(_ADD_WORD, row)
        self._touch_word("own_word", ident)

    def remove_word(self, word: str) -> None:
        """Forget a word of the operator's own dictionary."""
        ident = f"{self._work.operator()}:{word}"
        self._work.db.execute(delete(_WORDS).where(_WORDS.c.id == ident))
        self._touch_word("own_word", ident)

    def correct_form(self, corrected: CorrectedForm, *, now: datetime) -> None:
        """Remember how the operator wants a name spoken of."""
        operator, ident = self._work.operator(), self._form_id(corrected.name, corrected.use)
        row = {
            "id": ident,
            "operator": operator,
            "name": fold(corrected.name),
            "usage": corrected.use.value,
            "form": corrected.form,
            "at": to_micros(now),
            "said": corrected.name,
        }
        self._work.db.execute(_PUT_FORM, row)
        self._touch_word("own_form", ident)

    def forget_form(self, name: str, use: Use) -> None:
        """Speak of a name by the rules again."""
        ident = self._form_id(name, use)
        self._work.db.execute(delete(_FORMS).where(_FORMS.c.id == ident))
        self._touch_word("own_form", ident)

    def _touch_word(self, table: str, ident: str) -> None:
        self._work.touched.own[table, ident] = None
        self._work.touched.own_words = True

    def _form_id(self, name: str, use: Use) -> str:
        return f"{self._work.operator()}:{use.value}:{fold(name)}"

    def count_template(self, template: str) -> None:
        """Remember that the operator has sent this template once more."""
        once = insert(_USE).values(operator=self._work.operator(), template=template, times=1)
        self._work.db.execute(
            once.on_conflict_do_update(
                index_elements=["operator", "template"], set_={"times": _USE.c.times + 1}
            )
        )

"""The lexicon without a store: the rules of the domain over what the fake world holds."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.ids import Ref, uuid7
from console.domain.lexicon import apply_word
from console.domain.mutations import Envelope, ShareWord, WithdrawWord, WordMutation
from console.domain.shared_word import shared_word_id
from console.domain.transitions import RefusedError
from console.domain.words import fold
from console.readmodel import LexiconRow
from console.wording import Use

if TYPE_CHECKING:
    from tests.support.fake_console import FakeConsole


@dataclass(slots=True)
class FakeLexicon:
    """The shape of `LexiconUseCases`; what is shared counts at once, as if there were a link."""

    console: FakeConsole

    def rows(self) -> tuple[LexiconRow, ...]:
        return tuple(row for row in self.console.reader.lexicon() if not row.removed_by)

    def remove(self, rows: Sequence[LexiconRow]) -> Future[None]:
        def work() -> None:
            for row in rows:
                if row.branch:
                    self.change(row.branch, row.word, row.use, WithdrawWord())
                else:
                    self._forget(row)

        return self._said(work)

    def put_back(self, rows: Sequence[LexiconRow]) -> Future[None]:
        def work() -> None:
            for row in rows:
                if row.branch:
                    self._share(row.branch, row.word, row.use, row.form)
                else:
                    self._keep(row)

        return self._said(work)

    def share(self, rows: Sequence[LexiconRow], branch: str) -> Future[None]:
        def work() -> None:
            for row in rows:
                self._share(branch, row.word, row.use, row.form)
                self._forget(row)

        return self._said(work)

    def take_home(self, rows: Sequence[LexiconRow], branch: str) -> Future[None]:
        def work() -> None:
            for row in rows:
                self.change(branch, row.word, row.use, WithdrawWord())
                self._keep(row)

        return self._said(work)

    def share_one(self, branch: str, word: str, *, use: str = "", form: str = "") -> Future[None]:
        """What the use cases of spelling and wording do by it."""
        return self._said(lambda: self._share(branch, word, use, form))

    def change(self, branch: str, word: str, use: str, mutation: WordMutation) -> None:
        """By the rules; `RefusedError` where they do not allow it."""
        console, ref = self.console, Ref(branch, shared_word_id(word, use))
        assert console.me is not None
        now = console.clock.now()
        ident = uuid7(now, console.clock.entropy(10))
        envelope = Envelope(ident, ref, console.me.id, now, mutation)
        known = console.world.lexicon.get(ref)
        console.world.lexicon[ref] = apply_word(known, envelope, actor=console.me, now=now)

    def _share(self, branch: str, word: str, use: str, form: str) -> None:
        self.change(branch, word, use, ShareWord(word, use, form))

    def _keep(self, row: LexiconRow) -> None:
        if row.use:
            self.console.world.forms[fold(row.word), Use(row.use)] = row.form
        else:
            self.console.world.words.add(row.word)

    def _forget(self, row: LexiconRow) -> None:
        if row.use:
            self.console.world.forms.pop((fold(row.word), Use(row.use)), None)
        else:
            self.console.world.words.discard(row.word)

    def _said(self, work: object) -> Future[None]:
        future: Future[None] = Future()
        try:
            work()  # type: ignore[operator]
        except RefusedError as refused:
            future.set_exception(refused)
        else:
            future.set_result(None)
        self.console.publish(words=True)
        return future

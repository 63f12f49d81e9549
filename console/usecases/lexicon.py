"""The lexicon: words and forms of names, an operator's own and those that a branch shares."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from console.domain.ids import Ref
from console.domain.lexicon import may_withdraw, refuse_nonsense
from console.domain.mutations import ShareWord, WithdrawWord
from console.domain.shared_word import shared_word_id
from console.ports import Reader, Transaction
from console.readmodel import LexiconRow
from console.usecases.acting import Acting, GoneError
from console.wording import CorrectedForm, Use


class Lexicon:
    """What the use cases of spelling, of wording and of the page have in common.

    A word that is shared is the operator's own no longer: what colleagues make of it later counts.
    Whatever goes to a branch goes through the outbox, and is used here at once.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def share(
        self, transaction: Transaction, branch: str, word: str, *, use: str = "", form: str = ""
    ) -> None:
        """Give it to a branch; it is nobody's own then. `RefusedError` where one may not."""
        ref = Ref(branch, shared_word_id(word, use))
        known = transaction.word(ref)
        base = 0 if known is None else known.version
        self._acting.change_word(transaction, ref, ShareWord(word, use, form, base))
        self.forget(transaction, word, use=use)

    def withdraw(self, transaction: Transaction, branch: str, word: str, *, use: str = "") -> None:
        """Take it away from a branch; `RefusedError` where one may not."""
        ref = Ref(branch, shared_word_id(word, use))
        known = transaction.word(ref)
        if known is None:
            raise GoneError("word")
        self._acting.change_word(transaction, ref, WithdrawWord(known.version))

    def keep(self, transaction: Transaction, word: str, *, use: str = "", form: str = "") -> None:
        """Have it as one's own; `RefusedError` for what is no word, or no form."""
        refuse_nonsense(word, use, form)
        now = self._acting.now()
        if use:
            transaction.desk.correct_form(CorrectedForm(word, Use(use), form), now=now)
        else:
            transaction.desk.add_word(word, now=now)

    def forget(self, transaction: Transaction, word: str, *, use: str = "") -> None:
        """Have it as one's own no longer."""
        if use:
            transaction.desk.forget_form(word, Use(use))
        else:
            transaction.desk.remove_word(word)

    def shared_form(self, transaction: Transaction, branch: str, name: str, use: Use) -> str:
        """The form that a branch shares, empty where it has none."""
        known = transaction.word(Ref(branch, shared_word_id(name, use.value)))
        return "" if known is None or known.removed_by else known.form

    def may_withdraw(self, transaction: Transaction, branch: str, name: str, use: Use) -> bool:
        """Whether the signed-in operator may take a shared form away."""
        known = transaction.word(Ref(branch, shared_word_id(name, use.value)))
        return known is not None and may_withdraw(known, transaction.account.actor())


class LexiconUseCases:
    """The page of words and forms: what there is, and what its operator may do about it."""

    def __init__(self, acting: Acting, reader: Reader) -> None:
        self._acting = acting
        self._lexicon = Lexicon(acting)
        self._reader = reader

    def rows(self) -> tuple[LexiconRow, ...]:
        """What is there, own and shared, in no order."""
        return tuple(row for row in self._reader.lexicon() if not row.removed_by)

    def remove(self, rows: Sequence[LexiconRow]) -> Future[None]:
        """Remove them all, or none; `RefusedError` where one is a colleague's."""

        def job(transaction: Transaction) -> None:
            for row in rows:
                if row.branch:
                    self._lexicon.withdraw(transaction, row.branch, row.word, use=row.use)
                else:
                    self._lexicon.forget(transaction, row.word, use=row.use)

        return self._acting.run(job)

    def put_back(self, rows: Sequence[LexiconRow]) -> Future[None]:
        """Have again what was removed."""

        def job(transaction: Transaction) -> None:
            for row in rows:
                if row.branch:
                    self._lexicon.share(
                        transaction, row.branch, row.word, use=row.use, form=row.form
                    )
                else:
                    self._lexicon.keep(transaction, row.word, use=row.use, form=row.form)

        return self._acting.run(job)

    def share(self, rows: Sequence[LexiconRow], branch: str) -> Future[None]:
        """Give one's own to a branch."""

        def job(transaction: Transaction) -> None:
            for row in rows:
                self._lexicon.share(transaction, branch, row.word, use=row.use, form=row.form)

        return self._acting.run(job)

    def take_home(self, rows: Sequence[LexiconRow], branch: str) -> Future[None]:
        """The reverse of `share`: away from the branch, and one's own again."""

        def job(transaction: Transaction) -> None:
            for row in rows:
                self._lexicon.withdraw(transaction, branch, row.word, use=row.use)
                self._lexicon.keep(transaction, row.word, use=row.use, form=row.form)

        return self._acting.run(job)

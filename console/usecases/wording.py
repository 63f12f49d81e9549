"""Wording: names in the right case, and what operators have corrected of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from console.domain.lexicon import refuse_nonsense
from console.domain.words import fold
from console.ports import Reader, Transaction
from console.usecases.acting import Acting
from console.usecases.lexicon import Lexicon
from console.wording import CorrectedForm, Use, Wording


@dataclass(frozen=True, slots=True)
class FormBefore:
    """What a correction replaced: one's own form and that of the branch, each empty if none."""

    name: str
    use: Use
    branch: str
    own: str
    shared: str


class WordingUseCases:
    """The rules' forms of names; the branch's come before them, the operator's own before both."""

    def __init__(self, rules: Callable[[], Wording], acting: Acting, reader: Reader) -> None:
        self._rules = rules
        self._acting = acting
        self._lexicon = Lexicon(acting)
        self._reader = reader

    def current(self, branch: str = "") -> Wording:
        """How names of a ``branch`` are spoken of now; asks the store once, for all that follows.

        Without a branch only the operator's own corrections count.
        """
        shared = self._reader.shared_forms(branch) if branch else {}
        return self._rules().corrected({**shared, **self._reader.own_forms()})

    def form(self, name: str, use: Use, *, branch: str = "") -> str:
        """One name in one use; empty where nobody can tell."""
        return self.current(branch).form(name, use)

    def corrected(self) -> tuple[CorrectedForm, ...]:
        """What the operator has corrected for themselves, by name."""
        found = self._reader.own_forms().items()
        return tuple(CorrectedForm(name, use, form) for (name, use), form in sorted(found))

    def correct(
        self, name: str, use: Use, form: str, *, branch: str = "", share: bool = False
    ) -> Future[FormBefore]:
        """Speak of ``name`` so from now on; what was there before, to be put back by an undo.

        With ``share`` everybody of the ``branch`` does, else the operator alone. The form that
        would be used anyway forgets the correction. `RefusedError` for an empty or endless one,
        or where they may not.
        """
        plain, wanted = name.strip(), " ".join(form.split())

        def job(transaction: Transaction) -> FormBefore:
            refuse_nonsense(plain, use.value, wanted)
            before = self._before(transaction, plain, use, branch)
            if share:
                self._share(transaction, before, wanted)
            else:
                self._keep(transaction, before, wanted)
            return before

        return self._acting.run(job)

    def put_back(self, before: FormBefore) -> Future[None]:
        """Speak of a name as before a correction; `RefusedError` where one may not any more."""

        def job(transaction: Transaction) -> None:
            name, use = before.name, before.use
            if before.branch:
                now = self._lexicon.shared_form(transaction, before.branch, name, use)
                if now != before.shared:
                    self._set_shared(transaction, before, before.shared)
            if before.own:
                self._lexicon.keep(transaction, name, use=use.value, form=before.own)
            else:
                self._lexicon.forget(transaction, name, use=use.value)

        return self._acting.run(job)

    def _share(self, transaction: Transaction, before: FormBefore, wanted: str) -> None:
        rule = self._rules().suggested(before.name, before.use)
        self._lexicon.forget(transaction, before.name, use=before.use.value)
        if wanted == (before.shared or rule):
            return
        ours = self._lexicon.may_withdraw(transaction, before.branch, before.name, before.use)
        self._set_shared(transaction, before, "" if wanted == rule and ours else wanted)

    def _set_shared(self, transaction: Transaction, before: FormBefore, form: str) -> None:
        branch, name, use = before.branch, before.name, before.use.value
        if form:
            self._lexicon.share(transaction, branch, name, use=use, form=form)
        else:
            self._lexicon.withdraw(transaction, branch, name, use=use)

    def _keep(self, transaction: Transaction, before: FormBefore, wanted: str) -> None:
        name, use = before.name, before.use
        if wanted == (before.shared or self._rules().suggested(name, use)):
            self._lexicon.forget(transaction, name, use=use.value)
        else:
            self._lexicon.keep(transaction, name, use=use.value, form=wanted)

    def _before(self, transaction: Transaction, name: str, use: Use, branch: str) -> FormBefore:
        own = self._reader.own_forms().get((fold(name), use), "")
        shared = self._lexicon.shared_form(transaction, branch, name, use) if branch else ""
        return FormBefore(name, use, branch, own, shared)

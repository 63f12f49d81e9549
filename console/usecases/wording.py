"""Wording: names in the right case, and what the operator has corrected of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from console.domain.transitions import RefusedError
from console.domain.words import fold
from console.ports import Reader, Transaction
from console.usecases.acting import Acting
from console.wording import CorrectedForm, Use, Wording

MAX_FORM: Final = 120
"""Characters of a name and of its form: longer than any address in words."""


class WordingUseCases:
    """The rules' forms of names, with the signed-in operator's own in their place."""

    def __init__(self, rules: Callable[[], Wording], acting: Acting, reader: Reader) -> None:
        self._rules = rules
        self._acting = acting
        self._reader = reader

    def current(self) -> Wording:
        """How this operator speaks of names now; asks the store once, for all that follows."""
        return self._rules().corrected(self._reader.own_forms())

    def form(self, name: str, use: Use) -> str:
        """One name in one use; empty where nobody can tell."""
        return self.current().form(name, use)

    def corrected(self) -> tuple[CorrectedForm, ...]:
        """What the operator has corrected, by name."""
        found = self._reader.own_forms().items()
        return tuple(CorrectedForm(name, use, form) for (name, use), form in sorted(found))

    def correct(self, name: str, use: Use, form: str) -> Future[CorrectedForm | None]:
        """Speak of ``name`` so from now on; what was corrected before, to be put back by an undo.

        The form that the rules have anyway forgets the correction. `RefusedError` for an empty
        or endless one.
        """
        plain, wanted = name.strip(), " ".join(form.split())

        def job(transaction: Transaction) -> CorrectedForm | None:
            if not plain or not wanted or max(len(plain), len(wanted)) > MAX_FORM:
                raise RefusedError("not_a_form")
            before = self._known(plain, use)
            if wanted == self._rules().suggested(plain, use):
                transaction.desk.forget_form(plain, use)
            else:
                transaction.desk.correct_form(CorrectedForm(plain, use, wanted))
            return before

        return self._acting.run(job)

    def forget(self, name: str, use: Use) -> Future[CorrectedForm | None]:
        """Speak of ``name`` by the rules again; what was corrected, to be put back by an undo."""

        def job(transaction: Transaction) -> CorrectedForm | None:
            before = self._known(name.strip(), use)
            transaction.desk.forget_form(name.strip(), use)
            return before

        return self._acting.run(job)

    def _known(self, name: str, use: Use) -> CorrectedForm | None:
        form = self._reader.own_forms().get((fold(name), use))
        return None if form is None else CorrectedForm(name, use, form)

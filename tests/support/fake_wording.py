"""Wording without a store: the shipped rules, and corrections that last as long as the test."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from console.domain.mutations import ShareWord, WithdrawWord
from console.domain.words import fold
from console.usecases.wording import FormBefore
from console.wording import CorrectedForm, Use, Wording

if TYPE_CHECKING:
    from tests.support.fake_console import FakeConsole

T = TypeVar("T")


@dataclass(slots=True)
class FakeWording:
    """The shape of `WordingUseCases`."""

    console: FakeConsole

    def current(self, branch: str = "") -> Wording:
        shared = self.console.reader.shared_forms(branch)
        return self.console.rulebook.wording.corrected({**shared, **self.console.world.forms})

    def form(self, name: str, use: Use, *, branch: str = "") -> str:
        return self.current(branch).form(name, use)

    def corrected(self) -> tuple[CorrectedForm, ...]:
        forms = self.console.world.forms
        return tuple(CorrectedForm(name, use, forms[name, use]) for name, use in sorted(forms))

    def correct(
        self, name: str, use: Use, form: str, *, branch: str = "", share: bool = False
    ) -> Future[FormBefore]:
        key, reader = (fold(name), use), self.console.reader
        own = self.console.world.forms.get(key, "")
        shared = reader.shared_forms(branch).get(key, "")
        before = FormBefore(name, use, branch, own, shared)
        self._set(before, own="" if share else form, shared=form if share else shared)
        return _said(before)

    def put_back(self, before: FormBefore) -> Future[None]:
        self._set(before, own=before.own, shared=before.shared)
        return _said(None)

    def _set(self, before: FormBefore, *, own: str, shared: str) -> None:
        name, use, forms = before.name, before.use, self.console.world.forms
        rule = self.console.rulebook.wording.suggested(name, use)
        if own in ("", rule):
            forms.pop((fold(name), use), None)
        else:
            forms[fold(name), use] = own
        now = self.console.reader.shared_forms(before.branch).get((fold(name), use), "")
        if shared != now and (now or shared != rule):
            mutation = ShareWord(name, use.value, shared) if shared else WithdrawWord()
            self.console.lexicon.change(before.branch, name, use.value, mutation)


def _said(answer: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(answer)
    return future

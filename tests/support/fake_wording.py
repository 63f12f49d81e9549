"""Wording without a store: the shipped rules, and corrections that last as long as the test."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.domain.words import fold
from console.wording import CorrectedForm, Use, Wording

if TYPE_CHECKING:
    from tests.support.fake_console import FakeConsole


@dataclass(slots=True)
class FakeWording:
    """The shape of `WordingUseCases`."""

    console: FakeConsole

    def current(self) -> Wording:
        return self.console.rulebook.wording.corrected(self.console.world.forms)

    def form(self, name: str, use: Use) -> str:
        return self.current().form(name, use)

    def corrected(self) -> tuple[CorrectedForm, ...]:
        forms = self.console.world.forms
        return tuple(CorrectedForm(name, use, forms[name, use]) for name, use in sorted(forms))

    def correct(self, name: str, use: Use, form: str) -> Future[CorrectedForm | None]:
        before = self.console.world.forms.get((fold(name), use))
        self.console.world.forms[fold(name), use] = form
        return _said(None if before is None else CorrectedForm(name, use, before))

    def forget(self, name: str, use: Use) -> Future[CorrectedForm | None]:
        before = self.console.world.forms.pop((fold(name), use), None)
        return _said(None if before is None else CorrectedForm(name, use, before))


def _said(answer: CorrectedForm | None) -> Future[CorrectedForm | None]:
    future: Future[CorrectedForm | None] = Future()
    future.set_result(answer)
    return future

"""Spelling without dictionaries: a few misspelt words, and what was meant by them."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from console.spelling.speller import SpellingError

if TYPE_CHECKING:
    from tests.support.fake_console import FakeConsole

MEANT: dict[str, tuple[str, ...]] = {
    "здраствуйте": ("здравствуйте",),
    "Здраствуйте": ("Здравствуйте",),
    "електричество": ("электричество", "электричества"),
    "бригата": ("бригада", "бригаде", "бригаду"),
    "Эзендер": (),
    "recieve": ("receive", "relieve"),
}


@dataclass(slots=True)
class FakeSpelling:
    """The shape of `SpellingUseCases`; ``asked`` is every question, ``broken`` fails them all."""

    console: FakeConsole
    asked: list[Any] = field(default_factory=list)
    broken: bool = False

    def check(self, words: Collection[str]) -> Future[frozenset[str]]:
        self.asked.append(frozenset(words))
        return self._said(frozenset(words) & MEANT.keys())

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        self.asked.append(word)
        return self._said(MEANT.get(word, ()))

    def own(self) -> frozenset[str]:
        return self.console.reader.own_words()

    def known(self) -> frozenset[str]:
        return self.console.reader.own_words() | self.console.reader.shared_words()

    def add(self, word: str, *, branch: str = "") -> Future[None]:
        if branch:
            return self.console.lexicon.share_one(branch, word)
        self.console.world.words.add(word)
        return self._said(None)

    def close(self) -> None:
        """Nothing to close."""

    def _said(self, answer: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.broken:
            future.set_exception(SpellingError("it is broken"))
        else:
            future.set_result(answer)
        return future

"""Spelling: words are checked and looked up, and an operator's are added to the dictionary."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from typing import Protocol

from console.ports import Reader
from console.usecases.acting import Acting
from console.usecases.lexicon import Lexicon


class Dictionary(Protocol):
    """`console.spelling.speller.Speller`, or a stand-in for it."""

    def check(self, words: Collection[str]) -> Future[frozenset[str]]:
        """Those of ``words`` that are misspelt."""

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        """What may have been meant by ``word``."""

    def close(self) -> None:
        """End it."""


class SpellingUseCases:
    """The dictionaries of the console, with the words of the operator and of their branches."""

    def __init__(self, dictionary: Dictionary, acting: Acting, reader: Reader) -> None:
        self._dictionary = dictionary
        self._acting = acting
        self._lexicon = Lexicon(acting)
        self._reader = reader

    def check(self, words: Collection[str]) -> Future[frozenset[str]]:
        """Those of ``words`` that no dictionary knows; what was added is not looked at."""
        return self._dictionary.check(words)

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        """What may have been meant by ``word``, the likeliest first."""
        return self._dictionary.suggest(word)

    def own(self) -> frozenset[str]:
        """The operator's own words."""
        return self._reader.own_words()

    def known(self) -> frozenset[str]:
        """All words that were added: the operator's own, and those that their branches share."""
        return self._reader.own_words() | self._reader.shared_words()

    def add(self, word: str, *, branch: str = "") -> Future[None]:
        """Take a word into the operator's own dictionary, or into that of a branch.

        `RefusedError` for what is no word, or where they may not.
        """
        if branch:
            return self._acting.run(lambda within: self._lexicon.share(within, branch, word))
        return self._acting.run(lambda within: self._lexicon.keep(within, word))

    def remove(self, word: str, *, branch: str = "") -> Future[None]:
        """Forget one of them; `RefusedError` for a colleague's."""
        if branch:
            return self._acting.run(lambda within: self._lexicon.withdraw(within, branch, word))
        return self._acting.run(lambda within: self._lexicon.forget(within, word))

    def close(self) -> None:
        """End the dictionaries."""
        self._dictionary.close()

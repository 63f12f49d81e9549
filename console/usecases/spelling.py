"""Spelling: words are checked and looked up, and an operator's own are added to the dictionary."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from typing import Protocol

from console.domain.spelling import LONGEST, words_to_check
from console.domain.transitions import RefusedError
from console.ports import Reader, Transaction
from console.usecases.acting import Acting


class Dictionary(Protocol):
    """`console.spelling.speller.Speller`, or a stand-in for it."""

    def check(self, words: Collection[str]) -> Future[frozenset[str]]:
        """Those of ``words`` that are misspelt."""

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        """What may have been meant by ``word``."""

    def close(self) -> None:
        """End it."""


class SpellingUseCases:
    """The dictionaries of the console, and the signed-in operator's own beside them."""

    def __init__(self, dictionary: Dictionary, acting: Acting, reader: Reader) -> None:
        self._dictionary = dictionary
        self._acting = acting
        self._reader = reader

    def check(self, words: Collection[str]) -> Future[frozenset[str]]:
        """Those of ``words`` that no dictionary knows; an operator's own are not looked at."""
        return self._dictionary.check(words)

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        """What may have been meant by ``word``, the likeliest first."""
        return self._dictionary.suggest(word)

    def own(self) -> frozenset[str]:
        """The operator's own words."""
        return self._reader.own_words()

    def add(self, word: str) -> Future[None]:
        """Take a word into the operator's own dictionary; `RefusedError` for what is no word."""

        def job(transaction: Transaction) -> None:
            if len(word) > LONGEST or [one.text for one in words_to_check(word)] != [word]:
                raise RefusedError("not_a_word")
            transaction.desk.add_word(word)

        return self._acting.run(job)

    def remove(self, word: str) -> Future[None]:
        """Forget one of them."""
        return self._acting.run(lambda transaction: transaction.desk.remove_word(word))

    def close(self) -> None:
        """End the dictionaries."""
        self._dictionary.close()

"""What a photo proves: the words of a reply that claim work which can be seen."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.words import Phrase, PhraseBook, Span, words


class ProofBook:
    """Finds claims of work that was done; a photo beside them is believed sooner than they are."""

    def __init__(self, claims: Iterable[Phrase]) -> None:
        self._claims = PhraseBook(claims)

    def claims(self, text: str) -> tuple[Span, ...]:
        """Where ``text`` says that something was mended, first to last."""
        return tuple(found.span for found in self._claims.find(words(text)))

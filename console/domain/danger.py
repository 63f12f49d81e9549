"""Danger: what in the words of an appeal says that life is at risk now, and where it says so.

A sign is a few kinds of words near each other («провод» and «лежит»), so that new wordings are
met that no list of phrases foresees. Words of a sentence that speaks of the past, of what has been
mended, or asks in general say nothing, and neither do words after «не» and in a comparison. A
false alarm costs a minute and a missed one a life, so that what is doubtful is danger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from console.domain.slips import Slips
from console.domain.words import Phrase, PhraseBook, Span, Word, words

SENTENCE_GAP: Final = 3
"""How many words further apart the end of a sentence puts what stands on both sides of it."""

CALM_REACH: Final = 10
"""How many words away a word that silences its sentence does so; many write without full stops."""

_LIKE: Final = frozenset({"как", "словно", "будто"})
_NOT: Final = frozenset({"не", "ни", "никогда"})


@dataclass(frozen=True, slots=True)
class Sign:
    """Groups of words that together speak of danger when they stand near each other.

    ``within`` is the number of words from the first to the last of them. A sign does not count
    where a word of the groups ``unless`` stands in one of its sentences. ``topic`` is the topic
    that it speaks for, empty for none.
    """

    key: str
    groups: tuple[str, ...]
    within: int
    unless: tuple[str, ...] = ()
    topic: str = ""


class SignFound(NamedTuple):
    """A sign in a text, with the places of its words, first to last."""

    sign: Sign
    spans: tuple[Span, ...]


class _Hit(NamedTuple):
    place: int
    sentence: int
    span: Span


_Hits = Mapping[str, Sequence[_Hit]]


class DangerWords:
    """The words of resources/rules/danger.toml, ready to be looked up in a text."""

    def __init__(
        self,
        groups: Mapping[str, Iterable[Phrase]],
        signs: Sequence[Sign],
        *,
        calm: Iterable[str] = (),
        calm_all: Iterable[str] = (),
        slips: Slips | None = None,
    ) -> None:
        """``calm`` are groups whose words silence their sentence, ``calm_all`` the whole text;
        ``slips`` mends what was mistyped."""
        self.signs = tuple(signs)
        self._slips = slips
        self._calm = frozenset(calm)
        self._calm_all = frozenset(calm_all)
        self._groups: dict[Phrase, list[str]] = {}
        for group, phrases in groups.items():
            for phrase in phrases:
                self._groups.setdefault(phrase, []).append(group)
        self._book = PhraseBook(self._groups)

    def find(self, text: str) -> tuple[SignFound, ...]:
        """The signs of danger in ``text``, in the order of the rules, each at its first place."""
        found_words: Sequence[Word] = words(text)
        if self._slips is not None:
            found_words = self._slips.mended(found_words)
        hits = self._hits(found_words)
        if any(hits.get(group) for group in self._calm_all):
            return ()
        calm = [hit for group in self._calm for hit in hits.get(group, ())]
        loud = {
            group: [hit for hit in each if not _is_silenced(hit, calm)]
            for group, each in hits.items()
        }
        found = (_find(sign, loud) for sign in self.signs)
        return tuple(each for each in found if each is not None)

    def is_danger(self, text: str) -> bool:
        """Whether the words of ``text`` speak of a danger to life."""
        return bool(self.find(text))

    def _hits(self, text: Sequence[Word]) -> Mapping[str, list[_Hit]]:
        at = {word.start: number for number, word in enumerate(text)}
        hits: dict[str, list[_Hit]] = {}
        for phrase, span in self._book.find(text):
            number = at[span.start]
            if _is_turned(text, number):
                continue
            sentence = text[number].sentence
            hit = _Hit(number + SENTENCE_GAP * sentence, sentence, span)
            for group in self._groups[phrase]:
                hits.setdefault(group, []).append(hit)
        return hits


def _is_turned(text: Sequence[Word], number: int) -> bool:
    """Whether the word is denied («не лежит») or only compared with («как ваш провод»)."""
    before = [
        word.folded
        for word in text[max(0, number - 2) : number]
        if word.sentence == text[number].sentence
    ]
    return bool(before) and (before[-1] in _NOT or bool(_LIKE & set(before)))


def _is_silenced(hit: _Hit, calm: Iterable[_Hit]) -> bool:
    return any(
        each.sentence == hit.sentence and abs(each.place - hit.place) <= CALM_REACH for each in calm
    )


def _find(sign: Sign, hits: _Hits) -> SignFound | None:
    """The first place where all groups of ``sign`` stand near enough."""
    silenced = {hit.sentence for group in sign.unless for hit in hits.get(group, ())}
    each = [[h for h in hits.get(g, ()) if h.sentence not in silenced] for g in sign.groups]
    if not all(each):
        return None
    for first in each[0]:
        chosen = [min(group, key=lambda hit: abs(hit.place - first.place)) for group in each]
        places = [hit.place for hit in chosen]
        if max(places) - min(places) <= sign.within:
            return SignFound(sign, tuple(sorted({hit.span for hit in chosen})))
    return None

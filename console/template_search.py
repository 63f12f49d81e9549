"""Search over reply templates by title, body and search words, tolerant of typos and word forms."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import snowballstemmer
from rapidfuzz import fuzz, process

from console.domain.reply_template import ReplyTemplate
from console.domain.words import words

_TITLE, _WORDS, _BODY = 3.0, 2.5, 1.0
_CLOSE: Final = 78
"""How alike (0..100) two words must be to count as one misspelt."""

_STOP: Final = frozenset({"и", "в", "на", "не", "с", "по", "у", "о", "а", "что", "как", "за", "к"})


def stems_of(text: str) -> frozenset[str]:
    """The stems of the words of ``text``: what all forms of a word have in common."""
    stemmer = snowballstemmer.stemmer("russian")
    return frozenset(str(stemmer.stemWord(word.folded)) for word in words(text))


@dataclass(frozen=True, slots=True)
class FoundTemplate:
    """A template that answers a query; a higher ``score`` is better."""

    template: ReplyTemplate
    score: float


class TemplateSearch:
    """An index over some templates; building it takes milliseconds, so it is made anew."""

    def __init__(self, templates: Iterable[ReplyTemplate]) -> None:
        self._templates = {template.key: template for template in templates}
        self._stems: dict[str, dict[str, float]] = {}
        # One stemmer an index: it keeps the word that it works on, so threads may not share it.
        self._stemmer = snowballstemmer.stemmer("russian")
        for template in self._templates.values():
            self._add(template)
        self._known = list(self._stems)

    def search(self, query: str) -> tuple[FoundTemplate, ...]:
        """Templates in which every word of ``query`` occurs, in some form, the best first.

        Where no template has them all, those with any of them. The last word may be unfinished.
        An empty query finds all, in the given order.
        """
        asked = [word.folded for word in words(query)]
        asked = [word for word in asked if word not in _STOP] or asked
        if not asked:
            return tuple(FoundTemplate(t, 0.0) for t in self._templates.values())
        last = len(asked) - 1
        each = [
            self._rarest_first(self._weights(word, unfinished=i == last))
            for i, word in enumerate(asked)
        ]
        in_all = set.intersection(*(set(weights) for weights in each))
        keys = in_all or set().union(*each)
        totals = {key: sum(weights.get(key, 0.0) for weights in each) for key in keys}
        found = [FoundTemplate(self._templates[key], score) for key, score in totals.items()]
        return tuple(sorted(found, key=lambda f: (-f.score, f.template.title)))

    def _rarest_first(self, weights: dict[str, float]) -> dict[str, float]:
        """What few templates have says more than what most of them have."""
        if not weights:
            return weights
        rarity = 1 + math.log(len(self._templates) / len(weights))
        return {key: weight * rarity for key, weight in weights.items()}

    def _add(self, template: ReplyTemplate) -> None:
        fields = (
            (template.title, _TITLE),
            (" ".join((template.key, *template.words)), _WORDS),
            (template.body.source, _BODY),
        )
        for text, weight in fields:
            for word in words(text):
                places = self._stems.setdefault(self._stem(word.folded), {})
                places[template.key] = max(weight, places.get(template.key, 0.0))

    def _weights(self, word: str, *, unfinished: bool) -> dict[str, float]:
        """How much ``word`` speaks for each template that has it, a form of it, or a near word."""
        alike = {self._stem(word): 1.0}
        if unfinished and len(word) > 1:
            alike |= {stem: 0.9 for stem in self._known if stem.startswith(word)}
        best: dict[str, float] = {}
        self._gather(alike, best)
        if not best and len(word) > 3:
            near = process.extract(
                self._stem(word), self._known, scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=8
            )
            self._gather({stem: score / 200 for stem, score, _ in near}, best)
        return best

    def _gather(self, alike: dict[str, float], best: dict[str, float]) -> None:
        for stem, likeness in alike.items():
            for key, weight in self._stems.get(stem, {}).items():
                best[key] = max(best.get(key, 0.0), weight * likeness)

    def _stem(self, word: str) -> str:
        return str(self._stemmer.stemWord(word))

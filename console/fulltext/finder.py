"""The finder: what a query finds in an index of words, the best first, and what is said about it.

Three steps. What the words say for sure comes first. Only where that is little (`FEW`), what they
may have meant is looked for: misspellings, missing spaces, another keyboard layout. Last, appeals
that lack one of the words. The second and third are listed after the first, and are told.

An index is asked in the language of SQLite's FTS5: words in double quotes, a star after one that
is only begun, AND, OR, NOT and brackets; nothing else is ever written (`fulltext.plan`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from console.domain.query import Query, Text
from console.domain.words import fold
from console.fulltext import plan as word_plan
from console.fulltext.plan import Group, Plan
from console.fulltext.vocabulary import Vocabulary
from console.roots import root

FEW = 10
"""With fewer hits than these, more is looked for than what was said."""

RANKED = 256
"""The newest hits, which are put into an order of how well they fit; the rest follow by age."""

MOST_SHOWN_WIDE = 60
_MOST_WIDE = 300
_LEAST_SHARE = 0.5
_LEAST_SAID = 0.4
"""How much of what was asked for, by how much each word says, a hit must have at least."""

_MOST_CHECKED = 2_000
_DAY = 86_400_000_000
_PIECE = re.compile(r"[^\W_]+")


class Face(NamedTuple):
    """What is seen of an appeal in a list; ``created_at`` in Unix microseconds."""

    row: int
    number: str
    author: str
    place: str
    first_line: str
    created_at: int


class Index(Protocol):
    """An index of words over appeals, each called by a number: the newer, the higher."""

    def newest(self, expression: str, most: int) -> list[int]:
        """The newest hits of an expression, the newest first."""

    def faces(self, rows: Sequence[int]) -> Sequence[Face]:
        """How these look, in any order."""

    def texts(self, rows: Sequence[int]) -> Iterable[tuple[int, Sequence[str]]]:
        """Everything that was written in these, and by whom and where."""

    def phones(self, rows: Sequence[int]) -> Iterable[tuple[int, str]]:
        """The phones of their residents; empty for none."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the words of a query find at one moment.

    ``sure`` is an expression, ``wide`` the rows that fit less well, the best first. ``also``
    are the words that those were found by; ``reading`` the query in another layout or alphabet.
    """

    plan: Plan
    sure: str
    checked: tuple[int, ...] | None = None
    wide: tuple[int, ...] = ()
    also: tuple[str, ...] = ()
    reading: str = ""
    lacking: bool = False
    barred: str = ""
    """Where nothing has to occur: what must not."""


class Finder:
    """Finds in one ``index``, of which the vocabulary is known."""

    def __init__(self, index: Index, vocabulary: Vocabulary) -> None:
        self._index = index
        self._vocabulary = vocabulary

    def find(self, query: Query, text: str, reparse: Callable[[str], Query]) -> Found | None:
        """What the words of ``query`` (typed as ``text``) find; None where it has no words.

        ``reparse`` takes apart what ``text`` may be in another alphabet.
        """
        found = self.surely(query)
        if found is None:
            return None
        without = word_plan.excluded(query, self._vocabulary)
        sure = self._few(found)
        if len(sure) >= FEW:
            return found
        for reading in word_plan.readings(query.plain, self._vocabulary):
            other = reparse(_replaced(text, query.plain, reading))
            plan = word_plan.plan(other, self._vocabulary)
            if not plan.groups or sure:
                continue
            again = self._exactly(other, plan, without)
            if self._few(again):
                return replace(again, reading=reading)
        return self._widened(found, without, sure)

    def surely(self, query: Query) -> Found | None:
        """What the words say for sure, which is soon known; None where there are none."""
        made = word_plan.plan(query, self._vocabulary)
        without = word_plan.excluded(query, self._vocabulary)
        return self._exactly(query, made, without) if made.groups else None

    def is_little(self, found: Found) -> bool:
        """Whether it finds so few that what may have been meant is looked for, too."""
        return len(self._few(found)) < FEW

    def strictly(self, query: Query) -> Found | None:
        """What has every word of ``query`` in some form, and nothing is unfinished."""
        made = word_plan.plan(query, self._vocabulary, finished=True)
        without = word_plan.excluded(query, self._vocabulary)
        return self._exactly(query, made, without) if made.groups else None

    def without(self, query: Query) -> Found | None:
        """Everything but what a query excludes; None where it excludes nothing."""
        barred = word_plan.excluded(query, self._vocabulary)
        return Found(Plan(()), "", barred=barred) if barred else None

    def words_of(self, found: Found, beginning: str) -> Iterator[str]:
        """The words of the newest hits that begin so."""
        rows = self._index.newest(found.sure, MOST_SHOWN_WIDE)
        for _, _, author, place, first_line, _ in self._index.faces(rows):
            for word in set(_PIECE.findall(fold(f"{author} {place} {first_line}"))):
                if word.startswith(beginning):
                    yield word

    def ranked(self, rows: Sequence[int], plan: Plan, *, now: datetime) -> list[int]:
        """``rows`` by how well they fit, the best first."""
        if len(rows) < 2:
            return list(rows)
        tails = self._tails(rows, plan.tail)
        score = {
            face.row: _fit(face, plan, self._vocabulary, now) + 20 * (face.row in tails)
            for face in self._index.faces(rows)
        }
        return sorted(score, key=lambda row: (-score[row], -row))

    def _tails(self, rows: Sequence[int], tail: str) -> frozenset[int]:
        """The rows whose phone ends in these digits."""
        if not tail:
            return frozenset()
        phones = self._index.phones(rows)
        return frozenset(row for row, phone in phones if _digits(phone).endswith(tail))

    # What is found

    def _exactly(self, query: Query, plan: Plan, without: str) -> Found:
        sure = but(plan.sure(), without)
        phrases = [one for one in query.texts if one.exact and not one.excluded]
        if not any(len(one.words) > 1 for one in phrases):
            return Found(plan, sure)
        return Found(plan, sure, checked=self._with_phrases(sure, phrases))

    def _with_phrases(self, sure: str, phrases: Sequence[Text]) -> tuple[int, ...]:
        """Of the newest hits those that have the phrases as they stand: the index has no places."""
        rows = self._index.newest(sure, _MOST_CHECKED)
        wanted = [f" {' '.join(one.words)} " for one in phrases]
        kept = set()
        for row, texts in self._index.texts(rows):
            said = [f" {' '.join(_PIECE.findall(fold(text)))} " for text in texts if text]
            if all(any(phrase in one for one in said) for phrase in wanted):
                kept.add(row)
        return tuple(row for row in rows if row in kept)

    def _few(self, found: Found) -> list[int]:
        """The first hits, enough to know whether they are few."""
        if found.checked is not None:
            return list(found.checked[:FEW])
        return self._index.newest(found.sure, FEW)

    # What may have been meant

    def _widened(self, found: Found, without: str, sure: Sequence[int]) -> Found:
        plan = word_plan.widened(found.plan, self._vocabulary)
        if found.checked is not None or not any(len(one.typed) > 2 for one in plan.groups):
            return found
        lacking = False
        expression = but(plan.wide(), without)
        rows = [row for row in self._index.newest(expression, _MOST_WIDE) if row not in set(sure)]
        if not rows and not sure and len(plan.needed) > 1:
            lacking = True
            each = [plan.wide(but=at) for at in range(len(plan.needed))]
            expression = but(f"({' OR '.join(each)})", without)
            rows = self._index.newest(expression, _MOST_WIDE)
        if not rows:
            return found
        scores, said = self._scored(rows, expression, plan)
        if not scores:
            return found
        best = max(scores.values())
        kept = sorted(
            (row for row, score in scores.items() if score >= best * _LEAST_SHARE),
            key=lambda row: (-scores[row], -row),
        )[:MOST_SHOWN_WIDE]
        also = said if not lacking else ()
        return replace(found, plan=plan, wide=tuple(kept), also=also, lacking=lacking)

    def _scored(
        self, rows: Sequence[int], expression: str, plan: Plan
    ) -> tuple[dict[int, float], tuple[str, ...]]:
        """How well each row fits, and the words beside those typed that helped, as they stand."""
        scores = dict.fromkeys(rows, 0.0)
        for group in plan.needed:
            rarity = self._vocabulary.rarity(group.count)
            for row in self._having(expression, group.sure):
                if row in scores:
                    scores[row] += rarity
            if not group.wide:
                continue
            left = set(rows)
            for weight, part in _by_weight(group):
                for row in left.intersection(self._having(expression, part)):
                    scores[row] += weight * max(rarity, 3.0)
                    left.discard(row)
        total = sum(self._vocabulary.rarity(group.count) for group in plan.needed)
        scores = {row: score for row, score in scores.items() if score >= total * _LEAST_SAID}
        faces = self._index.faces(list(scores))
        for face in faces:
            scores[face.row] += 0.5 * _fit(face, plan, self._vocabulary, None)
        return scores, _said(faces, scores, plan)

    def _having(self, expression: str, part: str) -> list[int]:
        return self._index.newest(f"({expression}) AND ({part})", _MOST_WIDE) if part else []


def _by_weight(group: Group) -> Iterator[tuple[float, str]]:
    """What a word may mean, the surest first, as one expression for each weight."""
    weights = sorted({one.weight for one in group.wide}, reverse=True)
    for weight in weights:
        each = [one.expression for one in group.wide if one.weight == weight]
        yield weight, f"({' OR '.join(each)})"


def _fit(face: Face, plan: Plan, vocabulary: Vocabulary, now: datetime | None) -> float:
    """How well a row answers: where its words stand, in which form, and how near to each other."""
    _, number, author, place, first_line, created_at = face
    numbers = _PIECE.findall(fold(number))
    where, who = _PIECE.findall(fold(place)), _PIECE.findall(fold(author))
    said = _PIECE.findall(fold(first_line))
    total = 0.0
    before: tuple[list[str], int] | None = None
    for group in plan.groups:
        rarity = 0.3 if group.optional else min(6.0, vocabulary.rarity(group.count)) / 2
        core = group.typed
        spot: tuple[list[str], int] | None = None
        for words, worth in ((numbers, 4.0), (where, 2.0), (who, 2.0), (said, 1.0)):
            at = _place(group, core, words)
            if at is None:
                continue
            index, exact = at
            if spot is None:
                total += rarity * worth * (1.5 if exact else 1.0)
                spot = (words, index)
            if before is not None and before[0] is words and 0 < index - before[1] <= 2:
                total += rarity
                spot = (words, index)
        before = spot or before
    if now is not None:
        age = (now.timestamp() * 1_000_000 - created_at) / _DAY
        total += 0.3 / (1 + max(0.0, age))
    return total


def _place(group: Group, typed: str, words: Sequence[str]) -> tuple[int, bool] | None:
    """Where ``words`` have what was typed, and whether just so; digits are no beginnings."""
    core = word_plan.core(typed)
    if core in words:
        return words.index(core), True
    begin = (core, *(one for one in group.words if not one[0].isdigit()))
    for index, word in enumerate(words):
        if word in group.words:
            return index, False
        if word.startswith(begin) and (word.startswith(core) or root(word) in group.words):
            return index, False
    return None


def _said(faces: Sequence[Face], scores: Mapping[int, float], plan: Plan) -> tuple[str, ...]:
    """The words, as residents wrote them, that the best rows were found by though not asked for."""
    roots = {word for group in plan.groups for wide in group.wide for word in wide.words}
    asked = {word for group in plan.groups for word in group.words}
    roots = {word for word in roots - asked if len(word) > 2 and not word.isdigit()}
    best = sorted(faces, key=lambda face: -scores[face.row])[:FEW]
    found: dict[str, None] = {}
    for _, _, author, place, first_line, _ in best:
        for word in _PIECE.findall(fold(f"{place} {author} {first_line}")):
            if any(word.startswith(one) and len(word) - len(one) < 5 for one in roots):
                found[word] = None
    return tuple(found)[:4]


def but(expression: str, without: str) -> str:
    return f"{expression} NOT {without}" if without and expression else expression


def _replaced(text: str, before: str, after: str) -> str:
    return text.replace(before, after) if before in text else after


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())

"""Near-duplicates: which appeals speak of the same thing, how surely, and why in facts.

A suggestion, never a decision: honest people write the same words (domain.md §7), so equal texts of
different authors alone are never more than probable. Thresholds are ours ([K]).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from console.domain.appeal import Appeal, Author, Status
from console.domain.area import same_street
from console.domain.phone import is_whole, national
from console.domain.words import fold, words

SHOWN: Final = 0.45
"""Below this a pair is not worth a look."""

SURE: Final = 0.8
"""From here on it is said to be almost certain."""

_AUTHOR_WITHIN: Final = timedelta(days=14)
_PLACE_WITHIN: Final = timedelta(days=3)
_TEXT_WITHIN: Final = timedelta(days=30)
_SHINGLE: Final = 5
_LONGEST: Final = 2_000
_FEW_WORDS: Final = 6
"""A text with fewer words («Когда дадут свет?») is nobody's own: it proves nothing."""
_SAME_WORDS: Final = 0.95
_ALIKE: Final = 0.55
_SAME_STREET: Final = 0.5


class SimilarReason(StrEnum):
    """Why two appeals may be one; the sentence of each is in the translations."""

    SAME_AUTHOR = "same_author"
    SAME_PHONE = "same_phone"
    SAME_TEXT = "same_text"
    ALIKE_TEXT = "alike_text"
    SAME_HOUSE = "same_house"
    SAME_STREET = "same_street"
    SAME_SETTLEMENT = "same_settlement"
    OTHER_PLACE = "other_place"
    SAME_TOPIC = "same_topic"
    SAME_POST = "same_post"
    APART = "apart"


class Because(NamedTuple):
    """A reason, with what its sentence names: a place, a share in percent, a length in minutes."""

    reason: SimilarReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Similar:
    """An appeal that may be the same as another; ``confidence`` is 0..1."""

    appeal: Appeal
    confidence: float
    reasons: tuple[Because, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it is almost certain."""
        return self.confidence >= SURE


def same_person(one: Author, other: Author) -> bool:
    """Whether two authors are one: by profile, or by a whole phone number; names prove nothing."""
    by_handle = bool(one.handle) and _profile(one.handle) == _profile(other.handle)
    return by_handle or (is_whole(one.phone) and national(one.phone) == national(other.phone))


def similar(appeal: Appeal, candidates: Iterable[Appeal], *, limit: int = 8) -> tuple[Similar, ...]:
    """Those of ``candidates`` that may be the same as ``appeal``, the surest first.

    Left out are the appeal itself, other branches, what is merged with it already, and what went
    to another company.
    """
    found = [
        scored
        for other in candidates
        if _may_be_one(appeal, other) and (scored := _scored(appeal, other)) is not None
    ]
    found.sort(key=lambda s: (-s.confidence, abs(s.appeal.created_at - appeal.created_at)))
    return tuple(found[:limit])


def text_share(one: str, other: str) -> float:
    """How alike two texts are, 0..1: the share of their letter sequences that both have.

    Case, punctuation and «ё» do not count; of a long text its beginning does.
    """
    left, right = _shingles(one), _shingles(other)
    if not left or not right:
        return 0.0
    return len(left & right) / len(left | right)


def _may_be_one(appeal: Appeal, other: Appeal) -> bool:
    if other.branch != appeal.branch or other.id == appeal.id:
        return False
    if appeal.id == other.duplicate_of or other.id == appeal.duplicate_of:
        return False
    return other.status not in (Status.TRANSFERRED, Status.DUPLICATE)


def _scored(appeal: Appeal, other: Appeal) -> Similar | None:
    apart = abs(appeal.created_at - other.created_at)
    person, reasons = _person(appeal, other, apart)
    text = _text(appeal, other, apart)
    place = _place(appeal, other)
    post = [Because(SimilarReason.SAME_POST)] if _is_same_post(appeal, other) else []
    topic = _root(appeal) == _root(other) and bool(_root(appeal))
    score = _confidence(person, text, place, apart, same_topic=topic)
    if score < SHOWN:
        return None
    because = [*reasons, *_text_reasons(text), *_place_reasons(place, other), *post]
    if topic:
        because.append(Because(SimilarReason.SAME_TOPIC))
    minutes = str(int(apart.total_seconds() // 60))
    return Similar(
        other, round(min(score, 0.98), 2), (*because, Because(SimilarReason.APART, minutes))
    )


def _confidence(
    person: float, text: float, place: float, apart: timedelta, *, same_topic: bool
) -> float:
    """One person who speaks of the same thing twice; else one house, or one text, told twice."""
    if person:
        about = max(text, 0.6 * same_topic + 0.35 * (place >= _SAME_STREET), 0.5 * (place > 0))
        away = 0.3 * (place < 0)
        return person * (0.45 + 0.5 * about - away)
    score = 0.0
    if place > 0 and same_topic and apart <= _PLACE_WITHIN:
        score = place * (1.0 - 0.4 * (apart / _PLACE_WITHIN))
    if text >= _ALIKE:
        fits = 0.75 if place > 0 else 0.55 if place == 0 else 0.3
        score = max(score, fits * text)
    return score


def _person(appeal: Appeal, other: Appeal, apart: timedelta) -> tuple[float, list[Because]]:
    if apart > _AUTHOR_WITHIN or not same_person(appeal.author, other.author):
        return 0.0, []
    by_phone = national(appeal.author.phone) == national(other.author.phone)
    phone = by_phone and is_whole(appeal.author.phone)
    reason = SimilarReason.SAME_PHONE if phone else SimilarReason.SAME_AUTHOR
    return 1.0, [Because(reason)]


def _text(appeal: Appeal, other: Appeal, apart: timedelta) -> float:
    if apart > _TEXT_WITHIN or min(len(words(appeal.text)), len(words(other.text))) < _FEW_WORDS:
        return 0.0
    return text_share(appeal.text, other.text)


def _text_reasons(share: float) -> Iterator[Because]:
    if share >= _SAME_WORDS:
        yield Because(SimilarReason.SAME_TEXT)
    elif share >= _ALIKE:
        yield Because(SimilarReason.ALIKE_TEXT, str(round(100 * share)))


def _place(appeal: Appeal, other: Appeal) -> float:
    """How well the places fit: 0 where one is unknown, below where they are two."""
    one, two = appeal.place, other.place
    if not one.settlement or not two.settlement:
        return 0.0
    if fold(one.settlement) != fold(two.settlement):
        return -1.0
    if not one.street or not two.street:
        return 0.2
    if not same_street(one.street, two.street):
        return -0.5
    if one.house and two.house:
        return 0.8 if fold(one.house) == fold(two.house) else 0.5
    return 0.55


def _place_reasons(fits: float, other: Appeal) -> Iterator[Because]:
    place = other.place
    if fits >= 0.8:
        yield Because(SimilarReason.SAME_HOUSE, f"{place.street}, {place.house}")
    elif fits >= 0.5:
        yield Because(SimilarReason.SAME_STREET, place.street)
    elif fits > 0:
        yield Because(SimilarReason.SAME_SETTLEMENT, place.settlement)
    elif fits < 0:
        yield Because(SimilarReason.OTHER_PLACE, place.settlement)


def _is_same_post(appeal: Appeal, other: Appeal) -> bool:
    return bool(appeal.thread) and appeal.thread == other.thread


def _root(appeal: Appeal) -> str:
    return appeal.topic.partition(".")[0]


def _profile(handle: str) -> str:
    """«https://vk.com/id1/» as «vk.com/id1»."""
    bare = handle.casefold().strip().rstrip("/")
    return bare.partition("://")[2] or bare


@lru_cache(maxsize=512)
def _shingles(text: str) -> frozenset[str]:
    flat = " ".join(word.folded for word in words(text[:_LONGEST]))
    if len(flat) <= _SHINGLE:
        return frozenset({flat} if flat else ())
    return frozenset(flat[at : at + _SHINGLE] for at in range(len(flat) - _SHINGLE + 1))

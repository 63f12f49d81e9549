"""Kin in words: what may be the same appeal, what is linked to it, what came from its author."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from console.domain.appeal import ENDED, Appeal
from console.domain.ids import Ref
from console.domain.similarity import SURE, Because, Similar, SimilarReason
from console.readmodel import EarlierAppeal, LinkedRow, LinkKind
from ui.presenters.here import Here
from ui.presenters.names import outcome_name, status_kind, status_name

_MIDDLE = 0.6
_ANSWER = 160


@dataclass(frozen=True, slots=True)
class SimilarFace:
    """An appeal that may be the same: ``sure`` in words, ``kind`` its colour, ``because`` why.

    ``into`` is the primary and ``of`` what would be merged into it; ``here`` whether the primary
    is the appeal that is shown.
    """

    ref: Ref
    title: str
    text: str
    sure: str
    kind: str
    status: tuple[str, str]
    because: tuple[str, ...]
    of: Ref
    into: Ref
    here: bool


@dataclass(frozen=True, slots=True)
class LinkedFace:
    """An appeal that the shown one is merged with or linked to, and how.

    ``undo`` is the command that would end it (empty: not from here), at the appeal ``written_at``.
    """

    ref: Ref
    title: str
    line: str
    how: str
    kind: LinkKind
    undo: str
    written_at: Ref


@dataclass(frozen=True, slots=True)
class EarlierFace:
    """Another appeal of the same person: when and how it stands, its words, the last answer."""

    ref: Ref
    title: str
    line: str
    answer: str


def similar_faces(shown: Appeal, found: Iterable[Similar], here: Here) -> tuple[SimilarFace, ...]:
    """What may be the same as ``shown``, the surest first."""
    return tuple(_similar(shown, each, here) for each in found)


def primary_first(one: Appeal, other: Appeal) -> tuple[Appeal, Appeal]:
    """Of two appeals the one to answer, and the one to be merged into it.

    What has ended cannot be merged any more, so it is the primary; else the older one is.
    """
    if one.status in ENDED and other.status not in ENDED:
        return one, other
    if other.status in ENDED and one.status not in ENDED:
        return other, one
    return (
        (one, other) if (one.created_at, one.id) <= (other.created_at, other.id) else (other, one)
    )


def because_words(because: Because, here: Here) -> str:
    """One reason in words."""
    minutes = int(because.detail) if because.detail.isdigit() else 0
    if because.reason is SimilarReason.APART and minutes < 1:
        return here.t("kin.because_at_once")
    length = here.length(timedelta(minutes=minutes))
    return here.t(f"kin.because_{because.reason}", detail=because.detail, length=length)


def linked_faces(rows: Iterable[LinkedRow], shown: Ref, here: Here) -> tuple[LinkedFace, ...]:
    """What the appeal is merged with or linked to."""
    return tuple(_linked(each, shown, here) for each in rows)


def earlier_faces(found: Iterable[EarlierAppeal], here: Here) -> tuple[EarlierFace, ...]:
    """The other appeals of the author, in the order given."""
    return tuple(_earlier(each, here) for each in found)


def number_words(number: str, here: Here) -> str:
    """«№ 26-0000012», or that the server has not given one yet."""
    return here.t("appeal.number", number=number) if number else here.t("kin.no_number")


def _similar(shown: Appeal, found: Similar, here: Here) -> SimilarFace:
    other, share = found.appeal, round(100 * found.confidence)
    level = "high" if found.confidence >= SURE else "middle" if share >= 100 * _MIDDLE else "low"
    primary, duplicate = primary_first(shown, other)
    name = other.author.name.strip() or here.t("appeal.nameless")
    return SimilarFace(
        ref=other.ref,
        title=f"{number_words(other.number, here)} · {name}",
        text=_short(other.text),
        sure=here.t("kin.sure", words=here.t(f"inspector.sure_{level}"), share=share),
        kind={"high": "warning", "middle": "info", "low": "neutral"}[level],
        status=(status_name(other.status, here.catalog), status_kind(other.status)),
        because=tuple(because_words(each, here) for each in found.reasons),
        of=duplicate.ref,
        into=primary.ref,
        here=primary.id == shown.id,
    )


def _linked(linked: LinkedRow, shown: Ref, here: Here) -> LinkedFace:
    row = linked.row
    undo = "appeal.unlink" if linked.kind is LinkKind.RELATED else "appeal.separate"
    return LinkedFace(
        ref=row.ref,
        title=f"{number_words(row.number, here)} · {row.author or here.t('appeal.nameless')}",
        line=row.first_line,
        how=here.t(f"kin.how_{linked.kind}"),
        kind=linked.kind,
        undo=undo,
        written_at=shown if linked.from_here else row.ref,
    )


def _earlier(earlier: EarlierAppeal, here: Here) -> EarlierFace:
    row = earlier.row
    parts = [here.at(row.created_at), status_name(row.status, here.catalog)]
    if earlier.outcome:
        parts.append(outcome_name(earlier.outcome, here.catalog))
    answer = ""
    if earlier.answer:
        answer = here.t(
            "kin.answered", when=here.at(earlier.answered_at), text=_short(earlier.answer)
        )
    return EarlierFace(row.ref, " · ".join(parts), row.first_line, answer)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _ANSWER else f"{flat[: _ANSWER - 1]}…"

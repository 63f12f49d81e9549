"""The inspector in words: outages that fit, how surely and why, and who else is here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from console.domain.suggest import Because, Suggestion
from console.readmodel import AppealView, PresenceRow
from ui.presenters.here import Here
from ui.presenters.lease import held_words
from ui.presenters.names import People
from ui.presenters.outage import OutageFace, outage_face

_HIGH, _MIDDLE, _WORTH = 0.75, 0.45, 0.3
_REASONS = 3


@dataclass(frozen=True, slots=True)
class TaggedFace:
    """An outage that the appeal is linked to, and who linked it."""

    outage: OutageFace
    by: str


@dataclass(frozen=True, slots=True)
class SuggestedFace:
    """An outage that may be the one: ``sure`` in words, ``kind`` its colour, ``because`` why.

    ``confidence`` (0..1) is kept with the link.
    """

    outage: OutageFace
    sure: str
    kind: str
    because: tuple[str, ...]
    confidence: float


def tagged_faces(view: AppealView, here: Here, people: People) -> tuple[TaggedFace, ...]:
    """The outages of ``view``, in the order of linking."""
    outages = {outage.id: outage for outage in view.outages}
    faces = []
    for tag in view.appeal.outages:
        outage = outages.get(tag.outage)
        if outage is not None:
            who = people.name(tag.by, here.catalog)
            by = here.t("inspector.tagged_by", who=who, when=here.at(tag.at))
            faces.append(TaggedFace(outage_face(outage, here, people), by))
    return tuple(faces)


def suggested_faces(
    suggestions: Iterable[Suggestion], tagged: Iterable[str], here: Here, people: People
) -> tuple[SuggestedFace, ...]:
    """The suggestions that are not linked yet, the surest first.

    Beside an almost certain one, those that are hardly possible are left out.
    """
    known = set(tagged)
    fresh = [each for each in suggestions if each.outage.id not in known]
    fresh.sort(key=lambda each: -each.confidence)
    if fresh and fresh[0].confidence >= _HIGH:
        fresh = [each for each in fresh if each.confidence >= _WORTH]
    return tuple(_suggested(each, here, people) for each in fresh)


def because_words(because: Because, here: Here) -> str:
    """One reason in words; empty for one that nobody has found words for.

    Its detail is a number of minutes where the sentence tells a length of time.
    """
    key = f"address.suggest_{because.reason}"
    if not here.catalog.has(key):
        return ""
    minutes = int(because.detail) if because.detail.isdigit() else 0
    length = here.length(timedelta(minutes=minutes))
    return here.t(key, detail=because.detail, length=length)


def present_words(presence: Iterable[PresenceRow], here: Here, people: People) -> tuple[str, ...]:
    """Which colleagues have the appeal open."""
    return tuple(
        held_words([row], here.now, here.catalog, me=people.me)
        or here.t(
            "inspector.present_types" if row.typing else "inspector.present_reads", name=row.name
        )
        for row in presence
        if row.operator != people.me
    )


def _suggested(suggestion: Suggestion, here: Here, people: People) -> SuggestedFace:
    confidence = suggestion.confidence
    level = "high" if confidence >= _HIGH else "middle" if confidence >= _MIDDLE else "low"
    sure = here.t(
        "inspector.sure_with_share",
        words=here.t(f"inspector.sure_{level}"),
        share=round(confidence * 100),
    )
    reasons = [because_words(each, here) for each in suggestion.reasons]
    return SuggestedFace(
        outage=outage_face(suggestion.outage, here, people),
        sure=sure,
        kind={"high": "ok", "middle": "info", "low": "neutral"}[level],
        because=tuple(reason for reason in reasons if reason)[:_REASONS],
        confidence=confidence,
    )

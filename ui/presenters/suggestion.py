"""A suggested outage in words: how sure, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.suggest import Because, Suggestion
from ui.presenters.here import Here
from ui.presenters.names import People
from ui.presenters.outage import OutageFace, outage_face

_HIGH, _MIDDLE = 0.75, 0.45
_REASONS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SuggestionFace:
    """A card: the outage, the confidence in words with its per cent, and the reasons."""

    outage: OutageFace
    confidence: float
    sure: str
    kind: str
    reasons: tuple[str, ...]


def suggestion_faces(
    suggestions: Iterable[Suggestion], here: Here, people: People
) -> tuple[SuggestionFace, ...]:
    """The cards, the likeliest first."""
    return tuple(_face(one, here, people) for one in suggestions)


def _face(suggestion: Suggestion, here: Here, people: People) -> SuggestionFace:
    level = _level(suggestion)
    words = here.t(f"inspector.sure_{level}")
    share = round(suggestion.confidence * 100)
    return SuggestionFace(
        outage=outage_face(suggestion.outage, here, people),
        confidence=suggestion.confidence,
        sure=here.t("inspector.sure_with_share", words=words, share=share),
        kind={"high": "ok", "middle": "info", "low": "neutral"}[level],
        reasons=tuple(reason_words(one, here) for one in suggestion.reasons[:_REASONS_SHOWN]),
    )


def reason_words(because: Because, here: Here) -> str:
    """Why an outage fits, or does not, in a few words."""
    return here.t(f"suggest.{because.reason}", detail=because.detail)


def _level(suggestion: Suggestion) -> str:
    if suggestion.sure or suggestion.confidence >= _HIGH:
        return "high"
    return "middle" if suggestion.confidence >= _MIDDLE else "low"

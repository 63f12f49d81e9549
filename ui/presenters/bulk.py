"""Bulk in words: what became of each of many appeals, and what cannot be done to some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from console.domain.appeal import Appeal
from console.domain.mutations import AppealMutation, Envelope
from console.domain.operator import Operator
from console.domain.transitions import RefusedError, State, apply
from console.errors import OtklikError
from console.i18n import Catalog
from ui.presenters.errors import sentence_of

_REASONS = 2
"""So many reasons are told; a notice is one line or two."""


def refused_of(
    appeals: Iterable[Appeal], mutation: AppealMutation, actor: Operator, *, now: datetime
) -> list[OtklikError]:
    """Why the rules would refuse ``mutation``, for each of ``appeals`` of which they would."""
    found: list[OtklikError] = []
    for appeal in appeals:
        trial = Envelope("trial", appeal.ref, actor.id, now, mutation)
        try:
            apply(State(appeal), trial, actor=actor, now=now)
        except RefusedError as error:
            found.append(error)
    return found


def outcome_words(
    done: str,
    refused: Iterable[OtklikError],
    catalog: Catalog,
    *,
    names: Mapping[str, str] | None = None,
) -> str:
    """What was done, and to how many it could not be, with the reason; ``done`` may be empty."""
    errors = list(refused)
    if not errors:
        return done
    why = reasons(errors, catalog, names=names)
    if not done:
        return catalog.t("bulk.nothing_done", count=len(errors), why=why)
    return catalog.t("bulk.done_but", count=len(errors), done=done, why=why)


def reasons(
    errors: Iterable[OtklikError], catalog: Catalog, *, names: Mapping[str, str] | None = None
) -> str:
    """Why, the commonest reason first; how often is said where there are several."""
    counted = Counter(_clause(sentence_of(one, catalog, names=names)) for one in errors)
    if len(counted) == 1:
        return next(iter(counted))
    told = [
        catalog.t("bulk.reason_counted", why=why, count=count)
        for why, count in counted.most_common(_REASONS)
    ]
    return catalog.t("bulk.between_reasons").join(told)


def _clause(sentence: str) -> str:
    """A sentence as the end of another."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")

"""A draft: an answer or a note in the making; a row of its own that outlives everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console.domain.appeal import Outcome
from console.domain.ids import Ref
from console.domain.message import EtrQuote, Override
from console.domain.mutations import Seen


class DraftMode(StrEnum):
    """What the draft will become; shown large, for it decides who reads it."""

    REPLY = "reply"
    INTERIM = "interim"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of one composer, with everything that its author has chosen beside it.

    ``seen`` is the state of the appeal when it was begun; ``promise_at`` (UTC) belongs to an
    interim reply and ``outcome`` to a final one, each kept while the mode is another.
    ``no_promise``: its author says that the words promise nothing, whatever was found in them.
    ``overrides`` are the checks that the author has overruled, in that order.
    """

    id: str
    appeal: Ref
    mode: DraftMode
    text: str
    updated_at: datetime
    cursor: int = 0
    template: str | None = None
    quotes: tuple[EtrQuote, ...] = ()
    promise_at: datetime | None = None
    seen: Seen | None = None
    outcome: Outcome | None = None
    overrides: tuple[Override, ...] = ()
    no_promise: bool = False

"""The words of a correction: an opening, what has changed, a closing, each in its turn.

What a resident reads is Russian and in the time of the region where it is dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.domain.appeal import Appeal
from console.domain.channel import Channel
from console.domain.corrections import Change, CorrectionWords
from console.domain.outage import Outage
from console.domain.reply_template import Variables
from console.domain.template import Template, fill
from console.template_values import Setting, until_words, values_for

PREVIOUS = "previous_restoration"
"""The key of the time that the resident was told before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one resident is to be told: of which outage, what they were told (UTC), and how."""

    appeal: Appeal
    outage: Outage
    change: Change
    told: datetime | None
    promise_at: datetime | None


def correction_text(
    wanted: Wanted,
    words: CorrectionWords,
    variables: Variables,
    *,
    setting: Setting,
    turn: int,
    channel: Channel | None = None,
) -> str:
    """The text; those of different ``turn`` (0, 1, …) read differently.

    What is too long for the channel goes without its closing.
    """
    appeal, outage, now = wanted.appeal, wanted.outage, setting.now
    values = values_for(
        appeal, outage, variables, setting=setting, promise_at=wanted.promise_at
    ).by_name
    if wanted.told is not None:
        before = until_words(wanted.told, zone=setting.zone, now=now)
        values |= variables.named({PREVIOUS: before})

    def put(parts: tuple[Template, ...]) -> str:
        return fill(parts[turn % len(parts)], values).text.strip()

    said = f"{_capital(put(words.openings))} {put(words.bodies[wanted.change])}"
    ends_itself = wanted.change in (Change.UNKNOWN, Change.CANCELLED)
    whole = said if ends_itself else f"{said} {put(words.closings)}"
    fits = channel is None or (channel.left(whole) or 0) >= 0
    return whole if fits else said


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""What a resident has been told last of when an outage ends; kept with the appeal."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.appeal import Appeal, ToldEtr
from console.domain.bounds import MANY
from console.domain.message import EtrQuote, Message


def told_after(appeal: Appeal, message: Message) -> tuple[ToldEtr, ...]:
    """What the resident knows of each outage once ``message`` is out."""
    known = {one.outage: one for one in appeal.told}
    if message.corrects is not None:
        known[message.corrects] = ToldEtr(message.corrects, None, message.id)
    for quote in message.quotes:
        known[quote.outage] = ToldEtr(quote.outage, quote.etr, message.id)
    return tuple(known.values())[-MANY:]


def told_as(appeal: Appeal, outage: str, quotes: Iterable[EtrQuote]) -> bool:
    """Whether the resident has been told of ``outage`` already what ``quotes`` say of it."""
    new = next((quote.etr for quote in quotes if quote.outage == outage), None)
    return any(one.outage == outage and one.etr == new for one in appeal.told)

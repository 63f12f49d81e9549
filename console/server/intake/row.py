"""A row of a file read as an appeal, or the reason why it cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.appeal import Author, Outcome, Place
from console.domain.cleaning import clean
from console.server.intake.arrival import Reason
from console.server.intake.columns import Columns
from console.server.intake.enrich import RuleEnricher
from console.server.intake.naming import Result, plain
from console.server.intake.sheet import Cell, Line
from console.wire.schema import IncomingAppeal

_RUSSIAN = re.compile(
    r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
)
_NUMBER = re.compile(r"\d{1,7}(?:[.,]\d+)?")
_SEPARATORS = re.compile(r"[,;\n]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DATES = ("created_at", "reply_at", "closed_at")
_LAST_SERIAL = 2_958_465
"""31 December 9999 as Excel counts days."""


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads rows. ``branch`` is for rows that name no region; ``epoch`` see `Sheet`."""

    columns: Columns
    enricher: RuleEnricher
    zones: Mapping[str, ZoneInfo]
    source: str
    epoch: datetime
    branch: str = ""

    def read(self, line: Line) -> IncomingAppeal | Reason:
        """The appeal in ``line``; dates are local time of its region."""
        wrong = self._misshapen(line)
        if wrong is not None:
            return wrong
        incoming = self._words(line)
        incoming = replace(incoming, branch=self._branch(incoming.region))
        dates = {field: self.columns.cell(line.cells, field) for field in _DATES}
        dates = {field: cell for field, cell in dates.items() if _text(cell)}
        if dates and not incoming.branch and not incoming.region:
            # Whose local time the dates are, the place in the text tells.
            branch, _ = self.enricher.where(incoming, clean(incoming.text))
            incoming = replace(incoming, branch=branch or "")
        zone = self.zones.get(incoming.branch or self.enricher.naming.default_branch)
        instants: dict[str, Any] = {}
        for field, cell in dates.items():
            found = parse_instant(cell, zone or ZoneInfo("UTC"), epoch=self.epoch)
            if isinstance(found, str):
                return Reason("date", {"field": self.columns.name(field), "value": found})
            instants[field] = found
        return self._ended(replace(incoming, **instants), line)

    def _misshapen(self, line: Line) -> Reason | None:
        if line.torn:
            return Reason("torn")
        extra = [cell for cell in line.cells[len(self.columns.header) :] if _text(cell)]
        if extra:
            return Reason(
                "cells",
                {"cells": str(len(line.cells)), "columns": str(len(self.columns.header))},
            )
        if any(isinstance(cell, str) and _SURROGATE.search(cell) for cell in line.cells):
            return Reason("encoding")
        return None

    def _words(self, line: Line) -> IncomingAppeal:
        def text(field: str) -> str:
            return _text(self.columns.cell(line.cells, field))

        raw = self.columns.cell(line.cells, "text")
        return IncomingAppeal(
            source=self.source,
            number=text("number"),
            text=raw if isinstance(raw, str) else _text(raw),
            region=text("region"),
            channel=self.enricher.naming.networks.get(plain(text("network")), "im"),
            author=Author(text("author"), text("author_url"), text("phone")),
            place=Place(
                settlement=text("settlement"),
                municipality=text("municipality"),
                street=text("street"),
                house=text("house"),
            ),
            topic=" / ".join(part for part in (text("topic_group"), text("topic")) if part),
            thread=text("thread"),
            reply_to=text("reply_to"),
            url=text("url"),
            tags=self._tags(text("tags"), text("kind")),
            reply_text=text("reply_text"),
            reply_author=text("reply_author"),
        )

    def _tags(self, tags: str, kind: str) -> tuple[str, ...]:
        found = [tag.strip() for tag in _SEPARATORS.split(tags)]
        if plain(kind) not in self.enricher.naming.usual_kinds:
            found.append(kind)
        return tuple(dict.fromkeys(tag for tag in found if tag))

    def _branch(self, region: str) -> str:
        """The branch of the region, else the given one; empty where neither says it."""
        return self.enricher.naming.branch_of(region) or self.branch

    def _ended(self, incoming: IncomingAppeal, line: Line) -> IncomingAppeal:
        """``incoming`` with what «Итог» says; a word that is not known becomes a tag."""
        word = _text(self.columns.cell(line.cells, "result"))
        if not word:
            return incoming
        result = self.enricher.naming.results.get(plain(word), Result(None, word))
        over = not result.needs_end or incoming.closed_at is not None or incoming.reply_text
        outcome: Outcome | None = result.outcome if over else None
        tags = incoming.tags
        if outcome is None and result.tag and result.tag not in tags:
            tags = (*tags, result.tag)
        return replace(incoming, outcome=outcome, tags=tags)


def parse_instant(cell: Cell, zone: ZoneInfo, *, epoch: datetime) -> datetime | str | None:
    """The instant (UTC) in a cell that is local time of ``zone``; the text of one that is none.

    Takes real dates, days since ``epoch``, ``dd.mm.yyyy[ hh:mm[:ss]]`` and ISO 8601.
    """
    local: datetime | None
    if isinstance(cell, datetime):
        local = cell
    elif isinstance(cell, date):
        local = datetime.combine(cell, time())
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        local = _from_serial(float(cell), epoch)
    else:
        text = _text(cell)
        if not text:
            return None
        local = _from_text(text, epoch)
    if local is None:
        return _text(cell)
    aware = local if local.tzinfo is not None else local.replace(tzinfo=zone)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        return _text(cell)


def _from_serial(days: float, epoch: datetime) -> datetime | None:
    if not 0 < days <= _LAST_SERIAL:
        return None
    return epoch + timedelta(seconds=round(days * 86_400))


def _from_text(text: str, epoch: datetime) -> datetime | None:
    if _NUMBER.fullmatch(text):
        return _from_serial(float(text.replace(",", ".")), epoch)
    russian = _RUSSIAN.fullmatch(text)
    try:
        if russian is not None:
            day, month, year, hour, minute, second = (int(x or 0) for x in russian.groups())
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local time
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _text(cell: Cell) -> str:
    """A cell as text; whole numbers without a fraction."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()

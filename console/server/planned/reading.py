"""Reading a schedule: rows of a sheet into works, and into doubts what cannot be understood.

Nothing is lost between the two: each row that is not blank gives a work, a doubt, or both, where a
part of its cell («котельная») is no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.domain.area_text import read_areas
from console.domain.bounds import MANY, NAME, REASON, cleaned_text
from console.domain.outage import OutageArea
from console.domain.work_times import Span, between, read_days, read_moment, read_spans
from console.server.intake.naming import plain
from console.server.intake.quarantine import MARKS, restored
from console.server.planned.cells import Grid, Row
from console.server.planned.naming import Columns, Names
from console.server.planned.work import Doubt, Work

_FILLED: Final = ("res", "settlement", "date")
_LONGEST: Final = timedelta(days=62)
_HEADING: Final = re.compile(r"(?:район|округ|кожуун|филиал|рэс|электрическ\w+ сет)", re.IGNORECASE)
_RES: Final = re.compile(r"\bРЭС\b")
_DAY: Final = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")


@dataclass(slots=True)
class Reader:
    """Reads the rows of one grid; ``zone`` is the branch's, ``today`` its date."""

    grid: Grid
    columns: Columns
    names: Names
    zone: ZoneInfo
    today: date
    works: list[Work] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    above: dict[str, str] = field(default_factory=dict)
    present: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0

    def read(self) -> None:
        """All of it: ``works``, ``doubts``, and how many ``rows`` there were."""
        for given in self.grid.rows:
            row = given
            if self.is_mended:
                row = replace(given, cells=tuple(map(restored, given.cells)))
            if row.is_blank or self._is_heading(row):
                continue
            self.rows += 1
            self._row(row)

    @property
    def is_mended(self) -> bool:
        """Whether these are rows of a quarantine: parts of works that may be known already."""
        return self.grid.header[: len(MARKS)] == MARKS

    def _is_heading(self, row: Row) -> bool:
        """«Емельяновский район» alone in its row: what follows is of it."""
        said = [text for text in dict.fromkeys(row.cells) if text]
        if len(said) != 1 or not self.grid.fills or not _HEADING.search(said[0]):
            return False
        if _RES.search(said[0]):
            self.above["res"] = said[0]
        self.above.pop("settlement", None)
        return True

    def _row(self, row: Row) -> None:
        cells = self._cells(row)
        spans = self._spans(row, cells)
        areas = self._areas(row, cells)
        if not spans or not areas:
            return
        work = Work(
            start=_utc(spans[0].start, self.zone),
            end=_utc(spans[0].end, self.zone),
            areas=areas[:MANY],
            number=cells["number"],
            cause=cleaned_text(cells["cause"], REASON)[: REASON.longest],
            residents=self._residents(row, cells["residents"]),
            cancelled=plain(cells["status"]) in self.names.cancelled,
            **{
                name: cleaned_text(cells[name], NAME)[: NAME.longest]
                for name in ("res", "substation", "feeder", "transformer")
            },
        )
        if len(areas) > MANY:
            self._doubt(row, "street", "many", value=str(len(areas)), limit=str(MANY))
        for span in spans:
            start, end = _utc(span.start, self.zone), _utc(span.end, self.zone)
            self.works.append(replace(work, start=start, end=end))

    def _cells(self, row: Row) -> Mapping[str, str]:
        cells = {name: self._cell(row, name) for name in _ALL}
        if self.grid.fills:
            for name in _FILLED:
                cells[name] = cells[name] or self.above.get(name, "")
                if cells[name]:
                    self.above[name] = cells[name]
        self.present = cells
        return cells

    def _cell(self, row: Row, name: str) -> str:
        place = self.columns.places.get(name)
        return row.cells[place].strip() if place is not None and place < len(row.cells) else ""

    def _spans(self, row: Row, cells: Mapping[str, str]) -> tuple[Span, ...]:
        days = self._days(row, cells["date"])
        if days is None:
            return ()
        if cells["time"]:
            spans = read_spans(cells["time"], days)
            name = "time"
        else:
            spans = self._from_until(cells, days)
            name = "start" if "start" in self.columns.places else "time"
        if not spans:
            said = cells["time"] or (cells["start"] and cells["end"])
            dated = days or _DAY.search(cells["time"] + cells["start"])
            if said and not dated:
                self._doubt(row, "date" if "date" in self.columns.places else name, "no_date")
            else:
                self._doubt(row, name, "time" if said else "no_time")
            return ()
        far = next((span for span in spans if span.end - span.start > _LONGEST), None)
        if far is not None:
            self._doubt(row, name, "long", limit=str(_LONGEST.days))
            return ()
        return spans

    def _from_until(self, cells: Mapping[str, str], days: Sequence[date]) -> tuple[Span, ...]:
        start, end = read_moment(cells["start"]), read_moment(cells["end"])
        if start is None or end is None:
            return ()
        if cells["end_date"] and end.day is None:
            last = read_days(cells["end_date"], today=self.today)
            if len(last) != 1:
                return ()
            end = end._replace(day=last[0])
        return between(start, end, days)

    def _days(self, row: Row, said: str) -> tuple[date, ...] | None:
        """The days of the date's cell, or of the title; None where it cannot be read."""
        if not said:
            found = set(_DAY.findall(self.grid.title))
            return read_days(next(iter(found)), today=self.today) if len(found) == 1 else ()
        moment = read_moment(said)
        if moment is not None and moment.day is not None:
            return (moment.day,)
        days = read_days(said, today=self.today)
        if not days:
            self._doubt(row, "date", "date")
            return None
        return days

    def _areas(self, row: Row, cells: Mapping[str, str]) -> tuple[OutageArea, ...]:
        street, houses = cells["street"], cells["houses"]
        text = f"{street}, {houses}" if street and houses else street
        given = cells["settlement"]
        if not text and given and not self._cell(row, "settlement"):
            # A settlement of a row above, and nothing of this one: all of it is not meant.
            self._doubt(row, "street", "address", value=" ".join(filter(None, row.cells)))
            return ()
        towns = [part for part in re.split(r"[;\n,]", given) if part.strip()]
        if len(towns) > 1 and not text:
            text, given = given, ""
            text = "; ".join(part if _typed(part) else f"п. {part.strip()}" for part in towns)
        read = read_areas(text, settlement=given)
        column = "street" if street else "settlement"
        for piece in read.unread:
            code = "no_settlement" if not given and not read.areas else "address"
            self._doubt(row, column, code, value=piece)
        if not read.areas and not read.unread:
            self._doubt(row, column, "no_settlement")
        bounded = (
            OutageArea(
                cleaned_text(area.settlement, NAME)[: NAME.longest],
                cleaned_text(area.street, NAME)[: NAME.longest],
                cleaned_text(area.houses, REASON)[: REASON.longest],
            )
            for area in read.areas
        )
        return tuple(dict.fromkeys(bounded))

    def _residents(self, row: Row, said: str) -> int | None:
        if not said:
            return None
        if re.fullmatch(r"\d{1,6}", said.replace(" ", "")):
            return int(said.replace(" ", ""))
        self._doubt(row, "residents", "number")
        return None

    def _doubt(self, row: Row, name: str, code: str, *, value: str = "", **params: str) -> None:
        column = self.columns.places.get(name)
        address = self.grid.address(row.number, column)
        said = value or self._cell(row, name)
        self.doubts.append(Doubt(address, code, said[:200], self._whole(row), params))

    def _whole(self, row: Row) -> tuple[str, ...]:
        """The row with what it means of the rows above, so that it can be mended by itself."""
        cells = list(row.cells)
        for name in _FILLED:
            place = self.columns.places.get(name)
            if place is not None and place < len(cells):
                cells[place] = cells[place] or self.present.get(name, "")
        return tuple(cells)


_ALL: Final = (
    *("number", "res", "settlement", "street", "houses", "substation", "feeder", "transformer"),
    *("date", "end_date", "time", "start", "end", "cause", "residents", "status"),
)


def _typed(part: str) -> bool:
    return re.match(r"\s*[а-яё]{1,8}\.?\s", part) is not None or "." in part


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


def grouped(works: Sequence[Work]) -> tuple[Work, ...]:
    """Rows of one work as one: a street each, of one request or object of the grid and one time."""
    together: dict[tuple[object, ...], Work] = {}
    for work in works:
        for key in _keys(work, together):
            known = together.get(key)
            if known is None or len(known.areas) + len(work.areas) <= MANY:
                areas = work.areas if known is None else (*known.areas, *work.areas)
                together[key] = replace(work, areas=tuple(dict.fromkeys(areas)))
                break
    return tuple(together.values())


def _keys(work: Work, known: Mapping[tuple[object, ...], Work]) -> Iterator[tuple[object, ...]]:
    """Where the work may stand, beginning with others of its kind; the last is free."""
    grid = (work.res, work.substation, work.feeder, work.transformer)
    where = "" if work.number or any(grid[1:]) else work.areas[0].settlement
    key = (work.number, *grid, where, work.start, work.end, work.cause, work.cancelled)
    for part in range(len(known) + 1):
        yield (*key, part)

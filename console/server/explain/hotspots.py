"""``explain hotspots``: the hotspots that the radar would have told of in a stream of appeals.

The stream is a file of JSON lines, such as last year's appeals. It is read twice, first for the
order of its instants alone, so that a large file need not fit into memory.
"""

from __future__ import annotations

import argparse
import json
import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, TextIO

from console import localtime
from console.domain.branch import Branch
from console.domain.grid_tree import Branching, GridTree
from console.domain.hotspot import Cry, Hotspot, Level
from console.domain.radar import Radar
from console.domain.topic import TopicBook
from console.errors import UsageError
from console.i18n import LANGUAGES, Catalog
from console.rulebook.branches import load_branches
from console.rulebook.hotspots import HOTSPOTS, load_hotspots
from console.rulebook.topics import load_topics
from console.server.explain.given import catalog_for, known_key

_LONGEST: Final = 1_000_000
_TEXTS: Final = ("id", "at", "branch", "place", "street", "topic", "author", "text")
_SHOWN: Final = 20


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the ``hotspots`` subject with its arguments."""
    parser = subparsers.add_parser(
        "hotspots",
        help="what hotspots a stream of appeals has, when each was seen, and how surely",
        description="Replay a stream of appeals, one JSON object a line with id, at, branch, "
        "place, street, topic, author and text, and print each hotspot that would have been told "
        "of. An instant without a zone is the branch's local time; lines need not be in order.",
    )
    parser.add_argument("file", type=Path, metavar="FILE.jsonl", help="the appeals, a line each")
    parser.add_argument("--branch", help="key of the branch of lines that name none")
    parser.add_argument(
        "--grid",
        type=Path,
        metavar="FILE.jsonl",
        help="what hangs on what: a line for each street with branch, place, street, feeder, "
        "district; an empty street is the whole place",
    )
    parser.add_argument(
        "--rules",
        type=Path,
        default=HOTSPOTS,
        metavar="FILE.toml",
        help="try other norms than those of resources/rules/hotspots.toml",
    )
    parser.add_argument("--lang", default=LANGUAGES[0], help=" or ".join(LANGUAGES))
    parser.add_argument("--json", action="store_true", help="data instead of lines")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Print the hotspots to ``out``; 1 where a line was wrong, though the rest was read.

    `UsageError` for a file or branch that there is not, `ConfigError` for norms that are wrong.
    """
    catalog = catalog_for(args.lang)
    branches = {branch.key: branch for branch in load_branches()}
    if args.branch is not None:
        known_key(args.branch, branches, "branch", catalog)
    reader = _Reader(branches, load_topics(), catalog, default=args.branch or "")
    tree = _grid(args.grid, reader, catalog) if args.grid is not None else GridTree()
    zones = {key: branch.zone for key, branch in branches.items()}
    told = _Told(branches, reader, Radar(load_hotspots(args.rules), zones, tree=tree))
    try:
        with _opened(args.file, catalog) as file:
            told.replay(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            catalog.t("explain.error_unreadable", file=args.file, reason=reason)
        ) from error
    if args.json:
        out.write(json.dumps(told.as_json(catalog), ensure_ascii=False, indent=2) + "\n")
    else:
        out.writelines(f"{line}\n" for line in told.as_lines(catalog))
    return 1 if reader.faults else 0


# ── Reading ───────────────────────────────────────────────────────────────────────────────────


class Fault(NamedTuple):
    """What is wrong with a line: where (both from 1), a code, and what its sentence names."""

    line: int
    column: int
    code: str
    given: str = ""

    def said(self, catalog: Catalog) -> str:
        """In words."""
        what = catalog.t(f"hotspot.fault_{self.code}", given=self.given)
        return catalog.t("hotspot.fault_at", line=self.line, column=self.column, what=what)


class _LineError(Exception):
    """Inside this module alone: a line that cannot be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


@dataclass(slots=True)
class _Reader:
    """Reads lines, and keeps what was wrong with them; a wrong line costs itself alone."""

    branches: Mapping[str, Branch]
    topics: TopicBook
    catalog: Catalog
    default: str
    faults: list[Fault] = field(default_factory=list)

    def row(self, line: bytes, number: int) -> dict[str, Any]:
        """The object of a line."""
        if len(line) > _LONGEST:
            raise _LineError(Fault(number, 1, "long"))
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip()
        except UnicodeDecodeError as error:
            before = line[: error.start].decode("utf-8", "ignore")
            raise _LineError(Fault(number, len(before) + 1, "not_text")) from error
        try:
            row = json.loads(text)
        except json.JSONDecodeError as error:
            raise _LineError(Fault(number, error.colno, "not_json")) from error
        except (RecursionError, ValueError) as error:
            raise _LineError(Fault(number, 1, "not_json")) from error
        if not isinstance(row, dict):
            raise _LineError(Fault(number, 1, "not_object"))
        for key in (*_TEXTS, "feeder", "district"):
            value = row.get(key)
            if key == "id" and isinstance(value, int) and not isinstance(value, bool):
                row[key] = str(value)
            elif value is not None and not isinstance(value, str):
                raise _LineError(Fault(number, _column(text, key), "not_string", key))
        row[""] = text
        return row

    def branch(self, row: Mapping[str, Any], number: int) -> str:
        """The branch that a line names, or the one that is given for all."""
        key = (row.get("branch") or "").strip() or self.default
        if not key:
            raise _LineError(Fault(number, 1, "no_branch"))
        if key not in self.branches:
            raise _LineError(Fault(number, _column(row[""], "branch"), "branch", key))
        return key

    def instant(self, row: Mapping[str, Any], branch: str, number: int) -> datetime:
        """When the appeal was written, aware."""
        written = (row.get("at") or "").strip()
        if not written:
            raise _LineError(Fault(number, 1, "no_at"))
        try:
            at = datetime.fromisoformat(written)
            if at.tzinfo is None:
                at = at.replace(tzinfo=self.branches[branch].zone)
            at = at.astimezone(UTC)
            at.timestamp()
        except (ValueError, OverflowError) as error:
            raise _LineError(Fault(number, _column(row[""], "at"), "at_wrong", written)) from error
        if not 1990 <= at.year <= 2200:
            raise _LineError(Fault(number, _column(row[""], "at"), "at_wrong", written))
        return at

    def cry(self, line: bytes, number: int) -> Cry:
        """The appeal of a line; without an id it is called by its line."""
        row = self.row(line, number)
        branch = self.branch(row, number)
        at = self.instant(row, branch, number)
        text = row.get("text") or ""
        ident = (row.get("id") or "").strip() or self.catalog.t("hotspot.line", line=number)
        topic = self._topic(row, text, number)
        place, street = row.get("place") or "", row.get("street") or ""
        author = row.get("author") or ""
        return Cry(ident, at, branch, place, street, topic, author, text)

    def _topic(self, row: Mapping[str, Any], text: str, number: int) -> str:
        """A key of ours, else what its name means, else what the words speak for."""
        named = (row.get("topic") or "").strip()
        if named in self.topics.topics:
            return named
        outside = self.topics.from_outside(named) if named else None
        if outside is not None:
            return outside
        if named:
            self.faults.append(Fault(number, _column(row[""], "topic"), "topic", named))
        guess = self.topics.guess(text)
        return guess[0].key if guess else ""


def _column(text: str, key: str) -> int:
    """Where the value of ``key`` begins in a line, from 1."""
    found = re.search(rf'"{key}"\s*:\s*', text)
    return found.end() + 1 if found else 1


def _opened(path: Path, catalog: Catalog) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise UsageError(catalog.t("explain.error_missing", file=path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(catalog.t("explain.error_unreadable", file=path, reason=reason)) from error


def _lines(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """(number, offset, line) of each line that is not blank; a far too long one is cut."""
    number = 0
    while True:
        offset = file.tell()
        line = file.readline(_LONGEST + 1)
        if not line:
            return
        number += 1
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(_LONGEST + 1)
        if line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield number, offset, line


def _grid(path: Path, reader: _Reader, catalog: Catalog) -> GridTree:
    """The tree that an administrator knows; a wrong line of it is an error of its own."""
    known: list[Branching] = []
    with _opened(path, catalog) as file:
        for number, _, line in _lines(file):
            try:
                row = reader.row(line, number)
                branch = reader.branch(row, number)
            except _LineError as wrong:
                said = wrong.fault.said(catalog)
                raise UsageError(f"{path}: {said}") from wrong
            keys = ("place", "street", "feeder", "district")
            known.append(Branching(branch, *((row.get(key) or "").strip() for key in keys)))
    return GridTree.of(known)


# ── Telling ───────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Told:
    """What the radar told while the stream went by."""

    branches: Mapping[str, Branch]
    reader: _Reader
    radar: Radar
    read: int = 0
    unordered: int = 0
    last: dict[str, Hotspot] = field(default_factory=dict)
    first: dict[str, Hotspot] = field(default_factory=dict)

    def replay(self, file: BinaryIO) -> None:
        """Let the stream go by in the order of its instants."""
        instants, numbers, offsets = array("d"), array("Q"), array("Q")
        for number, offset, line in _lines(file):
            try:
                row = self.reader.row(line, number)
                at = self.reader.instant(row, self.reader.branch(row, number), number)
            except _LineError as wrong:
                self.reader.faults.append(wrong.fault)
                continue
            self.unordered += bool(instants) and at.timestamp() < instants[-1]
            instants.append(at.timestamp())
            numbers.append(number)
            offsets.append(offset)
        # The sort is stable: of one instant, what stands first comes first.
        for place in sorted(range(len(instants)), key=instants.__getitem__):
            file.seek(offsets[place])
            self._take(self.reader.cry(file.readline(), numbers[place]))
        self.reader.faults.sort()

    def _take(self, cry: Cry) -> None:
        self.read += 1
        for hotspot in self.radar.feel(cry):
            self.first.setdefault(hotspot.id, hotspot)
            self.last[hotspot.id] = hotspot

    def as_lines(self, catalog: Catalog) -> Iterator[str]:
        """Each hotspot with its evidence, in the order of finding, then what was wrong."""
        told = self._in_order()
        yield catalog.t("hotspot.read", count=self.read)
        if self.unordered:
            yield catalog.t("hotspot.unordered", count=self.unordered)
        yield catalog.t("hotspot.found", count=len(told)) if told else catalog.t("hotspot.none")
        for hotspot in told:
            yield ""
            yield from self._hotspot_lines(hotspot, catalog)
        if self.reader.faults:
            yield ""
            yield catalog.t("hotspot.faults", count=len(self.reader.faults))
            yield from (f"  {fault.said(catalog)}" for fault in self.reader.faults[:_SHOWN])
            more = len(self.reader.faults) - _SHOWN
            if more > 0:
                yield f"  {catalog.t('hotspot.more', count=more)}"

    def as_json(self, catalog: Catalog) -> dict[str, Any]:
        """The same as data."""
        return {
            "read": self.read,
            "unordered": self.unordered,
            "hotspots": [self._hotspot_json(each, catalog) for each in self._in_order()],
            "faults": [
                {**fault._asdict(), "message": fault.said(catalog)} for fault in self.reader.faults
            ],
        }

    def _in_order(self) -> list[Hotspot]:
        return sorted(self.last.values(), key=lambda hotspot: (hotspot.found_at, hotspot.id))

    def _hotspot_lines(self, hotspot: Hotspot, catalog: Catalog) -> Iterator[str]:
        zone = self.branches[hotspot.branch].zone
        at = {
            name: localtime.full(instant, zone, catalog)
            for name, instant in (
                ("found", self.first[hotspot.id].found_at),
                ("since", hotspot.since),
                ("last", hotspot.last),
            )
        }
        level = catalog.t(f"hotspot.level_{hotspot.level}")
        yield f"{self._where(hotspot)} ({level}), {self._family(hotspot, catalog)}"
        yield f"  {catalog.t('hotspot.found_at', at=at['found'])}"
        yield f"  {catalog.t('hotspot.lasted', since=at['since'], last=at['last'])}"
        if hotspot.rose_at is not None:
            rose = localtime.full(hotspot.rose_at, zone, catalog)
            yield f"  {catalog.t('hotspot.rose', at=rose)}"
        expected = f"{hotspot.expected:.2g}"
        yield f"  {catalog.t('hotspot.seen', count=hotspot.seen, expected=expected)}"
        percent = round(hotspot.confidence * 100)
        yield f"  {catalog.t('hotspot.confidence', percent=percent)}"
        yield f"  {self._why(hotspot, catalog)}"
        if hotspot.into:
            yield f"  {catalog.t('hotspot.merged', into=hotspot.into)}"
        for kind in ("evidence", "maybe", "repeats"):
            idents = getattr(hotspot, kind)
            if idents:
                said = ", ".join(idents[:_SHOWN])
                more = len(idents) - _SHOWN
                rest = f" {catalog.t('hotspot.more', count=more)}" if more > 0 else ""
                yield f"  {catalog.t(f'hotspot.{kind}')}: {said}{rest}"

    def _why(self, hotspot: Hotspot, catalog: Catalog) -> str:
        threshold = hotspot.threshold
        return catalog.t(
            "hotspot.why",
            score=f"{hotspot.score:.1f}",
            needed=f"{threshold.needed:.1f}",
            ordinary=f"{threshold.ordinary:.1f}",
            newcomer=f"{threshold.newcomer:.1f}",
            days=f"{threshold.days:.0f}",
        )

    def _where(self, hotspot: Hotspot) -> str:
        named = {
            Level.STREET: (hotspot.place, hotspot.street),
            Level.FEEDER: (hotspot.place, hotspot.feeder),
            Level.SETTLEMENT: (hotspot.place,),
            Level.DISTRICT: (hotspot.district,),
            Level.BRANCH: (),
        }[hotspot.level]
        branch = self.branches[hotspot.branch].name
        return ", ".join(part for part in (branch, *named) if part)

    def _family(self, hotspot: Hotspot, catalog: Catalog) -> str:
        key = f"hotspot.family_{hotspot.family}"
        family = catalog.t(key) if catalog.has(key) else hotspot.family
        topic = f"topics.{hotspot.topic}"
        return f"{family}: {catalog.t(topic)}" if catalog.has(topic) else family

    def _hotspot_json(self, hotspot: Hotspot, catalog: Catalog) -> dict[str, Any]:
        first, zone = self.first[hotspot.id], self.branches[hotspot.branch].zone
        instants = ("since", "last", "found_at", "rose_at")
        row: dict[str, Any] = {
            "id": hotspot.id,
            "branch": hotspot.branch,
            "level": hotspot.level.value,
            "family": hotspot.family,
            "topic": hotspot.topic,
            "place": hotspot.place,
            "street": hotspot.street,
            "feeder": hotspot.feeder,
            "district": hotspot.district,
        }
        for name in instants:
            instant: datetime | None = getattr(hotspot, name)
            row[name] = None if instant is None else instant.astimezone(zone).isoformat()
        return row | {
            "found_after": first.seen,
            "found_level": first.level.value,
            "seen": hotspot.seen,
            "expected": hotspot.expected,
            "confidence": hotspot.confidence,
            "found_confidence": first.confidence,
            "score": hotspot.score,
            "chance_a_day": float(f"{hotspot.chance:.3g}"),
            "threshold": {
                "needed": round(hotspot.threshold.needed, 2),
                "ordinary": round(hotspot.threshold.ordinary, 2),
                "newcomer": round(hotspot.threshold.newcomer, 2),
                "refusals": round(hotspot.threshold.caution, 2),
                "budget_a_day": round(hotspot.threshold.budget, 4),
                "days": round(hotspot.threshold.days, 1),
            },
            "state": hotspot.state.value,
            "into": hotspot.into,
            "evidence": list(hotspot.evidence),
            "maybe": list(hotspot.maybe),
            "repeats": list(hotspot.repeats),
            "why": self._why(hotspot, catalog),
        }

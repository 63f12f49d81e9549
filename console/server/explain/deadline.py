"""``explain deadline``: the due instant of a preset in a branch's local time, and why.

Opening hours and the length can be overridden, so that a rule is tried before it is written down.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from console import deadline_text, localtime
from console.domain.branch import Branch
from console.domain.calendar import WorkCalendar
from console.domain.clocks import Clock
from console.domain.deadline import alarm_times, clock_at, explain
from console.domain.hours import parse_week
from console.domain.pause import Pause
from console.domain.preset import Preset
from console.errors import UsageError
from console.i18n import LANGUAGES, Catalog
from console.rulebook.branches import load_branches
from console.rulebook.calendars import load_calendars
from console.rulebook.deadlines import load_presets
from console.rulebook.fields import parse_amount

_DAY = timedelta(days=1)
_HAS_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the ``deadline`` subject with its arguments."""
    parser = subparsers.add_parser(
        "deadline",
        help="when an appeal is due, and why, line by line",
        description="Print the due instant of a preset in the branch's local time, and why.",
    )
    parser.add_argument("--branch", required=True, help="key of the branch, such as omsk")
    parser.add_argument("--preset", required=True, help="key of the preset, such as im_standard")
    parser.add_argument(
        "--from",
        dest="start",
        required=True,
        metavar="TIME",
        help="start, such as 2026-12-30T16:30 (the branch's local time) or with an offset",
    )
    parser.add_argument("--now", metavar="TIME", help="also say how the clock stands then")
    parser.add_argument(
        "--pause",
        action="append",
        default=[],
        metavar="FROM/TO",
        help="a pause; TO is empty while it lasts; may be repeated",
    )
    parser.add_argument(
        "--hours",
        metavar="HOURS",
        help="try other opening hours: 9:00-13:00,14:00-18:00 or 'mon-fri 9:00-18:00; sat …'",
    )
    parser.add_argument("--amount", metavar="LENGTH", help="try another length: 1h, 90m, 7d")
    parser.add_argument("--lang", default=LANGUAGES[0], help=" or ".join(LANGUAGES))
    parser.add_argument("--json", action="store_true", help="typed steps instead of lines")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Print the explanation to ``out``; `UsageError` for an argument that makes no sense."""
    catalog = _catalog(args.lang)
    question = _question(args, catalog)
    if args.json:
        answer = question.as_json(catalog)
        out.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    else:
        out.writelines(f"{line}\n" for line in question.as_lines(catalog))
    return 0


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked, computed: a clock of a branch, and whether pauses were given in vain."""

    branch: Branch
    calendar: WorkCalendar
    clock: Clock
    now: datetime | None
    pauses_ignored: bool

    def as_lines(self, catalog: Catalog) -> Iterator[str]:
        """The due instant, then why, then how the clock stands."""
        zone = self.branch.zone
        explanation = explain(self.clock, self.calendar)
        yield catalog.t("deadline.branch", name=self.branch.name, zone=zone.key)
        if self.clock.due_at is None:
            yield catalog.t("deadline.no_due")
        else:
            offset = localtime.zone_offset(self.clock.due_at, zone)
            at = localtime.full(self.clock.due_at, zone, catalog)
            yield catalog.t("deadline.due", at=at, offset=offset)
        yield ""
        yield from deadline_text.explanation_lines(explanation, catalog)
        if self.pauses_ignored:
            yield catalog.t("deadline.pauses_ignored")
        yield ""
        for step, at_step in alarm_times(self.clock, self.calendar):
            if at_step != self.clock.due_at:
                at = localtime.full(at_step, zone, catalog)
                yield catalog.t("deadline.alarm_at", step=step, at=at)
        if self.now is not None:
            yield from deadline_text.state_lines(self.clock, catalog, zone=zone, now=self.now)

    def as_json(self, catalog: Catalog) -> dict[str, Any]:
        """The same as data: instants in the branch's local time with their offset."""
        zone, clock = self.branch.zone, self.clock
        explanation = explain(clock, self.calendar)
        answer: dict[str, Any] = {
            "branch": self.branch.key,
            "zone": zone.key,
            "preset": clock.preset,
            "started_at": _plain(clock.started_at, zone),
            "due_at": _plain(clock.due_at, zone),
            "target_at": _plain(clock.target_at, zone),
            "pauses_ignored": self.pauses_ignored,
            "alarms": [
                {"percent": step, "at": _plain(at, zone)}
                for step, at in alarm_times(clock, self.calendar)
            ],
            "steps": [_step(step, zone) for step in explanation.steps],
            "lines": deadline_text.explanation_lines(explanation, catalog),
        }
        if self.now is not None:
            answer["state"] = {
                "now": _plain(self.now, zone),
                "state": clock.state,
                "alarm": clock.alarm,
                "share": clock.share,
                "left_seconds": _plain(clock.left, zone),
                "until_due_seconds": _plain(clock.until_due, zone),
            }
        return answer


# ------------------------------------------------------------------------------ arguments


def _question(args: argparse.Namespace, catalog: Catalog) -> _Question:
    branches = {branch.key: branch for branch in load_branches()}
    branch = branches.get(args.branch)
    if branch is None:
        raise _unknown("branch", args.branch, list(branches), catalog)
    presets = {preset.key: preset for preset in load_presets()}
    preset = presets.get(args.preset)
    if preset is None:
        raise _unknown("preset", args.preset, list(presets), catalog)
    if args.amount is not None:
        preset = replace(preset, hard=_amount(args.amount, preset, catalog), target=None)
    calendar = load_calendars()[branch.key]
    if args.hours is not None:
        calendar = _with_hours(calendar, args.hours, catalog)
    start = _instant("--from", args.start, branch.zone, catalog)
    now = None if args.now is None else _instant("--now", args.now, branch.zone, catalog)
    pauses = tuple(_pause(text, branch.zone, catalog) for text in args.pause)
    clock = clock_at(
        preset,
        start,
        calendar,
        now=start if now is None else now,
        pauses=pauses if preset.pausable else (),
    )
    return _Question(branch, calendar, clock, now, bool(pauses) and not preset.pausable)


def _catalog(language: str) -> Catalog:
    if language not in LANGUAGES:
        raise _unknown("language", language, list(LANGUAGES), Catalog.load(LANGUAGES[0]))
    return Catalog.load(language)


def _unknown(what: str, given: str, known: list[str], catalog: Catalog) -> UsageError:
    return UsageError(catalog.t(f"deadline.error_{what}", given=given, known=", ".join(known)))


def _amount(text: str, preset: Preset, catalog: Catalog) -> timedelta:
    amount = parse_amount(text)
    if preset.unit.in_days:
        if amount is None or amount % _DAY or amount > 3660 * _DAY:
            raise UsageError(catalog.t("deadline.error_amount_days", given=text))
        return amount
    if amount is None or "d" in text or amount > 3660 * _DAY:
        raise UsageError(catalog.t("deadline.error_amount_time", given=text))
    return amount


def _with_hours(calendar: WorkCalendar, text: str, catalog: Catalog) -> WorkCalendar:
    try:
        return calendar.with_week(parse_week(text))
    except ValueError as error:
        raise UsageError(catalog.t("deadline.error_hours", given=text)) from error


_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Exclusive: what the calendars know, with room for the zones."""


def _instant(option: str, text: str, zone: ZoneInfo, catalog: Catalog) -> datetime:
    """An instant; without an offset it is the branch's wall clock (the first of two)."""
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        given = None
    if given is None or not _HAS_TIME.match(text.strip()):
        raise UsageError(catalog.t("deadline.error_instant", option=option, given=text))
    if not _FIRST_YEAR < given.year < _LAST_YEAR:
        raise UsageError(catalog.t("deadline.error_year", option=option, given=text))
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    instant = given.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != given:
        raise UsageError(catalog.t("deadline.error_skipped", option=option, given=text))
    return instant


def _pause(text: str, zone: ZoneInfo, catalog: Catalog) -> Pause:
    begin, slash, end = text.partition("/")
    if not slash:
        raise UsageError(catalog.t("deadline.error_pause", given=text))
    start = _instant("--pause", begin, zone, catalog)
    stop = _instant("--pause", end, zone, catalog) if end.strip() else None
    if stop is not None and stop <= start:
        raise UsageError(catalog.t("deadline.error_pause_order", given=text))
    return Pause(start, stop)


# ------------------------------------------------------------------------------ JSON


def _step(step: object, zone: ZoneInfo) -> dict[str, Any]:
    name = type(step).__name__.removesuffix("Step")
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return {"step": kind, **_dataclass(step, zone)}


def _dataclass(value: object, zone: ZoneInfo) -> dict[str, Any]:
    assert is_dataclass(value)
    plain: dict[str, Any] = {}
    for field in fields(value):
        item = getattr(value, field.name)
        suffix = "_seconds" if isinstance(item, timedelta) else ""
        plain[f"{field.name}{suffix}"] = _plain(item, zone)
    return plain


def _plain(value: object, zone: ZoneInfo) -> object:
    """A value as JSON has it; lengths in seconds, whole where they are."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        seconds, rest = divmod(value, timedelta(seconds=1))
        return seconds if not rest else value.total_seconds()
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value):
        return _dataclass(value, zone)
    return value

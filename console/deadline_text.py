"""Words for deadlines: typed clocks and explanations become lines of local text.

Used by the server's command line and by the presenters of the window, so that both say the same.
Amounts are told in hours, never in days: 27 working hours are not a day and three hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from console import localtime
from console.domain.clocks import Clock, ClockState
from console.domain.explanation import Explanation
from console.domain.preset import Unit
from console.domain.steps import (
    AfterHoursStep,
    CountedDaysStep,
    CountFromStep,
    DecreeUnknownStep,
    DueStep,
    ExtraHoursStep,
    MovedWorkingStep,
    OpenPauseStep,
    PausedDayStep,
    PausedStep,
    RanStep,
    RolledStep,
    RuleStep,
    ShortenedStep,
    SkippedDayStep,
    StartStep,
    Step,
    TargetStep,
    WorkedStep,
)
from console.domain.workday import DayKind, LocalName
from console.i18n import Catalog

_ZERO = timedelta()
_SECOND = timedelta(seconds=1)


def preset_name(preset: str, catalog: Catalog) -> str:
    """The name of a rule; its key where an administrator has added one without words."""
    key = f"deadline.preset_{preset}"
    return catalog.t(key) if catalog.has(key) else preset


def length(unit: Unit, amount: timedelta, catalog: Catalog) -> str:
    """A length as its rule counts it: «9 ч рабочего времени», «7 рабочих дней»."""
    if unit.in_days:
        return catalog.t(f"deadline.length_{unit}", count=amount.days)
    return catalog.t(f"deadline.length_{unit}", amount=hours(amount, catalog))


def hours(amount: timedelta, catalog: Catalog) -> str:
    """An amount in hours and minutes, and seconds where there are any; its sign is dropped."""
    minutes, seconds = divmod(int(abs(amount).total_seconds()), 60)
    whole, minutes = divmod(minutes, 60)
    parts = [catalog.t("time.hours", n=whole)] if whole else []
    if minutes or not (whole or seconds):
        parts.append(catalog.t("time.minutes", n=f"{minutes:02d}" if whole else minutes))
    if seconds:
        parts.append(catalog.t("deadline.seconds", n=seconds))
    return " ".join(parts)


def time_left(clock: Clock, catalog: Catalog) -> str:
    """How a clock stands, in a few words: «осталось 2 ч 30 мин», «просрочено на 1 день».

    What is left is in the clock's own measure (a length in days by the wall clock); how late it is,
    by the wall clock.
    """
    if clock.state in _WITHOUT_TIME:
        return catalog.t(f"deadline.{_WITHOUT_TIME[clock.state]}")
    if clock.state is ClockState.OVERDUE:
        late = -(clock.until_due or _ZERO)
        if late < timedelta(minutes=1):
            return catalog.t("deadline.late_now")
        return catalog.t("deadline.late", late=localtime.duration(late, catalog))
    return catalog.t("deadline.left", left=_left(clock, catalog))


def explanation_lines(explanation: Explanation, catalog: Catalog) -> tuple[str, ...]:
    """The steps of an explanation, a line each, in the language of ``catalog``."""
    starts = (step.at for step in explanation.steps if isinstance(step, StartStep))
    year = localtime.local(next(starts), explanation.zone).year
    teller = _Teller(catalog, explanation.zone, year)
    return tuple(line for step in explanation.steps for line in teller.lines(step))


def state_lines(clock: Clock, catalog: Catalog, *, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    """How ``clock`` stands at ``now``: its state, and the highest warning step it has passed."""
    state = catalog.t(
        f"deadline.state_{clock.state}",
        percent=int(clock.share * 100),
        left=_left(clock, catalog),
    )
    yield catalog.t("deadline.state", at=localtime.full(now, zone, catalog), state=state)
    if clock.alarm:
        yield catalog.t("deadline.alarm", step=clock.alarm)


_WITHOUT_TIME = {
    ClockState.PAUSED: "on_pause",
    ClockState.MET: "done",
    ClockState.MISSED: "done_late",
    ClockState.LAPSED: "lapsed",
}


def _left(clock: Clock, catalog: Catalog) -> str:
    unit = clock.rule.unit
    if unit is Unit.WORKING_TIME:  # told as such: by the wall clock it may be a day and a night
        return length(unit, _whole_minutes(clock.left), catalog)
    if not unit.in_days:
        return hours(_whole_minutes(clock.left), catalog)
    left = clock.left if clock.until_due is None else clock.until_due
    return localtime.duration(left, catalog)


def _whole_minutes(amount: timedelta) -> timedelta:
    return amount - amount % timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Turns steps into lines; dates of another ``year`` than the start's are told with it."""

    catalog: Catalog
    zone: ZoneInfo
    year: int

    def lines(self, step: Step) -> Iterator[str]:
        """The lines of one step; most have one."""
        match step:
            case RuleStep():
                yield from self._rule(step)
            case StartStep(event, at):
                yield self._t("start", event=self._t(f"from_{event}"), at=self._full(at))
            case TargetStep(at):
                yield self._t("target", at=self._full(at))
            case DueStep(at):
                offset = localtime.zone_offset(at, self.zone)
                yield self._t("due", at=self._full(at), offset=offset)
            case DecreeUnknownStep(year):
                yield self._t("decree_unknown", year=year)
            case PausedStep() | OpenPauseStep():
                yield self._pause(step)
            case WorkedStep() | RanStep():
                yield self._counted_time(step)
            case _:
                yield self._about_a_day(step)

    def _rule(self, step: RuleStep) -> Iterator[str]:
        name = preset_name(step.preset, self.catalog)
        long = length(step.unit, step.length, self.catalog)
        if step.target is None:
            yield self._t("rule", name=name, length=long)
        else:
            in_days = step.unit.in_days
            target = (
                length(step.unit, step.target, self.catalog)
                if in_days
                else hours(step.target, self.catalog)
            )
            yield self._t("rule_target", name=name, length=long, target=target)
        if self.catalog.has(f"deadline.norm_{step.preset}"):
            yield self._t("norm", norm=self._t(f"norm_{step.preset}"))
        if step.yearly is not None:
            yield self._t("yearly", yearly=hours(step.yearly, self.catalog))

    def _counted_time(self, step: WorkedStep | RanStep) -> str:
        # What is told is the difference of the told instants: whole seconds, so that lines add up.
        amount = _to_second(step.end) - _to_second(step.start)
        last = "" if step.left else "_last"
        params = {
            "amount": hours(amount, self.catalog),
            "left": hours(step.left, self.catalog),
        }
        if isinstance(step, RanStep):
            ends = {"begin": self._moment(step.start), "end": self._moment(step.end)}
            return self._t(f"ran{last}", **params, **ends)
        ends = {"begin": self._clock(step.start), "end": self._clock(step.end)}
        return self._t(f"worked{last}", **params, **ends, date=self._date(step.day))

    def _pause(self, step: PausedStep | OpenPauseStep) -> str:
        if isinstance(step, OpenPauseStep):
            since = self._moment(step.since)
            if step.left is None:
                return self._t("open_pause_days", since=since)
            return self._t("open_pause", since=since, left=hours(step.left, self.catalog))
        ends = {"begin": self._moment(step.start), "end": self._moment(step.end or step.start)}
        if step.subtracted is None:
            line = self._t("paused_days", **ends)
        else:
            line = self._t("paused", **ends, amount=hours(step.subtracted, self.catalog))
        return self._t("because", line=line, reason=step.reason) if step.reason else line

    def _about_a_day(self, step: Step) -> str:
        params: dict[str, object] = {}
        match step:
            case CountFromStep(day, rule):
                key = f"first_day_{rule}"
            case AfterHoursStep(day, closed_at):
                key, params = "after_hours", {"at": self._clock(closed_at)}
            case SkippedDayStep(day, kind, name, counterpart):
                key, params = "skipped", {"why": self._why(kind, name, counterpart)}
            case MovedWorkingStep(day, counterpart):
                key = "moved_working" if counterpart else "moved_working_somewhere"
                params = {"to": self._day(counterpart or day)}
            case ExtraHoursStep(day, opens, closes):
                key = "extra_hours"
                params = {"begin": self._clock(opens), "end": self._clock(closes)}
            case ShortenedStep(day, by, closes):
                key = "shortened"
                params = {"by": hours(by, self.catalog), "at": self._clock(closes)}
            case PausedDayStep(day):
                key = "paused_day"
            case RolledStep(day, to, kind, name, counterpart):
                key = "rolled"
                params = {"why": self._why(kind, name, counterpart), "to": self._date(to)}
            case CountedDaysStep(unit, first, day, so_far):
                key = "counted" if first == day else "counted_run"
                total = length(unit, timedelta(days=so_far), self.catalog)
                params = {"first": self._day(first), "last": self._day(day), "total": total}
            case _:
                raise TypeError(f"no words for the step {step!r}")
        return self._t(key, date=self._date(day), **params)

    def _why(self, kind: DayKind, name: LocalName | None, counterpart: date | None) -> str:
        called = None if name is None else self._name(name)
        if kind is DayKind.CLOSED and called:
            return self._t("why_closed_named", name=called)
        day = "" if counterpart is None else self._day(counterpart)
        return self._t(f"why_{kind}", name=called or "", day=day)

    def _name(self, name: LocalName) -> str:
        return name.en if self.catalog.language == "en" else name.ru

    def _t(self, key: str, **params: object) -> str:
        return self.catalog.t(f"deadline.{key}", **params)

    def _full(self, instant: datetime) -> str:
        return localtime.full(instant, self.zone, self.catalog)

    def _clock(self, instant: datetime) -> str:
        return localtime.exact_clock(instant, self.zone)

    def _moment(self, instant: datetime) -> str:
        day = localtime.local(instant, self.zone).date()
        return self._t("moment", day=self._day(day), at=self._clock(instant))

    def _day(self, day: date) -> str:
        words = localtime.day(day, self.catalog)
        return words if day.year == self.year else self._t("day_year", day=words, year=day.year)

    def _date(self, day: date) -> str:
        words = localtime.day(day, self.catalog)
        weekday = self.catalog.t(f"time.weekday_{day.isoweekday()}")
        if day.year == self.year:
            return self._t("date", day=words, weekday=weekday)
        return self._t("date_year", day=words, year=day.year, weekday=weekday)


def _to_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)

"""A working-time calendar: which instants of a branch's local time are worked.

All arithmetic is done between UTC instants, so a zone with summer time is counted right: an
interval is as long as the time that really passes between its ends. A year is tabulated when it
is first asked for, and then a due instant costs two binary searches.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from console.domain.hours import DAY_MINUTES, Spans, WeekHours
from console.domain.workday import WorkDay, YearDays, work_day
from console.errors import OtklikError

YearSource = Callable[[int], YearDays]
"""Gives the special days of a calendar year; pure, and asked once for each year."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years that a calendar answers for; an instant outside them is a mistake in the data."""

_ZERO = timedelta()
_DAY = timedelta(days=1)


def answers_for(instant: datetime) -> bool:
    """Whether every calendar can count from ``instant``, with ten years left for the longest term.

    A row that another program wrote may hold any instant; its clocks are left out, not guessed.
    """
    return FIRST_YEAR < instant.year < LAST_YEAR - 10


class CalendarRangeError(OtklikError):
    """An instant, or a deadline, outside the years that a working calendar answers for."""


@dataclass(frozen=True, slots=True)
class _Year:
    """One local year, ready to search: every worked interval in UTC, and the work up to it.

    ``before[i]`` and ``through[i]`` are the working time of the year before interval i, and with
    it. ``worked[j]`` is the ordinal of the j-th working day, ``closes[j]`` its last worked instant.
    """

    year: int
    begins: datetime
    ends_at: datetime
    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    before: tuple[timedelta, ...]
    through: tuple[timedelta, ...]
    total: timedelta
    worked: tuple[int, ...]
    closes: tuple[datetime, ...]

    def work_until(self, instant: datetime) -> timedelta:
        """The working time of this year up to ``instant``."""
        index = bisect_right(self.ends, instant)
        if index == len(self.ends):
            return self.total
        inside = instant - self.starts[index]
        return self.before[index] + inside if inside > _ZERO else self.before[index]

    def instant_at(self, work: timedelta) -> datetime:
        """The first instant by which ``work`` (0 < work <= total) has been done."""
        index = bisect_left(self.through, work)
        return self.ends[index] - (self.through[index] - work)


class WorkCalendar:
    """The working time of one branch: its zone, its weekly pattern and its special days.

    Instances are immutable to their users and may be shared between threads (a year may be
    tabulated twice, to the same result). Instants are aware; every answer is in UTC.
    """

    __slots__ = ("_days", "_source", "_years", "key", "week", "zone")

    def __init__(
        self, key: str, zone: ZoneInfo, *, week: WeekHours, year_source: YearSource | None = None
    ) -> None:
        self.key = key
        self.zone = zone
        self.week = week
        self._source = year_source
        self._days: dict[int, YearDays] = {}
        self._years: dict[int, _Year] = {}

    def with_week(self, week: WeekHours) -> WorkCalendar:
        """The same calendar with other opening hours (to try them before they go live)."""
        return WorkCalendar(self.key, self.zone, week=week, year_source=self._source)

    def prepare(self, first: int, last: int) -> None:
        """Tabulate the years from ``first`` to ``last``, so that no question about them waits.

        Worth doing on another thread: the first year of all may have to import its holidays.
        """
        for year in range(first, last + 1):
            self._year(year)

    # ------------------------------------------------------------------------------ dates

    def local_date(self, instant: datetime) -> date:
        """The date on the wall of the branch."""
        return instant.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The instant at which ``day`` begins in the branch."""
        return _instant(day, 0, self.zone)

    def year_days(self, year: int) -> YearDays:
        """The special days of a calendar year; `CalendarRangeError` outside the known years."""
        found = self._days.get(year)
        if found is None:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise CalendarRangeError(
                    f"the year {year} is outside the working calendar of “{self.key}” "
                    f"({FIRST_YEAR}–{LAST_YEAR}); check the date"
                )
            found = YearDays() if self._source is None else self._source(year)
            self._days[year] = found
        return found

    def day(self, day: date) -> WorkDay:
        """What ``day`` is in this calendar, and why."""
        return work_day(day, week=self.week, special=self.year_days(day.year).days.get(day))

    def days(self, first: date) -> Iterator[WorkDay]:
        """The days from ``first`` on, without end (to the last year of the calendar)."""
        day = first
        while True:
            yield self.day(day)
            day += _DAY

    def spans(self, work_day: WorkDay) -> tuple[tuple[datetime, datetime], ...]:
        """The worked intervals of a day as UTC instants; none that summer time has swallowed."""
        return _spans(work_day.day, work_day.spans, self.zone)

    # ------------------------------------------------------------------------------ working time

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The first instant by which ``amount`` of working time has passed since ``start``.

        It lies inside a working interval or at its end: eight hours from Friday 9:00 end on Friday
        at closing time, not on Monday at opening time. With no amount at all it is ``start``, or
        the next opening if that is later. `ValueError` for a negative amount.
        """
        if amount < _ZERO:
            raise ValueError(f"a negative amount of working time: {amount}")
        if not amount:
            return self.next_working(start)
        start = start.astimezone(UTC)
        year = self._year_of(start)
        work = year.work_until(start) + amount
        while work > year.total:
            work -= year.total
            year = self._next(year, start)
        return year.instant_at(work)

    def next_working(self, instant: datetime) -> datetime:
        """``instant`` where it is worked, else the next opening."""
        instant = instant.astimezone(UTC)
        year = self._year_of(instant)
        index = bisect_right(year.ends, instant)
        while index == len(year.ends):
            year, index = self._next(year, instant), 0
        return max(instant, year.starts[index])

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from ``start`` to ``end``; negative where ``end`` comes first."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end < start:
            return -self.between(end, start)
        first, last = self._year_of(start), self._year_of(end)
        work = last.work_until(end) - first.work_until(start)
        for year in range(first.year, last.year):
            work += self._year(year).total
        return work

    # ------------------------------------------------------------------------------ working days

    def nth_working_day(self, day: date, number: int) -> date:
        """The ``number``-th working day from ``day`` on, ``day`` itself included if it is one.

        ``number`` is 1 or more.
        """
        year = self._year(day.year)
        index = bisect_left(year.worked, day.toordinal()) + number - 1
        while index >= len(year.worked):
            index -= len(year.worked)
            year = self._next(year, day)
        return date.fromordinal(year.worked[index])

    def last_working_day(self, day: date) -> date:
        """The last working day up to ``day``, ``day`` itself included if it is one."""
        year = self._year(day.year)
        index = bisect_right(year.worked, day.toordinal()) - 1
        while index < 0:
            year = self._year(year.year - 1)
            index = len(year.worked) - 1
        return date.fromordinal(year.worked[index])

    def is_worked(self, day: date) -> bool:
        """Whether ``day`` has working time."""
        worked = self._year(day.year).worked
        index = bisect_left(worked, day.toordinal())
        return index < len(worked) and worked[index] == day.toordinal()

    def closing(self, day: date) -> datetime:
        """The end of the last working interval of a worked ``day``; `ValueError` if it is off."""
        year = self._year(day.year)
        index = bisect_left(year.worked, day.toordinal())
        if index == len(year.worked) or year.worked[index] != day.toordinal():
            raise ValueError(f"{day} is not a working day of “{self.key}”")
        return year.closes[index]

    def working_days(self, first: date, end: date) -> int:
        """How many working days lie in [first, end)."""
        begin, until = self._year(first.year), self._year(end.year)
        number = bisect_left(until.worked, end.toordinal())
        number -= bisect_left(begin.worked, first.toordinal())
        return number + sum(len(self._year(y).worked) for y in range(first.year, end.year))

    # ------------------------------------------------------------------------------ years

    def _year_of(self, instant: datetime) -> _Year:
        """The local year that holds ``instant``: its UTC year, or a neighbour at the turn."""
        year = self._year(instant.year)
        if instant < year.begins:
            return self._year(year.year - 1)
        if instant >= year.ends_at:
            return self._year(year.year + 1)
        return year

    def _next(self, year: _Year, origin: object) -> _Year:
        if year.year >= LAST_YEAR:
            raise CalendarRangeError(
                f"counting from {origin}, the working calendar of “{self.key}” ends "
                f"with the year {LAST_YEAR} before the deadline is reached"
            )
        return self._year(year.year + 1)

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            found = self._tabulate(year)
            self._years[year] = found
        return found

    def _tabulate(self, year: int) -> _Year:
        special = self.year_days(year).days
        intervals: list[tuple[datetime, datetime]] = []
        worked: list[int] = []
        closes: list[datetime] = []
        for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
            day = date.fromordinal(ordinal)
            spans = work_day(day, week=self.week, special=special.get(day)).spans
            found = _spans(day, spans, self.zone) if spans else ()
            if found:
                intervals.extend(found)
                worked.append(ordinal)
                closes.append(found[-1][1])
        through = tuple(accumulate(end - start for start, end in intervals))
        return _Year(
            year=year,
            begins=_instant(date(year, 1, 1), 0, self.zone),
            ends_at=_instant(date(year + 1, 1, 1), 0, self.zone),
            starts=tuple(start for start, _ in intervals),
            ends=tuple(end for _, end in intervals),
            before=(_ZERO, *through[:-1]) if through else (),
            through=through,
            total=through[-1] if through else _ZERO,
            worked=tuple(worked),
            closes=tuple(closes),
        )


def _spans(day: date, spans: Spans, zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    if midnight.utcoffset() == (midnight + _DAY).utcoffset():
        begin = midnight.astimezone(UTC)  # the clocks do not change on this day
        return tuple(
            (begin + timedelta(minutes=span.start), begin + timedelta(minutes=span.end))
            for span in spans
        )
    found = ((_instant(day, span.start, zone), _instant(day, span.end, zone)) for span in spans)
    return tuple((start, end) for start, end in found if start < end)


def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """The instant at which the wall clock first shows that time, or first shows a later one.

    A time that occurs twice (the clock is set back) is the first of the two; one that is skipped
    (the clock is set forward) is the moment of the change.
    """
    if minutes == DAY_MINUTES:
        day, minutes = day + _DAY, 0
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone)
    later, earlier = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    instant = wall.astimezone(UTC)
    if later == earlier or instant.astimezone(zone).replace(tzinfo=None) == wall.replace(
        tzinfo=None
    ):
        return instant
    return _moment_of_change(wall, instant, zone)


def _moment_of_change(wall: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clock jumps over the skipped time ``wall``, to the second."""
    skipped = wall.replace(tzinfo=None)
    low, high = wall.replace(fold=1).astimezone(UTC), after
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).replace(tzinfo=None) > skipped:
            high = middle
        else:
            low = middle
    return high

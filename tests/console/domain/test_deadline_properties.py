"""Deadlines held to properties, and to an oracle that counts minute by minute.

The oracle knows only the raw description of a week and of special days. It asks of every minute
whether the wall clock of the zone stands in working hours, and of every day whether the clock runs
at its end; it searches no table and adds no interval.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from console.domain.calendar import WorkCalendar
from console.domain.clocks import ClockFacts
from console.domain.deadline import alarm_times, binding_due, clock_at, explain, ladder
from console.domain.hours import Span, Spans, WeekHours, parse_week
from console.domain.pause import Pause
from console.domain.preset import DayEnd, DayOff, Event, FirstDay, Preset, Unit
from console.domain.steps import PausedStep, RanStep, WorkedStep
from console.domain.term import Term, merged
from console.domain.workday import DayKind, SpecialDay, YearDays
from tests.console.domain.clockwork import MINUTE, a_preset

_ZONES = ("Asia/Omsk", "Asia/Chita", "Europe/Berlin", "America/New_York", "Asia/Kathmandu")
_ZERO = timedelta()
_ORIGIN = datetime(2026, 3, 20, tzinfo=UTC)  # the clocks of Berlin go forward on 29 March
_AUTUMN = datetime(2026, 10, 17, tzinfo=UTC)  # and back on 25 October; New York a week later
_TURN = datetime(2026, 12, 24, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """A calendar as it was made, and as the program has it."""

    zone: ZoneInfo
    week: tuple[Spans, ...]
    special: dict[date, Spans]
    calendar: WorkCalendar

    def hours(self, day: date) -> Spans:
        return self.special.get(day, self.week[day.weekday()])

    def is_working(self, minute: datetime) -> bool:
        """Whether the minute that begins then is worked."""
        wall = minute.astimezone(self.zone)
        now = wall.hour * 60 + wall.minute
        return any(span.start <= now < span.end for span in self.hours(wall.date()))


# Edges at any half hour but 2:30, which comes twice when the clocks go back: there the oracle
# would count two intervals where an interval is from the first occurrence of an edge.
_EDGES = st.sampled_from([n * 30 for n in range(49) if n != 5])


@st.composite
def _spans(draw: st.DrawFn) -> Spans:
    edges = sorted(draw(st.sets(_EDGES, max_size=6)))
    return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Five zones, any week with some working time, some dates that differ."""
    zone = ZoneInfo(draw(st.sampled_from(_ZONES)))
    office = (Span(9 * 60, 13 * 60), Span(14 * 60, 18 * 60))
    days = st.one_of(st.just(office), _spans())
    week = tuple(draw(days) for _ in range(7))
    assume(sum(span.end - span.start for day in week for span in day) >= 120)
    origin = draw(st.sampled_from((_ORIGIN, _AUTUMN, _TURN))).date()
    dates = st.integers(0, 30).map(lambda n: origin + timedelta(days=n))
    special = draw(st.dictionaries(dates, st.one_of(st.just(()), _spans()), max_size=6))
    return World(zone, week, special, _calendar(zone, week, special))


def _calendar(zone: ZoneInfo, week: tuple[Spans, ...], special: dict[date, Spans]) -> WorkCalendar:
    known = {
        day: SpecialDay(DayKind.EXTRA_HOURS, spans=spans) if spans else SpecialDay(DayKind.HOLIDAY)
        for day, spans in special.items()
    }

    def year_days(year: int) -> YearDays:
        return YearDays({day: one for day, one in known.items() if day.year == year})

    return WorkCalendar("test", zone, week=WeekHours(week), year_source=year_days)


_OFFSETS = st.integers(0, 14 * 1440).map(lambda minutes: minutes * MINUTE)
_STARTS = st.builds(
    lambda origin, offset: origin + offset, st.sampled_from((_ORIGIN, _AUTUMN, _TURN)), _OFFSETS
)
_AMOUNTS = st.integers(1, 20 * 60).map(lambda minutes: minutes * MINUTE)
_PRECISE = st.timedeltas(timedelta(microseconds=1), timedelta(days=4))


@st.composite
def pauses_around(draw: st.DrawFn, start: datetime) -> tuple[Pause, ...]:
    """Pauses near ``start``, in any order, overlapping at will; some are open.

    Half of the edges are on a half hour, where closing times are.
    """
    found = []
    midnight = start.replace(hour=0, minute=0)
    for _ in range(draw(st.sampled_from((1, 2, 3, 0)))):
        origin, step = draw(st.sampled_from(((start, 1), (midnight, 30))))
        begin = origin + draw(st.integers(-1440 // step, 5 * 1440 // step)) * step * MINUTE
        length = draw(st.integers(0, 3 * 1440 // step)) * step * MINUTE
        is_open = draw(st.sampled_from((False, False, False, True)))
        found.append(Pause(begin, None if is_open else begin + length))
    return tuple(found)


def _paused(pauses: tuple[Pause, ...], minute: datetime) -> bool:
    return any(p.start <= minute and (p.end is None or minute < p.end) for p in pauses)


# ------------------------------------------------------------------------------ the oracle


@given(worlds(), _STARTS, _AMOUNTS)
def test_a_deadline_is_where_counting_minute_by_minute_ends(
    world: World, start: datetime, amount: timedelta
) -> None:
    left, minute = amount, start
    while left:
        left -= MINUTE if world.is_working(minute) else _ZERO
        minute += MINUTE
    assert world.calendar.add(start, amount) == minute


@given(worlds(), _STARTS, _OFFSETS)
def test_working_time_is_what_counting_minute_by_minute_finds(
    world: World, start: datetime, length: timedelta
) -> None:
    minutes = (start + n * MINUTE for n in range(length // MINUTE))
    counted = sum(world.is_working(minute) for minute in minutes)
    assert world.calendar.between(start, start + length) == counted * MINUTE


@given(
    worlds(), _STARTS, _AMOUNTS, st.sampled_from((Unit.WORKING_TIME, Unit.CALENDAR_TIME)), st.data()
)
def test_pauses_are_what_counting_minute_by_minute_leaves_out(
    world: World, start: datetime, amount: timedelta, unit: Unit, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_around(start))
    left, minute = amount, start
    last = max((p.end or p.start for p in pauses), default=start)
    while left and not (minute >= last and _paused(pauses, minute)):
        runs = unit is Unit.CALENDAR_TIME or world.is_working(minute)
        left -= MINUTE if runs and not _paused(pauses, minute) else _ZERO
        minute += MINUTE
    term = Term(a_preset(unit=unit), start, world.calendar)
    assert term.due(amount, merged(pauses)) == (None if left else minute)


@given(worlds(), _STARTS, st.integers(1, 8), st.data())
def test_days_are_what_asking_at_the_end_of_each_day_counts(
    world: World, start: datetime, number: int, data: st.DataObject
) -> None:
    unit = data.draw(st.sampled_from((Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)))
    ends = data.draw(st.sampled_from(DayEnd))
    first = data.draw(st.sampled_from(FirstDay))
    pauses = data.draw(pauses_around(start))
    rule = a_preset(unit=unit, day_ends=ends, first_day=first)
    due = Term(rule, start, world.calendar).due(timedelta(days=number), merged(pauses))
    assert due == _by_asking(world, rule, start, number, pauses)


def _by_asking(
    world: World, rule: Preset, start: datetime, number: int, pauses: tuple[Pause, ...]
) -> datetime | None:
    day = start.astimezone(world.zone).date()
    if rule.first_day is FirstDay.NEXT:
        day += timedelta(days=1)
    while True:
        end = _end_of(world, rule, day)
        worked = bool(world.calendar.spans(world.calendar.day(day)))
        if end > start and (worked or rule.unit is Unit.CALENDAR_DAYS):
            over = [p for p in pauses if p.start < end and (p.end is None or end <= p.end)]
            if any(p.end is None for p in over):
                return None
            number -= not over
            if not number:
                return end
        day += timedelta(days=1)


def _end_of(world: World, rule: Preset, day: date) -> datetime:
    """The last worked minute's end, or midnight, found by looking at each minute of the day."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=world.zone).astimezone(UTC)
    minutes = [
        minute
        for minute in (noon + n * MINUTE for n in range(-900, 900))
        if minute.astimezone(world.zone).date() == day
    ]
    worked = [minute for minute in minutes if world.is_working(minute)]
    if worked and rule.day_ends is DayEnd.CLOSING:
        return worked[-1] + MINUTE
    return minutes[-1] + MINUTE


# ------------------------------------------------------------------------------ properties


@given(worlds(), _STARTS, _PRECISE, _PRECISE)
def test_a_later_start_is_never_due_earlier(
    world: World, start: datetime, amount: timedelta, later: timedelta
) -> None:
    assert world.calendar.add(start, amount) <= world.calendar.add(start + later, amount)


@given(worlds(), _STARTS, _PRECISE, _PRECISE)
def test_a_longer_amount_is_due_later(
    world: World, start: datetime, amount: timedelta, more: timedelta
) -> None:
    assert world.calendar.add(start, amount) < world.calendar.add(start, amount + more)


@given(worlds(), _STARTS, _PRECISE)
def test_what_was_added_is_what_is_measured(
    world: World, start: datetime, amount: timedelta
) -> None:
    assert world.calendar.between(start, world.calendar.add(start, amount)) == amount


@given(worlds(), _STARTS, _PRECISE, _PRECISE)
def test_two_amounts_one_after_the_other_are_their_sum(
    world: World, start: datetime, first: timedelta, second: timedelta
) -> None:
    calendar = world.calendar
    assert calendar.add(calendar.add(start, first), second) == calendar.add(start, first + second)


@given(worlds(), _STARTS, _PRECISE)
def test_a_deadline_is_inside_a_working_interval_or_at_its_end(
    world: World, start: datetime, amount: timedelta
) -> None:
    due = world.calendar.add(start, amount)
    day = world.calendar.day((due - timedelta(microseconds=1)).astimezone(world.zone).date())
    assert any(begin < due <= end for begin, end in world.calendar.spans(day))


@given(worlds(), _STARTS, _AMOUNTS, st.data())
def test_a_pause_moves_the_deadline_by_its_own_working_time(
    world: World, start: datetime, amount: timedelta, data: st.DataObject
) -> None:
    term = Term(a_preset(), start, world.calendar)
    due = term.due(amount)
    assert due is not None
    begin = start + data.draw(st.timedeltas(_ZERO, due - start - timedelta(microseconds=1)))
    pause = Pause(begin, begin + data.draw(_PRECISE))
    assert pause.end is not None
    moved = term.due(amount, (pause,))
    assert moved is not None
    assert world.calendar.between(due, moved) == world.calendar.between(begin, pause.end)


@given(worlds(), _STARTS, st.data())
def test_merged_pauses_are_in_order_apart_and_merged_for_good(
    world: World, start: datetime, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_around(start))
    joined = merged(pauses)
    assert merged(joined) == joined == merged(tuple(reversed(pauses)))
    assert all(a.end is not None and a.end < b.start for a, b in pairwise(joined))


# ------------------------------------------------------------------------------ three ways agree


@st.composite
def _rules(draw: st.DrawFn) -> Preset:
    unit = draw(st.sampled_from(Unit))
    days = unit.in_days
    hard = timedelta(days=draw(st.integers(2, 9))) if days else draw(_AMOUNTS) + MINUTE
    share = draw(st.sampled_from((None, 2, 3)))
    target = None if share is None else hard // share
    if days and target is not None:
        target = max(timedelta(days=1), timedelta(days=target.days))
    return a_preset(
        unit=unit,
        hard=hard,
        target=target,
        first_day=draw(st.sampled_from(FirstDay)),
        day_ends=draw(st.sampled_from(DayEnd)),
        on_day_off=draw(st.sampled_from(DayOff)),
        pausable=draw(st.sampled_from((True, True, False))),
    )


@given(worlds(), _STARTS, _rules(), st.data())
def test_the_explained_deadline_is_the_computed_one(
    world: World, start: datetime, rule: Preset, data: st.DataObject
) -> None:
    clock = clock_at(rule, start, world.calendar, now=start, pauses=data.draw(pauses_around(start)))
    explained = explain(clock, world.calendar)
    assert explained.due_at == clock.due_at
    assert clock.due_at is None or explained.target_at == clock.target_at


@given(worlds(), _STARTS, _rules(), st.data())
def test_the_steps_of_an_explanation_add_up(
    world: World, start: datetime, rule: Preset, data: st.DataObject
) -> None:
    assume(not rule.unit.in_days)
    clock = clock_at(rule, start, world.calendar, now=start, pauses=data.draw(pauses_around(start)))
    steps = explain(clock, world.calendar).steps
    counted = [step for step in steps if isinstance(step, WorkedStep | RanStep)]
    left = clock.length
    for step in counted:
        assert step.start < step.end
        left -= step.amount
        assert step.left == left
    assert (left == _ZERO) is (clock.due_at is not None)
    if clock.due_at is not None:
        taken = [step.subtracted for step in steps if isinstance(step, PausedStep)]
        plain = Term(rule, start, world.calendar).due(clock.length)
        assert plain is not None
        pause_time = sum((one for one in taken if one is not None), _ZERO)
        measure = Term(rule, plain, world.calendar).run(clock.due_at)
        assert measure == pause_time


@given(worlds(), _STARTS, st.lists(_rules(), min_size=1, max_size=4), st.data())
def test_the_fast_answer_is_the_ladders_at_any_moment(
    world: World, start: datetime, rules: list[Preset], data: st.DataObject
) -> None:
    presets = [replace(rule, key=f"rule{n}") for n, rule in enumerate(rules)]
    answered = data.draw(st.one_of(st.none(), st.integers(-600, 6000)))
    facts = ClockFacts(
        "vk",
        start,
        answered_at=None if answered is None else start + answered * MINUTE,
        pauses=data.draw(pauses_around(start)),
    )
    now = start + data.draw(st.integers(-3000, 30000)) * MINUTE
    fast = binding_due(facts, presets, world.calendar)
    slow = ladder(facts, presets, world.calendar, now=now).binding
    assert fast == (None if slow is None else (slow.preset, slow.started_at, slow.due_at))


@given(worlds(), _STARTS, _rules(), st.data())
def test_a_warning_comes_at_its_time_and_not_before(
    world: World, start: datetime, rule: Preset, data: st.DataObject
) -> None:
    start += data.draw(st.integers(0, 99)) * timedelta(microseconds=1)
    pauses = tuple(p for p in data.draw(pauses_around(start)) if p.end is not None)
    clock = clock_at(rule, start, world.calendar, now=start, pauses=pauses)
    for step, moment in alarm_times(clock, world.calendar):
        then = clock_at(rule, start, world.calendar, now=moment, pauses=pauses)
        before = clock_at(
            rule, start, world.calendar, now=moment - timedelta(microseconds=1), pauses=pauses
        )
        assert then.alarm >= step
        assert before.alarm < step or step == 100


@given(worlds(), _STARTS, _rules(), st.data())
def test_the_share_only_grows(
    world: World, start: datetime, rule: Preset, data: st.DataObject
) -> None:
    pauses = tuple(p for p in data.draw(pauses_around(start)) if p.end is not None)
    moments = sorted(data.draw(st.lists(_OFFSETS, min_size=2, max_size=6)))
    shares = [
        clock_at(rule, start, world.calendar, now=start + moment, pauses=pauses).share
        for moment in moments
    ]
    assert shares == sorted(shares)


@given(worlds(), _STARTS, _rules())
def test_a_stopped_clock_stands_still(world: World, start: datetime, rule: Preset) -> None:
    facts = ClockFacts("vk", start, answered_at=start + 90 * MINUTE)
    presets = [replace(rule, stops=(Event.ANSWERED,))]
    at_once = ladder(facts, presets, world.calendar, now=start + 91 * MINUTE)
    later = ladder(facts, presets, world.calendar, now=start + timedelta(days=100))
    assert at_once == later


# ------------------------------------------------------------------------------ impossible facts

_ANY_INSTANT = st.datetimes(timezones=st.just(UTC))


@given(
    began=_ANY_INSTANT,
    answered=st.none() | _ANY_INSTANT,
    pauses=st.lists(st.builds(Pause, _ANY_INSTANT, st.none() | _ANY_INSTANT), max_size=3),
    unit=st.sampled_from(Unit),
)
@example(datetime.min.replace(tzinfo=UTC), None, [], Unit.CALENDAR_DAYS)
@example(datetime.max.replace(tzinfo=UTC), None, [], Unit.CALENDAR_TIME)
@example(datetime(2100, 12, 31, 23, tzinfo=UTC), None, [], Unit.WORKING_DAYS)
def test_whatever_instants_another_program_wrote_the_clocks_are_told_or_left_out(
    began: datetime, answered: datetime | None, pauses: list[Pause], unit: Unit
) -> None:
    calendar = WorkCalendar("any", ZoneInfo("Asia/Chita"), week=parse_week("9:00-18:00"))
    length = timedelta(days=30) if unit.in_days else timedelta(hours=100)
    presets = [a_preset(unit=unit, hard=length, pausable=True)]
    facts = ClockFacts(
        channel="vk",
        received_at=began,
        registered_at=began,
        answered_at=answered,
        pauses=tuple(pauses),
    )
    found = binding_due(facts, presets, calendar)
    shown = ladder(facts, presets, calendar, now=_ORIGIN)
    if not 1901 <= began.year < 2090:
        assert found is None and shown.clocks == ()

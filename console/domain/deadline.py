"""Deadlines: every clock that runs on an appeal, which of them binds, and why.

Several clocks run at once (domain.md §3). `binding_due` is the fast answer that a queue is sorted
by, `ladder` the whole picture at a moment, `explain` each step of the way to one deadline. The
three agree: they share `term`, and tests hold them to a count of minutes one by one.

Nothing here resets a clock: not a return, not approval, not a new owner (domain.md §2). A change
of the rules is a recomputation from the same facts, pauses included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from console.domain.calendar import WorkCalendar, answers_for
from console.domain.clocks import (
    STOPPED,
    BindingDue,
    Clock,
    ClockFacts,
    ClockState,
    Ladder,
)
from console.domain.explanation import Explanation, explain
from console.domain.pause import Pause
from console.domain.preset import Applies, Bearing, Event, Pick, Preset, Unit
from console.domain.term import Pauses, Term, merged

__all__ = [
    "BindingDue",
    "Clock",
    "ClockFacts",
    "ClockState",
    "Explanation",
    "Ladder",
    "Pause",
    "alarm_times",
    "applies_to",
    "binding_due",
    "clock_at",
    "explain",
    "ladder",
]

_ZERO = timedelta()
_FAR = datetime.max.replace(tzinfo=UTC)

_FIELDS: Mapping[Event, tuple[str, ...]] = {
    Event.INTAKE: ("received_at",),
    Event.DANGER_FOUND: ("danger_at",),
    Event.REGISTERED: ("registered_at",),
    Event.ASSIGNED: ("assigned_at",),
    Event.APPEAL_PUBLISHED: ("appeal_published_at",),
    Event.CALL: ("called_at",),
    Event.INTERIM_PUBLISHED: ("interim_published_at",),
    Event.ANSWERED: ("first_answered_at", "answered_at"),
    Event.CALLED_BACK: ("called_back_at",),
    Event.RETURNED: ("returned_at",),
    Event.REOPENED: ("reopened_at",),
    Event.TRANSFER_REQUESTED: ("transfer_requested_at",),
    Event.TRANSFERRED: ("transferred_at",),
    Event.PROMISED: ("promised_at",),
    Event.PROMISE_SETTLED: (),
    Event.OUTAGE_STARTED: ("outage_started_at",),
    Event.OUTAGE_RESTORED: ("outage_restored_at",),
    Event.CLOSED: ("closed_at",),
}


def binding_due(
    facts: ClockFacts, presets: Iterable[Preset], calendar: WorkCalendar
) -> BindingDue | None:
    """The open duty whose hard deadline comes first; None if no open duty has a fixed one.

    It needs no ``now``: it changes only with the facts, so it can be stored and sorted by. An
    overdue duty stays binding until it is done.
    """
    best: BindingDue | None = None
    pauses = _pauses(facts) if facts.pauses else ()
    for preset in presets:
        if preset.bearing is not Bearing.BINDS or not applies_to(preset.applies, facts):
            continue
        began = _start(preset, facts)
        if began is None or _stop(preset, facts, began[1]) is not None:
            continue
        start = began[1]
        heeded = pauses if preset.pausable else ()
        due = Term(preset, start, calendar).due(_length(preset, facts), heeded)
        if due is not None and (best is None or due < best.due_at):
            best = BindingDue(preset.key, start, due)
    return best


def ladder(
    facts: ClockFacts, presets: Iterable[Preset], calendar: WorkCalendar, *, now: datetime
) -> Ladder:
    """Every clock of the appeal at ``now``; see `Ladder` for their order."""
    pauses = _pauses(facts)
    clocks: list[Clock] = []
    for preset in presets:
        began = _start(preset, facts) if applies_to(preset.applies, facts) else None
        if began is not None:
            clocks.append(_clock(preset, facts, began, calendar=calendar, pauses=pauses, now=now))
    binding = min((c for c in clocks if c.binds), key=lambda c: c.due_at or _FAR, default=None)
    return Ladder(tuple(sorted(clocks, key=_rank)), binding)


def clock_at(
    preset: Preset,
    started_at: datetime,
    calendar: WorkCalendar,
    *,
    now: datetime,
    pauses: Iterable[Pause] = (),
) -> Clock:
    """One clock of ``preset`` by itself, started at ``started_at`` and not stopped."""
    facts = ClockFacts(channel="", received_at=started_at)
    return _clock(
        preset,
        facts,
        (preset.starts[0], started_at),
        calendar=calendar,
        pauses=merged(pauses),
        now=now,
    )


def alarm_times(clock: Clock, calendar: WorkCalendar) -> tuple[tuple[int, datetime], ...]:
    """The instants at which each warning step of ``clock`` is reached, where they are fixed."""
    found: list[tuple[int, datetime]] = []
    for step in clock.rule.alarms:
        at = clock.due_at if step == 100 else _reached(clock, step, calendar)
        if at is not None:
            found.append((step, at))
    return tuple(found)


def applies_to(applies: Applies, facts: ClockFacts) -> bool:
    """Whether a rule with these conditions is about this appeal."""
    return (
        (not applies.channels or facts.channel in applies.channels)
        and (applies.danger is None or applies.danger == facts.danger)
        and (applies.priority_high is None or applies.priority_high == facts.priority_high)
        and (applies.not_ours is None or applies.not_ours == facts.not_ours)
        and (not applies.kinds or facts.incident_kind in applies.kinds)
        and facts.incident_kind not in applies.other_kinds_than
    )


def _instants(facts: ClockFacts, event: Event) -> list[datetime]:
    found = (getattr(facts, name) for name in _FIELDS[event])
    return [instant for instant in found if instant is not None and answers_for(instant)]


def _pauses(facts: ClockFacts) -> Pauses:
    """The pauses in order, without those of years that no calendar answers for."""
    return merged(
        pause
        for pause in facts.pauses
        if answers_for(pause.start) and (pause.end is None or answers_for(pause.end))
    )


def _start(preset: Preset, facts: ClockFacts) -> tuple[Event, datetime] | None:
    if preset.to_promise and (facts.promise_at is None or not answers_for(facts.promise_at)):
        return None
    known = [(event, at) for event in preset.starts for at in _instants(facts, event)]
    if not known:
        return None
    if preset.pick is Pick.LATEST:
        return max(known, key=lambda pair: pair[1])
    return known[0]


def _stop(preset: Preset, facts: ClockFacts, start: datetime) -> datetime | None:
    """The first event that satisfies the clock. What came before its start does not count."""
    stops = (at for event in preset.stops for at in _instants(facts, event) if at >= start)
    return min(stops, default=None)


def _length(preset: Preset, facts: ClockFacts) -> timedelta:
    """The hard length, cut by what is left of the yearly one (ПП 861 п. 31(6)).

    That of a promise is from the promise to what it promises.
    """
    if preset.to_promise and facts.promised_at is not None and facts.promise_at is not None:
        return max(_ZERO, facts.promise_at - facts.promised_at)
    if preset.yearly is None:
        return preset.hard
    return max(_ZERO, min(preset.hard, preset.yearly - facts.outage_used))


def _clock(
    preset: Preset,
    facts: ClockFacts,
    began: tuple[Event, datetime],
    *,
    calendar: WorkCalendar,
    pauses: Pauses,
    now: datetime,
) -> Clock:
    event, start = began
    term = Term(preset, start, calendar)
    length = _length(preset, facts)
    heeded = tuple(p for p in pauses if preset.pausable and (p.end is None or start < p.end))
    due = term.due(length, heeded)
    target = None if preset.target is None else term.due(preset.target, heeded)
    stop = _stop(preset, facts, start)
    at = now if stop is None else stop
    elapsed = term.run(at, heeded)
    total = _total(term, length, due=due, at=at, pauses=heeded)
    paused = _pause_at(heeded, at, due) if stop is None else None
    late = due is not None and at >= due
    return Clock(
        rule=preset,
        start_event=event,
        started_at=start,
        due_at=due,
        target_at=target,
        state=_state(preset, due=due, stop=stop, now=now, paused=paused is not None),
        alarm=_alarm(preset, elapsed, total, late=late),
        share=_share(elapsed, total, late=late),
        elapsed=elapsed,
        left=total - elapsed,
        until_due=None if due is None else due - at,
        length=length,
        target_missed=target is not None and at > target,
        stopped_at=stop,
        paused_since=None if paused is None else paused.start,
        pauses=heeded,
    )


def _total(
    term: Term, length: timedelta, *, due: datetime | None, at: datetime, pauses: Pauses
) -> timedelta:
    """The whole length in the clock's measure.

    Days are turned into time by what lies between start and deadline; while an open pause leaves
    the deadline open, as if the pause ended now.
    """
    if not term.rule.unit.in_days:
        return length
    if due is None:
        *closed, last = pauses
        pauses = (*closed, Pause(last.start, max(at, last.start), last.reason))
        due = term.due(length, pauses)
    assert due is not None, "a closed pause fixes the deadline"
    return term.run(due, pauses)


def _pause_at(pauses: Pauses, at: datetime, due: datetime | None) -> Pause | None:
    """The pause the clock stands in at that instant; none once the deadline has passed."""
    if due is not None and at >= due:
        return None
    for pause in pauses:
        if pause.start <= at and (pause.end is None or at < pause.end):
            return pause
    return None


def _state(
    preset: Preset, *, due: datetime | None, stop: datetime | None, now: datetime, paused: bool
) -> ClockState:
    late = due is not None and (stop or now) > due
    if stop is not None:
        return ClockState.MISSED if late else ClockState.MET
    if late:
        return ClockState.LAPSED if preset.bearing is Bearing.WINDOW else ClockState.OVERDUE
    return ClockState.PAUSED if paused else ClockState.RUNNING


def _alarm(preset: Preset, elapsed: timedelta, total: timedelta, *, late: bool) -> int:
    reached = [step for step in preset.alarms if late or elapsed * 100 >= total * step]
    return max(reached, default=0)


def _share(elapsed: timedelta, total: timedelta, *, late: bool) -> float:
    if not total:
        return 1.0 if late else 0.0
    return elapsed / total


def _reached(clock: Clock, step: int, calendar: WorkCalendar) -> datetime | None:
    """The instant at which ``step`` percent of the clock have run, rounded up to a microsecond."""
    whole = clock.elapsed + clock.left
    part = -(-whole * step // 100)
    unit = Unit.WORKING_TIME if clock.rule.unit.in_working_time else Unit.CALENDAR_TIME
    plain = Term(replace(clock.rule, unit=unit), clock.started_at, calendar)
    return plain.due(part, clock.pauses)


def _rank(clock: Clock) -> tuple[bool, bool, datetime]:
    return (clock.state in STOPPED, clock.due_at is None, clock.due_at or clock.started_at)

"""The clocks of an appeal: its facts as the deadlines book asks for them, and which one binds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from console.domain.appeal import ANSWERED, Appeal, Status
from console.domain.calendar import WorkCalendar
from console.domain.clocks import ClockFacts
from console.domain.deadline import binding_due
from console.domain.outage import Outage, OutageStatus
from console.domain.preset import Preset
from console.ports import DueFacts

PROMISE = "promise"
"""The key of the rule that runs to what was promised."""

_PHONE = "phone"
_OVER = (OutageStatus.RESTORED, OutageStatus.CANCELLED)


def clock_facts(
    appeal: Appeal, *, outage: Outage | None = None, is_ours: bool = True
) -> ClockFacts:
    """Everything about ``appeal`` that its deadlines depend on.

    ``outage`` is the one that its consumer suffers from, ``is_ours`` whether its topic is ours to
    answer. Assignment to us is not told by the outside system: intake stands in for it, and who of
    us has the appeal moves no clock (domain.md §2).
    """
    return ClockFacts(
        channel=appeal.channel,
        received_at=appeal.received_at,
        registered_at=appeal.created_at,
        called_at=appeal.created_at if appeal.channel == _PHONE else None,
        interim_published_at=appeal.interim_at,
        first_answered_at=_first_answered_at(appeal),
        answered_at=appeal.published_at,
        returned_at=appeal.returned_at,
        reopened_at=appeal.reopened_at,
        transferred_at=appeal.closed_at if appeal.status is Status.TRANSFERRED else None,
        outage_started_at=None if outage is None else outage.started_at,
        outage_restored_at=None if outage is None else outage.restored_at,
        closed_at=appeal.closed_at,
        danger_at=appeal.danger_at,
        promised_at=None if appeal.promise_at is None else _promised_at(appeal),
        promise_at=appeal.promise_at,
        danger=appeal.danger,
        priority_high=appeal.high_priority,
        not_ours=not is_ours,
        pauses=appeal.pauses,
    )


def _first_answered_at(appeal: Appeal) -> datetime | None:
    """The first final answer. Of a reopened appeal only the first reply of any kind is kept."""
    if appeal.reopened_at is None:
        return appeal.published_at
    first = appeal.first_reply_at
    if first is None or first == appeal.interim_at:
        return appeal.reopened_at
    return first


def _promised_at(appeal: Appeal) -> datetime:
    """When the open promise was made; of an older server's appeal, the interim reply."""
    return appeal.promised_at or appeal.interim_at or appeal.received_at


class BranchClocks:
    """`ports.Clocks` by the deadlines book and the calendars of the branches.

    An appeal of a branch without a calendar (founded after this program was made) has none that
    binds. ``is_ours`` says of a topic key whether the company answers for it.
    """

    def __init__(
        self,
        presets: Sequence[Preset],
        calendars: Mapping[str, WorkCalendar],
        *,
        is_ours: Callable[[str], bool],
    ) -> None:
        self._presets = presets
        self._calendars = calendars
        self._is_ours = is_ours

    def due(self, appeal: Appeal, outages: Mapping[str, Outage]) -> DueFacts:
        """The binding clock of ``appeal``; once it has been answered, a promise alone binds."""
        calendar = self._calendars.get(appeal.branch)
        if calendar is None:
            return DueFacts()
        if appeal.status in ANSWERED:
            return _due_of_promise(appeal)
        facts = clock_facts(
            appeal, outage=main_outage(appeal, outages), is_ours=self._is_ours(appeal.topic)
        )
        found = binding_due(facts, self._presets, calendar)
        if found is None:
            return DueFacts(paused=any(pause.end is None for pause in appeal.pauses))
        # A clock with a fixed due instant runs, whatever else is paused: it is shown running.
        return DueFacts(found.preset, found.started_at, found.due_at, paused=False)


def main_outage(appeal: Appeal, outages: Mapping[str, Outage]) -> Outage | None:
    """The outage that an appeal is shown with: the latest tag that still lasts, or the latest."""
    tagged = [outages[tag.outage] for tag in reversed(appeal.outages) if tag.outage in outages]
    lasting = (one for one in tagged if one.status not in _OVER)
    return next(lasting, tagged[0] if tagged else None)


def _due_of_promise(appeal: Appeal) -> DueFacts:
    if appeal.promise_at is None:
        return DueFacts()
    return DueFacts(PROMISE, _promised_at(appeal), appeal.promise_at)

"""The clocks of an appeal in words: which one binds, how the others stand, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.deadline_text import explanation_lines, preset_name, time_left
from console.domain.calendar import WorkCalendar
from console.domain.clocks import Clock, ClockFacts, ClockState
from console.domain.deadline import explain, ladder
from console.domain.preset import Bearing, Preset
from ui.presenters.here import Here

_RINGS = {
    ClockState.RUNNING: "ok",
    ClockState.PAUSED: "paused",
    ClockState.OVERDUE: "overdue",
    ClockState.MET: "done",
    ClockState.MISSED: "done",
    ClockState.LAPSED: "none",
}
_SOON_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class ClockFace:
    """One clock, in final words.

    ``ring`` and ``share`` are what the ring shows; ``left`` how it stands («осталось 1 ч»),
    ``due`` until when; ``binds`` marks the one that decides. ``line`` says all of it at once.
    """

    preset: str
    name: str
    left: str
    due: str
    ring: str
    share: float
    binds: bool
    stopped: bool
    hint: str

    @property
    def line(self) -> str:
        """Name, state and deadline in one line."""
        return " · ".join(part for part in (self.name, self.left, self.due) if part)


@dataclass(frozen=True, slots=True)
class ClockMoment:
    """Something that a clock did, or a pause to all of them, at an instant (UTC)."""

    id: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class ClocksFace:
    """All clocks of an appeal, the binding one first; ``head`` is what the strip says."""

    head: str
    kind: str
    clocks: tuple[ClockFace, ...]

    @property
    def binding(self) -> ClockFace | None:
        """The one that decides."""
        return next((clock for clock in self.clocks if clock.binds), None)


class AppealClocks:
    """The clocks of one appeal by the rules of its branch.

    ``soon`` is how long before its deadline a clock counts as near it; without ``owed`` nobody
    waits for an answer any more, and ``waits`` says that the last one has not left yet.
    """

    def __init__(
        self,
        facts: ClockFacts,
        presets: Sequence[Preset],
        calendar: WorkCalendar,
        *,
        soon: timedelta,
        owed: bool = True,
        waits: bool = False,
    ) -> None:
        self._facts = facts
        self._presets = presets
        self._calendar = calendar
        self._soon = soon
        self._owed = owed
        self._waits = waits

    def face(self, here: Here) -> ClocksFace:
        """How they stand at ``here.now``."""
        found = ladder(self._facts, self._presets, self._calendar, now=here.now)
        binding = found.binding if self._owed else None
        ordered = sorted(found.clocks, key=lambda clock: clock is not binding)
        faces = tuple(self._one(each, here, binds=each is binding) for each in ordered)
        if binding is None:
            paused = any(clock.ring == "paused" for clock in faces)
            key = "clocks.paused" if paused and self._owed else "clocks.nothing_binds"
            if self._waits:
                key = "clocks.reply_waits"
            return ClocksFace(here.t(key), "paused" if paused else "none", faces)
        return ClocksFace(faces[0].line, faces[0].ring, faces)

    def moments(self, here: Here) -> tuple[ClockMoment, ...]:
        """When our duties began, came due and ended, and when they stood still; in no order."""
        found = ladder(self._facts, self._presets, self._calendar, now=here.now)
        duties = [clock for clock in found.clocks if clock.rule.bearing is Bearing.BINDS]
        clocks = (moment for clock in duties for moment in _moments(clock, here))
        return (*clocks, *self._pauses(here))

    def _pauses(self, here: Here) -> Iterator[ClockMoment]:
        for number, pause in enumerate(self._facts.pauses):
            words = here.t("clocks.moment_paused", reason=pause.reason)
            yield ClockMoment(f"pause:{number}:begin", pause.start, words)
            if pause.end is not None and pause.end <= here.now:
                ended = here.t("clocks.moment_resumed")
                yield ClockMoment(f"pause:{number}:end", pause.end, ended)

    def why(self, preset: str, here: Here) -> tuple[str, ...]:
        """Why the deadline of one clock is what it is, line by line; empty for an unknown one."""
        found = ladder(self._facts, self._presets, self._calendar, now=here.now)
        for clock in found.clocks:
            if clock.preset == preset:
                return explanation_lines(explain(clock, self._calendar), here.catalog)
        return ()

    def _one(self, clock: Clock, here: Here, *, binds: bool) -> ClockFace:
        due = here.t("clocks.until", time=here.at_zoned(clock.due_at)) if clock.due_at else ""
        return ClockFace(
            preset=clock.preset,
            name=preset_name(clock.preset, here.catalog),
            left=time_left(clock, here.catalog),
            due=due,
            ring=self._ring(clock),
            share=min(max(clock.share, 0.0), 1.0),
            binds=binds,
            stopped=clock.stopped_at is not None,
            hint=_hint(clock, here),
        )

    def _ring(self, clock: Clock) -> str:
        if clock.state is not ClockState.RUNNING:
            return _RINGS[clock.state]
        near = clock.until_due is not None and clock.until_due <= self._soon
        return "soon" if near or clock.share >= _SOON_SHARE else "ok"


def _moments(clock: Clock, here: Here) -> Iterator[ClockMoment]:
    name = preset_name(clock.preset, here.catalog)
    began = here.t("clocks.moment_began", name=name)
    yield ClockMoment(f"{clock.preset}:began", clock.started_at, began)
    if clock.stopped_at is not None:
        key = "late" if clock.state is ClockState.MISSED else "met"
        words = here.t(f"clocks.moment_{key}", name=name)
        yield ClockMoment(f"{clock.preset}:ended", clock.stopped_at, words)
    due, until = clock.due_at, clock.stopped_at or here.now
    if due is not None and due < until:
        yield ClockMoment(f"{clock.preset}:due", due, here.t("clocks.moment_due", name=name))


def _hint(clock: Clock, here: Here) -> str:
    if clock.stopped_at is not None:
        return here.t("clocks.stopped_at", time=here.at_zoned(clock.stopped_at))
    if clock.rule.bearing is not Bearing.BINDS:
        return here.t(f"clocks.bearing_{clock.rule.bearing}")
    if clock.target_at is not None and not clock.target_missed:
        return here.t("clocks.target", time=here.at_zoned(clock.target_at))
    if clock.due_at is not None:
        return here.full(clock.due_at)
    return here.t("clocks.bearing_binds")

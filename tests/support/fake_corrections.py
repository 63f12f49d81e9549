"""Corrections without a store: plans that a test lays down, and what was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from console.correction_text import Wanted, correction_text
from console.domain.corrections import Change, Line, LineState
from console.domain.ids import Ref
from console.domain.message import MessageKind
from console.domain.outage import Outage
from console.template_values import Setting
from console.usecases.acting import Done
from console.usecases.corrections import Correction, Moved, Plan
from tests.support.builders import a_message

if TYPE_CHECKING:
    from tests.support.fake_console import FakeConsole

T = TypeVar("T")


@dataclass(slots=True)
class FakeCorrections:
    """The shape of `CorrectionUseCases`. ``sent`` and ``recalled`` are what was asked for."""

    console: FakeConsole
    plans: dict[Ref, Plan] = field(default_factory=dict)
    sent: list[Correction] = field(default_factory=list)
    recalled: list[Ref] = field(default_factory=list)

    def moved(self) -> tuple[Moved, ...]:
        found = self.plans.values()
        return tuple(Moved(one.outage, len(one.to_send)) for one in found if one.to_send)

    def plan(self, ref: Ref) -> Plan | None:
        return self.plans.get(ref)

    def send(
        self, outage: Outage, corrections: Sequence[Correction]
    ) -> list[Future[tuple[Done, ...]]]:
        self.sent.extend(corrections)
        self._set(outage.ref, [one.ref for one in corrections], LineState.ON_ITS_WAY)
        return [_said((Done(one.ref),)) for one in corrections]

    def recall(self, refs: Sequence[Ref], outage: str) -> Future[int]:
        self.recalled.extend(refs)
        return _said(len(refs))

    def arrive(self, outage: Outage, ref: Ref) -> None:
        """The server has published one of them."""
        self._set(outage.ref, [ref], LineState.CORRECTED)
        self.console.publish(ref)

    def _set(self, outage: Ref, refs: Sequence[Ref], state: LineState) -> None:
        plan = self.plans[outage]
        lines = tuple(
            Correction(replace(one.line, state=state)) if one.ref in refs else one
            for one in plan.lines
        )
        self.plans[outage] = replace(plan, lines=lines)


def a_plan(console: FakeConsole, outage: Outage, *refs: Ref) -> Plan:
    """A line of every state for ``refs`` in turn, the last one found by its words."""
    states = [LineState.TO_CORRECT] * max(0, len(refs) - 6)
    states += [state for state in LineState if state is not LineState.TO_CORRECT]
    lines = []
    for number, ref in enumerate(refs):
        appeal = console.world.appeals[ref]
        now = console.clock.now()
        said = a_message(appeal, kind=MessageKind.REPLY, at=now, text="Свет дадим к вечеру.")
        change = Change.LATER
        line = Line(appeal, said, outage.etr_history[0].etr, states[number], change)
        text = _worded(line, outage, console, number)
        is_last = number == len(refs) - 7
        line = replace(line, by_words=is_last)
        lines.append(Correction(line, text if line.state is LineState.TO_CORRECT else ""))
    return Plan(outage, tuple(lines))


def _worded(line: Line, outage: Outage, console: FakeConsole, number: int) -> str:
    """As the shipped words have it."""
    rules = console.rulebook
    assert line.change is not None
    wanted = Wanted(line.appeal, outage, line.change, line.told, outage.etr)
    setting = Setting(rules.zones[outage.branch], console.clock.now(), wording=rules.wording)
    return correction_text(wanted, rules.corrections, rules.variables, setting=setting, turn=number)


def _said(result: T) -> Future[T]:
    future: Future[T] = Future()
    future.set_result(result)
    return future

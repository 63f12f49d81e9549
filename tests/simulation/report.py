"""The report: the table of many runs, and the story of one that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.simulation.run import Outcome, Stage
from tests.simulation.schedule import VERSION, Schedule
from tests.simulation.shrink import shrunk


@dataclass(slots=True)
class Table:
    """Figures of many runs, added up."""

    schedules: int = 0
    simulated: float = 0.0
    operations: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    published: int = 0
    held: int = 0
    files: int = 0
    lost: int = 0
    doubled: int = 0
    divergences: int = 0
    failed: dict[int, str] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """One more run."""
        tally = outcome.tally
        self.schedules += 1
        self.simulated += outcome.seconds
        self.operations.update(outcome.operations)
        self.faults.update(outcome.faults)
        self.sent += tally.sent
        self.published += tally.published
        self.held += tally.held
        self.files += tally.files
        self.lost += tally.lost
        self.doubled += tally.doubled
        self.divergences += tally.divergences
        if outcome.violations:
            first = outcome.violations[0]
            self.failed[outcome.schedule.seed] = f"{first.name}: {first.what}"

    def merge(self, other: Table) -> None:
        """Those of another process."""
        for name in (
            "schedules",
            "simulated",
            "sent",
            "published",
            "held",
            "files",
            "lost",
            "doubled",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.divergences += other.divergences
        self.operations.update(other.operations)
        self.faults.update(other.faults)
        self.failed |= other.failed

    def lines(self, *, seconds: float) -> list[str]:
        """The table, in words and figures."""
        faults = sorted(self.faults.items(), key=lambda one: (-one[1], one[0]))
        rows = [
            ("schedules", f"{self.schedules:,}"),
            ("simulated hours", f"{self.simulated / 3600:,.0f}"),
            ("operations", f"{self.operations.total():,}"),
            ("faults injected", f"{self.faults.total():,}"),
            *((f"  {kind}", f"{count:,}") for kind, count in faults),
            ("texts sent", f"{self.sent:,}"),
            ("published", f"{self.published:,}"),
            ("held", f"{self.held:,}"),
            ("files published", f"{self.files:,}"),
            ("lost", f"{self.lost:,}"),
            ("doubled", f"{self.doubled:,}"),
            ("divergences", f"{self.divergences:,}"),
            ("failing schedules", f"{len(self.failed):,}"),
            ("seconds", f"{seconds:,.0f}"),
            ("schedules a second", f"{self.schedules / max(seconds, 0.001):,.1f}"),
        ]
        return [f"{name:<24}{value:>12}" for name, value in rows]


def smallest(stage: Stage, failing: Outcome) -> Schedule:
    """The smallest part of the schedule of ``failing`` that breaks one of the same properties."""
    names = {violation.name for violation in failing.violations}

    def fails(schedule: Schedule) -> bool:
        found = stage.run(schedule).violations
        return any(violation.name in names for violation in found)

    return shrunk(failing.schedule, fails)


def told(stage: Stage, schedule: Schedule) -> list[str]:
    """The story of a run: who did what when, which fault, what was expected, what was found."""
    outcome = stage.run(schedule, keep_story=True)
    who = ", ".join(f"{login} at ws{n + 1}" for n, login in enumerate(schedule.people))
    many = f"{len(schedule.items)} things happen"
    lines = [f"seed {schedule.seed} of version {schedule.version}: {who}; {many}", *outcome.story]
    for violation in outcome.violations:
        lines.append(f"BROKEN  {violation.name}: {violation.what}")
    if not outcome.violations:
        lines.append("every property holds")
    older = "" if schedule.version == VERSION else f" --version {schedule.version}"
    return [*lines, f"replay: python -m tests.simulation replay {schedule.seed}{older}"]


def failed_seeds(text: str) -> Sequence[tuple[int, int]]:
    """The versions and seeds of failed_seeds.txt.

    A line is ``vVERSION SEED  what it found``; what follows a ``#`` is nothing.
    """
    found = []
    for line in text.splitlines():
        version, _, rest = line.partition("#")[0].strip().partition(" ")
        if version:
            found.append((int(version.removeprefix("v")), int(rest.split()[0])))
    return found

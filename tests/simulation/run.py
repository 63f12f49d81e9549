"""One run: a schedule played, settled and checked."""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.centre import Server
from tests.simulation.disk.vfs import asking
from tests.simulation.kernel import SpinningError
from tests.simulation.properties import Tally, Violation, check, died
from tests.simulation.schedule import Schedule
from tests.simulation.workstation import Workshop
from tests.simulation.world import OPERATORS, StuckError, World

_MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run showed. ``seconds`` are simulated; ``story`` is empty unless asked for."""

    schedule: Schedule
    violations: tuple[Violation, ...]
    tally: Tally
    operations: Counter[str]
    faults: Counter[str]
    seconds: float
    digest: str
    story: tuple[str, ...] = ()


@dataclass(slots=True)
class Stage:
    """What the runs of one process share."""

    server: Server
    shop: Workshop
    _closed: bool = field(default=False)

    def run(self, schedule: Schedule, *, keep_story: bool = False) -> Outcome:
        """Play ``schedule``; the same one has the same digest, in any process."""
        world = World(schedule, self.server, self.shop, keep_story=keep_story)
        try:
            violations, tally = _played(world)
        finally:
            world.close()
            self.shop.kernel = None
        return Outcome(
            schedule=schedule,
            violations=tuple(violations),
            tally=tally,
            operations=world.history.operations,
            faults=world.history.faults,
            seconds=world.kernel.now,
            digest=world.story.digest(),
            story=tuple(world.story.lines),
        )


def _played(world: World) -> tuple[list[Violation], Tally]:
    try:
        world.play()
        world.settle()
        return check(world)
    except StuckError as error:
        return [*died(world), Violation("everything gets out", str(error))], Tally()
    except SpinningError as error:
        return [Violation("time passes", str(error))], Tally()
    except Exception as error:  # noqa: BLE001 - of many runs one that breaks off is told with its seed
        return [Violation("the run comes to its end", f"{type(error).__name__}: {error}")], Tally()


@contextmanager
def stage(url: str = "") -> Iterator[Stage]:
    """The application and the empty stores, made once; in memory where the system has such files.

    ``url`` is that of an empty PostgreSQL database; SQLite without it.
    """
    where = _MEMORY if _MEMORY.is_dir() else None
    disabled = logging.root.manager.disable
    with tempfile.TemporaryDirectory(prefix="otklik-simulation-", dir=where) as folder:
        logging.disable(logging.CRITICAL)
        try:
            server, shop = Server(Path(folder), OPERATORS, url=url), Workshop(Path(folder))
            try:
                with asking(shop.disks):
                    yield Stage(server, shop)
            finally:
                server.close()
        finally:
            logging.disable(disabled)

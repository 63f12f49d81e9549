"""Playing: the trickle into a running server, through its real intake and ledger."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from console.clock import Clock
from console.demo.trickle import Happening
from console.domain.mutations import Envelope
from console.domain.operator import Operator
from console.server.centre import Centre
from console.server.decision import decide
from console.server.intake.take_in import Intake
from console.server.ledger import settle

_LONGEST_WAIT = 60.0
"""Seconds: a clock that was set back must not silence the demonstration for hours."""


class Play:
    """Lets things happen at their time, on a thread of its own, until it is stopped."""

    def __init__(
        self,
        centre: Centre,
        happenings: Iterable[Happening],
        operators: Iterable[Operator],
        *,
        start: datetime,
    ) -> None:
        """``start`` (UTC) is the instant from which the happenings count."""
        self._centre = centre
        self._happenings = happenings
        self._operators = {operator.id: operator for operator in operators}
        self._start = start
        self._intake = Intake(centre.database, centre.clock, centre.enricher)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-play", daemon=True)

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self) -> None:
        """Stop, and wait until what is happening now has happened."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        for happening in self._happenings:
            if not self._wait(self._start + timedelta(seconds=happening.after)):
                return
            self._let(happening)

    def _wait(self, until: datetime) -> bool:
        """Wait for an instant; False if told to stop."""
        clock: Clock = self._centre.clock
        while (left := (until - clock.now()).total_seconds()) > 0:
            if self._stop.wait(min(left, _LONGEST_WAIT)):
                return False
        return not self._stop.is_set()

    def _let(self, happening: Happening) -> None:
        what = happening.what
        self._centre.announce(
            self._change(what) if isinstance(what, Envelope) else self._intake.take_in([what]).heads
        )

    def _change(self, envelope: Envelope) -> Mapping[str, int]:
        centre, actor = self._centre, self._operators[envelope.author]
        now = centre.clock.now()
        kept = settle(
            centre.database,
            envelope,
            lambda connection: decide(
                connection,
                envelope,
                actor=actor,
                norms=centre.norms,
                snooze=centre.snooze,
                now=now,
            ),
        )
        return kept.heads

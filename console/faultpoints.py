"""Fault points: named places at which a test may kill this process, to prove that nothing is lost.

With ``OTKLIK_KILL_AT=after_send_commit`` in the environment, the process sends itself SIGKILL
when it comes to that point; without it, a point costs nothing. Only `console.app` reads it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping

from console.errors import UsageError

FaultPoint = Callable[[str], None]

VARIABLE = "OTKLIK_KILL_AT"
POINTS: tuple[str, ...] = (
    "after_keystroke",
    "before_draft_commit",
    "after_draft_commit",
    "before_send_commit",
    "after_send_commit",
    "before_in_flight",
    "after_in_flight",
    "after_post_sent",
    "after_response",
    "before_ack_commit",
    "after_ack_commit",
)
"""From the keystroke to the acknowledgement, in the order in which a reply meets them."""


def never(_: str) -> None:
    """The fault point of every ordinary run."""


def from_environment(environment: Mapping[str, str]) -> FaultPoint:
    """What to call at each point; `UsageError` for a point that does not exist."""
    wanted = environment.get(VARIABLE)
    if not wanted:
        return never
    if wanted not in POINTS:
        raise UsageError(f"{VARIABLE}={wanted}: there is no such point; known: {', '.join(POINTS)}")
    return lambda point: _die() if point == wanted else None


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)

"""The typing log: how old what was lost can be, judged by the keys that the driver told of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from tests.stories.window.window_process import Told


def unsaved_age(typed: Sequence[Told], kept: int) -> float:
    """Seconds from the first key that is not among the ``kept`` ones to the last key of all."""
    lost = [told.at for told in typed if told.length > kept]
    return lost[-1] - lost[0] if lost else 0.0


def late(typed: Sequence[Told], key_millis: int) -> float:
    """Seconds by which the worst key came late: the machine was busy, everything was."""
    gaps = [after.at - before.at for before, after in pairwise(typed)]
    return max(0.0, max(gaps, default=0.0) - key_millis / 1000)


def saving_delay(typed: Sequence[Told], saved: Sequence[Told]) -> float:
    """Seconds from the first key that a save carried until it was told of; that of most saves."""
    delays: list[float] = []
    before = 0
    for save in saved:
        carried = [told.at for told in typed if before < told.length <= save.length]
        if carried:
            delays.append(save.at - carried[0])
        before = save.length
    return median(delays)

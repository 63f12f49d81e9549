"""How the work of a function grows with its input, told without a clock on the wall."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def growth(work: Callable[[str], object], *, of: str, length: int, times: int = 8) -> float:
    """By what factor ``work`` takes longer for ``times`` the text; linear work gives ``times``.

    The text is ``of`` again and again, ``length`` characters long; quadratic work gives ``times``
    squared. Only this thread's own processor time counts, without garbage collection, and of each
    length the best of a few: a busy machine makes no difference.
    """
    short, long = (of * (size // len(of)) for size in (length, length * times))
    work(short)  # what is made once is made
    collects = gc.isenabled()
    gc.disable()
    try:
        return _seconds(work, long, rounds=3) / _seconds(work, short, rounds=6)
    finally:
        if collects:
            gc.enable()


def _seconds(work: Callable[[str], object], text: str, *, rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        began = time.thread_time()
        work(text)
        best = min(best, time.thread_time() - began)
    return max(best, 1e-6)

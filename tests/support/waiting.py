"""Waiting without Qt for something that another thread or process does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest


def until(condition: Callable[[], bool], *, what: str, within: float = 10.0) -> None:
    """Look at ``condition()`` again and again; fail with ``what`` after ``within`` seconds."""
    end = time.monotonic() + within
    pause = threading.Event()
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"waited {within} s for: {what}")
        pause.wait(0.005)

"""Qt for tests: one application for the run, and ways to wait that do not guess at times."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QApplication

_LOOK_EVERY_MS = 5


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The one QApplication of the run, offscreen; it lives until the process ends."""
    from PySide6.QtWidgets import QApplication

    from ui.immortal import keep_constants_alive

    keep_constants_alive()
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    return QApplication(["otklik-tests"])


def until_qt(condition: Callable[[], bool], *, what: str, within: float = 10.0) -> None:
    """Run the event loop until ``condition()`` holds; fail with ``what`` after ``within`` s."""
    from PySide6.QtCore import QEventLoop, QTimer

    if condition():
        return
    loop, look, limit = QEventLoop(), QTimer(), QTimer(singleShot=True)
    look.timeout.connect(lambda: loop.quit() if condition() else None)
    limit.timeout.connect(loop.quit)
    look.start(_LOOK_EVERY_MS)
    limit.start(round(within * 1000))
    try:
        loop.exec()
    finally:
        look.stop()
        limit.stop()
    if not condition():
        pytest.fail(f"waited {within} s for: {what}")


@contextmanager
def emits(signal: SignalInstance, *, within: float = 10.0) -> Generator[list[tuple[Any, ...]]]:
    """Wait at the end of the block until ``signal`` has come; gives the arguments of each time."""
    came: list[tuple[Any, ...]] = []

    def note(*args: Any) -> None:
        came.append(args)

    signal.connect(note)
    try:
        yield came
        until_qt(lambda: bool(came), what=f"the signal {signal}", within=within)
    finally:
        signal.disconnect(note)

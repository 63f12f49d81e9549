"""Qt's side of the harness: messages, active timers and top-level windows.

Nothing here imports PySide6 by itself: a run without a single Qt test never loads it.
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType
    from PySide6.QtWidgets import QWidget

_OF_THE_PLATFORM = re.compile(
    # The offscreen platform says this of any window, and can do nothing about it.
    r"This plugin does not support (propagateSizeHints|raise|grabbing)"
)
_STARTED_AT = "_started_at"
"""The dynamic property in which a timer remembers where it was started."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One log record or Qt message: what it says, and where it was made as far as can be told."""

    kind: str
    text: str
    where: str


class QtMessages:
    """While entered, hears the messages of Qt from warning upwards."""

    def __init__(self) -> None:
        self.seen: list[Heard] = []

    def __enter__(self) -> QtMessages:
        if _loaded():
            from PySide6.QtCore import qInstallMessageHandler

            _watch_timers()
            qInstallMessageHandler(self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if _loaded():
            from PySide6.QtCore import qInstallMessageHandler

            qInstallMessageHandler(None)

    def _hear(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        from PySide6.QtCore import QtMsgType

        if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or _OF_THE_PLATFORM.match(text):
            return
        category = context.category or "default"
        where = f"{context.file}:{context.line}" if context.file else _place(sys._getframe(1))
        self.seen.append(Heard(f"Qt message ({kind.name})", f"{category}: {text}", where))


@dataclass(frozen=True, slots=True)
class Objects:
    """The timers and top-level windows that were there when a test began, by C++ address."""

    timers: frozenset[int]
    windows: frozenset[int]


def objects() -> Objects:
    """What is there now; empty where Qt is not loaded."""
    return Objects(
        timers=frozenset(_address(timer) for timer in _timers()),
        windows=frozenset(_address(window) for window in _windows()),
    )


def left_since(before: Objects) -> list[str]:
    """One line for each active timer and window that was not there before; they are ended."""
    if not _new_timers(before) and not _new_windows(before):
        return []
    _let_go()
    lines: list[str] = []
    for timer in _new_timers(before):
        lines.append(
            f"leaked active timer {_described(timer)}, {timer.interval()} ms, "
            f"started at {timer.property(_STARTED_AT) or 'an unknown place'}"
        )
        timer.stop()
    for window in _new_windows(before):
        lines.append(f"leaked top-level window {_described(window)}, “{window.windowTitle()}”")
        _delete(window)
    return lines


def _loaded() -> bool:
    return "PySide6.QtCore" in sys.modules


def _watch_timers() -> None:
    """Let each timer remember where it was started (once for the whole run)."""
    from PySide6.QtCore import QTimer

    start = QTimer.start
    if getattr(start, "__module__", None) == __name__:
        return

    def start_and_remember(timer: QTimer, *args: Any) -> None:
        timer.setProperty(_STARTED_AT, _place(sys._getframe(1)))
        start(timer, *args)

    QTimer.start = start_and_remember  # type: ignore[method-assign]


def _timers() -> Iterator[QTimer]:
    if not _loaded():
        return
    import shiboken6
    from PySide6.QtCore import QTimer

    for wrapper in shiboken6.getAllValidWrappers():
        if isinstance(wrapper, QTimer):
            yield wrapper


def _windows() -> Iterator[QWidget]:
    """The top-level widgets without a parent: a dialog goes with the window that owns it."""
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtWidgets import QApplication

    if QApplication.instance() is not None:
        yield from (one for one in QApplication.topLevelWidgets() if one.parent() is None)


def _new_timers(before: Objects) -> list[QTimer]:
    return [
        timer for timer in _timers() if timer.isActive() and _address(timer) not in before.timers
    ]


def _new_windows(before: Objects) -> list[QWidget]:
    return [window for window in _windows() if _address(window) not in before.windows]


def _let_go() -> None:
    """Delete what waits for `deleteLater`, or only for the garbage collector."""
    from PySide6.QtCore import QCoreApplication, QEvent

    for _ in range(2):
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _delete(window: QWidget) -> None:
    import shiboken6

    shiboken6.delete(window)


def _address(thing: QObject) -> int:
    import shiboken6

    return int(shiboken6.getCppPointer(thing)[0])


def _described(thing: QObject) -> str:
    """Class and object name, and the same of each owner: ``QTimer “tick” of Queue “queue”``."""
    parts: list[str] = []
    one: QObject | None = thing
    while one is not None:
        parts.append(f"{type(one).__name__} “{one.objectName()}”")
        one = one.parent()
    return " of ".join(parts)


def _place(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"

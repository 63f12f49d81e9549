"""What a test can leave behind: threads, child processes, active timers and windows.

`snapshot` before, `left_since` after: each thing that is new and has not ended within a short
grace is described in one line that names it and says where it was made.
"""

from __future__ import annotations

import ctypes
import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from weakref import WeakKeyDictionary

from tests.support import qtwatch

GRACE = float(os.environ.get("OTKLIK_TEST_GRACE", "3"))
"""Seconds that a thread or process which is already on its way out is given to end."""

_PR_SET_CHILD_SUBREAPER = 36
_LINUX = sys.platform == "linux"
_NAMELESS = re.compile(r"Thread-\d+( \(.*\))?|Dummy-\d+|asyncio_\d+|tqdm_monitor")
_OWN_MACHINERY = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
_started_at: WeakKeyDictionary[threading.Thread, str] = WeakKeyDictionary()
_kept: set[int] = set()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was already there when a test began."""

    threads: frozenset[threading.Thread]
    children: frozenset[int]
    qt: qtwatch.Objects


def watch_starts() -> None:
    """Remember where each thread is started, and adopt the orphans of killed children."""
    start = threading.Thread.start

    def start_and_remember(thread: threading.Thread) -> None:
        _started_at[thread] = _caller(sys._getframe(1))
        start(thread)

    threading.Thread.start = start_and_remember  # type: ignore[method-assign, assignment]
    if _LINUX:
        # A test that kills the console must not leave the server that the console had started.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def keep(pid: int) -> None:
    """Let this child process outlive the test that started it (a service of the whole session)."""
    _kept.add(pid)


def snapshot() -> Snapshot:
    """What is alive now."""
    return Snapshot(
        threads=frozenset(threading.enumerate()),
        children=frozenset(_running_children()),
        qt=qtwatch.objects(),
    )


def left_since(before: Snapshot) -> list[str]:
    """One line for each thing that is alive now and was not then; processes are then killed."""
    end = time.monotonic() + GRACE
    return [
        *qtwatch.left_since(before.qt),
        *_threads_left(before.threads, end),
        *_children_left(before.children, end),
    ]


def _threads_left(before: Iterable[threading.Thread], end: float) -> Generator[str]:
    known = set(before)
    for thread in threading.enumerate():
        if thread in known or (thread.daemon and _NAMELESS.fullmatch(thread.name)):
            continue
        thread.join(max(0.0, end - time.monotonic()))
        if thread.is_alive():
            daemon = "daemon thread" if thread.daemon else "thread"
            yield (
                f"leaked {daemon} “{thread.name}”, started at "
                f"{_started_at.get(thread, 'an unknown place')}, now in {_position(thread)}"
            )


def _children_left(before: Iterable[int], end: float) -> Generator[str]:
    known = set(before)
    for pid in _running_children():
        if pid in known or pid in _kept or _ends_by(pid, end):
            continue
        command = _command(pid)
        if any(name in command for name in _OWN_MACHINERY):
            continue
        os.kill(pid, signal.SIGKILL)
        yield f"leaked child process {pid}: {command} (killed now)"


def _running_children() -> set[int]:
    """The processes that this one has started or adopted and that have not ended."""
    if not _LINUX:
        return set()
    listed = "".join(_text(path) for path in Path("/proc/self/task").glob("*/children"))
    return {pid for pid in map(int, listed.split()) if not _ended(pid)}


def _ended(pid: int) -> bool:
    state = _text(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return not state or state[0] in "ZX"


def _ends_by(pid: int, end: float) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        waiting = select.poll()
        waiting.register(handle, select.POLLIN)
        return bool(waiting.poll(max(0.0, end - time.monotonic()) * 1000))
    finally:
        os.close(handle)


def _command(pid: int) -> str:
    return _text(Path(f"/proc/{pid}/cmdline")).replace("\0", " ").strip() or "(no command line)"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""  # the thread or process ended between being listed and being read


def _caller(frame: FrameType | None) -> str:
    """The nearest frame that is not the standard library's, as ``file:line in function``."""
    first = frame
    while frame is not None and _is_machinery(frame.f_code.co_filename):
        frame = frame.f_back
    return _place(frame or first)


def _is_machinery(file: str) -> bool:
    return file.startswith((os.path.dirname(threading.__file__), "<"))  # noqa: PTH120


def _position(thread: threading.Thread) -> str:
    return _place(sys._current_frames().get(thread.ident or 0))


def _place(frame: FrameType | None) -> str:
    if frame is None:
        return "an unknown place"
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"

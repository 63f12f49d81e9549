"""What fails a test besides its own assertions.

A test fails when, between its set-up and the end of its tear-down, it

- logs a record of WARNING or above that it did not declare,
- makes Qt print a warning that it did not declare,
- leaves a thread, a running child process, an active QTimer or a top-level window behind;

the message names each and says where it was made. (Python's own warnings are errors by
``filterwarnings``.) Records are declared by a marker; each argument is a regular expression
searched in ``logger: message``:

    @pytest.mark.expected_logs(r"sync: offline")      # must come, at least once
    @pytest.mark.allowed_logs(r"sync: retry")         # may come
    @pytest.mark.expected_qt_messages(r"QPainter")    # must come, at least once

Where ``OTKLIK_REQUIRE_ALL`` is set, a skipped test is a failed test.
"""

from __future__ import annotations

import gc
import logging
import os
import re
from collections.abc import Generator, Iterable
from typing import Any

import pytest

from tests.support import leaks
from tests.support.qtwatch import Heard, QtMessages

_MARKERS = {
    "expected_logs": "patterns of log records of WARNING and above that this test must cause",
    "allowed_logs": "patterns of log records of WARNING and above that this test may cause",
    "expected_qt_messages": "patterns of Qt warnings that this test must cause",
}


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in _MARKERS.items():
        config.addinivalue_line("markers", f"{name}(*patterns): {meaning}")
    leaks.watch_starts()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    # What is imported by now stays; collecting garbage after a test need not look at it again.
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_unexpected(request: pytest.FixtureRequest) -> Generator[None]:
    """Watch one test; the first fixture to be set up and the last to be torn down."""
    before = leaks.snapshot()
    with _LogWatch() as logged, QtMessages() as printed:
        yield
        if "qapp" in request.fixturenames:
            # A window that only cycles keep alive is not to die in a later test, or in a thread.
            gc.collect()
            # What is alive now are modules and caches: no later collection need go through them.
            gc.freeze()
        # Dropping what a test left behind may itself log or print, so leaks are looked for first.
        left = leaks.left_since(before)
    complaints = [
        *left,
        *_undeclared(request, logged.seen, "expected_logs", "allowed_logs"),
        *_undeclared(request, printed.seen, "expected_qt_messages"),
    ]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


class _LogWatch:
    """Hears every record of WARNING and above, whatever handlers and filters are set."""

    def __init__(self) -> None:
        self.seen: list[Heard] = []

    def __enter__(self) -> _LogWatch:
        self._before = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._make)
        return self

    def __exit__(self, *_: object) -> None:
        logging.setLogRecordFactory(self._before)

    def _make(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._before(*args, **kwargs)
        if record.levelno >= logging.WARNING:
            self.seen.append(
                Heard(
                    f"log record of level {record.levelname}",
                    f"{record.name}: {record.getMessage()}",
                    f"{record.pathname}:{record.lineno}, thread {record.threadName}",
                )
            )
        return record


def _undeclared(
    request: pytest.FixtureRequest,
    heard: Iterable[Heard],
    expected: str,
    *allowed: str,
) -> Generator[str]:
    heard = list(heard)
    wanted = _patterns(request, expected)
    welcome = [*wanted, *(pattern for name in allowed for pattern in _patterns(request, name))]
    for one in heard:
        if not any(re.search(pattern, one.text) for pattern in welcome):
            yield f"unexpected {one.kind}: {one.text} (made at {one.where})"
    for pattern in wanted:
        if not any(re.search(pattern, one.text) for one in heard):
            yield f"{expected} declares {pattern!r}, and nothing of the kind came"


def _patterns(request: pytest.FixtureRequest, marker: str) -> list[str]:
    return [str(pattern) for mark in request.node.iter_markers(marker) for pattern in mark.args]


def _skips_are_failures() -> bool:
    return bool(os.environ.get("OTKLIK_REQUIRE_ALL"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and _skips_are_failures():
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and _skips_are_failures():
        _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{why}\nNothing may be skipped here, because OTKLIK_REQUIRE_ALL is set."

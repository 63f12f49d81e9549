"""Planted offenders: each thing that the harness promises to catch is caught, and named.

The offenders run in one pytest of their own, under the same plugins and configuration.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.surroundings import REPOSITORY, clean_environment

_PLAIN = """
import logging, subprocess, sys, threading, warnings
import pytest

log = logging.getLogger("lamp")
forever = threading.Event()
soon = threading.Event()


def test_warns():
    warnings.warn("old way")


def test_warns_in_a_thread():
    thread = threading.Thread(target=lambda: warnings.warn("old way in a thread"))
    thread.start()
    thread.join()


def test_logs():
    log.warning("no %s", "current")


def test_logs_past_every_handler():
    quiet = logging.getLogger("quiet")
    quiet.propagate = False
    quiet.addHandler(logging.NullHandler())
    quiet.error("nobody hears")


@pytest.fixture
def late():
    yield
    log.error("said while tearing down")


def test_logs_while_tearing_down(late):
    pass


@pytest.mark.expected_logs("lamp: no current")
def test_declared():
    log.warning("no current")
    log.info("all is well")


@pytest.mark.allowed_logs("lamp: .*")
def test_allowed():
    pass


@pytest.mark.expected_logs("lamp: never said")
def test_declared_in_vain():
    pass


@pytest.mark.expected_logs("lamp: no current")
def test_another_record_than_declared():
    log.warning("no current")
    log.warning("no water")


def test_thread():
    threading.Thread(target=forever.wait, name="otklik-sync", daemon=True).start()


def test_nameless_daemon_of_a_library():
    threading.Thread(target=forever.wait, daemon=True).start()


def test_nameless_thread():
    threading.Thread(target=lambda: forever.wait(2)).start()


def test_thread_on_its_way_out():
    threading.Thread(target=lambda: soon.wait(0.1), name="otklik-last-words").start()


def test_process():
    global child
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)


def test_orphan():
    script = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time;" \\
        "time.sleep(60)'], stdin=-3, stdout=-3, stderr=-3)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_skipped():
    pytest.skip("no lamp here")


def test_good():
    thread = threading.Thread(target=int, name="otklik-quick")
    thread.start()
    subprocess.run([sys.executable, "-c", ""], check=True)
"""

_QT = """
import pytest
from PySide6.QtCore import QObject, QTimer, qWarning, qDebug
from PySide6.QtWidgets import QDialog, QWidget
from tests.support.qt import emits, until_qt

kept = []


def test_qt_warning(qapp):
    qWarning("no such signal")


@pytest.mark.expected_qt_messages("no such .*")
def test_qt_warning_declared(qapp):
    qDebug("a word")
    qWarning("no such signal")


def test_timer(qapp):
    owner = QObject(objectName="queue")
    kept.append(owner)
    QTimer(owner, objectName="tick").start(50)


def test_window(qapp):
    window = QWidget(objectName="main-window", windowTitle="Отклик")
    QDialog(window)
    kept.append(window)


def test_window_dropped(qapp):
    window = QWidget()
    window.itself = window
    QTimer(window).start(50)
    window.show()


def test_window_deleted_later(qapp):
    window = QWidget()
    window.show()
    kept.append(window)
    window.deleteLater()


def test_stopped_timer(qapp):
    timer = QTimer()
    kept.append(timer)
    with emits(timer.timeout) as came:
        timer.start(1)
    timer.stop()
    assert came


def test_waits_in_vain(qapp):
    until_qt(lambda: False, what="the moon", within=0.05)
"""


def _run(folder: Path, text: str, **environment: str) -> dict[str, str]:
    """Run the planted tests; gives what was printed about each failed test, by its name."""
    (folder / "conftest.py").write_text(
        (REPOSITORY / "tests" / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (folder / "test_planted.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly"]
    where = ["-c", str(REPOSITORY / "pyproject.toml"), "--rootdir", str(folder), str(folder)]
    ran = subprocess.run(
        [*command, "-q", "-r", "N", *where],
        env=clean_environment(OTKLIK_TEST_GRACE="0.4", **environment),
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert re.search(r"\d+ passed", ran.stdout), ran.stdout + ran.stderr
    return _by_test(ran.stdout)


def _by_test(printed: str) -> dict[str, str]:
    parts = re.split(r"^_+ (?:ERROR at \w+ of )?(test_\w+) _+$", printed, flags=re.MULTILINE)
    return {
        name: re.split("^=+ ", text, flags=re.MULTILINE)[0]
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return _run(tmp_path_factory.mktemp("plain"), _PLAIN, OTKLIK_REQUIRE_ALL="1")


@pytest.fixture(scope="module")
def in_qt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    pytest.importorskip("PySide6.QtWidgets")
    return _run(tmp_path_factory.mktemp("qt"), _QT, QT_QPA_PLATFORM="offscreen")


_CAUGHT = {
    "test_warns": r"UserWarning: old way",
    "test_warns_in_a_thread": r"UserWarning: old way in a thread",
    "test_logs": r"unexpected log record of level WARNING: lamp: no current "
    r"\(made at .*test_planted.py:\d+, thread MainThread\)",
    "test_logs_past_every_handler": r"level ERROR: quiet: nobody hears",
    "test_logs_while_tearing_down": r"level ERROR: lamp: said while tearing down",
    "test_declared_in_vain": r"declares 'lamp: never said', and nothing of the kind came",
    "test_another_record_than_declared": r"level WARNING: lamp: no water",
    "test_thread": r"leaked daemon thread “otklik-sync”, started at .*test_planted.py:\d+ "
    r"in test_thread, now in .* in wait",
    "test_nameless_thread": r"leaked thread “Thread-\d+ .*in test_nameless_thread",
    "test_process": r"leaked child process \d+: .*python.* -c input\(\)",
    "test_orphan": r"leaked child process \d+: .*time.sleep\(60\)",
    "test_skipped": r"no lamp here\n.*Nothing may be skipped here",
}

_CAUGHT_IN_QT = {
    "test_qt_warning": r"unexpected Qt message \(QtWarningMsg\): default: no such signal "
    r"\(made at .*test_planted.py:\d+ in test_qt_warning\)",
    "test_timer": r"leaked active timer QTimer “tick” of QObject “queue”, 50 ms, "
    r"started at .*test_planted.py:\d+ in test_timer",
    "test_window": r"leaked top-level window QWidget “main-window”, “Отклик”",
    "test_waits_in_vain": r"waited 0.05 s for: the moon",
}


@pytest.mark.parametrize("name", _CAUGHT)
def test_a_planted_offender_fails_and_is_named(name: str, plain: dict[str, str]) -> None:
    assert re.search(_CAUGHT[name], plain.get(name, "it passed"))


@pytest.mark.parametrize("name", _CAUGHT_IN_QT)
def test_a_planted_offender_in_qt_fails_and_is_named(name: str, in_qt: dict[str, str]) -> None:
    assert re.search(_CAUGHT_IN_QT[name], in_qt.get(name, "it passed"))


def test_what_is_in_order_passes(plain: dict[str, str], in_qt: dict[str, str]) -> None:
    assert set(plain) == set(_CAUGHT)
    assert set(in_qt) == set(_CAUGHT_IN_QT)

"""A shift by keyboard: the real program over the demonstration's server, and every key counted.

    python -m tests.stories.window.keyboard_shift --profile DIR [--appeals N]

It answers appeal after appeal of the queue as an operator would who never touches the mouse, and
prints one line of JSON for each: what it was, the keys that were pressed, and the text that went.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit, QPushButton

from console.app import Console
from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.template import find_gaps
from console.errors import OtklikError
from console.readmodel import Link
from tests.support.writing import type_text
from ui.immortal import keep_constants_alive
from ui.main import Program
from ui.options import Options
from ui.views.queue_view import QueueView
from ui.windows.main_window import MainWindow

PATIENCE = 30.0
"""Seconds after which what does not happen is missing."""

_TURN = 0.02
_QUIET = 0.15
_MENU_MILLIS = 100
_WHEN = "завтра"
"""What is typed where a template leaves a date to its author."""


class StuckError(OtklikError):
    """An appeal that cannot be answered by keys; the text says where it went wrong."""


@dataclass(slots=True)
class Answered:
    """One appeal: its topic and channel, and what was pressed for it, in order."""

    number: str
    topic: str
    channel: str
    keys: list[str] = field(default_factory=list)
    text: str = ""


class Shift:
    """Answers appeals through ``window``, each key sent to what has the focus."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._now = Answered("", "", "")

    def answer(self, count: int) -> list[Answered]:
        """The next ``count`` appeals that nobody has taken, one after the other."""
        self._wait(lambda: self._console.sync.status().link is Link.ONLINE, "the link")
        self._wait(lambda: self._queue.model.rowCount() > 0, "rows")
        self._press("Alt+2")
        self._wait(lambda: self._queue.query.queue == "unassigned", "the queue")
        done: list[Answered] = []
        seen: set[Ref | None] = {None}
        for _ in range(count):
            self._now = Answered("", "", "")
            self._press("J")
            self._wait(lambda: self._queue.ref not in seen, "a chosen appeal")
            ref = self._queue.ref
            assert ref is not None
            seen.add(ref)
            done.append(self._one(ref))
        return done

    def _one(self, ref: Ref) -> Answered:
        view = self._console.reader.appeal(ref)
        assert view is not None
        appeal = view.appeal
        now = self._now
        now.number, now.topic, now.channel = appeal.number, appeal.topic, appeal.channel
        if not appeal.outages and any(s.sure for s in self._console.outages.suggest(ref)):
            self._press("O")
            self._wait(lambda: bool(self._appeal(ref).outages), "the tag")
        self._press("T")
        self._press("Return")
        editor = self._editor()
        for _ in range(6):
            if not find_gaps(editor.toPlainText()):
                break
            if not editor.textCursor().selectedText().startswith("{"):
                self._press("Tab")
            self._type(_WHEN)
        now.text = editor.toPlainText()
        self._send(ref)
        return now

    def _send(self, ref: Ref) -> None:
        """Send, and answer what is asked for first."""
        for _ in range(6):
            self._press("Ctrl+Return")
            self._settle(_QUIET)
            if self._is_sent(ref):
                return
            asked = QApplication.focusWidget()
            if isinstance(asked, QPushButton) and asked.menu() is not None:
                QTimer.singleShot(_MENU_MILLIS, self._choose)
                self._press("Space")
                continue
            if self._window.dispatcher.focus.has_finding:
                self._press("Alt+Return")
                continue
            bar = self._window.desk.parts.appeal.composer.bar
            raise StuckError(f"{self._now}: {bar.said()}")
        raise StuckError(f"{self._now}: not sent")

    def _choose(self) -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            for keys in ("Down", "Return"):
                self._now.keys.append(keys)
                QTest.keySequence(menu, QKeySequence(keys))

    # ------------------------------------------------------------------ hands and eyes

    @property
    def _console(self) -> Console:
        return self._window.context.console

    @property
    def _queue(self) -> QueueView:
        return self._window.desk.parts.queue

    def _appeal(self, ref: Ref) -> Appeal:
        view = self._console.reader.appeal(ref)
        assert view is not None
        return view.appeal

    def _is_sent(self, ref: Ref) -> bool:
        """In the outbox or past it, durably, and no draft any more."""
        drafts = any(draft.appeal == ref for draft in self._console.reader.drafts())
        return not drafts and not self._window.desk.parts.appeal.composer.editor.text()

    def _press(self, keys: str) -> None:
        self._now.keys.append(keys)
        widget = QApplication.focusWidget() or self._window
        QTest.keySequence(widget, QKeySequence(keys))
        self._settle(_QUIET)

    def _type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        self._now.keys.extend(text)
        type_text(widget, text)
        self._settle(_QUIET)

    def _editor(self) -> QPlainTextEdit:
        self._wait(lambda: isinstance(QApplication.focusWidget(), QPlainTextEdit), "the composer")
        found = QApplication.focusWidget()
        assert isinstance(found, QPlainTextEdit)
        return found

    def _wait(self, true: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > end:
                there = QApplication.focusWidget()
                raise StuckError(f"{self._now}: {what} did not come; the focus is at {there}")
            self._settle(_TURN)

    def _settle(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()


class KeyboardShift(Program):
    """The program, with somebody at its keyboard."""

    count = 20

    def _tour(self) -> None:
        shift = Shift(self._window)
        try:
            for one in shift.answer(self.count):
                print(json.dumps(asdict(one), ensure_ascii=False), flush=True)
        except StuckError as error:
            print(error, file=sys.stderr)
            self._code = 1
        self._window.close()


def main() -> int:
    """Answer, print, and end."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--profile", type=Path, required=True)
    arguments.add_argument("--appeals", type=int, default=20)
    given = arguments.parse_args()
    keep_constants_alive()
    app = QApplication(["otklik"])
    app.setStyle("Fusion")
    app.setQuitOnLastWindowClosed(False)
    options = Options(
        profile=given.profile, demo=True, has_profile=True, seed=7, tour=given.profile
    )
    program = KeyboardShift(app, options)
    program.count = given.appeals
    return program.run()


if __name__ == "__main__":
    sys.exit(main())

"""The driver: the real program in a process of its own, with hands that a test guides.

    python -m tests.stories.window.driver --profile DIR --server URL

It runs `ui.main.run` as the executable does and adds nothing to it but a reader of standard
input: each line is a request in JSON, carried out on the main thread between two events, as a
person would: with keys. Each answer is a line in JSON on standard output with the ``number`` of
its request; lines without one tell what happens meanwhile (``typed``, ``saved``), with the
instant ``at`` (seconds of the monotonic clock, which is the same for all processes).
The window is closed when standard input ends.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMimeData,
    QObject,
    QSocketNotifier,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QWidget

from console.domain.ids import Ref
from console.errors import OtklikError
from ui.dialogs.picture import PictureDialog
from ui.dialogs.sign_in import SignInDialog
from ui.immortal import keep_constants_alive
from ui.main import run
from ui.options import Options
from ui.views.composer_view import ComposerView
from ui.windows.desk import Desk
from ui.windows.main_window import MainWindow

Answer = dict[str, Any]

_MENU_MILLIS = 20


class DriverError(OtklikError):
    """What was asked for cannot be done in the window as it stands."""


class Hands(QObject):
    """Carries out requests; each method named ``do_…`` is one, and returns what it has seen."""

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        self._unread = b""
        self._input = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._input.activated.connect(self._on_input)
        self._typing = QTimer(self)
        self._typing.timeout.connect(self._type_next)
        self._typing.setTimerType(Qt.TimerType.PreciseTimer)
        self._number = 0
        self._letters = ""
        self._typed = 0
        self._when_typed: Callable[[], None] = lambda: None
        self._watched: ComposerView | None = None

    # ------------------------------------------------------------------ requests

    def do_look(self) -> Answer:
        """What the window and its console show now."""
        signing_in = isinstance(QApplication.activeModalWidget(), SignInDialog)
        window = _window()
        if window is None or not window.isVisible() or not _has_desk(window):
            return {"signing_in": signing_in, "ready": False}
        console, composer = window.context.console, window.desk.parts.appeal.composer
        status, shown = console.sync.status(), composer.ref()
        return {
            "signing_in": signing_in,
            "ready": True,
            "link": str(status.link),
            "waiting": status.waiting,
            "held": status.held,
            "shown": shown.id if shown else None,
            "owner": _owner(window),
            "banner": window.desk.banner.isVisible(),
            "editor": composer.editor.toPlainText() if composer.sheet else None,
            "writing": composer.editor.hasFocus(),
            "outcome": str(composer.sheet.draft.outcome) if composer.sheet else None,
            "said": composer.bar.said(),
            "findings": [finding.rule for finding in composer.findings],
            "drafts": {draft.appeal.id: draft.text for draft in console.reader.drafts()},
            "files": [chip.accessibleName() for chip in composer.files.chips()],
            "pictures": [one.windowTitle() for one in window.findChildren(PictureDialog)],
            "texts": sorted(draft.text for draft in console.reader.drafts()),
            "outbox": [
                {
                    "id": entry.envelope.id,
                    "appeal": entry.envelope.target.id,
                    "state": str(entry.state),
                    "held": [reason.code for reason in entry.held],
                }
                for entry in console.reader.outbox()
            ],
            "mirrored": console.reader.mirrored_rows(),
        }

    def do_sign_in(self, login: str, password: str) -> Answer:
        """Fill the dialog in by keys, and press Return."""
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, SignInDialog):
            raise DriverError("nobody is asked to sign in")
        name, word = [f for f in dialog.findChildren(QLineEdit) if not f.isReadOnly()]
        name.setFocus()
        name.selectAll()  # the login of before stands there
        _type(name, login)
        QTest.keyClick(name, Qt.Key.Key_Tab)
        _type(word, password)
        QTest.keyClick(word, Qt.Key.Key_Return)
        return {}

    def do_open(self, branch: str, appeal: str) -> Answer:
        """Show an appeal."""
        self._desk().shift.show_ref(Ref(branch, appeal))
        return {}

    def do_key(self, keys: str) -> Answer:
        """Press a key, such as ``R`` or ``Ctrl+Return``; ``at`` is the instant before."""
        at = time.monotonic()
        # Where nothing has the cursor, the window itself gets the keys, as from the system.
        widget = QApplication.focusWidget() or _window()
        if widget is None:
            raise DriverError("there is no window")
        QTest.keySequence(widget, QKeySequence(keys))
        return {"at": at}

    def do_paste(self, text: str) -> Answer:
        """Paste into whatever has the cursor."""
        QGuiApplication.clipboard().setText(text)
        QTest.keySequence(self._focused(), QKeySequence(QKeySequence.StandardKey.Paste))
        return {}

    def do_drop_files(self, files: list[str]) -> Answer:
        """Have files dropped onto the text that is being written."""
        source = QMimeData()
        source.setUrls([QUrl.fromLocalFile(file) for file in files])
        self._composer().editor.insertFromMimeData(source)
        return {}

    def do_press_file(self, name: str) -> Answer:
        """Press a file of the thread, by the beginning of its name."""
        thread = self._desk().desk.parts.appeal.messages
        buttons = [button for bubble in thread.shown() for button in bubble.buttons()]
        (button,) = [each for each in buttons if each.text().startswith(name)]
        QTimer.singleShot(0, button.click)
        return {}

    def do_picture(self, file: str) -> Answer:
        """Save what the window looks like."""
        window = _window()
        if window is None or not window.grab().save(file):
            raise DriverError(f"no picture in {file}")
        return {}

    def do_press_banner(self) -> Answer:
        """Press the button of the banner with the space bar."""
        buttons = self._desk().desk.banner.findChildren(QPushButton)
        (button,) = [button for button in buttons if button.isVisible()]
        button.setFocus()
        # The dialog that opens stays until it is answered: not within this request.
        QTimer.singleShot(0, partial(QTest.keyClick, button, Qt.Key.Key_Space))
        return {}

    def do_choose_outcome(self, nth: int) -> Answer:
        """Open the menu of outcomes with the space bar and choose one by keys."""
        composer = self._composer()
        composer.bar.ask_outcome()
        QTimer.singleShot(_MENU_MILLIS, partial(_choose, nth))
        QTest.keyClick(self._focused(), Qt.Key.Key_Space)
        return {}

    def do_type(self, text: str, every: int, *, then: str = "") -> Answer | None:
        """Type into the composer, a key each so many milliseconds, then press ``then``.

        Each key is told of, with how many there have been; the answer comes after the last.
        """
        composer = self._composer()
        if not composer.editor.hasFocus():
            raise DriverError("the composer does not have the cursor")
        self._letters, self._typed = text, 0
        number = self._number

        def done() -> None:
            at = time.monotonic()
            if then:
                QTest.keySequence(self._focused(), QKeySequence(then))
            _say({"number": number, "at": at})

        self._when_typed = done
        self._typing.start(every)
        return None

    # ------------------------------------------------------------------ inside

    def _on_input(self) -> None:
        read = os.read(sys.stdin.fileno(), 65536)
        if not read:
            self._input.setEnabled(False)
            window = _window()
            if window is not None:
                window.close()
            return
        *lines, self._unread = (self._unread + read).split(b"\n")
        for line in lines:
            _bring_to_front()
            request = json.loads(line)
            self._number = request.pop("number")
            try:
                answer = getattr(self, f"do_{request.pop('do')}")(**request)
            except OtklikError as error:
                answer = {"error": str(error)}
            if answer is not None:
                _say({"number": self._number, **answer})

    def _type_next(self) -> None:
        if self._typed < len(self._letters):
            at = time.monotonic()
            _type(self._focused(), self._letters[self._typed])
            self._typed += 1
            _say({"typed": self._typed, "at": at})
            return
        self._typing.stop()
        self._when_typed()

    def _desk(self) -> MainWindow:
        window = _window()
        if window is None or not _has_desk(window):
            raise DriverError("there is no desk yet")
        return window

    def _composer(self) -> ComposerView:
        composer = self._desk().desk.parts.appeal.composer
        if self._watched is not composer:
            self._watched = composer
            composer.desk.saved.connect(self._on_saved)
        return composer

    def _on_saved(self, draft: str) -> None:
        """Told on the main thread after the commit; the length is that of what was kept."""
        assert self._watched is not None
        sheet = self._watched.desk.sheet(draft)
        kept = sheet.kept if sheet is not None else None
        _say({"saved": len(kept.text) if kept else 0, "draft": draft, "at": time.monotonic()})

    def _focused(self) -> QWidget:
        widget = QApplication.focusWidget()
        if widget is None:
            raise DriverError("nothing has the cursor")
        return widget


def _window() -> MainWindow | None:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
    return found[0] if found else None


def _owner(window: MainWindow) -> str | None:
    """Whose the shown appeal is, as the store has it."""
    ref = window.desk.parts.appeal.ref
    view = window.context.console.reader.appeal(ref) if ref is not None else None
    return view.appeal.owner if view is not None else None


def _has_desk(window: MainWindow) -> bool:
    return isinstance(window.centralWidget(), Desk)


def _bring_to_front() -> None:
    """Do what a window manager does when a dialog or a menu has gone; offscreen there is none."""
    over = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    window = _window()
    if window is not None and over is None and not window.isActiveWindow():
        window.activateWindow()


def _choose(nth: int) -> None:
    menu = QApplication.activePopupWidget()
    if not isinstance(menu, QMenu):
        raise DriverError("no menu has opened")
    for _ in range(nth + 1):
        QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def _type(widget: QWidget, text: str) -> None:
    """Press and release each letter; QTest.keyClicks knows Latin ones alone."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QCoreApplication.sendEvent(widget, event)


def _say(answer: Answer) -> None:
    # One write: a line is there whole or not at all, whenever the process is killed.
    os.write(sys.stdout.fileno(), json.dumps(answer).encode() + b"\n")


def main() -> int:
    """Run the program until standard input ends; its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.stories.window.driver")
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--server", required=True)
    args = parser.parse_args()
    keep_constants_alive()
    app = QApplication(["otklik"])
    Hands(app)
    return run(Options(args.profile, has_profile=True, server=args.server))


if __name__ == "__main__":
    sys.exit(main())

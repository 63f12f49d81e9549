"""Pictures of the window: every page, theme and language, at 100 and 200 %.

    python tests/tools/pictures.py [FOLDER]      (by default pictures/)

The appeals are those of the tests; nothing is started and no network is touched.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported once the path is set
    from tests.support.whole_window import WholeWindow

REPOSITORY = Path(__file__).resolve().parents[2]
SCALES = (1, 2)
LOOKS = tuple(itertools.product(("light", "dark", "contrast"), ("ru", "en")))


def main(arguments: list[str] | None = None) -> int:
    """Take all pictures; each scale is a process of its own, for Qt reads it once."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("pictures"))
    parser.add_argument("--scale", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.scale is not None:
        return take_all(asked.folder, scale=asked.scale)
    for scale in SCALES:
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "QT_SCALE_FACTOR": str(scale),
            "PYTHONPATH": str(REPOSITORY),
        }
        command = [sys.executable, __file__, str(asked.folder), "--scale", str(scale)]
        done = subprocess.run(command, env=environment, check=False)
        if done.returncode:
            return done.returncode
    return 0


def take_all(folder: Path, *, scale: int) -> int:
    """The pictures of one scale."""
    from PySide6.QtWidgets import QApplication

    app = QApplication(["otklik-pictures"])
    app.setStyle("Fusion")
    folder.mkdir(parents=True, exist_ok=True)
    for theme, language in LOOKS:
        for name, picture in walk(theme, language):
            file = folder / f"{language}-{theme}-{scale}x-{name}.png"
            if not picture(str(file)):
                print(f"{file}: cannot be written", file=sys.stderr)
                return 1
            print(file)
    return 0


Save = Callable[[str], bool]


def walk(theme: str, language: str) -> Iterator[tuple[str, Save]]:
    """Each page in turn, with what saves its picture."""
    from PySide6.QtWidgets import QDialog

    from console.readmodel import Link, SyncStatus
    from tests.support.fake_console import SUPERVISOR, a_console
    from tests.support.whole_window import a_whole_window

    fake = a_console(60, me=SUPERVISOR)
    fake.settings = replace(fake.settings, demo=True)
    with a_whole_window(fake, theme=theme, language=language) as whole:
        window, run = whole.window, whole.window.dispatcher.run

        def seen() -> Save:
            whole.settle()
            return window.grab().save

        yield "1-queue", seen()
        window.desk.parts.queue.choose(0)
        yield "2-appeal", seen()
        window.desk.parts.appeal.tabs.setCurrentIndex(1)
        yield "2a-history", seen()
        window.desk.parts.appeal.tabs.setCurrentIndex(0)
        run("appeal.call")
        form = window.findChild(QDialog, "call-form")
        assert isinstance(form, QDialog)
        whole.settle()
        yield "2b-call", form.grab().save
        form.reject()
        run("reply.start")
        yield "3-composer", seen()
        run("outbox.open")
        yield "4-outbox", seen()
        run("view.board")
        yield "5-board", seen()
        run("view.queue")
        run("queue.search", text="абракадабра")
        now = fake.clock.now()
        fake.sync_status = SyncStatus(
            Link.OFFLINE,
            since=now - timedelta(minutes=17),
            error="dns",
            next_try_at=now + timedelta(seconds=42),
            clock_offset_ms=95_000,
        )
        fake.publish(status=True)
        yield "6-offline", seen()
        with _over(whole.furnished.commands.open_palette()) as picture:
            yield "7-palette", picture
        with _over(whole.furnished.commands.open_sheet()) as picture:
            yield "8-keys", picture
        run("queue.clear")
        whole.settle()
        window.desk.parts.queue.choose(0)
        whole.settle()
        yield from _beside(whole)


def _beside(whole: WholeWindow) -> Iterator[tuple[str, Save]]:
    """What stands beside the desk: settings, help, an own window, hints, and the lock."""
    native = whole.furnished.native
    for name, dialog in (
        ("9-settings", native.open_settings("notices")),
        ("10-help", native.beside.open_help("40-reply")),
    ):
        with _over(dialog) as picture:
            yield name, picture
    own = native.beside.open_own_window()
    assert own is not None
    whole.settle()
    yield "11-own-window", own.grab().save
    own.close()
    native.hints.start()
    whole.settle()
    yield "12-hint", whole.window.grab().save
    native.hints.end()
    native.lock.lock()
    assert native.lock.dialog is not None
    whole.settle()
    yield "13-lock", native.lock.dialog.grab().save
    yield "14-locked", whole.window.grab().save
    native.lock.dialog.opened.emit()


@contextmanager
def _over(dialog: object) -> Iterator[Save]:
    from PySide6.QtWidgets import QApplication, QDialog

    assert isinstance(dialog, QDialog)
    QApplication.processEvents()
    try:
        yield dialog.grab().save
    finally:
        dialog.close()


if __name__ == "__main__":
    sys.exit(main())

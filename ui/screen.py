"""The screen: makes the application, or says in one line why there can be no window.

Where Qt finds no screen it calls `abort` itself, which leaves a core dump and a page of English.
Its last words pass through here first.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from console.i18n import Catalog

_NOT_FOUND = "Could not find the Qt platform plugin"
_NOT_REACHED = ("could not connect to display", "Failed to create wl_display")


def open_screen(tell: Callable[[str], int], catalog: Catalog) -> QApplication:
    """The application; where there is no screen, ``tell`` hears why and gives the exit code."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    said: list[str] = []

    def listen(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
        said.append(text)
        if kind is QtMsgType.QtFatalMsg:
            _leave(tell(why_no_screen(said, os.environ, catalog)))

    qInstallMessageHandler(listen)
    try:
        return QApplication(["otklik"])
    finally:
        qInstallMessageHandler(None)


def why_no_screen(said: list[str], environment: Mapping[str, str], catalog: Catalog) -> str:
    """What Qt ``said`` before it gave up, in one sentence."""
    if any(_NOT_FOUND in line for line in said) and environment.get("QT_QPA_PLATFORM"):
        return catalog.t("cli.no_platform", value=environment["QT_QPA_PLATFORM"])
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    where = [f"{name}={environment[name]}" for name in names if environment.get(name)]
    if where and any(part in line for line in said for part in _NOT_REACHED):
        return catalog.t("cli.no_screen", value=", ".join(where))
    return catalog.t("cli.no_screen_at_all")


def _leave(code: int) -> NoReturn:
    """End at once: nothing has been begun yet, and Qt would abort on return."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

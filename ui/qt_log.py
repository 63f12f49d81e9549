"""What Qt says goes into the log instead of onto the terminal."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

_NO_SCREEN = "This plugin does not support"
"""The offscreen platform says this of every popup: there is no screen to raise it on."""


def listen() -> None:
    """Take over Qt's messages until `leave`."""
    qInstallMessageHandler(_write)


def leave() -> None:
    """Qt writes to the terminal again."""
    qInstallMessageHandler(None)


def _write(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    level = logging.DEBUG if text.startswith(_NO_SCREEN) else _LEVELS.get(kind, logging.WARNING)
    log.log(level, "%s", text)

"""The crash dialog: a bug is told as such, with its traceback, and nothing written is lost."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.i18n import Catalog
from console.logs import redacted
from ui.widgets.kind import set_kind

_SIZE = (640, 420)
_log = logging.getLogger("otklik")


def describe(error: BaseException) -> str:
    """The traceback and the versions it was made with; what a person wrote is cut out."""
    import platform

    lines = "".join(traceback.format_exception(error))
    versions = (
        f"Python {platform.python_version()}, PySide {PySide6.__version__}, "
        f"{platform.system()} {platform.release()}"
    )
    return f"{redacted(lines).rstrip()}\n\n{versions}\n"


class CrashDialog(QDialog):
    """Shows a description that can be copied; accepted to carry on, rejected to quit."""

    def __init__(
        self, catalog: Catalog, description: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        t = catalog.t
        self._catalog = catalog
        self.setWindowTitle(t("ui.crash_title"))
        title = QLabel(t("ui.crash_title"))
        set_kind(title, "title")
        self._text = QPlainTextEdit(description)
        self._text.setReadOnly(True)
        self._text.setAccessibleName(catalog.t("access.crash_report"))
        self._copy = QPushButton(t("ui.copy"))
        self._copy.clicked.connect(self.copy)
        leave = QPushButton(t("ui.crash_quit"))
        leave.clicked.connect(self.reject)
        go_on = QPushButton(t("ui.crash_continue"))
        set_kind(go_on, "primary")
        go_on.setDefault(True)
        go_on.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(_wrapped(t("ui.crash_lead"), ""))
        column.addWidget(self._text, 1)
        column.addWidget(_wrapped(t("ui.crash_privacy"), "small"))
        column.addLayout(buttons)
        self.resize(*_SIZE)

    def copy(self) -> None:
        """Put the description into the clipboard."""
        QGuiApplication.clipboard().setText(self._text.toPlainText())
        self._copy.setText(self._catalog.t("ui.copied"))


class CrashWatch(QObject):
    """While installed, hears of exceptions that nobody caught, on any thread.

    ``tell`` shows one to the person, on the main thread; while it does, further ones are only
    logged: a fault in painting would otherwise pile up dialogs.
    """

    _heard = Signal(object)

    def __init__(
        self, tell: Callable[[BaseException], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tell = tell
        self._telling = False
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Begin to hear."""
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self._hear
        threading.excepthook = lambda args: self._hear(
            args.exc_type, args.exc_value, args.exc_traceback
        )

    def remove(self) -> None:
        """Hear no more."""
        sys.excepthook, threading.excepthook = self._hooks

    def report(self, error: BaseException) -> None:
        """Take an exception that was caught, but that nobody foresaw."""
        _log.critical("not foreseen", exc_info=error)
        self._heard.emit(error)

    def _hear(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if error is not None:
            self.report(error.with_traceback(where))

    def _on_heard(self, error: BaseException) -> None:
        if self._telling:
            return
        self._telling = True
        try:
            self._tell(error)
        finally:
            self._telling = False


def _wrapped(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        set_kind(label, kind)
    return label

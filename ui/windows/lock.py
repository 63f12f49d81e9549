"""The lock: covers every window until the account's password is given; what was written stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.errors import OtklikError
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.errors import sentence_of
from ui.widgets.empty_state import EmptyState
from ui.widgets.kind import set_kind
from ui.widgets.snug_dialog import SnugDialog

_WIDTH = 380
_TRIES = 5
_WAIT_SECONDS = 30


class Lock(QObject):
    """`locked` and `unlocked` tell of the change; `quit_wanted` that somebody will not unlock.

    Nothing is closed or hidden that would lose a cursor, a selection or a half-made choice: each
    window gets a cover, and a dialog before it all keeps keys and mouse away.
    """

    locked = Signal()
    unlocked = Signal()
    quit_wanted = Signal()

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        *,
        clears_clipboard: Callable[[], bool],
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._clears_clipboard = clears_clipboard
        self._window = window
        self._covers: list[Cover] = []
        self._focus: QWidget | None = None
        self._title = ""
        self._clipboard = OwnClipboard(self)
        self._dialog: UnlockDialog | None = None

    @property
    def is_locked(self) -> bool:
        """Whether somebody has to unlock."""
        return self._dialog is not None

    @property
    def dialog(self) -> UnlockDialog | None:
        """What asks for the password."""
        return self._dialog

    def lock(self) -> None:
        """Lock now; where nobody is signed in there is nothing to lock."""
        session = self._context.session
        if self.is_locked or session is None:
            return
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self._focus = QApplication.focusWidget()
        self._cover_windows()
        if self._clears_clipboard():
            self._clipboard.clear()
        self._dialog = UnlockDialog(
            self._context, self._bridge, name=session.name, parent=self._window
        )
        self._dialog.opened.connect(self._open)
        self._dialog.quit_wanted.connect(self.quit_wanted)
        self._dialog.open()
        self.locked.emit()

    def dismiss(self) -> None:
        """The program ends: take the dialog away without opening anything."""
        if self._dialog is not None:
            self._dialog.let_go()
            self._dialog = None

    def _cover_windows(self) -> None:
        self._title = self._window.windowTitle()
        self._window.setWindowTitle(self._context.t("lock.title"))
        for part in self._insides():
            part.hide()
        for window in QApplication.topLevelWidgets():
            kinds = Qt.WindowType
            if window.isVisible() and window.windowType() in (kinds.Window, kinds.Dialog):
                self._covers.append(Cover(self._context, window))

    def _open(self) -> None:
        self.dismiss()
        for cover in self._covers:
            if shiboken6.isValid(cover):
                cover.lift()
        self._covers.clear()
        for part in self._insides():
            part.show()
        self._window.setWindowTitle(self._title)
        if self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.window().activateWindow()
            self._focus.setFocus(Qt.FocusReason.ActiveWindowFocusReason)
        self._focus = None
        self.unlocked.emit()

    def _insides(self) -> tuple[QWidget, ...]:
        """What screen readers must not find either."""
        inside = self._window.centralWidget()
        return (self._window.menuBar(), *((inside,) if inside is not None else ()))


class Cover(QFrame):
    """Lies over all of one window."""

    def __init__(self, context: UiContext, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        set_kind(self, "cover")
        state = EmptyState(
            context.theme.icon("lock"), context.t("lock.heading"), context.t("lock.body")
        )
        column = QVBoxLayout(self)
        column.addWidget(state, 1)
        column.addStretch(2)  # the middle is the dialog's
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def lift(self) -> None:
        """Go away."""
        self._window.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window, and above what comes into it."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self.setGeometry(self._window.rect())
            self.raise_()
        return super().eventFilter(watched, event)


class UnlockDialog(SnugDialog):
    """Asks for the password; `opened` once it was right. It cannot be closed otherwise."""

    opened = Signal()
    quit_wanted = Signal()

    def __init__(
        self, context: UiContext, bridge: Bridge, *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(context.theme.px(_WIDTH), parent=parent)
        self.setObjectName("unlock")
        self._context = context
        self._bridge = bridge
        self._wrong = 0
        self._may_close = False
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="unlock")
        self._wait = QTimer(self, singleShot=True)
        self._wait.setObjectName("unlock-wait")
        self._wait.timeout.connect(lambda: self._set_able(able=True))
        t = context.t
        self.setWindowTitle(t("lock.title"))
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        heading = QLabel(name)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        set_kind(heading, "title")
        lead = _wrapped(t("lock.lead_demo" if self._is_open() else "lock.lead"))
        set_kind(lead, "dim")
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setAccessibleName(t("lock.password"))
        self._field.setPlaceholderText(t("lock.password"))
        self._field.setVisible(not self._is_open())
        self._error = _wrapped("")
        set_kind(self._error, "error")
        self._error.hide()
        self._yes = QPushButton(t("lock.open"))
        set_kind(self._yes, "primary")
        self._yes.setDefault(True)
        self._yes.clicked.connect(self.submit)
        self._no = QPushButton(t("lock.quit"))
        self._no.setAutoDefault(False)
        self._no.clicked.connect(self.quit_wanted)
        buttons = QHBoxLayout()
        buttons.addWidget(self._no)
        buttons.addStretch(1)
        buttons.addWidget(self._yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        for part in (heading, lead, self._field, self._error):
            column.addWidget(part)
        column.addLayout(buttons)
        (self._yes if self._is_open() else self._field).setFocus()

    def fill(self, password: str) -> None:
        """Type the password."""
        self._field.setText(password)

    def error(self) -> str:
        """What went wrong, in words; empty while nothing did."""
        return "" if self._error.isHidden() else self._error.text()

    def submit(self) -> None:
        """Press the button: the store is asked first, and the server where the store knows not."""
        if self._is_open():
            self.opened.emit()
            return
        if not self._field.text():
            self._say("lock.need_password")
            return
        self._set_able(able=False)
        session, password = self._context.console.session, self._field.text()
        answer: Future[bool | None] = self._pool.submit(lambda: session.opens(password))
        self._bridge.when_done(answer, self._on_answer, self._on_failed, owner=self)

    def let_go(self) -> None:
        """Close for good."""
        self._may_close = True
        self._wait.stop()
        self._pool.shutdown(cancel_futures=True)
        self.hide()
        self.deleteLater()

    def reject(self) -> None:
        """Escape opens nothing."""

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's cross opens nothing either."""
        if not self._may_close:
            event.ignore()

    def _is_open(self) -> bool:
        """In the demonstration nobody knows a password."""
        return self._context.console.settings.demo

    def _on_answer(self, right: bool | None) -> None:
        if right is None:
            self._ask_server()
        elif right:
            self.opened.emit()
        else:
            self._on_wrong()

    def _ask_server(self) -> None:
        session = self._context.session
        login = session.login if session is not None else ""
        future = self._context.console.session.sign_in(login, self._field.text())
        self._bridge.when_done(future, lambda _: self.opened.emit(), self._on_failed, owner=self)

    def _on_wrong(self) -> None:
        self._wrong += 1
        if self._wrong % _TRIES == 0:
            self._say("lock.wait", count=_WAIT_SECONDS)
            self._wait.start(_WAIT_SECONDS * 1000)
            return
        self._set_able(able=True)
        self._say("lock.wrong")

    def _on_failed(self, error: Exception) -> None:
        self._set_able(able=True)
        if isinstance(error, OtklikError):
            self._show_error(sentence_of(error, self._context.catalog))
        else:
            self._bridge.failed.emit(error)

    def _say(self, key: str, **params: object) -> None:
        self._show_error(self._context.t(key, **params))

    def _show_error(self, words: str) -> None:
        self._error.setText(words)
        self._error.show()
        self.fit()
        self._field.selectAll()
        self._field.setFocus()

    def _set_able(self, *, able: bool) -> None:
        self._field.setEnabled(able)
        self._yes.setEnabled(able)


class OwnClipboard(QObject):
    """Knows whether the clipboard still holds what was put there from a window of this program.

    Not every platform can say whose it is, so what comes while one of our windows has the keys is
    taken as ours; only its digest is kept.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours = b""
        QGuiApplication.clipboard().dataChanged.connect(self._on_change)

    def clear(self) -> bool:
        """Empty it, if it is still ours; whether so."""
        clipboard = QGuiApplication.clipboard()
        if not clipboard.ownsClipboard() and (not self._ours or self._ours != _digest()):
            return False
        clipboard.clear()
        if clipboard.supportsSelection() and clipboard.ownsSelection():
            clipboard.clear(clipboard.Mode.Selection)
        self._ours = b""
        return True

    def _on_change(self) -> None:
        self._ours = _digest() if QGuiApplication.focusWindow() is not None else b""


def _digest() -> bytes:
    return sha256(QGuiApplication.clipboard().text().encode()).digest()


def _wrapped(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label

"""Appeals in windows of their own: to keep one in sight; its reply is written in the main window.

One text is never open in two places: such a window has no composer, and a button that leads there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.ids import Ref
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.views.appeal_view import AppealView
from ui.widgets.kind import set_kind
from ui.windows.file_opener import FileOpener
from ui.windows.memory import WindowMemory
from ui.windows.paper import Paper
from ui.windows.reading_order import beside

_SIZE = (560, 680)
_STEP = 28
_OWN = ("view.zoom_in", "view.zoom_out", "view.zoom_reset", "app.help", "app.lock")
_MEMORY = "appeal-window"


class AppealWindows(QObject):
    """One window for each appeal; `reply_wanted` and `link_opened` carry a `Ref`."""

    reply_wanted = Signal(object)
    link_opened = Signal(object)
    told = Signal(str)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader,
        memory: WindowMemory,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._main = dispatcher
        self._loader = loader
        self._memory = memory
        self._windows: dict[Ref, AppealWindow] = {}
        bridge.language_changed.connect(self._retranslate)

    def open(self, ref: Ref) -> AppealWindow:
        """Show an appeal in its window, the same one if it is there already."""
        window = self._windows.get(ref)
        if window is None:
            window = AppealWindow(
                self._context, self._bridge, self._main, ref=ref, loader=self._loader
            )
            window.closing.connect(lambda: self._forget(ref))
            window.reply_wanted.connect(lambda: self.reply_wanted.emit(ref))
            window.view.link_opened.connect(self.link_opened)
            window.paper.told.connect(self.told)
            self._place(window)
            self._windows[ref] = window
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def opened(self) -> tuple[Ref, ...]:
        """The appeals that have a window."""
        return tuple(self._windows)

    def close_all(self) -> None:
        """Somebody else has signed in, or the program ends."""
        for window in list(self._windows.values()):
            window.close()

    def _place(self, window: AppealWindow) -> None:
        geometry = self._memory.state(_MEMORY)
        if geometry is not None:
            window.restoreGeometry(geometry)
        if self._windows:  # not wholly over the one before
            step = _STEP * len(self._windows)
            window.move(window.pos().x() + step, window.pos().y() + step)

    def _forget(self, ref: Ref) -> None:
        window = self._windows.pop(ref, None)
        if window is not None:
            self._memory.set_state(_MEMORY, window.saveGeometry())
            window.deleteLater()

    def _retranslate(self) -> None:
        for window in self._windows.values():
            window.retranslate()


class AppealWindow(QWidget):
    """Head, clocks, conversation and history of one appeal, and the way to its composer."""

    closing = Signal()
    reply_wanted = Signal()

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        main: Dispatcher,
        *,
        ref: Ref,
        loader: QueueLoader,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("appeal-window")
        self._context = context
        self._main = main
        set_kind(self, "panel_alt")
        self._dispatcher = Dispatcher(context, self)
        self._dispatcher.refocus(**asdict(main.focus))
        self.view = AppealView(context, bridge, self._dispatcher, loader=loader, writes=False)
        self.paper = Paper(context, self._dispatcher, shown=self.view, window=self)
        opener = FileOpener(context, bridge, shown=lambda: self.view.ref, parent=self)
        self.view.file_wanted.connect(opener.press)
        self.view.menu_wanted.connect(self._open_menu)
        self._dispatcher.failed.connect(main.failed)
        self._words = QLabel()
        self._words.setWordWrap(True)
        set_kind(self._words, "dim")
        self._reply = QPushButton()
        set_kind(self._reply, "primary")
        self._reply.clicked.connect(self.reply_wanted)
        self._lay_out()
        for name in _OWN:
            self._dispatcher.register(name, self._passing(name))
        self._dispatcher.register("appeal.own_window", self.close)
        self._dispatcher.attach("window", self)
        self.view.show_appeal(ref)
        self._dispatcher.refocus(in_queue=True, has_appeal=True)
        self.retranslate()
        px = context.theme.px
        self.resize(px(_SIZE[0]), px(_SIZE[1]))

    def retranslate(self) -> None:
        """Read every word anew."""
        t, view = self._context.t, self.view.view
        number = view.appeal.number if view is not None else ""
        name = view.appeal.author.name if view is not None else ""
        self.setWindowTitle(t("paper.window", number=number, name=name or t("queue.nameless")))
        self._words.setText(t("paper.reply_elsewhere"))
        self._reply.setText(t("paper.go_reply"))

    def focusNextPrevChild(self, onward: bool) -> bool:
        """Tab goes on as one reads."""
        found = beside(self, QApplication.focusWidget(), 1 if onward else -1)
        if found is None:
            return super().focusNextPrevChild(onward)
        found.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where it stood."""
        self.closing.emit()
        super().closeEvent(event)

    def _open_menu(self, button: QWidget) -> None:
        menu = QMenu(button)
        for name in ("appeal.print", "appeal.save_pdf"):
            menu.addAction(self._dispatcher.action(name))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _passing(self, name: str) -> Callable[[], bool]:
        return lambda: self._main.run(name)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        foot = QFrame()
        set_kind(foot, "footer")
        line = QHBoxLayout(foot)
        line.setContentsMargins(px(12), px(8), px(12), px(8))
        line.setSpacing(px(12))
        line.addWidget(self._words, 1)
        line.addWidget(self._reply)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(foot)

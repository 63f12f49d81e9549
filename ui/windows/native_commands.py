"""The commands that open windows beside the main one: help, an appeal's own window, paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from console.domain.ids import Ref
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.windows.main_window import MainWindow
from ui.windows.shift import Shift

if TYPE_CHECKING:  # made when it is first asked for
    from ui.windows.appeal_windows import AppealWindow, AppealWindows
    from ui.windows.help_window import HelpWindow
    from ui.windows.paper import Paper


class NativeCommands(QObject):
    """Registers its handlers; everything is made and imported at its first use."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader,
        shift: Shift,
        come_forward: Callable[[], None],
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._shift = shift
        self._come_forward = come_forward
        self._window = window
        self._help: HelpWindow | None = None
        self._windows: AppealWindows | None = None
        self._paper: Paper | None = None
        dispatcher.register("app.help", self.open_help)
        dispatcher.register("appeal.own_window", self.open_own_window)
        dispatcher.register("appeal.print", self._print)
        dispatcher.register("appeal.save_pdf", self._save)

    @property
    def paper(self) -> Paper:
        """What prints the appeal of the main window."""
        from ui.windows.paper import Paper

        if self._paper is None:
            shown = self._shift.desk.parts.appeal
            self._paper = Paper(self._context, self._dispatcher, shown=shown, window=self._window)
            self._paper.told.connect(self._tell)
        return self._paper

    @property
    def windows(self) -> AppealWindows:
        """The appeals that have a window of their own."""
        from ui.windows.appeal_windows import AppealWindows

        if self._windows is None:
            self._windows = AppealWindows(
                self._context,
                self._bridge,
                self._dispatcher,
                loader=self._loader,
                memory=self._window.memory,
                parent=self._window,
            )
            self._windows.reply_wanted.connect(self._reply)
            self._windows.link_opened.connect(self._show)
            self._windows.told.connect(self._tell)
        return self._windows

    def open_help(self, page: str = "") -> HelpWindow:
        """Open the help at the page about what has the keys."""
        from ui.windows.help_window import HelpWindow, page_for

        wanted = page or page_for(QApplication.focusWidget())
        if self._help is None:
            self._help = HelpWindow(self._context, parent=self._window)
            self._bridge.language_changed.connect(self._help.retranslate)
            self._help.finished.connect(self._forget_help)
        self._help.open_page(wanted)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()
        return self._help

    def open_own_window(self) -> AppealWindow | None:
        """Show the appeal of the main window in one of its own."""
        ref = self._shift.desk.parts.appeal.ref
        return self.windows.open(ref) if ref is not None else None

    def end(self) -> None:
        """Close what stands beside the main window."""
        if self._windows is not None:
            self._windows.close_all()

    def _print(self) -> None:
        self.paper.print_out()

    def _save(self) -> None:
        self.paper.save()

    def _tell(self, words: str) -> None:
        self._dispatcher.tell(words)

    def _forget_help(self) -> None:
        if self._help is not None:
            self._help.deleteLater()
            self._help = None

    def _show(self, ref: Ref) -> None:
        self._come_forward()
        self._shift.show_ref(ref)

    def _reply(self, ref: Ref) -> None:
        """The composer is in the main window: go there, and write."""
        self._show(ref)
        if self._shift.desk.parts.appeal.ref != ref:
            self._shift.open_appeal(ref)  # a chosen row is shown a moment later
        self._dispatcher.run("reply.start")

"""The main window: frame, menus and memory around the desk, and a start page before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from console.i18n import Catalog
from console.listing import Grouping, QueueQuery, QueueSort
from ui.theme.appearance import Appearance
from ui.widgets.empty_state import EmptyState
from ui.widgets.passing import open_once
from ui.windows.memory import WindowMemory
from ui.windows.reading_order import beside

if TYPE_CHECKING:  # the views take longer to import than the start page to be painted
    from ui.actions.dispatch import Dispatcher
    from ui.bridge import Bridge
    from ui.context import UiContext
    from ui.windows.app_commands import AppCommands
    from ui.windows.desk import Desk
    from ui.windows.first_page import FirstPage
    from ui.windows.shift import Shift

SIZE = (1366, 768)
"""The window's first size: the smallest screen that is still common."""

_LEAST = (900, 560)


class MainWindow(QMainWindow):
    """Shows a start page until `show_shift`. `closed` is emitted once, before anything is ended.

    ``stays_in_tray`` says whether closing only hides it.

    For tests and the tour: `context`, `bridge`, `dispatcher` and `desk` lead to every part.
    """

    closed = Signal()

    def __init__(self, catalog: Catalog, appearance: Appearance, memory: WindowMemory) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self._catalog = catalog
        self._appearance = appearance
        self._memory = memory
        self._shift: Shift | None = None
        self._is_closed = self._may_lose = False
        self.stays_in_tray: Callable[[], bool] = lambda: False
        self.menuBar().setNativeMenuBar(False)  # its end is where passing remarks stand
        self._start = EmptyState()
        self.setCentralWidget(self._start)
        self.setWindowTitle(catalog.t("ui.app"))
        self.setWindowIcon(appearance.theme.icon("logo", "accent"))
        self.setMinimumSize(*_LEAST)
        self.resize(*SIZE)
        geometry = memory.state("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def say_starting(self, title: str, body: str = "", *, progress: float | None = -1.0) -> None:
        """Say on the start page what is being waited for; ``progress`` as in `EmptyState`."""
        self._start.say(self._appearance.theme.icon("logo", "accent"), title, body)
        self._start.set_progress(progress)

    def show_first(self, page: FirstPage) -> None:
        """Put the queue into the window, before there is a desk around it."""
        self.menuBar().setMinimumHeight(round(self._memory.number("menu", 0)))
        self.setCentralWidget(page)
        page.begin(self._last_query())

    def show_shift(self, shift: Shift, commands: AppCommands) -> None:
        """Put the desk into the window and begin where the last run left off."""
        self._shift = shift
        self.dispatcher.attach("window", self)
        self.dispatcher.attach("queue", self.desk.parts.queue.rows)
        shift.bridge.language_changed.connect(self._retranslate)
        shift.queues.titled.connect(self._show_title)
        commands.language_chosen.connect(lambda one: self._memory.set_text("language", one))
        commands.look_changed.connect(self._remember_look)
        commands.queue_chosen.connect(shift.queues.go)
        commands.appeal_chosen.connect(shift.show_ref)
        folded = self._memory.texts("folded")
        if folded is not None:
            self.desk.parts.rail.set_folded(frozenset(folded))
        self.menuBar().setMinimumHeight(0)
        self._fill_menus()
        self.setCentralWidget(self.desk)
        splitter = self._memory.state("splitter")
        if splitter is not None:
            self.desk.splitter.restoreState(splitter)
        queue = self.desk.parts.queue
        shift.begin(queue.query if queue.shows(queue.query) else self._last_query())
        self.desk.parts.queue.rows.setFocus()

    @property
    def memory(self) -> WindowMemory:
        """What is kept for the next run."""
        return self._memory

    @property
    def shift(self) -> Shift:
        """What the window is in the middle of; only after `show_shift`."""
        assert self._shift is not None, "the window has nothing to show yet"
        return self._shift

    @property
    def context(self) -> UiContext:
        """The console and the words and look in use."""
        return self.shift.context

    @property
    def bridge(self) -> Bridge:
        """The border between the console's threads and this one."""
        return self.shift.bridge

    @property
    def dispatcher(self) -> Dispatcher:
        """Runs commands."""
        return self.shift.dispatcher

    @property
    def desk(self) -> Desk:
        """The views."""
        return self.shift.desk

    def remember(self) -> None:
        """Keep sizes and places for the next run."""
        memory = self._memory
        memory.set_state("geometry", self.saveGeometry())
        if self._shift is not None:
            query = self.desk.parts.queue.query
            memory.set_state("splitter", self.desk.splitter.saveState())
            memory.set_text("rail", str(self.desk.parts.rail.width()))
            memory.set_text("menu", str(self.menuBar().height()))
            memory.set_texts("folded", sorted(self.desk.parts.rail.folded))
            memory.set_text("queue", query.queue)
            memory.set_text("sort", str(query.sort))
            memory.set_text("group", str(query.group))
        memory.save()

    def focusNextPrevChild(self, onward: bool) -> bool:
        """Tab goes on as one reads, whenever each part was made."""
        found = beside(self, QApplication.focusWidget(), 1 if onward else -1)
        if found is None:
            return super().focusNextPrevChild(onward)
        reasons = Qt.FocusReason
        found.setFocus(reasons.TabFocusReason if onward else reasons.BacktabFocusReason)
        return True

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember, then let whoever owns the console end it; ask where a text would be lost."""
        if not self._is_closed and self.stays_in_tray():
            event.ignore()
            self.remember()
            self.hide()
            return
        if not self._is_closed and not self._may_lose and self._is_unkept():
            event.ignore()
            self._ask_to_lose()
            return
        if not self._is_closed:
            self._is_closed = True
            self.remember()
            self.closed.emit()
        super().closeEvent(event)

    def _is_unkept(self) -> bool:
        return self._shift is not None and self._shift.unkept()

    def _ask_to_lose(self) -> None:
        t = self.context.t
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self)
        box.setObjectName("close-unkept")
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(t("ui.app"))
        box.setText(t("ui.close_unkept_title"))
        box.setInformativeText(t("ui.close_unkept_body"))
        leave = box.addButton(t("ui.close_unkept_leave"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(
            box.addButton(t("ui.close_unkept_stay"), QMessageBox.ButtonRole.RejectRole)
        )

        def decided() -> None:
            self._may_lose = box.clickedButton() is leave
            if self._may_lose:
                self.close()

        box.finished.connect(decided)
        open_once(box)

    def _last_query(self) -> QueueQuery:
        try:
            sort = QueueSort(self._memory.text("sort", QueueSort.DUE))
        except ValueError:
            sort = QueueSort.DUE
        if sort is QueueSort.MATCH:  # there is no search yet that could be answered
            sort = QueueSort.DUE
        try:
            group = Grouping(self._memory.text("group", Grouping.NONE))
        except ValueError:
            group = Grouping.NONE
        return QueueQuery(self._memory.text("queue", "open"), sort=sort, group=group)

    def _show_title(self, queue: str) -> None:
        demo = self.context.console.settings.demo
        key = "ui.window_title_demo" if demo else "ui.window_title"
        self.setWindowTitle(self.context.t(key, queue=queue))

    def _remember_look(self) -> None:
        self._memory.set_text("theme", self._appearance.choice)
        self._memory.set_text("zoom", str(self._appearance.theme.zoom))

    def _retranslate(self) -> None:
        self._fill_menus()

    def _fill_menus(self) -> None:
        from ui.actions.menus import fill_menus

        fill_menus(self.menuBar(), self.dispatcher, self.context)

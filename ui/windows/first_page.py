"""The first page: the queue alone in the window, read and painted before all else is imported.

It is the queue that stays: `furnish` puts it into the desk, with whatever has been chosen in it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QWidget

from console.listing import QueueQuery
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import FIRST_ROWS, QueueLoader
from ui.views.queue_view import QueueView
from ui.widgets.kind import set_kind
from ui.windows.memory import WindowMemory
from ui.windows.preferences import Preferences
from ui.windows.row_look import show_look, whose

RAIL_WIDTH = 204
"""As wide as the rail where nobody knows yet how long its names are (see `ui.views.rail_view`)."""

SIZES = (428, 438, 296)
"""Queue, appeal and inspector side by side, as delivered."""


class FirstPage(QWidget):
    """The queue where it will be in the desk, and empty panels around it."""

    def __init__(self, context: UiContext, bridge: Bridge, memory: WindowMemory) -> None:
        super().__init__()
        self.context = context
        console = context.console
        self.loader = QueueLoader(console.reader, console.clock, bridge)
        self.queue = QueueView(context, self.loader)
        self.queue.query_changed.connect(self._ask)
        show_look(self.queue, Preferences(memory, whose=lambda: whose(context), parent=self))
        rail = QFrame()
        set_kind(rail, "rail")
        rail.setFixedWidth(round(memory.number("rail", context.theme.px(RAIL_WIDTH))))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        for part in (self.queue, QFrame(), QFrame()):
            splitter.addWidget(part)
        state = memory.state("splitter")
        if state is None or not splitter.restoreState(state):
            splitter.setSizes(list(SIZES))
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(rail)
        across.addWidget(splitter, 1)
        set_kind(self, "desk")

    def hand_over(self) -> QueueView:
        """The queue, for whoever asks it from now on."""
        self.queue.query_changed.disconnect(self._ask)
        return self.queue

    def _ask(self, query: QueueQuery) -> None:
        self.queue.ask(query, self.context.t(f"queue.name_{query.queue}"))

    def begin(self, query: QueueQuery) -> None:
        """Show the first rows of ``query``, and read the rest once they are painted."""
        console, now = self.context.console, self.context.now()
        ids = console.reader.queue_ids(query, now=now, limit=FIRST_ROWS)
        rows = console.reader.queue_rows(ids)
        self.queue.begin_with(query, ids, rows if len(rows) == len(ids) else ())
        self.queue.rows.setFocus()

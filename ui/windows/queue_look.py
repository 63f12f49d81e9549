"""The look of the queue: how much room its rows have, chosen by command and remembered."""

from __future__ import annotations

from PySide6.QtCore import QObject

from ui.actions.dispatch import Dispatcher
from ui.views.queue_delegate import DENSITIES
from ui.views.queue_view import QueueView
from ui.windows.memory import WindowMemory

KEY = "density"
"""Under which the window's memory keeps it."""


class QueueLook(QObject):
    """Lives as long as the queue it looks after."""

    def __init__(self, dispatcher: Dispatcher, queue: QueueView, memory: WindowMemory) -> None:
        super().__init__(queue)
        self._queue = queue
        self._memory = memory
        for name in DENSITIES:
            dispatcher.register(f"view.rows.{name}", lambda chosen=name: self.choose(chosen))
        queue.set_density(memory.text(KEY, DENSITIES[0]))

    def choose(self, density: str) -> None:
        """Give the rows so much room, now and at the next start."""
        self._queue.set_density(density)
        self._memory.set_text(KEY, self._queue.density)

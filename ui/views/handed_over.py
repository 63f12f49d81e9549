"""What was handed over: under the thread is said what becomes of it; it can be taken back."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.draft import Draft, DraftMode
from console.readmodel import OutboxEntry
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.presenters.composer import Handed, first_words, sent_words
from ui.views.composing import Composing
from ui.views.start_bar import StartBar

_SECOND_MS = 1000


class HandedOver(QObject):
    """Speaks through the start bar. `taken_back` carries the draft that an entry is again."""

    taken_back = Signal(object)

    def __init__(
        self, composing: Composing, bridge: Bridge, dispatcher: Dispatcher, *, bar: StartBar
    ) -> None:
        super().__init__(bar)
        self._composing = composing
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._bar = bar
        self._handed: Handed | None = None
        self._second = QTimer(self)
        self._second.setObjectName("handed-second")
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self._count_down)

    def take(self, entry: OutboxEntry, mode: DraftMode, *, approval: bool) -> None:
        """An entry is in the outbox: say so, and offer to take it back while it can be."""
        self._handed = Handed(entry, mode, approval)
        here = self._composing.here()
        self._bar.say(first_words(self._handed, here))
        if entry.not_before > here.now:
            self._dispatcher.tell(
                first_words(self._handed, here, short=True), undo=lambda: self._take_back(entry.seq)
            )
            self._second.start()
        self.tell()

    def tell(self) -> None:
        """Say what has become of it, as far as it can be told."""
        view = self._composing.view
        if self._handed is None or view is None:
            return
        words = sent_words(self._handed, view, self._composing.here())
        if words is not None:
            self._bar.say(words)

    def forget(self) -> None:
        """Something else is being written, or looked at."""
        self._handed = None
        self._second.stop()
        self._bar.say("")

    def _count_down(self) -> None:
        """Also for the second in which the window has closed."""
        self.tell()
        handed = self._handed
        if handed is None or handed.first.not_before <= self._composing.here().now:
            self._second.stop()

    def _take_back(self, seq: int) -> None:
        def then(draft: Draft | None) -> None:
            self.forget()
            if draft is not None:
                self.taken_back.emit(draft)

        outbox = self._composing.context.console.outbox
        self._bridge.when_done(outbox.cancel(seq), then, owner=self)

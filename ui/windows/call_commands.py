"""The commands of a call: open the form, and show the appeal that came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.domain.ids import Ref
from console.domain.mutations import CreateAppeal
from console.readmodel import OutboxEntry
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.views.speech import Speech

if TYPE_CHECKING:  # made when somebody calls
    from ui.dialogs.call_form import CallFormDialog


class CallCommands(QObject):
    """One form at a time; ``go`` shows an appeal in the window behind it."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader,
        go: Callable[[Ref], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._go = go
        self._window = window
        self._speech = Speech(context)
        self.form: CallFormDialog | None = None
        dispatcher.register("appeal.call", self.open)

    def open(self) -> None:
        """Open the form, with what was written down before; an open one comes to the front."""
        if self.form is not None:
            self.form.raise_()
            self.form.activateWindow()
            return
        from ui.dialogs.call_form import CallFormDialog

        form = CallFormDialog(
            self._context,
            self._bridge,
            self._loader,
            here=self._speech.here,
            parent=self._window,
        )
        form.link_opened.connect(self._go)
        form.written.connect(self._on_written)
        form.finished.connect(self._on_finished)
        form.finished.connect(form.deleteLater)
        self.form = form
        form.show()

    def _on_finished(self) -> None:
        self.form = None

    def _on_written(self, entry: OutboxEntry) -> None:
        mutation = entry.envelope.mutation
        informed = isinstance(mutation, CreateAppeal) and bool(mutation.said)
        self._dispatcher.tell(self._context.t("call.done_informed" if informed else "call.done"))
        self._go(entry.envelope.target)

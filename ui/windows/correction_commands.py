"""The command that puts a told restoration time right, and the banner that says there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from console.changes import Changes
from console.domain.ids import Ref
from console.domain.outage import Outage
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader, read_beside
from ui.views.appeal_view import AppealView
from ui.views.speech import Speech
from ui.windows.desk import Desk

if TYPE_CHECKING:  # made when it is first asked for
    from console.usecases.acting import Done
    from console.usecases.corrections import Correction, Moved
    from ui.views.corrections_view import CorrectionsDialog

_PAUSE_MS = 1_000
"""What comes within so much time is looked at once."""


class CorrectionCommands(QObject):
    """Registers its handler; what is sent is told, and can be taken back until it leaves."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader | None,
        appeal: AppealView,
        desk: Desk,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._appeal = appeal
        self._desk = desk
        self._window = window
        self._speech = Speech(context)
        self._moved: tuple[Moved, ...] = ()
        self._put_off: set[tuple[Ref, int]] = set()
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._later.setObjectName("moved-times")
        self._later.timeout.connect(self.look)
        bridge.changed.connect(self._on_changes)
        bridge.language_changed.connect(self._show)
        bridge.theme_changed.connect(self._show)
        desk.moved_banner.pressed.connect(lambda: dispatcher.run("outage.correct"))
        desk.moved_banner.other_pressed.connect(self.put_off)
        dispatcher.register("outage.correct", self.correct)

    def look(self) -> None:
        """Find the outages of which residents know another time; told across the window."""

        def then(found: tuple[Moved, ...]) -> None:
            self._moved = found
            self._show()

        self._read(then)

    def correct(self) -> None:
        """Show who was told what; the outage of the shown appeal first."""
        self._read(self._open)

    def put_off(self) -> None:
        """Say nothing of these outages until their time moves again."""
        self._put_off |= {(one.outage.ref, one.outage.version) for one in self._moved}
        self._show()

    # ------------------------------------------------------------------ the dialog

    def _open(self, moved: tuple[Moved, ...]) -> None:
        from ui.views.corrections_view import CorrectionsDialog

        self._moved = moved
        self._show()
        outages = self._outages(moved)
        if not outages:
            self._dispatcher.tell(self._context.t("correction.none_moved"))
            return
        dialog = CorrectionsDialog(
            self._context, self._bridge, outages, loader=self._loader, parent=self._window
        )
        dialog.wanted.connect(lambda outage, chosen: self._send(dialog, outage, chosen))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        dialog.table.setFocus()

    def _outages(self, moved: Sequence[Moved]) -> list[Outage]:
        """Those of the shown appeal first, also where all has been said: it is their journal."""
        view = self._appeal.view
        shown = list(view.outages) if view is not None else []
        others = [one.outage for one in moved]
        own = [one for one in shown if one in others or len(one.etr_history) > 1]
        return [*own, *(one for one in others if one not in own)]

    def _send(
        self, dialog: CorrectionsDialog, outage: Outage, chosen: Sequence[Correction]
    ) -> None:
        dialog.sending()
        corrections = self._context.console.corrections
        done: list[Done] = []
        futures = corrections.send(outage, chosen)

        def then(results: tuple[Done, ...]) -> None:
            done.extend(results)
            if len(done) < len(chosen):
                said = self._context.t("correction.going", done=len(done), all=len(chosen))
                dialog.said.setText(said)
                return
            self._tell(outage, done)

        for future in futures:
            self._bridge.when_done(future, then, owner=dialog)

    def _tell(self, outage: Outage, done: Sequence[Done]) -> None:
        refs = [one.ref for one in done if one.error is None]
        error = next((one.error for one in done if one.error is not None), None)
        if refs:
            words = self._context.t("correction.sent", count=len(refs))
            self._dispatcher.tell(words, undo=lambda: self._recall(refs, outage))
        if error is not None:
            self._bridge.failed.emit(error)

    def _recall(self, refs: Sequence[Ref], outage: Outage) -> None:
        future = self._context.console.corrections.recall(refs, outage.id)

        def then(count: int) -> None:
            self._dispatcher.tell(self._context.t("correction.recalled", count=count))

        self._bridge.when_done(future, then, owner=self)

    # ------------------------------------------------------------------ the banner

    def _on_changes(self, changes: Changes) -> None:
        answered = self._moved and (changes.appeals or changes.outbox)
        if (changes.outages or changes.everything or answered) and not self._later.isActive():
            self._later.start()

    def _show(self) -> None:
        news = [x for x in self._moved if (x.outage.ref, x.outage.version) not in self._put_off]
        if not news:
            self._desk.hide_moved()
            return
        from ui.presenters.corrections import moved_words

        t = self._context.t
        self._desk.show_moved(
            moved_words(news, self._speech.here),
            icon=self._context.theme.icon("moved", "warning"),
            action=t("correction.banner_open"),
            other=t("correction.banner_later"),
        )

    def _read(self, then: Callable[[tuple[Moved, ...]], None]) -> None:
        if self._context.session is None:
            return
        read_beside(
            self._loader,
            "moved-times",
            self._context.console.corrections.moved,
            then=then,
            bridge=self._bridge,
            owner=self,
        )

"""The commands of danger and of promises: the lane, its dispatcher, its words; kept or broken."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.domain.draft import DraftMode
from console.readmodel import AppealView as View
from console.usecases.acting import GoneError
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, ask_dialog, chosen_key
from ui.views.appeal_view import AppealView
from ui.views.speech import Speech


class DangerCommands(QObject):
    """Registers its handlers; each tells what it has done."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        appeal: AppealView,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._appeal = appeal
        self._window = window
        self._speech = Speech(context)
        register = dispatcher.register
        register("danger.enter", self.enter)
        register("danger.leave", self.leave)
        register("danger.dispatched", self.dispatched)
        register("danger.safety", self.insert_safety)
        register("promise.settle", self.settle)

    def enter(self) -> None:
        """Put the appeal into the lane."""
        ref = self._shown().appeal.ref
        self._told(self._context.console.danger.enter(ref), "done_entered")

    def leave(self) -> None:
        """Take it out, once it is said why."""
        ref, t = self._shown().appeal.ref, self._context.t
        dialog = self._dialog("leave", lead=t("danger.leave_lead"))
        reason = dialog.add_text(t("ask.reason"), missing=t("ask.reason_missing"))
        danger = self._context.console.danger
        self._open(
            dialog,
            lambda: self._told(danger.leave(ref, reason.toPlainText().strip()), "done_left"),
        )

    def dispatched(self) -> None:
        """Say whom at the grid one has told, and what was agreed."""
        ref, t = self._shown().appeal.ref, self._context.t
        dialog = self._dialog("dispatched", lead=t("danger.dispatched_lead"))
        told = dialog.add_text(t("danger.told_whom"), missing=t("danger.told_missing"))
        what = dialog.add_text(t("danger.told_what"))
        danger = self._context.console.danger

        def act() -> None:
            whom, agreed = " ".join(told.toPlainText().split()), what.toPlainText().strip()
            self._told(danger.dispatched(ref, whom, agreed), "done_dispatched")

        self._open(dialog, act)

    def insert_safety(self) -> None:
        """Put the safety text at the end of the reply, which is begun where there is none."""
        composer = self._appeal.composer
        if composer.sheet is None or composer.sheet.mode is DraftMode.NOTE:
            composer.start(DraftMode.INTERIM)
        composer.add_safety()

    def settle(self) -> None:
        """Say whether the promise was kept."""
        view, t = self._shown(), self._context.t
        at = view.appeal.promise_at
        if at is None:
            return
        here = self._speech.here(view.appeal.branch)
        dialog = self._dialog("settle", lead=t("danger.settle_lead", at=here.at_zoned(at)))
        options = [("kept", t("promised.kept")), ("broken", t("promised.broken"))]
        ended = dialog.add_choice(t("promised.ended"), options, missing=t("promised.choose"))
        dialog.add_notice(t("promised.move_hint"), "dim")

        def act() -> None:
            kept = chosen_key(ended) == "kept"
            future = self._context.console.promised.settle(view.appeal.ref, kept=kept)
            self._told(future, "done_kept" if kept else "done_broken")

        self._open(dialog, act)

    # ------------------------------------------------------------------ small things

    def _shown(self) -> View:
        view = self._appeal.view
        if view is None:
            raise GoneError("appeal")
        return view

    def _dialog(self, what: str, *, lead: str) -> AskDialog:
        return ask_dialog(self._context, "danger", what, lead=lead, parent=self._window)

    def _open(self, dialog: AskDialog, act: Callable[[], None]) -> None:
        dialog.ask(lambda: self._dispatcher.guard(act))

    def _told(self, future: Future[Any], what: str) -> None:
        words = self._context.t(f"danger.{what}")
        self._bridge.when_done(future, lambda _: self._dispatcher.tell(words), owner=self)

"""Bulk: one act on all that is selected, told in one sentence, with one undoing for all."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from PySide6.QtCore import QObject

from console.domain.ids import Ref
from console.domain.mutations import AppealMutation
from console.errors import OtklikError
from console.usecases.acting import Done
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog
from ui.presenters.bulk import outcome_words, reasons, refused_of

_MOST_TRIED = 60
"""So many appeals are looked at before it is asked what to do; each costs up to a millisecond."""


class Bulk(QObject):
    """Waits for what a use case has done to each appeal, and tells it."""

    def __init__(
        self, context: UiContext, bridge: Bridge, dispatcher: Dispatcher, *, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher

    def do(
        self,
        future: Future[tuple[Done, ...]],
        key: str,
        *,
        reason: str = "",
        left_out: Sequence[OtklikError] = (),
        **words: object,
    ) -> None:
        """Tell what became of it; ``key`` says what was done to so many (``count``).

        ``reason`` is given where taking it back needs one; ``left_out`` is why some were not even
        tried. What is taken back, each appeal gets what it had itself.
        """

        def then(results: tuple[Done, ...]) -> None:
            done = tuple(one for one in results if one.error is None)
            refused = [*left_out, *(one.error for one in results if one.error is not None)]
            if not done and len(refused) == 1:
                self._bridge.failed.emit(refused[0])
                return
            said = self._context.t(key, count=len(done), **words) if done else ""
            text = outcome_words(said, refused, self._context.catalog, names=self._names())
            back = (lambda: self._take_back(done, reason)) if done else None
            self._dispatcher.tell(text, undo=back)

        self._bridge.when_done(future, then, owner=self)

    def hint(self, what: str, refs: Sequence[Ref], *, foreign: int = 0) -> str:
        """What stands in the field of a choice for several; empty for one.

        ``foreign`` are those of other branches, which an outage is not about.
        """
        if len(refs) < 2:
            return ""
        t, count = self._context.t, len(refs) - foreign
        if not foreign:
            return t(f"bulk.{what}_hint", count=count)
        return t(f"bulk.{what}_hint_but", count=count, foreign=foreign)

    def warn(self, dialog: AskDialog, refs: Sequence[Ref], trial: AppealMutation) -> None:
        """Say in a form to how many of ``refs`` the rules would refuse ``trial``, and why."""
        t = self._context.t
        refused = self._refused(refs, trial)
        if len(refs) > 1:
            dialog.add_notice(t("bulk.for_each", count=len(refs)), "dim")
        if not refused:
            return
        why = reasons(refused, self._context.catalog, names=self._names())
        key = "bulk.none_of_them" if len(refused) == len(refs) else "bulk.not_all"
        dialog.add_notice(t(key, count=len(refused), why=why), "warning")

    def _refused(self, refs: Sequence[Ref], trial: AppealMutation) -> list[OtklikError]:
        reader, session = self._context.console.reader, self._context.session
        me = session.operator if session else ""
        actor = next((one for one in reader.operators() if one.id == me), None)
        if actor is None or len(refs) > _MOST_TRIED:
            return []
        views = (reader.appeal(ref) for ref in refs)
        appeals = [view.appeal for view in views if view is not None]
        return refused_of(appeals, trial, actor, now=self._context.now())

    def _take_back(self, done: Sequence[Done], reason: str) -> None:
        t = self._context.t
        future = self._context.console.triage.take_back(done, reason=reason or t("bulk.undone"))

        def then(results: tuple[Done, ...]) -> None:
            failed = [one.error for one in results if one.error is not None]
            if failed:
                why = reasons(failed, self._context.catalog, names=self._names())
                self._dispatcher.tell(t("bulk.not_back", count=len(failed), why=why))

        self._bridge.when_done(future, then, owner=self)

    def _names(self) -> dict[str, str]:
        return {one.id: one.name for one in self._context.console.reader.operators()}

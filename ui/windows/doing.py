"""Doing: what every command of appeals shares: what is chosen, asking, doing, and telling of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.readmodel import AppealView
from console.usecases.acting import GoneError
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, ask_dialog
from ui.presenters.here import Here
from ui.presenters.palette import PaletteItem
from ui.views.palette_view import PaletteView


class Chosen(Protocol):
    """What is chosen in the queue."""

    @property
    def ref(self) -> Ref | None:
        """The appeal that is shown."""

    def selected(self) -> tuple[Ref, ...]:
        """All that are selected."""


class Doing(QObject):
    """Commands of appeals derive from it: it asks, does, and tells what it has done."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        chosen: Chosen,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._chosen = chosen
        self._window = window

    # ------------------------------------------------------------------ what is chosen

    def _refs(self) -> tuple[Ref, ...]:
        selected = self._chosen.selected()
        shown = self._chosen.ref
        if selected or shown is None:
            return selected
        return (shown,)

    def _shown(self) -> AppealView:
        ref = self._chosen.ref
        if ref is None:
            raise GoneError("appeal")
        return self._view(ref)

    def _view(self, ref: Ref) -> AppealView:
        view = self._context.console.reader.appeal(ref)
        if view is None:
            raise GoneError("appeal")
        return view

    # ------------------------------------------------------------------ what is offered

    def _choose(
        self,
        what: str,
        items: Sequence[PaletteItem],
        then: Callable[[str], None],
        *,
        more: Callable[[str], Sequence[PaletteItem]] = lambda _: (),
        hint: str = "",
    ) -> None:
        """Let one of ``items`` be chosen; ``then`` hears its id. ``hint`` replaces the usual."""
        t = self._context.t
        palette = PaletteView(
            self._context,
            items,
            more=more,
            title=t(f"ask.{what}_title"),
            hint=hint or t(f"ask.{what}_hint"),
            parent=self._window,
        )
        palette.setObjectName(f"choose-{what}")

        def act(item: PaletteItem) -> None:
            self._guard(lambda: then(item.id))

        palette.choose_over(self._window, act)

    def _item(self, key: str, title: str, *, detail: str = "", icon: str = "") -> PaletteItem:
        return PaletteItem(kind="choice", id=key, title=title, detail=detail, icon=icon)

    def _here(self, appeal: Appeal) -> Here:
        context = self._context
        return Here(
            context.catalog, context.now(), zone=context.zone(appeal.branch), branch=appeal.branch
        )

    # ------------------------------------------------------------------ doing and saying

    def _dialog(self, what: str, *, lead: str = "") -> AskDialog:
        return ask_dialog(self._context, "ask", what, lead=lead, parent=self._window)

    def _open(self, dialog: AskDialog, act: Callable[[], None]) -> None:
        dialog.ask(lambda: self._guard(act))

    def _guard(self, act: Callable[[], None]) -> None:
        """Run what a dialog asks for; an error goes where those of commands go."""
        self._dispatcher.guard(act)

    def _single(
        self,
        future: Future[Any],
        what: str,
        *,
        undo: Callable[[], Future[Any]] | None = None,
        **words: object,
    ) -> None:
        def then(_: object) -> None:
            act = None if undo is None else lambda: self._watch(undo())
            self._tell(what, act, count=1, **words)

        self._bridge.when_done(future, then, owner=self)

    def _watch(self, future: Future[Any]) -> None:
        """Nobody waits for it, but a failure is told."""
        self._bridge.when_done(future, owner=self)

    def _tell(self, what: str, undo: Callable[[], Any] | None, **words: object) -> None:
        self._dispatcher.tell(self._context.t(f"ask.done_{what}", **words), undo=undo)

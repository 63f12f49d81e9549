"""The command that says where it is dark: a place of the text, or any that is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.domain.address import PlaceGuess, resolve
from console.domain.appeal import Appeal, Place
from console.domain.dictation import dictated
from console.domain.ids import Ref
from console.usecases.acting import GoneError
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.presenters.palette import PaletteItem
from ui.presenters.place import place_of, place_words
from ui.views.palette_view import PaletteView


class PlaceCommands(QObject):
    """Registers its handler; what is set is told, and can be undone."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader,
        shown: Callable[[], Ref | None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._shown = shown
        self._window = window
        dispatcher.register("appeal.place", self.set_place)

    def set_place(self, place: Place | None = None, ref: Ref | None = None) -> None:
        """Say where the shown appeal is from; the place is asked for if not named."""
        appeal = self._appeal(ref)
        if place is None:
            self._ask(appeal)
            return
        triage, before = self._context.console.triage, appeal.place

        def undo() -> None:
            self._bridge.when_done(triage.set_place(appeal.ref, before), owner=self)

        def then(_: object) -> None:
            said = self._context.t("place.done", place=place_words(place))
            self._dispatcher.tell(said, undo=undo)

        self._bridge.when_done(triage.set_place(appeal.ref, place), then, owner=self)

    def _ask(self, appeal: Appeal) -> None:
        """The gazetteer may still be being read: not on this thread."""
        rulebook = self._context.console.rulebook

        def work() -> tuple[PlaceGuess, ...]:
            branch = appeal.ref.branch or None
            return resolve(appeal.text, branch=branch, gazetteer=rulebook.gazetteer)

        self._loader.read(
            "place-choices",
            work,
            then=lambda found: self._choose(appeal, found),
            failed=self._bridge.failed.emit,
            owner=self,
        )

    def _choose(self, appeal: Appeal, guesses: Sequence[PlaceGuess]) -> None:
        t, branch = self._context.t, appeal.ref.branch
        places: dict[str, Place] = {}

        def item(guess: PlaceGuess) -> PaletteItem:
            place = place_of(guess, appeal.place)
            words = place_words(place)
            places[words] = place
            return PaletteItem(kind="choice", id=words, title=words, icon="place")

        def more(text: str) -> Sequence[PaletteItem]:
            gazetteer = self._context.console.rulebook.gazetteer
            return [item(each) for each in dictated(text, scope=(branch,), gazetteer=gazetteer)]

        ours = [each for each in guesses if each.settlement and each.branch == branch]
        palette = PaletteView(
            self._context,
            [item(each) for each in ours],
            more=more,
            title=t("place.title"),
            hint=t("place.hint"),
            parent=self._window,
        )
        palette.setObjectName("choose-place")
        palette.choose_over(
            self._window,
            lambda chosen: self._dispatcher.guard(
                lambda: self.set_place(places[chosen.id], appeal.ref)
            ),
        )

    def _appeal(self, ref: Ref | None) -> Appeal:
        wanted = ref or self._shown()
        view = self._context.console.reader.appeal(wanted) if wanted is not None else None
        if view is None:
            raise GoneError("appeal")
        return view.appeal

"""The question where it is dark: the places that the text may mean, one press each."""

from __future__ import annotations

from collections.abc import Callable

from console.domain.address import PlaceGuess, resolve
from console.domain.appeal import Place
from console.domain.ids import Ref
from console.domain.operator import Right
from console.readmodel import AppealView
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader, read_beside
from ui.presenters.place import PlaceFace, is_open_question, place_faces
from ui.views.section import Section
from ui.views.speech import Speech
from ui.widgets.card import CardFace, CardLine


class PlacePanel(Section):
    """Shows itself while nobody has said in which town or village it is dark."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader | None,
        speech: Speech,
    ) -> None:
        super().__init__(context)
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._speech = speech
        self._view: AppealView | None = None

    def look(self, view: AppealView) -> None:
        """Ask where it is, or show nothing where that is known."""
        self._view = view
        appeal = view.appeal
        if not is_open_question(appeal):
            self.clear()
            return
        rulebook = self._context.console.rulebook

        def work() -> tuple[PlaceGuess, ...]:
            branch = appeal.ref.branch or None
            return resolve(appeal.text, branch=branch, gazetteer=rulebook.gazetteer)

        read_beside(
            self._loader,
            "place",
            work,
            then=lambda found: self._show(appeal.ref, found),
            bridge=self._bridge,
            owner=self,
        )

    def _show(self, ref: Ref, guesses: tuple[PlaceGuess, ...]) -> None:
        view = self._view
        if view is None or view.appeal.ref != ref or not is_open_question(view.appeal):
            return
        t, here = self._context.t, self._speech.here(ref.branch)
        faces = place_faces(guesses, view.appeal, here, self._speech.branch_names())
        if not faces:
            self.clear()
            return
        may = self._may_answer(ref)
        cards = [(self._card(face, may=may), self._take(face.place)) for face in faces]
        self.show_cards(t("place.title"), cards)
        if may:
            self.offer(t("place.other"), self._name_another)

    def _card(self, face: PlaceFace, *, may: bool) -> CardFace:
        t = self._context.t
        because = tuple(CardLine(f"• {reason}", "small") for reason in face.because)
        return CardFace(
            title=face.title,
            chips=((face.sure, face.kind),),
            lines=(CardLine(face.district, ""), CardLine(face.elsewhere, "strong"), *because),
            action=t("place.take") if may and face.place is not None else "",
        )

    def _name_another(self) -> None:
        self._dispatcher.run("appeal.place")

    def _take(self, place: Place | None) -> Callable[[], None]:
        def take() -> None:
            self._dispatcher.run("appeal.place", place=place)

        return take

    def _may_answer(self, ref: Ref) -> bool:
        operator = self._context.operator
        return operator is not None and operator.may(Right.ANSWER, ref.branch)

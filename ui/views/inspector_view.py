"""The inspector: where it is, outages that fit, facts, who else is here, and earlier appeals."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.changes import Changes
from console.domain.ids import Ref
from console.domain.operator import Right
from console.readmodel import AppealView
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.presenters.appeal import facts, facts_title
from ui.presenters.inspector import (
    SuggestedFace,
    TaggedFace,
    present_words,
    suggested_faces,
    tagged_faces,
)
from ui.presenters.outage import OutageFace
from ui.views.facts_panel import FactsPanel
from ui.views.kin_panel import KinPanel
from ui.views.place_panel import PlacePanel
from ui.views.section import Section, heading
from ui.views.speech import Speech
from ui.widgets.card import CardFace, CardLine
from ui.widgets.empty_state import EmptyState
from ui.widgets.kind import set_kind
from ui.widgets.tall_area import TallArea

_SUGGESTED = 3


class InspectorView(QFrame):
    """Shows what is known around one appeal. `link_opened` carries the `Ref` of another one.

    The thread comes first: suggestions and earlier appeals are looked up in the next tick.
    """

    link_opened = Signal(object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader | None = None,
        speech: Speech | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._loader = loader
        self._dispatcher = dispatcher
        self._speech = speech or Speech(context)
        self._ref: Ref | None = None
        self._view: AppealView | None = None
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.setObjectName("inspector-later")
        self._later.timeout.connect(self._look_further)
        set_kind(self, "panel")
        self._make_parts()
        bridge.changed.connect(self.on_changes)
        bridge.language_changed.connect(self.retranslate)
        bridge.theme_changed.connect(self.restyle)
        self.retranslate()

    def _make_parts(self) -> None:
        context = self._context
        self.place = PlacePanel(
            context, self._bridge, self._dispatcher, loader=self._loader, speech=self._speech
        )
        self.tagged = Section(context)
        self.suggested = Section(context)
        self.facts = FactsPanel(context)
        self._facts_title = heading()
        self.present = Section(context)
        self.kin = KinPanel(
            context, self._bridge, self._dispatcher, loader=self._loader, speech=self._speech
        )
        self.kin.opened.connect(self.link_opened)
        self.empty = EmptyState()
        self._inner = QWidget()
        set_kind(self._inner, "transparent")
        px = context.theme.px
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(px(12), px(10), px(12), px(12))
        column.setSpacing(px(8))
        for part in (self.place, self.tagged, self.suggested, self.present):
            column.addWidget(part)
        column.addWidget(self.kin.near)
        column.addWidget(self._facts_title)
        column.addWidget(self.facts)
        column.addWidget(self.kin)
        column.addStretch(1)
        self._scroll = TallArea()
        self._scroll.setWidget(self._inner)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._scroll)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)

    # ------------------------------------------------------------------------------ showing

    def show_appeal(self, ref: Ref | None) -> None:
        """Show what is known around another appeal, or none."""
        if ref != self._ref:
            self.place.clear()
            self.suggested.clear()
            self.kin.clear()
            self._scroll.verticalScrollBar().setValue(0)
        self._ref = ref
        self._reload()

    def on_changes(self, changes: Changes) -> None:
        """Read again what a commit has touched."""
        ref = self._ref
        if ref is None:
            return
        outages = any(one.branch == ref.branch for one in changes.outages)
        if changes.everything or ref in changes.appeals or outages or changes.operators:
            self._reload()
        elif changes.presence and self._view is not None:
            self._show_present(self._view)

    def _reload(self) -> None:
        ref = self._ref
        self._view = self._context.console.reader.appeal(ref) if ref else None
        if self._view is None:
            self._later.stop()
            self._pages.setCurrentWidget(self.empty)
            return
        view = self._view
        here = self._speech.here(view.appeal.branch)
        branch = self._speech.branch_name(view.appeal.branch)
        self._pages.setCurrentWidget(self._scroll)
        self._facts_title.setText(facts_title(here))
        self.facts.show_facts(facts(view, here, branch=branch))
        self._show_tagged(view)
        self._show_present(view)
        self._later.start()

    def _show_tagged(self, view: AppealView) -> None:
        here, people = self._speech.here(view.appeal.branch), self._speech.people()
        t, may = self._context.t, self._may_answer()
        faces = tagged_faces(view, here, people)
        self.tagged.show_cards(
            t("inspector.tagged") if faces else "",
            [(self._tagged_card(face, may=may), self._untag(face.outage.id)) for face in faces],
        )

    def _show_present(self, view: AppealView) -> None:
        here, people = self._speech.here(view.appeal.branch), self._speech.people()
        rows = self._context.console.reader.presence().get(view.appeal.ref, ())
        self.present.show_lines(
            self._context.t("inspector.present"), present_words(rows, here, people)
        )

    # ------------------------------------------------------------------------------ further

    def _look_further(self) -> None:
        view = self._view
        if view is None:
            return
        self.place.look(view)
        self._show_suggested(view)
        self.kin.look(view)

    def _show_suggested(self, view: AppealView) -> None:
        here, people = self._speech.here(view.appeal.branch), self._speech.people()
        t = self._context.t
        found = self._context.console.outages.suggest(view.appeal.ref)
        tagged = [tag.outage for tag in view.appeal.outages]
        faces = suggested_faces(found, tagged, here, people)[:_SUGGESTED]
        cards = [
            (self._suggested_card(face, first=place == 0), self._tag(face))
            for place, face in enumerate(faces)
        ]
        title = t("inspector.suggestions") if faces or not tagged else ""
        self.suggested.show_cards(title, cards)
        if not faces and not tagged:
            self.suggested.say(t("inspector.no_suggestions"), t("inspector.no_suggestions_hint"))
        if not tagged and self._may_answer():
            self.suggested.offer(t("inspector.registry"), self._open_registry)

    # ------------------------------------------------------------------------------ cards

    def _tagged_card(self, face: TaggedFace, *, may: bool) -> CardFace:
        t = self._context.t
        return CardFace(
            title=face.outage.where,
            chips=((face.outage.title, "outage"), (face.outage.status, face.outage.kind)),
            lines=(
                *self._etr_lines(face.outage),
                *self._grid_lines(face.outage),
                *self._history_lines(face.outage),
                CardLine(face.by, "small"),
            ),
            action=t("inspector.untag") if may else "",
        )

    def _suggested_card(self, face: SuggestedFace, *, first: bool) -> CardFace:
        t = self._context.t
        because = tuple(CardLine(f"• {reason}", "small") for reason in face.because)
        return CardFace(
            title=face.outage.where,
            chips=((face.sure, face.kind), (face.outage.status, face.outage.kind)),
            lines=(*self._etr_lines(face.outage), *because),
            action=t("inspector.tag") if self._may_answer() else "",
            primary=first,
            hint=t("inspector.tag_hint") if first else "",
        )

    def _etr_lines(self, face: OutageFace) -> tuple[CardLine, ...]:
        kind = face.etr_kind if face.etr_kind in ("danger", "ok") else "strong"
        return CardLine(face.etr, kind), CardLine(face.since, "small")

    def _grid_lines(self, face: OutageFace) -> tuple[CardLine, ...]:
        t = self._context.t
        return (
            CardLine(face.cause, "small", t("inspector.cause")),
            CardLine(face.crew, "small", t("inspector.crew")),
            CardLine(face.feeder, "small", t("inspector.feeder")),
            CardLine(face.residents, "small"),
        )

    def _history_lines(self, face: OutageFace) -> tuple[CardLine, ...]:
        if not face.history:
            return ()
        lines = (CardLine(line.text, "" if line.current else "small") for line in face.history)
        return CardLine(self._context.t("inspector.etr_history"), "section"), *lines

    # ------------------------------------------------------------------------------ doing

    def _untag(self, outage: str) -> Callable[[], None]:
        return lambda: self._run("appeal.untag_outage", outage=outage)

    def _tag(self, face: SuggestedFace) -> Callable[[], None]:
        return lambda: self._run(
            "appeal.tag_outage", outage=face.outage.id, confidence=face.confidence
        )

    def _open_registry(self) -> None:
        self._run("appeal.tag_outage")

    def _run(self, command: str, **args: object) -> None:
        self._dispatcher.run(command, **args)

    def _may_answer(self) -> bool:
        operator = self._context.operator
        ref = self._ref
        return operator is not None and ref is not None and operator.may(Right.ANSWER, ref.branch)

    # ------------------------------------------------------------------------------ telling

    def retranslate(self) -> None:
        """Say everything in the present language."""
        t, theme = self._context.t, self._context.theme
        self._scroll.setAccessibleName(t("access.inspector"))
        self.empty.say(theme.icon("bolt"), t("inspector.empty_title"), t("inspector.empty_body"))
        self._reload()

    def restyle(self) -> None:
        """The zoom may have changed: cards are made anew."""
        for section in (self.place, self.tagged, self.suggested, self.present, self.kin):
            section.clear()
        self._reload()

"""The inspector: outages that fit, facts, who else is here, and earlier appeals of the author."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.changes import Changes
from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.operator import Right
from console.readmodel import AppealView, QueueQuery, QueueRow, QueueSort
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.presenters.appeal import facts, facts_title
from ui.presenters.inspector import (
    EarlierFace,
    SuggestedFace,
    TaggedFace,
    earlier_faces,
    present_words,
    suggested_faces,
    tagged_faces,
)
from ui.presenters.outage import OutageFace
from ui.views.facts_panel import FactsPanel
from ui.views.speech import Speech
from ui.widgets.card import Card, CardFace, CardLine
from ui.widgets.empty_state import EmptyState
from ui.widgets.kind import set_kind
from ui.widgets.tall_area import TallArea

EARLIER = 5
"""So many earlier appeals are shown."""

_CANDIDATES = 20
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
        self.tagged = _Section(context)
        self.suggested = _Section(context)
        self.facts = FactsPanel(context)
        self._facts_title = _heading()
        self.present = _Section(context)
        self.earlier = _Section(context)
        self.empty = EmptyState()
        self._inner = QWidget()
        set_kind(self._inner, "transparent")
        px = context.theme.px
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(px(12), px(10), px(12), px(12))
        column.setSpacing(px(8))
        for part in (self.tagged, self.suggested, self.present):
            column.addWidget(part)
        column.addWidget(self._facts_title)
        column.addWidget(self.facts)
        column.addWidget(self.earlier)
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
            self.suggested.clear()
            self.earlier.clear()
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
        self._show_suggested(view)
        self._look_earlier(view.appeal)

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

    def _look_earlier(self, appeal: Appeal) -> None:
        """Look for a name in the whole store: off this thread, where there is a loader."""
        if self._loader is None:
            self._show_earlier(appeal, self._rows_of_author(appeal))
            return
        self._loader.read(
            "earlier",
            lambda: self._rows_of_author(appeal),
            then=lambda rows: self._show_earlier(appeal, rows),
            failed=self._bridge.failed.emit,
            owner=self,
        )

    def _show_earlier(self, appeal: Appeal, rows: list[QueueRow]) -> None:
        if self._view is None or self._view.appeal.ref != appeal.ref:
            return
        here = self._speech.here(appeal.branch)
        faces = earlier_faces(rows, appeal, here)[:EARLIER]
        title = self._context.t("inspector.earlier")
        self.earlier.show_links(title if faces else "", [(f, self._open(f)) for f in faces])

    def _rows_of_author(self, appeal: Appeal) -> list[QueueRow]:
        """Appeals of the same profile or phone; a name alone says too little."""
        author = appeal.author
        if not (author.handle or author.phone):
            return []
        reader = self._context.console.reader
        query = QueueQuery("all", sort=QueueSort.NEWEST, text=author.name, strict=True)
        ids = reader.queue_ids(query, now=self._context.now(), limit=_CANDIDATES)
        rows = reader.queue_rows(ids)
        alike = [row for row in rows if row.author == author.name and row.ref != appeal.ref]
        return [row for row in alike if self._is_same(row.ref, appeal)]

    def _is_same(self, ref: Ref, appeal: Appeal) -> bool:
        view = self._context.console.reader.appeal(ref)
        if view is None:
            return False
        one, other = view.appeal.author, appeal.author
        by_handle = bool(one.handle) and one.handle == other.handle
        return by_handle or (bool(one.phone) and one.phone == other.phone)

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

    def _open(self, face: EarlierFace) -> Callable[[], None]:
        return lambda: self.link_opened.emit(face.ref)

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
        for section in (self.tagged, self.suggested, self.present, self.earlier):
            section.clear()
        self._reload()


class _Section(QWidget):
    """A heading with cards, lines or links below it; nothing at all where there is nothing."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._shown: object = None
        self.cards: list[Card] = []
        self.links: list[QPushButton] = []
        self._title = _heading()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(context.theme.px(6))
        self._column.addWidget(self._title)
        self._parts: list[QWidget] = []
        self.hide()

    def clear(self) -> None:
        """Show nothing."""
        self._begin("", None)

    def show_cards(self, title: str, cards: Sequence[tuple[CardFace, Callable[[], None]]]) -> None:
        """Cards, each with what its button does; equal ones are left alone."""
        shown = (title, tuple(face for face, _ in cards))
        if shown == self._shown:
            return
        self._begin(title, shown)
        for face, press in cards:
            card = Card(face, self._context.theme, press=press)
            self.cards.append(card)
            self._add(card)

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Plain lines."""
        shown = (title, tuple(lines))
        if shown != self._shown:
            self._begin(title if lines else "", shown)
            for line in lines:
                self._add(_line(line, ""))

    def show_links(
        self, title: str, links: Sequence[tuple[EarlierFace, Callable[[], None]]]
    ) -> None:
        """Other appeals, to be opened."""
        shown = (title, tuple(face for face, _ in links))
        if shown == self._shown:
            return
        self._begin(title, shown)
        for face, press in links:
            button = QPushButton(face.title.replace("&", "&&"))
            set_kind(button, "row_link")
            button.setToolTip(face.line)
            button.clicked.connect(press)
            self.links.append(button)
            self._add(button)
            self._add(_line(face.line, "small"))

    def say(self, words: str, more: str) -> None:
        """What there is to say where nothing was found; said once."""
        if len(self._parts) == 0:
            self._add(_line(words, ""))
            self._add(_line(more, "small"))

    def offer(self, words: str, press: Callable[[], None]) -> None:
        """A way on, below everything; offered once."""
        if any(isinstance(part, QPushButton) for part in self._parts):
            return
        button = QPushButton(words)
        set_kind(button, "link")
        button.clicked.connect(press)
        self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self._parts.append(button)

    def words(self) -> str:
        """Everything that is said, for whoever tests it."""
        labels = [self._title, *self.findChildren(QLabel)]
        return "\n".join(dict.fromkeys(label.text() for label in labels))

    def _begin(self, title: str, shown: object) -> None:
        self._shown = shown
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts, self.cards, self.links = [], [], []
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setVisible(bool(title))

    def _add(self, part: QWidget) -> None:
        self._column.addWidget(part)
        self._parts.append(part)


def _heading() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_kind(label, "section")
    return label


def _line(words: str, kind: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if kind:
        set_kind(label, kind)
    return label

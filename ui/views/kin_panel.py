"""Kin: what may be the same appeal, what is linked to it, and what its author wrote earlier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.ids import Ref
from console.domain.operator import Right
from console.domain.similarity import Similar
from console.readmodel import AppealView, EarlierAppeal, LinkedRow
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader, read_beside
from ui.presenters.kin import (
    EarlierFace,
    LinkedFace,
    SimilarFace,
    earlier_faces,
    linked_faces,
    similar_faces,
)
from ui.views.section import LinkFace, Section
from ui.views.speech import Speech
from ui.widgets.card import CardFace, CardLine

EARLIER = 5
"""So many earlier appeals are shown."""

_SIMILAR = 3

STAY_MS = 120
"""Who goes on at once does not wait behind it: near-duplicates of a large store take a while."""


@dataclass(frozen=True, slots=True)
class _Found:
    similar: list[Similar]
    linked: list[LinkedRow]
    earlier: list[EarlierAppeal]


class KinPanel(QWidget):
    """`opened` carries the `Ref` of another appeal. `near` stands apart, higher up.

    Everything is read off this thread, where there is a loader.
    """

    opened = Signal(object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader | None,
        speech: Speech,
    ) -> None:
        super().__init__()
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._speech = speech
        self._view: AppealView | None = None
        self._staying = QTimer(self, singleShot=True, interval=STAY_MS)
        self._staying.setObjectName("kin-staying")
        self._staying.timeout.connect(self._stayed)
        self.near = QWidget()
        above = QVBoxLayout(self.near)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(context.theme.px(8))
        self.linked, self.similar, self.earlier = (Section(context) for _ in range(3))
        above.addWidget(self.linked)
        above.addWidget(self.similar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.earlier)

    def clear(self) -> None:
        """Show nothing."""
        self._view = None
        self._staying.stop()
        for section in (self.linked, self.similar, self.earlier):
            section.clear()

    def look(self, view: AppealView) -> None:
        """Find and show what there is around an appeal, once somebody stays with it."""
        self._view = view
        if self._loader is None:
            self._read(view)
        else:
            self._staying.start()

    def _stayed(self) -> None:
        if self._view is not None:
            self._read(self._view)

    def _read(self, view: AppealView) -> None:
        reader, appeal = self._context.console.reader, view.appeal

        def work() -> _Found:
            return _Found(
                reader.similar_to(appeal.ref),
                reader.linked_to(appeal.ref),
                reader.earlier_of(appeal.author, but=appeal.ref, limit=EARLIER),
            )

        read_beside(
            self._loader,
            "kin",
            work,
            then=lambda found: self._show(appeal.ref, found),
            bridge=self._bridge,
            owner=self,
        )

    def _show(self, ref: Ref, found: _Found) -> None:
        view = self._view
        if view is None or view.appeal.ref != ref:
            return
        here, t = self._speech.here(ref.branch), self._context.t
        linked = linked_faces(found.linked, ref, here)
        self.linked.show_cards(
            t("kin.linked") if linked else "",
            [(self._linked_card(face), self._end(face)) for face in linked],
            second=[self._open(face.ref) for face in linked],
        )
        similar = similar_faces(view.appeal, found.similar, here)[:_SIMILAR]
        self.similar.show_cards(
            t("kin.similar") if similar else "",
            [(self._similar_card(face), self._merge(face)) for face in similar],
            second=[self._open(face.ref) for face in similar],
        )
        earlier = earlier_faces(found.earlier, here)
        self.earlier.show_links(
            t("kin.earlier") if earlier else "",
            [(_earlier_link(face), self._open(face.ref)) for face in earlier],
        )

    # ------------------------------------------------------------------------------ cards

    def _similar_card(self, face: SimilarFace) -> CardFace:
        t = self._context.t
        action = t("kin.merge_here" if face.here else "kin.merge_there")
        because = tuple(CardLine(f"• {reason}", "small") for reason in face.because)
        return CardFace(
            title=face.title,
            chips=((face.sure, face.kind), face.status),
            lines=(CardLine(face.text), *because),
            action=action if self._may(Right.ANSWER) else "",
            hint=t("kin.merge_hint"),
            second=t("kin.open"),
        )

    def _linked_card(self, face: LinkedFace) -> CardFace:
        t = self._context.t
        right = Right.NOTE if face.undo == "appeal.unlink" else Right.ANSWER
        return CardFace(
            title=face.title,
            chips=((face.how, "info"),),
            lines=(CardLine(face.line, "small"),),
            action=t(f"kin.undo_{face.kind}") if self._may(right) else "",
            second=t("kin.open"),
        )

    def _merge(self, face: SimilarFace) -> Callable[[], None]:
        return lambda: self._run("appeal.duplicate", ref=face.of, of=face.into.id)

    def _end(self, face: LinkedFace) -> Callable[[], None]:
        if face.undo == "appeal.unlink":
            other = face.ref if self._is_shown(face.written_at) else self._shown_ref()
            return lambda: self._run("appeal.unlink", ref=face.written_at, to=other.id)
        return lambda: self._run("appeal.separate", ref=face.written_at)

    def _open(self, ref: Ref) -> Callable[[], None]:
        return lambda: self.opened.emit(ref)

    def _run(self, command: str, **args: object) -> None:
        self._dispatcher.run(command, **args)

    def _shown_ref(self) -> Ref:
        assert self._view is not None, "its cards are shown"
        return self._view.appeal.ref

    def _is_shown(self, ref: Ref) -> bool:
        return ref == self._shown_ref()

    def _may(self, right: Right) -> bool:
        operator = self._context.operator
        return operator is not None and operator.may(right, self._shown_ref().branch)


def _earlier_link(face: EarlierFace) -> LinkFace:
    lines = tuple(line for line in (face.line, face.answer) if line)
    return LinkFace(face.title, lines, face.line)

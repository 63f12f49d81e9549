"""A section: a heading with cards, lines or links below it; nothing where there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui.context import UiContext
from ui.widgets.card import Card, CardFace
from ui.widgets.kind import set_kind


@dataclass(frozen=True, slots=True)
class LinkFace:
    """Something to be opened: what its button says, what stands below it, and its tooltip."""

    title: str
    lines: tuple[str, ...] = ()
    hint: str = ""


class Section(QWidget):
    """Shows what it is given; equal faces are left alone."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._shown: object = None
        self.cards: list[Card] = []
        self.links: list[QPushButton] = []
        self._title = heading()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(context.theme.px(6))
        self._column.addWidget(self._title)
        self._parts: list[QWidget] = []
        self.hide()

    def clear(self) -> None:
        """Show nothing."""
        self._begin("", None)

    def show_cards(
        self,
        title: str,
        cards: Sequence[tuple[CardFace, Callable[[], None]]],
        *,
        second: Sequence[Callable[[], None]] = (),
    ) -> None:
        """Cards, each with what its button does, and the ``second`` ones; equal are left alone."""
        shown = (title, tuple(face for face, _ in cards))
        if shown == self._shown:
            return
        self._begin(title, shown)
        for place, (face, press) in enumerate(cards):
            other = second[place] if place < len(second) else None
            card = Card(face, self._context.theme, press=press, press_second=other)
            self.cards.append(card)
            self._add(card)

    def show_lines(self, title: str, lines: Sequence[str]) -> None:
        """Plain lines."""
        shown = (title, tuple(lines))
        if shown != self._shown:
            self._begin(title if lines else "", shown)
            for line in lines:
                self._add(line_of(line, ""))

    def show_links(self, title: str, links: Sequence[tuple[LinkFace, Callable[[], None]]]) -> None:
        """Other appeals, to be opened."""
        shown = (title, tuple(face for face, _ in links))
        if shown == self._shown:
            return
        self._begin(title, shown)
        for face, press in links:
            button = QPushButton(face.title.replace("&", "&&"))
            set_kind(button, "row_link")
            button.setToolTip(face.hint)
            button.clicked.connect(press)
            self.links.append(button)
            self._add(button)
            for line in face.lines:
                self._add(line_of(line, "small"))

    def say(self, words: str, more: str) -> None:
        """What there is to say where nothing was found; said once."""
        if len(self._parts) == 0:
            self._add(line_of(words, ""))
            self._add(line_of(more, "small"))

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


def heading() -> QLabel:
    """The label of a heading."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_kind(label, "section")
    return label


def line_of(words: str, kind: str) -> QLabel:
    """A paragraph of plain text; ``kind`` is that of a label."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if kind:
        set_kind(label, kind)
    return label

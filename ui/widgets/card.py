"""A card: a head, lines of text, and links to press, in a narrow column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.context import Look
from ui.widgets.chip import Chip
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind


@dataclass(frozen=True, slots=True)
class CardLine:
    """One paragraph; ``kind`` is that of a label, ``label`` stands before it in another shade."""

    text: str
    kind: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class CardFace:
    """All that a card shows; empty texts are left out. ``chips`` are (text, kind)."""

    title: str
    chips: tuple[tuple[str, str], ...] = ()
    lines: tuple[CardLine, ...] = ()
    action: str = ""
    primary: bool = False
    hint: str = ""
    second: str = ""


class Card(QFrame):
    """Made once from its face; ``press`` is called when its button is pressed."""

    def __init__(
        self,
        face: CardFace,
        theme: Look,
        *,
        press: Callable[[], None] | None = None,
        press_second: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.face = face
        set_kind(self, "card")
        px = theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(10), px(8), px(10), px(8))
        column.setSpacing(px(3))
        if face.chips:
            row = QWidget()
            flow = Flow(row, gap=px(4))
            for text, kind in face.chips:
                flow.addWidget(Chip(text, kind))
            column.addWidget(row)
        column.addWidget(_text(face.title, "strong"))
        for line in face.lines:
            if line.text:
                words = f"{line.label}: {line.text}" if line.label else line.text
                column.addWidget(_text(words, line.kind))
        self.button: QPushButton | None = None
        self.second: QPushButton | None = None
        pressed = QWidget()
        flow = Flow(pressed, gap=px(6))
        if face.action and press is not None:
            self.button = QPushButton(face.action.replace("&", "&&"))
            self.button.setToolTip(face.hint)
            set_kind(self.button, "primary" if face.primary else "")
            self.button.clicked.connect(press)
            flow.addWidget(self.button)
        if face.second and press_second is not None:
            self.second = QPushButton(face.second.replace("&", "&&"))
            set_kind(self.second, "link")
            self.second.clicked.connect(press_second)
            flow.addWidget(self.second)
        if self.button is None and self.second is None:
            pressed.deleteLater()
            return
        column.addSpacing(px(3))
        column.addWidget(pressed)


def _text(words: str, kind: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if kind:
        set_kind(label, kind)
    return label

"""The template strip: the few templates that fit best, offered while nothing is written yet."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.commands.table import keys_of
from ui.context import UiContext
from ui.presenters.templates import TemplateFace
from ui.widgets.kind import set_kind

MOST = 3
"""How many are offered; all others are one key away, in the picker."""


class TemplateStrip(QFrame):
    """`chosen` carries the key of a template; `resized` comes when it is shown or hidden."""

    chosen = Signal(str)
    resized = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._faces: tuple[TemplateFace, ...] = ()
        self._lead = QLabel()
        set_kind(self._lead, "small")
        self._buttons = [self._button(place) for place in range(MOST)]
        px = context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(4), px(8), 0)
        row = QHBoxLayout()
        row.setSpacing(px(4))
        row.addWidget(self._lead)
        for button in self._buttons:
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_faces(self, faces: tuple[TemplateFace, ...]) -> None:
        """Offer these, the best first; none hides the strip."""
        was_hidden, before = self.isHidden(), self._faces
        self._faces = faces[:MOST]
        for button, face in zip(self._buttons, self._faces, strict=False):
            button.setText(face.title.replace("&", "&&"))
            button.setToolTip(self._tip(face, first=face is self._faces[0]))
            button.setAccessibleName(face.title)
            button.setAccessibleDescription(face.why)
        self._lead.setText(self._context.t("strip.lead"))
        self.setVisible(bool(self._faces))
        self._fit()
        if self.isHidden() != was_hidden or self._faces != before:
            self.resized.emit()

    def faces(self) -> tuple[TemplateFace, ...]:
        """What is offered."""
        return () if self.isHidden() else self._faces

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One line is enough: what does not fit into it is in the picker."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        gap = self._context.theme.px(4)
        room = self.contentsRect().width() - self._context.theme.px(20)
        room -= self._lead.sizeHint().width()
        for place, button in enumerate(self._buttons):
            room -= gap + button.sizeHint().width()
            button.setVisible(place < len(self._faces) and (place == 0 or room >= 0))

    def _tip(self, face: TemplateFace, *, first: bool) -> str:
        keys = keys_of("reply.best_template", self._context.catalog)
        parts = (face.line, face.why, self._context.t("strip.key", keys=keys) if first else "")
        return "\n".join(part for part in parts if part)

    def _button(self, place: int) -> QPushButton:
        button = QPushButton()
        set_kind(button, "small_link")
        button.clicked.connect(lambda: self.chosen.emit(self._faces[place].key))
        return button

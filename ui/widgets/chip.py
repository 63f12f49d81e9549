"""A chip: a short word on a tinted ground."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.widgets.kind import set_kind


class Chip(QLabel):
    """A short plain text; ``kind`` is neutral accent ok warning danger outage info soon overdue
    or paused, and never says anything that the words do not.
    """

    def __init__(
        self, text: str = "", kind: str = "neutral", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setIndent(0)  # else a label with a frame leaves half a letter free on one side
        set_kind(self, kind)

    def set(self, text: str, kind: str) -> None:
        """Change words and kind at once."""
        self.setText(text)
        set_kind(self, kind)

"""A button that knows its words at several lengths, and says the longest that there is room for."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QWidget

_ICON_GAP = 4
"""What Qt leaves between an icon and the words."""


class FittingButton(QPushButton):
    """Asks for the room of its longest words and makes do with that of its shortest.

    Set its words with `say`; all of them are its accessible name.
    """

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wordings: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def say(self, *wordings: str) -> None:
        """The same in different lengths, the longest first."""
        self._wordings = wordings
        self.setAccessibleName(wordings[0])
        self._choose()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """For the longest words."""
        return self.size_for(self._wordings[0])

    def minimumSizeHint(self) -> QSize:
        """For the shortest."""
        return self.size_for(self._wordings[-1])

    def size_for(self, words: str) -> QSize:
        """What the button needs to say ``words``."""
        self.ensurePolished()
        option = QStyleOptionButton()
        self.initStyleOption(option)
        icon = QSize(0, 0) if self.icon().isNull() else self.iconSize()
        text = self.fontMetrics().size(Qt.TextFlag.TextSingleLine, words)
        gap = _ICON_GAP if words and not icon.isEmpty() else 0
        inside = QSize(icon.width() + gap + text.width(), max(icon.height(), text.height()))
        return self.style().sizeFromContents(
            QStyle.ContentsType.CT_PushButton, option, inside, self
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._choose()

    def _choose(self) -> None:
        fits = (one for one in self._wordings if self.size_for(one).width() <= self.width())
        words = next(fits, self._wordings[-1]).replace("&", "&&")
        if words != self.text():
            self.setText(words)

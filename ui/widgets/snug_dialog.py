"""A dialog as high as its words need at its width, whatever the size of the screen."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget


class SnugDialog(QDialog):
    """Has a fixed width; call `fit` when words have come or gone.

    Qt gives a new dialog at most two thirds of the screen and lets wrapped text be cut; on a small
    screen at 200 % that is less than a sign-in needs.
    """

    def __init__(self, width: int, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snug_width = width
        self.setFixedWidth(width)

    def fit(self) -> None:
        """Take the height that the layout asks for at this width."""
        layout = self.layout()
        if layout is None or not self.isVisible():
            return  # before that, fonts and margins are not yet those of the style sheet
        layout.activate()
        height = layout.totalHeightForWidth(self._snug_width)
        self.setFixedHeight(height if height > 0 else layout.totalSizeHint().height())

    def showEvent(self, event: QShowEvent) -> None:
        """The style is known now."""
        super().showEvent(event)
        self.fit()

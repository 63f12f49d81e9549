"""A button for content, such as the name of a file: its middle is left out where it is narrow."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt

from ui.widgets.fitting_button import FittingButton


class ElidedButton(FittingButton):
    """Set its words with `say`; they are its accessible name, and its tooltip where none is set."""

    def minimumSizeHint(self) -> QSize:
        """Room for the ellipsis alone."""
        return self.size_for("…")

    def _choose(self) -> None:
        whole = self._wordings[0]
        room = self.width() - self.size_for("").width()
        words = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideMiddle, room)
        if words != whole and not self.toolTip():
            self.setToolTip(whole)
        words = words.replace("&", "&&")
        if words != self.text():
            self.setText(words)

"""The promise line: what a text promises the resident, and that a timer will remember it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ui.context import UiContext
from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind


class PromiseLine(QFrame):
    """One line. `settled` says whether the words are to count as a promise; `resized` its height.

    Nothing is said where nothing is promised, or where there is room for the text alone.
    """

    settled = Signal(bool)
    resized = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._counts = True
        self._tight = False
        self._said = ""
        self._icon = Glyph(context.theme.px(16))
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        set_kind(self._words, "small")
        self._other = QPushButton()
        self._other.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_kind(self._other, "small_link")
        self._other.clicked.connect(lambda: self.settled.emit(not self._counts))
        px = context.theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(2), px(8), px(2))
        row.setSpacing(px(8))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        row.addWidget(self._other)
        self.hide()

    def show_promise(self, words: str, *, counts: bool) -> None:
        """Say what is promised (nothing: hide), and whether it ``counts``."""
        if (words, counts) == (self._said, self._counts) and words:
            return
        self._said, self._counts = words, counts
        t = self._context.t
        self._words.setText(words)
        self._words.setToolTip(t("promise.hint") if counts else "")
        self._other.setText(t("promise.no" if counts else "promise.yes"))
        self._icon.set_icon(self._context.theme.icon("alarm", "info" if counts else "text_dim"))
        self._show()

    def words(self) -> str:
        """What is said; empty while nothing is."""
        return "" if self.isHidden() else self._said

    def set_tight(self, *, tight: bool) -> None:
        """Where there is little room the command remains."""
        self._tight = tight
        self._show()

    def forget(self) -> None:
        """Say everything anew, in the present language."""
        self._said = ""

    def _show(self) -> None:
        hidden = not self._said or self._tight
        if hidden != self.isHidden():
            self.setHidden(hidden)
            self.resized.emit()

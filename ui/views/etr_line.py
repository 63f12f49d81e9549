"""The ETR line: whether the restoration time in a text is still true, and how to mend it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ui.context import UiContext
from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind


class EtrLine(QFrame):
    """One line. `replace_wanted` mends the text, `settled` says that it has been mended."""

    replace_wanted = Signal()
    settled = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._icon = Glyph(context.theme.px(16))
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._replace = QPushButton()
        self._replace.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_kind(self._replace, "link")
        self._replace.clicked.connect(self.replace_wanted)
        self._keep = QPushButton()
        self._keep.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_kind(self._keep, "link")
        self._keep.clicked.connect(self.settled)
        px = context.theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(2), px(8), px(2))
        row.setSpacing(px(8))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        row.addWidget(self._replace)
        row.addWidget(self._keep)
        self.hide()

    def show_live(self, words: str) -> None:
        """The time in the text is true; nothing is said for an empty text."""
        self._say(words, "ok", "clock")
        self._replace.hide()
        self._keep.hide()

    def show_moved(self, words: str, replace: str) -> None:
        """The time in the text is not true any more; ``replace`` is what the remedy says."""
        self._say(words, "warning", "moved")
        self._replace.setText(replace)
        self._replace.setVisible(bool(replace))
        self._keep.setText(self._context.t("composer.etr_keep"))
        self._keep.show()

    def words(self) -> str:
        """What is said; empty while nothing is."""
        return self._words.text() if not self.isHidden() else ""

    def kind(self) -> str:
        """How it is coloured."""
        return str(self._words.property("kind"))

    def _say(self, words: str, kind: str, icon: str) -> None:
        self._words.setText(words)
        set_kind(self._words, kind if kind != "ok" else "small")
        self._icon.set_icon(self._context.theme.icon(icon, kind))
        self.setVisible(bool(words))

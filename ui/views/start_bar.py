"""The start bar: what stands where the composer will be, while nothing is being written."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from console.domain.draft import DraftMode
from ui.context import UiContext
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind


class StartBar(QFrame):
    """`chosen` carries a `DraftMode`, `draft_chosen` the id of a draft to go on with.

    `resized` comes when it needs another height.
    """

    chosen = Signal(object)
    draft_chosen = Signal(str)
    resized = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        set_kind(self, "footer")
        self._buttons: dict[DraftMode, QPushButton] = {}
        px = context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(8), px(6), px(8), px(6))
        column.setSpacing(px(4))
        self._says = ElidedLabel()
        set_kind(self._says, "ok")
        self._says.hide()
        column.addWidget(self._says)
        line = QWidget()
        row = Flow(line, gap=px(6))
        for mode in DraftMode:
            button = QPushButton()
            if mode is DraftMode.REPLY:
                button.setIcon(context.theme.icon("reply", "accent_text"))
                set_kind(button, "primary")
            button.clicked.connect(lambda _=False, one=mode: self.chosen.emit(one))
            row.addWidget(button)
            self._buttons[mode] = button
        self._drafts = QToolButton()
        self._drafts.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_kind(self._drafts, "link")
        self._menu = QMenu(self._drafts)
        self._drafts.setMenu(self._menu)
        row.addWidget(self._drafts)
        column.addWidget(line)

    def show_drafts(self, drafts: tuple[tuple[str, str], ...]) -> None:
        """The drafts of this appeal, as (id, words)."""
        self._menu.clear()
        for name, words in drafts:
            action = self._menu.addAction(words.replace("&", "&&"))
            action.triggered.connect(lambda _=False, one=name: self.draft_chosen.emit(one))
        self._drafts.setText(self._context.t("composer.drafts", count=len(drafts)))
        self._drafts.setVisible(bool(drafts))

    def show_modes(self, *, may_answer: bool, may_note: bool) -> None:
        """Offer what this person may write."""
        self._buttons[DraftMode.REPLY].setVisible(may_answer)
        self._buttons[DraftMode.INTERIM].setVisible(may_answer)
        self._buttons[DraftMode.NOTE].setVisible(may_note)

    def say(self, words: str) -> None:
        """Say what has just happened; nothing for an empty text."""
        self._says.setText(words)
        if self._says.isHidden() == bool(words):
            self._says.setVisible(bool(words))
            self.resized.emit()

    def said(self) -> str:
        """What is being said."""
        return self._says.text()

    def retranslate(self) -> None:
        """Say everything in the present language."""
        for mode, button in self._buttons.items():
            button.setText(self._context.t(f"composer.start_{mode}"))
        self.say("")

"""The mode bar: what is being written, and - large, in words and colour - who will read it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.draft import DraftMode
from ui.context import UiContext
from ui.presenters.composer import ModeFace
from ui.widgets.flow import Flow
from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind, set_state

_TOKENS = {"public": "public", "private": "info", "internal": "internal"}


class ModeBar(QFrame):
    """`chosen` carries a `DraftMode`, `draft_chosen` the id of another draft of the appeal."""

    chosen = Signal(object)
    draft_chosen = Signal(str)
    folded = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._face: ModeFace | None = None
        self._buttons: dict[DraftMode, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        for mode in DraftMode:
            button = QToolButton()
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            set_kind(button, "segment")
            button.clicked.connect(lambda _=False, one=mode: self.chosen.emit(one))
            self._group.addButton(button)
            self._buttons[mode] = button
        self._others = QToolButton()
        self._others.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._others.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._others.setIcon(context.theme.icon("pencil", "accent"))
        self._others.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_kind(self._others, "link")
        self._menu = QMenu(self._others)
        self._others.setMenu(self._menu)
        self._fold = QToolButton()
        self._fold.setIcon(context.theme.icon("chevron-down"))
        self._fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._fold.clicked.connect(self.folded)
        self._strip = QFrame()
        self._icon = Glyph(context.theme.px(20))
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        set_kind(self._title, "audience")
        self._arrange()

    def _arrange(self) -> None:
        px = self._context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(px(8), px(4), px(8), px(4))
        top.setSpacing(px(4))
        segments = QWidget()
        flow = Flow(segments, gap=px(4))
        for button in self._buttons.values():
            flow.addWidget(button)
        top.addWidget(segments, 1)
        top.addWidget(self._others)
        top.addWidget(self._fold)
        column.addLayout(top)
        line = QHBoxLayout(self._strip)
        line.setContentsMargins(px(12), px(5), px(12), px(5))
        line.setSpacing(px(8))
        line.addWidget(self._icon)
        line.addWidget(self._title, 1)
        self._strip.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column.addWidget(self._strip)

    def show_mode(self, face: ModeFace) -> None:
        """Show the mode and its audience."""
        self._face = face
        self._buttons[face.mode].setChecked(True)
        set_kind(self._strip, f"audience_{face.kind}")
        set_state(self._title, "audience", face.kind)
        self._icon.set_icon(self._context.theme.icon(face.icon, _TOKENS[face.kind]))
        self._title.setText(face.title)
        self._strip.setToolTip(face.hint)
        self._strip.setAccessibleName(face.title)

    def audience(self) -> tuple[str, str]:
        """The words and the kind of the audience that are shown."""
        return self._title.text(), str(self._strip.property("kind"))

    def show_others(self, drafts: tuple[tuple[str, str], ...]) -> None:
        """The other drafts of this appeal, as (id, words)."""
        self._menu.clear()
        for name, words in drafts:
            action = self._menu.addAction(words.replace("&", "&&"))
            action.triggered.connect(lambda _=False, one=name: self.draft_chosen.emit(one))
        words = self._context.t("composer.other_drafts", count=len(drafts))
        self._others.setText(f"+{len(drafts)}")
        self._others.setToolTip(words)
        self._others.setAccessibleName(words)
        self._others.setVisible(bool(drafts))

    def show_modes(self, *, may_answer: bool, may_note: bool) -> None:
        """Offer what this person may write."""
        self._buttons[DraftMode.REPLY].setVisible(may_answer)
        self._buttons[DraftMode.INTERIM].setVisible(may_answer)
        self._buttons[DraftMode.NOTE].setVisible(may_note)

    def retranslate(self) -> None:
        """Say everything in the present language; the owner brings a new face."""
        t = self._context.t
        for mode, button in self._buttons.items():
            button.setText(t(f"composer.mode_{mode}"))
        self._fold.setToolTip(t("composer.fold"))
        self._fold.setAccessibleName(t("composer.fold"))

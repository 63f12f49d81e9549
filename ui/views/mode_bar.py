"""The mode bar: what is being written, and - large, in words and colour - who will read it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
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
from ui.widgets.short_label import ShortLabel

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
        self._tight = False
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
        self._choice = QPushButton()
        self._choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._choice.setIcon(context.theme.icon("chevron-down"))
        self._choice.setIconSize(QSize(context.theme.px(10), context.theme.px(10)))
        self._choice.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow is at the end
        set_kind(self._choice, "filter")
        self._modes = QMenu(self._choice)
        self._modes.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._modes.aboutToShow.connect(self._fill_modes)
        self._choice.setMenu(self._modes)
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
        self._title = ShortLabel()
        set_kind(self._title, "audience")
        self._arrange()

    def _arrange(self) -> None:
        px = self._context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._above = QWidget()
        self._top = QHBoxLayout(self._above)
        self._top.setContentsMargins(px(8), px(4), px(8), px(4))
        self._top.setSpacing(px(4))
        segments = QWidget()
        flow = Flow(segments, gap=px(4))
        for button in self._buttons.values():
            flow.addWidget(button)
        self._top.addWidget(segments, 1)
        self._top.addWidget(self._others)
        self._top.addWidget(self._fold)
        column.addWidget(self._above)
        self._audience = QWidget()
        told = QHBoxLayout(self._audience)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(px(8))
        told.addWidget(self._icon)
        told.addWidget(self._title, 1)
        self._narrow = QWidget()
        self._flow = Flow(self._narrow, gap=px(8))
        self._flow.addWidget(self._choice)
        self._narrow.hide()
        self._line = QHBoxLayout(self._strip)
        self._line.setContentsMargins(px(12), px(5), px(12), px(5))
        self._line.addWidget(self._narrow, 1)
        self._line.addWidget(self._audience, 1)
        column.addWidget(self._strip)

    def set_tight(self, *, tight: bool) -> None:
        """Where there is little room: modes, drafts and folding in a menu, the audience short."""
        if tight == self._tight:
            return
        self._tight = tight
        self._above.setVisible(not tight)
        self._narrow.setVisible(tight)
        set_kind(self._title, "audience_short" if tight else "audience")
        if tight:
            self._flow.addWidget(self._audience)
        else:
            self._line.addWidget(self._audience, 1)
        self._say_audience()

    def show_mode(self, face: ModeFace) -> None:
        """Show the mode and its audience."""
        self._face = face
        self._buttons[face.mode].setChecked(True)
        set_kind(self._strip, f"audience_{face.kind}")
        set_state(self._title, "audience", face.kind)
        self._icon.set_icon(self._context.theme.icon(face.icon, _TOKENS[face.kind]))
        self._say_audience()
        self._choice.setText(self._context.t(f"composer.mode_{face.mode}"))
        self._strip.setToolTip(face.hint)
        self._strip.setAccessibleName(face.title)

    def audience(self) -> tuple[str, str]:
        """The words and the kind of the audience that are shown."""
        return self._title.text(), str(self._strip.property("kind"))

    def _say_audience(self) -> None:
        face = self._face
        if face is not None:
            self._title.setText(face.audience if self._tight else face.title)

    def _fill_modes(self) -> None:
        self._modes.clear()
        for mode, button in self._buttons.items():
            if not button.isHidden():
                action = self._modes.addAction(button.text())
                action.triggered.connect(lambda _=False, one=mode: self.chosen.emit(one))
        self._modes.addSeparator()
        for action in self._menu.actions():
            self._modes.addAction(action)
        self._modes.addSeparator()
        fold = self._modes.addAction(self._fold.toolTip())
        fold.triggered.connect(self.folded)

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

"""The desk: rail, pages, banner and status bar around the views of one signed-in console."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout
from PySide6.QtWidgets import QWidget as Widget
from shiboken6 import isValid

from console.domain.ids import Ref
from ui.context import UiContext
from ui.presenters.status import Action, BannerWords
from ui.views.appeal_view import AppealView
from ui.views.inspector_view import InspectorView
from ui.views.queue_view import QueueView
from ui.views.rail_view import RailView
from ui.views.status_bar import StatusBar
from ui.widgets.banner import Banner
from ui.widgets.kind import set_kind
from ui.windows.first_page import SIZES
from ui.windows.late import Late

if TYPE_CHECKING:  # made when they are first shown
    from ui.views.board_view import BoardView
    from ui.views.handover_view import HandoverView
    from ui.views.outbox_view import OutboxView

PAGES = ("queue", "outbox", "board", "shift")
"""What the middle of the window can show."""

_TOKENS = {"ok": "ok", "info": "info", "warning": "warning", "danger": "danger"}
_NARROWEST = (340, 360, 264)
_SHORT = 440
"""Below this height, in pixels at zoom 1, a banner takes one line."""


class ShowsAppeal(Protocol):
    """A view that shows one appeal."""

    def show_appeal(self, ref: Ref | None) -> None:
        """Show an appeal, or that there is none."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The views that the desk arranges."""

    rail: RailView
    queue: QueueView
    appeal: AppealView
    inspector: InspectorView
    outbox: Late[OutboxView]
    board: Late[BoardView]
    shift: Late[HandoverView]
    status: StatusBar


class Desk(Widget):
    """Arranges the parts. `banner_pressed` carries what the banner's button is to do."""

    banner_pressed = Signal(str)
    page_changed = Signal(str)

    def __init__(self, context: UiContext, parts: Parts, *, parent: Widget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.parts = parts
        self._action: Action = ""
        self._other: Action = ""
        self._banner = Banner()
        self._banner.pressed.connect(lambda: self.banner_pressed.emit(self._action))
        self._banner.other_pressed.connect(lambda: self.banner_pressed.emit(self._other))
        self.break_banner = Banner()
        self.moved_banner = Banner()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._pages = QStackedWidget()
        self._page = "queue"
        self._is_urgent = False
        self._keys_before: Widget | None = None
        self._lay_out()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._note_focus)

    @property
    def page(self) -> str:
        """Which of `PAGES` is shown."""
        return self._page

    @property
    def banner(self) -> Banner:
        """The banner across the pages."""
        return self._banner

    @property
    def splitter(self) -> QSplitter:
        """Queue, appeal and inspector side by side."""
        return self._splitter

    def show_page(self, page: str) -> None:
        """Show another page; the rail marks it."""
        if page == self._page:
            return
        self._page = page
        shown = self._shown()
        if self._pages.indexOf(shown) < 0:
            self._pages.addWidget(shown)
        self._pages.setCurrentWidget(shown)
        if page != "queue":
            self.parts.rail.set_current(page)
            shown.setFocus()
        self.page_changed.emit(page)

    def show_banner(self, words: BannerWords | None) -> None:
        """Say across the window what stands in the way; None takes it away."""
        self._action = words.action if words else ""
        self._other = words.other_action if words else ""
        had_keys, before = self._in_banner(QApplication.focusWidget()), self._keys_before
        if words is None:
            self._banner.hide()
        else:
            icon = self._context.theme.icon(words.icon, _TOKENS[words.tone])
            self._is_urgent = words.tone == "danger"
            self._fit_banner()
            self._banner.say(
                words.text, kind=words.tone, icon=icon, action=words.button, other=words.other
            )
        if had_keys and not self._in_banner(QApplication.focusWidget()):
            self._give_keys_back(before)

    def show_break(
        self, text: str, *, kind: str = "info", icon: QIcon | None = None, action: str = ""
    ) -> None:
        """Say across the window that its person has a break; an empty text takes it away."""
        if text:
            self.break_banner.say(text, kind=kind, icon=icon or QIcon(), action=action)
            return
        focus = QApplication.focusWidget()
        had_keys = focus is not None and self.break_banner.isAncestorOf(focus)
        self.break_banner.hide()
        if had_keys:
            self._give_keys_back(self._keys_before)

    def show_moved(self, text: str, *, icon: QIcon, action: str, other: str) -> None:
        """Say across the window that a told time has moved."""
        self.moved_banner.say(text, kind="warning", icon=icon, action=action, other=other)

    def hide_moved(self) -> None:
        """Every told time is true, or nobody wants to hear of it now."""
        focus = QApplication.focusWidget()
        had_keys = focus is not None and self.moved_banner.isAncestorOf(focus)
        self.moved_banner.hide()
        if had_keys:
            self._give_keys_back(self._keys_before)

    def _note_focus(self) -> None:
        """Without the arguments of the signal: the widget that has lost the keys may be dying."""
        now = QApplication.focusWidget()
        if now is not None and not self._in_banner(now):
            self._keys_before = now

    def _in_banner(self, widget: Widget | None) -> bool:
        banners = (self._banner, self.break_banner, self.moved_banner)
        return widget is not None and any(one.isAncestorOf(widget) for one in banners)

    def _give_keys_back(self, before: Widget | None) -> None:
        """The pressed button has gone: Qt gave the keys to some button of the status bar."""
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._shown().setFocus()

    def next_pane(self, step: int) -> None:
        """Move the keyboard focus to the next (1) or previous (-1) part of the window."""
        panes = [pane for pane in self._panes() if pane.isVisible()]
        focus = QApplication.focusWidget()
        at = next(
            (
                n
                for n, pane in enumerate(panes)
                if focus is not None and (pane is focus or pane.isAncestorOf(focus))
            ),
            -step,
        )
        panes[(at + step) % len(panes)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def resize_to_zoom(self) -> None:
        """Fit the present zoom."""
        self.parts.rail.resize_to_zoom()
        self.parts.queue.resize_to_zoom()
        self.parts.status.resize_to_zoom()
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is not room for all three, the inspector steps back."""
        super().resizeEvent(event)
        self.parts.rail.fit_width()
        self._fit_banner()
        self._make_room()

    def _fit_banner(self) -> None:
        """One line where letters are large: the status bar says the same, and a tooltip has it all.

        What endangers words is told whole, however much room that takes.
        """
        short = self.height() < self._context.theme.px(_SHORT)
        self._banner.set_compact(compact=short and not self._is_urgent)

    def _make_room(self) -> None:
        """No column is narrower than its words, as long as the window is wide enough for that."""
        px, parts = self._context.theme.px, self.parts
        room = self.width() - parts.rail.width()
        parts.inspector.setVisible(room >= sum(px(width) for width in _NARROWEST))
        for part, width in zip(self._columns()[:2], _NARROWEST, strict=False):
            part.setMinimumWidth(min(width, px(width)))
        beside = parts.inspector.minimumSizeHint().width() if parts.inspector.isVisible() else 0
        if parts.queue.minimumWidth() + parts.appeal.minimumSizeHint().width() + beside <= room:
            parts.appeal.setMinimumWidth(0)  # its own words decide

    def _columns(self) -> tuple[Widget, Widget, Widget]:
        return self.parts.queue, self.parts.appeal, self.parts.inspector

    def _shown(self) -> Widget:
        match self._page:
            case "outbox":
                return self.parts.outbox.view
            case "board":
                return self.parts.board.view
            case "shift":
                return self.parts.shift.view
        return self._splitter

    def _panes(self) -> list[Widget]:
        parts = self.parts
        if self._page != "queue":
            return [parts.rail, self._shown()]
        return [parts.rail, parts.queue.rows, parts.appeal, parts.inspector]

    def _lay_out(self) -> None:
        for part in self._columns():
            self._splitter.addWidget(part)
        self._splitter.setStretchFactor(0, 2)
        self._splitter.setStretchFactor(1, 5)
        self._splitter.setStretchFactor(2, 1)
        self._splitter.setSizes(list(SIZES))
        self._pages.addWidget(self._splitter)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.break_banner)
        middle.addWidget(self._banner)
        middle.addWidget(self.moved_banner)
        middle.addWidget(self._pages, 1)
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.parts.rail)
        across.addLayout(middle, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across, 1)
        column.addWidget(self.parts.status)
        set_kind(self, "desk")
        self.resize_to_zoom()

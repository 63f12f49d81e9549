"""The board: per branch and operator what burns, and the appeals behind a line, to be dragged."""

from __future__ import annotations

from array import array
from datetime import timedelta

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.changes import Changes
from console.domain.ids import Ref
from console.domain.operator import Right
from console.readmodel import Link, QueueQuery, QueueRow
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.board import COLUMNS, BoardModel
from ui.models.queue import QueueModel
from ui.models.roles import Role
from ui.presenters.board import BoardLine, board_lines
from ui.presenters.errors import sentence_of
from ui.presenters.queue import QueueWords
from ui.views import queue_delegate
from ui.views.page_frame import lay_page, page_head
from ui.views.queue_delegate import QueueDelegate
from ui.views.speech import Speech
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.kind import set_kind
from ui.widgets.row_list import RowList

REFRESH_MS = 30_000
"""Deadlines pass without a commit."""

_MOST_LISTED = 500
_ROW = 30
_SIDE = 310
_NAME = 200
_SPARED = ("awaiting", "answered_today")
_LAST_SPARED = "oldest"


class BoardView(QFrame):
    """`appeal_activated` carries the `Ref` to show; `assign_wanted` refs and an operator's id."""

    appeal_activated = Signal(object)
    assign_wanted = Signal(object, str)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._speech = Speech(context)
        self._key: tuple[str, str] | None = None
        self._is_stale = True
        self._widths: dict[str, int] = {}
        set_kind(self, "panel")
        self._make_parts()
        self._lay_out()
        self._wire()
        self.retranslate()

    @property
    def lines(self) -> tuple[BoardLine, ...]:
        """What the table shows."""
        return self._model.lines

    @property
    def table(self) -> QTableView:
        """The table."""
        return self._table

    @property
    def ref(self) -> Ref | None:
        """The appeal that is current in the list beside the table."""
        at = self._list.currentIndex()
        return self._appeals.ref(at.row()) if at.isValid() else None

    def selected(self) -> tuple[Ref, ...]:
        """The appeals that are selected in the list beside the table."""
        rows = sorted(index.row() for index in self._list.selectionModel().selectedRows())
        return tuple(ref for ref in map(self._appeals.ref, rows) if ref is not None)

    def refresh(self) -> None:
        """Read the board anew; the chosen line stays chosen."""
        if not self.isVisible():
            self._is_stale = True
            return
        self._is_stale = False
        if not self._context_may_see():
            self._show_empty("no_right")
            return
        try:
            self._read()
        except Exception as error:  # noqa: BLE001 - said on the page, with a way to try again
            self._show_failed(error)

    def _read(self) -> None:
        reader, now = self._context.console.reader, self._context.now()
        rows, away = reader.board(now=now), reader.away(now=now)
        names = self._speech.branch_names()
        lines = board_lines(rows, self._speech.here, branch_names=names, away=away)
        self._model.show(lines)
        if not lines:
            self._show_empty("empty")
            return
        self._pages.setCurrentIndex(0)
        self._choose_again()
        self._show_appeals()
        self._show_age()

    def retranslate(self) -> None:
        """Read every word anew."""
        self._title.setText(self._context.t("board.title"))
        self._table.setAccessibleName(self._context.t("board.title"))
        self._delegate.words = self._words()
        self._model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._fit_columns()
        self.refresh()

    def setFocus(self) -> None:  # type: ignore[override]
        """The table takes the keys."""
        self._table.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when seen."""
        super().showEvent(event)
        self._again.start()
        if self._is_stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where table and appeals do not fit beside each other, the appeals stand below; where
        not even the table fits, what burns least is left out.
        """
        super().resizeEvent(event)
        self._make_room()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        super().hideEvent(event)
        self._again.stop()
        self._is_stale = True

    # ------------------------------------------------------------------ building

    def _make_parts(self) -> None:
        context, theme = self._context, self._context.theme
        self._title = QLabel()
        set_kind(self._title, "title")
        self._updated = QLabel()
        set_kind(self._updated, "small")
        self._model = BoardModel(words=context.t, color=theme.color, font=theme.font)
        self._table = QTableView()
        self._table.setModel(self._model)
        self._table.setObjectName("board")
        self._table.setShowGrid(False)
        self._table.setAlternatingRowColors(False)
        self._table.setTabKeyNavigation(False)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self._table.setDropIndicatorShown(True)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(theme.px(_ROW))
        self._table.horizontalHeader().setHighlightSections(False)
        self._appeals = QueueModel(context.console.reader.queue_rows, speak=self._speak)
        self._delegate = QueueDelegate(context, self._words())
        self._list = RowList(row_height=theme.px(queue_delegate.ROW))
        self._list.setObjectName("board-appeals")
        self._list.setModel(self._appeals)
        self._list.setItemDelegate(self._delegate)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setDragEnabled(True)
        self._list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self._caption = ElidedLabel()
        set_kind(self._caption, "section")
        self._empty = EmptyState()
        self._again = QTimer(self)
        self._again.setObjectName("board-refresh")
        self._again.setInterval(REFRESH_MS)

    def _lay_out(self) -> None:
        head = page_head(self._title)
        head.addStretch(1)
        head.addWidget(self._updated)
        side = QWidget()
        below = QVBoxLayout(side)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        self._caption.setContentsMargins(12, 8, 12, 4)
        below.addWidget(self._caption)
        below.addWidget(self._list, 1)
        self._split = QSplitter()
        self._split.setChildrenCollapsible(False)
        self._split.setHandleWidth(1)
        self._split.addWidget(self._table)
        self._split.addWidget(side)
        self._split.setStretchFactor(0, 1)
        self._split.setSizes([1160 - _SIDE, _SIDE])
        self._pages = QStackedWidget()
        self._pages.addWidget(self._split)
        self._pages.addWidget(self._empty)
        lay_page(self, head, self._pages)

    def _wire(self) -> None:
        self._again.timeout.connect(self.refresh)
        self._empty.pressed.connect(self.refresh)
        self._bridge.changed.connect(self._on_changes)
        self._bridge.language_changed.connect(self.retranslate)
        self._bridge.theme_changed.connect(self._on_look)
        self._model.dropped.connect(self._on_dropped)
        self._table.selectionModel().currentRowChanged.connect(self._on_line)
        self._table.activated.connect(self._open_oldest)
        self._list.opened.connect(self._open)
        self._list.doubleClicked.connect(self._open)
        self._list.selectionModel().selectionChanged.connect(lambda *_: self._tell_choice())

    # ------------------------------------------------------------------ what happens

    def _on_changes(self, changes: Changes) -> None:
        people = changes.operators or changes.presence
        if changes.appeals or changes.everything or changes.outbox or people:
            self.refresh()
        elif changes.status and self.isVisible() and self._pages.currentIndex() == 0:
            self._show_age()

    def _on_look(self) -> None:
        theme = self._context.theme
        self._table.verticalHeader().setDefaultSectionSize(theme.px(_ROW))
        self._list.set_row_height(theme.px(queue_delegate.ROW))
        self._fit_columns()
        self.refresh()

    def _on_line(self, index: QModelIndex) -> None:
        line = index.data(Role.ROW) if index.isValid() else None
        if isinstance(line, BoardLine) and line.key != self._key:
            self._key = line.key
            self._show_appeals()

    def _on_dropped(self, refs: tuple[Ref, ...], line: BoardLine) -> None:
        if line.owner is not None:
            self.assign_wanted.emit(refs, line.owner)

    def _open_oldest(self, index: QModelIndex) -> None:
        line = index.data(Role.ROW)
        if isinstance(line, BoardLine) and line.oldest is not None:
            self.appeal_activated.emit(line.oldest)

    def _open(self, index: QModelIndex) -> None:
        ref = self._appeals.ref(index.row())
        if ref is not None:
            self.appeal_activated.emit(ref)

    def _tell_choice(self) -> None:
        self._dispatcher.refocus(has_choice=self._list.selectionModel().hasSelection())

    # ------------------------------------------------------------------ what is shown

    def _choose_again(self) -> None:
        at = self._model.place_of(self._key) if self._key else -1
        if at < 0:
            at = next((n for n, one in enumerate(self.lines) if one.level == "unassigned"), 0)
        self._key = self.lines[at].key
        if self._table.currentIndex().row() != at:
            self._table.selectRow(at)

    def _show_appeals(self) -> None:
        line = next((one for one in self.lines if one.key == self._key), None)
        if line is None:
            return
        query = _query_of(line)
        reader, now = self._context.console.reader, self._context.now()
        ids = array("q", reader.queue_ids(query, now=now, limit=_MOST_LISTED))
        if ids != self._appeals.ids:
            self._appeals.reset(ids)
            self._tell_choice()
        else:
            self._appeals.refresh(None, self._list.visible_rows())
        shown = line.name if line.level != "unassigned" else self._unassigned_of(line.branch)
        self._caption.setText(shown)
        self._list.setAccessibleName(shown)

    def _unassigned_of(self, branch: str) -> str:
        return f"{self._speech.branch_name(branch)} · {self._context.t('board.unassigned')}"

    def _show_age(self) -> None:
        """How old the numbers are: without a connection, as old as the last word of the server."""
        status, here = self._context.console.sync.status(), self._speech.here()
        if status.link in (Link.OFFLINE, Link.WORK_OFFLINE) and status.last_pull_at is not None:
            words = self._context.t("board.stale", time=here.at(status.last_pull_at))
        else:
            words = self._context.t("board.updated", time=here.clock(self._context.now()))
        self._updated.setText(words)

    def _show_empty(self, what: str) -> None:
        t = self._context.t
        icon = self._context.theme.icon("board", "text_dim")
        self._empty.say(icon, t(f"board.{what}_title"), t(f"board.{what}_body"))
        self._updated.clear()
        self._pages.setCurrentIndex(1)

    def _show_failed(self, error: Exception) -> None:
        t = self._context.t
        icon = self._context.theme.icon("warning", "warning")
        words = sentence_of(error, self._context.catalog)
        self._empty.say(icon, t("board.failed_title"), words, t("board.try_again"))
        self._updated.clear()
        self._pages.setCurrentIndex(1)

    def _context_may_see(self) -> bool:
        operator = self._context.operator
        return operator is not None and operator.may(Right.SEE_BOARD)

    def _words(self) -> QueueWords:
        context = self._context
        session = context.session
        return QueueWords(
            catalog=context.catalog,
            zones=context.zones,
            me=session.operator if session else "",
            due_soon=timedelta(minutes=context.console.settings.due_soon_minutes),
        )

    def _speak(self, row: QueueRow) -> str:
        return self._words().spoken(row, self._context.now())

    def _fit_columns(self) -> None:
        """Numbers as wide as the longest word of their heads, the name takes what is left."""
        header, theme = self._table.horizontalHeader(), self._context.theme
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(theme.px(48))
        metrics = QFontMetrics(theme.font("strong"))
        header.setFixedHeight(2 * metrics.lineSpacing() + theme.px(12))
        for at, name in enumerate(COLUMNS[1:], start=1):
            words = self._context.t(f"board.{name}").split()
            width = max(metrics.horizontalAdvance(word) for word in words)
            if name == "oldest":
                room = metrics.horizontalAdvance(self._context.t("board.oldest_room"))
                width = max(width, room)  # the lines of branches are bold
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(at, width + theme.px(18))
            self._widths[name] = width + theme.px(18)
        self._make_room()

    def _make_room(self) -> None:
        px, numbers = self._context.theme.px, sum(self._widths.values())
        least = numbers + px(_NAME)
        for name in _SPARED:
            self._table.setColumnHidden(COLUMNS.index(name), self.width() < least)
        spared = least - sum(self._widths[name] for name in _SPARED)
        self._table.setColumnHidden(COLUMNS.index(_LAST_SPARED), self.width() < spared)
        narrow = self.width() < least + px(_SIDE)
        way = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if way is not self._split.orientation():
            self._split.setOrientation(way)
            self._split.setSizes([300, 200] if narrow else [1160 - _SIDE, _SIDE])


def _query_of(line: BoardLine) -> QueueQuery:
    if line.level == "total":
        return QueueQuery("open")
    if line.level == "unassigned":
        return QueueQuery("unassigned", branches=(line.branch,))
    owners = (line.owner,) if line.owner else ()
    return QueueQuery("open", branches=(line.branch,), owners=owners)

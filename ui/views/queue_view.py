"""The queue: its head, the virtual list of appeals, and what is shown when there are none."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QTimer,
    Signal,
)
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QStackedWidget, QVBoxLayout, QWidget

from console.changes import Changes
from console.domain.ids import Ref
from console.listing import Grouping, Link, PresenceRow, QueueQuery, QueueRow, QueueSort, SyncStatus
from ui.context import UiContext
from ui.models.queue import QueueModel
from ui.models.queue_loader import QueueList, QueueLoader
from ui.presenters.grouping import Group, heading_spoken, laid_out
from ui.presenters.queue import SHOWN, QueueWords
from ui.views import queue_delegate
from ui.views.queue_delegate import QueueDelegate
from ui.views.queue_filter import QueueFilter
from ui.widgets.empty_state import EmptyState
from ui.widgets.kind import set_kind
from ui.widgets.row_list import RowList

if TYPE_CHECKING:  # the first page is not empty
    from console.domain.branch import Branch
    from ui.presenters.queue_empty import EmptyWords

TICK_MS = 1000
"""How often the visible clocks are looked at."""

_SETTLE_MS = 30
"""Holding J down must not open every appeal on the way."""

_LONG_SECONDS = 0.05
_REST_SHARE = 3
"""A list that takes long to read is read anew in a quarter of the time at most."""

_CHOOSE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class QueueView(QFrame):
    """Shows one `QueueQuery`. `appeal_activated` carries the `Ref` that is to be shown (or None),
    `appeal_opened` one that the person wants to go to; `query_changed` what is asked for now;
    `begun` tells that the first rows of another list are shown, `counted` that all are known;
    `way_chosen` the way out of an empty queue (see `ui.presenters.queue_empty`).
    """

    appeal_activated = Signal(object)
    appeal_opened = Signal(object)
    query_changed = Signal(object)
    begun = Signal()
    counted = Signal(int)
    way_chosen = Signal(str)

    def __init__(
        self, context: UiContext, loader: QueueLoader, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._loader = loader
        self._status = SyncStatus(Link.STARTING)
        self._stored = 0
        self._ref: Ref | None = None
        self._told: Ref | None = None
        self._lost_at: int | None = None
        self._way = ""
        self._loaded = self._reading = self._stale = False
        self._since = 0.0
        self._groups: tuple[Group, ...] = ()
        self._folded: set[str] = set()
        self._facts = SHOWN
        set_kind(self, "panel")
        self._make_parts()
        self._lay_out()
        self.retranslate()

    # What is shown

    @property
    def query(self) -> QueueQuery:
        """What is asked for now."""
        return self._head.query

    @property
    def head(self) -> QueueFilter:
        """The head with search and filters."""
        return self._head

    @property
    def rows(self) -> RowList:
        """The list itself, for the keyboard focus."""
        return self._list

    @property
    def model(self) -> QueueModel:
        """The rows that are shown."""
        return self._model

    @property
    def delegate(self) -> QueueDelegate:
        """What paints them."""
        return self._delegate

    @property
    def empty(self) -> EmptyState:
        """What is said where there are none."""
        return self._empty

    @property
    def ref(self) -> Ref | None:
        """The chosen appeal; it stays chosen when it leaves the queue."""
        return self._ref

    def selected(self) -> tuple[Ref, ...]:
        """All selected appeals, from top to bottom."""
        rows = sorted(index.row() for index in self._list.selectionModel().selectedRows())
        return tuple(ref for ref in map(self._model.ref, rows) if ref is not None)

    def ask(self, query: QueueQuery, title: str) -> None:
        """Show another queue, or the same one differently narrowed or sorted."""
        if query.queue != self._head.query.queue:
            self._lost_at = None
        self._head.show_query(query, title)
        self._loaded = False
        self._load(())

    def begin_with(self, query: QueueQuery, ids: Sequence[int], rows: Sequence[QueueRow]) -> None:
        """Show the first rows of a queue that have been read already, and then read the rest."""
        self._head.show_query(query, self._context.t(f"queue.name_{query.queue}"))
        self._reading, self._since = True, time.monotonic()
        self._begin(QueueList(query, array("q", ids), (), None, rows, whole=False))
        QTimer.singleShot(0, self, lambda: self._load(self._model.ids))

    def shows(self, query: QueueQuery) -> bool:
        """Whether rows of exactly this have been read."""
        return self._loaded and self._head.query == query

    @property
    def is_whole(self) -> bool:
        """Whether all of the list has been read."""
        return self._loaded and not self._reading

    def offer(self, branches: Sequence[Branch], topics: Sequence[str]) -> None:
        """The branches and topics to narrow by."""
        self._head.offer(branches, topics)

    def on_changes(self, changes: Changes) -> None:
        """Read again what a commit may have touched."""
        refs = None if changes.everything or changes.outages else changes.appeals
        if refs is None or refs or changes.drafts or changes.outbox or changes.operators:
            whole = changes.drafts or changes.outbox or changes.operators
            self._model.refresh(None if whole else refs, self._list.visible_rows())
            self.reload()
        if changes.presence or changes.everything:
            self.show_presence()

    def show_presence(self) -> None:
        """Read who is where, and show it."""
        presence = self._context.console.reader.presence()
        self._model.set_presence(presence, self._list.visible_rows())

    def reload(self) -> None:
        """Read the list anew and move to it row by row; while it is being read, once more after.

        What took long to read is left alone for some time: else a large queue would do nothing but
        read while changes keep coming.
        """
        if self._reading or self._rest.isActive():
            self._stale = True
        else:
            self._load(self._model.ids)

    def show_status(self, status: SyncStatus, *, stored: int) -> None:
        """How the console stands with the server, and how many appeals it holds."""
        self._status, self._stored = status, stored
        if self._loaded:
            self._show_page()

    # Moving about

    def go(self, step: int) -> None:
        """Choose the next (1) or the previous (-1) appeal."""
        count = self._model.rowCount()
        if not count:
            return
        at = self._list.currentIndex().row()
        if at < 0:
            lost = self._lost_at if self._lost_at is not None else 0
            wanted = lost if step > 0 else lost - 1
        else:
            wanted = at + step
        wanted = min(count - 1, max(0, wanted))
        self.choose(self._list.reachable(wanted, down=step > 0))

    def choose(self, at: int) -> None:
        """Choose the appeal in that place."""
        index = self._model.index(at, 0)
        self._list.selectionModel().setCurrentIndex(index, _CHOOSE)
        self._list.scrollTo(index)

    def choose_ref(self, ref: Ref) -> bool:
        """Choose an appeal by its reference; whether it is in this queue.

        One that is not is chosen all the same, and no row: whoever shows it has to do so.
        """
        at = self._model.place_of(self._context.console.reader.row_id(ref))
        if at >= 0:
            self.choose(at)
        else:
            self.leave(ref)
        return at >= 0

    def leave(self, ref: Ref | None = None) -> None:
        """Let no row be chosen: an appeal from elsewhere is shown, or none.

        J and K go on from where the choice was; a click on that row chooses it anew.
        """
        at = self._list.currentIndex().row()
        if at >= 0:
            self._lost_at = at
        self._settle.stop()
        self._ref = self._told = ref
        self._quietly(self._list.selectionModel().clear)

    # Groups

    def group_by(self, kind: Grouping) -> None:
        """Ask for other groups, or none."""
        self._folded.clear()
        self._head.group_by(kind)

    def fold(self, at: int | None = None) -> None:
        """Fold or unfold the group of a row, else of the chosen one, else the first in sight."""
        if at is None:
            at = self._list.currentIndex().row()
        if at < 0:
            at = self._list.visible_rows().start
        group = self._model.group_of(at)
        if group is not None:
            self._folded ^= {group.key}
            self._regroup(self._groups)

    def fold_all(self) -> None:
        """Fold every group, or unfold all where all are folded."""
        if self._groups:
            keys = {one.key for one in self._groups}
            self._folded = set() if self._folded >= keys else keys
            self._regroup(self._groups)
            self._list.viewport().update()

    def is_folded(self, group: Group) -> bool:
        """Whether only the heading of a group is shown."""
        return group.key in self._folded

    def sort_by(self, sort: QueueSort) -> None:
        """Ask for another order."""
        self._head.sort_by(sort)

    # Keeping up

    def tick(self) -> None:
        """Paint the visible rows whose clock looks different by now, and no others."""
        now = self._context.now()
        for at in self._list.visible_rows():
            item = self._model.item(at)
            if item is None:
                continue
            words = self._delegate.words
            if self._delegate.shown.get(at) != words.ringing(
                item.row, now
            ) or self._delegate.shown_held.get(at) != words.held(item.people, now):
                self._list.update_row(at)

    def retranslate(self) -> None:
        """Read every word anew; also after another person has signed in."""
        self._delegate.words = self._words()
        self._delegate.forget()
        self._list.setAccessibleName(self._context.t("queue.list_name"))
        self._head.retranslate()
        self._list.viewport().update()
        if self._loaded:
            self._show_page()

    def resize_to_zoom(self) -> None:
        """Fit the present zoom."""
        self._delegate.forget()
        self._list.set_row_height(self._delegate.height)
        self._list.viewport().update()

    @property
    def density(self) -> str:
        """How much room the rows have, one of `queue_delegate.DENSITIES`."""
        return self._delegate.density

    @property
    def facts(self) -> frozenset[str]:
        """What the rows show, of `ui.presenters.queue.FACTS`."""
        return self._facts

    def set_facts(self, facts: frozenset[str]) -> None:
        """Show these facts; nothing is read anew, and what is looked at stays where it is."""
        if facts != self._facts:
            self._facts = facts
            self._delegate.words = self._words()
            self._delegate.forget()
            self._list.viewport().update()

    def set_density(self, density: str) -> None:
        """Give the rows so much room; of a kind that is not known, as much as delivered."""
        known = density in queue_delegate.DENSITIES
        self._delegate.density = density if known else queue_delegate.DENSITIES[0]
        self.resize_to_zoom()

    def showEvent(self, event: QShowEvent) -> None:
        """Clocks tick only where they are seen."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Clocks tick only where they are seen."""
        super().hideEvent(event)
        self._timer.stop()

    def _make_parts(self) -> None:
        context = self._context
        self._head = QueueFilter(context)
        self._head.changed.connect(self.query_changed)
        self._head.left.connect(self._enter_list)
        self._model = QueueModel(
            context.console.reader.queue_rows,
            speak=self._speak,
            speak_group=self._speak_group,
            speak_people=self._speak_people,
            parent=self,
        )
        self._delegate = QueueDelegate(context, self._words(), is_folded=self.is_folded)
        self._list = RowList(row_height=context.theme.px(queue_delegate.ROW))
        self._list.setObjectName("queue")
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        self._list.selectionModel().selectionChanged.connect(self._on_selection)
        self._list.clicked.connect(self._on_clicked)
        self._list.doubleClicked.connect(self._on_opened)
        self._empty = EmptyState()
        self._empty.pressed.connect(lambda: self.way_chosen.emit(self._way))
        self._timer = QTimer(self)
        self._timer.setObjectName("queue-tick")
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._settle = QTimer(self)
        self._settle.setObjectName("queue-settle")
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._tell)
        self._rest = QTimer(self, singleShot=True)
        self._rest.setObjectName("queue-rest")
        self._rest.timeout.connect(self._on_rested)

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self._list)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._pages, 1)

    # Loading

    def _load(self, shown: Sequence[int]) -> None:
        self._rest.stop()
        self._reading, self._stale, self._since = True, False, time.monotonic()
        self._loader.load(
            self._head.query, shown, then=self._on_list, failed=self._on_failed, owner=self
        )

    def _on_list(self, found: QueueList) -> None:
        self._reading = not found.whole
        if not self._loaded or (found.rows and not self._model.rowCount()):
            self._begin(found)
        elif found.groups:
            self._regroup(found.groups)
        elif not found.before and found.operations is None:
            self._model.extend(found.ids[len(self._model.ids) :])
            if not self._list.currentIndex().isValid():
                self._choose_again()
        else:
            self._merge(found)
        if found.whole:
            self._end(len(found.ids))

    def _begin(self, found: QueueList) -> None:
        """Show another list, or its beginning while the rest is read."""
        self._loaded = True
        self._groups = found.groups
        self._delegate.grouping = found.query.group
        ids = laid_out(found.groups, self._folded) if found.groups else found.ids
        self._model.reset(ids, found.rows, groups=found.groups, read=found.ids)
        self._list.verticalScrollBar().setValue(0)
        self._choose_again()
        if self._reading:
            self._head.show_count(None)
            self._show_page()
        self.begun.emit()

    def _regroup(self, groups: tuple[Group, ...]) -> None:
        """Show the groups as they are now, what is looked at in its place."""
        self._groups = groups
        anchor = self._list.anchor()
        ids = laid_out(groups, self._folded)
        self._quietly(lambda: self._model.regroup(ids, groups))
        self._list.restore(anchor)
        if not self._list.currentIndex().isValid():
            self._choose_again()

    def _end(self, count: int) -> None:
        self._head.show_count(count)
        self._show_page()
        self.counted.emit(count)
        took = time.monotonic() - self._since
        if took > _LONG_SECONDS:
            self._rest.start(round(_REST_SHARE * took * 1000))
        elif self._stale:
            self.reload()

    def _on_rested(self) -> None:
        if self._stale:
            self.reload()

    def _merge(self, found: QueueList) -> None:
        anchor, at = self._list.anchor(), self._list.currentIndex().row()
        chosen = QPersistentModelIndex(self._list.currentIndex())
        self._quietly(lambda: self._model.change(found.ids, found.operations))
        self._list.restore(anchor)
        # Qt makes a neighbour of a removed row the current one, without anybody having chosen it.
        if self._ref is not None and not chosen.isValid() and at >= 0:
            self._lost_at = at
        if self._lost_at is not None:
            self._choose_again()

    def _choose_again(self) -> None:
        """Keep the chosen appeal chosen where this list has it, without telling it anew."""
        if self._ref is None:
            return
        at = self._model.place_of(self._context.console.reader.row_id(self._ref))
        if at >= 0:
            self._quietly(lambda: self.choose(at))
            self._lost_at = None
        else:
            self._quietly(self._list.selectionModel().clear)

    def _quietly(self, work: Callable[[], object]) -> None:
        self._is_quiet = True
        try:
            work()
        finally:
            self._is_quiet = False

    def _on_failed(self, error: Exception) -> None:
        from ui.presenters.errors import sentence_of
        from ui.presenters.queue_empty import error_words

        self._loaded, self._reading = True, False
        self._model.reset(())
        self._head.show_count(None)
        self._say(error_words(sentence_of(error, self._context.catalog), self._context.catalog))

    # What the list says

    _is_quiet = False

    def _on_current(self, index: QModelIndex) -> None:
        if self._is_quiet or not index.isValid() or self._model.group(index.row()) is not None:
            return
        self._ref, self._lost_at = self._model.ref(index.row()), None
        self._settle.start()

    def _on_selection(self) -> None:
        ranges = self._list.selectionModel().selection().toList()
        self._head.show_selected(sum(one.height() for one in ranges))

    def _tell(self) -> None:
        if self._ref != self._told:
            self._told = self._ref
            self.appeal_activated.emit(self._ref)

    def _on_clicked(self, index: QModelIndex) -> None:
        if self._model.group(index.row()) is not None:
            self.fold(index.row())
            self._choose_again()  # the click has made the heading the current row

    def _on_opened(self, index: QModelIndex) -> None:
        ref = self._model.ref(index.row())
        if ref is not None:
            self.appeal_opened.emit(ref)

    def _enter_list(self) -> None:
        if not self._model.rowCount():
            return  # there is nothing to go on to
        self._list.setFocus()
        if not self._list.currentIndex().isValid() and self._model.rowCount():
            self.choose(self._list.reachable(0, down=True))

    # Empty states

    def _show_page(self) -> None:
        if self._model.rowCount():
            self._pages.setCurrentWidget(self._list)
            return
        from ui.presenters.queue_empty import empty_words, looking_words

        catalog, narrowed = self._context.catalog, self._head.is_narrowed
        if self._reading:
            self._say(looking_words(catalog))
            return
        self._say(
            empty_words(
                self.query,
                self._status,
                catalog,
                narrowed=narrowed,
                stored=self._stored,
                lost=self._lost_drafts(),
            )
        )

    def _lost_drafts(self) -> int:
        """Of the queue of drafts alone: how many no row leads to."""
        if self.query.queue != "drafts":
            return 0
        from ui.presenters.outbox import lost_drafts

        reader = self._context.console.reader
        return len(
            lost_drafts(
                reader.drafts(), lambda ref: reader.row_id(ref) is not None, status=self._status
            )
        )

    def _say(self, words: EmptyWords) -> None:
        icon = self._context.theme.icon(words.icon)
        self._empty.say(icon, words.title, words.body, words.action)
        self._empty.set_progress(words.progress)
        self._way = words.way
        self._pages.setCurrentWidget(self._empty)

    # Words

    def _words(self) -> QueueWords:
        context = self._context
        session = context.session
        return QueueWords(
            catalog=context.catalog,
            zones=context.zones,
            me=session.operator if session else "",
            due_soon=timedelta(minutes=context.console.settings.due_soon_minutes),
            facts=self._facts,
            branches=self._branch_names(),
        )

    def _branch_names(self) -> dict[str, str]:
        """Read only where a row names its branch: the first page does without."""
        if "branch" not in self._facts:
            return {}
        return {one.key: one.name for one in self._context.console.rulebook.branches}

    def _speak_group(self, group: Group) -> str:
        kind, folded = self.query.group, self.is_folded(group)
        return heading_spoken(group, kind, self._context.catalog, folded=folded)

    def _speak_people(self, people: Sequence[PresenceRow]) -> str:
        return self._delegate.words.present(people, self._context.now())

    def _speak(self, row: QueueRow) -> str:
        return self._delegate.words.spoken(row, self._context.now())

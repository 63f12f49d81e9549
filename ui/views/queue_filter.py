"""The head of the queue: its name and count, the search field, and what narrows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.branch import Branch
from console.domain.status import Status
from console.listing import Grouping, QueueQuery, QueueSort
from ui.context import UiContext
from ui.presenters.names import channel_name, status_name, topic_name
from ui.presenters.rail import count_words
from ui.views.search_strip import SearchStrip
from ui.widgets.choice_button import ChoiceButton
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind
from ui.widgets.search_field import SearchField

CHANNELS = ("vk", "ok", "telegram", "max", "im", "pos", "phone", "site", "email", "office")
_PAUSE_MS = 40
"""A search begins with the key, all but: no two within one burst of keys."""

NARROWING = ("topics", "branches", "channels", "statuses")
"""The fields of `QueueQuery` that the head offers to narrow by."""


class QueueFilter(QFrame):
    """Emits `changed` with the `QueueQuery` that the person wants to see now."""

    changed = Signal(object)
    left = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._query = QueueQuery()
        self._branches: Sequence[Branch] = ()
        self._topics: Sequence[str] = ()
        self._count: int | None = None
        self._selected = 0
        self._title_text = ""
        set_kind(self, "bar")
        self._title = ElidedLabel()
        set_kind(self._title, "title")
        self._title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._found = QLabel()
        set_kind(self._found, "count")
        self._sort = QPushButton()
        set_kind(self._sort, "filter")
        self._sort.setIcon(context.theme.icon("sort"))
        self._sort_menu = QMenu(self._sort)
        self._sort.setMenu(self._sort_menu)
        self._group = QToolButton()
        self._group.setIcon(context.theme.icon("list"))
        self._group.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._group_menu = QMenu(self._group)
        self._group.setMenu(self._group_menu)
        self._field = SearchField(context.theme.icon("search"), pause_ms=_PAUSE_MS)
        self._field.searched.connect(self.search)
        self._strip = SearchStrip(context)
        self._sort_before = QueueSort.DUE
        self._field.left.connect(self.left)
        self._choices = {
            name: ChoiceButton(context.theme.icon("chevron-down")) for name in NARROWING
        }
        for name, button in self._choices.items():
            button.changed.connect(lambda chosen, field=name: self._emit(**{field: chosen}))
        self._clear = QToolButton()
        self._clear.setIcon(context.theme.icon("close"))
        self._clear.clicked.connect(self.clear)
        self._lay_out()
        self.retranslate()

    @property
    def query(self) -> QueueQuery:
        """What is asked for now."""
        return self._query

    @property
    def field(self) -> SearchField:
        """Where the search is typed."""
        return self._field

    @property
    def strip(self) -> SearchStrip:
        """What is said about the search, and what may be typed next."""
        return self._strip

    @property
    def is_narrowed(self) -> bool:
        """Whether words or filters narrow the queue."""
        return bool(self._query.text) or any(getattr(self._query, name) for name in NARROWING)

    def offer(self, branches: Sequence[Branch], topics: Sequence[str]) -> None:
        """The branches in scope and the roots of topics."""
        self._branches, self._topics = branches, topics
        self._show_choices()

    def show_query(self, query: QueueQuery, title: str) -> None:
        """Show what is being asked for."""
        self._query, self._title_text = query, title
        self._field.show_text(query.text)
        self._show_choices()
        self._show_title()

    def show_title(self, title: str) -> None:
        """Another name for what is shown; what is being typed stays."""
        self._title_text = title
        self._show_title()

    def show_count(self, count: int | None) -> None:
        """Say how many appeals there are; None while nobody knows."""
        self._count = count
        self._show_title()

    def show_selected(self, count: int) -> None:
        """Say how many appeals are selected; one goes without saying."""
        self._selected = count if count > 1 else 0
        self._show_title()

    def focus_search(self) -> None:
        """Let the person type."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def open_filter(self) -> None:
        """Open the first menu; arrows and Tab lead on."""
        button = self._choices[NARROWING[0]]
        button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        button.showMenu()

    def clear(self) -> None:
        """Take away words and filters."""
        sort = self._sort_for("")
        self._emit(text="", sort=sort, topics=(), branches=(), channels=(), statuses=())

    def search(self, text: str) -> None:
        """Ask for what has these words."""
        self._emit(text=text, sort=self._sort_for(text))

    def _sort_for(self, text: str) -> QueueSort:
        """What is searched for is shown the best first, and then in the order of before."""
        query = self._query
        if text and not query.text and query.sort is not QueueSort.MATCH:
            self._sort_before = query.sort
            return QueueSort.MATCH
        if not text and query.sort is QueueSort.MATCH:
            return self._sort_before
        return query.sort

    def sort_by(self, sort: QueueSort) -> None:
        """Ask for another order."""
        self._emit(sort=sort)

    def group_by(self, kind: Grouping) -> None:
        """Ask for other groups."""
        self._emit(group=kind)

    def retranslate(self) -> None:
        """Read every word anew."""
        t = self._context.t
        self._field.setPlaceholderText(t("queue.search"))
        self._field.setAccessibleName(t("queue.search_name"))
        self._clear.setToolTip(t("queue.filter_clear"))
        self._clear.setAccessibleName(t("queue.filter_clear"))
        self._fill_sort_menu()
        self._fill_group_menu()
        self._show_choices()
        self._show_title()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._found)
        head.addStretch(1)
        head.addWidget(self._group)
        head.addWidget(self._sort)
        narrow = Flow(gap=6)
        for button in (*self._choices.values(), self._clear):
            narrow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._field)
        column.addWidget(self._strip)
        column.addLayout(narrow)

    def _emit(self, **changes: object) -> None:
        query = replace(self._query, **changes)  # type: ignore[arg-type]
        if query != self._query:
            self.changed.emit(query)

    def _show_title(self) -> None:
        self._title.setText(self._title_text)
        count = "" if self._count is None else count_words(self._count)
        if self._selected:
            count = self._context.t("queue.selected", count=self._selected)
        self._found.setText(count)
        if self._count is not None:
            self._found.setAccessibleName(self._context.t("queue.found", count=self._count))

    def _show_choices(self) -> None:
        t, query = self._context.t, self._query
        for name, button in self._choices.items():
            chosen: tuple[str, ...] = getattr(query, name)
            button.show_choices(self._offered(name), chosen)
            label = t(f"queue.filter_{name}")
            words = t("queue.filter_some", name=label, count=len(chosen)) if chosen else label
            button.show_words(words, active=bool(chosen))
            own = name.removesuffix("es" if name == "branches" else "s")
            button.setVisible(not query.queue.startswith(f"{own}:"))
        self._clear.setVisible(self.is_narrowed)
        for action in self._group_menu.actions():
            action.setChecked(action.data() == str(query.group))
        groups = t(f"queues.group_{query.group}")
        self._group.setToolTip(groups)
        self._group.setAccessibleName(f"{t('queues.group')}: {groups}")
        self._sort.setText(t(f"queue.sort_{query.sort}"))
        self._sort.setToolTip(t("queue.sort"))
        for action in self._sort_menu.actions():
            action.setChecked(action.data() == str(query.sort))

    def _offered(self, name: str) -> list[tuple[str, str]]:
        catalog = self._context.catalog
        if name == "branches":
            return [(one.key, one.name) for one in self._branches]
        if name == "topics":
            return [(one, topic_name(one, catalog)) for one in self._topics]
        if name == "channels":
            return [(one, channel_name(one, catalog)) for one in CHANNELS]
        return [(str(one), status_name(str(one), catalog)) for one in Status]

    def _fill_group_menu(self) -> None:
        self._group_menu.clear()
        group = QActionGroup(self._group_menu)
        for kind in Grouping:
            action = QAction(self._context.t(f"queues.group_{kind}"), self._group_menu)
            action.setData(str(kind))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, chosen=kind: self.group_by(chosen))
            group.addAction(action)
            self._group_menu.addAction(action)

    def _fill_sort_menu(self) -> None:
        self._sort_menu.clear()
        group = QActionGroup(self._sort_menu)
        for sort in QueueSort:
            action = QAction(self._context.t(f"queue.sort_{sort}"), self._sort_menu)
            action.setData(str(sort))
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, chosen=sort: self.sort_by(chosen))
            group.addAction(action)
            self._sort_menu.addAction(action)

"""The rail: the queues at the left edge, with their live counts."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.context import UiContext
from ui.models.rail import RailModel
from ui.models.roles import Role
from ui.presenters.rail import RailRow, RailWorld, queue_title, rail_rows
from ui.views import rail_delegate
from ui.views.rail_delegate import RailDelegate
from ui.widgets.kind import set_kind
from ui.widgets.row_list import RowList

WIDTH = 204
"""The rail's width in pixels at zoom 1, where its names allow it."""

WIDEST = 280
NARROW = 88
"""Its width where the window is small for its letters: icons and counts, names on tooltips."""

_ROOM = 860
"""Below this width of the window, in pixels at zoom 1, the rail is narrow."""

_SHARE = 0.22


class RailView(QFrame):
    """Emits `chosen` with the key of the queue that is to be shown.

    Arrows move, Enter opens, Left and Right fold and unfold a group.
    """

    chosen = Signal(str)
    folded_changed = Signal(object)

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._world: RailWorld | None = None
        self._folded: set[str] = {"topics"}
        self._current = ""
        set_kind(self, "rail")
        self._model = RailModel()
        self._delegate = RailDelegate(context)
        self._list = _RailList(row_height=context.theme.px(rail_delegate.ROW))
        set_kind(self._list, "rail_list")
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        self._list.clicked.connect(self._on_clicked)
        self._list.fold.connect(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.addWidget(self._list)
        self.setFocusProxy(self._list)
        self.retranslate()
        self.resize_to_zoom()

    @property
    def current(self) -> str:
        """The key of the queue that is shown."""
        return self._current

    @property
    def folded(self) -> frozenset[str]:
        """The groups that are folded."""
        return frozenset(self._folded)

    def rows(self) -> tuple[RailRow, ...]:
        """All lines as shown."""
        return self._model.rows

    def all_queues(self) -> tuple[RailRow, ...]:
        """Every queue, folded or not: for the palette."""
        if self._world is None:
            return ()
        return tuple(one for one in rail_rows(self._world, self._context.catalog) if one.is_queue)

    def show_world(self, world: RailWorld) -> None:
        """Show these queues and counts."""
        self._world = world
        self._show()

    def set_folded(self, folded: frozenset[str]) -> None:
        """Fold these groups and unfold the others."""
        self._folded = set(folded)
        self._show()

    def set_current(self, key: str) -> None:
        """Mark the queue that is shown, without choosing it anew."""
        self._current = key
        at = self._model.place_of(key)
        selection = self._list.selectionModel()
        before = self._list.visualRect(selection.currentIndex())
        selection.blockSignals(True)
        if at >= 0:
            index = self._model.index(at, 0)
            selection.setCurrentIndex(index, _SELECT)
            self._list.scrollTo(index)
        else:
            selection.clear()
        selection.blockSignals(False)
        # Not all of it: the first rows of the queue wait for what is painted before them.
        for changed in (before, self._list.visualRect(selection.currentIndex())):
            self._list.viewport().update(changed)

    def title(self, key: str) -> str:
        """The name of a queue."""
        if self._world is None:
            return self._context.t(f"queue.name_{key}") if ":" not in key else ""
        return queue_title(key, self._world, self._context.catalog)

    def retranslate(self) -> None:
        """Read every word anew."""
        self._list.setAccessibleName(self._context.t("queue.rail"))
        self._show()

    def resize_to_zoom(self) -> None:
        """Fit the present zoom."""
        self._delegate.forget()
        self.fit_width()
        self._list.set_row_height(self._context.theme.px(rail_delegate.ROW))
        self._list.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The window has another size: names have another share of it."""
        super().resizeEvent(event)
        self.fit_width()

    def fit_width(self) -> None:
        """As wide as the longest name, within reason; the width never trembles with a count.

        A name that somebody has given takes no more than its share of the window: the queue beside
        it comes first, and the tooltip has it whole.
        """
        px, rows = self._context.theme.px, self._model.rows
        self._delegate.narrow = self.window().width() < px(_ROOM)
        if self._delegate.narrow:
            self.setFixedWidth(px(NARROW))
            return
        given = [row for row in rows if row.key.startswith(("saved:", "shared:"))]
        ours = self._delegate.width_of(row for row in rows if row not in given)
        theirs = min(self._delegate.width_of(given), round(self.window().width() * _SHARE))
        steps = -(-max(ours, theirs) // px(8)) * px(8)
        self.setFixedWidth(min(px(WIDEST), max(px(WIDTH), steps)))

    def _show(self) -> None:
        if self._world is not None:
            self._model.show(rail_rows(self._world, self._context.catalog, folded=self._folded))
            self.fit_width()
            self.set_current(self._current)

    def _on_current(self, index: QModelIndex) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, RailRow) and row.is_queue and row.key != self._current:
            self._current = row.key
            self.chosen.emit(row.key)

    def _on_clicked(self, index: QModelIndex) -> None:
        row = index.data(Role.ROW)
        if isinstance(row, RailRow) and row.is_heading:
            self._fold(row.key, folded=not row.folded)

    def _fold(self, key: str, *, folded: bool | None = None) -> None:
        name = key.removeprefix("group:")
        fold = name not in self._folded if folded is None else folded
        (self._folded.add if fold else self._folded.discard)(name)
        self._show()
        at = self._model.place_of(key)
        self._list.selectionModel().setCurrentIndex(
            self._model.index(at, 0), QItemSelectionModel.SelectionFlag.NoUpdate
        )
        self.folded_changed.emit(self.folded)


class _RailList(RowList):
    """A list in which Left, Right, Enter and Space fold the heading they are on."""

    fold = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().data(Role.ROW) if self.currentIndex().isValid() else None
        if isinstance(row, RailRow) and row.is_heading:
            wanted = {Qt.Key.Key_Left: not row.folded, Qt.Key.Key_Right: row.folded}
            keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
            if wanted.get(Qt.Key(event.key()), event.key() in keys):
                self.fold.emit(row.key)
                return
        super().keyPressEvent(event)


_SELECT = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows

"""The rail model: the lines of the left edge, as the presenter made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from ui.models.roles import Role
from ui.presenters.rail import RailRow

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class RailModel(QAbstractListModel):
    """`data(Role.ROW)` is a `RailRow`."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[RailRow, ...] = ()

    @property
    def rows(self) -> tuple[RailRow, ...]:
        """All lines."""
        return self._rows

    def show(self, rows: Sequence[RailRow]) -> None:
        """Take over new lines; where only words and counts changed, the rows stay."""
        rows = tuple(rows)
        if [one.key for one in rows] != [one.key for one in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return
        before, self._rows = self._rows, rows
        for at, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                index = self.index(at, 0)
                self.dataChanged.emit(index, index)

    def place_of(self, key: str) -> int:
        """Where a queue stands, -1 if it is not shown."""
        return next((at for at, row in enumerate(self._rows) if row.key == key), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many lines there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line, or its words."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Role.ROW:
            return row
        if role == Role.IS_OPEN:
            return not row.folded if row.is_heading else None
        return _words(row, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A gap cannot be chosen."""
        if not index.isValid() or not self._rows[index.row()].key:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _words(row: RailRow, role: int) -> str | None:
    """What is read aloud of a line, and what its tooltip says: the name is whole there."""
    roles = Qt.ItemDataRole
    if role in (roles.DisplayRole, roles.AccessibleTextRole):
        said = row.text if row.count is None else f"{row.text}, {row.count}"
        return f"{said}. {row.note}" if row.note and role == roles.AccessibleTextRole else said
    if role == roles.ToolTipRole and row.is_queue:
        return "\n".join(filter(None, (row.text, row.note)))
    return None

"""The palette model: what matches the query, best first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from ui.models.roles import Role
from ui.presenters.palette import PaletteHit

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class PaletteModel(QAbstractListModel):
    """`data(Role.ROW)` is a `PaletteHit`."""

    def __init__(self) -> None:
        super().__init__()
        self._hits: Sequence[PaletteHit] = ()

    def show(self, hits: Sequence[PaletteHit]) -> None:
        """Show other hits."""
        self.beginResetModel()
        self._hits = hits
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many there are."""
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The hit, or its words."""
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        if role == Role.ROW:
            return hit
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return hit.item.title
        return None

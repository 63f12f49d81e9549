"""A table of a presenter's lines: how many there are, and what its columns are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class LineTable(QAbstractTableModel):
    """Whoever is one holds its lines in ``_lines`` and says what a cell shows in `data`.

    ``columns`` are keys; each is headed by the text ``heading.format(key)`` of the translations.
    """

    def __init__(
        self,
        columns: Sequence[str],
        heading: str,
        *,
        words: Callable[[str], str],
        color: Callable[[str], QColor],
    ) -> None:
        super().__init__()
        self._columns = tuple(columns)
        self._heading = heading
        self._words = words
        self._color = color
        self._lines: tuple[Any, ...] = ()

    def rowCount(self, parent: Index = ROOT) -> int:
        """How many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(self._heading.format(self._columns[section]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

"""The model of words and forms: the presenter's lines as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from ui.models.line_table import Index, LineTable
from ui.models.roles import Role
from ui.presenters.lexicon import COLUMNS, LexiconLine


class LexiconModel(LineTable):
    """`data(Role.ROW)` is a `LexiconLine`."""

    _lines: tuple[LexiconLine, ...]

    def __init__(self, *, words: Callable[[str], str], color: Callable[[str], QColor]) -> None:
        super().__init__(COLUMNS, "lexicon.column_{}", words=words, color=color)

    @property
    def lines(self) -> tuple[LexiconLine, ...]:
        """What is shown, top to bottom."""
        return self._lines

    def show(self, lines: Sequence[LexiconLine]) -> None:
        """Take over new lines; unchanged ones are not shown anew."""
        if tuple(lines) != self._lines:
            self.beginResetModel()
            self._lines = tuple(lines)
            self.endResetModel()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of one cell; all but the first column stand back."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line, column = self._lines[index.row()], index.column()
        match role:
            case Role.ROW:
                return line
            case Qt.ItemDataRole.DisplayRole:
                return line.cells[column]
            case Qt.ItemDataRole.ForegroundRole:
                return self._color("text_dim" if column else "text")
            case Qt.ItemDataRole.ToolTipRole:
                is_when = COLUMNS[column] == "when" and line.hint
                whole = " · ".join(line.cells)  # a narrow window hides some of it
                return line.hint if is_when else line.cells[column] if column else whole
            case _:
                return None

"""The board model: the presenter's lines as a table that takes appeals dropped on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QColor, QFont

from console.domain.ids import Ref
from ui.models.dragging import MIME, refs_in
from ui.models.line_table import Index, LineTable
from ui.models.roles import Role
from ui.presenters.board import NUMBERS, BoardLine

COLUMNS = ("name", *NUMBERS, "oldest")
"""What stands in which column."""

_LAST = len(COLUMNS) - 1
_INDENT = {"total": "", "branch": "", "operator": "    ", "unassigned": "    "}


class BoardModel(LineTable):
    """`data(Role.ROW)` is a `BoardLine`; `dropped` carries the refs and the line they fell on."""

    dropped = Signal(object, object)
    _lines: tuple[BoardLine, ...]

    def __init__(
        self,
        *,
        words: Callable[[str], str],
        color: Callable[[str], QColor],
        font: Callable[[str], QFont],
    ) -> None:
        super().__init__(COLUMNS, "board.{}", words=words, color=color)
        self._font = font

    @property
    def lines(self) -> tuple[BoardLine, ...]:
        """What is shown, top to bottom."""
        return self._lines

    def show(self, lines: Sequence[BoardLine]) -> None:
        """Take over new lines; the same lines in the same order keep their selection."""
        lines = tuple(lines)
        if [one.key for one in lines] != [one.key for one in self._lines]:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
            return
        before, self._lines = self._lines, lines
        for at, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(at, 0), self.index(at, _LAST))

    def place_of(self, key: tuple[str, str]) -> int:
        """Where a line stands, -1 if it does not."""
        return next((at for at, one in enumerate(self._lines) if one.key == key), -1)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The names of the columns, and what each number counts."""
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.ToolTipRole and COLUMNS[section] in NUMBERS:
                return self._words(f"board.{COLUMNS[section]}_hint")
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(_alignment(section)) | int(Qt.TextFlag.TextWordWrap)
        return super().headerData(section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, colours and weight of one cell."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line, column = self._lines[index.row()], index.column()
        found: Any = None
        match role:
            case Role.ROW:
                found = line
            case Qt.ItemDataRole.DisplayRole:
                found = _words_of(line, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                found = _alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                found = self._color(_token(line, column))
            case Qt.ItemDataRole.FontRole:
                found = self._font(_weight(line, column))
            case Qt.ItemDataRole.ToolTipRole:
                found = line.oldest_hint if column == _LAST else f"{line.name}\n{line.hint}"
        return found

    # Dropping

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A line of an operator takes appeals."""
        flags = super().flags(index)
        if index.isValid() and self._lines[index.row()].takes_appeals:
            flags |= Qt.ItemFlag.ItemIsDropEnabled
        return flags

    def mimeTypes(self) -> list[str]:
        """Appeals, and nothing else."""
        return [MIME]

    def supportedDropActions(self) -> Qt.DropAction:
        """An appeal moves to its new owner."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def canDropMimeData(
        self, data: QMimeData, _: Qt.DropAction, __: int, ___: int, parent: Index
    ) -> bool:
        """Only onto a line that takes appeals, of a person who covers their branch."""
        line = self._target(parent)
        return line is not None and any(ref.branch == line.branch for ref in refs_in(data))

    def dropMimeData(
        self, data: QMimeData, _: Qt.DropAction, __: int, ___: int, parent: Index
    ) -> bool:
        """Say what fell where; whoever hears it asks the use case."""
        line = self._target(parent)
        refs: tuple[Ref, ...] = refs_in(data)
        if line is None or not refs:
            return False
        self.dropped.emit(refs, line)
        return True

    def _target(self, index: Index) -> BoardLine | None:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        return line if line.takes_appeals else None


def _words_of(line: BoardLine, column: int) -> str:
    if column == 0:
        return _INDENT.get(line.level, "") + line.name
    return line.oldest_words if column == _LAST else line.shown[column - 1]


def _token(line: BoardLine, column: int) -> str:
    if column in (0, _LAST):
        return "text_dim" if line.level == "unassigned" or column == _LAST else "text"
    return line.kinds[column - 1] or ("text" if line.numbers[column - 1] else "text_dim")


def _weight(line: BoardLine, column: int) -> str:
    heavy = line.level in ("total", "branch") or (
        0 < column < _LAST and line.kinds[column - 1] == "danger"
    )
    return "strong" if heavy else "body"


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column in (0, _LAST) else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter

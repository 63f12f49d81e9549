"""The model of corrections: the presenter's lines as a table whose first column is ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor

from console.domain.ids import Ref
from ui.models.line_table import Index, LineTable
from ui.models.roles import Role
from ui.presenters.corrections import COLUMNS, CorrectionFace

_STATE = COLUMNS.index("state")


class CorrectionsModel(LineTable):
    """`ticked`: another line is to be sent, or not. Ticks stay with their appeals."""

    ticked = Signal()
    _lines: tuple[CorrectionFace, ...]

    def __init__(self, *, words: Callable[[str], str], color: Callable[[str], QColor]) -> None:
        super().__init__(COLUMNS, "correction.column_{}", words=words, color=color)
        self._turned: set[Ref] = set()

    @property
    def faces(self) -> tuple[CorrectionFace, ...]:
        """The lines, top to bottom."""
        return self._lines

    def show(self, faces: Sequence[CorrectionFace]) -> None:
        """Other lines."""
        faces = tuple(faces)
        if [one.ref for one in faces] == [one.ref for one in self._lines]:
            self._lines = faces
            self._all_changed()
            return
        self.beginResetModel()
        self._lines = faces
        self.endResetModel()

    def chosen(self) -> tuple[Ref, ...]:
        """The appeals whose lines are ticked."""
        return tuple(one.ref for one in self._lines if self._is_ticked(one))

    def turn(self, row: int) -> None:
        """Tick a line, or untick it."""
        face = self._lines[row]
        if face.may_go:
            self._turned ^= {face.ref}
            self.dataChanged.emit(self.index(row, 0), self.index(row, _STATE))
            self.ticked.emit()

    def forget_ticks(self) -> None:
        """Everything as it is at first."""
        self._turned.clear()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, colour and tick of one cell."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        face, column = self._lines[index.row()], index.column()
        found: Any = None
        match role:
            case Role.ROW:
                found = face
            case Qt.ItemDataRole.DisplayRole:
                found = face.cells()[column]
            case Qt.ItemDataRole.ToolTipRole:
                found = face.hint or face.cells()[column]
            case Qt.ItemDataRole.ForegroundRole:
                found = self._color(self._token(face, column))
            case Qt.ItemDataRole.CheckStateRole if column == 0 and face.may_go:
                ticked = self._is_ticked(face)
                found = Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        return found

    def setData(self, index: Index, _: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A click on the box."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.turn(index.row())
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """What may go can be ticked."""
        flags = super().flags(index)
        if index.isValid() and index.column() == 0 and self._lines[index.row()].may_go:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def _is_ticked(self, face: CorrectionFace) -> bool:
        return face.may_go and face.chosen != (face.ref in self._turned)

    def _token(self, face: CorrectionFace, column: int) -> str:
        if column == _STATE:
            return face.kind if face.kind != "neutral" else "text_dim"
        return "text" if face.may_go else "text_dim"

    def _all_changed(self) -> None:
        if self._lines:
            last = self.index(len(self._lines) - 1, _STATE)
            self.dataChanged.emit(self.index(0, 0), last)

"""The outbox model: the presenter's entries as a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from ui.models.roles import Role
from ui.presenters.outbox import EntryFace

_ROOT = QModelIndex()
Index = QModelIndex | QPersistentModelIndex


class OutboxModel(QAbstractListModel):
    """`data(Role.ROW)` is an `EntryFace`."""

    def __init__(self) -> None:
        super().__init__()
        self._faces: tuple[EntryFace, ...] = ()

    @property
    def faces(self) -> tuple[EntryFace, ...]:
        """All entries as shown."""
        return self._faces

    def show(self, faces: Sequence[EntryFace]) -> None:
        """Take over new entries; the same ones in the same order keep their selection."""
        faces = tuple(faces)
        if [one.seq for one in faces] != [one.seq for one in self._faces]:
            self.beginResetModel()
            self._faces = faces
            self.endResetModel()
            return
        before, self._faces = self._faces, faces
        for at, (old, new) in enumerate(zip(before, faces, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(at, 0), self.index(at, 0))

    def place_of(self, seq: int | None) -> int:
        """Where an entry stands, -1 if it has left."""
        return next((at for at, one in enumerate(self._faces) if one.seq == seq), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many entries there are."""
        return 0 if parent.isValid() else len(self._faces)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The entry, or the whole of it in words."""
        if not index.isValid() or index.row() >= len(self._faces):
            return None
        face = self._faces[index.row()]
        if role == Role.ROW:
            return face
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (face.what, face.about, face.state_words, face.line)))
        return None

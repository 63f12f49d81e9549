"""The queue model: an array of row ids of which only the pages that are looked at are read."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from console.domain.ids import Ref
from console.listing import PresenceRow, QueueRow
from ui.models.dragging import MIME, carrying
from ui.models.roles import Role
from ui.presenters.diff import Insert, Move, Operation, Remove
from ui.presenters.grouping import Group

PAGE = 128
"""Rows that are read at once."""

_MOST_KEPT = 1024
_FEW = 64
_WIDTH = array("q").itemsize
_ROOT = QModelIndex()

ReadRows = Callable[[Sequence[int]], list[QueueRow]]
Speak = Callable[[QueueRow], str]
SpeakPeople = Callable[[Sequence[PresenceRow]], str]
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class QueueItem:
    """What the delegate paints: the row, and who else has it open."""

    row: QueueRow
    people: tuple[PresenceRow, ...] = ()


class QueueModel(QAbstractListModel):
    """Rows of one queue, in its order. `data(Role.ROW)` is a `QueueItem`, or None if it is gone.

    ``read_rows`` is `Reader.queue_rows`; ``speak`` says a row in one sentence (tooltip, screen
    reader), ``speak_people`` who else is there.
    """

    def __init__(
        self,
        read_rows: ReadRows,
        *,
        speak: Speak = lambda _: "",
        speak_group: Callable[[Group], str] = lambda group: group.title,
        speak_people: SpeakPeople = lambda _: "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._read_rows = read_rows
        self._speak = speak
        self._speak_group = speak_group
        self._speak_people = speak_people
        self._ids = array("q")
        self._items: dict[int, QueueItem] = {}
        self._groups: Sequence[Group] = ()
        self._presence: Mapping[Ref, tuple[PresenceRow, ...]] = {}

    @property
    def ids(self) -> array[int]:
        """The row ids in order, eight bytes each; do not change them."""
        return self._ids

    def rowCount(self, parent: Index = _ROOT) -> int:
        """How many appeals the queue holds."""
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The item, its reference, or the whole of it in words."""
        group = self.group(index.row()) if index.isValid() else None
        if group is not None:
            return self._of_group(group, role)
        item = self.item(index.row()) if index.isValid() else None
        if item is None or role == Role.ROW:
            return item
        if role == Role.REF:
            return item.row.ref
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            said = (self._speak(item.row), self._speak_people(item.people))
            return ". ".join(words for words in said if words)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """An appeal can be dragged to an operator; a heading can only be folded."""
        if self.group(index.row()) is not None:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """Appeals."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """What a drag of these rows carries."""
        refs = (self.ref(row) for row in sorted(index.row() for index in indexes))
        return carrying(ref for ref in refs if ref is not None)

    def group(self, at: int) -> Group | None:
        """The group whose heading stands in that place; None where an appeal does."""
        number = -1 - self._ids[at] if 0 <= at < len(self._ids) else -1
        return self._groups[number] if 0 <= number < len(self._groups) else None

    def group_of(self, at: int) -> Group | None:
        """The group that the row in that place is in."""
        while at >= 0:
            found = self.group(at)
            if found is not None:
                return found
            at -= 1
        return None

    def _of_group(self, group: Group, role: int) -> Any:
        if role == Role.ROW:
            return group
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._speak_group(group)
        return None

    def item(self, at: int) -> QueueItem | None:
        """The item in that place, read with its page where need be; None if it has vanished."""
        if not 0 <= at < len(self._ids):
            return None
        row_id = self._ids[at]
        if row_id < 0:
            return None
        if row_id not in self._items:
            self._read_page(at)
        return self._items.get(row_id)

    def ref(self, at: int) -> Ref | None:
        """The appeal in that place."""
        item = self.item(at)
        return item.row.ref if item is not None else None

    def place_of(self, row_id: int | None) -> int:
        """Where a row stands, -1 if it does not."""
        return -1 if row_id is None else self._places([row_id])[0]

    def reset(
        self,
        ids: Sequence[int],
        rows: Sequence[QueueRow] = (),
        *,
        groups: Sequence[Group] = (),
        read: Sequence[int] | None = None,
    ) -> None:
        """Show another queue, whose first rows (or those of ``read``) have been read already."""
        self.beginResetModel()
        self._ids, self._groups = array("q", ids), groups
        self._items.clear()
        self._take((self._ids if read is None else read)[: len(rows)], rows)
        self.endResetModel()

    def regroup(self, ids: Sequence[int], groups: Sequence[Group]) -> None:
        """Show the same queue in other groups, or otherwise folded."""
        self._lay_out(array("q", ids), groups)

    def extend(self, ids: Sequence[int]) -> None:
        """Show more of the same queue, below what is shown."""
        if ids:
            self.beginInsertRows(_ROOT, len(self._ids), len(self._ids) + len(ids) - 1)
            self._ids.extend(ids)
            self.endInsertRows()

    def change(self, ids: Sequence[int], operations: Iterable[Operation] | None) -> None:
        """Take over the new order: by its `operations`, or as a new layout where there are none."""
        if operations is None:
            self._lay_out(array("q", ids))
            return
        for operation in operations:
            self._carry_out(operation, ids)

    def refresh(self, refs: Iterable[Ref] | None, visible: range) -> None:
        """Read again what may have changed (None: anything); seen rows that did are announced."""
        touched = None if refs is None else set(refs)
        seen = {self._ids[at]: at for at in visible if at < len(self._ids)}
        stale = [
            row_id
            for row_id, item in self._items.items()
            if touched is None or item.row.ref in touched
        ]
        before = {row_id: self._items.pop(row_id) for row_id in stale}
        # A row that could not be read before may be there now.
        missing = [row_id for row_id in seen if row_id >= 0 and row_id not in self._items]
        self._keep(missing)
        for row_id in missing:
            if self._items.get(row_id) != before.get(row_id):
                self._announce(seen[row_id])

    def set_presence(self, presence: Mapping[Ref, tuple[PresenceRow, ...]], visible: range) -> None:
        """Show who is where now."""
        self._presence = presence
        places = {self._ids[at]: at for at in visible if at < len(self._ids)}
        for row_id, item in list(self._items.items()):
            people = presence.get(item.row.ref, ())
            if people != item.people:
                self._items[row_id] = QueueItem(item.row, people)
                if row_id in places:
                    self._announce(places[row_id])

    def _announce(self, at: int) -> None:
        index = self.index(at, 0)
        self.dataChanged.emit(index, index)

    def _read_page(self, at: int) -> None:
        first = at - at % PAGE
        if len(self._items) > _MOST_KEPT:
            self._items.clear()
        page = self._ids[first : first + PAGE]
        self._keep([row_id for row_id in page if row_id >= 0 and row_id not in self._items])

    def _keep(self, ids: list[int]) -> None:
        if not ids:
            return
        rows = self._read_rows(ids)
        if len(rows) != len(ids):  # some have vanished since: find out which, one by one
            found = [(one, rows_of_one) for one in ids if (rows_of_one := self._read_rows([one]))]
            ids, rows = [one for one, _ in found], [row for _, (row, *_) in found]
        self._take(ids, rows)

    def _take(self, ids: Sequence[int], rows: Sequence[QueueRow]) -> None:
        for row_id, row in zip(ids, rows, strict=True):
            self._items[row_id] = QueueItem(row, self._presence.get(row.ref, ()))

    def _carry_out(self, operation: Operation, ids: Sequence[int]) -> None:
        match operation:
            case Remove(first, last):
                self.beginRemoveRows(_ROOT, first, last)
                del self._ids[first : last + 1]
                self.endRemoveRows()
            case Move(source, target):
                # Qt counts the target before the row is taken out.
                below = target + 1 if target > source else target
                self.beginMoveRows(_ROOT, source, source, _ROOT, below)
                self._ids.insert(target, self._ids.pop(source))
                self.endMoveRows()
            case Insert(first, last):
                self.beginInsertRows(_ROOT, first, last)
                self._ids[first:first] = array("q", ids[first : last + 1])
                self.endInsertRows()

    def _lay_out(self, ids: array[int], groups: Sequence[Group] = ()) -> None:
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        kept = [self._ids[one.row()] for one in held]
        self._ids, self._groups = ids, groups
        moved = self._places(kept)
        indexes = [self.index(at, 0) if at >= 0 else QModelIndex() for at in moved]
        self.changePersistentIndexList(held, indexes)
        self.layoutChanged.emit()

    def _places(self, ids: Sequence[int]) -> list[int]:
        """Where these rows stand, -1 where they do not."""
        if len(ids) > _FEW:
            wanted = dict.fromkeys(ids, -1)
            for at, row_id in enumerate(self._ids):
                if row_id in wanted:
                    wanted[row_id] = at
            return [wanted[row_id] for row_id in ids]
        # A million numbers are compared in a frame, their bytes in a twentieth of it.
        written = self._ids.tobytes() if ids else b""
        return [
            _found(written, row_id.to_bytes(_WIDTH, sys.byteorder, signed=True)) for row_id in ids
        ]


def _found(written: bytes, one: bytes) -> int:
    at = written.find(one)
    while at % _WIDTH and at >= 0:
        at = written.find(one, at + 1)
    return at // _WIDTH if at >= 0 else -1

"""A list of rows of one height whose cost depends on what is visible, never on its length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QAbstractScrollArea,
    QFrame,
    QStyle,
    QStyleOption,
    QStyleOptionViewItem,
    QWidget,
)

_WHEEL_ROWS = 1.0
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row and how far below the top of the view it stands."""

    index: QPersistentModelIndex
    offset: int


class RowList(QAbstractItemView):
    """A one-column list. QListView lays out every row of its model, this one none.

    Measured with 100,000 rows of a Python model: QListView needs 700 ms to show them (it asks for
    each index), this 2 ms.
    """

    opened = Signal(QModelIndex)

    def __init__(self, *, row_height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height = row_height
        self._hovered = QPersistentModelIndex()
        self._delegate: QAbstractItemDelegate | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.entered.connect(self._hover)
        self.viewportEntered.connect(self._unhover)

    def setItemDelegate(self, delegate: QAbstractItemDelegate) -> None:
        """Paint the rows with ``delegate``.

        It is remembered here: each list whose `itemDelegate` PySide has been asked for keeps the
        delegate, and all that it knows, for ever.
        """
        self._delegate = delegate
        super().setItemDelegate(delegate)

    @property
    def row_height(self) -> int:
        """The height of every row in pixels."""
        return self._row_height

    def set_row_height(self, height: int) -> None:
        """Change the height of every row; the row at the top stays there."""
        if height != self._row_height:
            anchor = self.anchor()
            self._row_height = height
            self.updateGeometries()
            self.restore(anchor)
            self.viewport().update()

    def visible_rows(self) -> range:
        """The numbers of the rows that are seen, in part at least."""
        top = self.verticalOffset()
        first = top // self._row_height
        last = (top + self.viewport().height() - 1) // self._row_height
        return range(max(0, first), min(self._count(), last + 1))

    def anchor(self) -> Anchor | None:
        """What to hold in place while rows come and go: the current row if seen, else the top."""
        seen = self.visible_rows()
        current = self.currentIndex()
        if current.isValid() and current.row() in seen:
            row = current.row()
        elif seen and self.verticalOffset() > 0:
            row = seen.start
        else:
            return None
        offset = row * self._row_height - self.verticalOffset()
        return Anchor(QPersistentModelIndex(self.model().index(row, 0)), offset)

    def restore(self, anchor: Anchor | None) -> None:
        """Scroll so that the anchored row stands where it stood."""
        self.updateGeometries()
        if anchor is not None and anchor.index.isValid():
            self.verticalScrollBar().setValue(anchor.index.row() * self._row_height - anchor.offset)

    def update_row(self, row: int) -> None:
        """Paint one row anew, if it is seen."""
        self.viewport().update(self._rect(row))

    # What QAbstractItemView asks of a view

    def visualRect(self, index: Index) -> QRect:
        """Where a row stands in the viewport."""
        return self._rect(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The row at a point of the viewport."""
        row = (point.y() + self.verticalOffset()) // self._row_height
        if point.y() < 0 or not 0 <= row < self._count():
            return QModelIndex()
        return self.model().index(row, 0)

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Scroll as little as needed for the row to be wholly seen."""
        if not index.isValid():
            return
        bar, top = self.verticalScrollBar(), index.row() * self._row_height
        room = self.viewport().height() - self._row_height
        if hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(top - room // 2)
        elif hint is QAbstractItemView.ScrollHint.PositionAtTop or top < bar.value():
            bar.setValue(top)
        elif hint is QAbstractItemView.ScrollHint.PositionAtBottom or top > bar.value() + room:
            bar.setValue(top - room)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Where an arrow key leads."""
        count = self._count()
        if not count:
            return QModelIndex()
        row = self.currentIndex().row()
        page = max(1, self.viewport().height() // self._row_height - 1)
        actions = QAbstractItemView.CursorAction
        steps = {
            actions.MoveUp: row - 1,
            actions.MovePrevious: row - 1,
            actions.MoveDown: row + 1,
            actions.MoveNext: row + 1,
            actions.MovePageUp: row - page,
            actions.MovePageDown: row + page,
            actions.MoveHome: 0,
            actions.MoveEnd: count - 1,
        }
        wanted = min(count - 1, max(0, steps.get(action, row)))
        return self.model().index(self.reachable(wanted, down=wanted >= row), 0)

    def reachable(self, row: int, *, down: bool) -> int:
        """The row itself, or where it cannot be selected the next that can, in that direction."""
        model, step, count = self.model(), 1 if down else -1, self._count()
        for start, way in ((row, step), (row, -step)):
            at = start
            while 0 <= at < count:
                if model.flags(model.index(at, 0)) & Qt.ItemFlag.ItemIsSelectable:
                    return at
                at += way
        return row

    def horizontalOffset(self) -> int:
        """Rows are as wide as the view."""
        return 0

    def verticalOffset(self) -> int:
        """How far the view is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move what is painted already; only the rows that come into sight are painted."""
        # A style sheet takes this away again, and then every row would be painted each time.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().scroll(dx, dy)

    def isIndexHidden(self, _: Index) -> bool:
        """No row is ever hidden."""
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select the rows that a rectangle of the viewport touches."""
        top = self.verticalOffset()
        first = max(0, (rect.top() + top) // self._row_height)
        last = min(self._count() - 1, (rect.bottom() + top) // self._row_height)
        selection = QItemSelection()
        if first <= last:
            model = self.model()
            selection.select(model.index(first, 0), model.index(last, 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Where selected rows are seen."""
        region, seen = QRegion(), self.visible_rows()
        for part in selection.toList():
            first, last = max(part.top(), seen.start), min(part.bottom(), seen.stop - 1)
            if first <= last:
                region += self._rect(first).united(self._rect(last))
        return region

    def updateGeometries(self) -> None:
        """Fit the scroll bar to the number of rows."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(max(1, round(self._row_height * _WHEEL_ROWS / 3)))
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._count() * self._row_height - height))
        super().updateGeometries()

    def sizeHint(self) -> QSize:
        """Some rows; the layout decides."""
        return QSize(200, 6 * self._row_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the scroll bar; keep the current row in sight when the view shrinks."""
        current = self.currentIndex()
        was_seen = current.isValid() and current.row() in self.visible_rows()
        super().resizeEvent(event)
        self.updateGeometries()
        if was_seen:
            self.scrollTo(current)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the delegate paint the rows that were asked for."""
        painter = QPainter(self.viewport())
        self._paint_ground(painter, event.region())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        delegate, model, region = self._delegate, self.model(), event.region()
        assert delegate is not None, "a list paints with its delegate"
        for row in self._rows_in(event.rect()):
            rect = self._rect(row)
            if region.intersects(rect):
                index = model.index(row, 0)
                option.rect = rect
                option.state = self._state(index)
                delegate.paint(painter, option, index)

    def _paint_ground(self, painter: QPainter, region: QRegion) -> None:
        """The ground of the rows, which nobody paints for a widget that calls itself opaque."""
        option = QStyleOption()
        option.initFrom(self)
        painter.save()
        painter.setClipRegion(region)
        painter.fillRect(region.boundingRect(), self.palette().base())
        option.rect = self.viewport().rect()
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        painter.restore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus and choose nothing: QAbstractItemView would make row 0 the current one."""
        QAbstractScrollArea.focusInEvent(self, event)
        self.viewport().update()
        self._say_current()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Let a screen reader say the row that the keys have come to."""
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._say_current()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the commands; QAbstractItemView would search for them."""
        if event.text().isprintable() and event.text() and event.key() != Qt.Key.Key_Space:
            event.ignore()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        super().keyPressEvent(event)

    def _say_current(self) -> None:
        if not QAccessible.isActive() or not self.currentIndex().isValid():
            return
        self.scrollTo(self.currentIndex())  # readers are told of the rows that are seen
        place = self.currentIndex().row() - self.visible_rows().start
        for kind in (QAccessible.Event.NameChanged, QAccessible.Event.Focus):
            said = QAccessibleEvent(self, kind)
            said.setChild(place)
            QAccessible.updateAccessibility(said)

    def _state(self, index: QModelIndex) -> QStyle.StateFlag:
        state = QStyle.StateFlag.State_None
        if self.isEnabled():
            state |= QStyle.StateFlag.State_Enabled
        if self.selectionModel().isSelected(index):
            state |= QStyle.StateFlag.State_Selected
        if self.hasFocus():
            state |= QStyle.StateFlag.State_Active
            if index == self.currentIndex():
                state |= QStyle.StateFlag.State_HasFocus
        if index == self._hovered:
            state |= QStyle.StateFlag.State_MouseOver
        return state

    def _count(self) -> int:
        model = self.model()
        return model.rowCount() if model is not None else 0

    def _rect(self, row: int) -> QRect:
        top = row * self._row_height - self.verticalOffset()
        return QRect(0, top, self.viewport().width(), self._row_height)

    def _rows_in(self, rect: QRect) -> Iterator[int]:
        top = self.verticalOffset()
        first = max(0, (rect.top() + top) // self._row_height)
        last = min(self._count() - 1, (rect.bottom() + top) // self._row_height)
        yield from range(first, last + 1)

    def _hover(self, index: QModelIndex) -> None:
        self._unhover()
        self._hovered = QPersistentModelIndex(index)
        self.update_row(index.row())

    def _unhover(self) -> None:
        if self._hovered.isValid():
            row = self._hovered.row()
            self._hovered = QPersistentModelIndex()
            self.update_row(row)

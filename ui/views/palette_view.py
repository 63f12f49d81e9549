"""The palette: find a command, a queue or an appeal by typing, and run it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.context import UiContext
from ui.models.palette import PaletteModel
from ui.models.roles import Role
from ui.presenters.palette import PaletteHit, PaletteItem, rank
from ui.widgets.kind import set_kind
from ui.widgets.passing import open_once
from ui.widgets.row_list import RowList

ROW = 34
_WIDTH = 560
_SHOWN = 11
_TOP = 72
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

MoreItems = Callable[[str], Sequence[PaletteItem]]


class PaletteView(QDialog):
    """A field over a list. `chosen` carries the `PaletteItem`; the dialog has closed by then.

    ``more`` gives further items for what has been typed (an appeal's number); ``title`` and
    ``hint`` say what is being chosen where it is not a command.
    """

    chosen = Signal(object)

    def __init__(
        self,
        context: UiContext,
        items: Sequence[PaletteItem],
        *,
        more: MoreItems = lambda _: (),
        title: str = "",
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self._context = context
        self._items = list(items)
        self._more = more
        self.setWindowTitle(title or context.t("palette.title"))
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._frame = QFrame(self)
        set_kind(self._frame, "overlay")
        self._field = QLineEdit()
        set_kind(self._field, "palette")
        self._field.setPlaceholderText(hint or context.t("palette.hint"))
        self._field.setAccessibleName(title or context.t("palette.title"))
        self._field.textChanged.connect(self._search)
        self._field.installEventFilter(self)
        self._model = PaletteModel()
        self._list = RowList(row_height=context.theme.px(ROW))
        self._list.setModel(self._model)
        self._list.setAccessibleName(self.windowTitle())
        self._delegate = PaletteDelegate(context)
        self._list.setItemDelegate(self._delegate)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.clicked.connect(self._choose)
        self._nothing = QLabel(context.t("palette.nothing"))
        set_kind(self._nothing, "dim")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._search("")
        self._field.setFocus()

    def choose_over(self, window: QWidget, then: Callable[[PaletteItem], None]) -> None:
        """Open over the upper middle of ``window``; ``then`` hears what is chosen."""
        self.chosen.connect(then)
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, _TOP)))
        open_once(self)

    def hits(self) -> list[PaletteHit]:
        """What is offered now, best first."""
        indexes = (self._model.index(at, 0) for at in range(self._model.rowCount()))
        return [index.data(Role.ROW) for index in indexes]

    def type(self, text: str) -> None:
        """Type ``text`` instead of what stands there."""
        self._field.setText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list is steered from the field."""
        if (
            watched is self._field
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and self._steer(event.key())
        ):
            return True
        return super().eventFilter(watched, event)

    def _steer(self, key: int) -> bool:
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _SHOWN - 1,
            Qt.Key.Key_PageUp: 1 - _SHOWN,
        }
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._list.currentIndex())
            return True
        step = steps.get(Qt.Key(key))
        if step is None:
            return False
        count = self._model.rowCount()
        if count:
            at = self._list.currentIndex().row() + step
            wrapped = at % count if abs(step) == 1 else min(count - 1, max(0, at))
            self._list.setCurrentIndex(self._model.index(wrapped, 0))
        return True

    def _search(self, text: str) -> None:
        items = [*self._more(text.strip()), *self._items]
        hits = rank(text, items)
        self._model.show(hits)
        if hits:
            self._list.setCurrentIndex(self._model.index(0, 0))
        self._list.setVisible(bool(hits))
        self._nothing.setVisible(not hits)

    def _choose(self, index: QModelIndex) -> None:
        hit = index.data(Role.ROW) if index.isValid() else None
        if isinstance(hit, PaletteHit):
            self.accept()
            self.chosen.emit(hit.item)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(8, 4, 8, 8)
        inside.setSpacing(4)
        inside.addWidget(self._field)
        line = QFrame()
        set_kind(line, "separator")
        inside.addWidget(line)
        inside.addWidget(self._list, 1)
        inside.addWidget(self._nothing, 1)
        footer = QLabel(self._context.t("palette.footer"))
        set_kind(footer, "small")
        footer.setContentsMargins(8, 2, 8, 0)
        inside.addWidget(footer)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._frame)
        room = self.screen().availableSize() * 0.95
        self.resize(QSize(px(_WIDTH), px(ROW) * _SHOWN + px(100)).boundedTo(room))


class PaletteDelegate(QStyledItemDelegate):
    """Paints a hit: icon, title with the matching letters marked, where it belongs, its key."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._theme = context.theme

    def sizeHint(self, _: QStyleOptionViewItem, __: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as high as every other."""
        return QSize(200, self._theme.px(ROW))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one hit."""
        hit = index.data(Role.ROW)
        if not isinstance(hit, PaletteHit):
            return
        theme, px, rect = self._theme, self._theme.px, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(QRectF(rect), px(6), px(6))
        side = px(16)
        icon = QRectF(rect.left() + px(10), rect.center().y() - side / 2 + 0.5, side, side)
        theme.paint_icon(painter, icon, hit.item.icon or "command", "text_dim")
        rect.adjust(px(38), 0, -px(10), 0)
        self._paint_right(painter, rect, hit.item)
        self._paint_title(painter, rect, hit)
        painter.restore()

    def _paint_right(self, painter: QPainter, rect: QRect, item: PaletteItem) -> None:
        theme, px = self._theme, self._theme.px
        font = theme.font("small")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        if item.keys:
            width = metrics.horizontalAdvance(item.keys) + px(12)
            cap = QRectF(rect.right() - width, rect.center().y() - px(10) + 0.5, width, px(20))
            painter.setPen(theme.color("border"))
            painter.setBrush(theme.color("panel_alt"))
            painter.drawRoundedRect(cap, px(4), px(4))
            painter.setPen(theme.color("text_dim"))
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, item.keys)
            rect.setRight(rect.right() - width - px(10))
        painter.setPen(theme.color("text_dim"))
        painter.drawText(rect, _RIGHT, item.detail)
        rect.setRight(rect.right() - metrics.horizontalAdvance(item.detail) - px(10))

    def _paint_title(self, painter: QPainter, rect: QRect, hit: PaletteHit) -> None:
        """Paint run by run: what matches is bold, not only coloured."""
        theme = self._theme
        marked = set(hit.letters)
        x = float(rect.left())
        for start, end in _runs(hit.item.title, marked):
            text, bold = hit.item.title[start:end], start in marked
            font = theme.font("strong" if bold else "body")
            painter.setFont(font)
            painter.setPen(theme.color("accent" if bold else "text"))
            room = rect.right() - round(x)
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(x, rect.top(), max(0, room), rect.height()), _LEFT, shown)
            x += QFontMetrics(font).horizontalAdvance(text)
            if x >= rect.right():
                return


def _runs(text: str, marked: set[int]) -> list[tuple[int, int]]:
    """The stretches of ``text`` that are marked alike."""
    runs: list[tuple[int, int]] = []
    for at in range(len(text)):
        if runs and (at in marked) == (runs[-1][0] in marked):
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs

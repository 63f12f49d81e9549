"""The delegate of the queue: paints the two lines of a row from one tuple, in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.listing import Grouping, QueueRow
from ui.context import UiContext
from ui.models.queue import QueueItem
from ui.models.roles import Role
from ui.presenters.grouping import Group, heading
from ui.presenters.queue import QueueLine, QueueWords, Ringing
from ui.presenters.rail import count_words
from ui.presenters.search import NOTHING_MARKED
from ui.widgets.ring import paint_ring
from ui.widgets.text_painter import TextPainter

ROW = 60
"""Height of a row in pixels at zoom 1, as delivered."""

DENSITIES = ("normal", "compact", "roomy")
"""How much room a row has: two lines, one, or three; as delivered the first."""

_HEIGHTS = {"normal": ROW, "compact": 34, "roomy": 84}

_RING, _SMALL_RING = 30, 18
_ICON = 14
_WIDE = 520
_ROOMY = 340
_STUB = 90
_TONES = {"soon": "warning", "overdue": "danger"}
_MOST_LINES = 1024


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the parts of a row stand."""

    ring: QRectF
    upper: QRect
    lower: QRect
    wide: bool


@dataclass(frozen=True, slots=True)
class _Present:
    """Whether anybody else is here, and which colleague writes, in words."""

    anybody: bool
    held: str


class QueueDelegate(QStyledItemDelegate):
    """Paints `QueueItem`s. Colour never says alone: each state has its sign and its words.

    `painted` counts the rows painted so far; `shown` is each row's clock as last painted,
    `shown_held` who was said to be writing.
    """

    def __init__(
        self,
        context: UiContext,
        words: QueueWords,
        *,
        is_folded: Callable[[Group], bool] = lambda _: False,
    ) -> None:
        super().__init__()
        self._is_folded = is_folded
        self.grouping = Grouping.NONE
        self.density = DENSITIES[0]
        self._context = context
        self._theme = context.theme
        self.words = words
        self.marks = NOTHING_MARKED
        self._text = TextPainter(context.theme)
        self._lines: dict[int, tuple[QueueRow, QueueLine]] = {}
        self.painted = 0
        self.shown: dict[int, Ringing] = {}
        self.shown_held: dict[int, str] = {}

    def sizeHint(self, _: QStyleOptionViewItem, __: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as high as every other."""
        return QSize(200, self.height)

    @property
    def height(self) -> int:
        """Of every row, in pixels at the present zoom."""
        return self._theme.px(_HEIGHTS[self.density])

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one row."""
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        self.painted += 1
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, rect, state)
        item = index.data(Role.ROW)
        if isinstance(item, Group):
            self._paint_group(painter, rect, item, state)
        elif isinstance(item, QueueItem):
            self._paint_item(painter, rect, item, index.row())
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        color, px = self._theme.color, self._theme.px
        if state & QStyle.StateFlag.State_Selected:
            active = state & QStyle.StateFlag.State_Active
            painter.fillRect(rect, color("selection" if active else "selection_idle"))
            painter.fillRect(QRect(rect.left(), rect.top(), px(3), rect.height()), color("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color("hover"))
        left = rect.left() + px(16)
        painter.fillRect(
            QRect(left, rect.bottom(), rect.right() - px(14) - left, 1), color("border")
        )
        if state & QStyle.StateFlag.State_HasFocus and not state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(color("focus"), 1))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _paint_item(self, painter: QPainter, rect: QRect, item: QueueItem, at: int) -> None:
        now = self._context.now()
        line = self._line(item.row, now)
        ringing = self.words.ringing(item.row, now)
        frame = self._frame(rect)
        self.shown[at] = ringing
        paint_ring(painter, frame.ring, ringing.share, ringing.kind, self._theme)
        if line.unread:
            self._paint_dot(painter, rect)
        present = _Present(
            bool(self.words.present(item.people, now)), self.words.held(item.people, now)
        )
        self.shown_held[at] = present.held
        if self.density == "compact":
            self._paint_line(painter, frame, line, ringing, present=present)
            return
        self._paint_upper(painter, frame, line, ringing)
        self._paint_lower(painter, frame, line, present=present)
        if self.density == "roomy":
            self._paint_text(painter, frame, line)

    def _paint_group(
        self, painter: QPainter, rect: QRect, group: Group, state: QStyle.StateFlag
    ) -> None:
        """A heading: folded or not, what the rows have in common, and how many they are."""
        px, text = self._theme.px, self._text
        hovered = state & QStyle.StateFlag.State_MouseOver
        painter.fillRect(
            rect.adjusted(0, 0, 0, -1), self._theme.color("hover" if hovered else "panel_alt")
        )
        place = rect.adjusted(px(14), 0, -px(14), 0)
        icon = "chevron-right" if self._is_folded(group) else "chevron-down"
        text.left_icon(painter, place, icon, token="text_dim", side=_ICON)
        text.right(painter, place, count_words(len(group.ids)))
        words = heading(group, self.grouping, self.words.catalog)
        text.left(painter, place, words, role="strong" if group.key else "body")

    def forget(self) -> None:
        """Words, fonts or zoom have changed."""
        self._text.forget()
        self._lines.clear()

    def _line(self, row: QueueRow, now: datetime) -> QueueLine:
        """The words of a row, made once as long as the row is the same object."""
        known = self._lines.get(id(row))
        # A chip that names an hour says it anew each time: «завтра» becomes «сегодня».
        if known is not None and known[0] is row and row.outage_etr is None:
            return known[1]
        if len(self._lines) > _MOST_LINES:
            self._lines.clear()
        line = self.words.line(row, now)
        self._lines[id(row)] = (row, line)
        return line

    def _frame(self, rect: QRect) -> _Frame:
        px = self._theme.px
        side = px(_SMALL_RING if self.density == "compact" else _RING)
        ring = QRectF(rect.left() + px(16), 0, side, side)
        ring.moveTop(rect.top() + (rect.height() - ring.height()) / 2)
        left = round(ring.right()) + px(12)
        width = rect.right() - px(14) - left
        if self.density == "compact":
            line = QRect(left, rect.top(), width, rect.height() - 1)
            return _Frame(ring, line, line, rect.width() >= px(_WIDE))
        upper = QRect(left, rect.top() + px(9), width, px(20))
        lower = QRect(left, rect.top() + px(31), width, px(20))
        return _Frame(ring, upper, lower, rect.width() >= px(_WIDE))

    def _paint_dot(self, painter: QPainter, rect: QRect) -> None:
        px = self._theme.px
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        center = QPointF(rect.left() + px(9), rect.center().y() + 0.5)
        painter.drawEllipse(center, px(6) / 2, px(6) / 2)

    def _paint_upper(
        self, painter: QPainter, frame: _Frame, line: QueueLine, ringing: Ringing
    ) -> None:
        px, text, rect = self._theme.px, self._text, QRect(frame.upper)
        roomy = rect.width() >= px(_ROOMY)
        said = ringing.words if roomy else ringing.short or ringing.words
        text.right(painter, rect, said, token=_TONES.get(ringing.kind, "text_dim"))
        if line.number and roomy:
            text.right(painter, rect, line.number)
        if line.danger:
            text.left_icon(painter, rect, "danger", token="danger", side=_ICON + 1)
        room = rect.width()  # too little for two is the name's alone
        author_room = room if room < px(_STUB) else max(room * 3 // 5, room - px(96))
        role = "strong" if line.unread else "body"
        spans = self.marks.spans
        text.left(painter, rect, line.author, role=role, most=author_room, spans=spans(line.author))
        if line.where:
            rect.setLeft(rect.left() + px(8))
            found = spans(line.where)
            text.left(painter, rect, line.where, role="small", token="text_dim", spans=found)

    def _paint_lower(
        self, painter: QPainter, frame: _Frame, line: QueueLine, *, present: _Present
    ) -> None:
        text, rect = self._text, QRect(frame.lower)
        facts = self.words.facts
        if "owner" in facts:
            self._paint_owner(painter, rect, line)
        if present.held and (frame.wide or not (line.outage or line.status)):
            text.right_chip(painter, rect, present.held, kind="warning", icon="reply")
        else:
            self._paint_present(painter, rect, present)
        if "channel" in facts:
            text.right_icon(painter, rect, line.channel_icon, token="text_dim", side=_ICON)
        for mark in line.marks:
            text.right_icon(painter, rect, mark.icon, token=mark.token, side=_ICON)
        self._paint_chips(painter, rect, line, wide=frame.wide)
        if frame.wide and line.owner_kind != "mine" and "owner" in facts:
            text.right(painter, rect, line.owner)
        if line.topic:
            text.left(painter, rect, line.topic, role="small")
            rect.setLeft(rect.left() + self._theme.px(8))
        if self.density == "roomy":
            return  # the words have a line of their own
        shown = self.marks.excerpt(line.text)
        found = self.marks.spans(shown)
        text.left(painter, rect, shown, role="small", token="text_dim", spans=found)

    def _paint_chips(self, painter: QPainter, rect: QRect, line: QueueLine, *, wide: bool) -> None:
        """Outage and status; where there is room for one, it is that which has changed."""
        text = self._text
        if line.outage and (wide or not line.woken):
            text.right_chip(painter, rect, line.outage, kind=line.outage_kind, icon="bolt")
        elif line.outage:
            text.right_icon(painter, rect, "bolt", token="warning", side=_ICON)
        if line.woken:
            said = line.status if wide else line.status_short
            text.right_chip(painter, rect, said, kind="info", icon=line.status_icon)
        elif line.status and (wide or not line.outage):
            text.right_chip(painter, rect, line.status, kind="neutral")
        elif line.status:
            text.right_icon(painter, rect, line.status_icon, token="text_dim", side=_ICON)

    def _paint_present(self, painter: QPainter, rect: QRect, present: _Present) -> None:
        if present.held:
            self._text.right_icon(painter, rect, "reply", token="warning", side=_ICON)
        elif present.anybody:
            self._text.right_icon(painter, rect, "eye", token="info", side=_ICON)

    def _paint_line(
        self,
        painter: QPainter,
        frame: _Frame,
        line: QueueLine,
        ringing: Ringing,
        *,
        present: _Present,
    ) -> None:
        """All in one line: who, where, and the words; at the right the clock and the signs.

        Where there is little room, the name has what the clock and its marks leave: it comes first.
        """
        px, text, rect, spans = self._theme.px, self._text, QRect(frame.upper), self.marks.spans
        roomy = rect.width() >= px(_ROOMY)
        if roomy and "owner" in self.words.facts:
            self._paint_owner(painter, rect, line)
        said = ringing.words if frame.wide else ringing.short or ringing.words
        text.right(painter, rect, said, token=_TONES.get(ringing.kind, "text_dim"))
        if roomy:
            self._paint_signs(painter, rect, line, present=present)
        for mark in line.marks:
            text.right_icon(painter, rect, mark.icon, token=mark.token, side=_ICON)
        if line.danger:
            text.left_icon(painter, rect, "danger", token="danger", side=_ICON)
        role = "small_strong" if line.unread else "small"
        most = rect.width() // 2 if roomy else rect.width()
        text.left(painter, rect, line.author, role=role, most=most, spans=spans(line.author))
        topic = line.topic if frame.wide else ""
        for words in filter(None, (line.where, topic, self.marks.excerpt(line.text))):
            rect.setLeft(rect.left() + px(8))
            found = spans(words)
            text.left(painter, rect, words, role="small", token="text_dim", spans=found, most=most)

    def _paint_signs(
        self, painter: QPainter, rect: QRect, line: QueueLine, *, present: _Present
    ) -> None:
        """What a row of one line says by signs alone, and its number."""
        text = self._text
        if line.number:
            text.right(painter, rect, line.number)
        self._paint_present(painter, rect, present)
        if "channel" in self.words.facts:
            text.right_icon(painter, rect, line.channel_icon, token="text_dim", side=_ICON)
        if line.outage:
            text.right_icon(painter, rect, "bolt", token="warning", side=_ICON)
        if line.status:
            token = "info" if line.woken else "text_dim"
            text.right_icon(painter, rect, line.status_icon, token=token, side=_ICON)

    def _paint_text(self, painter: QPainter, frame: _Frame, line: QueueLine) -> None:
        """The third line: the words over the whole width."""
        rect = frame.lower.translated(0, self._theme.px(24))
        shown = self.marks.excerpt(line.text)
        found = self.marks.spans(shown)
        self._text.left(painter, rect, shown, role="small", token="text_dim", spans=found)

    def _paint_owner(self, painter: QPainter, rect: QRect, line: QueueLine) -> None:
        """Whose it is: initials on a disc, or a broken ring where it is nobody's."""
        theme, side = self._theme, self._theme.px(20)
        disc = QRectF(rect.right() - side, rect.center().y() - side / 2 + 0.5, side, side)
        if line.owner_kind == "none":
            painter.setPen(QPen(theme.color("border_strong"), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(disc.adjusted(1, 1, -1, -1))
        else:
            mine = line.owner_kind == "mine"
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent" if mine else "chip_neutral"))
            painter.drawEllipse(disc)
            painter.setPen(theme.color("accent_text" if mine else "chip_neutral_text"))
            painter.setFont(theme.font("tiny"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, line.owner_initials)
        rect.setRight(rect.right() - side - theme.px(8))

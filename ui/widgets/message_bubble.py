"""A message bubble: who and when, a text that can be selected, and what is to be said of it.

Head, remarks and ground are painted, so that a thread of hundreds costs little; the text is a
`TextBlock`, and buttons are made only where there is something to press.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QPushButton, QToolTip, QWidget

from ui.context import Look
from ui.widgets.elided_button import ElidedButton
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind
from ui.widgets.text_block import TextBlock
from ui.widgets.wrapping import wrap_flags, wrapped_rect

_RADIUS = 10
_ACROSS, _ABOVE, _BETWEEN, _GAP = 12, 8, 4, 6
_LEAST = 160


@dataclass(frozen=True, slots=True)
class Tinted:
    """A short text and the kind that colours it."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a bubble: what it is called by, what it says, how it looks, what it explains."""

    id: str
    text: str
    kind: str = "link"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """All that a bubble shows. ``ground``: theirs, ours, internal, pending or trouble."""

    who: str
    when: str
    when_full: str
    text: str
    ground: str
    icon: str = ""
    labels: tuple[Tinted, ...] = ()
    remarks: tuple[Tinted, ...] = ()
    presses: tuple[Press, ...] = ()

    def aloud(self) -> str:
        """Everything as one text, for screen readers and the clipboard."""
        labels = "; ".join(label.text for label in self.labels)
        head = ", ".join(part for part in (self.who, self.when_full, labels) if part)
        return "\n".join((head, self.text, *(remark.text for remark in self.remarks)))


_GROUNDS = {
    "theirs": ("panel", "border"),
    "ours": ("public_soft", "public_soft"),
    "internal": ("internal_soft", "internal"),
    "pending": ("panel_alt", "border_strong"),
    "trouble": ("danger_soft", "danger"),
}
_REMARKS = {
    "danger": "danger",
    "warning": "warning",
    "ok": "ok",
    "info": "info",
    "neutral": "text_dim",
}


class MessageBubble(QWidget):
    """One message. `pressed` carries the id of a `Press`."""

    pressed = Signal(str)

    def __init__(
        self,
        said: Said,
        theme: Look,
        *,
        words: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._said = said
        self._row: QWidget | None = None
        self._body = TextBlock(said.text, words=words, parent=self)
        self._buttons: tuple[QPushButton, ...] = ()
        self.set_said(said)

    @property
    def said(self) -> Said:
        """What it shows."""
        return self._said

    def body(self) -> TextBlock:
        """The text."""
        return self._body

    def buttons(self) -> tuple[QPushButton, ...]:
        """What can be pressed."""
        return self._buttons

    def set_said(self, said: Said) -> None:
        """Show something else; a text that stays the same keeps its selection."""
        presses = self._said.presses if self._row is not None else ()
        self._said = said
        self._body.set_text(said.text)
        if said.presses != presses:
            self._set_buttons(said.presses)
        self.setAccessibleName(said.aloud())
        self._place(self.width())
        self.updateGeometry()
        self.update()

    # ------------------------------------------------------------------------------ size

    def height_at(self, width: int) -> int:
        """How tall it is when it is ``width`` pixels wide."""
        inner = width - 2 * self._px(_ACROSS)
        height = 2 * self._px(_ABOVE) + self._top_height(inner) + self._px(_BETWEEN)
        height += self._body.heightForWidth(inner)
        for remark in self._said.remarks:
            height += self._px(_BETWEEN) + self._remark_rect(remark, inner).height()
        if self._row is not None:
            height += self._px(_BETWEEN) + self._row_height(inner)
        return height

    def width_at_most(self, width: int) -> int:
        """The width it asks for, within ``width``: a short message is a small bubble."""
        across = 2 * self._px(_ACROSS)
        wanted = max(
            self._body.sizeHint().width(),
            self._head_width(),
            *(self._small().horizontalAdvance(r.text) for r in self._said.remarks),
            self._row.sizeHint().width() if self._row is not None else 0,
            self._px(_LEAST) - across,
        )
        return min(wanted + across + 2, width)

    def sizeHint(self) -> QSize:
        """As wide as the text wants."""
        width = self.width_at_most(self._px(480))
        return QSize(width, self.height_at(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place the text and the buttons."""
        self._place(event.size().width())

    def _place(self, width: int) -> None:
        across, between = self._px(_ACROSS), self._px(_BETWEEN)
        inner = max(width - 2 * across, 1)
        top = self._px(_ABOVE) + self._top_height(inner) + between
        height = self._body.heightForWidth(inner)
        self._body.setGeometry(across, top, inner, height)
        top += height
        for remark in self._said.remarks:
            top += between + self._remark_rect(remark, inner).height()
        if self._row is not None:
            self._row.setGeometry(across, top + between, inner, self._row_height(inner))

    # ------------------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, head and remarks."""
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, edge = _GROUNDS[self._said.ground]
        pen = QPen(self._theme.color(edge), 1)
        if self._said.ground == "pending":
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(self._theme.color(ground))
        radius = self._px(_RADIUS)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._paint_head(painter)
        self._paint_remarks(painter)

    def event(self, event: QEvent) -> bool:
        """Tell the whole date over the head."""
        if event.type() is QEvent.Type.ToolTip:
            place = event.pos()  # type: ignore[attr-defined]
            if place.y() < self._px(_ABOVE) + self._head_height():
                QToolTip.showText(event.globalPos(), self._said.when_full, self)  # type: ignore[attr-defined]
                return True
        return bool(super().event(event))

    def changeEvent(self, event: QEvent) -> None:
        """Measure anew when the theme's font changes."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place(self.width())
            self.updateGeometry()
        super().changeEvent(event)

    def _paint_head(self, painter: QPainter) -> None:
        said, left = self._said, self._px(_ACROSS)
        line = QRect(left, self._px(_ABOVE), self.width() - 2 * left, self._head_height())
        side = line.height() - self._px(2)
        if said.icon:
            square = QRectF(line.left(), line.top() + self._px(1), side, side)
            self._theme.paint_icon(painter, square, said.icon, _GROUNDS[said.ground][1])
            line.setLeft(line.left() + side + self._px(_GAP))
        below = self._labels_stand_below(self.width() - 2 * left)
        rest = self._when_width() if below else self._rest_width()
        who = self._strong().elidedText(
            said.who, Qt.TextElideMode.ElideRight, max(line.width() - rest, self._px(40))
        )
        painter.setFont(self._theme.font("small_strong"))
        painter.setPen(self._theme.color("text"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, who)
        line.setLeft(line.left() + self._strong().horizontalAdvance(who) + self._px(_GAP))
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.color("text_dim"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, said.when)
        line.setLeft(line.left() + self._small().horizontalAdvance(said.when) + self._px(_GAP))
        rows = self._label_rows(self.width() - 2 * left) if below else [list(said.labels)]
        for row in rows:
            if below:
                top = line.bottom() + self._px(3)
                line = QRect(left, top, self.width() - 2 * left, line.height())
            for label in row:
                self._paint_chip(painter, line, label)

    def _paint_chip(self, painter: QPainter, line: QRect, label: Tinted) -> None:
        width = self._chip_width(label)
        chip = QRectF(line.left(), line.top(), width, line.height())
        kind = "neutral" if label.kind == "internal" else label.kind
        ground = self._theme.color(f"chip_{kind}")
        if label.kind == "internal":
            ground = QColor(Qt.GlobalColor.transparent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(chip, self._px(4), self._px(4))
        text = "internal" if label.kind == "internal" else f"chip_{kind}_text"
        painter.setPen(self._theme.color(text))
        painter.setFont(self._theme.font("small_strong" if label.kind == "internal" else "small"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, label.text)
        line.setLeft(line.left() + width + self._px(_GAP))

    def _paint_remarks(self, painter: QPainter) -> None:
        across = self._px(_ACROSS)
        top = self._body.geometry().bottom() + 1
        painter.setFont(self._theme.font("small"))
        for remark in self._said.remarks:
            top += self._px(_BETWEEN)
            rect = self._remark_rect(remark, self.width() - 2 * across)
            rect.moveTo(across, top)
            painter.setPen(self._theme.color(_REMARKS.get(remark.kind, "text_dim")))
            flags = wrap_flags(self._small(), remark.text, self.width() - 2 * across)
            painter.drawText(rect, flags, remark.text)
            top += rect.height()

    # ------------------------------------------------------------------------------ measures

    def _px(self, size: float) -> int:
        return self._theme.px(size)

    def _strong(self) -> QFontMetrics:
        return QFontMetrics(self._theme.font("small_strong"))

    def _small(self) -> QFontMetrics:
        return QFontMetrics(self._theme.font("small"))

    def _head_height(self) -> int:
        return self._small().height() + self._px(3)

    def _chip_width(self, label: Tinted) -> int:
        metrics = self._strong() if label.kind == "internal" else self._small()
        pad = 0 if label.kind == "internal" else 12
        return metrics.horizontalAdvance(label.text) + self._px(pad)

    def _labels_stand_below(self, inner: int) -> bool:
        """Whether name, time and labels are too long for one line; the labels then have theirs."""
        return bool(self._said.labels) and self._head_width() > inner

    def _top_height(self, inner: int) -> int:
        """The height of the head with its labels, in a bubble of that inner width."""
        line = self._head_height()
        if not self._labels_stand_below(inner):
            return line
        return line + len(self._label_rows(inner)) * (line + self._px(3))

    def _label_rows(self, inner: int) -> list[list[Tinted]]:
        """The labels in as many lines as they need."""
        rows: list[list[Tinted]] = []
        room = 0
        for label in self._said.labels:
            width = self._chip_width(label)
            if not rows or width > room:
                rows.append([])
                room = inner
            rows[-1].append(label)
            room -= width + self._px(_GAP)
        return rows

    def _when_width(self) -> int:
        return self._px(_GAP) + self._small().horizontalAdvance(self._said.when)

    def _rest_width(self) -> int:
        """What stands in the head after the name."""
        return self._when_width() + sum(
            self._px(_GAP) + self._chip_width(x) for x in self._said.labels
        )

    def _head_width(self) -> int:
        icon = self._head_height() + self._px(_GAP) if self._said.icon else 0
        return icon + self._strong().horizontalAdvance(self._said.who) + self._rest_width()

    def _remark_rect(self, remark: Tinted, width: int) -> QRect:
        return wrapped_rect(self._small(), remark.text, QRect(0, 0, width, 0))

    def _row_height(self, inner: int) -> int:
        layout = self._row.layout() if self._row is not None else None
        return layout.heightForWidth(inner) if layout is not None else 0

    def _set_buttons(self, presses: tuple[Press, ...]) -> None:
        if self._row is not None:
            self._row.hide()
            self._row.deleteLater()
        self._row, self._buttons = None, ()
        if not presses:
            return
        self._row = QWidget(self)
        line = Flow(self._row, gap=self._px(_GAP))
        buttons = []
        for press in presses:
            button = ElidedButton()
            set_kind(button, press.kind)
            button.setToolTip(press.hint)
            button.say(press.text)
            button.clicked.connect(lambda _=False, name=press.id: self.pressed.emit(name))
            line.addWidget(button)
            buttons.append(button)
        self._buttons = tuple(buttons)
        self._row.show()

"""A notice: a passing remark in the empty end of the menu bar, perhaps with something to press."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFontMetrics, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenuBar, QPushButton

from ui.widgets.glyph import Glyph
from ui.widgets.kind import set_kind

_SHORT_MS = 5000
_LONG_MS = 10000
_AGAIN_MS = 1500
_GAP = 8
_WIDEST = 620
_LINES = 2


class Notice(QFrame):
    """Stands at the end of ``bar``, where nothing can be pressed, and goes by itself.

    What fails stays longer, and so does what somebody points at. It covers neither a row nor a
    button, and nothing moves when it comes or goes.
    """

    pressed = Signal()

    def __init__(self, bar: QMenuBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._whole = ""
        set_kind(self, "notice")
        self._icon = Glyph(16)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._button = QPushButton()
        set_kind(self._button, "notice")
        self._button.clicked.connect(self._on_pressed)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(_GAP, 0, _GAP, 0)
        row.setSpacing(_GAP)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        self._timer = QTimer(self)
        self._timer.setObjectName("notice")
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._leave)
        bar.installEventFilter(self)
        self.hide()

    def say(self, text: str, *, icon: QIcon, action: str = "", lasting: bool = False) -> None:
        """Show a remark; ``action`` is what its button says, empty for no button."""
        self._icon.set_icon(icon)
        self._whole = text
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(text)
        for part in (self, self._text, self._button):
            part.ensurePolished()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(_LONG_MS if lasting or action else _SHORT_MS)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def text(self) -> str:
        """The remark, empty while none is shown."""
        return "" if self.isHidden() else self._whole

    def dismiss(self) -> None:
        """Take it away now."""
        self._timer.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the end of the menu bar."""
        if watched is self._bar and event.type() is QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        free = self._free()
        self._text.setFixedWidth(0)
        beside = self._needed()
        room = max(free.width() - beside, 1)
        metrics = QFontMetrics(self._text.font())
        width = _width_for(self._whole, metrics, min(room, _WIDEST))
        self._text.setFixedWidth(width)
        shown = _cut(self._whole, metrics, width)
        self._text.setText(shown)
        self.setToolTip(self._whole if shown != self._whole else "")
        place = QRect(0, free.top(), min(self._needed(), free.width()), free.height())
        place.moveRight(free.right())
        self.setGeometry(place)

    def _needed(self) -> int:
        self._row.invalidate()
        return self.sizeHint().width()

    def _free(self) -> QRect:
        """What the menus leave of their bar."""
        bar = self._bar
        used = [bar.actionGeometry(one) for one in bar.actions()]
        left = max((one.right() + 1 for one in used), default=0) + _GAP
        return QRect(left, 1, max(bar.width() - left - _GAP, 1), bar.height() - 2)

    def _leave(self) -> None:
        if self.underMouse() or self._button.hasFocus():
            self._timer.start(_AGAIN_MS)
        else:
            self.hide()

    def _on_pressed(self) -> None:
        self.dismiss()
        self.pressed.emit()


def _width_for(text: str, metrics: QFontMetrics, most: int) -> int:
    """As wide as the text in one line, or the narrowest that holds it in two."""
    whole = metrics.horizontalAdvance(text) + 2
    if whole <= most:
        return whole
    width = min(most, whole // _LINES + 1)
    while width < most and not _fits(text, metrics, width):
        width = min(most, width + metrics.averageCharWidth())
    return width


def _cut(text: str, metrics: QFontMetrics, width: int) -> str:
    """As much of the text as fits, in whole words."""
    if _fits(text, metrics, width):
        return text
    words = text.split()
    while len(words) > 1 and not _fits(" ".join(words) + "…", metrics, width):
        words.pop()
    return " ".join(words) + "…"


def _fits(text: str, metrics: QFontMetrics, width: int) -> bool:
    box = metrics.boundingRect(QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap, text)
    # A line of the box is a fraction higher than a line of the font, so half a line is allowed.
    return 2 * box.height() < (2 * _LINES + 1) * metrics.lineSpacing() and box.width() <= width

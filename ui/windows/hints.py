"""The hints of the first start: one after the other beside the parts of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.context import UiContext
from ui.presenters.hints import HINTS, hint_words
from ui.widgets.kind import set_kind
from ui.windows.memory import WindowMemory

SEEN = "hints"
"""Under this name the window remembers that somebody has seen them."""

_WIDTH, _GAP = 380, 10


class Hints(QObject):
    """``places`` gives the part that a hint stands beside. They are shown once; `start` again."""

    ended = Signal()

    def __init__(
        self,
        context: UiContext,
        memory: WindowMemory,
        *,
        places: Mapping[str, Callable[[], QWidget]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context = context
        self._memory = memory
        self._places = places
        self._window = window
        self._bubble: HintBubble | None = None
        self._at = 0
        self._focus: QWidget | None = None

    @property
    def bubble(self) -> HintBubble | None:
        """What is shown now."""
        return self._bubble

    @property
    def are_new(self) -> bool:
        """Whether nobody has seen them in this profile."""
        return not self._memory.text(SEEN)

    def start(self) -> None:
        """Show the first one."""
        if self._bubble is not None:
            return
        self._focus = QApplication.focusWidget()
        self._bubble = HintBubble(self._context, self._window)
        self._bubble.onward.connect(lambda: self._go(1))
        self._bubble.back.connect(lambda: self._go(-1))
        self._bubble.skipped.connect(self.end)
        self._window.installEventFilter(self)
        self._show(0)

    def end(self) -> None:
        """Take them away, for good: whoever wants them again finds them in the menu."""
        if self._bubble is None:
            return
        self._memory.set_text(SEEN, "1")
        self.dismiss()
        self.ended.emit()

    def dismiss(self) -> None:
        """Take them away; who has not come to their end sees them at the next start."""
        if self._bubble is None:
            return
        self._window.removeEventFilter(self)
        self._bubble.hide()
        self._bubble.deleteLater()
        self._bubble = None
        if self._focus is not None and self._focus.isVisible():
            self._focus.setFocus()
        self._focus = None

    def retranslate(self) -> None:
        """Read every word anew."""
        if self._bubble is not None:
            self._show(self._at)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay beside its part while the window changes."""
        if event.type() is QEvent.Type.Resize and self._bubble is not None:
            self._place()
        return super().eventFilter(watched, event)

    def _go(self, step: int) -> None:
        at = self._at + step
        if at >= len(HINTS):
            self.end()
        else:
            self._show(max(0, at))

    def _show(self, at: int) -> None:
        assert self._bubble is not None
        self._at = at
        self._bubble.say(at)
        self._place()
        self._bubble.show()
        self._bubble.raise_()
        self._bubble.take_keys()

    def _place(self) -> None:
        assert self._bubble is not None
        part = self._places[HINTS[self._at].place]()
        target = QRect(part.mapTo(self._window, QPoint(0, 0)), part.size())
        self._bubble.adjustSize()
        self._bubble.stand_beside(target, self._window.rect())


class HintBubble(QFrame):
    """A few words with «next», «back» and «skip»; it takes the keys while it stands there."""

    onward = Signal()
    back = Signal()
    skipped = Signal()

    def __init__(self, context: UiContext, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("hint")
        self._context = context
        set_kind(self, "overlay")
        px = context.theme.px
        self.setFixedWidth(px(_WIDTH))
        self._title, self._body, self._step = QLabel(), QLabel(), QLabel()
        set_kind(self._title, "title")
        set_kind(self._step, "small")
        for label in (self._title, self._body):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._skip, self._back, self._next = QPushButton(), QPushButton(), QPushButton()
        set_kind(self._skip, "link")
        set_kind(self._next, "primary")
        self._skip.clicked.connect(self.skipped)
        self._back.clicked.connect(self.back)
        self._next.clicked.connect(self.onward)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self._skip)
        line.addStretch(1)
        line.addWidget(self._back)
        line.addWidget(self._next)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(8))
        for part in (self._step, self._title, self._body):
            column.addWidget(part)
        column.addLayout(line)

    def say(self, at: int) -> None:
        """Say the hint with that number."""
        t, words = self._context.t, hint_words(at, self._context.catalog)
        self._title.setText(words.title)
        self._body.setText(words.body)
        self._step.setText(words.step)
        self._skip.setText(t("hints.skip"))
        self._back.setText(t("hints.back"))
        self._back.setVisible(at > 0)
        self._next.setText(t("hints.done" if at + 1 == len(HINTS) else "hints.next"))
        self.setAccessibleName(f"{words.title}. {words.body}")
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self, f"{words.title}. {words.body}")
        )

    def take_keys(self) -> None:
        """The button that leads on has the keys."""
        self._next.setFocus(Qt.FocusReason.PopupFocusReason)

    def words(self) -> str:
        """The title that is shown."""
        return self._title.text()

    def stand_beside(self, target: QRect, room: QRect) -> None:
        """At the right of its part, or above or within it; never outside of the window."""
        gap = self._context.theme.px(_GAP)
        height = self.heightForWidth(self.width())
        self.resize(self.width(), height if height > 0 else self.sizeHint().height())
        place = QRect(target.topRight() + QPoint(gap, 4 * gap), self.size())
        if place.right() > room.right():
            place.moveTopLeft(QPoint(target.left() + gap, target.top() + 4 * gap))
        if place.bottom() > room.bottom() - gap:
            place.moveBottom(min(target.top(), room.bottom()) - gap)
        place.moveLeft(max(gap, min(place.left(), room.right() - place.width() - gap)))
        place.moveTop(max(gap, place.top()))
        self.setGeometry(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape skips."""
        if event.key() == Qt.Key.Key_Escape:
            self.skipped.emit()
        else:
            super().keyPressEvent(event)

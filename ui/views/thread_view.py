"""The thread of an appeal, like a messenger: a sliding window of bubbles over any length.

Only some dozen bubbles exist at a time. Those around what is to be seen are made, in small
portions, so that a thread of thousands opens as quickly as one of three.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QWidget

from ui.context import UiContext
from ui.presenters.search import NOTHING_MARKED, Marks
from ui.presenters.thread import Bubble, Thread
from ui.widgets.bubble_canvas import BubbleCanvas, Placed
from ui.widgets.kind import set_kind
from ui.widgets.message_bubble import MessageBubble, Press, Said, Tinted

FIRST = 8
"""Bubbles made at once when a thread is opened; the screen is filled in the next ticks."""

PORTION = 8
"""Bubbles made in one tick, and for one step to the top or to the bottom."""

MOST = 96
"""Bubbles alive at a time; those farthest away make room for new ones."""

_NEAR, _CLOSE = 160, 4
_GROUNDS = {
    "queued": "pending",
    "in_flight": "pending",
    "awaiting": "pending",
    "held": "trouble",
    "returned": "trouble",
}


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The bubble that is to stay where it is: its id, and its distance from the upper edge."""

    id: str
    distance: int


class ThreadView(QScrollArea):
    """Shows a `Thread`. `decided` carries (message id, approved), `link_opened` a `Link`,
    `rework_wanted` the id of a returned reply, `file_wanted` that of an attachment."""

    decided = Signal(str, bool)
    link_opened = Signal(object)
    outbox_wanted = Signal()
    rework_wanted = Signal(str)
    file_wanted = Signal(str)

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._thread: Thread | None = None
        self._ids: tuple[str, ...] = ()
        self._start = self._stop = 0
        self._bubbles: dict[str, tuple[Bubble, MessageBubble]] = {}
        self._unseen = 0
        self._stuck = True
        self._arranging = False
        self._marks = NOTHING_MARKED
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build()

    def _build(self) -> None:
        self._canvas = BubbleCanvas(self._context.theme)
        set_kind(self._canvas, "transparent")
        self._earlier = QPushButton(self._canvas)
        self._earlier.clicked.connect(self._show_earlier)
        set_kind(self._earlier, "link")
        self.setWidget(self._canvas)
        self._newest = QPushButton(self)
        self._newest.clicked.connect(self.to_newest)
        set_kind(self._newest, "primary")
        self._newest.hide()
        self._filling = QTimer(self, singleShot=True, interval=0)
        self._filling.timeout.connect(self._fill)
        self.verticalScrollBar().valueChanged.connect(self._on_scroll)

    # ------------------------------------------------------------------------------ showing

    def show_thread(self, thread: Thread | None, *, anew: bool) -> None:
        """Show ``thread``; ``anew`` for another appeal, else what is on screen stays put."""
        for part in (self, self._canvas):
            part.setAccessibleName(self._context.t("access.thread"))
        if thread is None or anew:
            self._clear()
        self._thread = thread
        if thread is None:
            self._ids = ()
            return
        before, self._ids = self._ids, thread.ids()
        if anew:
            self._stop = len(self._ids)
            self._start = max(0, self._stop - FIRST)
            self._refresh(at_end=True)
            return
        self._follow(before)

    def shown(self) -> tuple[MessageBubble, ...]:
        """The bubbles that exist now, top to bottom."""
        return tuple(self._bubbles[one][1] for one in self._ids[self._start : self._stop])

    def bubble(self, message: str) -> MessageBubble | None:
        """The bubble of a message, if it exists now."""
        found = self._bubbles.get(message)
        return found[1] if found else None

    def to_newest(self) -> None:
        """Go to the end of the thread."""
        if self._stop != len(self._ids):
            self._stop = len(self._ids)
            self._start = max(0, self._stop - FIRST - PORTION)
        self._unseen = 0
        self._refresh(at_end=True)

    def show_marks(self, marks: Marks) -> None:
        """Highlight what a search has found here."""
        if marks != self._marks:
            self._marks = marks
            for _, widget in self._bubbles.values():
                self._mark(widget)

    def _mark(self, widget: MessageBubble) -> None:
        color, body = self._context.theme.color, widget.body()
        spans = self._marks.spans(body.text())
        if spans or body.marked:
            body.mark(spans, ground=color("match"), ink=color("match_text"))

    def at_end(self) -> bool:
        """Whether the newest message is to be seen."""
        return self._stop == len(self._ids) and self._stuck

    def retranslate(self) -> None:
        """Say everything in the present language; the owner brings a new `Thread` first."""
        self._tell_newest()

    # ------------------------------------------------------------------------------ the window

    def _follow(self, before: tuple[str, ...]) -> None:
        """The same appeal has changed: what is on screen stays, what is new comes below."""
        whole, had = self._stop >= len(before), self._stop - self._start
        was_at_end = whole and self._stuck
        added = len(self._ids) - len(before) if self._ids[: len(before)] == before else 0
        self._stop = len(self._ids) if whole else min(self._stop, len(self._ids))
        self._start = min(self._start, max(0, self._stop - had))
        if was_at_end:
            self._start = max(self._start, self._stop - min(had + PORTION, MOST))
        else:
            self._stop = min(self._stop, self._start + MOST)
        self._unseen = 0 if was_at_end else self._unseen + max(added, 0)
        self._refresh(at_end=was_at_end)

    def _show_earlier(self) -> None:
        self._grow(up=True)

    def _grow(self, *, up: bool) -> None:
        """One portion more at one end; what is far away at the other makes room."""
        if up:
            self._start = max(0, self._start - PORTION)
            self._stop = min(self._stop, self._start + MOST)
        else:
            self._stop = min(len(self._ids), self._stop + PORTION)
            self._start = max(self._start, self._stop - MOST)
        self._refresh()

    def _fill(self) -> None:
        """Go on until the screen is full, a portion each tick."""
        if self._thread is None:
            return
        if self._is_short():
            self._start = max(0, self._start - PORTION)
            self._refresh(at_end=self._stuck)

    def _is_short(self) -> bool:
        """Whether there is too little to scroll in, although there is more to show."""
        return self._start > 0 and self._canvas.height() < self.viewport().height() + _NEAR

    def _on_scroll(self, value: int) -> None:
        if self._arranging or self._thread is None:
            return
        bar = self.verticalScrollBar()
        self._stuck = value >= bar.maximum() - _CLOSE
        if value < _NEAR and self._start > 0:
            self._grow(up=True)
        elif value > bar.maximum() - _NEAR and self._stop < len(self._ids):
            self._grow(up=False)
        if self.at_end():
            self._unseen = 0
        self._tell_newest()

    # ------------------------------------------------------------------------------ bubbles

    def _refresh(self, *, at_end: bool = False) -> None:
        """Make, change and drop bubbles so that they are those of the window."""
        assert self._thread is not None, "only a thread is refreshed"
        anchor = self._anchor()
        wanted = self._thread.bubbles(self._start, self._stop)
        keep = {bubble.id for bubble in wanted}
        for gone in [one for one in self._bubbles if one not in keep]:
            widget = self._bubbles.pop(gone)[1]
            widget.hide()
            widget.deleteLater()
        self._canvas.set_items([self._placed(bubble) for bubble in wanted])
        self._arrange(None if at_end else anchor)
        if self._is_short():
            self._filling.start()

    def _placed(self, bubble: Bubble) -> Placed:
        known = self._bubbles.get(bubble.id)
        if known is None:
            widget = MessageBubble(
                self._said(bubble), self._context.theme, words=self._words, parent=self._canvas
            )
            widget.pressed.connect(lambda press, name=bubble.id: self._press(name, press))
        else:
            widget = known[1]
            if known[0] != bubble:
                widget.set_said(self._said(bubble))
        self._bubbles[bubble.id] = (bubble, widget)
        self._mark(widget)
        return Placed(widget, bubble.is_ours, bubble.day)

    def _arrange(self, anchor: _Anchor | None) -> None:
        """Place everything, and bring ``anchor`` back to where it was (None: go to the end)."""
        self._arranging = True
        more = self._start > 0
        self._earlier.setText(self._context.t("thread.earlier", count=self._start))
        self._earlier.setVisible(more)
        head = self._earlier if more else None
        height = self._canvas.arrange(self.viewport().width(), head=head)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, height - self.viewport().height()))
        known = self._bubbles.get(anchor.id) if anchor else None
        if anchor is None or known is None:
            bar.setValue(bar.maximum())
            self._stuck = True
        else:
            bar.setValue(known[1].y() - anchor.distance)
        self._arranging = False
        self._tell_newest()

    def _anchor(self) -> _Anchor | None:
        """The first bubble that is to be seen; None where there is none yet."""
        value = self.verticalScrollBar().value()
        for item in self._canvas.items():
            top = item.bubble.y()
            if top + item.bubble.height() > value:
                for name, (_, widget) in self._bubbles.items():
                    if widget is item.bubble:
                        return _Anchor(name, top - value)
        return None

    def _said(self, bubble: Bubble) -> Said:
        return Said(
            who=bubble.who,
            when=bubble.when,
            when_full=bubble.when_full,
            text=bubble.text,
            ground=_ground(bubble),
            icon="lock" if bubble.kind == "note" else "",
            labels=tuple(Tinted(chip.text, _tint(chip.kind)) for chip in bubble.labels),
            remarks=tuple(Tinted(chip.text, chip.kind) for chip in bubble.remarks),
            presses=self._presses(bubble),
        )

    def _presses(self, bubble: Bubble) -> tuple[Press, ...]:
        t = self._context.t
        presses = [
            Press(f"link:{index}", link.shown, "link", t("thread.link_hint", url=link.url))
            for index, link in enumerate(bubble.links)
        ]
        presses += [
            Press(f"file:{each.id}", each.words, "link", each.hint) for each in bubble.files
        ]
        if bubble.decidable:
            presses.append(Press("approve", t("thread.approve"), "primary"))
            presses.append(Press("return", t("thread.return"), ""))
        if bubble.reworkable:
            presses.append(Press("rework", t("thread.rework"), ""))
        if bubble.state == "held":
            presses.append(Press("outbox", t("thread.open_outbox"), ""))
        return tuple(presses)

    def _press(self, message: str, press: str) -> None:
        bubble = self._bubbles[message][0]
        if press in ("approve", "return"):
            self.decided.emit(message, press == "approve")
        elif press == "rework":
            self.rework_wanted.emit(message)
        elif press == "outbox":
            self.outbox_wanted.emit()
        elif press.startswith("file:"):
            self.file_wanted.emit(press.removeprefix("file:"))
        elif press.startswith("link:"):
            self.link_opened.emit(bubble.links[int(press.removeprefix("link:"))])

    def _words(self, name: str) -> str:
        return self._context.t(f"thread.{name}")

    def _clear(self) -> None:
        self._filling.stop()
        self._canvas.set_items([])
        for _, widget in self._bubbles.values():
            widget.hide()
            widget.deleteLater()
        self._bubbles.clear()
        self._start = self._stop = self._unseen = 0
        self._earlier.hide()
        self._tell_newest()

    # ------------------------------------------------------------------------------ the edges

    def _tell_newest(self) -> None:
        t = self._context.t
        if self._unseen:
            self._newest.setText(t("thread.new_below", count=self._unseen))
        else:
            self._newest.setText(t("thread.to_newest"))
        bar = self.verticalScrollBar()
        far = self._stop < len(self._ids) or bar.value() < bar.maximum() - self.height()
        self._newest.setVisible(bool(self._ids) and (far or self._unseen > 0))
        self._place_newest()

    def _place_newest(self) -> None:
        size = self._newest.sizeHint()
        room = self.viewport().rect()
        edge = self._context.theme.px(12)
        corner = room.bottomRight()
        place = QRect(QPoint(0, 0), size)
        place.moveBottomRight(corner - QPoint(edge, edge))
        self._newest.setGeometry(place)
        self._newest.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew; the end stays the end, else what is on screen stays."""
        at_end = self.at_end()
        super().resizeEvent(event)
        if self._thread is not None:
            self._arrange(None if at_end else self._anchor())
            if at_end:
                self._filling.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End go to the ends of what is shown."""
        if event.key() == Qt.Key.Key_End:
            self.to_newest()
        elif event.key() == Qt.Key.Key_Home:
            self.verticalScrollBar().setValue(0)
        else:
            super().keyPressEvent(event)


def _ground(bubble: Bubble) -> str:
    if bubble.state in _GROUNDS:
        return _GROUNDS[bubble.state]
    if bubble.kind == "resident":
        return "theirs"
    return "internal" if bubble.kind == "note" else "ours"


def _tint(kind: str) -> str:
    return "internal" if kind == "note" else kind

"""The clocks of an appeal: a strip with the one that binds, and on demand all of them and why."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.context import UiContext
from ui.presenters.clocks import AppealClocks, ClockFace, ClocksFace
from ui.presenters.here import Here
from ui.views.speech import Speech
from ui.widgets.chip import Chip
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.kind import set_kind
from ui.widgets.ring import Ring
from ui.widgets.text_block import TextBlock

TICK_MILLIS = 5_000
"""How often the strip looks at the clock; words change once a minute."""

_KINDS = {"ok": "", "soon": "warning", "overdue": "danger"}


class ClocksStrip(QFrame):
    """One line about the binding clock. `why_wanted` asks for the rest."""

    why_wanted = Signal()

    def __init__(
        self, context: UiContext, speech: Speech, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._speech = speech
        self._clocks: AppealClocks | None = None
        self._branch = ""
        self._face: ClocksFace | None = None
        set_kind(self, "bar")
        self._ring = Ring(context.theme, side=26)
        self._left = QLabel()
        self._left.setTextFormat(Qt.TextFormat.PlainText)
        self._rule = ElidedLabel()
        set_kind(self._rule, "small")
        self._due = ElidedLabel()
        self._why = QPushButton()
        self._why.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_kind(self._why, "link")
        self._why.clicked.connect(self.why_wanted)
        self._timer = QTimer(self, interval=TICK_MILLIS)
        self._timer.timeout.connect(self.tick)
        self._arrange()

    def _arrange(self) -> None:
        px = self._context.theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(4), px(8), px(4))
        row.setSpacing(px(8))
        row.addWidget(self._ring)
        words = QVBoxLayout()
        words.setSpacing(0)
        first = QHBoxLayout()
        first.setSpacing(px(6))
        first.addWidget(self._left)
        first.addWidget(self._rule, 1)
        words.addLayout(first)
        words.addWidget(self._due)
        row.addLayout(words, 1)
        row.addWidget(self._why)

    def show_clocks(self, clocks: AppealClocks | None, branch: str) -> None:
        """Show the clocks of an appeal of ``branch``; None where its calendar is unknown."""
        self._clocks, self._branch = clocks, branch
        self._face = None
        self.tick()

    def face(self) -> ClocksFace | None:
        """What is shown now."""
        return self._face

    def tick(self) -> None:
        """Look at the clock; only what has changed is touched."""
        here = self._speech.here(self._branch)
        if self._clocks is None:
            self._say("none", 0.0, "", here.t("clocks.no_calendar"), "")
            return
        face = self._clocks.face(here)
        if face == self._face:
            return
        self._face = face
        clock = face.binding
        if clock is None:
            self._say(face.kind, 0.0, "", face.head, "")
            return
        rule = " · ".join(part for part in (clock.name, _others(face, here)) if part)
        self._say(clock.ring, clock.share, clock.left, clock.due, rule)

    def retranslate(self) -> None:
        """Say everything in the present language."""
        self._why.setText(self._context.t("clocks.why_short"))
        self._why.setToolTip(self._context.t("clocks.why"))
        self._face = None
        self.tick()

    def _say(self, ring: str, share: float, left: str, due: str, rule: str) -> None:
        self._ring.set(share, ring, f"{left} {due}".strip())
        self._left.setText(left[:1].upper() + left[1:])
        self._left.setVisible(bool(left))
        set_kind(self._left, _KINDS.get(ring, "") or "strong")
        self._due.setText(due)
        self._due.setVisible(bool(due))
        self._rule.setText(rule)
        self._why.setVisible(self._clocks is not None)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The time left is told whole: in two lines, if need be, and rather than the rule."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        px = self._context.theme.px
        beside = self._ring.sizeHint().width() + px(12) + px(8) + 2 * px(8)
        if not self._why.isHidden():
            beside += self._why.sizeHint().width()
        wanted = self._left.fontMetrics().horizontalAdvance(self._left.text())
        narrow = wanted + 2 > self.width() - beside
        self._left.setWordWrap(narrow)
        self._rule.setVisible(bool(self._rule.text()) and not narrow)

    def showEvent(self, event: QShowEvent) -> None:
        """Tick while somebody looks."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no ticking."""
        self._timer.stop()
        super().hideEvent(event)


class ClocksPopover(QFrame):
    """All clocks, and why the chosen one is due when it is; floats over the appeal."""

    closed = Signal()

    def __init__(self, context: UiContext, *, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._clocks: AppealClocks | None = None
        self._here: Here | None = None
        set_kind(self, "overlay")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = QLabel()
        set_kind(self._title, "strong")
        self._close = QPushButton()
        set_kind(self._close, "link")
        self._close.clicked.connect(self.dismiss)
        self._list = QVBoxLayout()
        self._list.setSpacing(context.theme.px(2))
        self._rows: list[_ClockRow] = []
        self._why_title = QLabel()
        set_kind(self._why_title, "section")
        self._why = TextBlock(words=lambda name: context.t(f"thread.{name}"))
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        px = self._context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(8), px(12), px(8))
        column.setSpacing(px(6))
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._close)
        column.addLayout(top)
        inner = QWidget()
        set_kind(inner, "transparent")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, px(8), 0)
        lines.setSpacing(px(6))
        lines.addLayout(self._list)
        lines.addWidget(self._why_title)
        lines.addWidget(self._why)
        lines.addStretch(1)
        self._scroll.setWidget(inner)
        column.addWidget(self._scroll, 1)

    def open(self, clocks: AppealClocks, here: Here) -> None:
        """Show the clocks as they stand at ``here.now``, with the binding one explained."""
        self._clocks, self._here = clocks, here
        face = clocks.face(here)
        self._title.setText(here.t("clocks.all"))
        self.setAccessibleName(here.t("clocks.all"))
        self._close.setText(here.t("clocks.hide"))
        for row in self._rows:
            self._list.removeWidget(row)
            row.deleteLater()
        self._rows = [_ClockRow(self._context, each, parent=self) for each in face.clocks]
        for row in self._rows:
            row.chosen.connect(self.explain)
            self._list.addWidget(row)
        self.explain(face.clocks[0].preset if face.clocks else "")
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def explain(self, preset: str) -> None:
        """Say why that clock is due when it is."""
        if self._clocks is None or self._here is None:
            return
        for row in self._rows:
            row.set_chosen(row.preset == preset)
        lines = self._clocks.why(preset, self._here)
        self._why_title.setText(self._here.t("clocks.explanation_title"))
        self._why_title.setVisible(bool(lines))
        self._why.set_text("\n".join(lines))

    def explanation(self) -> str:
        """The lines that are shown."""
        return self._why.text()

    def dismiss(self) -> None:
        """Close it."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, the arrows go from clock to clock."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self._rows:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            place = next((i for i, row in enumerate(self._rows) if row.is_chosen), 0)
            self.explain(self._rows[(place + step) % len(self._rows)].preset)
        else:
            super().keyPressEvent(event)


class _ClockRow(QFrame):
    """One clock of the popover; a click or the arrows choose it."""

    chosen = Signal(str)

    def __init__(
        self, context: UiContext, face: ClockFace, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.preset = face.preset
        self.is_chosen = False
        px = context.theme.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(6), px(4), px(6), px(4))
        row.setSpacing(px(8))
        ring = Ring(context.theme, side=20)
        ring.set(face.share, face.ring, face.line)
        row.addWidget(ring)
        words = QVBoxLayout()
        words.setSpacing(0)
        stands = " · ".join(part for part in (face.left, face.due) if part)
        words.addWidget(_wrapped(face.name, "strong" if face.binds else ""))
        words.addWidget(_wrapped(stands, _KINDS.get(face.ring, "")))
        row.addLayout(words, 1)
        if face.binds:
            row.addWidget(Chip(context.t("clocks.binds"), "accent"))
        self.setToolTip(face.hint)
        self.setAccessibleName(face.line)

    def set_chosen(self, chosen: bool) -> None:
        """Mark it as the one that is explained."""
        self.is_chosen = chosen
        set_kind(self, "card_alt" if chosen else "")

    def event(self, event: QEvent) -> bool:
        """A click chooses it."""
        if event.type() is QEvent.Type.MouseButtonRelease:
            self.chosen.emit(self.preset)
            return True
        return bool(super().event(event))


def _wrapped(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if kind:
        set_kind(label, kind)
    return label


def _others(face: ClocksFace, here: Here) -> str:
    running = sum(1 for clock in face.clocks if not clock.binds and not clock.stopped)
    return here.t("clocks.more", count=running) if running else ""

"""The page of the shift: what one leaves behind, what is handed over, and the day in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.changes import Changes
from console.domain.handover import DayFigures
from console.readmodel import HandoverFacts
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader, read_beside
from ui.presenters.handover import FigureFace, LineFace, SectionFace, figures, sections
from ui.views.page_frame import lay_page, page_head
from ui.views.speech import Speech
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.fitting_button import FittingButton
from ui.widgets.flow import Flow
from ui.widgets.kind import set_kind
from ui.widgets.tall_area import TallArea

REFRESH_MS = 30_000
"""Deadlines pass without a commit."""

_INSET = 3
"""What a link's frame takes before its first letter."""

_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COMMANDS = ("shift.hand_over", "shift.accept_all", "shift.break")


class HandoverView(QFrame):
    """`opened` carries the `Ref` of an appeal, `entry_opened` the number of an outbox entry,
    `queue_wanted` a queue's key, `asked` what a line's button does and the line's `Ref`.
    """

    opened = Signal(object)
    entry_opened = Signal(int)
    queue_wanted = Signal(str)
    asked = Signal(str, object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._speech = Speech(context)
        self._facts = HandoverFacts()
        self._day = DayFigures()
        self._shown: object = None
        self._is_read = self._waits_for_lines = False
        self._is_break_shown = False
        self.lines: list[HandoverLine] = []
        set_kind(self, "panel")
        self._make_parts()
        self._lay_out()
        self._wire()
        self.retranslate()

    @property
    def facts(self) -> HandoverFacts:
        """What was read last."""
        return self._facts

    def refresh(self) -> None:
        """Read everything anew, on another thread."""
        if not self.isVisible():
            return
        handovers = self._context.console.handovers

        def work() -> tuple[HandoverFacts, DayFigures]:
            return handovers.facts(), handovers.day()

        read_beside(
            self._loader,
            "handover",
            work,
            then=lambda found: self._take(*found),
            bridge=self._bridge,
            owner=self,
        )

    def retranslate(self) -> None:
        """Read every word anew."""
        t = self._context.t
        self._title.setText(t("handover.title"))
        self._day_title.setText(t("handover.day_title"))
        self._area.setAccessibleName(t("handover.title"))
        self._say_buttons()
        self._shown = None
        self._show()

    def setFocus(self) -> None:  # type: ignore[override]
        """The first line takes the keys, or the first button where there is none."""
        self._waits_for_lines = not self._is_read
        first = self.lines[0].link if self.lines else self._buttons["shift.hand_over"]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date when seen."""
        super().showEvent(event)
        self._again.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody looks."""
        super().hideEvent(event)
        self._again.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows go from line to line, Enter opens the line or presses the button."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step and isinstance(watched, QPushButton):
                self._go(watched, step)
                return True
            if event.key() in _ENTER and isinstance(watched, QPushButton):
                watched.click()
                return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------ building

    def _make_parts(self) -> None:
        self._title, self._day_title, self._day_empty = QLabel(), QLabel(), QLabel()
        set_kind(self._title, "title")
        set_kind(self._day_title, "section")
        set_kind(self._day_empty, "dim")
        self._day_empty.setWordWrap(True)
        self._buttons = {command: FittingButton() for command in _COMMANDS}
        set_kind(self._buttons["shift.hand_over"], "primary")
        for command, button in self._buttons.items():
            button.setObjectName(command)
            button.clicked.connect(self._pressed)
            button.installEventFilter(self)
        self._figures = QWidget()
        self._flow = Flow(self._figures, gap=self._context.theme.px(8))
        self._empty = EmptyState()
        self._brief = QWidget()
        self._area = TallArea()
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its lines are the stops
        self._again = QTimer(self, interval=REFRESH_MS)
        self._again.setObjectName("handover-refresh")

    def _lay_out(self) -> None:
        head = page_head(self._title)
        head.addStretch(1)
        for button in self._buttons.values():
            head.addWidget(button)
        inner = QWidget()
        set_kind(inner, "transparent")
        below = QVBoxLayout(inner)
        below.setContentsMargins(16, 4, 16, 16)
        below.setSpacing(8)
        below.addWidget(self._day_title)
        below.addWidget(self._figures)
        below.addWidget(self._day_empty)
        self._column = QVBoxLayout(self._brief)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        below.addWidget(self._brief)
        below.addWidget(self._empty)
        below.addStretch(1)
        self._area.setWidget(inner)
        lay_page(self, head, self._area)

    def _wire(self) -> None:
        self._again.timeout.connect(self.refresh)
        self._bridge.changed.connect(self._on_changes)
        self._bridge.language_changed.connect(self.retranslate)
        self._bridge.theme_changed.connect(self._on_look)
        self._dispatcher.refocused.connect(self._enable)
        self._empty.hide()

    # ------------------------------------------------------------------ what happens

    def _on_changes(self, changes: Changes) -> None:
        if changes:
            self.refresh()

    def _on_look(self) -> None:
        self._shown = None
        self._show()

    def _pressed(self) -> None:
        self._dispatcher.run(self.sender().objectName())

    def _enable(self, _: object = None) -> None:
        """What cannot be done now is not offered; from a break the button leads back."""
        for command, button in self._buttons.items():
            button.setEnabled(self._dispatcher.enabled(command))
        if self._dispatcher.focus.on_break != self._is_break_shown:
            self._say_buttons()

    def _say_buttons(self) -> None:
        t, self._is_break_shown = self._context.t, self._dispatcher.focus.on_break
        for command, button in self._buttons.items():
            name = command.removeprefix("shift.")
            if name == "break" and self._is_break_shown:
                button.say(t("handover.break_back"))
            else:
                button.say(t(f"handover.button_{name}"), t(f"handover.button_{name}_short"))
            button.setToolTip(self._dispatcher.action(command).toolTip())

    def _take(self, facts: HandoverFacts, day: DayFigures) -> None:
        self._facts, self._day, self._is_read = facts, day, True
        self._dispatcher.refocus(has_offers=bool(facts.offered))
        self._show()

    # ------------------------------------------------------------------ what is shown

    def _show(self) -> None:
        if not self._is_read:
            return
        here = self._speech.here()
        faces = sections(
            self._facts, cache(self._speech.here), self._speech.people(), branch_here=here
        )
        day = figures(self._day, here)
        self._enable()
        if (faces, day) == self._shown:
            return
        self._shown = (faces, day)
        self._show_day(day)
        kept = self._key_with_focus()
        self._show_sections(faces)
        self._give_focus(kept)

    def _show_day(self, day: Sequence[FigureFace]) -> None:
        t = self._context.t
        _clear(self._flow)
        empty = self._day.is_empty
        self._day_empty.setText(t("handover.day_empty") if empty else "")
        self._day_empty.setVisible(empty)
        self._figures.setVisible(not empty)
        for face in () if empty else day:
            self._flow.addWidget(_figure(face, self._context.theme.px(10)))

    def _show_sections(self, faces: Sequence[SectionFace]) -> None:
        self.lines = []
        _clear(self._column)
        for face in faces:
            self._add_section(face)
        t, theme = self._context.t, self._context.theme
        self._empty.setVisible(not faces)
        self._brief.setVisible(bool(faces))
        if not faces:
            icon = theme.icon("check-circle", "ok")
            self._empty.say(icon, t("handover.empty_title"), t("handover.empty_body"))

    def _add_section(self, face: SectionFace) -> None:
        heading = QLabel(face.title)
        set_kind(heading, "strong")
        heading.setContentsMargins(0, 10, 0, 2)
        self._column.addWidget(heading)
        if face.lead:
            self._column.addWidget(_label(face.lead, "small"))
        for line in face.lines:
            widget = HandoverLine(line, self._context)
            widget.pressed.connect(self._on_pressed)
            for button in widget.buttons:
                button.installEventFilter(self)
            self.lines.append(widget)
            self._column.addWidget(widget)
        if face.more and face.queue:
            more = QPushButton(face.more)
            set_kind(more, "link")
            more.clicked.connect(lambda *_, queue=face.queue: self.queue_wanted.emit(queue))
            more.installEventFilter(self)
            self._column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _on_pressed(self, what: str, face: LineFace) -> None:
        if what != "open":
            self.asked.emit(what, face.ref)
        elif face.ref is not None:
            self.opened.emit(face.ref)
        elif face.seq is not None:
            self.entry_opened.emit(face.seq)
        else:
            self.queue_wanted.emit(face.queue)

    # ------------------------------------------------------------------ the keys

    def _go(self, at: QPushButton, step: int) -> None:
        """To the line after or before the one in which ``at`` stands."""
        place = next((n for n, line in enumerate(self.lines) if line.isAncestorOf(at)), None)
        if place is None:
            after = 0 if step > 0 else -1
        else:
            after = min(max(place + step, 0), len(self.lines) - 1)
        if self.lines:
            self.lines[after].link.setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(self.lines[after])

    def _key_with_focus(self) -> tuple[str, int] | None:
        focus = QApplication.focusWidget()
        for place, line in enumerate(self.lines):
            if focus is not None and line.isAncestorOf(focus):
                return line.face.key, place
        return None

    def _give_focus(self, kept: tuple[str, int] | None) -> None:
        """To the same line, or where it has stood; else nobody knows where the keys are."""
        if kept is None:
            if self._waits_for_lines and self._buttons["shift.hand_over"].hasFocus():
                self.setFocus()  # the page was opened before it was read
            self._waits_for_lines = False
            return
        key, place = kept
        same = next((line for line in self.lines if line.face.key == key), None)
        if same is None and self.lines:
            same = self.lines[min(place, len(self.lines) - 1)]
        if same is None:
            self.setFocus()
        else:
            same.link.setFocus(Qt.FocusReason.OtherFocusReason)


class HandoverLine(QFrame):
    """One line of the brief. `pressed` carries what is to be done, and the line's face."""

    pressed = Signal(str, object)

    def __init__(self, face: LineFace, context: UiContext) -> None:
        super().__init__()
        self.face = face
        px = context.theme.px
        set_kind(self, "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(8), px(5), px(8), px(5))
        column.setSpacing(px(2))
        self.link = FittingButton()
        self.link.say(face.title, face.short)
        self.link.setAccessibleName(face.spoken)
        set_kind(self.link, "row_link")
        self.link.clicked.connect(self._open)
        head = QWidget()
        flow = Flow(head, gap=px(6))
        flow.addWidget(self.link)
        if face.chip:
            flow.addWidget(Chip(face.chip, face.chip_kind))
        column.addWidget(head)
        for text, kind in face.lines:
            if text:
                label = _label(text, kind)
                label.setContentsMargins(px(_INSET), 0, 0, 0)
                column.addWidget(label)
        self.buttons: list[QPushButton] = [self.link]
        if face.can:
            row = QWidget()
            row.setContentsMargins(px(_INSET), 0, 0, 0)
            column.addSpacing(px(3))
            below = Flow(row, gap=px(6))
            for what in face.can:
                below.addWidget(self._button(what, context))
            column.addWidget(row)

    def _button(self, what: str, context: UiContext) -> QPushButton:
        button = QPushButton(context.t(f"handover.{what}"))
        button.setObjectName(what)
        button.setAccessibleName(f"{context.t(f'handover.{what}')}: {self.face.title}")
        set_kind(button, "primary" if what == "accept" else "")
        button.clicked.connect(self._act)
        self.buttons.append(button)
        return button

    def _open(self) -> None:
        self.pressed.emit("open", self.face)

    def _act(self) -> None:
        self.pressed.emit(self.sender().objectName(), self.face)


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def _figure(face: FigureFace, margin: int) -> QFrame:
    box = QFrame()
    set_kind(box, "card")
    box.setToolTip(face.hint)
    box.setAccessibleName(f"{face.name}: {face.value}. {face.hint}")
    column = QVBoxLayout(box)
    column.setContentsMargins(margin, margin // 2, margin, margin // 2)
    column.setSpacing(0)
    value = _label(face.value, "large")
    value.setWordWrap(False)
    name = _label(face.name, "small")
    name.setWordWrap(False)
    column.addWidget(value)
    column.addWidget(name)
    return box


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if kind:
        set_kind(label, kind)
    return label

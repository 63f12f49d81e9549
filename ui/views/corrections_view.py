"""The dialog «correct the time»: who was told what, what each is to be told, one press for all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.changes import Changes
from console.domain.ids import Ref
from console.domain.outage import Outage
from console.usecases.corrections import Correction, Plan
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.corrections import CorrectionsModel
from ui.models.queue_loader import QueueLoader, read_beside
from ui.presenters.corrections import correction_faces, plan_title, plan_words
from ui.presenters.outage import outage_title
from ui.views.speech import Speech
from ui.widgets.kind import set_kind

_SIZE = (1040, 640)
_ROW = 30
_TEXT_LINES = 4
_PAUSE_MS = 250
"""What comes within so much time is read once."""

_TICK = (Qt.Key.Key_Space,)


class CorrectionsDialog(QDialog):
    """`wanted` carries the outage and the corrections that are to be sent, as they were shown."""

    wanted = Signal(object, object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        outages: Sequence[Outage],
        *,
        loader: QueueLoader | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("corrections")
        self.setWindowTitle(context.t("correction.title"))
        self.setModal(True)
        self._context = context
        self._bridge = bridge
        self._loader = loader
        self._speech = Speech(context)
        self._outages = tuple(outages)
        self._plan: Plan | None = None
        self._make_parts()
        self._lay_out()
        self._wire()
        px, room = context.theme.px, self.screen().availableSize() * 0.94
        self.resize(min(px(_SIZE[0]), room.width()), min(px(_SIZE[1]), room.height()))
        self._read()

    @property
    def plan(self) -> Plan | None:
        """What was read last."""
        return self._plan

    def sending(self) -> None:
        """What was pressed is on its way into the outbox; a second press would say the same."""
        self.yes.setEnabled(False)

    def _make_parts(self) -> None:
        t, theme = self._context.t, self._context.theme
        self.which = QComboBox()
        self.which.setAccessibleName(t("correction.which"))
        self.which.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for one in self._outages:
            self.which.addItem(outage_title(one, self._speech.here(one.branch)), one.ref)
        self.which.setVisible(len(self._outages) > 1)
        self.head = _label("", "section")
        self.model = CorrectionsModel(words=t, color=theme.color)
        self.table = QTableView()
        self.table.setObjectName("corrections-table")
        self.table.setAccessibleName(t("correction.table"))
        self.table.setModel(self.model)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(_ROW))
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(t("correction.preview"))
        line = theme.metrics("body").lineSpacing()
        self.text.setFixedHeight(line * _TEXT_LINES + theme.px(18))
        self.said = _label("", "dim")
        self.yes = QPushButton(t("correction.send"))
        set_kind(self.yes, "primary")
        self.no = QPushButton(t("correction.close"))
        for button in (self.yes, self.no):
            button.setAutoDefault(False)
        self._again = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._again.setObjectName("corrections-again")

    def _lay_out(self) -> None:
        t, px = self._context.t, self._context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(12))
        column.setSpacing(px(8))
        column.addWidget(_label(t("correction.title"), "title"))
        column.addWidget(_label(t("correction.lead"), "dim"))
        column.addWidget(self.which)
        column.addWidget(self.head)
        column.addWidget(self.table, 1)
        column.addWidget(_label(t("correction.preview"), "section"))
        column.addWidget(self.text)
        below = QHBoxLayout()
        below.addWidget(self.said, 1)
        below.addWidget(self.no)
        below.addWidget(self.yes)
        column.addLayout(below)

    def _wire(self) -> None:
        self.table.installEventFilter(self)
        self.table.selectionModel().currentRowChanged.connect(self._show_text)
        self.model.ticked.connect(self._say)
        self.which.currentIndexChanged.connect(self._other_outage)
        self.yes.clicked.connect(self._send)
        self.no.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._send)
        self._again.timeout.connect(self._read)
        self._bridge.changed.connect(self._on_changes)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space ticks the line, wherever in it the cursor is."""
        pressed = event.type() == QEvent.Type.KeyPress and watched is self.table
        if pressed and isinstance(event, QKeyEvent) and event.key() in _TICK:
            row = self.table.currentIndex().row()
            if row >= 0:
                self.model.turn(row)
            return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------ reading

    def _on_changes(self, changes: Changes) -> None:
        if changes.outages or changes.appeals or changes.outbox or changes.everything:
            self._again.start()

    def _other_outage(self) -> None:
        self.model.forget_ticks()
        self._read()

    def _read(self) -> None:
        ref = self.which.currentData()
        if ref is None:
            return
        corrections = self._context.console.corrections

        def work() -> tuple[Ref, Plan | None]:
            return ref, corrections.plan(ref)

        read_beside(
            self._loader,
            "corrections",
            work,
            then=lambda found: self._take(*found),
            bridge=self._bridge,
            owner=self,
        )

    def _take(self, ref: Ref, plan: Plan | None) -> None:
        if plan is None or ref != self.which.currentData():
            return
        row = self.table.currentIndex().row()
        at = self.model.faces[row].ref if 0 <= row < len(self.model.faces) else None
        self._plan = plan
        here = self._speech.here(plan.outage.branch)
        self.head.setText(plan_title(plan, here))
        self.model.show(correction_faces(plan, here))
        self._choose(at)
        self._say()

    def _choose(self, ref: Ref | None) -> None:
        faces = self.model.faces
        if faces:
            row = next((n for n, one in enumerate(faces) if one.ref == ref), 0)
            self.table.selectRow(row)
        self._show_text()

    # ------------------------------------------------------------------ saying and sending

    def chosen(self) -> tuple[Correction, ...]:
        """What a press would send now."""
        refs = set(self.model.chosen())
        lines = self._plan.lines if self._plan is not None else ()
        return tuple(one for one in lines if one.ref in refs)

    def _show_text(self) -> None:
        row = self.table.currentIndex().row()
        faces = self.model.faces
        text = faces[row].text if 0 <= row < len(faces) else ""
        if text != self.text.toPlainText():
            self.text.setPlainText(text)

    def _say(self) -> None:
        if self._plan is None:
            return
        count = len(self.model.chosen())
        here = self._speech.here(self._plan.outage.branch)
        self.said.setText(plan_words(self._plan, count, here))
        self.yes.setEnabled(bool(count))

    def _send(self) -> None:
        chosen = self.chosen()
        if self._plan is not None and chosen and self.yes.isEnabled():
            self.wanted.emit(self._plan.outage, chosen)


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label

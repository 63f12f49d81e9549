"""The dialog in which one's appeals are offered to a colleague, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.bounds import REASON
from console.domain.ids import Ref
from console.usecases.handover import OfferLine
from ui.context import UiContext
from ui.widgets.kind import set_kind
from ui.widgets.tall_area import TallArea

_SIZE = (720, 620)
_BRIEF_LINES = 2


@dataclass(frozen=True, slots=True)
class Offerable:
    """One appeal that can be offered; ``draft`` is what a note would say of its unfinished text."""

    ref: Ref
    title: str
    detail: str
    draft: str = ""
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may take over: by id, with their name and how they stand."""

    id: str
    name: str
    detail: str = ""


class HandoverDialog(QDialog):
    """`offered` carries the lines, the colleague's id and the word about all of it."""

    offered = Signal(object, str, str)

    def __init__(
        self,
        context: UiContext,
        lines: Sequence[Offerable],
        colleagues: Sequence[Colleague],
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("hand-over")
        self.setWindowTitle(context.t("handover.dialog_title"))
        self.setModal(True)
        self._context = context
        self._colleagues = tuple(colleagues)
        self.rows = [OfferRow(line, context) for line in lines]
        self._make_parts()
        self._lay_out()
        self._say()
        px, room = context.theme.px, self.screen().availableSize() * 0.92
        self.resize(min(px(_SIZE[0]), room.width()), min(px(_SIZE[1]), room.height()))

    def lines(self) -> tuple[OfferLine, ...]:
        """What was ticked, with its words."""
        return tuple(row.line() for row in self.rows if row.tick.isChecked())

    def _make_parts(self) -> None:
        t = self._context.t
        self.colleague = QComboBox()
        self.colleague.setAccessibleName(t("handover.to_whom"))
        self.colleague.setPlaceholderText(t("handover.choose_colleague"))
        self.colleague.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        for one in self._colleagues:
            self.colleague.addItem(" · ".join(p for p in (one.name, one.detail) if p), one.id)
        self.colleague.setCurrentIndex(-1)
        self.colleague.currentIndexChanged.connect(self._say)
        self.brief = QPlainTextEdit()
        self.brief.setAccessibleName(t("handover.brief"))
        self.brief.setPlaceholderText(t("handover.brief_hint"))
        self.brief.setTabChangesFocus(True)
        line = self._context.theme.metrics("body").lineSpacing()
        self.brief.setFixedHeight(line * _BRIEF_LINES + 16)
        self.every = QCheckBox(t("handover.every"))
        self.every.setChecked(True)
        self.every.clicked.connect(self._tick_every)
        for row in self.rows:
            row.tick.toggled.connect(self._say)
        self.said = _label("", "dim")
        self.yes = QPushButton(t("handover.dialog_accept"))
        set_kind(self.yes, "primary")
        self.yes.setAutoDefault(False)  # Enter in a line is no offer
        self.yes.clicked.connect(self._accept)
        self.no = QPushButton(t("ui.cancel"))
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._accept)

    def _lay_out(self) -> None:
        t, px = self._context.t, self._context.theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(12))
        column.setSpacing(px(6))
        column.addWidget(_label(t("handover.dialog_title"), "title"))
        inner = QWidget()
        set_kind(inner, "transparent")
        below = QVBoxLayout(inner)
        below.setContentsMargins(0, 0, px(4), 0)
        below.setSpacing(px(6))
        below.addWidget(_label(t("handover.dialog_lead"), "dim"))
        below.addWidget(_label(t("handover.to_whom"), "section"))
        below.addWidget(self.colleague)
        below.addWidget(_label(t("handover.brief"), "section"))
        below.addWidget(self.brief)
        below.addWidget(self.every, 0, Qt.AlignmentFlag.AlignLeft)
        for row in self.rows:
            below.addWidget(row)
        below.addStretch(1)
        area = TallArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields are the stops
        area.setAccessibleName(t("handover.dialog_title"))
        area.setWidget(inner)
        column.addWidget(area, 1)
        column.addWidget(self.said)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        column.addLayout(buttons)

    def _tick_every(self) -> None:
        for row in self.rows:
            row.tick.setChecked(self.every.isChecked())

    def _complaint(self) -> str:
        t = self._context.t
        if not self._colleagues:
            return t("handover.nobody")
        if self.colleague.currentIndex() < 0:
            return t("handover.choose_colleague_first")
        return "" if any(row.tick.isChecked() for row in self.rows) else t("handover.none_ticked")

    def _say(self) -> None:
        complaint = self._complaint()
        count = sum(1 for row in self.rows if row.tick.isChecked())
        self.every.setChecked(count == len(self.rows))
        self.yes.setEnabled(not complaint)
        self.said.setText(complaint or self._context.t("handover.will_offer", count=count))

    def _accept(self) -> None:
        if self._complaint():
            return
        to, brief = str(self.colleague.currentData()), self.brief.toPlainText().strip()
        self.offered.emit(self.lines(), to, brief)
        self.accept()


class OfferRow(QWidget):
    """One appeal: its tick, a word about it, and whether its draft's words travel along."""

    def __init__(self, line: Offerable, context: UiContext) -> None:
        super().__init__()
        t, px = context.t, context.theme.px
        self._line = line
        self.tick = QCheckBox(line.title.replace("&", "&&"))
        self.tick.setChecked(line.chosen)
        self.tick.setAccessibleDescription(line.detail)
        self.note = QLineEdit()
        self.note.setMaxLength(REASON.longest)
        self.note.setPlaceholderText(t("handover.note_hint"))
        self.note.setAccessibleName(t("handover.note_of", title=line.title))
        self.draft = QCheckBox(t("handover.draft_along"))
        self.draft.setVisible(bool(line.draft))
        self.draft.setToolTip(t("handover.draft_along_hint"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(2))
        column.addWidget(self.tick, 0, Qt.AlignmentFlag.AlignLeft)
        below = QVBoxLayout()
        below.setContentsMargins(px(26), 0, 0, 0)
        below.setSpacing(px(2))
        below.addWidget(_label(line.detail, "small"))
        below.addWidget(self.note)
        below.addWidget(self.draft, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(below)
        self.tick.toggled.connect(self.note.setEnabled)
        self.tick.toggled.connect(self.draft.setEnabled)
        self.note.setEnabled(line.chosen)
        self.draft.setEnabled(line.chosen)

    def line(self) -> OfferLine:
        """What is offered."""
        words = self._line.draft if self.draft.isChecked() else ""
        return OfferLine(self._line.ref, self.note.text().strip(), words)


def _label(text: str, kind: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label

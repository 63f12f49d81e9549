"""The frame of the call-taker's form: its fields, what stands beside them, and the buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.context import UiContext
from ui.widgets.banner import Banner
from ui.widgets.kind import set_kind
from ui.widgets.tall_area import TallArea

_SIZE = (900, 620)
_TEXT_LINES = 4
_CHANNELS = ("phone", "office")


class CallFrame(QDialog):
    """Only looks; who derives from it fills the fields and hears the buttons."""

    def __init__(self, context: UiContext, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("call-form")
        self.setWindowTitle(context.t("call.title"))
        self._context = context
        self._make_fields()
        self._make_beside()
        self._lay_out()
        px = context.theme.px
        room = self.screen().availableSize() * 0.92
        self.resize(min(px(_SIZE[0]), room.width()), min(px(_SIZE[1]), room.height()))

    def _make_fields(self) -> None:
        t = self._context.t
        self.address = _line(t("call.address"), t("call.address_hint"))
        self.places = QListWidget()
        self.places.setAccessibleName(t("call.places"))
        self.places.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.places.hide()
        self.place = label_of("", "ok")
        self.branch = QComboBox()
        self.branch.setAccessibleName(t("call.branch"))
        self.phone = _line(t("call.phone"), "+7 9")
        self.name = _line(t("call.name"), t("call.name_hint"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(t("call.text"))
        self.text.setPlaceholderText(t("call.text_hint"))
        self.text.setTabChangesFocus(True)
        line = self._context.theme.metrics("body").lineSpacing()
        self.text.setMinimumHeight(line * _TEXT_LINES)
        self.text.setMaximumHeight(line * 2 * _TEXT_LINES)
        self.topic = QComboBox()
        self.topic.setAccessibleName(t("call.topic"))
        self.note = _line(t("call.note"), t("call.note_hint"))
        self.channels: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        for channel in _CHANNELS:
            button = QToolButton()
            button.setText(t(f"call.channel_{channel}"))
            button.setIcon(self._context.theme.icon(channel))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setCheckable(True)
            set_kind(button, "segment")
            self._group.addButton(button)
            self.channels[channel] = button

    def _make_beside(self) -> None:
        t = self._context.t
        self.danger = Banner()
        self.sentence = label_of("", "strong")
        self.doubt = label_of("", "warning")
        self.informed = QPushButton(t("call.informed"))
        self.informed.setAutoDefault(False)
        self.informed.setToolTip(t("call.informed_hint"))
        self.callback = label_of("", "small")
        self.earlier = QVBoxLayout()
        self.links: list[QPushButton] = []
        self.error = label_of("", "error")
        self.error.hide()
        self.write = QPushButton(t("call.write"))
        self.write.setAutoDefault(False)  # Enter in a line goes on to the next
        self.write.setToolTip(t("call.write_hint"))
        set_kind(self.write, "primary")
        self.aside = QPushButton(t("call.aside"))
        self.aside.setAutoDefault(False)
        self.aside.setToolTip(t("call.aside_hint"))
        self.discard = QPushButton(t("call.discard"))
        self.discard.setAutoDefault(False)
        set_kind(self.discard, "link")

    def _lay_out(self) -> None:
        px = self._context.theme.px
        inner = QWidget()
        set_kind(inner, "transparent")
        across = QHBoxLayout(inner)
        across.setContentsMargins(px(16), px(12), px(16), px(8))
        across.setSpacing(px(20))
        across.addLayout(self._left(), 3)
        across.addLayout(self._right(), 2)
        area = TallArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields are the stops
        area.setAccessibleName(self.windowTitle())
        area.setWidget(inner)
        below = QHBoxLayout()
        below.setContentsMargins(px(16), px(6), px(16), px(12))
        below.setSpacing(px(8))
        below.addWidget(self.discard)
        below.addWidget(self.error, 1)
        below.addStretch(0)
        below.addWidget(self.aside)
        below.addWidget(self.write)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.danger)
        column.addWidget(area, 1)
        column.addLayout(below)

    def _left(self) -> QFormLayout:
        """What is written down, in the order of asking."""
        px, t = self._context.theme.px, self._context.t
        left = QFormLayout()
        left.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        left.setVerticalSpacing(px(5))
        channels = QHBoxLayout()
        for button in self.channels.values():
            channels.addWidget(button)
        channels.addStretch(1)
        left.addRow(channels)
        left.addRow(_buddy(t("call.address"), self.address), self.address)
        left.addRow(self.places)
        left.addRow(self.place)
        left.addRow(_buddy(t("call.branch"), self.branch), self.branch)
        who = QGridLayout()
        who.setHorizontalSpacing(px(8))
        who.setVerticalSpacing(px(5))  # as between the rows around it
        for place, (words, field) in enumerate(
            ((t("call.phone"), self.phone), (t("call.name"), self.name))
        ):
            who.addWidget(_buddy(words, field), 0, place)
            who.addWidget(field, 1, place)
        left.addRow(who)
        left.addRow(_buddy(t("call.text"), self.text), self.text)
        left.addRow(_buddy(t("call.topic"), self.topic), self.topic)
        left.addRow(_buddy(t("call.note"), self.note), self.note)
        return left

    def _right(self) -> QVBoxLayout:
        """What can be told at once, and what is known of the caller."""
        px, t = self._context.theme.px, self._context.t
        right = QVBoxLayout()
        right.setSpacing(px(6))
        right.addWidget(label_of(t("call.read_out"), "section"))
        for part in (self.sentence, self.doubt, self.informed):
            right.addWidget(part)
        right.addSpacing(px(8))
        right.addWidget(self.callback)
        right.addSpacing(px(8))
        right.addWidget(label_of(t("call.earlier"), "section"))
        right.addLayout(self.earlier)
        right.addStretch(1)
        return right


def _line(name: str, hint: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    return field


def _buddy(words: str, field: QWidget) -> QLabel:
    label = label_of(words, "small")
    label.setWordWrap(False)
    label.setBuddy(field)
    return label


def label_of(words: str, kind: str) -> QLabel:
    """A paragraph of plain text; ``kind`` is that of a label."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    set_kind(label, kind)
    return label

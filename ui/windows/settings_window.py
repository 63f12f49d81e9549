"""The settings window: all that can be set, found by a word, applied at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSize, Qt, QTime, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from console.i18n import LANGUAGES, Catalog
from ui.commands.keys import key_words
from ui.context import UiContext
from ui.presenters.hotkeys import chord, objection, objection_words
from ui.presenters.preferences import (
    PREFERENCES,
    SECTIONS,
    Preference,
    choice_words,
    found,
    hint_words,
)
from ui.widgets.key_field import KeyField
from ui.widgets.kind import set_kind
from ui.widgets.search_field import SearchField

_SIZE = (820, 600)
_SIDE = 190
_CONTROL = 212
_NARROW = 680


class Values(Protocol):
    """Where the values are kept (`ui.windows.preferences.Preferences`)."""

    def text(self, key: str) -> str:
        """The value."""

    def set(self, key: str, value: str) -> None:
        """Keep and apply another."""


class SettingsWindow(QDialog):
    """`pressed` carries a command, `tested` what is to be tried out: a class of notices, a hotkey.

    A section is chosen at the left, or a word typed above: then all that fits is shown.
    """

    pressed = Signal(str)
    tested = Signal(str)

    def __init__(
        self, context: UiContext, values: Values, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._values = values
        self._catalogs = tuple(Catalog.load(one) for one in LANGUAGES)
        self._rows: dict[str, _Row] = {}
        self._headings: dict[str, QLabel] = {}
        self._showing = False
        self.setObjectName("settings")
        px = context.theme.px
        self._field = SearchField(context.theme.icon("search"), pause_ms=0)
        self._field.searched.connect(self._search)
        self._field.left.connect(self._on_left)
        self._sections = QListWidget()
        self._sections.setFixedWidth(px(_SIDE))
        self._sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for section in SECTIONS:
            item = QListWidgetItem(self._sections)
            item.setData(Qt.ItemDataRole.UserRole, section)
            item.setSizeHint(QSize(0, px(32)))
        self._sections.currentRowChanged.connect(lambda _: self._choose())
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nothing = QLabel()
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_kind(self._nothing, "dim")
        self._lay_out()
        self.retranslate()
        self._sections.setCurrentRow(0)
        self._field.setFocus()

    @property
    def field(self) -> SearchField:
        """Where one searches."""
        return self._field

    def shown(self) -> tuple[str, ...]:
        """The keys of the preferences that are to be seen, from the top."""
        return tuple(key for key, row in self._rows.items() if not row.isHidden())

    def control(self, key: str) -> QWidget:
        """What sets a preference."""
        return self._rows[key].control

    def say(self, key: str, words: str) -> None:
        """Say below a preference how it stands with it; empty words take that away."""
        self._rows[key].say(words)

    def said(self, key: str) -> str:
        """What is said below a preference."""
        return self._rows[key].said()

    def open_section(self, section: str) -> None:
        """Show one section."""
        self._field.clear()
        self._sections.setCurrentRow(SECTIONS.index(section))
        self._choose()
        self._scroll_to_section()

    def refresh(self, _: str = "") -> None:
        """Something was set elsewhere: show what is so now."""
        for row in self._rows.values():
            row.show_value(self._values.text(row.preference.key))

    def retranslate(self) -> None:
        """Read every word anew."""
        t = self._context.t
        self.setWindowTitle(t("settings.title"))
        self._field.setPlaceholderText(t("settings.search"))
        self._field.setAccessibleName(t("settings.search"))
        self._sections.setAccessibleName(t("settings.sections"))
        self._nothing.setText(t("settings.nothing"))
        for at, section in enumerate(SECTIONS):
            self._sections.item(at).setText(t(f"settings.section_{section}"))
            self._headings[section].setText(t(f"settings.section_{section}"))
        for row in self._rows.values():
            row.retranslate()
        self.refresh()

    def _lay_out(self) -> None:
        px = self._context.theme.px
        inner = QWidget()
        set_kind(inner, "transparent")
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(8), px(16), px(16))
        column.setSpacing(px(12))
        for section in SECTIONS:
            heading = QLabel()
            set_kind(heading, "title")
            self._headings[section] = heading
            column.addWidget(heading)
            for one in PREFERENCES:
                if one.section == section:
                    column.addWidget(self._made(one))
        column.addWidget(self._nothing)
        column.addStretch(1)
        self._area.setWidget(inner)
        left = QVBoxLayout()
        left.setSpacing(px(8))
        left.addWidget(self._sections, 1)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addLayout(left)
        across.addWidget(self._area, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(px(12), px(12), px(12), px(12))
        whole.setSpacing(px(10))
        whole.addWidget(self._field)
        whole.addLayout(across, 1)
        room = self.screen().availableSize() * 0.95
        self.resize(QSize(px(_SIZE[0]), px(_SIZE[1])).boundedTo(room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window everything stands in one column, and no section is chosen."""
        super().resizeEvent(event)
        narrow = event.size().width() < self._context.theme.px(_NARROW)
        for row in self._rows.values():
            row.set_narrow(narrow=narrow)
        if narrow == self._sections.isHidden():
            return
        self._sections.setVisible(not narrow)
        if not self._field.text():
            self._choose()
            QTimer.singleShot(0, self, self._scroll_to_section)  # once all has its place

    def _scroll_to_section(self) -> None:
        """Where all sections stand in one column, the chosen one is scrolled to."""
        at = self._sections.currentRow()
        if self._sections.isHidden() and at >= 0:
            self._area.verticalScrollBar().setValue(self._headings[SECTIONS[at]].y())

    def _made(self, one: Preference) -> QWidget:
        row = _Row(self._context, one)
        row.changed.connect(lambda value, key=one.key: self._set(key, value))
        row.tested.connect(self.tested)
        row.pressed.connect(self.pressed)
        self._rows[one.key] = row
        return row

    def _set(self, key: str, value: str) -> None:
        row = self._rows[key]
        why = objection(value) if row.preference.kind == "keys" and value else None
        if why is not None:
            row.say(objection_words(value, why, self._context.catalog))
            return
        if row.preference.kind == "keys" and value:
            value = str(chord(value))
        self._values.set(key, value)

    def _choose(self) -> None:
        if not self._showing:
            self._showing = True
            self._field.clear()
            self._field.show_text("")
            self._showing = False
        if self._sections.currentRow() < 0:  # a search has been cleared
            self._sections.blockSignals(True)
            self._sections.setCurrentRow(0)
            self._sections.blockSignals(False)
        item = self._sections.currentItem()
        section = item.data(Qt.ItemDataRole.UserRole) if item is not None else ""
        everything = self._sections.isHidden()
        self._show(lambda one: everything or one.section == section)
        self._area.verticalScrollBar().setValue(0)

    def _search(self, text: str) -> None:
        if not text:
            if not self._showing:
                self._choose()
            return
        self._sections.blockSignals(True)
        self._sections.setCurrentRow(-1)
        self._sections.blockSignals(False)
        fitting = {one.key for one in found(text, self._catalogs)}
        self._show(lambda one: one.key in fitting)

    def _show(self, wanted: Callable[[Preference], bool]) -> None:
        seen = {row.preference.section for row in self._rows.values() if wanted(row.preference)}
        for row in self._rows.values():
            row.setVisible(wanted(row.preference))
        for section, heading in self._headings.items():
            heading.setVisible(section in seen)
        self._nothing.setVisible(not seen)

    def _on_left(self) -> None:
        """Down and Enter go on to the first that fits; Escape in an empty field closes."""
        shown = self.shown()
        if not self._field.text():
            self.reject()
        elif shown:
            self.control(shown[0]).setFocus(Qt.FocusReason.TabFocusReason)


class _Box(QComboBox):
    """A choice that the wheel passes over: who scrolls the settings sets nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Row(QFrame):
    """One preference: its name, what sets it, and below what it means."""

    changed = Signal(str)
    tested = Signal(str)
    pressed = Signal(str)

    def __init__(self, context: UiContext, preference: Preference) -> None:
        super().__init__()
        self._context = context
        self.preference = preference
        self._name = QLabel(self)
        self._name.setWordWrap(True)
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        set_kind(self._hint, "small")
        self._said = QLabel()
        self._said.setWordWrap(True)
        self._said.hide()
        self.control = self._make_control()
        self.control.setParent(self)
        self._test = QPushButton(self)  # after the control: so Tab goes
        self._test.clicked.connect(lambda: self.tested.emit(preference.tests))
        self._test.setVisible(bool(preference.tests))
        self._lay_out()

    def say(self, words: str) -> None:
        """Say how it stands with it."""
        self._said.setText(words)
        self._said.setVisible(bool(words))
        self._describe()

    def said(self) -> str:
        """What is said."""
        return self._said.text()

    def set_narrow(self, *, narrow: bool) -> None:
        """Where there is little room, what sets it stands below its name."""
        directions = QBoxLayout.Direction
        self._line.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)

    def show_value(self, value: str) -> None:
        """Show the value without telling that it was set."""
        control = self.control
        control.blockSignals(True)
        if isinstance(control, QComboBox):
            control.setCurrentIndex(max(0, control.findData(value)))
        elif isinstance(control, QCheckBox):
            control.setChecked(value == "1")
        elif isinstance(control, QTimeEdit):
            control.setTime(QTime.fromString(value, "H:mm"))
        elif isinstance(control, KeyField):
            control.setText(key_words(value, self._context.catalog) if value else "")
        control.blockSignals(False)

    def retranslate(self) -> None:
        """Read every word anew."""
        catalog, one, control = self._context.catalog, self.preference, self.control
        name, hint = catalog.t(one.name), hint_words(one, catalog)
        if isinstance(control, QCheckBox | QPushButton):
            control.setText(name)
            self._name.hide()
        else:
            self._name.setText(name)
        if isinstance(control, QComboBox):
            for at, choice in enumerate(one.choices):
                control.setItemText(at, choice_words(one, choice, catalog))
        if isinstance(control, KeyField):
            control.setPlaceholderText(catalog.t("hotkeys.empty"))
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        area = "hotkeys" if one.kind == "keys" else "settings"
        self._test.setText(catalog.t(f"{area}.test"))
        self._test.setAccessibleName(catalog.t(f"{area}.test_name", name=name))
        control.setAccessibleName(name)
        self._describe()

    def _describe(self) -> None:
        parts = (self._said.text(), self._hint.text())
        self.control.setAccessibleDescription(" ".join(part for part in parts if part))

    def _make_control(self) -> QWidget:
        one = self.preference
        match one.kind:
            case "choice":
                box = _Box()
                for choice in one.choices:
                    box.addItem(choice, choice)
                box.currentIndexChanged.connect(lambda at: self.changed.emit(box.itemData(at)))
                return box
            case "switch":
                switch = QCheckBox()
                switch.toggled.connect(lambda on: self.changed.emit("1" if on else "0"))
                return switch
            case "time":
                field = QTimeEdit()
                field.setDisplayFormat("HH:mm")
                # The style sheet takes its arrows away: Qt's own way leaves no room for the time.
                field.lineEdit().setTextMargins(self._context.theme.px(8), 0, 0, 0)
                field.timeChanged.connect(lambda at: self.changed.emit(at.toString("HH:mm")))
                return field
            case "keys":
                keys = KeyField()
                keys.chosen.connect(self.changed)
                return keys
        button = QPushButton()
        button.clicked.connect(lambda: self.pressed.emit(one.command))
        return button

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._line = line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        line.setSpacing(px(8))
        if self.preference.kind in ("choice", "time", "keys"):
            line.addWidget(self._name, 1)
            self.control.setMinimumWidth(px(_CONTROL))
            line.addWidget(self.control)
            if self.preference.tests:
                line.addWidget(self._test)
        else:
            line.addWidget(self.control)
            line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(3))
        column.addLayout(line)
        column.addWidget(self._said)
        column.addWidget(self._hint)

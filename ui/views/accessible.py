"""What screen readers are told of the parts that are painted here and not by Qt.

Qt knows its own widgets by their class. A list that paints its rows, a bubble, a ring and a pane
that scrolls are strangers to it ("filler"), so each gets its role here, and a `RowList` its rows.
The binding keeps every interface that Python made until the program ends (its factory holds a
reference), so rows are a few that are used again and again: those that can be seen.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QModelIndex, QObject, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAccessibleWidget,
    QLineEdit,
    QRadioButton,
    QToolButton,
    QWidget,
)

from ui.models.roles import Role
from ui.widgets.row_list import RowList

_Role = QAccessible.Role


class RowInterface(QAccessibleInterface):
    """One row of a list: the one that is seen in that place now."""

    def __init__(self, owner: ListInterface, place: int) -> None:
        super().__init__()
        self._owner = owner
        self._place = place

    def index(self) -> QModelIndex:
        """The row of the model; an invalid one where none is seen in this place."""
        view = self._owner.view()
        if view is None or self._place >= len(seen := view.visible_rows()):
            return QModelIndex()
        return view.model().index(seen[self._place], 0)

    def isValid(self) -> bool:
        """Whether its list still is."""
        return self._owner.view() is not None

    def object(self) -> QObject | None:  # type: ignore[override]
        """A row is no object of Qt's."""
        return None

    def role(self) -> QAccessible.Role:
        """A row of a list; a gap between rows is one, too, and only parts them."""
        index = self.index()
        is_gap = index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEnabled
        return _Role.Separator if is_gap else _Role.ListItem

    def text(self, kind: QAccessible.Text) -> str:
        """The row in one sentence, as the presenter says it."""
        if kind is not QAccessible.Text.Name:
            return ""
        words = self.index().data(Qt.ItemDataRole.AccessibleTextRole)
        return words if isinstance(words, str) else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """Nobody writes into a row."""

    def state(self) -> QAccessible.State:
        """Selected, current, to be chosen at all."""
        state, view, index = QAccessible.State(), self._owner.view(), self.index()
        if view is None or not index.isValid():
            state.invisible = True
            return state
        able = bool(index.flags() & Qt.ItemFlag.ItemIsSelectable) and view.isEnabled()
        state.disabled = not able
        state.selectable = state.focusable = able
        state.selected = view.selectionModel().isSelected(index)
        state.focused = view.hasFocus() and index == view.currentIndex()
        is_open = index.data(Role.IS_OPEN)
        if is_open is not None:
            state.expandable = True
            state.expanded, state.collapsed = bool(is_open), not is_open
        return state

    def rect(self) -> QRect:
        """Where it stands on the screen."""
        view, index = self._owner.view(), self.index()
        if view is None or not index.isValid():
            return QRect()
        rect = view.visualRect(index).intersected(view.viewport().rect())
        return QRect(view.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def parent(self) -> QAccessibleInterface:
        """The list."""
        return self._owner

    def childCount(self) -> int:
        """A row is one sentence."""
        return 0

    def child(self, _: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """None."""
        return None

    def indexOfChild(self, _: QAccessibleInterface) -> int:
        """None."""
        return -1

    def childAt(self, _: int, __: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """None."""
        return None


class ListInterface(QAccessibleWidget):
    """A `RowList`: its children are the rows that are seen."""

    def __init__(self, view: RowList) -> None:
        super().__init__(view, _Role.List)
        self._view = view
        self._rows: list[RowInterface] = []

    def view(self) -> RowList | None:
        """The list, None once it has been deleted."""
        return self._view if shiboken6.isValid(self._view) else None

    def row(self, place: int) -> RowInterface:
        """The row seen in that place."""
        while len(self._rows) <= place:
            made = RowInterface(self, len(self._rows))
            QAccessible.registerAccessibleInterface(made)
            self._rows.append(made)
        return self._rows[place]

    def childCount(self) -> int:
        """How many rows are seen."""
        view = self.view()
        return len(view.visible_rows()) if view is not None else 0

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """One of the rows that are seen."""
        return self.row(index) if 0 <= index < self.childCount() else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Which of the rows that are seen."""
        return next((n for n, row in enumerate(self._rows) if row is child), -1)

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The row at a place of the screen."""
        for place in range(self.childCount()):
            if self.row(place).rect().contains(x, y):
                return self.row(place)
        return None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """The current row."""
        view = self.view()
        if view is None or not view.hasFocus():
            return None
        seen, current = view.visible_rows(), view.currentIndex()
        if current.isValid() and current.row() in seen:
            return self.row(current.row() - seen.start)
        return self


class ChoiceInterface(QAccessibleWidget):
    """A button of which Qt does not tell all: one of several to choose from, or in a field."""

    def __init__(
        self,
        button: QAbstractButton,
        role: QAccessible.Role = _Role.RadioButton,
        words: str = "",
    ) -> None:
        super().__init__(button, role)
        self._button = button
        self._words = words

    def text(self, kind: QAccessible.Text) -> str:
        """What it says, and why."""
        if kind is QAccessible.Text.Name:
            own = self._button.accessibleName() or self._button.text().replace("&&", "&")
            return self._words or own
        return super().text(kind)

    def state(self) -> QAccessible.State:
        """Chosen or not."""
        state = super().state()
        state.checkable = self._button.isCheckable()
        state.checked = self._button.isChecked()
        return state

    def actionNames(self) -> list[str]:
        """It can be pressed."""
        return [QAccessibleActionInterface.pressAction(), *super().actionNames()]

    def doAction(self, name: str) -> None:
        """Press it."""
        if name == QAccessibleActionInterface.pressAction():
            self._button.click()
        else:
            super().doAction(name)


_ROLES = {
    "AppealWindow": _Role.Window,
    "BubbleCanvas": _Role.List,
    "MessageBubble": _Role.ListItem,
    "TextBlock": _Role.StaticText,
    "Ring": _Role.Graphic,
    "_Lines": _Role.StaticText,
    "QScrollArea": _Role.Pane,
}
"""By the name of a class, the widgets that Qt does not know."""


def install() -> None:
    """Let Qt ask here first; once in a process."""
    QAccessible.installFactory(_interface)


def _interface(name: str, thing: QObject) -> QAccessibleInterface | None:
    """The interface of a thing of that class, or of one above it; None leaves it to Qt.

    Qt asks for each class of a thing in turn, and only while a screen reader listens.
    """
    if isinstance(thing, RowList):
        return ListInterface(thing)
    if isinstance(thing, QWidget) and name in _ROLES:
        return QAccessibleWidget(thing, _ROLES[name])
    if isinstance(thing, QAbstractButton):
        field = thing.parentWidget()
        if isinstance(field, QLineEdit) and not thing.accessibleName():
            return _in_a_field(thing, field)
        group = thing.group()
        if thing.isCheckable() and group is not None and group.exclusive():
            return None if isinstance(thing, QRadioButton) else ChoiceInterface(thing)
    return None


def _in_a_field(button: QAbstractButton, field: QWidget) -> QAccessibleInterface | None:
    """A button within a field is called by its action; without words it is but a drawing."""
    action = button.defaultAction() if isinstance(button, QToolButton) else None
    words = action.text() if action is not None else ""
    if not words:
        return QAccessibleWidget(button, _Role.Graphic, field.accessibleName())
    return ChoiceInterface(button, _Role.CheckBox if button.isCheckable() else _Role.Button, words)

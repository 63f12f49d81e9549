"""The dispatcher: runs commands, and knows which can be run now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from console.errors import OtklikError
from ui.commands.keys import both_layouts, key_words
from ui.commands.spec import Command, Scope
from ui.commands.table import COMMANDS
from ui.commands.when import Focus, holds
from ui.context import UiContext

Handler = Callable[..., Any]

_MOST_UNDONE = 19


class Dispatcher(QObject):
    """Every command as a QAction, with the handler that a view has registered for it.

    An `OtklikError` of a handler goes out as `failed`, to be told in a sentence; anything else is
    a bug and goes on to the crash dialog. `ran` names each command after it has run. `told` is a
    passing remark for the person, and whether it can be taken back.
    """

    refocused = Signal(object)
    failed = Signal(object)
    ran = Signal(str)
    told = Signal(str, bool)

    def __init__(
        self,
        context: UiContext,
        parent: QObject | None = None,
        *,
        commands: Iterable[Command] = COMMANDS,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._commands = {command.id: command for command in commands}
        self._handlers: dict[str, Handler] = {}
        self._focus = Focus()
        self._done: list[tuple[str, Callable[[], Any]]] = []
        self._actions = {one.id: self._make_action(one) for one in self._commands.values()}
        self.register("edit.undo", self._undo)
        self.retranslate()
        self._enable()

    @property
    def focus(self) -> Focus:
        """What is true of the window now."""
        return self._focus

    @property
    def registered(self) -> frozenset[str]:
        """The ids of all commands that somebody handles."""
        return frozenset(self._handlers)

    def commands(self) -> tuple[Command, ...]:
        """All commands, in the order of the table."""
        return tuple(self._commands.values())

    def register(self, command_id: str, handler: Handler) -> None:
        """Let ``handler`` carry out a command; `KeyError` for one that is not in the table."""
        if command_id not in self._commands:
            raise KeyError(f"the command table has no “{command_id}”")
        self._handlers[command_id] = handler

    def refocus(self, **facts: bool) -> None:
        """Change what is true of the window, and with it which commands can be run."""
        focus = replace(self._focus, **facts)
        if focus != self._focus:
            self._focus = focus
            self._enable()
            self.refocused.emit(focus)

    def enabled(self, command_id: str) -> bool:
        """Whether the command makes sense now."""
        return holds(self._commands[command_id].when, self._focus)

    def run(self, command_id: str, **args: Any) -> bool:
        """Run a command with ``args`` for its handler; whether it could be run now."""
        handler = self._handlers.get(command_id)
        if handler is None or not self.enabled(command_id):
            return False
        self.guard(lambda: handler(**args))
        self.ran.emit(command_id)
        return True

    def guard(self, work: Callable[[], Any]) -> None:
        """Do what a dialog asks for; an `OtklikError` is told like that of a command."""
        try:
            work()
        except OtklikError as error:
            self.failed.emit(error)

    def tell(self, words: str, *, undo: Callable[[], Any] | None = None) -> None:
        """Say what has been done; ``undo`` is kept for the command edit.undo."""
        if undo is not None:
            self._done = [*self._done[-_MOST_UNDONE:], (words, undo)]
            self.refocus(can_undo=True)
        self.told.emit(words, undo is not None)

    def forget_undo(self) -> None:
        """Nothing can be taken back any more (somebody else has signed in)."""
        self._done.clear()
        self.refocus(can_undo=False)

    def action(self, command_id: str) -> QAction:
        """The action for menus and buttons: its text, key and state keep themselves up to date."""
        return self._actions[command_id]

    def attach(self, scope: Scope, widget: QWidget) -> None:
        """Let the keys of a scope work while ``widget`` or a child of it has the focus.

        For the scope ``window`` the widget is the main window itself.
        """
        widget.addActions(
            [self._actions[one.id] for one in self._commands.values() if one.scope == scope]
        )

    def retranslate(self) -> None:
        """Read every title anew in the context's language."""
        for command in self._commands.values():
            title = self._context.t(command.title_key)
            action = self._actions[command.id]
            keys = key_words(command.keys[0], self._context.catalog) if command.keys else ""
            # What follows a tab stands where a menu shows the key; Qt itself says «Ctrl+Return».
            shown = f"{title}\t{keys}" if keys else title
            action.setText(shown.replace("&", "&&"))
            action.setToolTip(f"{title} ({keys})" if keys else title)

    def _undo(self) -> None:
        if self._done:
            words, undo = self._done.pop()
            undo()
            self.told.emit(self._context.t("ui.undone", action=words), False)
        self.refocus(can_undo=bool(self._done))

    def _triggered(self) -> None:
        self.run(self.sender().objectName())

    def _make_action(self, command: Command) -> QAction:
        action = QAction(self)
        action.setObjectName(command.id)
        if not command.native:
            action.setShortcuts([QKeySequence(key) for key in both_layouts(command.keys)])
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if command.scope == "window"
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        action.setAutoRepeat(command.id in ("queue.next", "queue.previous"))
        action.setMenuRole(QAction.MenuRole.NoRole)
        if command.icon:
            action.setIcon(self._context.theme.icon(command.icon))
            action.setIconVisibleInMenu(False)
        if command.state:
            action.setCheckable(True)
        # A lambda with a reference to the dispatcher would keep it alive for ever.
        action.triggered.connect(self._triggered)
        return action

    def _enable(self) -> None:
        for command in self._commands.values():
            action = self._actions[command.id]
            action.setEnabled(holds(command.when, self._focus))
            if command.state:
                action.setChecked(bool(getattr(self._focus, command.state)))

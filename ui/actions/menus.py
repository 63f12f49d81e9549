"""The menu bar, made from the command table."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QMenuBar

from ui.actions.dispatch import Dispatcher
from ui.commands.spec import Group
from ui.context import UiContext

MENUS: tuple[tuple[Group, ...], ...] = (
    ("app", "edit"),
    ("queue",),
    ("reply",),
    ("appeal", "approval"),
    ("sync", "outbox"),
    ("view",),
)
"""The groups of each menu, whose name is that of the first."""

_LINE_PADDING = 10
"""Above and below the words of a line, in pixels at zoom 1: as the style sheet has it."""


def fill_menus(bar: QMenuBar, dispatcher: Dispatcher, context: UiContext) -> None:
    """Fill ``bar`` anew, in the context's language; the actions are the dispatcher's own."""
    bar.clear()
    for groups in MENUS:
        menu = QMenu(context.t(f"commands.group.{groups[0]}"), bar)
        menu.setObjectName(groups[0])
        for group in groups:
            if not menu.isEmpty():
                menu.addSeparator()
            for command in dispatcher.commands():
                if command.group != group:
                    continue
                if command.menu_break:
                    menu.addSeparator()
                menu.addAction(dispatcher.action(command.id))
        menu.aboutToShow.connect(lambda one=menu: _fit(one, context))
        bar.addMenu(menu)


def _fit(menu: QMenu, context: UiContext) -> None:
    """A menu that is too long for two columns scrolls: a third one would be out of sight."""
    line = menu.fontMetrics().height() + context.theme.px(_LINE_PADDING)
    too_tall = len(menu.actions()) * line > 2 * menu.screen().availableSize().height()
    menu.setProperty("scrolls", "yes" if too_tall else "")
    menu.style().unpolish(menu)
    menu.style().polish(menu)

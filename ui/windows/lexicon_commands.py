"""The command that opens the page of words and forms, and what colleagues did to one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from console.changes import Changes
from console.readmodel import LexiconRow
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.lexicon import news, of_author

if TYPE_CHECKING:  # made when it is first asked for
    from ui.windows.lexicon_window import LexiconWindow


class LexiconCommands(QObject):
    """Registers its handler. What happened to one's words before the start is not told again."""

    def __init__(
        self, context: UiContext, bridge: Bridge, dispatcher: Dispatcher, *, window: QWidget
    ) -> None:
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._window = window
        self._shown: LexiconWindow | None = None
        self._me = ""
        self._mine: Mapping[tuple[str, str, str], LexiconRow] = {}
        dispatcher.register("app.lexicon", self.open)
        bridge.changed.connect(self._on_changes)

    def open(self) -> LexiconWindow:
        """Open the page, or bring it forward."""
        from ui.windows.lexicon_window import LexiconWindow

        if self._shown is None:
            self._shown = LexiconWindow(self._context, self._bridge, parent=self._window)
            self._bridge.language_changed.connect(self._shown.retranslate)
            self._shown.finished.connect(self._forget)
        self._shown.show()
        self._shown.raise_()
        self._shown.activateWindow()
        return self._shown

    def _forget(self) -> None:
        if self._shown is not None:
            self._shown.deleteLater()
            self._shown = None

    def _on_changes(self, changes: object) -> None:
        session = self._context.session
        me = session.operator if session else ""
        if not me or not isinstance(changes, Changes):
            return
        if me == self._me and not (changes.words or changes.everything):
            return
        rows = self._context.console.reader.lexicon()
        if me == self._me:
            told = news(self._mine, rows, me=me, catalog=self._context.catalog)
            if told:
                self._dispatcher.tell(told)
        self._me, self._mine = me, of_author(rows, me)

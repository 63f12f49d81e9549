"""Promising: what the text promises is found while it is written, said, and disowned if it errs."""

from __future__ import annotations

from PySide6.QtCore import QObject

from console.domain.draft import DraftMode
from ui.presenters.later import promised_words
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk
from ui.views.promise_line import PromiseLine

_LOOKED_AT = 1500
"""Letters in which a promise is looked for while one writes; all are, once the reply is sent."""


class Promising(QObject):
    """Looks after each run of the checks; a note promises nothing."""

    def __init__(self, composing: Composing, desk: DraftDesk, line: PromiseLine) -> None:
        super().__init__(line)
        self._composing = composing
        self._desk = desk
        self._line = line
        line.settled.connect(lambda counts: self._count(counts=counts))

    def look(self) -> None:
        """Say what the text promises as it stands."""
        sheet, view = self._composing.sheet, self._composing.view
        if sheet is None or view is None or sheet.mode is DraftMode.NOTE:
            self._line.show_promise("", counts=True)
            return
        context, here = self._composing.context, self._composing.here()
        text = sheet.text[:_LOOKED_AT]
        found = context.console.promises.find(view.appeal.branch, text, now=here.now)
        ahead = [promise.due for promise in found if promise.due > here.now]
        counts = not sheet.draft.no_promise
        words = promised_words(ahead, here, counts=counts) if ahead else ""
        self._line.show_promise(words, counts=counts)

    def turn(self) -> None:
        """Count the words as a promise, or no more."""
        sheet = self._composing.sheet
        if sheet is not None and self._line.words():
            self._count(counts=sheet.draft.no_promise)

    def _count(self, *, counts: bool) -> None:
        sheet = self._composing.sheet
        if sheet is not None and not sheet.sending:
            self._desk.count_promises(sheet, count=counts)
            self.look()

"""The search desk: what goes on around the search field while a list of hits is shown.

The list itself is the queue's. Here are the notes under the field, suggestions, highlighted hits,
the history, and the way back to what was shown before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from console.domain.ids import Ref
from console.readmodel import Link, QueueQuery, SearchNotes
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.queue_loader import QueueLoader
from ui.presenters.errors import sentence_of
from ui.presenters.search import (
    NOTHING_MARKED,
    Marks,
    Suggestion,
    last_word,
    note_lines,
    suggestions,
)
from ui.views.queue_view import QueueView
from ui.widgets.passing import open_once

if TYPE_CHECKING:  # made when the archive is first asked for
    from console.wire.schema import ArchivePage
    from ui.presenters.search_archive import Answers
    from ui.views.search_archive import ArchiveDialog

SCREEN = 20
"""Answers of the archive that are looked for at once."""

_CONNECTED = frozenset({Link.ONLINE, Link.SYNCING})
_UNFINISHED = frozenset({"unknown_value", "no_value"})


class SearchDesk(QObject):
    """Keeps field, strip and list in step with what is searched for.

    `marked` carries the `Marks` of what is to be highlighted elsewhere.
    """

    marked = Signal(object)

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        loader: QueueLoader,
        queue: QueueView,
    ) -> None:
        super().__init__(queue)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._loader = loader
        self._queue = queue
        self._field = queue.head.field
        self._strip = queue.head.strip
        self._notes = SearchNotes()
        self._words: tuple[str, ...] = ()
        self._words_of = ""
        self._shown = ""
        self._before: Ref | None = None
        self._coming_back = False
        self._field.typing.connect(self._on_typing)
        self._field.focused.connect(self._on_focus)
        self._field.completed.connect(self._take_first)
        self._field.cleared.connect(self.leave)
        self._field.left.connect(self._remember)
        self._strip.chosen.connect(self._take)
        self._strip.forget_asked.connect(self.forget)
        queue.begun.connect(self._on_list)
        queue.counted.connect(self._on_list)
        dispatcher.register("search.leave", self.leave)
        dispatcher.register("search.forget", self.forget)

    def leave(self) -> None:
        """Return to what was shown before the search, with what was chosen then."""
        self._coming_back = self._before is not None
        if self._queue.query.text:
            self._field.clear()
            self._queue.head.search("")
        elif self._coming_back:
            self._choose_before()
        self._queue.rows.setFocus()

    def forget(self) -> None:
        """Clear the history."""
        future = self._context.console.searches.forget()
        self._bridge.when_done(future, lambda _: self._on_forgotten(), owner=self)

    def _on_forgotten(self) -> None:
        self._dispatcher.tell(self._context.t("search.forgotten"))
        self._suggest()

    # The list

    def _on_list(self) -> None:
        """Some rows are there, or all: say what there is to be said about them."""
        query = self._queue.query
        if query.text and not self._shown:
            self._before = self._queue.ref
        self._shown = query.text
        self._dispatcher.refocus(searched=bool(query.text))
        if not query.text:
            self._show(SearchNotes())
            if self._coming_back:
                self._choose_before()
            self._before = None
            return
        self._read_notes(query)

    def _choose_before(self) -> None:
        self._coming_back = False
        if self._before is not None and self._before != self._queue.ref:
            self._queue.choose_ref(self._before)

    def _read_notes(self, query: QueueQuery) -> None:
        reader, now = self._context.console.reader, self._context.now()
        self._loader.read(
            "search-notes",
            lambda: reader.search_notes(query, now=now),
            then=lambda notes: self._show(notes) if query == self._queue.query else None,
            failed=self._bridge.failed.emit,
            owner=self,
        )

    def _show(self, notes: SearchNotes) -> None:
        marks = Marks.of(notes) if self._queue.query.text else NOTHING_MARKED
        self._notes = notes
        self._say()
        if marks != self._queue.delegate.marks:
            self._queue.delegate.marks = marks
            self._queue.rows.viewport().update()
        self.marked.emit(marks)

    def _say(self) -> None:
        """A value that is being typed is not wrong yet."""
        typing = any(one.kind == "value" for one in self._strip.suggestions)
        kept = [one for one in self._notes.problems if not (typing and one.code in _UNFINISHED)]
        said = replace(self._notes, problems=tuple(kept))
        self._strip.say(note_lines(said, self._context.catalog))

    # What may be typed next

    def _on_focus(self, has: bool) -> None:
        if has:
            self._suggest()
        elif not self._strip.isAncestorOf(self._field.window().focusWidget() or self._field):
            self._offer(())

    def _on_typing(self, text: str) -> None:
        self._suggest()
        word = last_word(text)
        if not word or word == self._words_of:
            return
        reader, now = self._context.console.reader, self._context.now()
        self._loader.read(
            "search-words",
            lambda: reader.search_words(word, now=now),
            then=lambda found: self._on_words(word, found),
            failed=self._bridge.failed.emit,
            owner=self,
        )

    def _on_words(self, word: str, found: list[str]) -> None:
        self._words_of, self._words = word, tuple(found)
        if self._field.hasFocus():
            self._suggest()

    def _suggest(self) -> None:
        reader, text = self._context.console.reader, self._field.text()
        word = last_word(text)
        fits = bool(word) and word.startswith(self._words_of) and bool(self._words_of)
        self._offer(
            suggestions(
                text,
                reader.search_language(),
                self._context.catalog,
                recent=reader.searches() if not text.strip() else (),
                words=[one for one in self._words if fits and one.startswith(word) and one != word],
            )
        )

    def _offer(self, offered: tuple[Suggestion, ...]) -> None:
        self._strip.suggest(offered)
        self._say()
        self._field.can_complete = bool(offered) and offered[0].kind != "recent"

    def _take_first(self) -> None:
        if self._strip.suggestions:
            self._take(self._strip.suggestions[0])

    def _take(self, suggestion: Suggestion) -> None:
        self._field.setText(suggestion.text)
        self._field.setFocus()
        self._field.typing.emit(suggestion.text)

    def _remember(self) -> None:
        """Whoever goes on to the hits has searched for something; whoever types on has not yet."""
        text = self._queue.query.text
        if text and self._queue.model.rowCount():
            self._context.console.searches.remember(text)


class ArchiveDesk(QObject):
    """Looks through the server's archive for what stands in the search field."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        queue: QueueView,
        window: QWidget,
    ) -> None:
        super().__init__(queue)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._queue = queue
        self._window = window
        dispatcher.register("search.archive", self.open)

    def open(self) -> ArchiveDialog | None:
        """Search the archive; None where there is nothing to search for, or no connection."""
        t, text = self._context.t, self._queue.head.field.text().strip()
        if not text:
            self._queue.head.focus_search()
            self._dispatcher.tell(t("search.archive_empty"))
            return None
        if self._context.console.sync.status().link not in _CONNECTED:
            self._dispatcher.tell(t("search.archive_offline"))
            return None
        from ui.presenters.search_archive import Answers
        from ui.views.search_archive import ArchiveDialog

        reader = self._context.console.reader
        dialog = ArchiveDialog(
            self._context,
            text,
            is_here=lambda ref: reader.row_id(ref) is not None,
            parent=self._window,
        )
        dialog.show_marks(self._queue.delegate.marks)
        dialog.more_asked.connect(lambda: self._look(dialog, text, dialog.answers, wanted=SCREEN))
        dialog.opened.connect(self._queue.appeal_opened)
        self._look(dialog, text, Answers(), wanted=SCREEN)
        open_once(dialog)
        return dialog

    def _look(self, dialog: ArchiveDialog, text: str, known: Answers, *, wanted: int) -> None:
        """Look further back until so many more are found, or all has been looked through."""
        future = self._context.console.sync.search(text, before=known.next)

        def found(page: ArchivePage) -> None:
            if not isValid(dialog):
                return
            answers = known.and_(page)
            left = wanted - len(page.rows.appeals)
            on = left > 0 and bool(page.next) and dialog.isVisible()
            dialog.show_answers(answers, looking=on)
            if on:
                self._look(dialog, text, answers, wanted=left)

        def failed(error: Exception) -> None:
            if isValid(dialog):
                dialog.fail(sentence_of(error, self._context.catalog))

        self._bridge.when_done(future, found, failed, owner=self)

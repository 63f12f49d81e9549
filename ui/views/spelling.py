"""Spelling in the composer: misspelt words are underlined, corrected by a key, or added.

Nothing of it happens within a key press: once the typing pauses, the words that were not seen
before go to the dictionaries, which are in another process, and the answer underlines them.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from console.changes import Changes
from console.domain.operator import Right
from console.domain.spelling import SpelledWord, words_to_check
from console.template_search import stems_of
from ui.bridge import Bridge
from ui.views.composing import Composing
from ui.widgets.marked_editor import MarkedEditor

PAUSE_MILLIS = 300
"""How long after the last key words are looked at; the one that is being typed is not."""

_REMEMBERED = 20_000
"""How many words are known without asking, before all are forgotten."""


class Spelling(QObject):
    """`told` is a sentence and its kind; `text_wanted` comes when the keys belong into the text."""

    told = Signal(str, str)
    text_wanted = Signal()

    def __init__(self, composing: Composing, bridge: Bridge, *, editor: MarkedEditor) -> None:
        super().__init__(editor)
        self._composing = composing
        self._bridge = bridge
        self._editor = editor
        self._misspelt: dict[str, bool] = {}
        self._asked = False
        self._left_alone: set[tuple[str, str]] = set()
        self._own: frozenset[str] | None = None
        self._names: tuple[tuple[str, ...], frozenset[str]] = ((), frozenset())
        self._spared: SpelledWord | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MILLIS)
        self._timer.setObjectName("spelling-pause")
        self._timer.timeout.connect(self.run)
        editor.menu_asked.connect(self._fill)
        editor.cursorPositionChanged.connect(self._on_cursor)
        bridge.changed.connect(self._on_changes)

    def soon(self) -> None:
        """Look once the typing pauses."""
        self._timer.start()

    def run(self) -> None:
        """Underline what is known to be misspelt, and ask about what is not known yet."""
        self._timer.stop()
        sheet = self._composing.sheet
        if sheet is None or sheet.sending:
            return
        words = words_to_check(self._editor.text())
        found = self._wrong(words)
        _, at = self._editor.selection()
        self._spared = next((w for w in found if w.end == at and self._editor.hasFocus()), None)
        shown = tuple((w.start, w.end) for w in found if w is not self._spared)
        if shown != self._editor.misspelt():
            self._editor.set_misspelt(shown)
        unknown = {word.text for word in words} - self._misspelt.keys()
        if unknown and not self._asked:
            self._ask(unknown)

    def to_next(self) -> None:
        """Go to the misspelt word here, or the next, and offer what may have been meant.

        Where one is selected already, because nothing that was offered fitted, on to the next.
        """
        sheet = self._composing.sheet
        if sheet is None or sheet.sending:
            return
        self.run()
        found = self._wrong(words_to_check(self._editor.text()))
        if not found:
            self.told.emit(self._composing.context.t("spelling.clean"), "ok")
            return
        start, end = sorted(self._editor.selection())
        here = [
            word
            for word in found
            if word.start <= start and end <= word.end and (word.start, word.end) != (start, end)
        ]
        after = [word for word in found if word.start >= end]
        word = next(iter([*here, *after]), found[0])
        self._editor.select(word.start, word.end)
        self._offer(word)

    # ------------------------------------------------------------------ what is misspelt

    def _wrong(self, words: tuple[SpelledWord, ...]) -> list[SpelledWord]:
        wrong = [word for word in words if self._misspelt.get(word.text)]
        if not wrong:
            return []
        own, names, draft = self._own_words(), self._known_names(), self._draft()
        return [
            word
            for word in wrong
            if not _is_known(word.text, own)
            and (draft, word.text) not in self._left_alone
            and names.isdisjoint(stems_of(word.text))
        ]

    def _ask(self, words: set[str]) -> None:
        self._asked = True

        def then(misspelt: frozenset[str]) -> None:
            self._asked = False
            if len(self._misspelt) > _REMEMBERED:
                self._misspelt.clear()
            self._misspelt |= {word: word in misspelt for word in words}
            self.run()

        def failed(_: Exception) -> None:
            self._asked = False  # it was logged where it failed; F7 says it to the person

        spelling = self._composing.context.console.spelling
        self._bridge.when_done(spelling.check(words), then, failed, owner=self)

    def _own_words(self) -> frozenset[str]:
        if self._own is None:
            self._own = self._composing.context.console.spelling.known()
        return self._own

    def _known_names(self) -> frozenset[str]:
        """The stems of the names that belong to this appeal: nobody is a misspelling."""
        view = self._composing.view
        if view is None:
            return frozenset()
        place, outages = view.appeal.place, view.outages
        told = (
            view.appeal.author.name,
            place.settlement,
            place.street,
            *self._composing.own_names(),
            *(outage.cause for outage in outages),
            *(outage.res for outage in outages),
        )
        if told != self._names[0]:
            self._names = (told, frozenset(stems_of(" ".join(told))))
        return self._names[1]

    def _draft(self) -> str:
        sheet = self._composing.sheet
        return sheet.draft.id if sheet is not None else ""

    def _on_cursor(self) -> None:
        """The word that was being typed is looked at once the cursor has left it."""
        if self._spared is not None and not self._timer.isActive():
            self._timer.start()

    def _on_changes(self, changes: object) -> None:
        """A colleague has added a word, or another person works here now, who has others."""
        if isinstance(changes, Changes) and (changes.everything or changes.words):
            self._own = None
            self.run()

    # ------------------------------------------------------------------ what can be done

    def _offer(self, word: SpelledWord) -> None:
        """A menu under the word, steered by keys; the first suggestion is chosen already."""
        menu = QMenu(self._editor)
        menu.setObjectName("spelling")
        menu.setAccessibleName(self._composing.context.t("spelling.menu", word=word.text))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.aboutToHide.connect(self.text_wanted)
        self._add_all(menu, word, before=None)
        corner = self._editor.cursorRect().bottomLeft()
        menu.popup(self._editor.viewport().mapToGlobal(corner))

    def _fill(self, menu: QMenu, point: QPoint) -> None:
        """The menu of the right mouse button, over a misspelt word."""
        at = self._editor.place_at(point)
        wrong = self._wrong(words_to_check(self._editor.text()))
        word = next((one for one in wrong if one.start <= at <= one.end), None)
        if word is not None and not self._editor.isReadOnly():
            first = menu.actions()[0] if menu.actions() else None
            self._add_all(menu, word, before=first)

    def _add_all(self, menu: QMenu, word: SpelledWord, *, before: QAction | None) -> None:
        context = self._composing.context
        looking = QAction(context.t("spelling.looking"), menu)
        looking.setEnabled(False)
        add = QAction(context.t("spelling.add", word=word.text).replace("&", "&&"), menu)
        add.triggered.connect(lambda: self._add(word.text))
        ignore = QAction(context.t("spelling.ignore"), menu)
        ignore.triggered.connect(lambda: self._ignore(word.text))
        separator = QAction(menu)
        separator.setSeparator(True)
        last = QAction(menu)
        last.setSeparator(True)
        shared = self._sharing(word.text, menu)
        parts = [looking, separator, add, *shared, ignore]
        parts += [last] if before is not None else []
        for action in parts:
            menu.insertAction(before, action)  # type: ignore[arg-type]

        def then(found: tuple[str, ...]) -> None:
            for number, meant in enumerate(found, 1):
                action = QAction(f"&{number}  {meant}", menu)
                action.triggered.connect(partial(self._correct, word, meant))
                menu.insertAction(looking, action)
                if number == 1 and menu.activeAction() is None and before is None:
                    menu.setActiveAction(action)
            if found:
                menu.removeAction(looking)
            else:
                looking.setText(context.t("spelling.none"))

        def failed(_: Exception) -> None:
            looking.setText(context.t("spelling.none"))
            self.told.emit(context.t("spelling.not_there"), "info")

        suggested = context.console.spelling.suggest(word.text)
        self._bridge.when_done(suggested, then, failed, owner=menu)

    def _sharing(self, word: str, menu: QMenu) -> tuple[QAction, ...]:
        """What adds the word for all who answer for the appeal's branch."""
        context, view = self._composing.context, self._composing.view
        if view is None or not context.may(Right.ANSWER):
            return ()
        branch = view.appeal.branch
        named = self._composing.speech.branch_name(branch)
        words = context.t("spelling.add_shared", branch=named).replace("&", "&&")
        share = QAction(words, menu)
        share.triggered.connect(lambda: self._add(word, branch))
        return (share,)

    def _correct(self, word: SpelledWord, meant: str) -> None:
        text = self._editor.text()
        if text[word.start : word.end].replace("\u0301", "") == word.text:
            self._editor.replace([(word.start, word.end, meant)])
            end = word.start + len(meant)
            self._editor.select(end, end)
            self.run()
        self.text_wanted.emit()

    def _add(self, word: str, branch: str = "") -> None:
        self._own = self._own_words() | {word}
        context = self._composing.context
        where = self._composing.speech.branch_name(branch) if branch else ""

        def told(_: object) -> None:
            key = "spelling.added_shared" if branch else "spelling.added"
            self.told.emit(context.t(key, word=word, branch=where), "ok")

        def failed(error: Exception) -> None:
            self._own = None
            self.run()
            self._bridge.failed.emit(error)

        adding = context.console.spelling.add(word, branch=branch)
        self._bridge.when_done(adding, told, failed, owner=self)
        self.run()

    def _ignore(self, word: str) -> None:
        self._left_alone.add((self._draft(), word))
        self.run()


def _is_known(word: str, added: frozenset[str]) -> bool:
    """Whether it was added; what was added in small letters may begin a sentence, too."""
    return word in added or word[:1].lower() + word[1:] in added

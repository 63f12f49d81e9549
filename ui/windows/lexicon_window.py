"""The window of words and forms: what was added to the dictionary, by whom, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.changes import Changes
from console.domain.operator import ALL_BRANCHES, Right
from console.readmodel import LexiconRow
from ui.bridge import Bridge
from ui.context import UiContext
from ui.models.lexicon import LexiconModel
from ui.presenters.lexicon import COLUMNS, LexiconLine, Reader, lexicon_lines, named, summary
from ui.views.speech import Speech
from ui.widgets.empty_state import EmptyState
from ui.widgets.kind import set_kind
from ui.widgets.search_field import SearchField

_SIZE = (1040, 600)
_ROW = 30
_WORD = 250
_SPARED = ("when", "kind", "who")
"""Columns that a narrow window does without, the first one first."""


class LexiconWindow(QDialog):
    """Stays beside the main window. Delete removes what is selected, Ctrl+Z brings it back."""

    def __init__(
        self, context: UiContext, bridge: Bridge, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("lexicon")
        self._context = context
        self._bridge = bridge
        self._speech = Speech(context)
        self._undo: Callable[[], Future[None]] | None = None
        self._note = ""
        self._selecting = False
        self._make_parts()
        self._lay_out()
        self._offer_branches()
        self.retranslate()
        bridge.changed.connect(self._on_changes)
        self.field.setFocus()

    def lines(self) -> tuple[LexiconLine, ...]:
        """What is shown, top to bottom."""
        return self._model.lines

    def chosen(self) -> tuple[LexiconLine, ...]:
        """The lines that are selected."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self._model.lines[row] for row in rows)

    def refresh(self) -> None:
        """Read everything anew; what is selected stays so."""
        rows, chosen = self._context.console.lexicon.rows(), {one.key for one in self.chosen()}
        lines = lexicon_lines(rows, self._reader(), query=self.field.text())
        self._selecting = True
        self._model.show(lines)
        self._select([at for at, line in enumerate(lines) if line.key in chosen])
        self._selecting = False
        self._pages.setCurrentWidget(self.table if lines else self.empty)
        self._say_empty(anything=bool(rows))
        self._count.setText(summary(lines, self._context.catalog))
        self._on_chosen()

    def remove(self) -> None:
        """Remove what is selected, if its reader may."""
        lines = self.chosen()
        if lines and not any(line.refusal for line in lines):
            rows, lexicon = tuple(line.row for line in lines), self._context.console.lexicon
            self._do(lexicon.remove(rows), "removed", rows, undo=lambda: lexicon.put_back(rows))

    def share(self, branch: str) -> None:
        """Give what is selected of one's own to a branch."""
        rows = tuple(line.row for line in self.chosen() if not line.row.branch)
        if rows:
            lexicon = self._context.console.lexicon
            done = lexicon.share(rows, branch)
            self._do(done, "shared", rows, undo=lambda: lexicon.take_home(rows, branch))

    def undo(self) -> None:
        """Take the last act back."""
        if self._undo is not None:
            back, self._undo, self._note = self._undo, None, ""
            self._bridge.when_done(back(), lambda _: self.refresh(), self._failed, owner=self)

    def retranslate(self) -> None:
        """Read every word anew."""
        t = self._context.t
        self.setWindowTitle(t("lexicon.title"))
        self._lead.setText(t("lexicon.lead"))
        self.field.setPlaceholderText(t("lexicon.filter"))
        self.field.setAccessibleName(t("lexicon.filter"))
        self.table.setAccessibleName(t("lexicon.title"))
        for button, key in (
            (self.removing, "remove"),
            (self.sharing, "share"),
            (self.back, "undo"),
            (self._close, "close"),
        ):
            button.setText(t(f"lexicon.{key}"))
        self._note = ""
        self._fit_columns()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window does without the columns that matter least."""
        super().resizeEvent(event)
        self._fit_columns()

    # ------------------------------------------------------------------ building

    def _make_parts(self) -> None:
        context, theme = self._context, self._context.theme
        self._lead = QLabel()
        self._lead.setWordWrap(True)
        set_kind(self._lead, "dim")
        self.field = SearchField(theme.icon("search"), pause_ms=0)
        self.field.searched.connect(lambda _: self.refresh())
        self.field.left.connect(self._on_left)
        self._model = LexiconModel(words=context.t, color=theme.color)
        self.table = QTableView()
        self.table.setObjectName("lexicon-table")
        self.table.setModel(self._model)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(_ROW))
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._on_chosen_anew())
        self.empty = EmptyState()
        self._count, self._said = QLabel(), QLabel()
        set_kind(self._count, "small")
        self._said.setWordWrap(True)
        self.back, self.sharing = QPushButton(), QPushButton()
        self.removing, self._close = QPushButton(), QPushButton()
        for button, name in (
            (self.back, "undo"),
            (self.sharing, "share"),
            (self.removing, "remove"),
            (self._close, "close"),
        ):
            button.setObjectName(f"lexicon-{name}")
            button.setAutoDefault(False)
        self.back.clicked.connect(self.undo)
        self.removing.clicked.connect(self.remove)
        self._close.clicked.connect(self.accept)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table, self.remove)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, self.undo)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.field.setFocus)

    def _lay_out(self) -> None:
        px = self._context.theme.px
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        told = QHBoxLayout()
        told.setSpacing(px(8))
        told.addWidget(self._said, 1)
        told.addWidget(self.back)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addWidget(self._count, 1)
        buttons.addWidget(self.sharing)
        buttons.addWidget(self.removing)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.setSpacing(px(8))
        column.addWidget(self._lead)
        column.addWidget(self.field)
        column.addWidget(self._pages, 1)
        column.addLayout(told)
        column.addLayout(buttons)
        room = self.screen().availableSize() * 0.92
        self.resize(min(px(_SIZE[0]), room.width()), min(px(_SIZE[1]), room.height()))

    def _fit_columns(self) -> None:
        """The word takes what is left, the others are as wide as their longest usual words.

        Where too little is left for the word, some of the others make room.
        """
        header, theme = self.table.horizontalHeader(), self._context.theme
        metrics, t = QFontMetrics(theme.font("body")), self._context.t
        places = [t("lexicon.only_you"), *self._speech.branch_names().values()]
        widths: dict[str, int] = {}
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for at, name in enumerate(COLUMNS[1:], start=1):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Fixed)
            usual = [t(f"lexicon.room_{name}")] if name != "where" else places
            width = max(metrics.horizontalAdvance(words) for words in usual)
            header.resizeSection(at, width + theme.px(20))
            widths[name] = width + theme.px(20)
        room = self.width() - theme.px(24 + _WORD)
        for name in _SPARED:
            self.table.setColumnHidden(COLUMNS.index(name), sum(widths.values()) > room)
            if sum(widths.values()) > room:
                del widths[name]

    # ------------------------------------------------------------------ what happens

    def _reader(self) -> Reader:
        session = self._context.session
        return Reader(
            me=session.operator if session else "",
            tends=self._context.may(Right.TEND_WORDS),
            here=self._speech.here(),
            branch_name=self._speech.branch_name,
        )

    def _offer_branches(self) -> None:
        """One branch is shared with at a press; of several one is chosen."""
        session = self._context.session
        scope = session.branches if session else ()
        branches = [
            one.key
            for one in self._context.console.rulebook.branches
            if ALL_BRANCHES in scope or one.key in scope
        ]
        self.sharing.setVisible(bool(branches) and self._context.may(Right.ANSWER))
        if len(branches) == 1:
            self.sharing.clicked.connect(partial(self._share_with, branches[0]))
            return
        menu = QMenu(self.sharing)
        for branch in branches:
            name = self._speech.branch_name(branch).replace("&", "&&")
            menu.addAction(name, partial(self.share, branch))
        self.sharing.setMenu(menu)

    def _share_with(self, branch: str, _: bool = False) -> None:
        self.share(branch)

    def _on_chosen(self) -> None:
        lines = self.chosen()
        refusal = next((line.refusal for line in lines if line.refusal), "")
        self.removing.setEnabled(bool(lines) and not refusal)
        self.sharing.setEnabled(any(not line.row.branch for line in lines))
        words = self._note or refusal
        self._said.setText(words)
        self._said.setVisible(bool(words))
        self.back.setVisible(self._undo is not None)

    def _on_chosen_anew(self) -> None:
        """Another line is looked at: what was said of the last act has been read."""
        if not self._selecting:
            self._note = ""
            self._on_chosen()

    def _on_left(self) -> None:
        if self._model.lines:
            self.table.setFocus()
            if not self.chosen():
                self._select([0])
        elif not self.field.text():
            self.reject()

    def _on_changes(self, changes: object) -> None:
        if isinstance(changes, Changes) and (changes.words or changes.everything):
            self.refresh()

    def _do(
        self,
        future: Future[None],
        what: str,
        rows: Sequence[LexiconRow],
        *,
        undo: Callable[[], Future[None]],
    ) -> None:
        t, catalog = self._context.t, self._context.catalog
        places = [index.row() for index in self.table.selectionModel().selectedRows()]

        def done(_: None) -> None:
            self._undo = undo
            self._note = (
                t(f"lexicon.{what}", what=named(rows[0], catalog))
                if len(rows) == 1
                else t(f"lexicon.{what}_several", count=len(rows))
            )
            self.refresh()
            if self._model.lines and not self.chosen():
                self._selecting = True
                self._select([min(*places, len(self._model.lines) - 1)])
                self._selecting = False
                self._on_chosen()

        self._bridge.when_done(future, done, self._failed, owner=self)

    def _failed(self, error: Exception) -> None:
        self._note = self._speech.error(error)
        self.refresh()

    def _select(self, rows: Sequence[int]) -> None:
        model, flags = self.table.selectionModel(), QItemSelectionModel.SelectionFlag
        for row in rows:
            index = self._model.index(row, 0)
            model.select(index, flags.Select | flags.Rows)
            model.setCurrentIndex(index, flags.NoUpdate)

    def _say_empty(self, *, anything: bool) -> None:
        t, icon = self._context.t, self._context.theme.icon("search", "text_dim")
        which = "nothing_found" if anything else "empty"
        self.empty.say(icon, t(f"lexicon.{which}_title"), t(f"lexicon.{which}_body"))

"""The archive on the server: what was found there, to be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.ids import Ref
from console.listing import QueueRow
from ui.context import UiContext
from ui.models.queue import QueueModel
from ui.presenters.search import Marks, note_lines
from ui.presenters.search_archive import (
    Answers,
    ArchiveWords,
    ignored_line,
    row_of,
    state_line,
)
from ui.presenters.thread import Thread
from ui.views import queue_delegate
from ui.views.queue_delegate import QueueDelegate
from ui.views.speech import Speech
from ui.views.thread_view import ThreadView
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.kind import set_kind
from ui.widgets.row_list import RowList

_SIZE = (940, 620)


class ArchiveDialog(QDialog):
    """`more_asked`: look further back; `opened` carries the `Ref` of one that is here, too.

    ``is_here`` says whether an appeal is on this computer.
    """

    more_asked = Signal()
    opened = Signal(object)

    def __init__(
        self,
        context: UiContext,
        text: str,
        *,
        is_here: Callable[[Ref], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("archive")
        self._context = context
        self._is_here = is_here
        self._speech = Speech(context)
        self._answers = Answers()
        self._rows: list[QueueRow] = []
        self._make(text)
        self._lay_out()
        room = self.screen().availableSize() * 0.95
        self.resize(QSize(*(context.theme.px(side) for side in _SIZE)).boundedTo(room))

    @property
    def answers(self) -> Answers:
        """What was found so far."""
        return self._answers

    @property
    def state(self) -> str:
        """What is said about the search."""
        return self._state.text()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self._list

    @property
    def thread_view(self) -> ThreadView:
        """The thread of the chosen appeal."""
        return self._thread

    def show_answers(self, answers: Answers, *, looking: bool) -> None:
        """Show what was found so far; ``looking``: there is more to come."""
        fresh = answers.appeals[len(self._answers.appeals) :]
        self._answers = answers
        names = self._speech.people().names
        self._rows += [row_of(appeal, names) for appeal in fresh]
        ids = range(len(self._rows))
        if len(fresh) == len(self._rows):
            self._model.reset(ids, self._rows)
        else:
            self._model.extend(ids[len(self._rows) - len(fresh) :])
        self._say(looking=looking)
        if self._rows and not self._list.currentIndex().isValid():
            self._list.setCurrentIndex(self._model.index(0, 0))
        self._pages.setCurrentIndex(0 if self._rows or looking else 1)

    def show_marks(self, marks: Marks) -> None:
        """Highlight what was looked for."""
        self._delegate.marks = marks
        self._thread.show_marks(marks)

    def fail(self, sentence: str) -> None:
        """Say why nothing (more) can be found."""
        self._state.setText(sentence)
        set_kind(self._state, "danger")
        self._more.setVisible(True)

    def _make(self, text: str) -> None:
        context, t = self._context, self._context.t
        self.setWindowTitle(t("search.archive_title"))
        self._lead = ElidedLabel(t("search.archive_lead", text=text))
        set_kind(self._lead, "title")
        self._state = QLabel(t("search.archive_begun"))
        self._state.setWordWrap(True)
        set_kind(self._state, "dim")
        self._model = QueueModel(self._read, speak=self._speak, parent=self)
        self._delegate = QueueDelegate(context, self._words())
        self._list = RowList(row_height=context.theme.px(queue_delegate.ROW))
        self._list.setAccessibleName(t("search.archive_list"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.selectionModel().currentChanged.connect(self._on_current)
        self._list.doubleClicked.connect(lambda _: self._open_here())
        self._where = QLabel()
        self._where.setContentsMargins(12, 0, 0, 0)
        set_kind(self._where, "dim")
        self._thread = ThreadView(context)
        self._none = EmptyState()
        icon = context.theme.icon("search")
        self._none.say(icon, t("search.archive_none"), t("search.archive_none_body"))
        self._more = QPushButton(t("search.archive_more"))
        self._more.clicked.connect(self.more_asked)
        self._more.hide()
        self._open = QPushButton(t("search.archive_open"))
        set_kind(self._open, "primary")
        self._open.clicked.connect(self._open_here)
        self._open.setEnabled(False)
        self._close = QPushButton(t("search.archive_close"))
        self._close.clicked.connect(self.reject)
        for button in (self._more, self._open, self._close):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        reading = QWidget()
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._where)
        column.addWidget(self._thread, 1)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self._list)
        halves.addWidget(reading)
        halves.setSizes([430, 490])
        self._pages = QStackedWidget()
        self._pages.addWidget(halves)
        self._pages.addWidget(self._none)
        foot = QHBoxLayout()
        foot.addWidget(self._more)
        foot.addStretch(1)
        foot.addWidget(self._open)
        foot.addWidget(self._close)
        whole = QVBoxLayout(self)
        whole.addWidget(self._lead)
        whole.addWidget(self._state)
        whole.addWidget(self._pages, 1)
        whole.addLayout(foot)

    def _say(self, *, looking: bool) -> None:
        language = self._context.console.reader.search_language()
        place = 0 if self._context.catalog.language == "ru" else 1
        names = {one.key: one.names[min(place, len(one.names) - 1)] for one in language.operators}
        lines = (
            state_line(self._answers, self._speech.here(), looking=looking),
            ignored_line(self._answers.ignored, names, self._context.catalog),
            *note_lines(self._answers.notes, self._context.catalog),
        )
        set_kind(self._state, "dim")
        self._state.setText("\n".join(line for line in lines if line))
        self._more.setVisible(bool(self._answers.next) and not looking)

    def _on_current(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        t, appeal = self._context.t, self._answers.appeals[index.row()]
        here = self._is_here(appeal.ref)
        self._where.setText(t("search.archive_here" if here else "search.archive_only"))
        self._open.setEnabled(here)
        speech = self._speech
        thread = Thread(
            self._answers.view(appeal),
            speech.here(appeal.branch),
            speech.people(),
            outage_of=speech.outage_of(appeal.branch),
        )
        self._thread.show_thread(thread, anew=True)

    def _open_here(self) -> None:
        at = self._list.currentIndex().row()
        if at >= 0 and self._open.isEnabled():
            self.opened.emit(self._answers.appeals[at].ref)
            self.accept()

    def _read(self, ids: Sequence[int]) -> list[QueueRow]:
        return [self._rows[at] for at in ids]

    def _speak(self, row: QueueRow) -> str:
        return self._delegate.words.spoken(row, self._context.now())

    def _words(self) -> ArchiveWords:
        context, session = self._context, self._context.session
        return ArchiveWords(
            catalog=context.catalog,
            zones=context.zones,
            me=session.operator if session else "",
            due_soon=timedelta(minutes=context.console.settings.due_soon_minutes),
        )

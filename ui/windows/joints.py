"""The joints of the desk: what one view asks for, and who does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from console.domain.draft import Draft
from console.domain.ids import Ref
from ui.actions.dispatch import Dispatcher
from ui.context import UiContext
from ui.presenters.links import Link
from ui.presenters.thread import files_of
from ui.views.appeal_view import AppealView
from ui.views.queue_view import QueueView
from ui.widgets.passing import open_once
from ui.windows.appeal_commands import AppealCommands
from ui.windows.desk import Desk
from ui.windows.file_opener import FileOpener
from ui.windows.late import Late
from ui.windows.later_commands import LaterCommands
from ui.windows.shift import Shift
from ui.windows.triage_commands import TriageCommands

if TYPE_CHECKING:  # made when they are first shown
    from ui.views.board_view import BoardView
    from ui.views.handover_view import HandoverView
    from ui.views.outbox_view import OutboxView

MENU = (
    ("appeal.claim", "appeal.assign", "appeal.release"),
    ("appeal.topic", "appeal.place", "appeal.tag_outage", "appeal.untag_outage"),
    ("danger.dispatched", "danger.enter", "danger.leave", "promise.settle"),
    ("appeal.duplicate", "appeal.separate", "appeal.link", "appeal.earlier"),
    ("appeal.transfer", "appeal.decide_transfer", "appeal.postpone", "appeal.resume"),
    ("appeal.close", "appeal.reopen"),
)
"""The menu of one appeal, in groups."""


class DeskChoice:
    """What commands act upon: the selection of the board while it is shown, else the queue's."""

    def __init__(self, desk: Desk, queue: QueueView, board: Late[BoardView]) -> None:
        self._desk = desk
        self._queue = queue
        self._board = board

    @property
    def ref(self) -> Ref | None:
        """The appeal that is shown."""
        return self._board.view.ref if self._desk.page == "board" else self._queue.ref

    def selected(self) -> tuple[Ref, ...]:
        """All that are selected."""
        if self._desk.page == "board":
            return self._board.view.selected()
        return self._queue.selected()


class Joints(QObject):
    """Connects the views of one desk; lives as long as its window."""

    def __init__(
        self,
        context: UiContext,
        dispatcher: Dispatcher,
        *,
        shift: Shift,
        commands: AppealCommands,
        triage: TriageCommands,
        window: QWidget,
        visit: Callable[[Ref], None] | None = None,
    ) -> None:
        """``visit`` shows another appeal such that one can come back to the present one."""
        super().__init__(window)
        self._visit = visit or shift.show_ref
        self._context = context
        self._dispatcher = dispatcher
        self._shift = shift
        self._commands = commands
        self._triage = triage
        self._window = window
        self._later = LaterCommands(context, shift.bridge, dispatcher, window=window)

    def join_appeal(self, appeal: AppealView) -> None:
        """What the appeal asks for."""
        appeal.link_opened.connect(self._visit)
        appeal.web_link_opened.connect(self._open_link)
        appeal.menu_wanted.connect(self._open_menu)
        appeal.outbox_wanted.connect(lambda: self._dispatcher.run("outbox.open"))
        appeal.decided.connect(self._decide)
        opener = FileOpener(
            self._context,
            self._shift.bridge,
            shown=lambda: appeal.ref,
            album=lambda: files_of(appeal.view) if appeal.view is not None else (),
            parent=self._window,
        )
        opener.told.connect(self._tell)
        appeal.file_wanted.connect(opener.press)
        composer, guard = appeal.composer, self._dispatcher.guard
        composer.promise_wanted.connect(lambda: guard(lambda: self._commands.ask_promise(composer)))
        composer.later_wanted.connect(lambda: guard(lambda: self._later.ask(composer)))
        composer.taken_back.connect(self._show_draft)
        composer.discard_wanted.connect(lambda: self._commands.ask_discard(composer))

    def join_outbox(self, outbox: OutboxView) -> None:
        """What the outbox asks for."""
        outbox.appeal_activated.connect(self._shift.show_ref)
        outbox.draft_restored.connect(self._show_draft)
        outbox.later_wanted.connect(self._later.ask_again)

    def join_board(self, board: BoardView) -> None:
        """What the board asks for."""
        board.appeal_activated.connect(self._shift.show_ref)
        board.assign_wanted.connect(self._assign)

    def join_shift(self, shift: HandoverView) -> None:
        """What the page of the shift asks for."""
        shift.opened.connect(self._shift.show_ref)
        shift.entry_opened.connect(self._show_entry)
        shift.queue_wanted.connect(self._shift.queues.go)

    def _show_entry(self, seq: int) -> None:
        self._dispatcher.run("outbox.open")
        self._shift.desk.parts.outbox.view.choose(seq)

    def _assign(self, refs: tuple[Ref, ...], to: str) -> None:
        self._dispatcher.guard(lambda: self._triage.assign(to, refs))

    def _tell(self, words: str) -> None:
        self._shift.notice.say(words, icon=self._context.theme.icon("check", "notice"))

    def _decide(self, message: str, approved: bool) -> None:
        # The pressed button is about to go: without this the focus would pass to whatever is next.
        self._shift.desk.parts.queue.rows.setFocus()
        self._dispatcher.guard(lambda: self._commands.decide(message, approved=approved))

    def _show_draft(self, draft: Draft) -> None:
        self._shift.show_ref(draft.appeal)
        self._shift.desk.parts.appeal.open_draft(draft)

    def _open_menu(self, button: QWidget) -> None:
        menu = QMenu(button)
        for group in MENU:
            if not menu.isEmpty():
                menu.addSeparator()
            for command in group:
                if self._dispatcher.enabled(command):
                    menu.addAction(self._dispatcher.action(command))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _open_link(self, link: Link) -> None:
        """Ask before anything leaves the program: a resident's link may lead anywhere."""
        from ui.dialogs.open_link import OpenLinkDialog

        dialog = OpenLinkDialog(self._context.catalog, link, parent=self._window)
        open_once(dialog)

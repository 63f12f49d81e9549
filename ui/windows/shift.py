"""The shift: one signed-in console on the desk, from `begin` to `end`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMainWindow

from console.changes import Changes
from console.domain.ids import Ref
from console.domain.operator import Right
from console.readmodel import Link, QueueQuery, SyncStatus
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.errors import is_bug, sentence_of
from ui.presenters.status import status_words
from ui.theme.appearance import Appearance
from ui.widgets.notice import Notice
from ui.windows.desk import Desk
from ui.windows.pulse import Pulse
from ui.windows.queue_desk import QueueDesk

_SECOND_MS = 1000
_THEME_ICONS = {"system": "settings", "light": "sun", "dark": "moon", "contrast": "contrast"}
_RIGHTS = {
    "may_answer": Right.ANSWER,
    "may_note": Right.NOTE,
    "may_approve": Right.APPROVE,
    "may_assign_others": Right.ASSIGN_OTHERS,
    "may_manage_outages": Right.MANAGE_OUTAGES,
    "may_decide_transfer": Right.DECIDE_TRANSFER,
    "may_see_board": Right.SEE_BOARD,
    "may_share_queues": Right.SHARE_QUEUES,
}


class Shift(QObject):
    """Hands changes to the views, opens appeals, and keeps status and rights up to date.

    `bug` carries an exception that nobody foresaw, `sign_in_asked` that somebody must sign in,
    `person_changed` that somebody else has;
    ``unkept`` says whether a text is on the screen alone.
    """

    bug = Signal(object)
    sign_in_asked = Signal()
    person_changed = Signal()

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        appearance: Appearance,
        desk: Desk,
        queues: QueueDesk,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self.context = context
        self.bridge = bridge
        self.dispatcher = dispatcher
        self.desk = desk
        self.queues = queues
        self._appearance = appearance
        self._demo = context.console.settings.demo
        self._operator = ""
        self._leaving = False
        self.notice = Notice(window.menuBar())
        self.unkept: Callable[[], bool] = lambda: False
        self._pulse = Pulse(self)
        self._second = QTimer(self)
        self._second.setObjectName("status-second")
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self.show_status)
        self._inspected: Ref | None = None
        self._inspect = QTimer(self, singleShot=True, interval=0)
        self._inspect.setObjectName("inspect")
        self._inspect.timeout.connect(self._show_inspected)
        self._connect()

    def begin(self, query: QueueQuery) -> None:
        """Show a queue and follow the console from now on."""
        self.bridge.listen(self.context.console.changes)
        self._take_rights()
        self.dispatcher.refocus(in_queue=True)
        self.queues.offer()
        self.queues.start(query)
        chosen = self.desk.parts.queue.ref  # on the first page, before anybody listened
        if chosen is not None:
            self.open_appeal(chosen)
        self.show_status()
        self.show_settings()

    def end(self) -> None:
        """Follow the console no longer."""
        self.bridge.close()
        self._pulse.stop()
        self._second.stop()
        self._inspect.stop()
        self.queues.stop()
        self.notice.dismiss()

    def open_appeal(self, ref: Ref | None) -> None:
        """Show an appeal and say so to colleagues; None shows that there is none."""
        parts = self.desk.parts
        parts.appeal.show_appeal(ref)
        self._inspected = ref
        self._inspect.start()
        self.context.console.sync.set_presence(ref)
        self.dispatcher.refocus(has_appeal=ref is not None)
        if ref is not None:
            self.bridge.when_done(self.context.console.queues.mark_read(ref), owner=self)

    def _show_inspected(self) -> None:
        """A turn later: with J held down, the appeal is painted and keys are taken in between."""
        self.desk.parts.inspector.show_appeal(self._inspected)

    def show_ref(self, ref: Ref) -> None:
        """Choose an appeal in the queue, or show it although the queue does not hold it."""
        self.desk.show_page("queue")
        if not self.desk.parts.queue.choose_ref(ref):
            self.open_appeal(ref)

    def show_status(self) -> None:
        """Say how the console stands with the server."""
        status = self.context.console.sync.status()
        self._leaving = self._leaving and status.link is not Link.WORK_OFFLINE
        words = status_words(
            status,
            self.context.session,
            catalog=self.context.catalog,
            now=self.context.now(),
            home=self.context.now().astimezone().tzinfo or UTC,
            leaving=self._leaving,
        )
        self.desk.parts.status.show_words(words)
        self.desk.show_banner(words.banner)
        self.queues.show_status(status)
        self.dispatcher.refocus(work_offline=self._leaving or status.link is Link.WORK_OFFLINE)
        self._tick_while_needed(status)

    def show_settings(self) -> None:
        """Show theme, language and role in the status bar."""
        t, session = self.context.t, self.context.session
        role = t(f"status_names.role_{session.role}") if session and self._demo else ""
        choice = self._appearance.choice
        self.desk.parts.status.show_settings(
            theme_icon=_THEME_ICONS[choice],
            theme_words=t(f"ui.theme_{choice}"),
            language="EN" if self.context.catalog.language != "en" else "RU",
            role=t("status.switch_role", role=role) if role else "",
        )

    def retranslate(self) -> None:
        """Read every word anew."""
        self.queues.retranslate()
        self.notice.dismiss()
        self.show_status()
        self.show_settings()

    def report(self, error: Exception) -> None:
        """Tell of a failure: in a sentence if it was foreseen, else as a bug."""
        if is_bug(error):
            self.bug.emit(error)
            return
        names = {one.id: one.name for one in self.context.console.reader.operators()}
        words = sentence_of(error, self.context.catalog, names=names)
        self.notice.say(words, icon=self.context.theme.icon("warning", "notice"), lasting=True)

    def _connect(self) -> None:
        desk, parts = self.desk, self.desk.parts
        self.bridge.changed.connect(self._pulse.feel)
        self._pulse.beat.connect(self._on_changes)
        self.bridge.failed.connect(self.report)
        self.bridge.language_changed.connect(self.retranslate)
        self.bridge.theme_changed.connect(self._on_look)
        self.dispatcher.failed.connect(self.report)
        self.dispatcher.told.connect(self._on_told)
        self.notice.pressed.connect(lambda: self.dispatcher.run("edit.undo"))
        parts.queue.appeal_activated.connect(self.open_appeal)
        parts.queue.appeal_opened.connect(self._enter_appeal)
        parts.status.chosen.connect(self.dispatcher.run)
        self.queues.page_asked.connect(desk.show_page)
        desk.page_changed.connect(self._on_page)
        desk.banner_pressed.connect(self._on_banner)
        self.dispatcher.register("sync.now", self._sync_now)
        self.dispatcher.register("sync.work_offline", self._work_offline)
        self.dispatcher.register("queue.open", lambda: self._enter_appeal(parts.queue.ref))

    def _on_changes(self, changes: Changes) -> None:
        session = self.context.session
        if (session.operator if session else "") != self._operator:
            self._on_other_person()
        self.queues.on_changes(changes)
        if changes.status or changes.outbox or changes.everything:
            self.show_status()

    def _on_other_person(self) -> None:
        self.dispatcher.forget_undo()
        self.notice.dismiss()
        self._take_rights()
        self.desk.parts.queue.leave()
        self.open_appeal(None)
        if self.desk.page == "board" and not self.context.may(Right.SEE_BOARD):
            self.desk.show_page("queue")
        self.queues.retranslate()
        self.queues.offer()
        self.queues.ask_anew()
        self.person_changed.emit()
        self.show_settings()

    def _take_rights(self) -> None:
        session = self.context.session
        self._operator = session.operator if session else ""
        facts = {fact: self.context.may(right) for fact, right in _RIGHTS.items()}
        self.dispatcher.refocus(signed_in=session is not None, demo=self._demo, **facts)

    def _tick_while_needed(self, status: SyncStatus) -> None:
        waits = status.next_try_at is not None or self.desk.banner.isHidden()
        counting = status.link is Link.OFFLINE and waits  # to the banner, then to the next try
        if counting != self._second.isActive():
            change: Callable[[], None] = self._second.start if counting else self._second.stop
            change()

    def _on_page(self, page: str) -> None:
        if page == "queue":
            self.queues.mark()
        self.dispatcher.refocus(
            in_queue=page == "queue",
            in_outbox=page == "outbox",
            in_board=page == "board",
            in_shift=page == "shift",
        )

    def _on_banner(self, action: str) -> None:
        sync = self.context.console.sync
        if action == "sign_in":
            self.sign_in_asked.emit()
        elif action in ("go_online", "work_offline"):
            self._work_offline(action == "work_offline")
        else:
            sync.try_now()

    def _work_offline(self, offline: bool | None = None) -> None:
        """Go offline or come back; said at once, though a request may still hang in the network."""
        wanted = not self.dispatcher.focus.work_offline if offline is None else offline
        self._leaving = wanted
        self.context.console.sync.set_work_offline(wanted)
        self.show_status()

    def _sync_now(self) -> None:
        """Try at once, or say what has to come before that."""
        sync = self.context.console.sync
        link = sync.status().link
        if link is Link.SIGN_IN_NEEDED:
            self.sign_in_asked.emit()
        elif link is Link.WORK_OFFLINE:
            self.dispatcher.tell(self.context.t("status.now_work_offline"))
        else:
            sync.try_now()

    def _on_look(self) -> None:
        self.desk.resize_to_zoom()
        self.show_settings()

    def _on_told(self, words: str, undoable: bool) -> None:
        t, theme = self.context.t, self.context.theme
        self.notice.say(
            words,
            icon=theme.icon("check" if undoable else "info", "notice"),
            action=t("ui.undo") if undoable else "",
        )

    def _enter_appeal(self, ref: Ref | None) -> None:
        if ref is not None:
            self.desk.parts.appeal.setFocus()

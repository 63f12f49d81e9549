"""Sending: a sheet is handed over, or it is said exactly what stands against it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from console.domain.draft import DraftMode
from console.readmodel import AppealView
from ui.bridge import Bridge
from ui.presenters.checks import rule_words
from ui.presenters.composer import Blocker, Where, Writing, blockers
from ui.views.checking import Checking
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk, Sheet
from ui.views.send_bar import SendBar
from ui.views.surroundings import Surroundings
from ui.widgets.marked_editor import MarkedEditor


class Sending(QObject):
    """`begun` says that the sheet is on its way and cannot be changed.

    `done` carries the sheet, its entry in the outbox and whether approval was asked for, after
    the commit; `undone` the sheet that was not taken and the error. `text_wanted` comes when the
    cursor belongs into the text, `later_wanted` when the hour is to be asked for.
    """

    begun = Signal()
    done = Signal(object, object, bool)
    undone = Signal(object, object)
    text_wanted = Signal()
    later_wanted = Signal()

    def __init__(
        self,
        composing: Composing,
        desk: DraftDesk,
        bridge: Bridge,
        *,
        around: Surroundings,
        checking: Checking,
        editor: MarkedEditor,
        bar: SendBar,
    ) -> None:
        super().__init__(bar)
        self._composing = composing
        self._desk = desk
        self._bridge = bridge
        self._around = around
        self._checking = checking
        self._editor = editor
        self._bar = bar

    def send(self, *, approval: bool = False, not_before: datetime | None = None) -> None:
        """Hand the sheet over, or say what stands against it and go there.

        ``not_before`` (UTC) is when it is to leave, where that is not now.
        """
        sheet = self._composing.sheet
        if sheet is None or not self._may_go():
            return
        self._desk.hold(sheet)
        self.begun.emit()
        approval = (approval or self._composing.needs_approval()) and (
            sheet.mode is not DraftMode.NOTE
        )
        future = self._composing.context.console.reply.send(
            sheet.now(), approval=approval, not_before=not_before
        )
        self._bridge.when_done(
            future,
            lambda entry: self.done.emit(sheet, entry, approval),
            lambda error: self.undone.emit(sheet, error),
            owner=self,
        )

    def send_later(self) -> None:
        """Ask for the hour, once nothing else stands against sending."""
        if self._may_go():
            self.later_wanted.emit()

    def _may_go(self) -> bool:
        """Whether nothing stands against it; else it is said, and the cursor goes there."""
        sheet, view = self._composing.sheet, self._composing.view
        if sheet is None or view is None or sheet.sending:
            return False
        self._checking.run()
        self._around.look()
        if self._around.news and self._around.news == sheet.noticed:
            self._around.see_all()
            self._around.look()
        against = self._blockers(sheet, view)
        if against:
            self._refuse(against[0], sheet)
        return not against

    def _blockers(self, sheet: Sheet, view: AppealView) -> tuple[Blocker, ...]:
        here, findings = self._composing.here(), self._checking.findings
        writing = Writing(
            mode=sheet.mode,
            text=self._editor.text(),
            outcome=sheet.draft.outcome,
            promise_at=self._promised(sheet),
            findings=findings,
            overridden=frozenset(sheet.reasons()),
            news=self._around.news,
            awaiting=view.appeal.awaiting is not None,
        )
        words = rule_words(findings, here)
        found = blockers(writing, self._composing.channel(), here, rule_words=words)
        if sheet.coming:
            return (*found, Blocker(here.t("file.wait"), Where.TEXT))
        if self._around.moved and sheet.mode is not DraftMode.NOTE:
            return (*found, Blocker(here.t("composer.block_quote"), Where.TEXT))
        return found

    def _promised(self, sheet: Sheet) -> datetime | None:
        """What an interim reply promises: what was chosen, else the first that its words say."""
        if sheet.draft.promise_at is not None:
            return sheet.draft.promise_at
        context = self._composing.context
        return next(iter(context.console.promises(sheet.now(), context.now())), None)

    def _refuse(self, blocker: Blocker, sheet: Sheet) -> None:
        self._bar.say(blocker.words, "danger")
        if blocker.where is Where.OUTCOME:
            self._bar.ask_outcome()
            return
        if blocker.where is Where.PROMISE:
            self._bar.ask_promise()
            return
        if blocker.where is Where.NEWS:
            sheet.noticed = self._around.news
        elif blocker.end > 0:
            self._editor.select(blocker.start, blocker.end)
        self.text_wanted.emit()

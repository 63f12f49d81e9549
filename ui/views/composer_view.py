"""The composer: a reply or a note in the making, and everything that helps it to be a good one.

Nothing from outside ever touches the text, the cursor, the selection or the undo history: a sheet
is changed by its author alone (see `DraftDesk`). What changes around it is told beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from console.domain.appeal import Outcome
from console.domain.channel import Channel
from console.domain.draft import Draft, DraftMode
from console.domain.finding import Finding
from console.domain.ids import Ref
from console.domain.mutations import Seen
from console.domain.operator import Right
from console.domain.outage import Outage
from console.domain.verdict import StaleReason
from console.readmodel import AppealView, OutboxEntry
from console.template_values import Setting, TemplateValues, values_for
from console.usecases.clocks import main_outage
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.checks import (
    CheckFace,
    check_faces,
    reply_context,
    rule_words,
)
from ui.presenters.composer import (
    Blocker,
    Where,
    Writing,
    blockers,
    counter,
    mode_face,
    moved_quotes,
    news_since,
    promise_choices,
    quotes_in,
)
from ui.presenters.here import Here
from ui.presenters.refusals import stale_words
from ui.presenters.templates import TemplateShelf
from ui.views.checks_panel import ChecksPanel
from ui.views.draft_desk import DraftDesk, Sheet
from ui.views.etr_line import EtrLine
from ui.views.mode_bar import ModeBar
from ui.views.send_bar import SendBar
from ui.views.speech import Speech
from ui.views.start_bar import StartBar
from ui.views.template_picker import gaps_of
from ui.widgets.banner import Banner
from ui.widgets.kind import set_kind
from ui.widgets.marked_editor import Mark, MarkedEditor

CHECK_MILLIS = 150
"""How long after the last key the checks run."""

TYPING_MILLIS = 8_000
"""How long after the last key colleagues still see that somebody types."""

_LEAST_LINES, _MOST_LINES = 4, 9


class ComposerView(QFrame):
    """Writes about one appeal at a time.

    `sent` carries the `Ref` of what was handed over, `picker_wanted` a `TemplateShelf`,
    `promise_wanted` asks for the dialog, `resized` says that it needs another height.
    """

    sent = Signal(object)
    picker_wanted = Signal(object)
    promise_wanted = Signal()
    discard_wanted = Signal()
    resized = Signal()

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        speech: Speech,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._speech = speech
        self._view: AppealView | None = None
        self._sheet: Sheet | None = None
        self._findings: tuple[Finding, ...] = ()
        self._news: tuple[StaleReason, ...] = ()
        self._moved: tuple[StaleReason, ...] = ()
        self._lines = 0
        self.desk = DraftDesk(context, bridge, parent=self)
        self.desk.failed.connect(self._on_save_failed)
        self.desk.saved.connect(self._on_saved)
        self._make_parts()
        self._arrange()
        self._wire()
        self._register()
        self.retranslate()
        self._show_sheet()

    # ------------------------------------------------------------------------------ building

    def _make_parts(self) -> None:
        context = self._context
        self.start_bar = StartBar(context)
        self.modes = ModeBar(context)
        self.news = Banner()
        self.editor = MarkedEditor(context.theme, gaps_of)
        set_kind(self.editor, "composer")
        self.etr = EtrLine(context)
        self.checks = ChecksPanel(context)
        self.bar = SendBar(context, self._promise_choices)
        self._body = QWidget()
        self._checking = QTimer(self, singleShot=True, interval=CHECK_MILLIS)
        self._checking.timeout.connect(self.check_now)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MILLIS)
        self._typing.timeout.connect(self._stop_typing)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.start_bar)
        column.addWidget(self._body, 1)
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.modes)
        inner.addWidget(self.news)
        inner.addWidget(self.editor, 1)
        inner.addWidget(self.etr)
        inner.addWidget(self.checks)
        inner.addWidget(self.bar)
        self.editor.setMinimumHeight(self._context.theme.px(56))
        self._dispatcher.attach("composer", self)

    def _wire(self) -> None:
        self.editor.typed.connect(self._on_typed)
        self.editor.left.connect(self._on_left)
        self.editor.cursorPositionChanged.connect(self._on_cursor)
        self.start_bar.chosen.connect(self.start)
        self.start_bar.draft_chosen.connect(self._open_other)
        self.modes.chosen.connect(self.start)
        self.modes.draft_chosen.connect(self._open_other)
        self.modes.folded.connect(self.fold)
        self.news.pressed.connect(self._acknowledge)
        self.etr.replace_wanted.connect(self._replace_etr)
        self.etr.settled.connect(self._settle_etr)
        self.checks.fix_wanted.connect(self._fix)
        self.checks.go_wanted.connect(self._go_to)
        self.checks.overridden.connect(self._overrule)
        self.checks.back_wanted.connect(self.focus_text)
        self.bar.outcome_chosen.connect(self._choose_outcome)
        self.bar.promise_chosen.connect(self.choose_promise)
        self.bar.custom_promise.connect(self.promise_wanted)
        self.bar.send_wanted.connect(lambda approval: self.send(approval=approval))
        self.bar.templates_wanted.connect(self.pick_template)

    def _register(self) -> None:
        register = self._dispatcher.register
        register("reply.start", lambda: self.start(DraftMode.REPLY))
        register("reply.interim", lambda: self.start(DraftMode.INTERIM))
        register("note.start", lambda: self.start(DraftMode.NOTE))
        register("reply.template", self.pick_template)
        register("reply.next_gap", lambda: self.editor.to_gap(forward=True))
        register("reply.fix", self.fix)
        register("reply.override", self.override)
        register("reply.send", self.send)
        register("reply.send_for_approval", lambda: self.send(approval=True))
        register("reply.discard", self.discard_wanted.emit)

    # ------------------------------------------------------------------------------ the appeal

    def show_appeal(self, view: AppealView | None) -> None:
        """Write about ``view`` from now on; the same appeal again is only a change around it."""
        before = self._view.appeal.ref if self._view else None
        self._view = view
        if view is not None and view.appeal.ref == before:
            self._look_around()
            return
        self._leave_sheet()
        self.start_bar.say("")
        drafts = [d for d in self._drafts() if d.text.strip()]
        self._use(self._lay(drafts[0]) if drafts else None)

    @property
    def sheet(self) -> Sheet | None:
        """What is being written; None while nothing is."""
        return self._sheet

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks found last."""
        return self._findings

    def start(self, mode: DraftMode) -> None:
        """Begin to write, or go on with what was begun; the cursor goes into the text."""
        if self._view is None or not self._may(mode):
            return
        current = self._sheet
        if current is None or current.mode is not mode:
            self._leave_sheet()
            self._use(self._turned(current, mode) or self._sheet_for(mode))
        self.focus_text()

    def open_draft(self, draft: Draft) -> None:
        """Go on with a draft of the shown appeal."""
        self._leave_sheet()
        self._use(self._lay(draft))
        self.focus_text()

    def begin_with(self, mode: DraftMode, text: str) -> None:
        """Begin a new draft with a text, such as that of a returned reply."""
        if self._view is None or not self._may(mode):
            return
        new = self._context.console.drafts.new(self._view.appeal.ref, mode)
        self._leave_sheet()
        self._use(self._lay(replace(new, text=text, cursor=len(text))))
        if self._sheet is not None:
            self.desk.touch(self._sheet)
        self.focus_text()

    def fold(self) -> None:
        """Put the sheet aside; its draft is kept."""
        self._leave_sheet()
        self._use(None)

    def flush(self) -> None:
        """Everything that has been written goes to the disk now."""
        self._remember_cursor()
        self.desk.flush()

    def _drafts(self) -> tuple[Draft, ...]:
        if self._view is None:
            return ()
        return self.desk.of(self._view.appeal.ref, self._view.drafts)

    def _lay(self, draft: Draft) -> Sheet:
        known = self.desk.sheet(draft.id)
        if known is not None:
            return known
        kept = self._view is not None and any(d.id == draft.id for d in self._view.drafts)
        return self.desk.lay(draft, self.editor.new_document(draft.text), kept=kept)

    def _sheet_for(self, mode: DraftMode) -> Sheet:
        assert self._view is not None, "start() asks for it"
        for draft in self._drafts():
            if draft.mode is mode:
                return self._lay(draft)
        return self._lay(self._context.console.drafts.new(self._view.appeal.ref, mode))

    def _turned(self, current: Sheet | None, mode: DraftMode) -> Sheet | None:
        """A reply turned into an interim one or back, where no draft of that mode is in the way.

        A note is never turned into what a resident can read.
        """
        if current is None or DraftMode.NOTE in (mode, current.mode) or not current.text.strip():
            return None
        if any(draft.mode is mode and draft.text.strip() for draft in self._drafts()):
            return None
        current.draft = replace(current.draft, mode=mode)
        self.desk.touch(current)
        return current

    def _open_other(self, draft_id: str) -> None:
        for draft in self._drafts():
            if draft.id == draft_id:
                self.open_draft(draft)

    # ------------------------------------------------------------------------------ the sheet

    def _leave_sheet(self) -> None:
        self._remember_cursor()
        self._stop_typing()
        self.desk.flush()

    def _remember_cursor(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        cursor = self.editor.textCursor()
        moved = (sheet.cursor, sheet.anchor) != (cursor.position(), cursor.anchor())
        sheet.cursor, sheet.anchor = cursor.position(), cursor.anchor()
        if moved and sheet.kept is not None and not sheet.sending:
            self.desk.touch(sheet)

    def _use(self, sheet: Sheet | None) -> None:
        self._sheet = sheet
        self._findings = ()
        self.bar.say("")
        self.checks.retranslate()
        self.editor.use_document(sheet.document if sheet else None)
        if sheet is not None:
            cursor = QTextCursor(sheet.document)
            last = max(0, sheet.document.characterCount() - 1)
            cursor.setPosition(min(sheet.anchor, last))
            cursor.setPosition(min(sheet.cursor, last), QTextCursor.MoveMode.KeepAnchor)
            self.editor.setTextCursor(cursor)
            self.editor.ensureCursorVisible()
        self._show_sheet()

    def _show_sheet(self) -> None:
        """Everything around the text, as it is now."""
        sheet, view = self._sheet, self._view
        self._body.setVisible(sheet is not None)
        self.start_bar.setVisible(sheet is None and view is not None)
        self.start_bar.show_drafts(self._other_drafts())
        self.start_bar.show_modes(
            may_answer=self._may(DraftMode.REPLY), may_note=self._may(DraftMode.NOTE)
        )
        self._tell_focus()
        if sheet is None:
            set_kind(self, "")
            self.resized.emit()
            return
        approval = self._needs_approval()
        face = mode_face(sheet.mode, self._channel(), self._here(), approval=approval)
        set_kind(self, f"composer_{face.kind}")
        self.modes.show_mode(face)
        self.modes.show_others(self._other_drafts())
        self.modes.show_modes(
            may_answer=self._may(DraftMode.REPLY), may_note=self._may(DraftMode.NOTE)
        )
        self.editor.setPlaceholderText(face.placeholder)
        self.editor.setAccessibleName(face.title)
        self.editor.setReadOnly(sheet.sending)
        self.bar.show_mode(face, may_ask_approval=not approval)
        self.bar.show_outcome(sheet.draft.outcome)
        self._show_promise()
        self._show_counter()
        words = self._context.t("composer.sending") if sheet.sending else face.send
        self.bar.set_busy(busy=sheet.sending, words=words)
        self._look_around()
        self.resized.emit()

    def _look_around(self) -> None:
        """What has changed around the text: told beside it, never in it."""
        sheet, view = self._sheet, self._view
        if sheet is None or view is None:
            self.start_bar.show_drafts(self._other_drafts())
            return
        self._update_quotes()
        outages, me = self._outages(), self._me()
        self._news = news_since(sheet.now(), view.appeal, outages, me=me)
        self._moved = moved_quotes(sheet.now(), view.appeal, outages, me=me)
        self._show_news()
        self._show_etr()
        self.modes.show_others(self._other_drafts())
        self._checking.start()

    def _show_news(self) -> None:
        view, sheet = self._view, self._sheet
        awaiting = view is not None and view.appeal.awaiting is not None
        if not self._news:
            if awaiting and sheet is not None and sheet.mode is not DraftMode.NOTE:
                icon = self._context.theme.icon("info", "info")
                self.news.say(self._context.t("composer.awaiting"), kind="info", icon=icon)
            elif not self.news.isHidden():
                self.news.hide()
            return
        here, people = self._here(), self._speech.people()
        outage_of = self._speech.outage_of(here.branch)
        said = " ".join(
            stale_words(reason.code, reason.params, here, people, outage_of)
            for reason in self._news
        )
        words = self._context.t("composer.news_title", what=_lowered(said))
        if words != self.news.text() or self.news.isHidden():
            self.news.say(
                words,
                kind="warning",
                icon=self._context.theme.icon("warning", "warning"),
                action=self._context.t("composer.news_seen"),
            )

    def _acknowledge(self) -> None:
        """The person has read what changed: from now on this is what they have seen."""
        sheet, view = self._sheet, self._view
        if sheet is None or view is None:
            return
        sheet.draft = replace(sheet.draft, seen=Seen.of(view.appeal))
        self.desk.touch(sheet)
        self._look_around()
        self.bar.say("")
        self.focus_text()

    # ------------------------------------------------------------------------------ the ETR

    def _update_quotes(self) -> None:
        sheet, view = self._sheet, self._view
        if sheet is None or view is None or sheet.mode is DraftMode.NOTE or sheet.sending:
            return
        zone = self._context.zone(view.appeal.branch)
        self.desk.quotes(sheet, quotes_in(sheet.text, sheet.draft.quotes, view.outages, zone))

    def _show_etr(self) -> None:
        here, sheet = self._here(), self._sheet
        if self._moved:
            people, outage_of = self._speech.people(), self._speech.outage_of(here.branch)
            words = " ".join(
                stale_words(reason.code, reason.params, here, people, outage_of)
                for reason in self._moved
            )
            fix = self._etr_fix()
            now = fix.fix[0].text if fix is not None and fix.fix else ""
            self.etr.show_moved(words, here.t("composer.etr_replace", time=now) if now else "")
            return
        quotes = sheet.draft.quotes if sheet else ()
        known = [quote.etr for quote in quotes if quote.etr is not None]
        if known:
            self.etr.show_live(here.t("composer.etr_live", time=here.at_zoned(known[0])))
        elif quotes:
            self.etr.show_live(here.t("composer.etr_unknown_live"))
        else:
            self.etr.show_live("")

    def _etr_fix(self) -> CheckFace | None:
        faces = self.checks.faces()
        return next((face for face in faces if face.rule == "etr_differs" and face.fix), None)

    def _replace_etr(self) -> None:
        self.check_now()
        face = self._etr_fix()
        if face is not None:
            self._fix(face)

    def _settle_etr(self) -> None:
        """The person says that the text is right: it quotes the old time no more."""
        sheet = self._sheet
        if sheet is not None:
            stale = {reason.params.get("outage") for reason in self._moved}
            kept = tuple(q for q in sheet.draft.quotes if q.outage not in stale)
            self.desk.quotes(sheet, kept)
            self._look_around()
            self.focus_text()

    # ------------------------------------------------------------------------------ typing

    def _on_typed(self) -> None:
        sheet = self._sheet
        if sheet is None or sheet.sending:
            return
        sheet.cursor = self.editor.textCursor().position()
        self.desk.touch(sheet)
        self._show_counter()
        self._checking.start()
        if self.editor.document().lineCount() != self._lines:
            self.resized.emit()
        if self.bar.said():
            self.bar.say("")
        if not self._typing.isActive() and self._view is not None:
            self._context.console.sync.set_presence(self._view.appeal.ref, typing=True)
        self._typing.start()

    def _on_left(self) -> None:
        if self._sheet is not None and not self._sheet.sending:
            self.flush()

    def _on_cursor(self) -> None:
        """The finding under the cursor says why it matters: it is what Alt+Return mends."""
        if self._sheet is not None and self.checks.faces():
            self.checks.point_at(self._at_cursor(self.checks.faces()))

    def _stop_typing(self) -> None:
        if self._typing.isActive() and self._view is not None:
            self._context.console.sync.set_presence(self._view.appeal.ref, typing=False)
        self._typing.stop()

    def _show_counter(self) -> None:
        if self._sheet is not None:
            words = counter(self.editor.text(), self._channel(), self._sheet.mode, self._here())
            self.bar.show_counter(words)

    # ------------------------------------------------------------------------------ checks

    def check_now(self) -> None:
        """Run the checks on what stands there, and show what they find."""
        self._checking.stop()
        sheet, view = self._sheet, self._view
        if sheet is None or view is None:
            return
        self._update_quotes()
        text = self.editor.text()
        context = reply_context(
            view,
            sheet.draft,
            self._channel(),
            self._context.zone(view.appeal.branch),
            outcome=sheet.draft.outcome,
            names=self._own_names(),
        )
        found = self._context.console.rulebook.checks.check(text, context)
        self._findings = found if text.strip() else ()
        faces = check_faces(self._findings, sheet.reasons(), self._here())
        self.checks.show_checks(faces)
        self.checks.point_at(self._at_cursor(faces))
        self.editor.set_marks(_marks(faces))
        outages = self._outages()
        self._moved = moved_quotes(sheet.now(), view.appeal, outages, me=self._me())
        self._show_etr()
        self._tell_focus()
        self.resized.emit()

    def fix(self) -> None:
        """Mend the finding under the cursor, else the first that can be mended."""
        self.check_now()
        faces = [face for face in self.checks.faces() if face.fix and not face.reason]
        face = self._at_cursor(faces) or (faces[0] if faces else None)
        if face is not None:
            self._fix(face)

    def override(self) -> None:
        """Ask why the finding under the cursor (else the first) is left as it is."""
        self.check_now()
        faces = [face for face in self.checks.faces() if face.can_override and not face.reason]
        face = self._at_cursor(faces) or (faces[0] if faces else None)
        if face is not None:
            self.checks.ask_reason(face)

    def _fix(self, face: CheckFace) -> None:
        self.editor.replace(face.fix)
        self.check_now()
        self.focus_text()

    def _go_to(self, face: CheckFace) -> None:
        if face.spans:
            self.editor.select(face.spans[0].start, face.spans[0].end)
        self.focus_text()

    def _overrule(self, rule: str, reason: str) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        self.desk.overrule(sheet, rule, reason)
        self.check_now()

    def _at_cursor(self, faces: Iterable[CheckFace]) -> CheckFace | None:
        at = self.editor.textCursor().position()
        for face in faces:
            if any(span.start <= at <= span.end for span in face.spans):
                return face
        return None

    # ------------------------------------------------------------------------------ templates

    def pick_template(self) -> None:
        """Offer the templates that fit; the picker gives one back to `insert_template`."""
        if self._view is None:
            return
        if self._sheet is None:
            self.start(DraftMode.REPLY)
        if self._sheet is not None:
            self.picker_wanted.emit(self.shelf())

    def shelf(self) -> TemplateShelf:
        """The templates for what is being written."""
        assert self._sheet is not None and self._view is not None, "something is being written"
        rulebook = self._context.console.rulebook
        return TemplateShelf(
            rulebook.templates,
            self._values(),
            mode=self._sheet.mode,
            topic=self._view.appeal.topic,
            channel=self._channel(),
            usage=self._context.console.reader.template_usage(),
        )

    def insert_template(self, key: str) -> None:
        """Put a template in place of the selection; the cursor goes to its first gap."""
        sheet = self._sheet
        if sheet is None or sheet.sending:
            return
        filled = self.shelf().draft(key)
        start = self.editor.insert(filled.text)
        quotes = tuple(dict.fromkeys((*sheet.draft.quotes, *filled.quotes)))
        sheet.draft = replace(sheet.draft, template=key, quotes=quotes)
        self.desk.touch(sheet)
        if filled.gaps:
            gap = filled.gaps[0]
            self.editor.select(start + gap.start, start + gap.end)
        else:
            self.editor.select(start + len(filled.text), start + len(filled.text))
        self.check_now()
        self.focus_text()

    def _values(self) -> TemplateValues:
        assert self._view is not None and self._sheet is not None, "shelf() asks for it"
        appeal = self._view.appeal
        session = self._context.session
        setting = Setting(
            zone=self._context.zone(appeal.branch),
            now=self._context.now(),
            branch=self._speech.branch_name(appeal.branch),
            operator=session.name if session else "",
        )
        return values_for(
            appeal,
            main_outage(appeal, self._outages()),
            self._context.console.rulebook.variables,
            setting=setting,
            promise_at=self._sheet.draft.promise_at,
        )

    # ------------------------------------------------------------------------------ sending

    def send(self, *, approval: bool = False) -> None:
        """Hand the sheet over, or say exactly what stands against it and go there."""
        sheet, view = self._sheet, self._view
        if sheet is None or view is None or sheet.sending:
            return
        self.check_now()
        self._look_around()
        if self._news and self._news == sheet.noticed:
            sheet.draft = replace(sheet.draft, seen=Seen.of(view.appeal))
            self._look_around()
        against = self._blockers(sheet, view)
        if against:
            self._refuse(against[0])
            return
        self._remember_cursor()
        self.desk.hold(sheet)
        self._show_sheet()
        approval = (approval or self._needs_approval()) and sheet.mode is not DraftMode.NOTE
        future = self._context.console.reply.send(sheet.now(), approval=approval)
        self._bridge.when_done(
            future,
            lambda entry: self._on_sent(sheet, entry, approval=approval),
            lambda error: self._on_refused(sheet, error),
            owner=self,
        )

    def _blockers(self, sheet: Sheet, view: AppealView) -> tuple[Blocker, ...]:
        here = self._here()
        writing = Writing(
            mode=sheet.mode,
            text=self.editor.text(),
            outcome=sheet.draft.outcome,
            promise_at=sheet.draft.promise_at,
            findings=self._findings,
            overridden=frozenset(sheet.reasons()),
            news=self._news,
            awaiting=view.appeal.awaiting is not None,
        )
        words = rule_words(self._findings, here)
        found = blockers(writing, self._channel(), here, rule_words=words)
        if self._moved and sheet.mode is not DraftMode.NOTE:
            return (*found, Blocker(here.t("composer.block_quote"), Where.TEXT))
        return found

    def _refuse(self, blocker: Blocker) -> None:
        self.bar.say(blocker.words, "danger")
        if blocker.where is Where.OUTCOME:
            self.bar.ask_outcome()
            return
        if blocker.where is Where.PROMISE:
            self.bar.ask_promise()
            return
        if blocker.where is Where.NEWS and self._sheet is not None:
            self._sheet.noticed = self._news
        elif blocker.end > 0:
            self.editor.select(blocker.start, blocker.end)
        self.focus_text()

    def _on_sent(self, sheet: Sheet, entry: OutboxEntry, *, approval: bool) -> None:
        """It is in the outbox, durably: only now the sheet goes."""
        self.desk.forget(sheet)
        if self._sheet is sheet:
            self._use(None)
            key = "noted" if sheet.mode is DraftMode.NOTE else "sent"
            key = "sent_approval" if approval else key
            self.start_bar.say(self._context.t(f"composer.{key}"))
            self.resized.emit()
        self.sent.emit(entry.envelope.target)

    def _on_refused(self, sheet: Sheet, error: Exception) -> None:
        """It was not taken: the text stays, and the reason is said."""
        self.desk.release(sheet)
        if self._sheet is sheet:
            self._show_sheet()
            reason = self._speech.error(error, sheet.draft.appeal.branch)
            self.bar.say(self._context.t("composer.refused", reason=reason), "danger")
            self.focus_text()
        else:
            self._bridge.failed.emit(error)

    def discard(self) -> None:
        """Throw the draft away; whoever calls this has asked."""
        if self._sheet is not None and not self._sheet.sending:
            self.desk.discard(self._sheet)
            self._use(None)

    # ------------------------------------------------------------------------------ choosing

    def _choose_outcome(self, outcome: Outcome) -> None:
        if self._sheet is not None:
            self.desk.choose(self._sheet, outcome)
            self.bar.show_outcome(outcome)
            self.bar.say("")
            self.check_now()
            self.focus_text()

    def choose_promise(self, instant: datetime) -> None:
        """When the next news comes (UTC)."""
        sheet = self._sheet
        if sheet is not None:
            self.desk.promise(sheet, instant)
            self._show_promise()
            self.bar.say("")
            self.focus_text()

    def _promise_choices(self) -> tuple[tuple[str, datetime], ...]:
        return promise_choices(self._here(), self._view.outages if self._view else ())

    def _show_promise(self) -> None:
        sheet, here = self._sheet, self._here()
        at = sheet.draft.promise_at if sheet else None
        words = f"{here.t('composer.promise')} {here.at_zoned(at)}" if at else ""
        self.bar.show_promise(words)

    # ------------------------------------------------------------------------------ telling

    def retranslate(self) -> None:
        """Say everything in the present language; the text is not touched."""
        self.start_bar.retranslate()
        self.modes.retranslate()
        self.bar.retranslate()
        self.checks.retranslate()
        self.news.hide()
        if self._sheet is not None:
            self._show_sheet()
            self.check_now()

    def restyle(self) -> None:
        """The theme has changed; the text is not touched."""
        self.editor.restyle()

    def _on_save_failed(self, draft_id: str, error: Exception) -> None:
        sheet = self._sheet
        reason = self._speech.error(error)
        words = self._context.t("composer.save_failed", error=reason)
        if sheet is not None and sheet.draft.id == draft_id:
            self.bar.say(words, "danger")
        else:
            self._bridge.failed.emit(error)

    def _on_saved(self, draft_id: str) -> None:
        """Saving goes without saying."""

    def _tell_focus(self) -> None:
        sheet = self._sheet
        faces = self.checks.faces() if sheet else ()
        open_ = [face for face in faces if not face.reason]
        self._dispatcher.refocus(
            composing=sheet is not None,
            is_note=sheet is not None and sheet.mode is DraftMode.NOTE,
            has_gap=sheet is not None and bool(gaps_of(self.editor.text())),
            has_finding=any(face.fix for face in open_),
            can_override=any(face.can_override for face in open_),
        )

    def _other_drafts(self) -> tuple[tuple[str, str], ...]:
        t = self._context.t
        current = self._sheet.draft.id if self._sheet else ""
        return tuple(
            (
                draft.id,
                t(
                    "composer.draft_line",
                    mode=t(f"composer.mode_{draft.mode}"),
                    text=_beginning(draft.text) or t("composer.draft_empty"),
                ),
            )
            for draft in self._drafts()
            if draft.id != current and draft.text.strip()
        )

    def wanted_height(self) -> int:
        """The height at which everything around the text is seen, and some lines of the text."""
        if self._sheet is None:
            return _height(self.start_bar, self.width()) + self._edge()
        self._lines = self.editor.document().lineCount()
        around = (self.modes, self.news, self.etr, self.checks, self.bar)
        height = sum(_height(part, self.width()) for part in around if not part.isHidden())
        line = self.editor.fontMetrics().lineSpacing()
        shown = min(max(self._lines + 1, _LEAST_LINES), _MOST_LINES)
        return height + shown * line + self._context.theme.px(14) + self._edge()

    def least_height(self) -> int:
        """The height below which something would be cut off."""
        if self._sheet is None:
            return _height(self.start_bar, self.width()) + self._edge()
        around = (self.modes, self.news, self.etr, self.bar)
        height = sum(_height(part, self.width()) for part in around if not part.isHidden())
        return height + self.checks.minimumHeight() + self.editor.minimumHeight() + self._edge()

    def _edge(self) -> int:
        """The coloured line at the top."""
        return self.height() - self.contentsRect().height()

    # ------------------------------------------------------------------------------ asking

    def focus_text(self) -> None:
        """The cursor goes into the text."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _here(self) -> Here:
        return self._speech.here(self._view.appeal.branch if self._view else "")

    def _channel(self) -> Channel | None:
        if self._view is None:
            return None
        found: Channel | None = self._context.console.rulebook.channels.get(
            self._view.appeal.channel
        )
        return found

    def _outages(self) -> dict[str, Outage]:
        return {each.id: each for each in self._view.outages} if self._view else {}

    def _me(self) -> str:
        session = self._context.session
        return session.operator if session else ""

    def _own_names(self) -> tuple[str, ...]:
        session = self._context.session
        return (session.name,) if session else ()

    def _may(self, mode: DraftMode) -> bool:
        operator = self._context.operator
        if operator is None or self._view is None:
            return False
        right = Right.NOTE if mode is DraftMode.NOTE else Right.ANSWER
        return operator.may(right, self._view.appeal.branch)

    def _needs_approval(self) -> bool:
        operator = self._context.operator
        return operator is not None and operator.needs_approval

    def ref(self) -> Ref | None:
        """The appeal that is written about."""
        return self._view.appeal.ref if self._view else None


def _marks(faces: Iterable[CheckFace]) -> list[Mark]:
    return [
        Mark(span.start, span.end, face.kind)
        for face in faces
        if not face.reason and face.rule != "gap"
        for span in face.spans
    ]


def _height(part: QWidget, width: int) -> int:
    return part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()


def _beginning(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 48 else f"{flat[:47]}…"


def _lowered(sentence: str) -> str:
    """The first letter small, for a sentence that goes on after a colon."""
    return sentence[:1].lower() + sentence[1:]

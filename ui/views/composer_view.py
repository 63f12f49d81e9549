"""The composer: a reply or a note in the making, and everything that helps it to be a good one.

Nothing from outside ever touches the text, the cursor, the selection or the undo history: a sheet
is changed by its author alone (see `DraftDesk`). What changes around it is told beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from console.domain.attachment import Attachment
from console.domain.draft import Draft, DraftMode
from console.domain.finding import Finding
from console.domain.ids import Ref
from console.readmodel import AppealView, OutboxEntry
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.composer import counter, mode_face
from ui.presenters.templates import TemplateShelf
from ui.views.checking import Checking
from ui.views.choosing import Choosing
from ui.views.composer_frame import ComposerFrame
from ui.views.composing import Composing
from ui.views.draft_desk import DraftDesk, Sheet
from ui.views.drawer import Drawer
from ui.views.file_desk import FileDesk
from ui.views.handed_over import HandedOver
from ui.views.mentioning import Mentioning
from ui.views.promising import Promising
from ui.views.sending import Sending
from ui.views.speech import Speech
from ui.views.spelling import Spelling
from ui.views.surroundings import Surroundings
from ui.views.template_desk import TemplateDesk
from ui.views.template_picker import gaps_of
from ui.views.template_strip import MOST
from ui.views.typing_presence import TypingPresence, lease_warning
from ui.widgets.kind import set_kind


class ComposerView(ComposerFrame):
    """Writes about one appeal at a time.

    `sent` carries the `Ref` of what was handed over, `answered` follows where a resident will read
    it; `picker_wanted` carries a `TemplateShelf`;
    `promise_wanted`, `discard_wanted` and `later_wanted` ask for a dialog, `leave_wanted` for the
    focus to go on; `taken_back` carries a `Draft` that was sent a moment ago.
    """

    sent = Signal(object)
    answered = Signal()
    picker_wanted = Signal(object)
    promise_wanted = Signal()
    discard_wanted = Signal()
    later_wanted = Signal()
    taken_back = Signal(object)
    leave_wanted = Signal()

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        speech: Speech,
        *,
        parent: QWidget | None = None,
    ) -> None:
        self._composing = Composing(context, speech)
        super().__init__(context, self._composing.promises, parent=parent)
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._speech = speech
        self._not_kept = ""
        self.desk = DraftDesk(context, bridge, parent=self)
        self._make_helpers()
        self._wire()
        dispatcher.attach("composer", self)
        self._register()
        self.retranslate()
        self._show_sheet()

    # ------------------------------------------------------------------------------ building

    def _make_helpers(self) -> None:
        composing, desk, editor = self._composing, self.desk, self.editor
        self._drawer = Drawer(composing, desk, editor.new_document)
        self._around = Surroundings(composing, desk, banner=self.news, etr=self.etr)
        self._checking = Checking(composing, desk, self._around, editor=editor, panel=self.checks)
        self._templates = TemplateDesk(composing, desk, editor)
        self._sending = Sending(
            composing,
            desk,
            self._bridge,
            around=self._around,
            checking=self._checking,
            editor=editor,
            bar=self.bar,
        )
        self._spelling = Spelling(composing, self._bridge, editor=editor)
        self._files = FileDesk(composing, desk, self._bridge, strip=self.files)
        self._promising = Promising(composing, desk, self.promise)
        self._choosing = Choosing(composing, desk, self.bar)
        self._handed_over = HandedOver(
            composing, self._bridge, self._dispatcher, bar=self.start_bar
        )
        self._typing = TypingPresence(composing, parent=self)
        self.mentioning = Mentioning(composing, editor)

    def _wire(self) -> None:
        self.desk.failed.connect(self._on_save_failed)
        self.desk.saved.connect(self._on_saved)
        self.editor.typed.connect(self._on_typed)
        self.editor.left.connect(self._on_left)
        for bar in (self.start_bar, self.modes):
            bar.chosen.connect(self.start)
            bar.draft_chosen.connect(self._open_other)
        self.modes.folded.connect(self.fold)
        self.etr.replace_wanted.connect(self._checking.replace_etr)
        self._around.looked.connect(self._show_others)
        self._around.settled.connect(self._on_settled)
        self._checking.checked.connect(self._on_checked)
        self._checking.checked.connect(self._promising.look)
        self._checking.text_wanted.connect(self.focus_text)
        self._checking.told.connect(self.bar.say)
        self._spelling.told.connect(self.bar.say)
        self._spelling.text_wanted.connect(self.focus_text)
        self._choosing.chosen.connect(self._on_chosen)
        self.bar.custom_promise.connect(self.promise_wanted)
        self.bar.send_wanted.connect(lambda approval: self.send(approval=approval))
        self.bar.templates_wanted.connect(self.pick_template)
        self.strip.chosen.connect(self.insert_template)
        self.bar.files_wanted.connect(self._files.choose)
        self.editor.files_given.connect(self._files.take)
        self.editor.picture_given.connect(self._files.take_picture)
        self._files.told.connect(self.bar.say)
        self._bridge.changed.connect(self._files.on_changes)
        self.files.resized.connect(self._checking.soon)
        self._sending.later_wanted.connect(self.later_wanted)
        self.bar.later_wanted.connect(self._sending.send_later)
        self._handed_over.taken_back.connect(self.taken_back)
        self._sending.begun.connect(self._on_sending)
        self._sending.done.connect(self._on_sent)
        self._sending.undone.connect(self._on_refused)
        self._sending.text_wanted.connect(self.focus_text)

    def _register(self) -> None:
        register = self._dispatcher.register
        register("reply.start", lambda: self.start(DraftMode.REPLY))
        register("reply.interim", lambda: self.start(DraftMode.INTERIM))
        register("note.start", lambda: self.start(DraftMode.NOTE))
        register("reply.template", self.pick_template)
        register("reply.best_template", self.insert_best)
        register("reply.attach", self._files.choose)
        register("reply.next_gap", lambda: self.editor.to_gap(forward=True))
        register("reply.fix", self._checking.fix)
        register("reply.override", self._checking.override)
        register("reply.no_promise", self._promising.turn)
        register("reply.spelling", self._spelling.to_next)
        register("reply.send", self.send)
        register("reply.send_for_approval", lambda: self.send(approval=True))
        register("reply.send_later", self._sending.send_later)
        register("reply.leave", self.leave_wanted.emit)
        register("reply.discard", self.discard_wanted.emit)

    # ------------------------------------------------------------------------------ the appeal

    def show_appeal(self, view: AppealView | None) -> None:
        """Write about ``view`` from now on; the same appeal again is only a change around it."""
        before = self.ref()
        self._composing.view = view
        if view is not None and view.appeal.ref == before:
            self._look_around()
            return
        if before is not None:
            sheet = self.sheet
            written = sheet is not None and not sheet.sending and bool(sheet.text.strip())
            self._typing.left(before, written=written)
        self._leave_sheet()
        self._handed_over.forget()
        begun = self._drawer.begun()
        self._use(self._drawer.lay(begun) if begun else None)

    def ref(self) -> Ref | None:
        """The appeal that is written about."""
        view = self._composing.view
        return view.appeal.ref if view else None

    @property
    def sheet(self) -> Sheet | None:
        """What is being written; None while nothing is."""
        return self._composing.sheet

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the checks found last."""
        return self._checking.findings

    def start(self, mode: DraftMode) -> None:
        """Begin to write, or go on with what was begun; the cursor goes into the text."""
        if not self._composing.may(mode):
            return
        current = self.sheet
        if current is None or current.mode is not mode:
            self._leave_sheet()
            self._use(self._drawer.turned(mode) or self._drawer.sheet_for(mode))
        self._begin_lease()
        self.focus_text()

    def open_draft(self, draft: Draft) -> None:
        """Go on with a draft of the shown appeal."""
        self._leave_sheet()
        self._use(self._drawer.lay(draft))
        self._begin_lease()
        self.focus_text()

    def begin_with(self, mode: DraftMode, text: str, files: Sequence[Attachment] = ()) -> None:
        """Begin a new draft with the text and files of, say, a returned reply."""
        if not self._composing.may(mode):
            return
        self._leave_sheet()
        sheet = self._drawer.new(mode, text)
        self._use(sheet)
        self.desk.touch(sheet)
        self._files.take_again(files)
        self._begin_lease()
        self.focus_text()

    def rest(self) -> None:
        """The person goes elsewhere: what was begun is kept, and folded where it is empty."""
        self._leave_sheet()
        sheet = self.sheet
        if sheet is not None and not sheet.text.strip() and not sheet.sending:
            self._use(None)

    def fold(self) -> None:
        """Put the sheet aside; its draft is kept."""
        self._leave_sheet()
        self._use(None)

    def flush(self) -> None:
        """Everything that has been written goes to the disk now."""
        self._remember_cursor()
        self.desk.flush()

    def _open_other(self, draft_id: str) -> None:
        draft = self._drawer.find(draft_id)
        if draft is not None:
            self.open_draft(draft)

    def _begin_lease(self) -> None:
        """Colleagues see it from now on; that one of them writes already is said, and no more."""
        view, sheet = self._composing.view, self.sheet
        if view is None or sheet is None or sheet.mode is DraftMode.NOTE:
            return
        self._typing.begin()
        words = lease_warning(self._context, view.appeal.ref)
        if words:
            self.bar.say(words, "warning")

    # ------------------------------------------------------------------------------ the sheet

    def _leave_sheet(self) -> None:
        self._remember_cursor()
        self._typing.stop()
        self.desk.flush()

    def _remember_cursor(self) -> None:
        sheet = self.sheet
        if sheet is None:
            return
        anchor, cursor = self.editor.selection()
        moved = (sheet.cursor, sheet.anchor) != (cursor, anchor)
        sheet.cursor, sheet.anchor = cursor, anchor
        if moved and sheet.kept is not None and not sheet.sending:
            self.desk.touch(sheet)

    def _use(self, sheet: Sheet | None) -> None:
        if sheet is not None:
            self._handed_over.forget()
        self._composing.sheet = sheet
        if sheet is None:
            self._typing.end()
        self.bar.say("")
        self._checking.forget()
        self.editor.use_document(sheet.document if sheet else None)
        if sheet is not None:
            self.editor.select(sheet.anchor, sheet.cursor)
        self._show_sheet()

    def _show_sheet(self) -> None:
        """Everything around the text, as it is now."""
        sheet = self.sheet
        self.show_parts(writing=sheet is not None, about=self._composing.view is not None)
        self._show_others()
        self._files.show()
        may_answer = self._composing.may(DraftMode.REPLY)
        may_note = self._composing.may(DraftMode.NOTE)
        for bar in (self.start_bar, self.modes):
            bar.show_modes(may_answer=may_answer, may_note=may_note)
        self._tell_focus()
        if sheet is None:
            set_kind(self, "")
        else:
            self._show_mode(sheet)
            self._offer_templates()
            self._spelling.soon()
            self._look_around()
        self.resized.emit()

    def _show_mode(self, sheet: Sheet) -> None:
        composing, approval = self._composing, self._composing.needs_approval()
        face = mode_face(sheet.mode, composing.channel(), composing.here(), approval=approval)
        set_kind(self, f"composer_{face.kind}")
        self.modes.show_mode(face)
        self.editor.setPlaceholderText(face.placeholder)
        self.editor.setAccessibleName(face.title)
        self.editor.setReadOnly(sheet.sending)
        self.bar.show_mode(face, may_ask_approval=not approval)
        self._choosing.show()
        self._show_counter()
        words = (self._context.t("composer.sending"),) if sheet.sending else face.send
        self.bar.set_busy(busy=sheet.sending, words=words)

    def _look_around(self) -> None:
        if self.sheet is None:
            self._show_others()
            self._handed_over.tell()
        else:
            self._around.look()
            if not self.strip.isHidden():
                self._offer_templates()

    def _show_others(self) -> None:
        others = self._drawer.others()
        self.start_bar.show_drafts(others)
        self.modes.show_others(others)

    # ------------------------------------------------------------------------------ writing

    def _on_typed(self) -> None:
        sheet = self.sheet
        if sheet is None or sheet.sending:
            return
        _, sheet.cursor = self.editor.selection()
        self.desk.touch(sheet)
        self._show_counter()
        self._checking.soon()
        self._spelling.soon()
        if self.strip.isHidden() == self.editor.document().isEmpty():
            self._offer_templates()
        if self.has_grown():
            self.resized.emit()
        if self.bar.said():
            self.bar.say("")
        self._typing.typed()

    def _on_left(self) -> None:
        if self.sheet is not None and not self.sheet.sending:
            self.flush()

    def _show_counter(self) -> None:
        sheet, composing = self.sheet, self._composing
        if sheet is not None:
            text = self.editor.text()
            self.bar.show_counter(counter(text, composing.channel(), sheet.mode, composing.here()))

    def check_now(self) -> None:
        """Run the checks on what stands there, and show what they find."""
        self._checking.run()

    def _on_checked(self) -> None:
        self._tell_focus()
        self.resized.emit()

    def _on_chosen(self) -> None:
        self.check_now()
        self.focus_text()

    def _on_settled(self) -> None:
        self.bar.say("")
        self.focus_text()

    # ------------------------------------------------------------------------------ templates

    def pick_template(self) -> None:
        """Offer the templates that fit; the picker gives one back to `insert_template`."""
        if self._composing.view is None:
            return
        if self.sheet is None:
            self.start(DraftMode.REPLY)
        if self.sheet is not None:
            self.picker_wanted.emit(self.shelf())

    def shelf(self) -> TemplateShelf:
        """The templates for what is being written."""
        return self._templates.shelf()

    def insert_best(self) -> None:
        """Put the template that fits best in place of the selection."""
        if self.sheet is None:
            self.start(DraftMode.REPLY)
        if self.sheet is not None and self._composing.view is not None:
            best = self.shelf().best(1, self._composing.here())
            if best:
                self.insert_template(best[0].key)
            else:
                self.bar.say(self._context.t("strip.none"))

    def _offer_templates(self) -> None:
        """The strip stands there as long as nothing is written, and there is room for it."""
        sheet = self.sheet
        wanted = sheet is not None and not sheet.sending and not self.is_tight
        if sheet is None or not wanted or sheet.text.strip():
            self.strip.show_faces(())
        else:
            self.strip.show_faces(self.shelf().best(MOST, self._composing.here()))

    def insert_template(self, key: str) -> None:
        """Put a template in place of the selection; the cursor goes to its first gap.

        The first one decides what is written: an interim text comes with the next promise.
        """
        mode = self._templates.mode_for(key)
        if mode is not None:
            self.start(mode)
            if mode is DraftMode.INTERIM:
                self._choosing.promise_something()
        if self._templates.insert(key):
            self._choosing.show()
            self.check_now()
            self.focus_text()

    # ------------------------------------------------------------------------------ sending

    def send(self, *, approval: bool = False, not_before: datetime | None = None) -> None:
        """Hand the sheet over, or say exactly what stands against it and go there.

        ``not_before`` (UTC) is when it is to leave, where that is not now.
        """
        self._sending.send(approval=approval, not_before=not_before)

    def _on_sending(self) -> None:
        self._remember_cursor()
        self._show_sheet()

    def _on_sent(self, sheet: Sheet, entry: OutboxEntry, approval: bool) -> None:
        """It is in the outbox, durably: only now the sheet goes."""
        self.desk.forget(sheet)
        if self.sheet is sheet:
            self._use(None)
            self._handed_over.take(entry, sheet.mode, approval=approval)
            self.resized.emit()
        self.sent.emit(entry.envelope.target)
        if sheet.mode is not DraftMode.NOTE:
            self.answered.emit()

    def _on_refused(self, sheet: Sheet, error: Exception) -> None:
        """It was not taken: the text stays, and the reason is said."""
        self.desk.release(sheet)
        if self.sheet is sheet:
            self._show_sheet()
            reason = self._speech.error(error, sheet.draft.appeal.branch)
            self.bar.say(self._context.t("composer.refused", reason=reason), "danger")
            self.focus_text()
        else:
            self._bridge.failed.emit(error)

    def discard(self) -> None:
        """Throw the draft away; whoever calls this has asked."""
        sheet = self.sheet
        if sheet is not None and not sheet.sending:
            self.desk.discard(sheet)
            self._use(None)

    def choose_promise(self, instant: datetime) -> None:
        """When the next news comes (UTC)."""
        self._choosing.promise(instant)

    # ------------------------------------------------------------------------------ telling

    def retranslate(self) -> None:
        """Say everything in the present language; the text is not touched."""
        self.retranslate_parts()
        if self.sheet is not None:
            self._show_sheet()
            self.check_now()
        else:
            self._handed_over.tell()

    def restyle(self) -> None:
        """The theme has changed; the text is not touched."""
        self.editor.restyle()

    def _on_save_failed(self, draft_id: str, error: Exception) -> None:
        sheet = self.sheet
        reason = self._speech.error(error)
        words = self._context.t("composer.save_failed", error=reason)
        if sheet is not None and sheet.draft.id == draft_id:
            self._not_kept = words
            self.bar.say(words, "danger")
        else:
            self._bridge.failed.emit(error)

    def _on_saved(self, draft_id: str) -> None:
        """What was on the screen alone is on the disk now: nobody needs to keep the window open."""
        sheet, said, self._not_kept = self.sheet, self._not_kept, ""
        if said and said == self.bar.said() and sheet is not None and sheet.draft.id == draft_id:
            self.bar.say(self._context.t("composer.saved"), "ok")

    def _tell_focus(self) -> None:
        sheet = self.sheet
        faces = self.checks.faces() if sheet else ()
        open_ = [face for face in faces if not face.reason]
        self._dispatcher.refocus(
            composing=sheet is not None,
            is_note=sheet is not None and sheet.mode is DraftMode.NOTE,
            has_gap=sheet is not None and bool(gaps_of(self.editor.text())),
            has_finding=any(face.fix for face in open_),
            can_override=any(face.can_override for face in open_),
        )

    def add_safety(self) -> None:
        """The safety text at the end of what is written, once; the cursor goes into the text."""
        self._checking.add_safety()
        self.focus_text()

    def focus_text(self) -> None:
        """The cursor goes into the text."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

"""The commands of one appeal: hand over, close, approve, and what its composer asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtWidgets import QWidget

from console.domain.appeal import ANSWERED, Appeal, Outcome
from console.domain.ids import Ref
from console.domain.mutations import Seen
from console.readmodel import AppealView
from console.usecases.acting import GoneError
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, chosen_key
from ui.views.composer_view import ComposerView
from ui.windows.doing import Chosen, Doing

_PROMISE_HOURS = 3


class AppealCommands(Doing):
    """Registers its handlers; each tells what it has done, with its undoing where there is one.

    ``shows`` says what stands on the screen now, which may be older than what the store has.
    """

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        chosen: Chosen,
        window: QWidget,
        shows: Callable[[], AppealView | None] = lambda: None,
    ) -> None:
        super().__init__(context, bridge, dispatcher, chosen=chosen, window=window)
        self._shows = shows
        register = dispatcher.register
        register("appeal.transfer", self.transfer)
        register("appeal.decide_transfer", self.decide_transfer)
        register("appeal.close", self.close)
        register("appeal.reopen", self.reopen)
        register("approval.approve", self.approve)
        register("approval.return", self.return_reply)

    # ------------------------------------------------------------------ where it stands

    def transfer(self) -> None:
        """Say that it is not our network, and whose it is."""
        ref, t = self._shown().appeal.ref, self._context.t
        dialog = self._dialog("transfer", lead=t("ask.transfer_lead"))
        to = dialog.add_choice(
            t("ask.transfer_to"),
            [(one, t(f"ask.whose_{one}")) for one in ("uk", "tso", "supplier", "city", "snt")],
            missing=t("ask.transfer_missing"),
        )
        reason = dialog.add_text(t("ask.reason"), missing=t("ask.reason_missing"))
        triage = self._context.console.triage

        def act() -> None:
            whose = t(f"ask.whose_{chosen_key(to)}")
            asked = triage.request_transfer(ref, whose, reason.toPlainText().strip())
            self._single(asked, "transfer_requested")

        self._open(dialog, act)

    def decide_transfer(self) -> None:
        """Grant or deny a requested transfer."""
        ref, t = self._shown().appeal.ref, self._context.t
        dialog = self._dialog("decide_transfer")
        decision = dialog.add_choice(
            t("ask.decision"),
            [(one, t(f"ask.{one}")) for one in ("grant", "deny")],
            missing=t("ask.decision_missing"),
        )
        reason = dialog.add_text(t("ask.reason_optional"))
        triage = self._context.console.triage

        def act() -> None:
            granted = chosen_key(decision) == "grant"
            said = reason.toPlainText().strip()
            self._single(
                triage.decide_transfer(ref, granted, said),
                "transfer_granted" if granted else "transfer_denied",
            )

        self._open(dialog, act)

    def close(self) -> None:
        """End the appeal with an outcome."""
        appeal, t = self._shown().appeal, self._context.t
        dialog = self._dialog("close", lead=t("ask.close_lead"))
        self._tell_term(dialog, appeal)
        outcome = dialog.add_choice(
            t("ask.outcome"),
            [(str(one), t(f"ask.outcome_{one}")) for one in Outcome],
            missing=t("ask.outcome_missing"),
        )
        fact = dialog.add_text(t("ask.fact"))
        answered = appeal.status in ANSWERED
        triage = self._context.console.triage

        def complaint() -> str:
            """What the rules would refuse, said while the form still stands."""
            chosen = chosen_key(outcome)
            if appeal.danger and not answered:
                return t("ask.close_danger")
            if appeal.danger and chosen != Outcome.SOLVED:
                return t("refusal.danger_needs_solution")
            if not answered and chosen != Outcome.NO_REPLY_NEEDED:
                return t("refusal.close_needs_reply")
            solved = chosen == Outcome.SOLVED and not appeal.outages
            return t("ask.fact_missing") if solved and not fact.toPlainText().strip() else ""

        def act() -> None:
            ended = triage.close(
                appeal.ref, Outcome(chosen_key(outcome)), fact=fact.toPlainText().strip()
            )
            self._single(
                ended, "closed", undo=lambda: triage.reopen(appeal.ref, t("ask.undone_close"))
            )

        dialog.require(complaint)
        self._open(dialog, act)

    def _tell_term(self, dialog: AskDialog, appeal: Appeal) -> None:
        """Until when an answer is owed, where one still is."""
        reader = self._context.console.reader
        row = reader.row_id(appeal.ref)
        found = reader.queue_rows([row]) if row is not None else []
        due = found[0].due_at if found else None
        if due is None or appeal.status in ANSWERED:
            return
        here = self._here(appeal)
        over = due <= here.now
        words = here.t("ask.close_overdue" if over else "ask.close_due", time=here.at_zoned(due))
        dialog.add_notice(words, "danger" if over else "warning")

    def reopen(self) -> None:
        """Open an answered or ended appeal again."""
        ref, t = self._shown().appeal.ref, self._context.t
        dialog = self._dialog("reopen")
        reason = dialog.add_text(t("ask.reason"), missing=t("ask.reason_missing"))
        triage = self._context.console.triage
        self._open(
            dialog,
            lambda: self._single(triage.reopen(ref, reason.toPlainText().strip()), "reopened"),
        )

    # ------------------------------------------------------------------ approval

    def decide(self, message: str, *, approved: bool) -> None:
        """Approve or return a message that awaits approval."""
        if approved:
            self.approve(message)
        else:
            self.return_reply(message)

    def approve(self, message: str = "") -> None:
        """Publish what awaits approval."""
        view = self._shown()
        wanted = message or view.appeal.awaiting
        found = next((one for one in view.messages if one.id == wanted), None)
        if found is None:
            raise GoneError("entry")
        ref, reply = view.appeal.ref, self._context.console.reply
        self._single(
            reply.approve(ref, found.id, quotes=found.quotes, seen=self._seen(ref)), "approved"
        )

    def _seen(self, ref: Ref) -> Seen | None:
        """What the screen shows of it: a comment that came a moment ago may not be there yet."""
        shown = self._shows()
        return Seen.of(shown.appeal) if shown is not None and shown.appeal.ref == ref else None

    def return_reply(self, message: str = "") -> None:
        """Send what awaits approval back to its author, with a reason."""
        view, t = self._shown(), self._context.t
        wanted = message or view.appeal.awaiting or ""
        dialog = self._dialog("return", lead=t("ask.return_lead"))
        reason = dialog.add_text(t("ask.reason"), missing=t("ask.reason_missing"))
        reply, ref = self._context.console.reply, view.appeal.ref
        self._open(
            dialog,
            lambda: self._single(
                reply.return_reply(ref, wanted, reason.toPlainText().strip()), "returned"
            ),
        )

    # ------------------------------------------------------------------ what is being written

    def ask_promise(self, composer: ComposerView) -> None:
        """When the next news comes, where none of the offered times fits."""
        view, t = self._shown(), self._context.t
        now = self._context.now().astimezone(self._context.zone(view.appeal.branch))
        default = (now + timedelta(hours=_PROMISE_HOURS)).replace(second=0, microsecond=0)
        dialog = self._dialog("promise", lead=t("ask.promise_lead"))
        until = dialog.add_moment(t("ask.until"), default, earliest=now)

        def act() -> None:
            seconds = until.dateTime().toSecsSinceEpoch()
            composer.choose_promise(datetime.fromtimestamp(seconds, UTC))

        self._open(dialog, act)

    def ask_discard(self, composer: ComposerView) -> None:
        """Throw the draft away, after a question: its text cannot be had back."""
        dialog = self._dialog("discard_draft", lead=self._context.t("ask.discard_draft_lead"))
        self._open(dialog, composer.discard)

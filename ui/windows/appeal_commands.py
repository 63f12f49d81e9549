"""The commands of one appeal: take, assign, tag, postpone, close, approve and their undoing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from console.domain.appeal import ANSWERED, Appeal, Outcome
from console.domain.ids import Ref
from console.domain.mutations import Seen
from console.domain.operator import Operator, Right
from console.domain.outage import Outage
from console.readmodel import AppealView
from console.usecases.acting import Done, GoneError
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.dialogs.ask_dialog import AskDialog, ask_dialog, chosen_key
from ui.presenters.here import Here
from ui.presenters.names import topic_name
from ui.presenters.outage import etr_words, where
from ui.presenters.palette import PaletteItem
from ui.views.composer_view import ComposerView
from ui.views.palette_view import PaletteView

_POSTPONE_DAYS = 3
_PROMISE_HOURS = 3
_MOST_CHOICES = 200
_PALETTE_TOP = 72


class Chosen(Protocol):
    """What is chosen in the queue."""

    @property
    def ref(self) -> Ref | None:
        """The appeal that is shown."""

    def selected(self) -> tuple[Ref, ...]:
        """All that are selected."""


class AppealCommands(QObject):
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
        super().__init__(window)
        self._context = context
        self._bridge = bridge
        self._dispatcher = dispatcher
        self._chosen = chosen
        self._window = window
        self._shows = shows
        register = dispatcher.register
        register("appeal.claim", self.claim)
        register("appeal.release", self.release)
        register("appeal.assign", self.assign)
        register("appeal.topic", self.set_topic)
        register("appeal.tag_outage", self.tag)
        register("appeal.untag_outage", self.untag)
        register("appeal.postpone", self.postpone)
        register("appeal.resume", self.resume)
        register("appeal.transfer", self.transfer)
        register("appeal.decide_transfer", self.decide_transfer)
        register("appeal.close", self.close)
        register("appeal.reopen", self.reopen)
        register("approval.approve", self.approve)
        register("approval.return", self.return_reply)

    # ------------------------------------------------------------------ whose it is

    def claim(self) -> None:
        """Take what is selected."""
        refs, triage = self._refs(), self._context.console.triage
        self._bulk(triage.claim(refs), "claimed", undo=triage.release)

    def release(self) -> None:
        """Put what is selected back among the unassigned."""
        refs, triage = self._refs(), self._context.console.triage
        self._bulk(triage.release(refs), "released", undo=triage.claim)

    def assign(self, to: str = "", refs: Sequence[Ref] = ()) -> None:
        """Give what is selected (or ``refs``) to an operator, who is asked for if not named."""
        chosen = tuple(refs) or self._refs()
        if not to:
            items = self._colleague_items({ref.branch for ref in chosen})
            self._choose("assign", items, lambda key: self.assign(key, chosen))
            return
        before = {ref: self._view(ref).appeal.owner for ref in chosen}
        triage = self._context.console.triage

        def give_back(back: Sequence[Ref]) -> None:
            for owner in {before[ref] for ref in back}:
                group = tuple(ref for ref in back if before[ref] == owner)
                again = triage.release(group) if owner is None else triage.assign(group, owner)
                self._watch(again)

        self._bulk(triage.assign(chosen, to), "assigned", undo=give_back, name=self._name(to))

    # ------------------------------------------------------------------ what it is about

    def set_topic(self, topic: str = "") -> None:
        """Set the topic, which is asked for if not named."""
        view = self._shown()
        topics = self._context.console.rulebook.topics.topics
        if not topic:
            items = [
                self._item(key, topic_name(key, self._context.catalog), icon="topic")
                for key in topics
            ]
            self._choose("topic", items, self.set_topic)
            return
        appeal, triage = view.appeal, self._context.console.triage
        self._single(
            triage.set_topic(appeal.ref, topic, danger=topics[topic].danger),
            "topic_set",
            undo=lambda: self._topic_back(appeal),
            topic=topic_name(topic, self._context.catalog),
        )

    def _topic_back(self, appeal: Appeal) -> Future[Any]:
        """The topic as it was; out of the lane of danger, if the topic has led into it."""
        console, now = self._context.console, self._view(appeal.ref).appeal
        if now.danger and not appeal.danger:
            self._watch(console.danger.leave(appeal.ref, self._context.t("danger.undone_topic")))
        return console.triage.set_topic(appeal.ref, appeal.topic, danger=appeal.danger)

    def tag(
        self, outage: str = "", confidence: float | None = None, *, choose: bool = False
    ) -> None:
        """Link to an outage: the named one, a sure suggestion, or else one that is chosen.

        ``choose`` asks in any case.
        """
        view = self._shown()
        if outage:
            self._tag(view.appeal.ref, outage, confidence)
            return
        tagged = {tag.outage for tag in view.appeal.outages}
        outages = self._context.console.outages
        suggested = {
            one.outage.id: one
            for one in outages.suggest(view.appeal.ref)
            if one.outage.id not in tagged
        }
        best = next(iter(suggested.values()), None)
        if best is not None and best.sure and not choose:
            self._tag(view.appeal.ref, best.outage.id, best.confidence)
            return
        registry = self._context.console.reader.outages(branch=view.appeal.branch)
        fresh = [one for one in registry if one.id not in tagged]
        sure = {key: one.confidence for key, one in suggested.items()}
        fresh.sort(key=lambda one: -sure.get(one.id, 0.0))
        items = [self._outage_item(one, view.appeal) for one in fresh[:_MOST_CHOICES]]
        self._choose("tag", items, lambda key: self.tag(key, sure.get(key)))

    def untag(self, outage: str = "") -> None:
        """Remove the link to an outage; which one is asked for where there are several."""
        view = self._shown()
        tags = [tag.outage for tag in view.appeal.outages]
        if not outage and len(tags) > 1:
            items = [self._outage_item(one, view.appeal) for one in view.outages]
            self._choose("untag", items, self.untag)
            return
        if not tags:
            return
        ref, gone = view.appeal.ref, outage or tags[0]
        confidence = next((t.confidence for t in view.appeal.outages if t.outage == gone), None)
        outages = self._context.console.outages
        self._bulk(
            outages.untag((ref,), gone),
            "untagged",
            undo=lambda back: outages.tag(back, gone, confidence=confidence),
        )

    # ------------------------------------------------------------------ where it stands

    def postpone(self) -> None:
        """Put off until a date, with a reason."""
        view, t = self._shown(), self._context.t
        zone = self._context.zone(view.appeal.branch)
        now = self._context.now().astimezone(zone)
        default = (now + timedelta(days=_POSTPONE_DAYS)).replace(
            hour=10, minute=0, second=0, microsecond=0
        )
        dialog = self._dialog("postpone", lead=t("ask.postpone_lead"))
        until = dialog.add_moment(t("ask.until"), default, earliest=now)
        reason = dialog.add_text(t("ask.reason"), missing=t("ask.reason_missing"))
        triage, ref = self._context.console.triage, view.appeal.ref

        def act() -> None:
            seconds = until.dateTime().toSecsSinceEpoch()
            moment = datetime.fromtimestamp(seconds, UTC)
            self._single(
                triage.postpone(ref, moment, reason.toPlainText().strip()),
                "postponed",
                undo=lambda: triage.resume(ref),
            )

        self._open(dialog, act)

    def resume(self) -> None:
        """Take a postponed appeal up again."""
        self._single(self._context.console.triage.resume(self._shown().appeal.ref), "resumed")

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

    # ------------------------------------------------------------------ what is chosen

    def _refs(self) -> tuple[Ref, ...]:
        selected = self._chosen.selected()
        shown = self._chosen.ref
        if selected or shown is None:
            return selected
        return (shown,)

    def _shown(self) -> AppealView:
        ref = self._chosen.ref
        if ref is None:
            raise GoneError("appeal")
        return self._view(ref)

    def _view(self, ref: Ref) -> AppealView:
        view = self._context.console.reader.appeal(ref)
        if view is None:
            raise GoneError("appeal")
        return view

    # ------------------------------------------------------------------ what is offered

    def _choose(
        self,
        what: str,
        items: Sequence[PaletteItem],
        then: Callable[[str], None],
        *,
        more: Callable[[str], Sequence[PaletteItem]] = lambda _: (),
    ) -> None:
        """Let one of ``items`` be chosen; ``then`` hears its id."""
        t = self._context.t
        palette = PaletteView(
            self._context,
            items,
            more=more,
            title=t(f"ask.{what}_title"),
            hint=t(f"ask.{what}_hint"),
            parent=self._window,
        )
        palette.setObjectName(f"choose-{what}")

        def act(item: PaletteItem) -> None:
            self._guard(lambda: then(item.id))

        palette.chosen.connect(act)
        palette.finished.connect(palette.deleteLater)
        corner = QPoint((self._window.width() - palette.width()) // 2, _PALETTE_TOP)
        palette.move(self._window.mapToGlobal(corner))
        palette.open()

    def _item(self, key: str, title: str, *, detail: str = "", icon: str = "") -> PaletteItem:
        return PaletteItem(kind="choice", id=key, title=title, detail=detail, icon=icon)

    def _colleague_items(self, branches: set[str]) -> list[PaletteItem]:
        load: dict[str, int] = {}
        for row in self._context.console.reader.board(now=self._context.now()):
            if row.owner is not None:
                load[row.owner] = load.get(row.owner, 0) + row.open
        able = [
            one
            for one in self._context.console.reader.operators()
            if one.may(Right.ANSWER) and all(one.covers(branch) for branch in branches)
        ]
        able.sort(key=lambda one: (load.get(one.id, 0), one.name))
        return [
            self._item(
                one.id,
                one.name,
                detail=self._context.t("ask.open_load", count=load.get(one.id, 0)),
                icon="user",
            )
            for one in able
        ]

    def _outage_item(self, outage: Outage, appeal: Appeal) -> PaletteItem:
        here = self._here(appeal)
        return self._item(
            outage.id, where(outage, here), detail=etr_words(outage, here), icon="bolt"
        )

    def _name(self, operator: str) -> str:
        everybody: Sequence[Operator] = self._context.console.reader.operators()
        return next((one.name for one in everybody if one.id == operator), operator)

    def _here(self, appeal: Appeal) -> Here:
        context = self._context
        return Here(
            context.catalog, context.now(), zone=context.zone(appeal.branch), branch=appeal.branch
        )

    # ------------------------------------------------------------------ doing and saying

    def _dialog(self, what: str, *, lead: str = "") -> AskDialog:
        return ask_dialog(self._context, "ask", what, lead=lead, parent=self._window)

    def _open(self, dialog: AskDialog, act: Callable[[], None]) -> None:
        dialog.ask(lambda: self._guard(act))

    def _guard(self, act: Callable[[], None]) -> None:
        """Run what a dialog asks for; an error goes where those of commands go."""
        self._dispatcher.guard(act)

    def _tag(self, ref: Ref, outage: str, confidence: float | None) -> None:
        outages = self._context.console.outages
        self._bulk(
            outages.tag((ref,), outage, confidence=confidence),
            "tagged",
            undo=lambda back: outages.untag(back, outage),
        )

    def _bulk(
        self,
        future: Future[tuple[Done, ...]],
        what: str,
        *,
        undo: Callable[[Sequence[Ref]], Any] | None = None,
        **words: object,
    ) -> None:
        def then(results: tuple[Done, ...]) -> None:
            changed = tuple(one.ref for one in results if one.error is None)
            if changed:
                self._tell(what, self._undoing(undo, changed), count=len(changed), **words)
            for one in results:
                if one.error is not None:
                    self._bridge.failed.emit(one.error)
                    return

        self._bridge.when_done(future, then, owner=self)

    def _undoing(
        self, undo: Callable[[Sequence[Ref]], Any] | None, refs: Sequence[Ref]
    ) -> Callable[[], None] | None:
        if undo is None:
            return None

        def act() -> None:
            future = undo(refs)
            if isinstance(future, Future):
                self._watch(future)

        return act

    def _single(
        self,
        future: Future[Any],
        what: str,
        *,
        undo: Callable[[], Future[Any]] | None = None,
        **words: object,
    ) -> None:
        def then(_: object) -> None:
            act = None if undo is None else lambda: self._watch(undo())
            self._tell(what, act, count=1, **words)

        self._bridge.when_done(future, then, owner=self)

    def _watch(self, future: Future[Any]) -> None:
        """Nobody waits for it, but a failure is told."""
        self._bridge.when_done(future, owner=self)

    def _tell(self, what: str, undo: Callable[[], Any] | None, **words: object) -> None:
        self._dispatcher.tell(self._context.t(f"ask.done_{what}", **words), undo=undo)

"""Triage: whose appeals are, what they are about, and until when they can wait."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QWidget

from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.operator import Operator, Right
from console.domain.outage import Outage
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.names import topic_name
from ui.presenters.outage import etr_words, where
from ui.presenters.palette import PaletteItem
from ui.windows.doing import Chosen, Doing

_POSTPONE_DAYS = 3
_MOST_CHOICES = 200


class TriageCommands(Doing):
    """Registers its handlers; each acts on all that is selected, with one undoing for all."""

    def __init__(
        self,
        context: UiContext,
        bridge: Bridge,
        dispatcher: Dispatcher,
        *,
        chosen: Chosen,
        window: QWidget,
    ) -> None:
        super().__init__(context, bridge, dispatcher, chosen=chosen, window=window)
        register = dispatcher.register
        register("appeal.claim", self.claim)
        register("appeal.release", self.release)
        register("appeal.assign", self.assign)
        register("appeal.topic", self.set_topic)
        register("appeal.tag_outage", self.tag)
        register("appeal.untag_outage", self.untag)
        register("appeal.postpone", self.postpone)
        register("appeal.resume", self.resume)

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

    # ------------------------------------------------------------------ what is offered

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

    def _tag(self, ref: Ref, outage: str, confidence: float | None) -> None:
        outages = self._context.console.outages
        self._bulk(
            outages.tag((ref,), outage, confidence=confidence),
            "tagged",
            undo=lambda back: outages.untag(back, outage),
        )

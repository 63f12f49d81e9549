"""Triage: whose appeals are, what they are about, and until when they can wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from console.domain.appeal import Appeal
from console.domain.ids import Ref
from console.domain.mutations import Postpone
from console.domain.operator import Operator, Right
from console.domain.outage import Outage
from console.domain.transitions import RefusedError
from ui.actions.dispatch import Dispatcher
from ui.bridge import Bridge
from ui.context import UiContext
from ui.presenters.handover import away_words
from ui.presenters.names import topic_name
from ui.presenters.outage import etr_words, where
from ui.presenters.palette import PaletteItem
from ui.views.speech import Speech
from ui.windows.bulk import Bulk
from ui.windows.doing import Chosen, Doing
from ui.windows.snooze_form import SnoozeForm

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
        self._bulk = Bulk(context, bridge, dispatcher, parent=self)
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
        self._bulk.do(self._context.console.triage.claim(self._refs()), "ask.done_claimed")

    def release(self) -> None:
        """Put what is selected back among the unassigned."""
        self._bulk.do(self._context.console.triage.release(self._refs()), "ask.done_released")

    def assign(self, to: str = "", refs: Sequence[Ref] = ()) -> None:
        """Give what is selected (or ``refs``) to an operator, who is asked for if not named."""
        chosen = tuple(refs) or self._refs()
        if not to:
            items = self._colleague_items({ref.branch for ref in chosen})
            self._choose("assign", items, lambda key: self.assign(key, chosen))
            return
        given = self._context.console.triage.assign(chosen, to)
        self._bulk.do(given, "ask.done_assigned", name=self._name(to))

    # ------------------------------------------------------------------ what it is about

    def set_topic(self, topic: str = "", refs: Sequence[Ref] = ()) -> None:
        """Set the topic of what is selected (or ``refs``); it is asked for if not named."""
        chosen = tuple(refs) or self._refs()
        topics = self._context.console.rulebook.topics.topics
        if not topic:
            items = [
                self._item(key, topic_name(key, self._context.catalog), icon="topic")
                for key in topics
            ]
            hint = self._bulk.hint("topic", chosen)
            self._choose("topic", items, lambda key: self.set_topic(key, chosen), hint=hint)
            return
        danger = topics[topic].danger
        self._bulk.do(
            self._context.console.triage.set_topics(chosen, topic, danger=danger),
            "bulk.topic_set",
            reason=self._context.t("danger.undone_topic"),
            topic=topic_name(topic, self._context.catalog),
        )

    def tag(
        self,
        outage: str = "",
        confidence: float | None = None,
        *,
        choose: bool = False,
        refs: Sequence[Ref] = (),
    ) -> None:
        """Link to an outage: the named one, a sure suggestion, or else one that is chosen.

        ``choose`` asks in any case; so does a selection of several, of which a suggestion for one
        says nothing. An outage is of one branch: those of others are left out, and it is said.
        """
        chosen = tuple(refs) or self._refs()
        view = self._shown()
        if outage:
            self._tag(chosen, view.appeal.branch, outage, confidence)
            return
        tagged = {tag.outage for tag in view.appeal.outages} if len(chosen) < 2 else set()
        outages = self._context.console.outages
        suggested = {
            one.outage.id: one
            for one in outages.suggest(view.appeal.ref)
            if one.outage.id not in tagged
        }
        best = next(iter(suggested.values()), None)
        if best is not None and best.sure and not choose and len(chosen) < 2:
            self._tag(chosen, view.appeal.branch, best.outage.id, best.confidence)
            return
        registry = self._context.console.reader.outages(branch=view.appeal.branch)
        fresh = [one for one in registry if one.id not in tagged]
        sure = {key: one.confidence for key, one in suggested.items()}
        fresh.sort(key=lambda one: -sure.get(one.id, 0.0))
        items = [self._outage_item(one, view.appeal) for one in fresh[:_MOST_CHOICES]]
        self._choose(
            "tag",
            items,
            lambda key: self.tag(key, sure.get(key), refs=chosen),
            hint=self._bulk.hint("tag", chosen, foreign=_foreign(chosen, view.appeal.branch)),
        )

    def _tag(self, refs: Sequence[Ref], branch: str, outage: str, confidence: float | None) -> None:
        """``confidence`` is that of a suggestion for one appeal, and says nothing of others."""
        here = tuple(ref for ref in refs if ref.branch == branch)
        sure = confidence if len(refs) < 2 else None
        other = RefusedError("outage_of_another_branch")
        self._bulk.do(
            self._context.console.outages.tag(here, outage, confidence=sure),
            "ask.done_tagged",
            left_out=[other] * _foreign(refs, branch),
        )

    def untag(self, outage: str = "", refs: Sequence[Ref] = ()) -> None:
        """Remove the link to an outage; which one is asked for where there are several."""
        chosen = tuple(refs) or self._refs()
        view = self._shown()
        tags = [tag.outage for tag in view.appeal.outages]
        if not outage and len(tags) > 1:
            items = [self._outage_item(one, view.appeal) for one in view.outages]
            self._choose("untag", items, lambda key: self.untag(key, chosen))
            return
        if not tags:
            return
        gone = outage or tags[0]
        self._bulk.do(self._context.console.outages.untag(chosen, gone), "ask.done_untagged")

    # ------------------------------------------------------------------ where it stands

    def postpone(self) -> None:
        """Put off until what is waited for has come, with a reason."""
        view, refs, t = self._shown(), self._refs(), self._context.t
        dialog = self._dialog("postpone", lead=t("ask.postpone_lead"))
        trial = Postpone(self._context.now() + timedelta(days=1), t("ask.reason"))
        self._bulk.warn(dialog, refs, trial)
        outage = next((one for one in view.outages if one.is_dark), None)
        form = SnoozeForm(self._context, dialog, view.appeal, outage=outage)
        triage = self._context.console.triage

        def act() -> None:
            self._bulk.do(triage.postpone_each(refs, form.rule()), "bulk.postponed")

        self._open(dialog, act)

    def resume(self) -> None:
        """Take what is postponed up again."""
        self._bulk.do(self._context.console.triage.resume_each(self._refs()), "bulk.resumed")

    # ------------------------------------------------------------------ what is offered

    def _colleague_items(self, branches: set[str]) -> list[PaletteItem]:
        load: dict[str, int] = {}
        reader = self._context.console.reader
        for row in reader.board(now=self._context.now()):
            if row.owner is not None:
                load[row.owner] = load.get(row.owner, 0) + row.open
        able = [
            one
            for one in reader.operators()
            if one.may(Right.ANSWER) and all(one.covers(branch) for branch in branches)
        ]
        able.sort(key=lambda one: (load.get(one.id, 0), one.name))
        here, away = Speech(self._context).here(), reader.away(now=self._context.now())

        def detail(operator: str) -> str:
            said = [here.t("ask.open_load", count=load.get(operator, 0))]
            said += [away_words(away[operator], here)] if operator in away else []
            return " · ".join(said)

        return [self._item(one.id, one.name, detail=detail(one.id), icon="user") for one in able]

    def _outage_item(self, outage: Outage, appeal: Appeal) -> PaletteItem:
        here = self._here(appeal)
        return self._item(
            outage.id, where(outage, here), detail=etr_words(outage, here), icon="bolt"
        )

    def _name(self, operator: str) -> str:
        everybody: Sequence[Operator] = self._context.console.reader.operators()
        return next((one.name for one in everybody if one.id == operator), operator)


def _foreign(refs: Sequence[Ref], branch: str) -> int:
    return sum(ref.branch != branch for ref in refs)

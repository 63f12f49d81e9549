"""Answers: what an operator of the demonstration tells a resident, and what it promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from console.demo.story import Story, half_hour, minutes
from console.demo.wording import Wording
from console.domain.appeal import Outcome
from console.domain.message import EtrQuote
from console.domain.outage import OutageKind

_SOLVING: Final = frozenset(
    {"r.danger", "r.single", "r.single.done", "r.surge", "r.meter", "r.low"}
)
"""Answers that tell of something done; the others explain."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer before it is sent; ``promise`` (UTC) is when the next news comes."""

    text: str
    quotes: tuple[EtrQuote, ...] = ()
    promise: datetime | None = None
    outcome: Outcome = Outcome.EXPLAINED


class Answers:
    """Finds the answer that fits a story at an instant (UTC)."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def about_etr(self, story: Story, at: datetime) -> Answer:
        """What is known of the time: a promise of it, or of the next news."""
        trouble = story.plan.trouble
        assert trouble is not None
        etr = trouble.etr_at(at)
        planned = trouble.outage.kind is OutageKind.PLANNED
        if etr is None and planned:
            etr = trouble.outage.planned_end
        quote = (EtrQuote(trouble.outage.id, etr),)
        if etr is None or etr <= at:
            promise = half_hour(at + minutes(story.rng.uniform(60, 130)))
            text = self._wording.ours(story, "r.unknown", at, promise=promise)
            return Answer(text, (EtrQuote(trouble.outage.id, None),), promise)
        rule = "r.planned" if planned else "r.known"
        if len([r for r in trouble.outage.etr_history if r.set_at <= at]) > 1:
            rule = "r.moved"
        return Answer(self._wording.ours(story, rule, at, etr=etr), quote, etr)

    def about_restored(self, story: Story, at: datetime) -> Answer:
        """The light is back."""
        trouble = story.plan.trouble
        planned = trouble is not None and trouble.outage.kind is OutageKind.PLANNED
        rule = "r.planned.done" if planned else "r.restored"
        return Answer(self._wording.ours(story, rule, at), outcome=Outcome.SOLVED)

    def about_interim(self, story: Story, at: datetime) -> Answer:
        """A first answer where the final one takes longer."""
        promise = self._promised_day(story, at)
        if story.appeal.danger:
            promise = half_hour(at + timedelta(hours=story.rng.uniform(0.7, 2)))
        rule = story.plan.subject.interim
        return Answer(self._wording.ours(story, rule, at, promise=promise), promise=promise)

    def about_subject(self, story: Story, at: datetime) -> Answer:
        """The final answer to what was asked."""
        trouble, reply = story.plan.trouble, story.plan.subject.reply
        if trouble is not None and story.is_dark:
            over = trouble.is_over(at)
            return (self.about_restored if over else self.about_etr)(story, at)
        rule = "r.single.done" if reply == "r.single" else reply
        outcome = Outcome.SOLVED if reply in _SOLVING else Outcome.EXPLAINED
        return Answer(self._wording.ours(story, rule, at), outcome=outcome)

    def about_again(self, story: Story, at: datetime) -> Answer:
        """A second answer to somebody whom the first did not satisfy."""
        rule = "r.again" if story.is_dark else "r.again.other"
        return Answer(self._wording.ours(story, rule, at))

    def _promised_day(self, story: Story, at: datetime) -> datetime:
        """A working hour one to five days ahead."""
        there = self._wording.local(story, at)
        day = there + timedelta(days=story.rng.randint(1, 5))
        hour = story.rng.choice((11, 12, 15, 16, 17))
        return day.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)

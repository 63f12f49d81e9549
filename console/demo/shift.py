"""A shift's work on one appeal: claimed, tagged, answered, approved, closed, by the real rules.

Every step is an envelope given to `console.domain.transitions`, so that whatever the demonstration
shows could have happened.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from console.demo.answers import Answer, Answers
from console.demo.appeals import Draft
from console.demo.staff import Staff
from console.demo.story import NotYetError, Story, minutes
from console.demo.texts import SOCIAL
from console.demo.wording import Wording
from console.domain.appeal import ENDED, Appeal, Outcome, Status
from console.domain.mutations import (
    AddNote,
    Approve,
    Assign,
    Claim,
    Close,
    DecideTransfer,
    MarkDispatched,
    MarkDuplicate,
    Postpone,
    RequestTransfer,
    ReturnReply,
    SendReply,
    TagOutage,
)
from console.domain.operator import Operator

NOT_OURS: Final = ("not_ours", "infrastructure.lighting")
"""Roots of the topics that others answer for."""

_DISPATCHERS = ("дежурный диспетчер Громов", "диспетчер сетей Орлова", "диспетчер Шульц")
_OPENING: Final = 8
_CLOSING: Final = 21
_FORGOTTEN: Final = 0.035
"""Share of appeals that lie about for a day or two: every centre has some."""
_CHECKED: Final = 0.08
"""Share of answers that an operator who need not asks approval for."""


class Shift:
    """Works on appeals until ``now`` (UTC)."""

    def __init__(self, wording: Wording, staff: Staff, *, now: datetime) -> None:
        self._wording = wording
        self._answers = Answers(wording)
        self._staff = staff
        self._now = now

    def work(self, draft: Draft, rng: Random, *, same_as: Appeal | None = None) -> Story:
        """What has become of an appeal by now; ``same_as`` is an older one that it may repeat."""
        story = Story.begin(draft, rng, now=self._now)
        with suppress(NotYetError):
            self._tell(story, same_as)
        return story

    def _tell(self, story: Story, same_as: Appeal | None) -> None:
        rng, plan = story.rng, story.plan
        if plan.wish is None and rng.random() < 0.012 and plan.channel in SOCIAL:
            story.lose_author(story.appeal.received_at + minutes(rng.uniform(20, 900)))
            return
        at = self._opened(story, story.appeal.received_at + self._wait(story, 14))
        worker = self._take(story, at)
        if plan.subject.subject.rule == "noise":
            closing = Close(Outcome.NO_REPLY_NEEDED)
            story.do(closing, worker, at + minutes(rng.uniform(1, 9)))
            return
        at = self._tag(story, worker, at)
        if plan.wish is None and same_as is not None and rng.random() < 0.12:
            story.do(MarkDuplicate(same_as.id), worker, at + minutes(rng.uniform(1, 6)))
            return
        if rng.random() < 0.13:
            at += minutes(rng.uniform(1, 8))
            note = self._wording.ours(story, "note", at, worker)
            story.do(AddNote(note), worker, at)
        asked = self._ask_transfer(story, worker, at)
        if asked is None:
            return
        self._others_join(story, asked)
        self._answer(story, worker, asked)

    def _take(self, story: Story, at: datetime) -> Operator:
        branch, rng = story.appeal.branch, story.rng
        worker = self._staff.worker(branch, rng)
        if rng.random() < 0.2:
            boss = self._staff.supervisor(branch, rng)
            story.do(Assign(worker.id), boss, at)
        else:
            story.do(Claim(), worker, at)
        return worker

    def _tag(self, story: Story, worker: Operator, at: datetime) -> datetime:
        trouble, rng = story.plan.trouble, story.rng
        if trouble is None or trouble.outage.status == "cancelled":
            return at
        recent = story.now - at < timedelta(hours=12)
        if rng.random() < (0.45 if recent else 0.13):
            return at
        at += minutes(rng.uniform(0.5, 5))
        confidence = round(rng.uniform(0.55, 0.97), 2) if rng.random() < 0.8 else None
        story.do(TagOutage(trouble.outage.id, confidence), worker, at)
        return at

    def _ask_transfer(self, story: Story, worker: Operator, at: datetime) -> datetime | None:
        """Say that it is not our network, where it is not; None once it has been transferred."""
        rng, wish = story.rng, story.plan.wish
        if not story.appeal.topic.startswith(NOT_OURS) or (wish is None and rng.random() > 0.4):
            return at
        at += minutes(rng.uniform(5, 40))
        to, why = (
            self._wording.ours(story, rule, at) for rule in ("transfer.to", "transfer.reason")
        )
        story.do(RequestTransfer(to, why), worker, at)
        if wish is Status.TRANSFER_REQUESTED:
            raise NotYetError
        senior = self._staff.approver(story.appeal.branch, rng)
        granted = wish is None and rng.random() < 0.75
        at += minutes(rng.lognormvariate(3.6, 0.8))
        story.do(DecideTransfer(granted), senior, at)
        if wish is Status.TRANSFER_DENIED:
            raise NotYetError
        return None if granted else at

    def _others_join(self, story: Story, at: datetime) -> None:
        """Neighbours write under the same post, or the author asks again."""
        rng, plan = story.rng, story.plan
        if plan.channel not in SOCIAL or plan.trouble is None or rng.random() > 0.3:
            return
        for _ in range(rng.randint(1, 4)):
            at += minutes(rng.uniform(2, 25))
            if at > story.now:
                return
            own = rng.random() < 0.3
            self._resident(story, "nudge" if own else "me.too", at, own=own)

    def _answer(self, story: Story, worker: Operator, claimed: datetime) -> None:
        rng, plan = story.rng, story.plan
        wait = plan.subject.hours * 60 * rng.lognormvariate(0, 0.75) * 0.7
        if story.is_dark:
            wait = rng.lognormvariate(4.0, 0.9)
        if not story.appeal.danger and rng.random() < _FORGOTTEN:
            wait = rng.uniform(500, 3600)
        at = self._opened(story, claimed + minutes(min(wait, 3600)))
        if plan.wish is not None:
            at = claimed + minutes(rng.uniform(9, 40))
        half_way = claimed + (at - claimed) * rng.uniform(0.5, 0.9)
        asked = max(half_way, story.last_heard + minutes(4))
        patient = plan.subject.subject.rule == "thanks" or at - claimed < timedelta(minutes=50)
        if not patient and rng.random() < 0.3 and asked < story.now:
            self._resident(story, "nudge", asked)
        at = max(at, story.last_heard + minutes(rng.uniform(3, 15)))
        at = self._first_answer(story, worker, at)
        self._afterwards(story, worker, at)

    def _first_answer(self, story: Story, worker: Operator, at: datetime) -> datetime:
        """Answer at ``at``: at once, or first with a promise; the time of the final answer."""
        rng, trouble, subject = story.rng, story.plan.trouble, story.plan.subject
        if trouble is not None and story.is_dark:
            if trouble.is_over(at):
                return self._send(story, worker, at, self._answers.about_restored)
            etr = trouble.etr_at(at)
            if etr is not None and etr > at and rng.random() < 0.4:
                return self._send(story, worker, at, self._answers.about_etr)
            at = self._send(story, worker, at, self._answers.about_etr, interim=True)
            back = trouble.outage.restored_at
            if back is None:
                raise NotYetError
            again = max(back, at) + minutes(rng.lognormvariate(3.2, 0.7))
            return self._send(story, worker, again, self._answers.about_restored)
        if subject.interim and (rng.random() < 0.6 or story.appeal.danger):
            return self._in_two_steps(story, worker, at)
        return self._send(story, worker, at, self._answers.about_subject)

    def _in_two_steps(self, story: Story, worker: Operator, at: datetime) -> datetime:
        rng, danger = story.rng, story.appeal.danger
        at = self._send(story, worker, at, self._answers.about_interim, interim=True)
        days = rng.lognormvariate(-2.3, 0.6) if danger else rng.lognormvariate(0.9, 0.6)
        final = at + timedelta(days=days)
        if not danger and rng.random() < 0.15:
            at += minutes(rng.uniform(10, 300))
            final = at + timedelta(days=rng.uniform(4, 14))
            reason = self._wording.ours(story, "postpone.reason", at)
            story.do(Postpone(final, reason), worker, at)
        return self._send(story, worker, self._opened(story, final), self._answers.about_subject)

    def _afterwards(self, story: Story, worker: Operator, at: datetime) -> None:
        rng = story.rng
        roll = rng.random()
        if not story.appeal.danger and roll < 0.2:
            at += minutes(rng.lognormvariate(3.6, 1.0))
            story.until(at)
            angry = roll < 0.06 and story.plan.subject.subject.rule != "thanks"
            solved = story.appeal.outcome is Outcome.SOLVED and story.is_dark
            pleased = "thanks.light" if solved else "thanks.reply"
            self._resident(story, "angry.reply" if angry else pleased, at)
            if not angry:
                done = Close(Outcome.NO_REPLY_NEEDED)
                story.do(done, worker, at + minutes(rng.uniform(3, 70)))
                return
            at = self._opened(story, at + minutes(rng.lognormvariate(4.6, 0.8)))
            at = self._send(story, worker, at, self._answers.about_again)
        if rng.random() < 0.05:
            story.appeal = replace(
                story.appeal, status=Status.CONTROL, version=story.appeal.version + 1
            )
        at += timedelta(hours=rng.uniform(1.5, 60))
        self._close(story, worker, at)

    def _close(self, story: Story, worker: Operator, at: datetime) -> None:
        outcome = story.appeal.outcome or Outcome.EXPLAINED
        if story.appeal.danger:
            outcome = Outcome.SOLVED
        fact = self._wording.ours(story, "close.fact", at) if outcome is Outcome.SOLVED else ""
        story.do(Close(outcome, fact), worker, at)

    def _send(
        self,
        story: Story,
        worker: Operator,
        at: datetime,
        answer: Callable[[Story, datetime], Answer],
        *,
        interim: bool = False,
    ) -> datetime:
        """Send an answer at ``at``, through approval where it is needed; when it was published."""
        story.until(at)
        if story.appeal.needs_dispatch:
            whom = _DISPATCHERS[int(at.timestamp()) % len(_DISPATCHERS)]
            story.do(MarkDispatched(whom), worker, at)
        wish = story.plan.wish
        supervised = worker.needs_approval or wish is not None or story.rng.random() < _CHECKED
        made = answer(story, at)
        ident = story.do(_reply(made, at, interim=interim, approval=supervised), worker, at)
        if not supervised:
            return at
        if wish is Status.ON_APPROVAL:
            raise NotYetError
        senior = self._staff.approver(story.appeal.branch, story.rng)
        at += minutes(story.rng.lognormvariate(3.3, 0.8))
        if wish is not Status.RETURNED and story.rng.random() < 0.75:
            story.do(Approve(ident), senior, at)
            return at
        story.do(ReturnReply(ident, self._wording.ours(story, "return.reason", at)), senior, at)
        if wish is Status.RETURNED:
            raise NotYetError
        at += minutes(story.rng.lognormvariate(3.6, 0.8))
        story.until(at)
        return self._send_better(story, worker, at, answer(story, at), senior, interim=interim)

    def _send_better(
        self,
        story: Story,
        worker: Operator,
        at: datetime,
        made: Answer,
        senior: Operator,
        *,
        interim: bool,
    ) -> datetime:
        """Send what was returned once more; when it was published."""
        reply = _reply(made, at, interim=interim, approval=worker.needs_approval)
        ident = story.do(reply, worker, at)
        if worker.needs_approval:
            at += minutes(story.rng.lognormvariate(3.0, 0.8))
            story.do(Approve(ident), senior, at)
        return at

    def _resident(self, story: Story, rule: str, at: datetime, *, own: bool = True) -> None:
        """Somebody writes in the thread, where a thread still is."""
        if story.appeal.status in ENDED and story.appeal.status is not Status.CLOSED:
            return
        story.hear(self._wording.comment(story, rule, at, own=own))

    def _wait(self, story: Story, mean: float) -> timedelta:
        """How long until somebody takes it (``mean`` minutes; at once for danger)."""
        rng = story.rng
        if story.appeal.danger:
            return minutes(rng.uniform(1, 7))
        urgent = story.is_dark or story.plan.wish is not None
        return minutes(rng.expovariate(1 / (mean if urgent else mean * 4)))

    def _opened(self, story: Story, at: datetime) -> datetime:
        """``at``, or the next morning where the matter can wait for the centre to open."""
        if story.appeal.danger or story.plan.wish is not None or story.is_dark:
            return at
        there = self._wording.local(story, at)
        if _OPENING <= there.hour < _CLOSING:
            return at
        morning = there.replace(hour=_OPENING, minute=0) + minutes(story.rng.uniform(0, 110))
        morning += timedelta(days=there.hour >= _CLOSING)
        return max(at, morning.astimezone(at.tzinfo))


def _reply(made: Answer, at: datetime, *, interim: bool, approval: bool) -> SendReply:
    promise = made.promise or at + timedelta(hours=2)
    return SendReply(
        text=made.text,
        outcome=None if interim else made.outcome,
        interim=interim,
        promise_at=promise if interim else None,
        quotes=made.quotes,
        approval=approval,
    )

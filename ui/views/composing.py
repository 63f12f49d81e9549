"""What is being composed: the appeal, the sheet, and the facts that every part asks for."""

from __future__ import annotations

from datetime import datetime

from console.domain.channel import Channel
from console.domain.draft import DraftMode
from console.domain.operator import Right
from console.domain.outage import Outage
from console.domain.verdict import StaleReason
from console.readmodel import AppealView
from ui.context import UiContext
from ui.presenters.composer import promise_choices
from ui.presenters.here import Here
from ui.presenters.refusals import stale_words
from ui.views.draft_desk import Sheet
from ui.views.speech import Speech


class Composing:
    """Shared by the parts of one composer; the composer alone sets ``view`` and ``sheet``."""

    def __init__(self, context: UiContext, speech: Speech) -> None:
        self.context = context
        self.speech = speech
        self.view: AppealView | None = None
        self.sheet: Sheet | None = None

    def here(self) -> Here:
        """The place and the moment in which the appeal is spoken of."""
        return self.speech.here(self.view.appeal.branch if self.view else "")

    def channel(self) -> Channel | None:
        """The channel of the appeal; None for one that the rules do not know."""
        if self.view is None:
            return None
        found: Channel | None = self.context.console.rulebook.channels.get(self.view.appeal.channel)
        return found

    def outages(self) -> dict[str, Outage]:
        """The outages that the appeal is tagged with."""
        return {each.id: each for each in self.view.outages} if self.view else {}

    def me(self) -> str:
        """The id of who writes."""
        session = self.context.session
        return session.operator if session else ""

    def own_names(self) -> tuple[str, ...]:
        """The names that are no resident's."""
        session = self.context.session
        return (session.name,) if session else ()

    def may(self, mode: DraftMode) -> bool:
        """Whether who writes may write that here."""
        operator = self.context.operator
        if operator is None or self.view is None:
            return False
        right = Right.NOTE if mode is DraftMode.NOTE else Right.ANSWER
        return operator.may(right, self.view.appeal.branch)

    def needs_approval(self) -> bool:
        """Whether a colleague reads every reply of theirs before it goes."""
        operator = self.context.operator
        return operator is not None and operator.needs_approval

    def usual_promise(self) -> datetime:
        """The nearest of the usual promises (UTC)."""
        return self.promises()[0][1]

    def promises(self) -> tuple[tuple[str, datetime], ...]:
        """What is offered for the next news."""
        return promise_choices(self.here(), self.view.outages if self.view else ())

    def stale(self, reasons: tuple[StaleReason, ...]) -> str:
        """What has changed, in sentences."""
        here, people = self.here(), self.speech.people()
        outage_of = self.speech.outage_of(here.branch)
        return " ".join(
            stale_words(reason.code, reason.params, here, people, outage_of) for reason in reasons
        )

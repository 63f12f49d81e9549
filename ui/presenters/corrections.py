"""Corrections in words: who was told which time, what is true now, what is to be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain.corrections import Change, LineState
from console.domain.ids import Ref
from console.domain.outage import OutageStatus
from console.usecases.corrections import Correction, Moved, Plan
from ui.presenters.here import Here
from ui.presenters.outage import outage_title

_KINDS = {
    LineState.TO_CORRECT: "warning",
    LineState.ON_ITS_WAY: "info",
    LineState.BLOCKED: "danger",
    LineState.AWAITING: "info",
    LineState.POWER_BACK: "ok",
    LineState.UNREACHABLE: "neutral",
    LineState.CORRECTED: "ok",
}
ENDED = (OutageStatus.RESTORED, OutageStatus.CANCELLED)
COLUMNS = ("who", "told", "now", "state")
"""The columns of the table, by the keys of their heads."""


@dataclass(frozen=True, slots=True)
class CorrectionFace:
    """One line of the table; ``text`` is what would be sent, or why nothing is."""

    ref: Ref
    who: str
    told: str
    now: str
    state: str
    kind: str
    text: str
    may_go: bool
    chosen: bool
    hint: str = ""

    def cells(self) -> tuple[str, str, str, str]:
        """What stands in `COLUMNS`."""
        return self.who, self.told, self.now, self.state


def correction_faces(plan: Plan, here: Here) -> tuple[CorrectionFace, ...]:
    """The lines of a plan, those to be corrected first."""
    ordered = sorted(plan.lines, key=lambda one: not one.may_go)
    return tuple(_face(one, plan, here) for one in ordered)


def plan_title(plan: Plan, here: Here) -> str:
    """Which outage it is, and until when it lasts now."""
    end = plan.outage.expected_end()
    is_time = end is not None and plan.outage.status not in ENDED
    now = here.at_zoned(end) if is_time else _now_words(plan, here)
    return here.t("correction.outage", outage=outage_title(plan.outage, here), now=now)


def plan_words(plan: Plan, chosen: int, here: Here) -> str:
    """How things stand, in one sentence or two."""
    if plan.outage.status is OutageStatus.RESTORED:
        return here.t("correction.all_restored")
    if plan.is_late:
        return here.t("correction.late")
    states = Counter(one.line.state for one in plan.lines)
    said = [here.t("correction.will_send", count=chosen)] if chosen else []
    for state in (LineState.ON_ITS_WAY, LineState.CORRECTED):
        if states[state]:
            said.append(here.t(f"correction.count_{state}", count=states[state]))
    return " ".join(said) or here.t("correction.nothing")


def moved_words(moved: Sequence[Moved], here_of: Callable[[str], Here]) -> str:
    """What the banner says of one outage or several."""
    count = sum(one.count for one in moved)
    first = moved[0]
    here = here_of(first.outage.branch)
    if len(moved) > 1:
        many = here.t("correction.outages", count=len(moved))
        return here.t("correction.banners", outages=many, count=count)
    title = outage_title(first.outage, here)
    return here.t("correction.banner", outage=title, count=count)


def _face(one: Correction, plan: Plan, here: Here) -> CorrectionFace:
    line = one.line
    appeal = line.appeal
    place = ", ".join(p for p in (appeal.place.street, appeal.place.house) if p)
    number = here.t("appeal.number", number=appeal.number) if appeal.number else ""
    who = " · ".join(p for p in (appeal.author.name, place, number) if p)
    state = "by_words" if one.may_go and line.by_words else str(line.state)
    words = here.t(f"correction.state_{state}")
    if line.state is LineState.CORRECTED:
        words = here.t("correction.corrected_at", time=here.at(line.message.at))
    return CorrectionFace(
        ref=one.ref,
        who=who or appeal.id,
        told=_time(line.told, here),
        now=_now_words(plan, here),
        state=words,
        kind=_KINDS[line.state],
        text=one.text or here.t(f"correction.why_{line.state}"),
        may_go=one.may_go,
        chosen=one.may_go and not line.by_words,
        hint=here.t("correction.by_words_hint") if line.by_words else "",
    )


def _now_words(plan: Plan, here: Here) -> str:
    outage = plan.outage
    if outage.status is OutageStatus.RESTORED:
        return here.t("correction.now_restored", time=here.at(outage.restored_at))
    if outage.status is OutageStatus.CANCELLED:
        return here.t(f"correction.now_{Change.CANCELLED}")
    return _time(outage.expected_end(), here)


def _time(at: datetime | None, here: Here) -> str:
    return here.t("correction.unknown") if at is None else here.at(at)

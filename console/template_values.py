"""The values that templates may use, made of an appeal and its outage in the appeal's local time.

What a resident reads is always Russian and always in the time of the region where it is dark,
whatever language and clock the workstation has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from console import localtime
from console.domain.appeal import Appeal, Place
from console.domain.message import EtrQuote
from console.domain.outage import Outage, OutageKind
from console.domain.person import addressee
from console.domain.reply_template import (
    OutageState,
    ReplyTemplate,
    Variables,
    outage_state,
)
from console.domain.template import Filled, fill
from console.i18n import Catalog
from console.wording import Use, Wording


@dataclass(frozen=True, slots=True)
class Setting:
    """What the values depend on besides the appeal: where, when, and who answers.

    ``zone`` is that of the appeal's branch, ``now`` an aware instant, ``branch`` and ``operator``
    names as residents read them, ``hotline`` the phone of the contact centre.
    """

    zone: ZoneInfo
    now: datetime
    branch: str = ""
    operator: str = ""
    hotline: str = "8-800-220-0-220"
    language: str = "ru"
    wording: Wording = field(default_factory=lambda: Wording({}))
    """How names are spoken of; else by the bare rules."""


@dataclass(frozen=True, slots=True)
class TemplateValues:
    """Values by name, which of them promise a restoration time, and the outage's state."""

    by_name: dict[str, str]
    quotes: dict[str, EtrQuote] = field(default_factory=dict)
    state: OutageState = OutageState.NONE
    outage: str | None = None


def values_for(
    appeal: Appeal,
    outage: Outage | None,
    variables: Variables,
    *,
    setting: Setting,
    promise_at: datetime | None = None,
) -> TemplateValues:
    """What is known now; what is not known is left out, and becomes a gap or drops its block.

    A restoration time that has passed is not a value: nobody may promise the past.
    ``promise_at`` (UTC) is when the next news comes, where the operator has set it.
    """
    words = _Words(setting)
    texts = {
        "addressee": addressee(appeal.author.name),
        "appeal_number": appeal.number,
        "appeal_day": words.day(appeal.created_at),
        "branch": setting.branch,
        "operator": setting.operator,
        "hotline": setting.hotline,
        "promise": words.until(promise_at),
        **_place(appeal.place),
        **_cases(appeal, setting.wording),
    }
    if outage is None:
        return TemplateValues(variables.named(texts))
    texts |= _outage(outage, words)
    quote = EtrQuote(outage.id, outage.expected_end())
    promising = {v.name: quote for v in variables.by_name.values() if v.promises_etr}
    state = outage_state(outage, setting.now)
    return TemplateValues(variables.named(texts), promising, state, outage.id)


def until_words(instant: datetime, *, zone: ZoneInfo, now: datetime) -> str:
    """A time to come (UTC) in the words of a reply, local to ``zone``: «сегодня до 18:00»."""
    return _Words(Setting(zone, now)).until(instant)


def draft_from(template: ReplyTemplate, values: TemplateValues) -> Filled:
    """The draft that ``template`` makes; a text that says «time unknown» quotes that, too."""
    filled = fill(template.body, values.by_name, quotes=values.quotes)
    says_unknown = (
        values.outage is not None
        and not filled.quotes
        and values.state is OutageState.UNKNOWN_ETR
        and OutageState.UNKNOWN_ETR in template.states
    )
    if not says_unknown or values.outage is None:
        return filled
    return Filled(filled.text, filled.gaps, filled.used, (EtrQuote(values.outage, None),))


class _Words:
    """Instants in the words of a reply."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self.now = setting.now
        self._catalog = Catalog.load(setting.language)

    def day(self, instant: datetime) -> str:
        return localtime.day(localtime.local(instant, self._setting.zone).date(), self._catalog)

    def at(self, instant: datetime | None) -> str:
        """«сегодня в 14:10», «вчера в 9:00», «12 января в 9:00»; empty for None."""
        return "" if instant is None else self._say("at", instant)

    def until(self, instant: datetime | None) -> str:
        """«сегодня до 18:00», «завтра до 9:00», «12 января до 9:00»; empty for None.

        Midnight ends a day, it does not begin one: «сегодня до 24:00».
        """
        return "" if instant is None else self._say("until", instant)

    def _say(self, how: str, instant: datetime) -> str:
        there = localtime.local(instant, self._setting.zone)
        today = localtime.local(self._setting.now, self._setting.zone).date()
        clock = f"{there.hour}:{there.minute:02d}"
        date = there.date()
        if how == "until" and (there.hour, there.minute) == (0, 0):
            clock, date = "24:00", date - timedelta(days=1)
        names = {0: "today", 1: "tomorrow", -1: "yesterday"}
        name = names.get((date - today).days, "day")
        return self._catalog.t(
            f"template.{how}_{name}", clock=clock, day=localtime.day(date, self._catalog)
        )


def _cases(appeal: Appeal, wording: Wording) -> dict[str, str]:
    """Names in the cases that sentences need; what cannot be told is left out."""
    place, name = appeal.place, appeal.author.name
    return {
        "settlement_in": wording.form(place.settlement, Use.PLACE_IN),
        "street_on": wording.form(place.street, Use.STREET_ON),
        "street_along": wording.form(place.street, Use.STREET_ALONG),
        "opening": wording.form(name, Use.OPENING),
        "author_of": wording.form(name, Use.PERSON_OF),
        "author_to": wording.form(name, Use.PERSON_TO),
    }


def _place(place: Place) -> dict[str, str]:
    address = ", ".join(part for part in (place.settlement, place.street, place.house) if part)
    return {
        "address": address if place.settlement and place.street else "",
        "settlement": place.settlement,
        "street": place.street,
        "house": place.house,
    }


def _outage(outage: Outage, words: _Words) -> dict[str, str]:
    end = outage.expected_end()
    coming = end if end is not None and end >= words.now else None
    earlier = [r.etr for r in outage.etr_history if r.etr is not None and r.etr != end]
    planned = outage.planned_end if outage.kind is OutageKind.PLANNED else None
    return {
        "cause": outage.cause,
        "outage_start": words.at(outage.started_at),
        "restoration": words.until(coming),
        "previous_restoration": words.until(earlier[-1] if earlier else None),
        "planned_end": words.until(coming if planned is not None else None),
        "restored_at": words.at(outage.restored_at),
        "res": outage.res,
    }

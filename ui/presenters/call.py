"""A call in words: places that the address may mean, what to read out, until when to call back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain.address import PlaceGuess
from console.domain.appeal import Place
from console.domain.outage import Outage, OutageKind, OutageStatus
from console.domain.preset import Event, Preset
from console.domain.suggest import Suggestion
from console.readmodel import CallForm
from ui.presenters.here import Here
from ui.presenters.place import place_words

_MIDDLE = 0.5
_WORTH = 0.45


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place that is offered: its line, and what it stands for."""

    words: str
    branch: str
    place: Place
    sure: bool


@dataclass(frozen=True, slots=True)
class OutageWords:
    """An outage at the caller's address: what to read out, and what to ask before doing so."""

    outage: Outage
    sentence: str
    doubt: str


def place_choices(
    guesses: Iterable[PlaceGuess], here: Here, branches: Mapping[str, str]
) -> tuple[PlaceChoice, ...]:
    """The places offered, with the name of the branch that serves each."""
    return tuple(_choice(guess, here, branches) for guess in guesses if guess.branch)


def _choice(guess: PlaceGuess, here: Here, branches: Mapping[str, str]) -> PlaceChoice:
    branch = guess.branch or ""
    place = Place(
        settlement=guess.settlement,
        municipality=guess.municipality,
        street=guess.street,
        house=guess.house,
        lat=guess.lat,
        lon=guess.lon,
    )
    words = here.t("call.place", address=place_words(place), branch=branches.get(branch, branch))
    if not guess.is_sure and guess.confidence < _MIDDLE:
        words = here.t("call.place_maybe", place=words)
    return PlaceChoice(words, branch, place, guess.is_sure)


def outage_words(suggested: Sequence[Suggestion], here: Here) -> OutageWords | None:
    """What to tell about the outage that fits the address best; None where none goes on there."""
    for each in suggested:
        outage = each.outage
        goes_on = outage.is_dark or outage.status is OutageStatus.ANNOUNCED
        if goes_on and each.confidence >= _WORTH:
            doubt = "" if each.sure else here.t("call.doubt")
            return OutageWords(outage, outage_sentence(outage, here), doubt)
    return None


def outage_sentence(outage: Outage, here: Here) -> str:
    """Ready to be read out to the caller: what, since when, why, until when by their own clock."""
    parts = [_what(outage, here)]
    if outage.cause and outage.is_dark:
        parts.append(here.t("call.cause", cause=outage.cause))
    if outage.status is OutageStatus.CREW_SENT:
        parts.append(here.t("call.crew"))
    parts.append(_until(outage, here))
    return " ".join(part for part in parts if part)


def _what(outage: Outage, here: Here) -> str:
    planned = "planned" if outage.kind is OutageKind.PLANNED else "emergency"
    if not outage.is_dark:
        return here.t("call.announced", time=here.at(outage.started_at))
    return here.t(f"call.{planned}", time=here.at(outage.started_at))


def _until(outage: Outage, here: Here) -> str:
    end = outage.expected_end()
    if end is None:
        return here.t("call.until_unknown")
    if outage.is_late(here.now):
        return here.t("call.until_late", time=here.at(end))
    return here.t("call.until", time=here.at(end))


def callback_words(form: CallForm, presets: Sequence[Preset], here: Here) -> str:
    """Until when the caller is to be called back (Приказ Минэнерго 186: the preset of calls)."""
    due = callback_due(form, presets)
    return "" if due is None else here.t("call.callback", time=here.at(due))


def callback_due(form: CallForm, presets: Sequence[Preset]) -> datetime | None:
    """The end of the clock that a call starts (UTC); None where no rule is about calls."""
    if form.channel != "phone":
        return None
    rules = (preset for preset in presets if Event.CALL in preset.starts)
    lengths = [preset.hard for preset in rules]
    return form.began_at + min(lengths) if lengths else None


def lack(form: CallForm, here: Here) -> str:
    """What is missing before the call can be written down; empty where nothing is."""
    if not form.text.strip():
        return here.t("call.no_text")
    if not form.branch:
        return here.t("call.no_branch")
    return ""


def is_empty(form: CallForm) -> bool:
    """Whether nothing has been written down that anybody would miss."""
    said = (form.address, form.name, form.phone, form.text, form.note)
    return not any(part.strip() for part in said)

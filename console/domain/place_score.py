"""How sure a sighting of a settlement is: by its own signs, its namesakes, and what else is named.

Of several places of one name each has a share: towns weigh more than hamlets, those of the appeal's
branch and of a district that is named more than the others. Only what has nearly all of it may be
taken without asking, so that a person is asked wherever the text alone cannot tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from console.domain.places import Settlement
from console.domain.sighting import Clues, Sighting

SURE: Final = 0.7
"""From this confidence on a guess may be taken without asking."""

_SUBURB_KM: Final = 60.0
_CITY, _TOWN = 100_000, 10_000
_SMALL_TOWN: Final = 4_000
"""Inhabitants from which a town vouches for a village beside it."""

_HAMLET, _LISTED = 300.0, 150.0
"""How much a village weighs of which nothing is known, and one that only its district lists."""

_ELSEWHERE: Final = 600.0
"""How much a place of the same name in a region of nobody here weighs."""

_SEAT: Final = 2_000.0
"""How much a district's centre weighs at least."""

_OWN, _REGION, _NEAR = 50.0, 300.0, 30.0
"""How many times more likely: a place of the appeal's branch, of the region that is named, beside
a town that is named."""

_DISTRICT, _DISTRICT_HINTED = 5_000.0, 200.0
"""How many times more likely a place of the district that is named, or may be."""

_NEGLIGIBLE: Final = 0.002
"""A smaller share is not worth a look."""

_CERTAIN_BRANCH, _CERTAIN_PLACE = 0.93, 0.96
"""The share from which on a branch, or a place within it, needs no question."""

_KINDS: Final = {"рп": "пгт", "дп": "п", "ж/р": "п", "мкр": "п", "а": "аал"}
_SAID_KINDS: Final = (
    ("г", ("г", "гор", "город")),
    ("пгт", ("пгт", "рп")),
    ("п", ("п", "пос", "посел", "мкр", "микрорайон", "дп")),
    ("с", ("с", "сел")),
    ("д", ("д", "дер", "деревн")),
    ("ст", ("ст", "станци")),
    ("аал", ("аал", "аул")),
    ("у", ("у", "улус")),
)
_DARK: Final = re.compile(
    r"(?:свет|электр|темн|тьм|отключ|выруб|выключ|напряж|авари|провод|столб|обесточ|гас|мига|морга|"
    r"вольт|искр|трансформ|опор|сид|включ|сгор)"
)
_LIT: Final = re.compile(r"(?:завид|со светом|есть|хорош|дали)")
_ON_THE_WAY: Final = re.compile(
    r"(?:приехал\w*|ехал\w*|едем|еду|звоню|живу|родом|нахожусь|был\w*|\bя|\bсама?)\s(?:из|в|во)\Z"
)

_CERTAIN_UNTOLD: Final = 0.99
"""The same where another branch has a place of the name, and nothing but people speaks for one."""


class Reason(StrEnum):
    """Why a guess is as sure as it is; the sentence of each is in the translations."""

    NAMED = "named"
    DECLINED = "declined"
    MARKED = "marked"
    TYPO = "typo"
    EVERYDAY_WORD = "everyday_word"
    OWN_BRANCH = "own_branch"
    OTHER_BRANCH = "other_branch"
    REGION_NAMED = "region_named"
    OTHER_REGION_NAMED = "other_region_named"
    DISTRICT_NAMED = "district_named"
    SAME_NAME = "same_name"
    SAME_NAME_HERE = "same_name_here"
    COMMON_NAME = "common_name"
    NEAR_TOWN = "near_town"
    SECOND_PLACE = "second_place"
    NOT_OURS = "not_ours"
    NO_SETTLEMENT = "no_settlement"
    UNLISTED = "unlisted"
    STREET_TYPED = "street_typed"
    STREET_KNOWN = "street_known"
    STREET_ORDINAL = "street_ordinal"
    STREET_AFTER_PLACE = "street_after_place"
    STREET_TYPO = "street_typo"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Because:
    """A reason, with what its sentence names (a place, a branch, a number)."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """A sighting with its score (0 to about 1.5; from `SURE` on it may be taken) and why."""

    sighting: Sighting
    score: float
    weight: float
    reasons: tuple[Because, ...]


def scored(
    sightings: Sequence[Sighting], text: str, clues: Clues, branch: str | None
) -> tuple[Scored, ...]:
    """Every sighting with its score, the likeliest first. ``branch`` is the appeal's."""
    places = [list(each) for _, each in groupby(sightings, key=lambda s: s.first)]
    found = [
        each
        for namesakes in places
        for each in _Namesakes(namesakes, sightings, clues, branch).scored()
    ]
    found = _one_of_two(_by_clause(found, text))
    return tuple(sorted(found, key=lambda each: (-each.score, -each.weight)))


class _Namesakes:
    """All settlements that the same words of a text may name."""

    def __init__(
        self,
        sightings: Sequence[Sighting],
        others: Sequence[Sighting],
        clues: Clues,
        branch: str | None,
    ) -> None:
        self._sightings = sightings
        self._branch = branch
        self._clues = clues
        self._towns = {id(s): _beside(s, others) for s in sightings}
        self._weights = {id(s): self._weight(s) for s in sightings}
        self._all = sum(self._weights.values()) + self._elsewhere()

    def _elsewhere(self) -> float:
        """How much the places of this name weigh that no list of ours has."""
        if self._branch or self._clues.regions or self._clues.districts:
            return 0.0
        return _ELSEWHERE * max(s.settlement.elsewhere for s in self._sightings)

    def _weight(self, sighting: Sighting) -> float:
        settlement = sighting.settlement
        least = _SEAT if settlement.seat else (_HAMLET if settlement.placed else _LISTED)
        weight = max(float(settlement.population), least) * _kind_fits(sighting)
        weight *= _OWN if self._branch and settlement.branch == self._branch else 1.0
        if self._clues.regions:
            weight *= _REGION if settlement.branch in self._clues.regions else 1.0
        if self._clues.is_in_district(settlement):
            weight *= _DISTRICT if self._clues.is_sure_of(settlement) else _DISTRICT_HINTED
        weight *= _NEAR if self._towns[id(sighting)] is not None else 1.0
        if sighting.named.typo:
            weight *= 0.5
        return weight

    def scored(self) -> Iterator[Scored]:
        """Each of them, by its share of the likelihood."""
        of_branch: dict[str, float] = {}
        for sighting in self._sightings:
            of_branch.setdefault(sighting.settlement.branch, 0.0)
            of_branch[sighting.settlement.branch] += self._weights[id(sighting)]
        for sighting in self._sightings:
            weight = self._weights[id(sighting)]
            share = weight / self._all
            if share < _NEGLIGIBLE:
                continue
            branch_share = of_branch[sighting.settlement.branch] / self._all
            yield self._scored(sighting, weight, share, branch_share)

    def _scored(
        self, sighting: Sighting, weight: float, share: float, branch_share: float
    ) -> Scored:
        score, reasons = _own_signs(sighting)
        more, known, because = self._evidence(sighting)
        score += more
        reasons += because
        settlement = sighting.settlement
        if self._branch and settlement.branch not in ("", self._branch):
            score = min(score, SURE - 0.15)
        alone = {s.settlement.branch for s in self._sightings} == {settlement.branch}
        enough = _CERTAIN_BRANCH if known or alone else _CERTAIN_UNTOLD
        if branch_share < enough:
            score = min(score, SURE - 0.05, 0.3 + 0.35 * share)
            rivals = len({s.settlement.branch for s in self._sightings})
            reasons.append(
                Because(Reason.COMMON_NAME) if alone else Because(Reason.SAME_NAME, str(rivals))
            )
        elif share / branch_share < _CERTAIN_PLACE:
            # The branch is sure all the same; which of its villages is meant is not.
            score = min(score, SURE - 0.05, 0.35 + 0.35 * share)
            same = [s for s in self._sightings if s.settlement.branch == settlement.branch]
            reasons.append(Because(Reason.SAME_NAME_HERE, str(len(same))))
        elif not known and not settlement.placed:
            # That only one village of this name is listed does not say that there is but one.
            score = min(score, SURE - 0.1)
            reasons.append(Because(Reason.COMMON_NAME))
        return Scored(sighting, score, weight, tuple(reasons))

    def _evidence(self, sighting: Sighting) -> tuple[float, bool, list[Because]]:
        """What else speaks for the place; whether anything says its branch; and why."""
        settlement, clues = sighting.settlement, self._clues
        score, known = 0.0, False
        reasons: list[Because] = []
        if not settlement.branch:
            score -= 0.2 if self._branch else 0.0
            reasons.append(Because(Reason.NOT_OURS, settlement.name))
        if clues.is_in_district(settlement):
            score, known = score + 0.2, True
            reasons.append(Because(Reason.DISTRICT_NAMED, settlement.district))
        if settlement.branch in clues.regions:
            score, known = score + 0.2, True
            reasons.append(Because(Reason.REGION_NAMED, settlement.branch))
        elif clues.regions:
            score -= 0.3
            reasons.append(Because(Reason.OTHER_REGION_NAMED, settlement.branch))
        if self._branch and settlement.branch == self._branch:
            score, known = score + 0.15, True
            reasons.append(Because(Reason.OWN_BRANCH, self._branch))
        elif self._branch and settlement.branch:
            score -= 0.25
            reasons.append(Because(Reason.OTHER_BRANCH, settlement.branch))
        town = self._towns[id(sighting)]
        if town is not None:
            score, known = score + 0.2, True
            reasons.append(Because(Reason.NEAR_TOWN, town.name))
        return score, known, reasons


def _own_signs(sighting: Sighting) -> tuple[float, list[Because]]:
    """How surely these words name this place at all."""
    settlement, named = sighting.settlement, sighting.named
    score = 0.4
    reasons = [
        Because(Reason.TYPO, settlement.name)
        if named.typo
        else Because(Reason.NAMED if named.exact else Reason.DECLINED, sighting.said)
    ]
    if sighting.marked:
        score += 0.3
        reasons.append(Because(Reason.MARKED))
    elif sighting.led or sighting.before_street:
        score += 0.2
    score += 0.1 * sighting.capital + 0.05 * (named.length > 1)
    score += 0.1 * (settlement.population >= _CITY) + 0.05 * (settlement.population >= _TOWN)
    if named.typo:
        score -= 0.15
    elif not named.exact and not sighting.led:
        # «Назарова» by itself is rather a surname than «из Назарова».
        score -= 0.25
    if settlement.weak and not sighting.marked:
        noun = not settlement.name.endswith(("ый", "ий", "ой", "ая", "ое", "ые"))
        like_a_name = sighting.capital and sighting.inside and noun
        score -= 0.05 if like_a_name else (0.1 if sighting.capital else 0.2)
        score = min(score, SURE - (0.05 if like_a_name else 0.2))
        reasons.append(Because(Reason.EVERYDAY_WORD, settlement.name))
    return score, reasons


def _kind_fits(sighting: Sighting) -> float:
    """How well «село», «пгт» before the name fits what the place is."""
    said = next((kind for kind, words in _SAID_KINDS if _is_one_of(sighting.marker, words)), "")
    settlement = sighting.settlement
    if not said:
        return 1.0
    if said == "г":
        return 4.0 if settlement.kind == "г" or settlement.population >= _TOWN else 0.1
    kind = _KINDS.get(settlement.kind, settlement.kind)
    if not kind:
        return 0.5 if said in ("пгт", "аал") else 2.0
    if kind == said or (said == "п" and kind == "пгт"):
        return 4.0
    return 0.1 if "г" in (kind, said) or "пгт" in (kind, said) else 0.4


def _is_one_of(marker: str, listed: Sequence[str]) -> bool:
    return any(marker == word or (len(word) > 2 and marker.startswith(word)) for word in listed)


def _beside(sighting: Sighting, others: Sequence[Sighting]) -> Settlement | None:
    """«Красноярск, посёлок Солонцы»: the town that vouches for the village."""
    own = sighting.settlement
    for other in others:
        town = other.settlement
        if other.first == sighting.first or town.branch != own.branch or not _vouches(other):
            continue
        if town.population > 3 * own.population and own.distance_km(town) <= _SUBURB_KM:
            return town
    return None


def _vouches(sighting: Sighting) -> bool:
    """Whether a town is surely named, so that a village beside it is believed."""
    town = sighting.settlement
    plain = not sighting.named.typo and not town.weak
    return plain and town.population >= _SMALL_TOWN and sighting.is_signed


# ── Two places in one text ────────────────────────────────────────────────────────────────────


def _by_clause(found: Sequence[Scored], text: str) -> list[Scored]:
    """Where several places are named: rather the one of whose light the clause speaks."""
    starts = {each.sighting.first: each.sighting.span for each in found}
    if len(starts) < 2:
        return list(found)
    shift: dict[int, float] = {}
    for first, span in starts.items():
        before, after = _clause(text, span.start, span.end)
        away = _ON_THE_WAY.search(before.rstrip()) is not None or _LIT.search(after) is not None
        shift[first] = -0.35 if away else (0.1 if _DARK.search(before + after) else 0.0)
    return [
        Scored(each.sighting, each.score + shift[each.sighting.first], each.weight, each.reasons)
        for each in found
    ]


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands in the clause before and after a name, in small letters."""
    lowered = text.lower()
    before = re.split(r"[.,;!?…\n—]|\s(?:а|но)\s", lowered[max(0, start - 60) : start])[-1]
    after = re.split(r"[.,;!?…\n—]|\s(?:а|но)\s", lowered[end : end + 60])[0]
    return before, after


def _one_of_two(found: Sequence[Scored]) -> list[Scored]:
    """Of a village and its town the village is meant; of two others nobody is taken in silence."""
    best: dict[int, Scored] = {}
    for each in found:
        first = each.sighting.first
        if first not in best or each.score > best[first].score:
            best[first] = each
    if len(best) < 2:
        return list(found)
    top, second = sorted(best.values(), key=lambda each: -each.score)[:2]
    return [_against(each, top, second) for each in found]


def _against(each: Scored, top: Scored, second: Scored) -> Scored:
    one, other = top.sighting.settlement, second.sighting.settlement
    own = each.sighting.settlement
    near = one.branch == other.branch and one.distance_km(other) <= _SUBURB_KM
    if near or one is other:
        large = max(one, other, key=lambda s: s.population)
        if own is large and one is not other:
            return Scored(each.sighting, each.score - 0.15, each.weight, each.reasons)
        return each
    if top.score - second.score >= 0.15 or each.score < SURE:
        return each
    reasons = (*each.reasons, Because(Reason.SECOND_PLACE, other.name if own is one else one.name))
    return Scored(each.sighting, SURE - 0.05, each.weight, reasons)

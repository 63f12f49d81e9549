"""Outage suggestions: the right one first, decoys low, and unsure said to be unsure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.domain.appeal import Place
from console.domain.outage import Outage, OutageArea, OutageKind, OutageStatus
from console.domain.suggest import (
    REMEMBERED,
    AppealClue,
    Suggestion,
    SuggestReason,
    suggest,
)

NOW = datetime(2026, 1, 20, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HERE = Place(settlement="Солонцы", street="улица Садовая", house="5")
CLUE = AppealClue("krasnoyarsk", HERE, NOW, "нет света на садовой", "outage.emergency")


def an_outage(name: str = "right", *areas: OutageArea, **changes: object) -> Outage:
    outage = Outage(
        branch="krasnoyarsk",
        id=name,
        kind=OutageKind.EMERGENCY,
        status=OutageStatus.ACTIVE,
        started_at=NOW - HOUR,
        areas=areas or (OutageArea("Солонцы", "улица Садовая"),),
        cause="обрыв провода",
    )
    return replace(outage, **changes)  # type: ignore[arg-type]


DECOYS = (
    an_outage("same street elsewhere", OutageArea("Элита", "улица Садовая")),
    an_outage("other street", OutageArea("Солонцы", "улица Мира")),
    an_outage(
        "restored yesterday", status=OutageStatus.RESTORED, restored_at=NOW - 20 * HOUR,
        started_at=NOW - 24 * HOUR,
    ),
    an_outage(
        "planned tomorrow", kind=OutageKind.PLANNED, status=OutageStatus.ANNOUNCED,
        started_at=NOW + 20 * HOUR,
    ),
    an_outage("cancelled", status=OutageStatus.CANCELLED),
    an_outage("other branch", branch="omsk"),
)  # fmt: skip


def first(clue: AppealClue, *outages: Outage) -> Suggestion:
    return suggest(clue, outages)[0]


def reasons(found: Suggestion) -> set[SuggestReason]:
    return {because.reason for because in found.reasons}


def test_the_outage_of_the_same_street_at_the_same_time_is_sure() -> None:
    found = first(CLUE, *DECOYS, an_outage())
    assert found.outage.id == "right"
    assert found.sure
    assert {SuggestReason.SAME_STREET, SuggestReason.DURING} <= reasons(found)


def test_decoys_score_low_and_are_never_sure() -> None:
    for found in suggest(CLUE, DECOYS):
        assert found.confidence <= 0.2, found.outage.id
        assert not found.sure


def test_an_outage_of_another_branch_is_not_suggested_at_all() -> None:
    assert suggest(CLUE, [an_outage(branch="omsk")]) == ()


def test_two_outages_that_fit_alike_are_both_unsure() -> None:
    both = suggest(CLUE, [an_outage("one"), an_outage("two")])
    assert len(both) == 2
    assert not any(found.sure for found in both)


def test_a_house_outside_the_list_is_unsure_and_inside_surer() -> None:
    outside = an_outage("out", OutageArea("Солонцы", "Садовая", "10-20"))
    inside = an_outage("in", OutageArea("Солонцы", "ул. Садовая", "1–15 нечётные, 22"))
    found = suggest(CLUE, [outside, inside])
    assert [each.outage.id for each in found] == ["in", "out"]
    assert found[0].sure
    assert SuggestReason.OTHER_HOUSE in reasons(found[1])


def test_the_whole_settlement_fits_an_appeal_without_a_street() -> None:
    clue = replace(CLUE, place=Place(settlement="Солонцы"), text="нет света")
    whole = first(clue, an_outage("whole", OutageArea("Солонцы")))
    assert whole.sure
    street = first(clue, an_outage())
    assert SuggestReason.STREET_UNKNOWN in reasons(street)
    assert not street.sure


def test_without_a_settlement_nothing_is_sure() -> None:
    clue = replace(CLUE, place=Place(street="улица Садовая"))
    found = first(clue, an_outage())
    assert SuggestReason.SETTLEMENT_UNKNOWN in reasons(found)
    assert not found.sure


@pytest.mark.parametrize(
    ("minutes", "reason", "sure"),
    [
        (-30, SuggestReason.JUST_BEFORE, True),
        (-300, SuggestReason.LONG_BEFORE, False),
        (1, SuggestReason.DURING, True),
        (150, SuggestReason.JUST_RESTORED, False),
        (600, SuggestReason.LONG_RESTORED, False),
    ],
)
def test_the_time_of_writing_counts(minutes: int, reason: SuggestReason, sure: bool) -> None:
    outage = an_outage(started_at=NOW, restored_at=NOW + 2 * HOUR, status=OutageStatus.RESTORED)
    found = first(replace(CLUE, at=NOW + timedelta(minutes=minutes)), outage)
    assert reason in reasons(found)
    assert found.sure is sure


def test_a_question_about_planned_work_finds_the_announced_outage() -> None:
    asks = replace(CLUE, topic="outage.planned", text="завтра плановое отключение?")
    planned = an_outage(
        "planned",
        kind=OutageKind.PLANNED,
        status=OutageStatus.ANNOUNCED,
        started_at=NOW + 20 * HOUR,
    )
    found = first(asks, planned)
    assert SuggestReason.ASKS_ABOUT_PLANNED in reasons(found)
    assert found.confidence > 0.6


def test_what_is_not_our_network_or_another_topic_scores_low() -> None:
    foreign = first(replace(CLUE, ours=False, topic="not_ours.snt"), an_outage())
    assert SuggestReason.NOT_OUR_NETWORK in reasons(foreign)
    assert foreign.confidence < 0.3
    meter = first(replace(CLUE, topic="metering.meter"), an_outage())
    assert SuggestReason.OTHER_TOPIC in reasons(meter)
    assert meter.confidence < 0.5


def test_words_shared_with_the_cause_speak_for_an_outage() -> None:
    clue = replace(CLUE, text="провод оборвало, видели обрыв")
    found = first(clue, an_outage())
    assert SuggestReason.SHARED_WORDS in reasons(found)
    assert found.confidence > first(CLUE, an_outage()).confidence


def test_what_was_over_long_ago_is_not_looked_at_and_what_lasts_is() -> None:
    began = NOW - REMEMBERED - HOUR
    over = an_outage("over", status=OutageStatus.RESTORED, started_at=began, restored_at=began)
    assert suggest(CLUE, [over]) == ()
    assert suggest(CLUE, [replace(over, started_at=NOW - REMEMBERED)]) != ()
    assert first(CLUE, an_outage(started_at=began)).outage.id == "right"


def test_announced_work_that_nobody_has_marked_is_over_when_it_was_to_be() -> None:
    work = an_outage(
        kind=OutageKind.PLANNED,
        status=OutageStatus.ANNOUNCED,
        started_at=NOW - 3 * HOUR,
        planned_end=NOW - HOUR,
    )
    late = first(CLUE, work)
    assert (late.sure, late.reasons[-1].reason) == (True, SuggestReason.SHOULD_BE_BACK)
    week = first(replace(CLUE, at=NOW + 7 * 24 * HOUR), work)
    assert week.confidence < 0.2
    assert first(CLUE, replace(work, planned_end=NOW + HOUR)).sure
    assert suggest(replace(CLUE, at=NOW + REMEMBERED), [work]) == ()

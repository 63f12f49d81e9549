from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from console.domain.clocks import ClockFacts, ClockState
from console.domain.deadline import binding_due, clock_at, explain, ladder
from console.domain.pause import Pause
from console.domain.preset import Bearing, Event, Preset, Unit
from console.errors import ConfigError
from console.rulebook.calendars import load_calendars
from console.rulebook.deadlines import load_presets
from tests.console.domain.clockwork import DAY, HOUR, MINUTE, at

_PRESETS = {preset.key: preset for preset in load_presets()}
_OMSK = load_calendars()["omsk"]

_TABLE: dict[str, tuple[timedelta | None, timedelta, Unit, Event]] = {
    "danger": (None, 15 * MINUTE, Unit.CALENDAR_TIME, Event.DANGER_FOUND),
    "im_high": (None, 4 * HOUR, Unit.WORKING_TIME, Event.ASSIGNED),
    "im_standard": (8 * HOUR, 9 * HOUR, Unit.WORKING_TIME, Event.ASSIGNED),
    "im_ceiling": (None, 24 * HOUR, Unit.CALENDAR_TIME, Event.REGISTERED),
    "im_final_after_interim": (None, 7 * DAY, Unit.WORKING_DAYS, Event.INTERIM_PUBLISHED),
    "promise": (None, 24 * HOUR, Unit.CALENDAR_TIME, Event.PROMISED),
    "rework": (None, 3 * DAY, Unit.WORKING_DAYS, Event.RETURNED),
    "transfer_window": (None, HOUR, Unit.WORKING_TIME, Event.ASSIGNED),
    "phone_callback": (None, 4 * HOUR, Unit.CALENDAR_TIME, Event.CALL),
    "portal_svetlaya_strana": (None, 8 * DAY, Unit.WORKING_DAYS, Event.APPEAL_PUBLISHED),
    "pos_fast": (None, 10 * DAY, Unit.CALENDAR_DAYS, Event.REGISTERED),
    "pos_standard": (None, 30 * DAY, Unit.CALENDAR_DAYS, Event.REGISTERED),
    "letter": (None, 30 * DAY, Unit.CALENDAR_DAYS, Event.REGISTERED),
    "redirect": (None, 7 * DAY, Unit.CALENDAR_DAYS, Event.REGISTERED),
    "register": (None, 3 * DAY, Unit.CALENDAR_DAYS, Event.INTAKE),
    "restore_category_3": (None, 24 * HOUR, Unit.CALENDAR_TIME, Event.OUTAGE_STARTED),
}


def test_every_clock_of_the_field_has_its_length_its_unit_and_its_start() -> None:
    found = {key: (p.target, p.hard, p.unit, p.starts[0]) for key, p in _PRESETS.items()}
    assert found == _TABLE


def test_all_warn_at_fifty_eighty_and_a_hundred_percent() -> None:
    assert {preset.alarms for preset in _PRESETS.values()} == {(50, 80, 100)}


def test_the_window_and_the_grids_own_duty_do_not_bind() -> None:
    other = {k: p.bearing for k, p in _PRESETS.items() if p.bearing is not Bearing.BINDS}
    assert other == {"transfer_window": Bearing.WINDOW, "restore_category_3": Bearing.WATCHED}
    assert _PRESETS["restore_category_3"].yearly == 72 * HOUR


@pytest.mark.parametrize("key", _TABLE)
def test_every_preset_can_be_computed_and_explained(key: str) -> None:
    clock = clock_at(_PRESETS[key], at("2026-12-30 16:30"), _OMSK, now=at("2026-12-30 16:30"))
    assert clock.due_at is not None
    assert explain(clock, _OMSK).due_at == clock.due_at


def _running(facts: ClockFacts) -> set[str]:
    presets = list(_PRESETS.values())
    found = ladder(facts, presets, _OMSK, now=facts.received_at).clocks
    return {clock.preset for clock in found if clock.state is ClockState.RUNNING}


_RECEIVED = at("2026-11-20 16:30")


def test_a_post_in_a_social_network_falls_under_the_regional_rules_not_the_law_on_letters() -> None:
    assert _running(ClockFacts("vk", _RECEIVED)) == {"im_standard", "im_ceiling", "transfer_window"}
    high = ClockFacts("telegram", _RECEIVED, priority_high=True, danger=True)
    assert _running(high) == {"danger", "im_high", "im_ceiling", "transfer_window"}


def test_a_letter_is_registered_then_answered_and_redirected_if_it_is_not_ours() -> None:
    letter = ClockFacts("email", _RECEIVED)
    assert _running(letter) == {"register", "letter"}
    registered = ClockFacts("email", _RECEIVED, registered_at=at("2026-11-23 10:00"), not_ours=True)
    assert _running(registered) == {"letter", "redirect"}


def test_the_feedback_platform_has_a_fast_track() -> None:
    fast = ClockFacts("pos", _RECEIVED, incident_kind="fast")
    assert "pos_fast" in _running(fast)
    assert "pos_standard" not in _running(fast)
    assert "pos_standard" in _running(ClockFacts("pos", _RECEIVED))


def test_a_call_owes_a_call_back_where_one_was_promised() -> None:
    assert _running(ClockFacts("phone", _RECEIVED)) == set()
    assert _running(ClockFacts("phone", _RECEIVED, called_at=_RECEIVED)) == {"phone_callback"}


def test_an_interim_reply_satisfies_the_reaction_and_starts_the_final_clock() -> None:
    facts = ClockFacts("vk", _RECEIVED, interim_published_at=at("2026-11-20 17:00"))
    assert _running(facts) == {"im_final_after_interim", "transfer_window"}
    found = binding_due(facts, list(_PRESETS.values()), _OMSK)
    assert found is not None
    assert (found.preset, found.due_at) == ("im_final_after_interim", at("2026-12-01 18:00"))


def test_a_closed_appeal_owes_nothing() -> None:
    facts = ClockFacts("vk", _RECEIVED, danger=True, closed_at=at("2026-11-20 16:31"))
    assert _running(facts) == set()


def test_new_year_with_its_moved_day_off() -> None:
    facts = ClockFacts("vk", at("2026-12-30 16:30"))
    (standard,) = (
        clock
        for clock in ladder(facts, _PRESETS.values(), _OMSK, now=facts.received_at).clocks
        if clock.preset == "im_standard"
    )
    assert standard.due_at == at("2027-01-11 16:30")
    assert standard.target_at == at("2027-01-11 15:30")


def test_a_letter_registered_before_new_year_is_not_due_before_it_was_written() -> None:
    facts = ClockFacts("email", at("2026-12-30 16:30"))
    found = {
        c.preset: c.due_at for c in ladder(facts, _PRESETS.values(), _OMSK, now=_RECEIVED).clocks
    }
    assert found["register"] == at("2027-01-11 18:00")


def test_danger_that_is_found_later_is_counted_from_then() -> None:
    later = _RECEIVED + 3 * HOUR
    found = binding_due(
        ClockFacts("vk", _RECEIVED, danger=True, danger_at=later), _PRESETS.values(), _OMSK
    )
    assert found is not None
    assert (found.preset, found.due_at) == ("danger", later + 15 * MINUTE)


def test_a_promise_binds_to_its_instant_and_outlives_the_answer() -> None:
    promised = ClockFacts(
        "vk",
        _RECEIVED,
        promised_at=_RECEIVED + HOUR,
        promise_at=_RECEIVED + 3 * HOUR,
        answered_at=_RECEIVED + HOUR,
        closed_at=_RECEIVED + HOUR,
    )
    (clock,) = (
        c
        for c in ladder(promised, _PRESETS.values(), _OMSK, now=_RECEIVED + 2 * HOUR).clocks
        if c.preset == "promise"
    )
    assert (clock.due_at, clock.share, clock.alarm) == (_RECEIVED + 3 * HOUR, 0.5, 50)
    assert clock.state is ClockState.RUNNING
    assert explain(clock, _OMSK).due_at == clock.due_at


def test_a_promise_before_it_was_made_is_due_at_once() -> None:
    facts = ClockFacts("vk", _RECEIVED, promised_at=_RECEIVED, promise_at=_RECEIVED - HOUR)
    found = binding_due(facts, _PRESETS.values(), _OMSK)
    assert found is not None
    assert (found.preset, found.due_at) == ("promise", _RECEIVED)


def test_danger_does_not_wait_for_a_pause() -> None:
    facts = ClockFacts("vk", _RECEIVED, danger=True, pauses=(Pause(_RECEIVED),))
    found = binding_due(facts, list(_PRESETS.values()), _OMSK)
    assert found is not None
    assert (found.preset, found.due_at) == ("danger", _RECEIVED + 15 * MINUTE)


# ------------------------------------------------------------------------------ mistakes

_GOOD = """
[[preset]]
key = "one"
hard = "9h"
target = "8h"
unit = "working_time"
starts = ["intake"]
stops = ["answered"]
"""


def _load(tmp_path: Path, text: str) -> tuple[Preset, ...]:
    file = tmp_path / "deadlines.toml"
    file.write_text(text, encoding="utf-8")
    return load_presets(file, channels=("vk",))


def test_a_preset_needs_little(tmp_path: Path) -> None:
    (preset,) = _load(tmp_path, _GOOD)
    assert (preset.key, preset.hard, preset.pausable) == ("one", 9 * HOUR, True)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (_GOOD.replace('"9h"', '"9"'), "preset one.hard"),
        (_GOOD.replace('"9h"', '"0h"'), "preset one.hard"),
        (_GOOD.replace('"9h"', '"7d"'), "preset one.hard.*hours and minutes"),
        (_GOOD.replace('"9h"', '"99999999h"'), "preset one.hard.*no more than"),
        (_GOOD.replace('"9h"', '"99999999999999999h"'), "preset one.hard"),
        (_GOOD.replace('"9h"', "9"), "preset one.hard"),
        (_GOOD.replace('"8h"', '"9h"'), "preset one.target.*shorter"),
        (_GOOD.replace("working_time", "working_days"), "preset one.hard.*whole days"),
        (_GOOD.replace("working_time", "work"), "preset one.unit.*working_days"),
        (_GOOD.replace('["intake"]', '["arrival"]'), "preset one.starts.*intake"),
        (_GOOD.replace('["answered"]', "[]"), "preset one.stops"),
        (_GOOD.replace('key = "one"', ""), "preset 1.key"),
        (_GOOD + 'colour = "red"', "preset one.colour"),
        (_GOOD + 'channels = ["vkontakte"]', "preset one.channels.*vkontakte"),
        (_GOOD + "alarms = [80, 50]", "preset one.alarms"),
        (_GOOD + "alarms = [0]", "preset one.alarms"),
        (_GOOD + "alarms = 50", "preset one.alarms"),
        (_GOOD + "danger = 1", "preset one.danger"),
        (_GOOD + 'on_day_off = "next"', "preset one.on_day_off.*left out"),
        (_GOOD + "to_promise = true", "preset one.to_promise.*left out"),
        (_GOOD + 'yearly = "72h"', "preset one.yearly.*left out"),
        (_GOOD + 'first_day = "same"', "preset one.first_day.*left out"),
        (_GOOD + 'pick = "any"', "preset one.pick"),
        (_GOOD + 'bearing = "heavy"', "preset one.bearing"),
        ("[preset]", "preset"),
        ("[presets]", "presets"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"deadlines.toml: “{named}"):
        _load(tmp_path, text)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="“one” stands twice"):
        _load(tmp_path, _GOOD * 2)

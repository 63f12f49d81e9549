"""Times in words: the appeal's own clock, and whose clock it is where that matters."""

from __future__ import annotations

from datetime import timedelta

from tests.support.ui_builders import KYZYL, NOW, here


def test_a_time_of_another_zone_names_its_city() -> None:
    assert here().at_zoned(NOW + timedelta(minutes=30)) == "15:30 (Кызыл, UTC+7)"


def test_a_time_of_the_operators_own_zone_is_bare() -> None:
    assert here(home=KYZYL).at_zoned(NOW) == "15:00"


def test_an_unknown_branch_is_named_by_its_offset_alone() -> None:
    assert here(branch="mars").zone_name(NOW) == "UTC+7"


def test_no_instant_is_a_dash() -> None:
    assert here().at(None) == here().at_zoned(None) == "—"


def test_days_are_the_regions_days() -> None:
    late = NOW + timedelta(hours=9, minutes=30)  # 00:30 of the next day in Кызыл
    assert here().day(NOW) == "сегодня"
    assert here(now=late).day(NOW) == "вчера"
    assert here().day(NOW - timedelta(days=400)) == "11 февраля 2025 года"


def test_lengths_ahead_and_behind() -> None:
    assert here().ago(NOW - timedelta(seconds=20)) == "только что"
    assert here().ago(NOW - timedelta(minutes=12)) == "12 мин назад"
    assert here().from_now(NOW + timedelta(seconds=40)) == "через 40 с"
    assert here().from_now(NOW) == "сейчас"


def test_a_machines_instant_without_a_zone_is_utc() -> None:
    assert here(home=KYZYL).instant("2026-03-18T09:00:00") == "16:00"

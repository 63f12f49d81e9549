from __future__ import annotations

import argparse
import io
import json
from typing import Any

import pytest

from console.errors import UsageError
from console.server.explain import deadline


def _run(*arguments: str) -> str:
    parser = argparse.ArgumentParser()
    deadline.add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["deadline", *arguments])
    out = io.StringIO()
    assert args.func(args, out=out) == 0
    return out.getvalue()


def _ask(branch: str, preset: str, start: str, *more: str) -> list[str]:
    given = ("--branch", branch, "--preset", preset, "--from", start)
    return _run(*given, *more).splitlines()


def _json(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads("\n".join(_ask(*arguments, "--json")))
    return answer


def test_new_year_is_explained_line_by_line() -> None:
    lines = _ask("omsk", "im_standard", "2026-12-30T16:30")
    assert lines[:2] == [
        "Филиал: Омскэнерго, время Asia/Omsk",
        "Срок: понедельник, 11 января 2027, 16:30 (UTC+6)",
    ]
    skipped = [line for line in lines if "не считается" in line]
    assert len(skipped) == 11
    assert skipped[0] == ("31 декабря, четверг — не считается: выходной перенесён сюда с 4 января")
    assert skipped[7] == "7 января 2027, четверг — не считается: праздник «Рождество Христово»"
    assert "30 декабря, среда: 16:30–18:00, это 1 ч 30 мин; остаётся 7 ч 30 мин" in lines
    assert "11 января 2027, понедельник: 09:00–16:30, это 7 ч 30 мин" in lines
    assert "Порог 80 %: понедельник, 11 января 2027, 14:42" in lines


def test_hours_and_length_can_be_tried() -> None:
    lines = _ask(
        "omsk", "im_standard", "2026-11-20T16:30", "--hours", "9:00-17:00", "--amount", "1h"
    )
    assert lines[1] == "Срок: понедельник, 23 ноября 2026, 09:30 (UTC+6)"


@pytest.mark.parametrize(
    ("branch", "due"),
    [
        ("omsk", "2026-11-23T09:30:00+06:00"),
        ("krasnoyarsk", "2026-11-23T09:30:00+07:00"),
        ("buryatia", "2026-11-23T09:30:00+08:00"),
        ("chita", "2026-11-23T09:30:00+09:00"),
    ],
)
def test_a_time_without_an_offset_is_the_branchs_own(branch: str, due: str) -> None:
    more = ("--hours", "9:00-17:00", "--amount", "1h")
    assert _json(branch, "im_high", "2026-11-20T16:30", *more)["due_at"] == due


def test_a_time_with_an_offset_is_that_instant() -> None:
    here = _json("chita", "im_high", "2026-11-20T07:30Z")
    assert here["started_at"] == "2026-11-20T16:30:00+09:00"
    assert here == _json("chita", "im_high", "2026-11-20T16:30")


def test_a_lunch_break_a_shortened_day_and_a_moved_saturday() -> None:
    lunch = ("--hours", "9:00-13:00,14:00-18:00", "--amount", "1h")
    assert _json("omsk", "im_high", "2026-11-20T12:30", *lunch)["due_at"] == (
        "2026-11-20T14:30:00+06:00"
    )
    assert _json("omsk", "im_high", "2026-04-30T16:30", "--amount", "1h")["due_at"] == (
        "2026-05-04T09:30:00+06:00"
    )
    assert _json("omsk", "im_high", "2027-02-19T17:30", "--amount", "1h")["due_at"] == (
        "2027-02-20T09:30:00+06:00"
    )


def test_pauses_and_the_state_are_told() -> None:
    lines = _ask(
        "omsk",
        "im_standard",
        "2026-11-20T16:30",
        *("--pause", "2026-11-20T17:00/2026-11-23T10:00"),
        *("--pause", "2026-11-23T12:00/", "--now", "2026-11-24T12:00"),
    )
    assert lines[1] == "Срока пока нет: пауза не закончилась"
    assert lines[-1] == (
        "Состояние на вторник, 24 ноября 2026, 12:00: на паузе, прошло 27 %, "
        "осталось 6 ч 30 мин рабочего времени"
    )


def test_pauses_that_a_rule_does_not_heed_are_named() -> None:
    lines = _ask("omsk", "danger", "2026-11-20T16:30", "--pause", "2026-11-20T16:31/")
    assert lines[1] == "Срок: пятница, 20 ноября 2026, 16:45 (UTC+6)"
    assert "Паузы на это правило не действуют" in lines


def test_a_year_without_a_decree_is_told() -> None:
    lines = _ask("omsk", "im_standard", "2029-11-30T16:30")
    assert any("2029 году календарю ещё не известен" in line for line in lines)


def test_it_speaks_english() -> None:
    lines = _ask("omsk", "im_standard", "2026-12-30T16:30", "--lang", "en")
    assert lines[1] == "Due: Monday, 11 January 2027, 16:30 (UTC+6)"


def test_json_has_the_typed_steps() -> None:
    answer = _json("omsk", "im_standard", "2026-12-30T16:30", "--now", "2027-01-11T12:00")
    assert answer["due_at"] == "2027-01-11T16:30:00+06:00"
    assert answer["target_at"] == "2027-01-11T15:30:00+06:00"
    steps = answer["steps"]
    assert [step["step"] for step in steps] == [
        *("rule", "start", "worked"),
        *["skipped_day"] * 11,
        *("worked", "target", "due"),
    ]
    assert steps[2] == {
        "step": "worked",
        "day": "2026-12-30",
        "start": "2026-12-30T16:30:00+06:00",
        "end": "2026-12-30T18:00:00+06:00",
        "amount_seconds": 5400,
        "left_seconds": 27000,
    }
    assert steps[4] == {
        "step": "skipped_day",
        "day": "2027-01-01",
        "kind": "holiday",
        "name": {"ru": "Новогодние каникулы", "en": "New Year Holidays"},
        "counterpart": None,
    }
    assert answer["alarms"][0] == {"percent": 50, "at": "2027-01-11T12:00:00+06:00"}
    assert answer["state"] == {
        "now": "2027-01-11T12:00:00+06:00",
        "state": "running",
        "alarm": 50,
        "share": 0.5,
        "left_seconds": 16200,
        "until_due_seconds": 16200,
    }


@pytest.mark.parametrize("preset", ["danger", "im_final_after_interim", "pos_standard", "letter"])
def test_every_kind_of_rule_can_be_asked_in_every_form(preset: str) -> None:
    more = ("--pause", "2026-12-30T17:00/2026-12-30T18:00:07.5", "--now", "2027-01-11T12:00")
    assert _json("tyva", preset, "2026-12-30T16:30", *more)["steps"][-1]["step"] == "due"
    assert _ask("tyva", preset, "2026-12-30T16:30", *more)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"--branch": "omks"}, "omks.*omsk, barnaul, gorno-altaysk"),
        ({"--preset": "lettr"}, "lettr.*danger, im_high"),
        ({"--from": "yesterday"}, "--from.*yesterday"),
        ({"--from": "2026-12-30"}, "--from.*2026-12-30"),
        ({"--from": "2026-13-30T10:00"}, "--from.*2026-13-30T10:00"),
        ({"--now": "noon"}, "--now.*noon"),
        ({"--pause": "2026-12-30T10:00"}, "--pause.*2026-12-30T10:00"),
        ({"--pause": "/2026-12-30T10:00"}, "--pause"),
        ({"--pause": "2026-12-30T10:00/2026-12-30T09:00"}, "--pause"),
        ({"--hours": "9-18"}, "--hours.*9-18"),
        ({"--hours": "closed"}, "--hours.*closed"),
        ({"--amount": "1d"}, "--amount.*1d"),
        ({"--amount": "0h"}, "--amount.*0h"),
        ({"--amount": "99999999999h"}, "--amount"),
        ({"--preset": "rework", "--amount": "4h"}, "--amount.*4h.*7d"),
        ({"--lang": "de"}, "de.*ru, en"),
    ],
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_wrong_argument_gets_one_clear_line(
    change: dict[str, str], told: str, language: str
) -> None:
    given = {
        "--branch": "omsk",
        "--preset": "im_standard",
        "--from": "2026-12-30T16:30",
        "--lang": language,
        **change,
    }
    with pytest.raises(UsageError, match=told) as refused:
        _run(*(part for pair in given.items() for part in pair))
    assert "\n" not in str(refused.value)
    assert "‹" not in str(refused.value)


def test_a_year_that_is_out_of_reach_is_one_clear_line() -> None:
    with pytest.raises(UsageError, match="1901"):
        _ask("omsk", "im_standard", "0001-12-30T16:30")

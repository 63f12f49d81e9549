from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from console import deadline_text
from console.domain.clocks import Clock
from console.domain.deadline import clock_at, explain
from console.domain.hours import parse_spans
from console.domain.pause import Pause
from console.domain.preset import DayOff, Event, FirstDay, Preset, Unit
from console.domain.workday import DayKind, LocalName, SpecialDay
from console.i18n import LANGUAGES, Catalog
from console.paths import RESOURCES
from console.rulebook.deadlines import load_presets
from tests.console.domain.clockwork import DAY, HOUR, MINUTE, a_calendar, a_preset, at

_RU, _EN = Catalog.load("ru"), Catalog.load("en")

_SPECIAL = {
    date(2027, 2, 20): SpecialDay(DayKind.MOVED_WORKING, None, date(2027, 2, 22), cut=60),
    date(2027, 2, 22): SpecialDay(DayKind.MOVED_OFF, None, date(2027, 2, 20)),
    date(2027, 2, 23): SpecialDay(
        DayKind.HOLIDAY, LocalName("День защитника Отечества", "Defender of the Fatherland Day")
    ),
    date(2027, 2, 24): SpecialDay(
        DayKind.OBSERVED, LocalName("Праздник", "Feast"), date(2027, 2, 14)
    ),
    date(2027, 2, 25): SpecialDay(DayKind.REGIONAL, LocalName("Шагаа", "Shagaa")),
    date(2027, 2, 26): SpecialDay(DayKind.CLOSED, LocalName("Переезд", "Moving house")),
    date(2027, 2, 27): SpecialDay(DayKind.EXTRA_HOURS, spans=parse_spans("10:00-11:00")),
    date(2027, 3, 1): SpecialDay(DayKind.CLOSED),
}


def _lines(
    preset: Preset, start: str, *pauses: Pause, catalog: Catalog = _RU, settled: bool = True
) -> list[str]:
    calendar = a_calendar(special=_SPECIAL, settled=settled)
    clock = clock_at(preset, at(start), calendar, now=at(start), pauses=pauses)
    return list(deadline_text.explanation_lines(explain(clock, calendar), catalog))


def test_an_explanation_reads_line_by_line_in_russian() -> None:
    rule = a_preset("im_standard", hard=11 * HOUR, target=10 * HOUR, starts=(Event.ASSIGNED,))
    assert _lines(rule, "2027-02-19 17:00") == [
        "Правило: «Инцидент Менеджмент», обычный приоритет — 11 ч рабочего времени, цель 10 ч",
        "Основание: региональный порядок «Инцидент Менеджмента»",
        "Отсчёт с назначения нам: пятница, 19 февраля 2027, 17:00",
        "19 февраля, пятница: 17:00–18:00, это 1 ч; остаётся 10 ч",
        "20 февраля, суббота — рабочий день: выходной перенесён на 22 февраля",
        "20 февраля, суббота — сокращённый день: на 1 ч короче, до 17:00",
        "20 февраля, суббота: 09:00–17:00, это 8 ч; остаётся 2 ч",
        "21 февраля, воскресенье — не считается: выходной",
        "22 февраля, понедельник — не считается: выходной перенесён сюда с 20 февраля",
        "23 февраля, вторник — не считается: праздник «День защитника Отечества»",
        (
            "24 февраля, среда — не считается: "
            "выходной вместо 14 февраля: праздник «Праздник» совпал с выходным"
        ),
        "25 февраля, четверг — не считается: праздник региона «Шагаа»",
        "26 февраля, пятница — не считается: филиал закрыт, «Переезд»",
        "27 февраля, суббота — особые часы работы: 10:00–11:00",
        "27 февраля, суббота: 10:00–11:00, это 1 ч; остаётся 1 ч",
        "Цель: суббота, 27 февраля 2027, 11:00",
        "28 февраля, воскресенье — не считается: выходной",
        "1 марта, понедельник — не считается: филиал закрыт",
        "2 марта, вторник: 09:00–10:00, это 1 ч",
        "Срок: вторник, 2 марта 2027, 10:00 (UTC+6)",
    ]


def test_an_explanation_reads_in_english() -> None:
    rule = a_preset(hard=HOUR)
    assert _lines(rule, "2026-11-20 17:30", catalog=_EN) == [
        "Rule: rule — 1 h of working time",
        "Counted from the intake: Friday, 20 November 2026, 17:30",
        "Friday, 20 November: 17:30–18:00 is 30 min; 30 min left",
        "Saturday, 21 November — not counted: a weekly day off",
        "Sunday, 22 November — not counted: a weekly day off",
        "Monday, 23 November: 09:00–09:30 is 30 min",
        "Due: Monday, 23 November 2026, 09:30 (UTC+6)",
    ]


def test_days_read_in_rows_with_their_number_in_words() -> None:
    rule = a_preset(unit=Unit.WORKING_DAYS, hard=5 * DAY)
    pause = Pause(at("2026-11-23 10:00"), at("2026-11-24 11:00"), "ждём акт")
    assert _lines(rule, "2026-11-20 12:00", pause)[2:] == [
        "Считаем со следующего дня: 21 ноября, суббота",
        "21 ноября, суббота — не считается: выходной",
        "22 ноября, воскресенье — не считается: выходной",
        (
            "Пауза 23 ноября, 10:00 — 24 ноября, 11:00: "
            "не считаются дни, к концу которых она длилась (причина: ждём акт)"
        ),
        "23 ноября, понедельник — не считается: пауза",
        "С 24 ноября по 27 ноября — считаются; всего 4 рабочих дня",
        "28 ноября, суббота — не считается: выходной",
        "29 ноября, воскресенье — не считается: выходной",
        "30 ноября, понедельник — считается; всего 5 рабочих дней",
        "Срок: понедельник, 30 ноября 2026, 18:00 (UTC+6)",
    ]


def test_a_last_day_off_and_the_turn_of_the_year_are_told() -> None:
    rule = a_preset(
        unit=Unit.CALENDAR_DAYS, hard=3 * DAY, on_day_off=DayOff.NEXT, first_day=FirstDay.SAME
    )
    assert _lines(rule, "2026-12-31 12:00", settled=False)[2:] == [
        "Считаем с самого дня начала: 31 декабря, четверг",
        "С 31 декабря по 2 января 2027 — считаются; всего 3 календарных дня",
        (
            "2 января 2027, суббота — нерабочий день (выходной): "
            "срок переходит на 4 января 2027, понедельник"
        ),
        "Срок: понедельник, 4 января 2027, 18:00 (UTC+6)",
        (
            "Перенос выходных в 2027 году календарю ещё не известен: "
            "учтены обычная неделя и праздники по закону, срок может сдвинуться"
        ),
    ]


def test_pauses_and_calendar_time_are_told() -> None:
    rule = a_preset(unit=Unit.CALENDAR_TIME, hard=24 * HOUR, yearly=72 * HOUR)
    begin = at("2026-11-20 17:00")
    closed = Pause(begin, begin + HOUR)
    still_open = Pause(begin + 2 * HOUR)
    assert _lines(rule, "2026-11-20 16:30", closed, still_open) == [
        "Правило: rule — 24 ч подряд",
        "За год в сумме — не больше 72 ч",
        "Отсчёт с поступления: пятница, 20 ноября 2026, 16:30",
        "20 ноября, 16:30 — 20 ноября, 17:00, это 30 мин; остаётся 23 ч 30 мин",
        "Пауза 20 ноября, 17:00 — 20 ноября, 18:00: вычитается 1 ч",
        "20 ноября, 18:00 — 20 ноября, 19:00, это 1 ч; остаётся 22 ч 30 мин",
        "Пауза с 20 ноября, 19:00 ещё не закончилась: срока пока нет, остаётся 22 ч 30 мин",
    ]
    days = a_preset(unit=Unit.WORKING_DAYS, hard=3 * DAY)
    assert _lines(days, "2026-11-20 16:30", Pause(begin))[-1] == (
        "Пауза с 20 ноября, 17:00 ещё не закончилась: срока пока нет"
    )
    assert _lines(rule, "2026-11-20 16:30")[-2] == "20 ноября, 16:30 — 21 ноября, 16:30, это 24 ч"


def test_a_start_after_hours_is_told() -> None:
    assert _lines(a_preset(hard=HOUR), "2026-11-20 19:00")[2] == (
        "20 ноября, пятница — не считается: рабочий день закончился в 18:00"
    )


def test_seconds_are_told_where_there_are_any_so_that_the_lines_add_up() -> None:
    assert _lines(a_preset(hard=HOUR), "2026-11-20 17:30:42.123456")[2:] == [
        "20 ноября, пятница: 17:30:42–18:00, это 29 мин 18 с; остаётся 30 мин 42 с",
        "21 ноября, суббота — не считается: выходной",
        "22 ноября, воскресенье — не считается: выходной",
        "23 ноября, понедельник: 09:00–09:30:42, это 30 мин 42 с",
        "Срок: понедельник, 23 ноября 2026, 09:30 (UTC+6)",
    ]


@pytest.mark.parametrize(
    ("amount", "russian"),
    [
        (timedelta(), "0 мин"),
        (timedelta(seconds=42), "42 с"),
        (5 * MINUTE, "5 мин"),
        (HOUR, "1 ч"),
        (HOUR + 5 * MINUTE, "1 ч 05 мин"),
        (HOUR + timedelta(seconds=7), "1 ч 7 с"),
        (27 * HOUR, "27 ч"),
        (-27 * HOUR, "27 ч"),
    ],
)
def test_amounts_are_told_in_hours_never_in_days(amount: timedelta, russian: str) -> None:
    assert deadline_text.hours(amount, _RU) == russian


def _clock(now: str, preset: Preset | None = None, *pauses: Pause) -> Clock:
    rule = a_preset() if preset is None else preset
    return clock_at(rule, at("2026-11-20 16:30"), a_calendar(), now=at(now), pauses=pauses)


_SEVEN_DAYS = a_preset(unit=Unit.WORKING_DAYS, hard=7 * DAY)


@pytest.mark.parametrize(
    ("clock", "russian", "english"),
    [
        (
            _clock("2026-11-20 17:00"),
            "осталось 8 ч 30 мин рабочего времени",
            "8 h 30 min of working time left",
        ),
        (
            _clock("2026-11-20 17:00:30"),
            "осталось 8 ч 29 мин рабочего времени",
            "8 h 29 min of working time left",
        ),
        (_clock("2026-11-23 16:30:59"), "срок вышел", "time is up"),
        (_clock("2026-11-23 18:40"), "просрочено на 2 ч 10 мин", "overdue by 2 h 10 min"),
        (_clock("2026-11-25 16:30"), "просрочено на 2 дня", "overdue by 2 days"),
        (_clock("2026-11-23 18:00", _SEVEN_DAYS), "осталось 8 дней", "8 days left"),
        (
            _clock("2026-11-23 18:00", None, Pause(at("2026-11-20 17:00"))),
            "на паузе",
            "paused",
        ),
    ],
)
def test_time_left_is_two_or_three_words(clock: Clock, russian: str, english: str) -> None:
    assert deadline_text.time_left(clock, _RU) == russian
    assert deadline_text.time_left(clock, _EN) == english


def test_the_state_is_told_with_the_warning_that_has_passed() -> None:
    clock = _clock("2026-11-23 12:00")
    zone = a_calendar().zone
    assert list(deadline_text.state_lines(clock, _RU, zone=zone, now=at("2026-11-23 12:00"))) == [
        (
            "Состояние на понедельник, 23 ноября 2026, 12:00: идёт, прошло 50 %, "
            "осталось 4 ч 30 мин рабочего времени"
        ),
        "Пройден порог 50 %",
    ]


def test_every_shipped_preset_has_a_name_and_a_source_in_both_languages() -> None:
    for catalog, preset in product((_RU, _EN), load_presets()):
        assert deadline_text.preset_name(preset.key, catalog) != preset.key
        assert catalog.has(f"deadline.norm_{preset.key}")


def test_a_preset_without_words_is_called_by_its_key() -> None:
    assert deadline_text.preset_name("house_rule", _RU) == "house_rule"


def _every_line() -> Iterator[str]:
    """Lines that between them use every message of an explanation, in both languages."""
    starts = ("2027-02-19 17:00", "2026-11-20 19:00")
    pauses = (Pause(at("2027-02-27 10:30"), at("2027-03-02 09:30"), "акт"),)
    open_pause = (Pause(at("2027-02-27 10:30")),)
    for unit, event, catalog in product(Unit, Event, (_RU, _EN)):
        rule = a_preset(
            unit=unit,
            hard=12 * DAY if unit.in_days else 11 * HOUR,
            target=5 * DAY if unit.in_days else 2 * HOUR,
            starts=(event,),
            on_day_off=DayOff.NEXT,
        )
        for start, given in product(starts, ((), pauses, open_pause)):
            yield from _lines(rule, start, *given, catalog=catalog, settled=False)
            first = replace(rule, first_day=FirstDay.SAME)
            yield from _lines(first, start, *given, catalog=catalog)


def test_no_line_lacks_its_words_or_a_value() -> None:
    for line in _every_line():
        assert "‹" not in line
        assert "{{" not in line


@pytest.mark.parametrize("kind", DayKind)
def test_every_reason_for_a_day_has_words(kind: DayKind) -> None:
    worked = (DayKind.WORKING, DayKind.MOVED_WORKING, DayKind.EXTRA_HOURS)
    assert all(catalog.has(f"deadline.why_{kind}") for catalog in (_RU, _EN)) == (
        kind not in worked
    )


def test_both_languages_have_the_same_keys() -> None:
    files = [RESOURCES / "i18n" / language / "deadline.json" for language in LANGUAGES]
    russian, english = (set(json.loads(file.read_text(encoding="utf-8"))) for file in files)
    forms = ("_one", "_few", "_many", "_other")

    def bare(keys: set[str]) -> set[str]:
        return {key.removesuffix(next((f for f in forms if key.endswith(f)), "")) for key in keys}

    assert bare(russian) == bare(english)

"""What a template is filled with: the appeal's local time in plain words, no promise too many."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.appeal import Appeal, Author, Place
from console.domain.message import EtrQuote
from console.domain.outage import EtrRecord, Outage, OutageArea, OutageKind, OutageStatus
from console.domain.reply_template import OutageState
from console.rulebook.templates import load_templates, load_variables
from console.template_values import Setting, draft_from, values_for

VARIABLES = load_variables()
TEMPLATES = {template.key: template for template in load_templates()}
NOW = datetime(2026, 1, 20, 7, 0, tzinfo=UTC)  # 14:00 in Krasnoyarsk, 16:00 in Chita
KRASNOYARSK = Setting(ZoneInfo("Asia/Krasnoyarsk"), NOW, branch="Красноярскэнерго", operator="Ира")

APPEAL = Appeal(
    branch="krasnoyarsk",
    id="a1",
    source="im",
    number="48213",
    channel="vk",
    author=Author("Ольга Иванова"),
    text="нет света",
    created_at=NOW - timedelta(minutes=20),
    received_at=NOW,
    place=Place(settlement="Солонцы", street="улица Садовая", house="5"),
)
OUTAGE = Outage(
    branch="krasnoyarsk",
    id="o1",
    kind=OutageKind.EMERGENCY,
    status=OutageStatus.ACTIVE,
    started_at=NOW - timedelta(hours=2),
    areas=(OutageArea("Солонцы"),),
    cause="ветер оборвал провод",
    etr=NOW + timedelta(hours=4),
    res="Емельяновский",
)


def text_of(key: str, appeal: Appeal, outage: Outage | None, setting: Setting) -> str:
    return draft_from(TEMPLATES[key], values_for(appeal, outage, VARIABLES, setting=setting)).text


def restoration(etr: datetime, setting: Setting = KRASNOYARSK) -> str:
    values = values_for(APPEAL, replace(OUTAGE, etr=etr), VARIABLES, setting=setting)
    return values.by_name["восстановление"]


def test_a_known_time_makes_a_whole_answer_with_nothing_left_to_fill_in() -> None:
    values = values_for(APPEAL, OUTAGE, VARIABLES, setting=KRASNOYARSK)
    draft = draft_from(TEMPLATES["outage-known-etr"], values)
    assert draft.gaps == ()
    assert draft.text.startswith(
        "Здравствуйте, Ольга! Да, мы знаем, что света нет в Солонцах, на улице Садовой. "
        "Причина — ветер оборвал провод. Уже ремонтируем, свет планируем включить сегодня до 18:00."
    )
    assert draft.quotes == (EtrQuote("o1", OUTAGE.etr),)
    assert values.state is OutageState.KNOWN_ETR


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (4, "сегодня до 18:00"),
        (19, "завтра до 9:00"),
        (10, "сегодня до 24:00"),
        (10.5, "завтра до 0:30"),
        (24 * 3 + 2.25, "23 января до 16:15"),
    ],
)
def test_a_restoration_time_is_said_in_plain_local_words(hours: float, words: str) -> None:
    assert restoration(NOW + timedelta(hours=hours)) == words


def test_the_clock_is_that_of_the_appeals_region() -> None:
    chita = Setting(ZoneInfo("Asia/Chita"), NOW)
    assert restoration(NOW + timedelta(hours=4), chita) == "сегодня до 20:00"


def test_a_time_that_has_passed_is_never_promised() -> None:
    late = replace(OUTAGE, etr=NOW - timedelta(minutes=1))
    values = values_for(APPEAL, late, VARIABLES, setting=KRASNOYARSK)
    assert "восстановление" not in values.by_name or not values.by_name["восстановление"]
    draft = draft_from(TEMPLATES["outage-known-etr"], values)
    assert [gap.name for gap in draft.gaps] == ["восстановление"]
    assert values.state is OutageState.UNKNOWN_ETR


def test_saying_that_the_time_is_unknown_is_quoted_too() -> None:
    unknown = replace(OUTAGE, etr=None)
    values = values_for(APPEAL, unknown, VARIABLES, setting=KRASNOYARSK)
    draft = draft_from(TEMPLATES["outage-unknown-etr"], values)
    assert draft.quotes == (EtrQuote("o1", None),)
    assert draft_from(TEMPLATES["thanks"], values).quotes == ()


def test_a_moved_time_names_the_earlier_promise() -> None:
    history = (
        EtrRecord(NOW + timedelta(hours=1), NOW - timedelta(hours=2), "d"),
        EtrRecord(NOW + timedelta(hours=4), NOW, "d"),
    )
    moved = replace(OUTAGE, etr_history=history)
    text = text_of("outage-moved", APPEAL, moved, KRASNOYARSK)
    assert "(сегодня до 15:00) не успеваем" in text
    assert "Новый срок — сегодня до 18:00" in text
    values = values_for(APPEAL, moved, VARIABLES, setting=KRASNOYARSK)
    assert values.state is OutageState.MOVED


def test_planned_work_names_its_start_and_its_end() -> None:
    planned = replace(
        OUTAGE,
        kind=OutageKind.PLANNED,
        etr=None,
        planned_end=NOW + timedelta(hours=3),
        cause="меняем опоры",
    )
    text = text_of("outage-planned", APPEAL, planned, KRASNOYARSK)
    assert "Это плановое отключение: меняем опоры. Начало — сегодня в 12:00" in text
    assert "свет вернём сегодня до 17:00" in text


def test_a_restored_outage_names_the_minute() -> None:
    restored = replace(
        OUTAGE, status=OutageStatus.RESTORED, restored_at=NOW - timedelta(minutes=20)
    )
    assert "Свет включили сегодня в 13:40" in text_of(
        "outage-restored", APPEAL, restored, KRASNOYARSK
    )


def test_without_an_outage_its_values_are_gaps_and_its_blocks_are_gone() -> None:
    values = values_for(APPEAL, None, VARIABLES, setting=KRASNOYARSK)
    draft = draft_from(TEMPLATES["outage-known-etr"], values)
    assert [gap.name for gap in draft.gaps] == ["восстановление"]
    assert "Причина" not in draft.text
    assert draft.quotes == ()


def test_a_residents_name_in_braces_is_neither_a_gap_nor_a_field() -> None:
    odd = replace(APPEAL, author=Author("{адрес}"), place=Place(settlement="{имя}", street="Мира"))
    text = text_of("outage-known-etr", odd, OUTAGE, KRASNOYARSK)
    assert text.startswith("Здравствуйте! Да, мы знаем, что света нет в (имя), на Мира.")


def test_a_promise_of_the_next_news_fills_its_field() -> None:
    values = values_for(
        APPEAL, OUTAGE, VARIABLES, setting=KRASNOYARSK, promise_at=NOW + timedelta(hours=2)
    )
    assert values.by_name["следующее сообщение"] == "сегодня до 16:00"

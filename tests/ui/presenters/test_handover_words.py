"""The end of a shift in words: how lines stand, the figures of a day, and who is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.handover import DayFigures
from console.domain.ids import Ref
from console.readmodel import AwayRow, BoardRow, HandoverFacts, QueueRow
from tests.support.ui_builders import NOW, PEOPLE, here
from ui.presenters.board import board_lines
from ui.presenters.handover import (
    SHOWN,
    LineFace,
    SectionFace,
    away_words,
    break_words,
    figures,
    sections,
)


def a_row(ident: str = "a1", **changes: object) -> QueueRow:
    """An own appeal of Кызыл that is due in three hours."""
    row = QueueRow(
        ref=Ref("tyva", ident),
        number="40217",
        status="in_work",
        topic="outage.emergency",
        danger=False,
        high_priority=False,
        channel="vk",
        author="Чойгана Ондар",
        place="Кызыл, ул. Кочетова",
        first_line="Второй час нет света",
        created_at=NOW - timedelta(minutes=40),
        started_at=NOW - timedelta(minutes=40),
        due_at=NOW + timedelta(hours=3),
        preset="im",
        paused=False,
        owner="u1",
        owner_name="Анна Петрова",
        outage=None,
        outage_status=None,
        outage_etr=None,
        outbox_state=None,
        has_draft=False,
        unread=False,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def shown(facts: HandoverFacts) -> tuple[SectionFace, ...]:
    """The sections of a brief."""
    return sections(facts, lambda _: here(), PEOPLE, branch_here=here())


def only(row: QueueRow) -> LineFace:
    """The line of one own appeal."""
    (section,) = shown(HandoverFacts(own=(row,)))
    return section.lines[0]


@pytest.mark.parametrize(
    ("changes", "chip", "kind"),
    [
        ({}, "до 18:00 (Кызыл, UTC+7)", "info"),
        ({"due_at": NOW + timedelta(minutes=30)}, "до 15:30 (Кызыл, UTC+7)", "warning"),
        ({"due_at": NOW - timedelta(minutes=30)}, "просрочено на 30 мин", "danger"),
        ({"due_at": None}, "без срока", "neutral"),
        ({"due_at": None, "paused": True}, "отложено", "neutral"),
        (
            {"danger": True, "due_at": NOW - timedelta(minutes=5)},
            "Угроза жизни · просрочено на 5 мин",
            "danger",
        ),
    ],
)
def test_a_line_says_how_it_stands_by_words_and_not_by_colour_alone(
    changes: dict[str, object], chip: str, kind: str
) -> None:
    face = only(replace(a_row(), **changes))  # type: ignore[arg-type]
    assert (face.chip, face.chip_kind) == (chip, kind)
    assert face.chip in face.spoken and face.title in face.spoken


def test_a_long_section_is_cut_and_leads_to_its_queue() -> None:
    rows = tuple(a_row(str(n)) for n in range(SHOWN + 2))
    (section,) = shown(HandoverFacts(own=rows, more=3))
    assert len(section.lines) == SHOWN
    assert (section.title, section.more, section.queue) == (
        f"Что у вас в работе · {SHOWN + 5}",
        "Ещё 5: открыть очередь",
        "mine",
    )


def test_nothing_to_say_is_no_section() -> None:
    assert shown(HandoverFacts()) == ()


def test_the_figures_invent_no_share_and_no_median() -> None:
    values = {face.name: face.value for face in figures(DayFigures(closed=2), here())}
    assert (values["закрыто"], values["в срок"], values["до первого ответа"]) == ("2", "–", "–")
    day = DayFigures(answered=3, first_minutes=64.6, in_time=2, timed=3, kept=1)
    values = {face.name: face.value for face in figures(day, here())}
    assert (values["в срок"], values["до первого ответа"]) == ("67 %", "1 ч 05 мин")
    assert values["обещаний: сдержано / нет"] == "1 / 0"


def test_who_is_away_is_told_until_when_also_on_the_board() -> None:
    until = NOW + timedelta(minutes=30)
    away = AwayRow("u2", NOW, until)
    assert away_words(away, here()) == "на перерыве до 15:30"
    assert away_words(replace(away, until=None), here()) == "на перерыве"
    row = BoardRow("tyva", "u2", "Борис Ким", 3, 0, 0, 0, 0, None, None)
    lines = board_lines([row], lambda _: here(), branch_names={}, away={"u2": away})
    assert [line.name for line in lines] == ["tyva", "Борис Ким · на перерыве до 15:30"]


def test_a_break_says_that_no_clock_stands_still_and_when_it_is_over() -> None:
    until = NOW + timedelta(minutes=10)
    assert break_words(until, here()) == (
        "Вы на перерыве до 15:10. Сроки обращений идут.",
        "info",
    )
    assert break_words(None, here())[0] == "Вы на перерыве. Сроки обращений идут."
    words, kind = break_words(NOW, here())
    assert "закончился" in words and kind == "warning"

"""The lane of danger and our promises in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from console.domain.appeal import DispatchMark, Status
from tests.support.ui_builders import NOW, a_view, an_appeal, here
from ui.presenters.danger import danger_face
from ui.presenters.names import People
from ui.presenters.promises import open_promise

PEOPLE = People(me="u1", names={"u1": "Ольга"})
TOLD = DispatchMark("u2", NOW - timedelta(minutes=3), "Громов, Таштыпский РЭС")


def test_no_banner_where_no_life_is_in_danger_or_all_is_over() -> None:
    assert danger_face(a_view(an_appeal(danger=False)), here(), PEOPLE) is None
    closed = an_appeal(danger=True, status=Status.CLOSED)
    assert danger_face(a_view(closed), here(), PEOPLE) is None


def test_the_banner_says_what_is_needed_and_each_button_runs_one_of_it() -> None:
    face = danger_face(a_view(an_appeal(danger=True)), here(), PEOPLE)
    assert face is not None
    assert face.text == (
        "Опасность для жизни. Нужно: сообщить диспетчеру сети и ответить жителю словами "
        "безопасности."
    )
    assert (face.command, face.other_command) == ("danger.dispatched", "danger.safety")
    assert face.kind == "danger"


def test_once_the_dispatcher_knows_it_is_said_who_and_the_words_are_still_needed() -> None:
    face = danger_face(a_view(an_appeal(danger=True, dispatched=TOLD)), here(), PEOPLE)
    assert face is not None
    assert "Диспетчер знает: Громов, Таштыпский РЭС" in face.text
    assert (face.command, face.other_command) == ("danger.safety", "")


def test_with_all_done_it_waits_for_the_danger_to_be_over() -> None:
    appeal = an_appeal(danger=True, dispatched=TOLD, first_reply_at=NOW)
    face = danger_face(a_view(appeal), here(), PEOPLE)
    assert face is not None
    assert (face.kind, face.command) == ("warning", "")
    assert face.text.endswith("Закрыть можно, когда опасность устранена.")


@pytest.mark.parametrize(("hours", "kind"), [(2, "info"), (-2, "danger")])
def test_an_open_promise_stands_over_the_appeal(hours: int, kind: str) -> None:
    appeal = replace(an_appeal(), promise_at=NOW + timedelta(hours=hours))
    found = open_promise(appeal, here())
    assert found is not None and found[1] == kind
    assert open_promise(an_appeal(), here()) is None

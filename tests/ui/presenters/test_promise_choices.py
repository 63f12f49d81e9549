"""When the next news is promised: times that a person would name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.builders import NOON
from tests.support.ui_builders import here
from ui.presenters.composer import promise_choices


@pytest.mark.parametrize(
    ("late", "promised"),
    [
        (timedelta(), timedelta(hours=1)),
        (timedelta(seconds=1), timedelta(hours=1, minutes=15)),
        (timedelta(minutes=38, seconds=20), timedelta(hours=1, minutes=45)),
        (timedelta(minutes=45, milliseconds=1), timedelta(hours=2)),
    ],
)
def test_a_promise_is_for_the_next_quarter_of_an_hour(late: timedelta, promised: timedelta) -> None:
    words = here(now=NOON + late)
    assert promise_choices(words, ())[0][1] == NOON + promised

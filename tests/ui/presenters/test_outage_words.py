"""Who has set each restoration time: a colleague by name, another system by what it is called."""

from __future__ import annotations

from datetime import timedelta

from console.domain.outage import EtrRecord, ForeignId
from tests.support.ui_builders import NOW, an_outage, here
from ui.presenters.names import People
from ui.presenters.outage import outage_face


def test_a_time_is_told_with_the_colleague_or_the_system_that_has_set_it() -> None:
    hour = timedelta(hours=1)
    setters = ("planned", "oms", "u2")
    outage = an_outage(
        foreign=(ForeignId("planned", "w-1"), ForeignId("oms", "_7f")),
        etr_history=tuple(
            EtrRecord(NOW + n * hour, NOW - (3 - n) * hour, who) for n, who in enumerate(setters)
        ),
    )
    face = outage_face(outage, here("ru"), People({"u2": "Соколова Мария"}))
    told = [line.text for line in face.history]
    assert [
        who in line
        for who, line in zip(("Соколова Мария", "oms", "график работ"), told, strict=True)
    ] == [True] * 3

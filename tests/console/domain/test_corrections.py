"""Who was told a restoration time that is not true any more, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from console.domain.appeal import Appeal, OutageTag, Status
from console.domain.corrections import Change, Line, LineState, change_of, line_of
from console.domain.message import EtrQuote, Message, MessageKind, MessageState
from console.domain.outage import EtrRecord, Outage, OutageStatus
from console.domain.told import told_after
from console.domain.told import told_as as has_been_told
from tests.support.builders import NOON, a_message, an_appeal, an_outage, quoting

HOUR = timedelta(hours=1)
OLD = an_outage()
assert OLD.etr is not None
LATER = OLD.etr + HOUR
MOVED = replace(
    OLD, etr=LATER, version=2, etr_history=(*OLD.etr_history, EtrRecord(LATER, NOON, "op"))
)


def a_told(**changes: Any) -> tuple[Appeal, Message]:
    """An answered appeal whose reply quotes the old time."""
    appeal = an_appeal(status=Status.PUBLISHED, outages=(OutageTag(OLD.id, NOON, "op"),))
    said = a_message(appeal, kind=MessageKind.REPLY, quotes=(quoting(OLD),), text="Ждите.")
    return appeal, replace(said, **changes)


def the_line(
    appeal: Appeal, *messages: Message, outage: Outage = MOVED, **waiting: bool
) -> Line | None:
    return line_of(appeal, messages, outage, waiting=waiting)


def test_a_reply_that_quotes_the_old_time_is_to_be_corrected() -> None:
    appeal, said = a_told()
    line = the_line(appeal, said)
    assert line == Line(appeal, said, OLD.etr, LineState.TO_CORRECT, Change.LATER)
    assert the_line(appeal, said, outage=OLD) is None


@pytest.mark.parametrize(
    ("outage", "change"),
    [
        (replace(MOVED, etr=LATER), Change.LATER),
        (replace(MOVED, etr=NOON), Change.EARLIER),
        (replace(MOVED, etr=None), Change.UNKNOWN),
        (replace(MOVED, status=OutageStatus.CANCELLED), Change.CANCELLED),
        (OLD, None),
    ],
)
def test_what_is_said_goes_by_what_has_changed(outage: Outage, change: Change | None) -> None:
    assert change_of(OLD.etr, outage) is change


def test_who_heard_that_nobody_knew_is_told_once_it_is_known() -> None:
    assert change_of(None, OLD) is Change.KNOWN
    assert change_of(None, replace(OLD, etr=None)) is None


def test_what_has_not_gone_out_is_not_listed() -> None:
    appeal, said = a_told()
    assert the_line(appeal, replace(said, state=MessageState.AWAITING)) is None
    assert the_line(appeal, replace(said, state=MessageState.RETURNED)) is None
    assert line_of(appeal, [said], MOVED, waiting={said.id: False}) is None


def test_where_power_is_back_nothing_is_to_be_said() -> None:
    appeal, said = a_told()
    over = replace(MOVED, status=OutageStatus.RESTORED, restored_at=NOON)
    thanks = a_message(appeal, at=NOON + HOUR, text="Свет дали, спасибо")
    doubt = replace(thanks, text="А свет дали? У нас нет")
    for line in (the_line(appeal, said, outage=over), the_line(appeal, said, thanks)):
        assert line is not None
        assert line.state is LineState.POWER_BACK
    asked = the_line(appeal, said, doubt)
    assert asked is not None
    assert asked.state is LineState.TO_CORRECT


def test_nothing_overtakes_a_reply_of_ones_own() -> None:
    appeal, said = a_told()
    held = the_line(appeal, said, waits=True)
    own = replace(said, id="own", at=NOON + HOUR)
    waiting = the_line(appeal, said, own, own=False)
    right = the_line(appeal, said, replace(own, quotes=(quoting(MOVED),)), own=False)
    states = [line.state for line in (held, waiting, right) if line is not None]
    assert states == [LineState.BLOCKED, LineState.BLOCKED, LineState.ON_ITS_WAY]


def test_a_correction_is_listed_as_such_until_the_time_moves_again() -> None:
    appeal, said = a_told()
    right = replace(said, id="right", at=NOON + HOUR, corrects=OLD.id, quotes=(quoting(MOVED),))
    done = the_line(appeal, said, right)
    assert done is not None
    assert done.state is LineState.CORRECTED
    again = the_line(appeal, said, right, outage=replace(MOVED, etr=LATER + HOUR))
    assert again is not None
    assert (again.message, again.told, again.state) == (right, LATER, LineState.TO_CORRECT)


def test_a_time_in_plain_words_is_listed_apart() -> None:
    appeal, said = a_told(quotes=())
    assert OLD.etr is not None
    found = line_of(appeal, [said], MOVED, waiting={}, promised=lambda _: [OLD.etr or NOON])
    assert found is not None
    assert found.by_words
    assert line_of(appeal, [said], MOVED, waiting={}, promised=lambda _: [NOON]) is None


def test_what_a_resident_was_told_is_kept_for_each_outage() -> None:
    appeal, said = a_told()
    told = replace(appeal, told=told_after(appeal, said))
    assert has_been_told(told, OLD.id, [quoting(OLD)])
    assert not has_been_told(told, OLD.id, [quoting(MOVED)])
    assert not has_been_told(told, "another", [EtrQuote("another", OLD.etr)])
    moved = replace(said, id="right", quotes=(quoting(MOVED),))
    told = replace(told, told=told_after(told, moved))
    assert [one.message for one in told.told] == ["right"]

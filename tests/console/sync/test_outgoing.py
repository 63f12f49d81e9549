"""Which entry goes next: in order for each appeal, appeals independently, nothing stuck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from console.domain.ids import Ref
from console.ports import WaitingEntry
from console.readmodel import EntryState
from console.sync.backoff import Backoff
from console.sync.outgoing import Outgoing, next_outgoing
from tests.support.builders import NOON

NOW, LATER = 1000.0, 1060.0


def an_entry(seq: int, target: str = "a", **changes: object) -> WaitingEntry:
    ref = Ref("omsk", target)
    entry = WaitingEntry(seq, f"e-{seq}", ref, EntryState.QUEUED, NOON, frozenset({ref}), NOON)
    return replace(entry, **changes)  # type: ignore[arg-type]


def goes(*entries: WaitingEntry, due: Mapping[str, float] | None = None) -> int | None:
    found = next_outgoing(entries, now=NOW, due=due or {})
    return None if found.entry is None else found.entry.seq


def test_the_oldest_goes_first() -> None:
    assert goes(an_entry(1), an_entry(2, "b")) == 1
    assert goes() is None


def test_a_held_entry_keeps_later_ones_of_its_appeal_back_and_no_others() -> None:
    held = an_entry(1, state=EntryState.HELD)
    assert goes(held, an_entry(2)) is None
    assert goes(held, an_entry(2), an_entry(3, "b")) == 3


def test_what_waits_for_its_undo_window_keeps_its_appeal_in_order() -> None:
    due = {"e-1": LATER}
    found = next_outgoing([an_entry(1), an_entry(2)], now=NOW, due=due)
    assert found == Outgoing(None, LATER)
    assert goes(an_entry(1), an_entry(2), an_entry(3, "b"), due=due) == 3


def test_what_is_scheduled_keeps_nothing_back_before_its_hour() -> None:
    due = {"e-1": LATER}
    found = next_outgoing([an_entry(1), an_entry(2)], now=NOW, due=due, scheduled={"e-1"})
    assert found.entry is not None and found.entry.seq == 2
    alone = next_outgoing([an_entry(1)], now=NOW, due=due, scheduled={"e-1"})
    assert alone == Outgoing(None, LATER)
    held = an_entry(1, state=EntryState.HELD)
    assert next_outgoing([held, an_entry(2)], now=NOW, due={}, scheduled={"e-1"}).entry is None


def test_the_next_instant_is_the_earliest() -> None:
    due = {"e-1": LATER + 60.0, "e-2": LATER}
    assert next_outgoing([an_entry(1), an_entry(2, "b")], now=NOW, due=due).next_at == LATER


def test_nothing_is_waited_for_where_all_is_held() -> None:
    assert next_outgoing(
        [an_entry(1, state=EntryState.HELD), an_entry(2)], now=NOW, due={}
    ) == Outgoing(None, None)


def test_an_entry_whose_delivery_failed_is_put_off() -> None:
    found = next_outgoing([an_entry(1), an_entry(2)], now=NOW, due={"e-1": LATER})
    assert found == Outgoing(None, LATER)
    assert next_outgoing([an_entry(1)], now=LATER, due={"e-1": LATER}).entry is not None


def test_an_entry_in_flight_goes_again() -> None:
    assert goes(an_entry(1, state=EntryState.IN_FLIGHT)) == 1


def test_a_tag_waits_for_its_outage_to_be_opened_but_keeps_no_outage_back() -> None:
    outage = Ref("omsk", "out")
    opened, due = an_entry(1, "out"), {"e-1": LATER}
    tag = an_entry(2, "a", waits_for=frozenset({Ref("omsk", "a"), outage}))
    assert goes(opened, tag, due=due) is None
    assert goes(opened, tag, an_entry(3, "b"), due=due) == 3
    held_tag = replace(tag, seq=1, state=EntryState.HELD)
    assert goes(held_tag, an_entry(2, "out")) == 2


_ENTRIES = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(list(EntryState)),
        st.sampled_from([NOW - 3600.0, NOW, LATER]),
    ),
    max_size=12,
)


@given(_ENTRIES)
def test_one_by_one_all_that_can_leave_leaves_in_the_order_of_each_appeal(
    rows: list[tuple[str, EntryState, float]],
) -> None:
    left = [an_entry(seq, target, state=state) for seq, (target, state, _) in enumerate(rows)]
    due = {f"e-{seq}": until for seq, (_, _, until) in enumerate(rows)}
    gone: list[WaitingEntry] = []
    while (entry := next_outgoing(left, now=LATER, due=due).entry) is not None:
        left.remove(entry)
        gone.append(entry)
    for target in "abc":
        mine = [e for e in gone if e.target.id == target]
        assert [e.seq for e in mine] == sorted(e.seq for e in mine)
        stays = [e for e in left if e.target.id == target]
        assert not stays or stays[0].state is EntryState.HELD


def test_backing_off_doubles_to_its_limit_and_begins_anew() -> None:
    least, most = Backoff(bytes), Backoff(lambda n: b"\xff" * n)
    assert [least.next() for _ in range(8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert [round(most.next(), 3) for _ in range(8)] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    least.reset()
    assert least.next() == 0.5
    assert least.next(at_least=90.0) == 90.0


def test_a_thousand_failures_do_not_overflow() -> None:
    backoff = Backoff(bytes)
    assert {backoff.next() for _ in range(2000)} <= {0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0}

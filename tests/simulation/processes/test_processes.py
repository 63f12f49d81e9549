"""A short version of `kills` on every run of the tests; ``make kills`` runs the long one."""

from __future__ import annotations

from pathlib import Path

from tests.simulation.processes.kills import (
    Ledger,
    Tally,
    fault_the_wire,
    kill_consoles,
    kill_servers,
)

SEED = 7


def test_a_console_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    tally = kill_consoles(tmp_path, 3, seed=SEED)
    assert (tally.lost, tally.doubled) == ([], [])
    assert tally.sent > 0


def test_a_server_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    tally = kill_servers(tmp_path, 2, seed=SEED)
    assert (tally.lost, tally.doubled) == ([], [])


def test_a_wire_that_fails_in_every_way_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    tally = fault_the_wire(tmp_path, 3, seed=SEED)
    assert (tally.lost, tally.doubled) == ([], [])


def test_the_ledger_does_notice_what_is_lost_and_what_is_doubled() -> None:
    ledger = Ledger(Tally())
    for draft in ("a", "b", "c"):
        ledger.take({"what": "saved", "draft": draft, "text": f"{draft}1"})
    ledger.take({"what": "sent", "draft": "c", "text": "c1"})
    ledger.take({"what": "found", "drafts": {"a": "a"}, "outbox": [], "rescued": False})
    ledger.settle(["x", "x"], [])
    assert len(ledger.tally.lost) == 3, "a shorter draft, a missing one, a reply that never came"
    assert ledger.tally.doubled == ["x"]

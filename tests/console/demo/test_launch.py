"""The embedded server: a real child process that is ready, alive, and gone with its parent."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from console.demo.credentials import OPERATOR, SUPERVISOR
from console.demo.launch import (
    LOG,
    DemoError,
    DemoServer,
    _end,
    _spawn,
    _until_ready,
    last_words,
    start,
)
from tests.support.waiting import until

APPEALS = 330


@contextmanager
def a_demo(profile: Path, *, seed: int = 1, still: bool = True) -> Iterator[DemoServer]:
    with start(profile, seed=seed, appeals=APPEALS, still=still) as server:
        yield server


@contextmanager
def a_session(server: DemoServer, login: str) -> Iterator[httpx.Client]:
    """A client that is signed in."""
    credentials = {"login": login, "password": server.accounts[login].password}
    with httpx.Client(base_url=server.url) as client:
        answer = client.post("/v1/session", json=credentials).raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


def appeals_of(client: httpx.Client) -> dict[str, dict[str, str]]:
    """Every appeal that the change feed holds, by id."""
    cursors: dict[str, int] = {}
    found: dict[str, dict[str, str]] = {}
    while True:
        since = ",".join(f"{branch}:{number}" for branch, number in cursors.items())
        page = client.get("/v1/changes", params={"since": since, "limit": 1000}).json()
        found |= {appeal["id"]: appeal for appeal in page["rows"]["appeals"]}
        cursors = page["cursors"]
        if not page["more"]:
            return found


def test_both_accounts_sign_in_until_the_server_is_stopped(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    with start(
        tmp_path, appeals=APPEALS, still=True, progress=lambda *step: steps.append(step)
    ) as server:
        for login in (OPERATOR, SUPERVISOR):
            with a_session(server, login) as client:
                assert len(appeals_of(client)) >= APPEALS
        wrong = {"login": OPERATOR, "password": "operator"}
        assert httpx.post(f"{server.url}/v1/session", json=wrong).status_code == 401
        alive = [server.is_running]
    assert [*alive, server.is_running] == [True, False]
    assert {step for step, _, _ in steps} == {"database", "world", "seeding"}
    assert steps[-1][1] == steps[-1][2] >= APPEALS


def test_new_appeals_come_in_through_the_real_intake(tmp_path: Path) -> None:
    with a_demo(tmp_path, seed=2, still=False) as server, a_session(server, OPERATOR) as client:
        before = appeals_of(client).keys()

        until(
            lambda: bool(appeals_of(client).keys() - before),
            what="an appeal that was not there at the start",
            within=60,
        )


def a_bare_child(profile: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "console.demo.serve", "--profile", str(profile)]
    child = subprocess.Popen(
        [*command, "--appeals", str(APPEALS), "--still"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    for line in child.stdout:
        if b'"ready"' in line:
            break
    return child


def test_the_server_ends_cleanly_when_its_parent_does_or_the_system_asks(tmp_path: Path) -> None:
    for end in ("input", "signal"):
        child = a_bare_child(tmp_path / end)
        assert child.stdin is not None and child.stdout is not None
        if end == "input":
            child.stdin.close()
        else:
            child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
        child.stdin.close()
        child.stdout.close()


def test_a_second_demonstration_in_one_profile_begins_anew(tmp_path: Path) -> None:
    numbers = []
    for seed in (1, 2):
        with a_demo(tmp_path, seed=seed) as server, a_session(server, OPERATOR) as client:
            numbers.append({appeal["text"] for appeal in appeals_of(client).values()})
    assert numbers[0] != numbers[1]


def test_a_profile_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder", encoding="utf-8")
    with pytest.raises(DemoError, match="cannot be started"):
        start(file / "profile")


def test_a_server_that_dies_while_starting_is_quoted(tmp_path: Path) -> None:
    command = "import sys; sys.stderr.write('a warning\\n'); raise ZeroDivisionError('planted')"
    process = _spawn([sys.executable, "-c", command], tmp_path)
    try:
        with pytest.raises(DemoError) as raised:
            _until_ready(process, tmp_path, lambda *_: None)
    finally:
        _end(process)
    assert raised.value.key == "ui.demo_ended"
    assert raised.value.said["words"] == "a warning / ZeroDivisionError: planted"
    assert str(tmp_path) not in str(raised.value)


def test_the_last_words_are_short_and_may_be_missing(tmp_path: Path) -> None:
    assert last_words(tmp_path) == ""
    (tmp_path / LOG).write_text("  indented\n" + "x" * 5000 + "\n\n", encoding="utf-8")
    assert len(last_words(tmp_path)) == 300


def test_what_stands_in_the_way_of_the_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "demo-centre.db").mkdir()
    (tmp_path / "demo-centre.db" / "in the way").write_text("", encoding="utf-8")
    with pytest.raises(DemoError, match="cannot be used") as raised:
        start(tmp_path)
    assert raised.value.said["cause"] in ("not_a_folder", "other", "denied")

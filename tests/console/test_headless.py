"""The headless face, as an administrator runs it over a profile that somebody has used."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from console import app
from console.__main__ import main
from console.app import open_console
from console.clock import SystemClock
from console.config import Settings
from console.domain.appeal import Author, Outcome
from console.domain.draft import DraftMode
from console.domain.message import Message, MessageKind
from console.errors import StoreError
from console.readmodel import Link
from console.remote import secrets as secrets_module
from console.remote.secrets import MemorySecrets
from console.server import repo
from console.server.tables import messages
from console.store.driver import connect_writer
from console.store.profile import Profile
from console.store.vault import store_key
from console.wire.codec import decode
from console.wire.schema import Rows
from tests.support.builders import an_appeal, an_id, an_operator
from tests.support.server import PASSWORD, LiveServer, live_server
from tests.support.waiting import until

NAME, WORDS = "Мирослава Звонарёва", "Свет дадут к трём часам"


@dataclass(slots=True)
class Used:
    """A profile with one reply waiting, made without a link, and its server."""

    folder: Path
    server: LiveServer
    keychain: MemorySecrets


@pytest.fixture
def used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Used]:
    keychain, folder = MemorySecrets(), tmp_path / "profile"
    monkeypatch.setattr(secrets_module, "KeychainSecrets", lambda: keychain)
    olga = an_operator(login="olga", name=NAME)
    with live_server(tmp_path, operators=[olga], branches=("krasnoyarsk",)) as server:
        appeal = an_appeal(id=an_id(), author=Author(NAME))
        server.database.write(lambda c: repo.put_rows(c, Rows(appeals=(appeal,))))
        settings = Settings(folder, server.url)
        console = open_console(
            settings, clock=SystemClock(), secrets=keychain, passphrase=lambda _: None
        )
        console.start()
        try:
            console.session.sign_in("olga", PASSWORD).result(30)
            until(
                lambda: (
                    console.sync.status().link is Link.ONLINE
                    and console.reader.appeal(appeal.ref) is not None
                ),
                what="the appeal",
            )
            console.sync.set_work_offline(True)
            until(lambda: console.sync.status().link is Link.WORK_OFFLINE, what="to be offline")
            new = console.drafts.new(appeal.ref, DraftMode.REPLY)
            draft = replace(new, text=WORDS, outcome=Outcome.EXPLAINED)
            console.reply.send(draft).result(30)
        finally:
            console.close()
        yield Used(folder, server, keychain)


def run(*arguments: str, used: Used) -> int:
    return main([*arguments, "--profile", str(used.folder)])


def test_the_outbox_is_listed_without_a_word_of_it(
    used: Used, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("outbox", used=used) == 0
    said = capsys.readouterr()
    assert "send_reply" in said.out and "queued" in said.out and "1 in the outbox" in said.err
    assert WORDS not in said.out and NAME not in said.out


def test_sync_sends_what_waits_and_says_that_it_is_in_step(
    used: Used, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("sync", used=used) == 0
    assert capsys.readouterr().out == "in step; held: 0\n"
    with used.server.database.engine.connect() as connection:
        sent = [decode(row.body, Message) for row in connection.execute(messages.select())]
    assert [message.text for message in sent if message.kind is MessageKind.REPLY] == [WORDS]


def test_the_doctor_finds_a_used_profile_whole(
    used: Used, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", used=used) == 0
    assert "whole" in capsys.readouterr().out


def test_the_doctor_finds_counts_that_do_not_tally(
    used: Used, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = Profile(used.folder)
    key = store_key(profile, used.keychain, ask=lambda _: None, entropy=SystemClock().entropy)
    connection = connect_writer(profile.store, key)
    connection.execute("UPDATE tally SET n = n + 3 WHERE key = 'all'")
    connection.execute("DELETE FROM queue_row")
    connection.close()
    assert run("doctor", used=used) == 1
    said = capsys.readouterr()
    assert "tally" in said.err and "projection" in said.err


def test_a_bundle_for_support_has_no_personal_text(
    used: Used, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("bundle", used=used) == 0
    out = capsys.readouterr().out
    report = json.loads(out)
    assert report["outbox"] == {"queued": 1} and report["faults"] == []
    assert report["rows"]["appeal"] == 1 and report["schema"]
    assert WORDS not in out and NAME not in out and "Звонарёва" not in out


def test_a_profile_that_is_open_elsewhere_can_still_be_looked_at(
    used: Used, capsys: pytest.CaptureFixture[str]
) -> None:
    held = Profile(used.folder)
    held.lock()
    try:
        assert run("outbox", used=used) == 0
        assert run("sync", used=used) == 1
        assert "another Otklik" in capsys.readouterr().err
    finally:
        held.unlock()


@pytest.mark.parametrize("command", ["sync", "outbox", "doctor", "bundle"])
def test_a_profile_that_is_not_there_is_one_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--profile", str(tmp_path / "nowhere")]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and "no such profile" in said.err


def test_an_empty_folder_has_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--profile", str(tmp_path)]) == 1
    assert "no store" in capsys.readouterr().err


def test_the_composition_keeps_a_second_console_out(used: Used) -> None:
    settings = Settings(used.folder, used.server.url)
    first = app.open_console(
        settings, clock=SystemClock(), secrets=used.keychain, passphrase=lambda _: None
    )
    try:
        with pytest.raises(StoreError, match="another Otklik"):
            app.open_console(
                settings, clock=SystemClock(), secrets=used.keychain, passphrase=lambda _: None
            )
    finally:
        first.close()

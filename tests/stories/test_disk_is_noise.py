"""What lies on the workstation's disk is noise without the key, and the key is not beside it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.backends import SecretService, fail

from console.app import Console, open_console
from console.config import Settings
from console.domain.appeal import Author
from console.domain.draft import DraftMode
from console.errors import StoreError
from console.logs import start_logging, stop_logging
from console.ports import Secrets, SystemClock
from console.readmodel import QueueQuery
from console.remote.secrets import KeychainSecrets
from console.server import repo
from console.wire.schema import Rows
from tests.support.builders import an_appeal, an_operator
from tests.support.server import PASSWORD, LiveServer, live_server
from tests.support.waiting import until

PATIENCE = 30.0
# Named, for keyring keeps the backend that it found first, and other tests have none.
SERVICE = SecretService.Keyring()  # type: ignore[no-untyped-call]
NONE = fail.Keyring()  # type: ignore[no-untyped-call]
RESIDENT = "Аграфена Кузьминична Неповторимая"
WORDS = "Неслыханная темнота на улице Единственной"
DRAFT = "Черновик, какого больше нет нигде"


def test_without_the_key_a_used_profile_is_noise(
    tmp_path: Path, secret_service: Mapping[str, str]
) -> None:
    profile, secrets, person = (
        tmp_path / "desk",
        KeychainSecrets(SERVICE),
        an_operator(),
    )
    appeal = an_appeal(author=Author(RESIDENT, phone="+7 900 123-45-67"), text=WORDS)
    log = start_logging(profile / "logs")
    try:
        with live_server(tmp_path / "centre", operators=[person]) as server:
            _put(server, Rows(appeals=(appeal,)))
            with _console(profile, server, secrets) as console:
                console.session.sign_in(person.login, PASSWORD).result(PATIENCE)
                until(lambda: console.reader.appeal(appeal.ref) is not None, what="the appeal")
                _write(console, appeal.ref)
                token = _tokens(secrets, profile)
                _assert_noise(profile, token)
            _assert_noise(profile, token)
    finally:
        stop_logging(log)


def test_the_next_start_opens_the_store_with_the_key_of_the_keychain(
    tmp_path: Path, secret_service: Mapping[str, str]
) -> None:
    profile, secrets, person = (
        tmp_path / "desk",
        KeychainSecrets(SERVICE),
        an_operator(),
    )
    appeal = an_appeal()
    with live_server(tmp_path / "centre", operators=[person]) as server:
        _put(server, Rows(appeals=(appeal,)))
        with _console(profile, server, secrets) as console:
            console.session.sign_in(person.login, PASSWORD).result(PATIENCE)
            until(lambda: console.reader.appeal(appeal.ref) is not None, what="the appeal")
    with _console(profile, server, KeychainSecrets(SERVICE)) as again:
        session = again.session.current
        assert session is not None
        assert session.login == person.login
        ids = again.reader.queue_ids(QueueQuery("all"), now=again.clock.now())
        assert [row.ref for row in again.reader.queue_rows(ids)] == [appeal.ref]


def test_without_a_keychain_a_passphrase_is_asked_for_and_the_reason_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    person, appeal, asked = an_operator(), an_appeal(author=Author(RESIDENT)), []
    profile = tmp_path / "desk"

    def passphrase(reason: str) -> str:
        asked.append(reason)
        return "лампа-трансформатор-сапоги"

    with live_server(tmp_path / "centre", operators=[person]) as server:
        _put(server, Rows(appeals=(appeal,)))
        with _console(profile, server, KeychainSecrets(NONE), passphrase) as console:
            console.session.sign_in(person.login, PASSWORD).result(PATIENCE)
            until(lambda: console.reader.appeal(appeal.ref) is not None, what="the appeal")
        _assert_noise(profile, ())
        with _console(profile, server, KeychainSecrets(NONE), passphrase) as again:
            assert again.reader.appeal(appeal.ref) is not None
        with (
            pytest.raises(StoreError, match="stays closed"),
            _console(profile, server, KeychainSecrets(NONE), lambda _: None),
        ):
            pass
    assert len(asked) == 2
    assert all(asked), "no reason was given"


def _write(console: Console, ref: object) -> None:
    draft = replace(console.drafts.new(ref, DraftMode.REPLY), text=DRAFT)  # type: ignore[arg-type]
    console.drafts.save(draft).result(PATIENCE)


def _tokens(secrets: KeychainSecrets, profile: Path) -> tuple[str, ...]:
    from console.store.profile import Profile
    from console.store.vault import secret_name

    token = secrets.get(secret_name(Profile(profile), "refresh-token"))
    assert token, "the refresh token is not in the keychain"
    return (token,)


def _assert_noise(profile: Path, tokens: tuple[str, ...]) -> None:
    store = next(iter(sorted(profile.glob("*.db"))), None)
    assert store is not None, sorted(str(p) for p in profile.rglob("*"))
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(store).execute("SELECT * FROM sqlite_master").fetchall()
    if shutil.which("sqlite3"):
        said = subprocess.run(["sqlite3", str(store), ".schema"], capture_output=True, check=False)
        assert said.returncode != 0 or b"CREATE" not in said.stdout
    secret = (RESIDENT, WORDS, DRAFT, "Неповторимая", "123-45-67", *tokens)
    for file in profile.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            for word in secret:
                for encoding in ("utf-8", "utf-16-le", "cp1251"):
                    assert word.encode(encoding) not in content, f"{file.name} holds {word!r}"


@contextmanager
def _console(
    profile: Path,
    server: LiveServer,
    secrets: Secrets,
    passphrase: object = None,
) -> Generator[Console]:
    console = open_console(
        Settings(profile=profile, server=server.url, poll_seconds=0.2),
        clock=SystemClock(),
        secrets=secrets,
        passphrase=passphrase or (lambda _: None),  # type: ignore[arg-type]
    )
    console.start()
    try:
        yield console
    finally:
        console.close()


def _put(server: LiveServer, rows: Rows) -> None:
    heads = server.database.write(lambda c: repo.put_rows(c, rows))
    server.centre.announce(heads)

"""A story: the keychain was emptied while a reply waited; the key is found and the reply leaves."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from keyring.backends import SecretService

from console.app import Console, open_console
from console.config import Settings
from console.domain.appeal import Appeal, Outcome
from console.domain.draft import DraftMode
from console.domain.message import MessageKind
from console.ports import SystemClock
from console.readmodel import Link, RescueReason
from console.remote.secrets import KeychainSecrets
from console.server import repo
from console.store.profile import Profile
from console.store.vault import secret_name
from console.wire.schema import Rows
from tests.support.builders import an_appeal, an_operator
from tests.support.server import PASSWORD, LiveServer, live_server
from tests.support.waiting import until

PATIENCE = 30.0
DRAFT, EARLIER, LATER = "Недописанное письмо", "Свет дадут к вечеру", "Бригада уже выехала"
ME = an_operator()


@pytest.mark.usefixtures("secret_service")
@pytest.mark.expected_logs(
    r"console\.app: the key of the store is lost", r"store\.retake: the key of an earlier store"
)
def test_what_waited_under_a_lost_key_leaves_once_when_the_key_is_found(tmp_path: Path) -> None:
    profile, keychain = tmp_path / "desk", KeychainSecrets(SecretService.Keyring())  # type: ignore[no-untyped-call]
    first, second, third = (an_appeal() for _ in range(3))
    with live_server(tmp_path / "centre", operators=[ME]) as server:
        server.database.write(lambda c: repo.put_rows(c, Rows(appeals=(first, second, third))))
        with _console(profile, server, keychain) as console:
            _sign_in(console, third)
            _write_offline(console, first, EARLIER, send=True)
            _write_offline(console, third, DRAFT, send=False)
        name = secret_name(Profile(profile))
        key = keychain.get(name)
        assert key is not None
        keychain.delete(name)
        with _console(profile, server, keychain) as console:
            assert console.rescue is not None and console.rescue.why is RescueReason.KEY_LOST
            _sign_in(console, third)
            _write_offline(console, second, LATER, send=True)
            assert console.reader.drafts() == []
        keychain.set(name, key)
        with _console(profile, server, keychain) as console:
            rescue = console.rescue
            assert rescue is not None and rescue.why is RescueReason.KEY_FOUND
            assert (rescue.drafts, rescue.entries) == (1, 1)
            assert [draft.text for draft in console.reader.drafts()] == [DRAFT]
            until(lambda: not console.reader.outbox(), what="both replies to leave")
        with _console(profile, server, keychain) as console:
            assert console.rescue is None
            assert console.reader.outbox() == []
        for appeal, said in ((first, [EARLIER]), (second, [LATER]), (third, [])):
            assert _replies(server, appeal) == said


def _sign_in(console: Console, last: Appeal) -> None:
    console.session.sign_in(ME.login, PASSWORD).result(PATIENCE)
    until(lambda: console.reader.appeal(last.ref) is not None, what="the appeals")


def _write_offline(console: Console, appeal: Appeal, text: str, *, send: bool) -> None:
    console.sync.set_work_offline(True)
    until(lambda: console.sync.status().link is Link.WORK_OFFLINE, what="the link to be left alone")
    draft = console.drafts.new(appeal.ref, DraftMode.REPLY)
    kept = console.drafts.save(replace(draft, text=text, outcome=Outcome.EXPLAINED))
    if send:
        console.reply.send(kept.result(PATIENCE)).result(PATIENCE)
    else:
        kept.result(PATIENCE)


def _replies(server: LiveServer, appeal: Appeal) -> list[str]:
    messages = server.database.read(lambda c: repo.thread(c, appeal.ref))
    return [one.text for one in messages if one.kind is MessageKind.REPLY]


@contextmanager
def _console(profile: Path, server: LiveServer, keychain: KeychainSecrets) -> Generator[Console]:
    console = open_console(
        Settings(profile=profile, server=server.url, poll_seconds=0.2),
        clock=SystemClock(),
        secrets=keychain,
        passphrase=lambda _: None,
    )
    console.start()
    try:
        yield console
    finally:
        console.close()

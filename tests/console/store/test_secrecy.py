"""Secrecy: without the key the profile is noise, and the key is never on the disk."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from console.domain.appeal import Author
from console.domain.draft import Draft, DraftMode
from console.errors import NoKeychainError, StoreError
from console.remote.secrets import MemorySecrets
from console.store import names
from console.store.driver import connect_reader, connect_writer
from console.store.profile import Profile, ProfileInUseError
from console.store.vault import WrappedKey, secret_name, store_key, unwrap, wrap
from tests.support.builders import NOON, a_message, an_appeal, an_operator
from tests.support.clock import StandingClock
from tests.support.console_store import KEY, a_store


class NoKeychain:
    """`ports.Secrets` where there is no keychain."""

    def __init__(self, code: str = "none") -> None:
        self.code = code

    def get(self, name: str) -> str | None:
        raise NoKeychainError("there is none", code=self.code)

    def set(self, name: str, value: str) -> None:
        raise NoKeychainError("there is none", code=self.code)

    def delete(self, name: str) -> None:
        raise NoKeychainError("there is none", code=self.code)


class Asked:
    """Answers questions for a passphrase from a list, and remembers why it was asked."""

    def __init__(self, *answers: str | None) -> None:
        self._answers = list(answers)
        self.reasons: list[str] = []

    def __call__(self, reason: str) -> str | None:
        self.reasons.append(reason)
        return self._answers.pop(0)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    made = Profile(tmp_path / "profile")
    made.create()
    return made


def key_of(profile: Profile, secrets: object, ask: object) -> bytes:
    entropy = StandingClock().entropy
    return store_key(profile, secrets, ask=ask, entropy=entropy)  # type: ignore[arg-type]


# ---------------------------------------------------------------------- on the disk


def test_nothing_of_anybody_stands_readable_in_the_folder(tmp_path: Path) -> None:
    words = ("Мирослава Звонарёва", "+79135550102", "Перегорел", "секретный-токен", "черновичок")
    with a_store(tmp_path) as store:
        store.sign_in(an_operator(name=words[0]))
        appeal = an_appeal(author=Author(words[0], phone=words[1]), text=words[2])
        store.take(appeal, messages=[a_message(appeal, text=words[2])])
        store.do(lambda tx: tx.account.set_value(names.REFRESH_TOKEN, words[3]))
        draft = Draft("d", appeal.ref, DraftMode.REPLY, words[4], NOON)
        store.writer.submit(lambda tx: tx.drafts.save(draft)).result(30)
        files = [file for file in tmp_path.rglob("*") if file.is_file()]
        assert {file.name for file in files} >= {"store.db", "store.db-wal"}
        _no_word_in(files, words)
    _no_word_in([file for file in tmp_path.rglob("*") if file.is_file()], words)


def _no_word_in(files: list[Path], words: tuple[str, ...]) -> None:
    for file in files:
        content = file.read_bytes()
        for word in words:
            for encoding in ("utf-8", "utf-16-le", "cp1251"):
                assert word.encode(encoding) not in content, (file.name, word)
                assert word.casefold().encode(encoding) not in content, (file.name, word)


def test_a_plain_sqlite_does_not_open_the_file(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        store.take(an_appeal())
    assert not (tmp_path / "store.db").read_bytes().startswith(b"SQLite format 3")
    connection = sqlite3.connect(tmp_path / "store.db")
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        connection.execute("SELECT * FROM sqlite_schema")
    connection.close()
    shell = shutil.which("sqlite3")
    if shell is not None:
        shown = subprocess.run(
            [shell, tmp_path / "store.db", ".schema"], capture_output=True, check=False
        )
        assert b"CREATE" not in shown.stdout
        assert b"not a database" in shown.stderr


def test_another_key_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with a_store(tmp_path) as store:
        store.take(an_appeal())
    before = (tmp_path / "store.db").read_bytes()
    for connect in (connect_reader, connect_writer):
        with pytest.raises(StoreError, match="does not open with this key"):
            connect(tmp_path / "store.db", bytes(32))
    assert (tmp_path / "store.db").read_bytes() == before
    with a_store(tmp_path) as store:
        assert store.reader.mirrored_rows() == 1
    assert len(KEY) == 32


# ---------------------------------------------------------------------- where the key is kept


def test_a_new_key_goes_into_the_keychain_under_the_profiles_name(profile: Profile) -> None:
    secrets, ask = MemorySecrets(), Asked()
    key = key_of(profile, secrets, ask)
    assert len(key) == 32
    assert secrets.get(secret_name(profile)) == key.hex()
    assert profile.id in secret_name(profile)
    assert key_of(profile, secrets, ask) == key
    assert ask.reasons == []
    assert not profile.wrapped_key.exists()


def test_two_profiles_have_two_keys(tmp_path: Path) -> None:
    secrets, keys, entropy = MemorySecrets(), set(), StandingClock().entropy
    for name in ("one", "two"):
        profile = Profile(tmp_path / name)
        profile.create()
        keys.add(store_key(profile, secrets, ask=Asked(), entropy=entropy))
    assert len(keys) == 2


@pytest.mark.parametrize("code", ["none", "locked", "no_bus", "failed"])
def test_without_a_keychain_a_passphrase_is_asked_for_and_why_is_said(
    profile: Profile, code: str
) -> None:
    ask = Asked("коротко", "длинный пароль")
    key = key_of(profile, NoKeychain(code), ask)
    assert ask.reasons == [f"new_{code}", "short"]
    kept = profile.wrapped_key.read_bytes()
    assert key.hex().encode() not in kept and key not in kept
    again = Asked("не тот пароль", "длинный пароль")
    assert key_of(profile, NoKeychain(code), again) == key
    assert again.reasons == ["open", "wrong"]


def test_a_passphrase_still_opens_when_a_keychain_has_appeared(profile: Profile) -> None:
    key = key_of(profile, NoKeychain(), Asked("длинный пароль"))
    assert key_of(profile, MemorySecrets(), Asked("длинный пароль")) == key


def test_without_keychain_and_passphrase_nothing_is_made(profile: Profile) -> None:
    with pytest.raises(NoKeychainError) as raised:
        key_of(profile, NoKeychain("locked"), Asked(None))
    assert raised.value.code == "locked"
    assert not profile.wrapped_key.exists() and not profile.store.exists()


def test_a_store_whose_passphrase_is_not_given_stays_closed(profile: Profile) -> None:
    key_of(profile, NoKeychain(), Asked("длинный пароль"))
    with pytest.raises(StoreError, match="stays closed"):
        key_of(profile, NoKeychain(), Asked("ошибка 1", None))


def test_a_lost_key_never_makes_a_new_one_over_an_old_store(profile: Profile) -> None:
    profile.store.write_bytes(b"years of work")
    secrets = MemorySecrets()
    with pytest.raises(StoreError, match="not in the keychain any more"):
        key_of(profile, secrets, Asked())
    with pytest.raises(NoKeychainError, match="cannot be read now"):
        key_of(profile, NoKeychain("locked"), Asked())
    assert profile.store.read_bytes() == b"years of work"
    assert secrets.get(secret_name(profile)) is None


def test_a_damaged_key_is_said_and_not_replaced(profile: Profile) -> None:
    secrets = MemorySecrets()
    secrets.set(secret_name(profile), "not a key")
    with pytest.raises(StoreError, match="not a key"):
        key_of(profile, secrets, Asked())
    secrets.set(secret_name(profile), "abcd")
    with pytest.raises(StoreError, match="wrong length"):
        key_of(profile, secrets, Asked())
    profile.wrapped_key.write_text("{}")
    with pytest.raises(StoreError, match="wrapped key cannot be read"):
        key_of(profile, NoKeychain(), Asked())


def test_a_wrapped_key_that_was_tampered_with_does_not_open() -> None:
    wrapped = wrap(KEY, "длинный пароль", salt=b"s" * 16)
    assert unwrap(wrapped, "длинный пароль") == KEY
    flipped = f"{int(wrapped.covered[0], 16) ^ 1:x}{wrapped.covered[1:]}"
    other = WrappedKey(wrapped.salt, flipped, wrapped.signature)
    assert unwrap(other, "длинный пароль") is None


# ---------------------------------------------------------------------- the profile


def test_a_second_program_is_kept_out_until_the_first_one_ends(tmp_path: Path) -> None:
    first, second = Profile(tmp_path), Profile(tmp_path)
    first.create()
    first.lock()
    with pytest.raises(ProfileInUseError, match="another Otklik"):
        second.lock()
    first.unlock()
    second.lock()
    second.unlock()


def test_the_profile_is_its_users_alone_and_keeps_its_name(tmp_path: Path) -> None:
    profile = Profile(tmp_path / "deep" / "profile")
    profile.create()
    name = profile.id
    profile.create()
    assert profile.id == name
    assert profile.folder.stat().st_mode & 0o077 == 0


def test_a_profile_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="--profile"):
        Profile(tmp_path / "file" / "profile").create()


def test_the_wrapped_key_is_json_with_its_parameters(profile: Profile) -> None:
    key_of(profile, NoKeychain(), Asked("длинный пароль"))
    kept = json.loads(profile.wrapped_key.read_text())
    assert kept["kdf"] == "argon2id"
    assert kept["memory_kib"] >= 64 * 1024 and kept["passes"] >= 3

"""Secrets: the contract of a keychain, kept by the real Secret Service and by the memory alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.errors import NoKeychainError
from console.ports import Secrets
from console.remote.secrets import KeychainSecrets, MemorySecrets
from tests.support.builders import an_id


@pytest.fixture(params=["memory", "secret_service"])
def secrets(request: pytest.FixtureRequest) -> Secrets:
    if request.param == "memory":
        return MemorySecrets()
    request.getfixturevalue("secret_service")
    from keyring.backends import SecretService

    backend: Any = SecretService
    return KeychainSecrets(backend.Keyring())


def test_what_was_kept_comes_back_until_it_is_forgotten(secrets: Secrets) -> None:
    name = an_id("otklik-test/")
    assert secrets.get(name) is None
    secrets.set(name, "первый 🔑")
    assert secrets.get(name) == "первый 🔑"
    secrets.set(name, "второй")
    assert secrets.get(name) == "второй"
    secrets.delete(name)
    assert secrets.get(name) is None
    secrets.delete(name)


def test_names_are_apart(secrets: Secrets) -> None:
    one, two = an_id("otklik-test/"), an_id("otklik-test/")
    secrets.set(one, "1")
    secrets.set(two, "2")
    secrets.delete(one)
    assert (secrets.get(one), secrets.get(two)) == (None, "2")
    secrets.delete(two)


class Broken:
    """A keyring backend that fails as it is told."""

    priority = 5.0

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_password(self, service: str, name: str) -> str | None:
        raise self.error

    def set_password(self, service: str, name: str, value: str) -> None:
        raise self.error


def code_of(backend: Any, ask: Callable[[KeychainSecrets], object]) -> str:
    with pytest.raises(NoKeychainError) as caught:
        ask(KeychainSecrets(backend))
    return caught.value.code


def test_each_way_to_have_no_keychain_has_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends import fail, null
    from keyring.errors import InitError, KeyringLocked, PasswordSetError

    def get(keychain: KeychainSecrets) -> object:
        return keychain.get("x")

    failing: Any = fail
    nothing: Any = null
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=somewhere")
    assert code_of(failing.Keyring(), get) == code_of(nothing.Keyring(), get) == "none"
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    assert code_of(failing.Keyring(), get) == "no_bus"
    assert code_of(Broken(KeyringLocked("Failed to unlock the item!")), get) == "locked"
    assert code_of(
        Broken(InitError("Failed to create the collection: Prompt dismissed..")), get
    ) == ("locked")
    assert code_of(Broken(InitError("no such object")), get) == "no_bus"
    assert code_of(Broken(PasswordSetError("no")), get) == "failed"
    assert code_of(Broken(ConnectionError("the bus went away")), get) == "no_bus"


def test_a_keychain_that_forgets_at_once_is_none() -> None:
    class Forgetful:
        priority = 5.0

        def get_password(self, service: str, name: str) -> str | None:
            return None

        def set_password(self, service: str, name: str, value: str) -> None:
            """Kept nowhere."""

    assert code_of(Forgetful(), lambda keychain: keychain.set("x", "y")) == "failed"


def test_no_error_quotes_the_secret() -> None:
    backend: Any = Broken(RuntimeError("could not keep hunter2"))
    with pytest.raises(NoKeychainError) as caught:
        KeychainSecrets(backend).set("x", "hunter2")
    assert "hunter2" not in str(caught.value)

"""Secrets: the operating system's keychain through `keyring`, or nothing at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from console.errors import NoKeychainError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "otklik"
"""The name under which the keychain shows our entries."""


class KeychainSecrets:
    """`ports.Secrets` in the keychain of the person who is logged in to this computer.

    Every method raises `NoKeychainError` where it cannot be used, with the reason: `none` (no
    keychain is installed), `no_bus` (nobody to ask: no session bus), `locked` (the person did not
    unlock it), `failed` (it refused). ``backend`` is keyring's own choice unless one is given.
    """

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        self._backend = backend

    def get(self, name: str) -> str | None:
        """The secret, or None if there is none of that name."""
        return self._asked(lambda keychain: keychain.get_password(SERVICE, name))

    def set(self, name: str, value: str) -> None:
        """Keep a secret, replacing an older one; it is read back to be sure."""
        self._asked(lambda keychain: keychain.set_password(SERVICE, name, value))
        if self.get(name) != value:
            raise NoKeychainError("the keychain did not keep what it was given", code="failed")

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""
        if self.get(name) is not None:
            self._asked(lambda keychain: keychain.delete_password(SERVICE, name))

    def _asked(self, ask: Callable[[KeyringBackend], T]) -> T:
        """The keychain's answer; its many ways to fail become one error with a reason."""
        import keyring
        from keyring.errors import InitError, KeyringError, KeyringLocked

        try:
            keychain = self._backend or keyring.get_keyring()
            if keychain.priority <= 0:  # keyring's stand-ins, which keep nothing
                raise NoKeychainError("this computer has no keychain", code=_absence())
            return ask(keychain)
        except KeyringLocked as error:
            raise NoKeychainError("the keychain is locked", code="locked") from error
        except InitError as error:
            raise NoKeychainError("the keychain did not open", code=_init_reason(error)) from error
        except KeyringError as error:
            raise NoKeychainError(f"the keychain refused: {_name(error)}", code="failed") from error
        except NoKeychainError:
            raise
        except Exception as error:  # a backend lets its transport's errors through, of any class
            raise NoKeychainError(f"the keychain failed: {_name(error)}", code="no_bus") from error


class MemorySecrets:
    """`ports.Secrets` that end with the process: for the demonstration, and for tests."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """The secret, or None if there is none of that name."""
        return self._kept.get(name)

    def set(self, name: str, value: str) -> None:
        """Keep a secret, replacing an older one."""
        self._kept[name] = value

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""
        self._kept.pop(name, None)


def _absence() -> str:
    """Why no backend is there: nothing to talk through, or nobody at the other end."""
    if sys.platform != "linux":
        return "none"
    return "none" if os.environ.get("DBUS_SESSION_BUS_ADDRESS") else "no_bus"


def _init_reason(error: Exception) -> str:
    """An unlocking that the person dismissed is a locked keychain, else nobody answered."""
    text = str(error).lower()
    return "locked" if "dismiss" in text or "unlock" in text else "no_bus"


def _name(error: Exception) -> str:
    return type(error).__name__

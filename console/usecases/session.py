"""The session: who works at this workstation, and who may go on after a pause."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol

from console.listing import SessionInfo

if TYPE_CHECKING:  # of no use before somebody signs in
    from argon2 import PasswordHasher

    from console.ports import Transaction
    from console.usecases.acting import Acting

VERIFIER = "session.verifier"
"""The name in the store of what the password of whoever signed in last is compared with."""

_MEMORY_KIB = 19_456
_ROUNDS = 2
"""OWASP Password Storage Cheat Sheet, argon2id; beside a store that is encrypted as a whole."""


class Doorman(Protocol):
    """Who speaks to the server about sessions."""

    def sign_in(self, login: str, password: str) -> Future[SessionInfo]:
        """Begin a session."""

    def sign_out(self) -> Future[None]:
        """End the session."""


class SessionUseCases:
    """Signing in and out. Drafts and outbox stay with the operator who made them.

    ``value`` reads a small value of the store.
    """

    def __init__(
        self,
        current: Callable[[], SessionInfo | None],
        doorman: Callable[[], Doorman],
        *,
        acting: Callable[[], Acting],
        value: Callable[[str], str | None],
    ) -> None:
        self._current = current
        self._doorman = doorman
        self._acting = acting
        self._value = value

    @property
    def current(self) -> SessionInfo | None:
        """Who is signed in here. Whether the server still agrees is in `SyncStatus.link`."""
        return self._current()

    def sign_in(self, login: str, password: str) -> Future[SessionInfo]:
        """Sign in, instead of whoever is; `AuthError` or `RemoteError` through the future."""
        future = self._doorman().sign_in(login.strip(), password)
        future.add_done_callback(lambda done: self._keep_verifier(done, password))
        return future

    def sign_out(self) -> Future[None]:
        """Sign out; drafts and outbox stay, out of sight of the next one."""
        return self._doorman().sign_out()

    def opens(self, password: str) -> bool | None:
        """Whether this is the password of whoever is signed in, without asking the server.

        None where nothing is here to compare it with: only signing in anew can tell. Takes a
        tenth of a second on purpose: ask on another thread than the window's.
        """
        from argon2.exceptions import InvalidHashError, VerificationError

        session, kept = self.current, self._value(VERIFIER)
        operator, _, hashed = (kept or "").partition(" ")
        if session is None or operator != session.operator:
            return None
        try:
            return _hasher().verify(hashed, password)
        except InvalidHashError:
            return None
        except VerificationError:
            return False

    def _keep_verifier(self, done: Future[SessionInfo], password: str) -> None:
        """On the thread that has signed in: what opens the screen later, also offline."""
        if done.cancelled() or done.exception() is not None:
            return
        kept = f"{done.result().operator} {_hasher().hash(password)}"

        def job(transaction: Transaction) -> None:
            transaction.account.set_value(VERIFIER, kept)

        self._acting().run(job)


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=_ROUNDS, memory_cost=_MEMORY_KIB, parallelism=1)

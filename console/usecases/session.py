"""The session: who works at this workstation."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from console.listing import SessionInfo


class Doorman(Protocol):
    """Who speaks to the server about sessions."""

    def sign_in(self, login: str, password: str) -> Future[SessionInfo]:
        """Begin a session."""

    def sign_out(self) -> Future[None]:
        """End the session."""


class SessionUseCases:
    """Signing in and out. Drafts and outbox stay with the operator who made them."""

    def __init__(
        self, current: Callable[[], SessionInfo | None], doorman: Callable[[], Doorman]
    ) -> None:
        self._current = current
        self._doorman = doorman

    @property
    def current(self) -> SessionInfo | None:
        """Who is signed in here. Whether the server still agrees is in `SyncStatus.link`."""
        return self._current()

    def sign_in(self, login: str, password: str) -> Future[SessionInfo]:
        """Sign in, instead of whoever is; `AuthError` or `RemoteError` through the future."""
        return self._doorman().sign_in(login.strip(), password)

    def sign_out(self) -> Future[None]:
        """Sign out; drafts and outbox stay, out of sight of the next one."""
        return self._doorman().sign_out()

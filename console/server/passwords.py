"""Passwords: argon2id hashes, never more of them at once than the memory allows."""

from __future__ import annotations

import threading
from base64 import b64encode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 8
"""NIST SP 800-63B, 5.1.1.2: at least eight characters, and no other rule."""

_AT_ONCE = 4
"""Each hash takes 64 MiB for its moment."""


class Passwords:
    """Hashes and verifies; an unknown login takes the time of a known one."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = _of_nobody(self._hasher)

    def hash(self, password: str) -> str:
        """An argon2id hash with its salt and parameters."""
        with self._turns:
            return self._hasher.hash(password)

    def verify(self, password: str, hashed: str | None) -> bool:
        """Whether ``password`` is the one; with no hash always False, after as much work."""
        with self._turns:
            try:
                self._hasher.verify(hashed or self._nobodys, password)
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def is_dated(self, hashed: str) -> bool:
        """Whether today's parameters are stronger than those of ``hashed``."""
        return self._hasher.check_needs_rehash(hashed)


def _of_nobody(hasher: PasswordHasher) -> str:
    """A hash that costs as much to verify as any of ``hasher``, and that no password has."""
    digest = b64encode(bytes(hasher.hash_len)).rstrip(b"=").decode()
    salt = b64encode(bytes(hasher.salt_len)).rstrip(b"=").decode()
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"

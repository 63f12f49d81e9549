"""Credentials: a login with its throw-away password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OPERATOR: Final = "operator"
SUPERVISOR: Final = "supervisor"
"""Logins (and ids) of the two accounts that the demonstration signs in with."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login with its password, made anew at each start."""

    login: str
    password: str

"""The error tree of Otklik.

    OtklikError                 anything that a person should be told in one sentence
    ├── UsageError              a wrong argument, option or file named on the command line
    ├── ConfigError             a data file in resources/ or a setting is wrong
    ├── RefusedError            a mutation that the rules do not allow now (domain.transitions)
    ├── StoreError              the local store cannot be opened, read or written
    ├── RemoteError             the central server could not be reached or said no
    └── AuthError               signing in failed, or must be done again

A message says what is wrong, where, and what to do. Everything else is a bug and goes to the
crash dialog with its traceback.
"""

from __future__ import annotations


class OtklikError(Exception):
    """An expected failure: its text is shown to the person as it is, without a traceback."""


class UsageError(OtklikError):
    """A command line that cannot be carried out; the process ends with exit code 2."""


class ConfigError(OtklikError):
    """A data file in resources/ (or a setting) is wrong; the message names the file and the key."""


class StoreError(OtklikError):
    """The local store cannot be opened, read or written."""


class RemoteError(OtklikError):
    """The central server could not be reached, or its answer could not be used."""


class AuthError(OtklikError):
    """Signing in failed, or the session has ended and must be begun again."""

"""The error tree of Otklik.

    OtklikError                 anything that a person should be told in one sentence
    ├── UsageError              a wrong argument, option or file named on the command line
    ├── ConfigError             a data file in resources/ or a setting is wrong
    ├── RefusedError            a mutation that the rules do not allow now (domain.transitions)
    ├── StoreError              the local store cannot be opened, read or written
    │   └── DiskError           because of the disk or the file on it, and in which way
    ├── NoKeychainError         the operating system's keychain cannot be used, and why
    ├── RemoteError             the central server could not be reached or said no
    │   ├── TransientError      worth trying again
    │   ├── ProtocolError       the other side speaks another protocol, or none
    │   └── RejectedError       the server will never take this request as it is
    └── AuthError               signing in failed, or must be done again
        └── SignInNeededError   the session has ended

A message says what is wrong, where, and what to do. Everything else is a bug and goes to the
crash dialog with its traceback.
"""

from __future__ import annotations

from collections.abc import Mapping


class OtklikError(Exception):
    """An expected failure: a person is told in one sentence, without a traceback.

    The message is for logs and for the server's command line. ``key`` names the sentence of the
    translations that people read instead, ``said`` what it is filled with: a value called
    ``cause`` is a name of `console.causes`, any other is shown as it is.
    """

    def __init__(self, message: str = "", *, key: str = "", **said: object) -> None:
        super().__init__(message)
        self.key = key
        self.said: Mapping[str, object] = said


class UsageError(OtklikError):
    """A command line that cannot be carried out; the process ends with exit code 2."""


class ConfigError(OtklikError):
    """A data file in resources/ (or a setting) is wrong; the message names the file and the key."""


class StoreError(OtklikError):
    """The local store cannot be opened, read or written."""


class DiskError(StoreError):
    """The disk, or the store's file on it, does not do what it should; nothing saved is harmed.

    ``code`` is a machine name, translated as ``ui.disk_<code>``: ``full``, ``read_only``,
    ``damaged`` (the file is not what was written), ``busy`` (another program holds the file) or
    ``failing`` (anything else that the system reports).
    """

    def __init__(self, message: str, *, code: str, key: str = "", **said: object) -> None:
        super().__init__(message, key=key or f"ui.disk_{code}", **said)
        self.code = code


class RemoteError(OtklikError):
    """The central server could not be reached, or its answer could not be used."""


class AuthError(OtklikError):
    """Signing in failed, or the session has ended and must be begun again."""


class NoKeychainError(OtklikError):
    """The operating system's keychain cannot be used.

    ``code`` says why (`none`, `locked`, `no_bus`, `failed`), translated as ``keychain.<code>``.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class TransientError(RemoteError):
    """The server could not be reached or could not serve; it is worth trying again.

    ``code`` is a machine name (`dns`, `refused`, `timeout`, `tls`, `captive`, `server`, `busy`…),
    translated as ``link.error_<code>``. ``retry_after`` are the seconds that the server asked
    for. ``reached`` is whether the request may have arrived, and so may have been carried out.
    """

    def __init__(
        self, message: str, *, code: str, reached: bool, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reached = reached
        self.retry_after = retry_after


class ProtocolError(RemoteError):
    """The server speaks another version of the protocol, or does not speak it at all.

    ``code`` is `version` or `protocol`, translated as ``link.error_<code>``.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class RejectedError(RemoteError):
    """The server will never take this request as it is (4xx); ``code`` is the problem's name.

    ``params`` are the problem's details.
    """

    def __init__(self, message: str, *, code: str, params: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.params: Mapping[str, str] = dict(params or {})


class SignInNeededError(AuthError):
    """The session has ended; nothing is lost, and nothing leaves until somebody signs in."""

"""A profile: the folder of one workstation user, and the lock that keeps a second program out."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path
from typing import IO

from console.causes import cause_of
from console.errors import StoreError


class ProfileInUseError(StoreError):
    """Another program has this profile open; two writers would lose each other's work."""


class Profile:
    """The files of one profile. Only the names of things stand outside the encrypted store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store.db"
        self.wrapped_key = folder / "key.json"
        self.logs = folder / "logs"
        self._id = folder / "profile-id"
        self._lock = folder / "lock"
        self._held: IO[str] | None = None

    def create(self) -> None:
        """Make the folder, for its user alone; `StoreError` where that is not possible."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._id.exists():
                self._id.write_text(f"{uuid.uuid4()}\n", encoding="ascii")
        except OSError as error:
            raise self._unusable(error) from error

    @property
    def id(self) -> str:
        """The name of this profile in the keychain; made once, with the folder."""
        return self._id.read_text(encoding="ascii").strip()

    def lock(self) -> None:
        """Keep every other program out until `unlock` or the end of this process.

        `ProfileInUseError` if one is already in.
        """
        try:
            held = self._lock.open("a+", encoding="ascii")
        except OSError as error:
            raise self._unusable(error) from error
        try:
            _lock_file(held)
        except OSError as error:
            held.close()
            raise ProfileInUseError(
                f"{self.folder}: another Otklik has this profile open; "
                "close it, or choose another profile with --profile"
            ) from error
        self._held = held

    def _unusable(self, error: OSError) -> StoreError:
        return StoreError(
            f"{self.folder}: the profile folder cannot be used ({error.strerror}); "
            "choose another one with --profile",
            key="ui.store_folder",
            path=self.folder,
            cause=cause_of(error),
        )

    def unlock(self) -> None:
        """Let others in; nothing happens if it is not locked."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def restrict(self) -> None:
        """Make the files readable by their user alone."""
        for path in (self.store, self.wrapped_key):
            if path.exists() and os.name == "posix":
                path.chmod(0o600)


def _lock_file(file: IO[str]) -> None:
    """Lock it, or raise `OSError`; the system lets go when the process ends, however it ends."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

"""A profile: the folder of one workstation user, and the lock that keeps a second program out."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from console.causes import cause_of
from console.errors import StoreError
from console.store.copy_file import copy_path

KEY_LOST = "key-lost"
"""Why a store is set aside whose key is nowhere."""

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, to be moved before it."""


class ProfileInUseError(StoreError):
    """Another program has this profile open; two writers would lose each other's work."""


class Profile:
    """The files of one profile. Only the names of things stand outside the encrypted store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store.db"
        self.copy = copy_path(self.store)
        self.aside = folder / "aside"
        self.wrapped_key = folder / "key.json"
        self.logs = folder / "logs"
        self._id = folder / "profile-id"
        self._lock = folder / "lock"
        self._retaken = folder / "retaken"
        self._held: IO[str] | None = None

    def create(self) -> None:
        """Make the folder, for its user alone; `StoreError` where that is not possible."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._id.exists():
                import uuid  # for the first start alone

                beside = self._id.with_suffix(".new")
                beside.write_text(f"{uuid.uuid4()}\n", encoding="ascii")
                beside.replace(self._id)
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
        for path in (self.store, self.copy, self.wrapped_key):
            if path.exists() and os.name == "posix":
                path.chmod(0o600)

    # ------------------------------------------------------------------ what is set aside

    @property
    def is_damaged(self) -> bool:
        """Whether a run has noticed that the store is damaged."""
        return _damage_mark(self.store).exists()

    def forget_damage(self) -> None:
        """The damage has been dealt with."""
        _damage_mark(self.store).unlink(missing_ok=True)

    def locked_away(self) -> list[Profile]:
        """Stores that were set aside for want of their key, each as a profile, the oldest first.

        Without those whose contents have been taken over since.
        """
        found = (Profile(folder) for folder in sorted(self.aside.glob(f"*Z-{KEY_LOST}*")))
        return [one for one in found if one._id.exists() and not one._retaken.exists()]

    def note_retaken(self) -> None:
        """What was written in this store has been taken over; it need not be looked at again."""
        with suppress(OSError):  # the present store knows as well
            self._retaken.touch()

    def set_aside(
        self, why: str, *, now: datetime, store: bool = True, copy: bool = False, id_: bool = False
    ) -> Path:
        """Move files into a folder of their own, named after the day and ``why``; never delete.

        ``id_``: the profile gets another name in the keychain, so that the old key stays there.
        """
        folder = self.aside / f"{now:%Y-%m-%dT%H-%M-%S}Z-{why}"
        number = 1
        while folder.exists():
            number += 1
            folder = self.aside / f"{now:%Y-%m-%dT%H-%M-%S}Z-{why}-{number}"
        wanted = [*([self.copy] if copy else []), *([self.store] if store else [])]
        try:
            folder.mkdir(mode=0o700, parents=True)
            for file in wanted:
                for end in (*_BESIDE, ""):
                    _move(file.with_name(file.name + end), folder)
            if id_:
                _move(self._id, folder)
                self.create()
            _sync_folder(folder)
            _sync_folder(self.folder)
        except OSError as error:
            raise self._unusable(error) from error
        return folder


def note_damage(store: Path) -> None:
    """Have the next start look after the store: it is not what was written."""
    with suppress(OSError):  # then the next start will find out by itself
        _damage_mark(store).touch()


def _damage_mark(store: Path) -> Path:
    return store.with_suffix(".damaged")


def _move(file: Path, folder: Path) -> None:
    if file.exists():
        file.rename(folder / file.name)


def _sync_folder(folder: Path) -> None:
    """Make names durable, where the system has a way to."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _lock_file(file: IO[str]) -> None:
    """Lock it, or raise `OSError`; the system lets go when the process ends, however it ends."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

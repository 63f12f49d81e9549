"""Opening: the store made ready to be read and written, rescued first where it is damaged.

Nothing is ever deleted: what cannot be used is moved into a dated folder within the profile. Each
step may be the last before a power cut; the next start then goes on from what it finds.

1. Damaged: what can be read of the store goes into the copy, together with what the copy has.
2. The damaged file is set aside; from here on it is as if the store had never been.
3. A store that is behind its copy (because it is new, or older than it should be) takes the
   operator's own rows from it. The rest comes from the server, and the content of files that go
   with drafts and entries from what can still be read of a file that was set aside.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from console.errors import DiskError
from console.rescued import Rescue, RescueReason
from console.store import files, own
from console.store.copy_file import Copy
from console.store.driver import Connection, DatabaseError, connect_writer, disk_error
from console.store.migrate import migrate, version_of
from console.store.own import OwnKey, Row
from console.store.profile import Profile
from console.store.rescue import Salvage, merged, salvage, salvage_files
from console.store.schema import VERSION

if TYPE_CHECKING:
    from console.ports import Clocks
    from console.store.transaction import StoreTransaction

log = logging.getLogger(__name__)


def open_store(profile: Profile, key: bytes, *, clocks: Clocks, now: datetime) -> Rescue | None:
    """Bring the store to the present schema; what was rescued, None where nothing had to be.

    ``now`` names the folder of what is set aside. `StoreError` where the disk does not let us or
    the store is of a newer program; `NotOurKeyError` where neither file opens with ``key``.
    """
    aside, why = _without_damage(profile, key, now)
    restored = _ready(profile, key, clocks, now)
    if restored is not None:
        _tidy_files(profile, key, aside)
    profile.restrict()
    if aside is None and restored is None:
        return None
    kept = restored or {}
    return Rescue(
        why=why,
        drafts=sum(1 for table, _ in kept if table == "draft"),
        entries=sum(1 for table, _ in kept if table == "outbox"),
        aside="" if aside is None else aside.name,
        at=now,
    )


class NotOurKeyError(DiskError):
    """Neither the store nor its copy opens with this key: it is another store's key."""


# ---------------------------------------------------------------------- damage


def _without_damage(
    profile: Profile, key: bytes, now: datetime
) -> tuple[Path | None, RescueReason]:
    """Set a damaged store aside, its rows in the copy before; the folder it is in now."""
    if not _is_damaged(profile, key):
        return None, RescueReason.BEHIND
    log.error("the store is damaged: it is set aside, and what can be read of it is kept")
    copied = salvaged_copy(profile, key)
    found = salvage(profile.store, key)
    if copied.number is None and found.number is None and not found.rows:
        _sure_of_key(profile)
    if copied.number is None:
        profile.set_aside("copy", now=now, store=False, copy=True)
    number = max(copied.number or 0, found.number or 0) + 1
    try:
        with closing(_copy(profile, key)) as copy:
            copy.replace(number, merged(found, copied))
    except DatabaseError as error:
        raise disk_error(error, profile.copy) from error
    aside = profile.set_aside("damaged", now=now)
    profile.forget_damage()
    return aside, RescueReason.DAMAGED


def _is_damaged(profile: Profile, key: bytes) -> bool:
    """Whether a run has said so, or what must be readable is not."""
    if not profile.store.exists():
        return False
    if profile.is_damaged:
        return True
    try:
        with closing(connect_writer(profile.store, key)) as connection:
            if version_of(connection):
                _read_closely(connection)
    except DatabaseError as error:
        told = disk_error(error, profile.store)
        if told.code != "damaged":
            raise told from error
        return True
    except DiskError as error:
        if error.code != "damaged":
            raise
        return True
    return False


def _read_closely(connection: Connection) -> None:
    """Read what nobody else could give back, and the first pages of the rest."""
    own.read_all(connection)
    for (table,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
    ).fetchall():
        connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()


def _sure_of_key(profile: Profile) -> None:
    """A key that was wrapped with a passphrase is ours; one of the keychain may be another's."""
    if not profile.wrapped_key.exists():
        raise NotOurKeyError(
            f"{profile.store}: neither the store nor its copy opens with the key of the keychain",
            code="damaged",
        )


def salvaged_copy(profile: Profile, key: bytes) -> Salvage:
    """What the copy of a profile says; nothing where it is gone or damaged."""
    if not profile.copy.exists():
        return Salvage()
    try:
        with closing(Copy(profile.copy, key)) as copy:
            return Salvage(copy.number, copy.rows(), whole=True)
    except DatabaseError as error:
        told = disk_error(error, profile.copy)
    except DiskError as error:
        told = error
    if told.code != "damaged":
        raise told
    return Salvage()


# ---------------------------------------------------------------------- in step with the copy


def _ready(
    profile: Profile, key: bytes, clocks: Clocks, now: datetime
) -> Mapping[OwnKey, Row] | None:
    """The store migrated and in step with its copy; the rows that it took over, if it did."""
    copied = salvaged_copy(profile, key)
    try:
        with closing(connect_writer(profile.store, key)) as connection:
            if copied.number is None and profile.copy.exists():
                log.error("the copy of the outbox is damaged: it is set aside and made anew")
                profile.set_aside("copy", now=now, store=False, copy=True)
            migrated = migrate(connection) not in (0, VERSION)
            number = own.change_number(connection)
            kept = -1 if copied.number is None else copied.number
            if kept < number or (kept == number and migrated):
                renew_copy(profile, key, connection)
            if kept <= number:
                files.sweep(connection)
    except DatabaseError as error:
        raise disk_error(error, profile.store) from error
    if kept <= number:
        return None
    log.warning("the store is older than its copy: the operator's own rows come from there")
    _restore(profile.store, key, clocks, copied)
    return copied.rows


def renew_copy(profile: Profile, key: bytes, connection: Connection) -> None:
    """The copy as it should be; where that cannot be done, the next change tries again."""
    rows = own.read_all(connection)
    if not rows:
        return  # the first change makes it
    try:
        with closing(_copy(profile, key)) as copy:
            copy.replace(own.change_number(connection), rows)
    except (DatabaseError, DiskError) as error:
        log.error("the copy of the outbox could not be renewed: %s", type(error).__name__)


def _tidy_files(profile: Profile, key: bytes, aside: Path | None) -> None:
    """The content of files out of a store that was set aside, and none that is nobody's."""
    try:
        with closing(connect_writer(profile.store, key)) as connection:
            if aside is not None:
                salvage_files(aside / profile.store.name, key, connection)
            files.sweep(connection)
    except DatabaseError as error:
        raise disk_error(error, profile.store) from error


def _restore(path: Path, key: bytes, clocks: Clocks, copied: Salvage) -> None:
    assert copied.number is not None
    with writing(path, key, clocks) as transaction:
        transaction.restore(copied.number, copied.rows)


@contextmanager
def writing(path: Path, key: bytes, clocks: Clocks) -> Iterator[StoreTransaction]:
    """One transaction of a store that nobody has open; `DiskError` where it cannot be made."""
    from console.store.engine import make_engine
    from console.store.transaction import StoreTransaction

    engine = make_engine(path, key)
    try:
        with engine.connect() as db, db.begin():
            transaction = StoreTransaction(db, clocks)
            yield transaction
            transaction.finish()
    except Exception as error:
        cause = getattr(error, "orig", error)
        if not isinstance(cause, DatabaseError):
            raise
        raise disk_error(cause, path) from error
    finally:
        engine.dispose()


def _copy(profile: Profile, key: bytes) -> Copy:
    try:
        return Copy(profile.copy, key)
    except DatabaseError as error:
        raise disk_error(error, profile.copy) from error

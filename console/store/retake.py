"""Retaking: a store whose key had been lost, and is found again, gives back what was written in it.

The store stays where it was set aside. Its drafts, its outbox and what else is the operator's own
come into the present store in one transaction that also notes whose they are: they come once. An
entry keeps the id of its mutation, so that one which had left before is answered as the first time,
and its place before what was asked for since.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from console.errors import DiskError, NoKeychainError, StoreError
from console.ports import Clocks, Secrets
from console.readmodel import Rescue, RescueReason
from console.store import names
from console.store.driver import DatabaseError, connect_writer, disk_error
from console.store.migrate import migrate
from console.store.opening import renew_copy, salvaged_copy, writing
from console.store.own import OwnKey, Row
from console.store.profile import Profile
from console.store.rescue import merged, salvage, salvage_files
from console.store.vault import kept_key

log = logging.getLogger(__name__)


def retake(
    profile: Profile, key: bytes, secrets: Secrets, *, clocks: Clocks, now: datetime
) -> Rescue | None:
    """Take over what stores hold that were set aside for want of their key, where it is back.

    The present store is open to nobody yet. What came, None where nothing did; a store that cannot
    be read now is tried again at the next start. `StoreError` where the present store fails.
    """
    rescue: Rescue | None = None
    for aside in profile.locked_away():
        found = _key_of(aside, secrets)
        if found is None:
            continue
        came = _taken(profile, key, aside, found, clocks=clocks)
        if came:
            log.warning("the key of an earlier store is back: what was written there is taken over")
            rescue = _told(came, aside.folder.name, now, so_far=rescue)
    return rescue


def _key_of(aside: Profile, secrets: Secrets) -> bytes | None:
    try:
        return kept_key(aside, secrets)
    except (NoKeychainError, StoreError):
        return None  # no keychain now, or an entry that is no key: the next start looks again


def _taken(
    profile: Profile, key: bytes, aside: Profile, found: bytes, *, clocks: Clocks
) -> tuple[OwnKey, ...]:
    """What came of one store; it is not looked at again."""
    try:
        rows = _rows(aside, found)
    except StoreError as error:
        log.error("a store that was set aside cannot be read: %s", type(error).__name__)
        return ()
    if rows is None:
        return ()
    came = _adopt(profile.store, key, aside.id, rows, clocks=clocks)
    _bring_files(profile, key, aside, found)
    aside.note_retaken()
    return came


def _rows(aside: Profile, key: bytes) -> Mapping[OwnKey, Row] | None:
    """The operator's own rows of a store that was set aside; None where the key opens nothing."""
    _bring_up_to_date(aside.store, key)
    copied, kept = salvaged_copy(aside, key), salvage(aside.store, key)
    if copied.number is None and kept.number is None and not kept.rows:
        return None
    return merged(kept, copied)


def _bring_up_to_date(path: Path, key: bytes) -> None:
    """Rows of an older program would not be understood; what is damaged is read as it is."""
    try:
        with closing(connect_writer(path, key)) as connection:
            migrate(connection)
    except (DatabaseError, DiskError) as error:
        log.info("a store that was set aside could not be migrated: %s", type(error).__name__)


def _adopt(
    path: Path, key: bytes, aside: str, rows: Mapping[OwnKey, Row], *, clocks: Clocks
) -> tuple[OwnKey, ...]:
    with writing(path, key, clocks) as transaction:
        if transaction.account.value(names.RETAKEN + aside) is not None:
            return ()  # a power cut came between this note and that in the folder
        transaction.account.set_value(names.RETAKEN + aside, "")
        return transaction.adopt(rows)


def _bring_files(profile: Profile, key: bytes, aside: Profile, found: bytes) -> None:
    """The content of files that go with what came, and the copy brought in step."""
    try:
        with closing(connect_writer(profile.store, key)) as connection:
            salvage_files(aside.store, found, connection)
            renew_copy(profile, key, connection)
    except DatabaseError as error:
        raise disk_error(error, profile.store) from error


def _told(came: tuple[OwnKey, ...], folder: str, now: datetime, *, so_far: Rescue | None) -> Rescue:
    tables = [table for table, _ in came]
    drafts, entries = tables.count("draft"), tables.count("outbox")
    if so_far is not None:
        drafts, entries = drafts + so_far.drafts, entries + so_far.entries
    return Rescue(RescueReason.KEY_FOUND, drafts, entries, folder, now)

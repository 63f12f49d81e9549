"""Instants as the store keeps them: whole microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

NEVER = 1 << 62
"""Sorts after every instant."""


@overload
def to_micros(instant: datetime) -> int: ...
@overload
def to_micros(instant: datetime | None) -> int | None: ...
def to_micros(instant: datetime | None) -> int | None:
    """An aware instant as microseconds; None stays None."""
    return None if instant is None else (instant - _EPOCH) // _MICROSECOND


@overload
def from_micros(micros: int) -> datetime: ...
@overload
def from_micros(micros: int | None) -> datetime | None: ...
def from_micros(micros: int | None) -> datetime | None:
    """The reverse of `to_micros`: aware UTC."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)

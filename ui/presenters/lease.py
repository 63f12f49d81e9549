"""Soft leases in words: which colleague is writing to an appeal, and for how long that is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from console import localtime
from console.i18n import Catalog
from console.listing import PresenceRow
from ui.presenters.names import short_name


def held_words(people: Sequence[PresenceRow], now: datetime, catalog: Catalog, *, me: str) -> str:
    """«Отвечает Иванова М., ещё 9 мин»; empty where no colleague holds it."""
    holders = _holders(people, now, me)
    if len(holders) > 1:
        names = ", ".join(short_name(one.name) for one in holders)
        return catalog.t("lease.holds_several", names=names)
    return _of_one(holders, "lease.holds", now, catalog)


def row_words(people: Sequence[PresenceRow], now: datetime, catalog: Catalog, *, me: str) -> str:
    """The same for a row: whose it is for longest, and how long that still is."""
    return _of_one(_holders(people, now, me), "lease.row", now, catalog)


def warning_words(
    people: Sequence[PresenceRow], now: datetime, catalog: Catalog, *, me: str, online: bool
) -> str:
    """What who begins to write should know: that a colleague does, or that none sees it."""
    held = held_words(people, now, catalog, me=me)
    said = [catalog.t("lease.warn", held=held)] if held else []
    if not online:
        said.append(catalog.t("lease.unseen"))
    return " ".join(said)


def _holders(people: Sequence[PresenceRow], now: datetime, me: str) -> list[PresenceRow]:
    found = [one for one in people if one.operator != me and one.holds(now)]
    return sorted(found, key=lambda one: one.lease_until or now, reverse=True)


def _of_one(holders: Sequence[PresenceRow], key: str, now: datetime, catalog: Catalog) -> str:
    if not holders:
        return ""
    first = holders[0]
    left = (first.lease_until or now) - now
    whole = timedelta(minutes=-(-left // timedelta(minutes=1)))
    return catalog.t(key, name=short_name(first.name), left=localtime.duration(whole, catalog))

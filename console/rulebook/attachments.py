"""Loader of what may be attached, in resources/rules/attachments.toml."""

from __future__ import annotations

import re
from pathlib import Path

from console.domain.attachment import HEAD_BYTES, AttachmentNorms, Limits, Media
from console.paths import RESOURCES
from console.rulebook.tables import Table, unique

ATTACHMENTS: Path = RESOURCES / "rules" / "attachments.toml"

_MEGABYTE = 1024 * 1024
_LARGEST = 100
"""Megabytes of one file: `console.domain.bounds` takes no more."""
_MOST = 20
_MARK = re.compile(r"(\d{1,2}):((?:[0-9a-f]{2})+)")
_MEDIA = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*")


def load_attachments(path: Path = ATTACHMENTS) -> AttachmentNorms:
    """The norms; `ConfigError` where the file is wrong."""
    table = Table.read(path).only(
        *("size", "count", "total", "pending", "patience_days", "kept", "channel", "media")
    )
    limits = Limits(_most(table, "count", _MOST), _megabytes(table, "total"))
    channels, media = list(table.tables("channel")), list(table.tables("media"))
    unique((each.text("key") for each in channels), path, "channel")
    unique((each.text("key") for each in media), path, "media")
    unique((end for each in media for end in each.texts("ends")), path, "end")
    return AttachmentNorms(
        size=_most(table, "size", _LARGEST, least=1) * _MEGABYTE,
        limits=limits,
        media=tuple(map(_media, media)),
        pending=_megabytes(table, "pending"),
        patience_days=_most(table, "patience_days", 365, least=1),
        kept=_megabytes(table, "kept"),
        channels={each.text("key"): _narrower(each, limits) for each in channels},
    )


def _narrower(table: Table, limits: Limits) -> Limits:
    table.only("key", "count", "total")
    count = _most(table, "count", limits.count) if "count" in table.values else limits.count
    total = _megabytes(table, "total") if "total" in table.values else limits.total
    return Limits(count, min(total, limits.total))


def _media(table: Table) -> Media:
    table.only("key", "ends", "marks", "shown")
    if not _MEDIA.fullmatch(table.text("key")):
        raise table.wrong("key", "a media type such as image/jpeg")
    ends = table.texts("ends")
    if not ends or any(end != end.lower().strip(" .") for end in ends):
        raise table.wrong("ends", "ends of file names in small letters, without the dot")
    return Media(
        key=table.text("key"),
        ends=ends,
        marks=tuple(_mark(table, text) for text in table.texts("marks")),
        shown=table.flag("shown", False),
    )


def _mark(table: Table, text: str) -> tuple[int, bytes]:
    match = _MARK.fullmatch(text)
    if match is None or int(match[1]) + len(match[2]) // 2 > HEAD_BYTES:
        raise table.wrong("marks", f"such as 0:ffd8ff, within the first {HEAD_BYTES} bytes")
    return int(match[1]), bytes.fromhex(match[2])


def _megabytes(table: Table, key: str) -> int:
    return _most(table, key, 1_000_000, least=1) * _MEGABYTE


def _most(table: Table, key: str, most: int, *, least: int = 0) -> int:
    found = table.whole(key)
    if not least <= found <= most:
        raise table.wrong(key, f"a whole number from {least} to {most}")
    return found

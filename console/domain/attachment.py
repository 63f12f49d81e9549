"""An attachment: a file that goes with a message, and what files may be.

What it is (name, type, size, digest) crosses the network with the message; its content goes apart,
in pieces. `file_breach` and `set_breach` decide on both sides by the same norms, which are
configuration (domain.md, [K]).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from console.domain.bounds import Breach
from console.domain.ids import is_key

HEAD_BYTES: Final = 64
"""How many bytes of a file's beginning tell what it is."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message. ``id`` is a UUIDv7, ``media`` its type (RFC 6838), ``size`` in bytes.

    ``digest`` is the SHA-256 of its content, in hexadecimal.
    """

    id: str
    name: str
    media: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Media:
    """A type of file: the ends of names that mean it, and the marks of which one it begins with.

    A mark is (offset, bytes); without marks any content will do. ``shown`` is whether it is a
    picture that can be looked at.
    """

    key: str
    ends: tuple[str, ...]
    marks: tuple[tuple[int, bytes], ...] = ()
    shown: bool = False

    def begins(self, head: bytes) -> bool:
        """Whether a file that begins with ``head`` can be one of this type."""
        if not self.marks:
            return True
        return any(head[at : at + len(mark)] == mark for at, mark in self.marks)


@dataclass(frozen=True, slots=True)
class Limits:
    """What fits into one message: how many files, and how many bytes they may have together."""

    count: int
    total: int


@dataclass(frozen=True, slots=True)
class AttachmentNorms:
    """What may be attached; of resources/rules/attachments.toml.

    ``size`` is the most bytes of one file, ``limits`` those of a message, ``channels`` those of a
    reply by the channel that it goes to, where they are narrower. ``pending`` is how many bytes
    one operator may have at the server that belong to no message yet, which are kept for
    ``patience_days`` after they were last touched. ``kept`` is how many bytes a workstation keeps
    of what was fetched.
    """

    size: int
    limits: Limits
    media: tuple[Media, ...]
    pending: int
    patience_days: int
    kept: int
    channels: Mapping[str, Limits] = field(default_factory=dict)

    def media_of(self, name: str) -> Media | None:
        """The type that the end of a file's name means, None for one that is not allowed."""
        _, dot, end = name.rpartition(".")
        wanted = end.lower() if dot else ""
        return next((media for media in self.media if wanted in media.ends), None)

    def limits_of(self, channel: str | None) -> Limits:
        """What fits into a reply to ``channel``; into a note where there is none."""
        return self.limits if channel is None else self.channels.get(channel, self.limits)


def file_breach(attachment: Attachment, norms: AttachmentNorms) -> Breach | None:
    """What is wrong with one file, by what is said of it."""
    name, media = attachment.name, norms.media_of(attachment.name)
    if not name.strip(". ") or "/" in name or "\\" in name:
        return Breach("odd_characters", {"field": "name"})
    if media is None or media.key != attachment.media:
        return Breach("attachment_kind", {"name": name})
    if attachment.size < 1:
        return Breach("attachment_empty", {"name": name})
    if attachment.size > norms.size:
        return size_breach(name, attachment.size, norms)
    if not is_key(attachment.id) or not _DIGEST.fullmatch(attachment.digest):
        return Breach("out_of_range", {"field": "digest"})
    return None


def size_breach(name: str, size: int, norms: AttachmentNorms) -> Breach:
    """A file that is too large, in megabytes."""
    return Breach(
        "attachment_too_large",
        {"name": name, "size": str(-(-size // _MEGABYTE)), "limit": str(norms.size // _MEGABYTE)},
    )


def head_breach(attachment: Attachment, head: bytes, norms: AttachmentNorms) -> Breach | None:
    """Whether the content is another than the name says; ``head`` are its first `HEAD_BYTES`."""
    media = norms.media_of(attachment.name)
    if media is None or not media.begins(head):
        return Breach("attachment_disguised", {"name": attachment.name})
    return None


def set_breach(
    attachments: Sequence[Attachment], norms: AttachmentNorms, *, channel: str | None
) -> Breach | None:
    """What is wrong with the files of one message to ``channel`` (None: a note)."""
    limits = norms.limits_of(channel)
    if attachments and limits.count == 0:
        return Breach("attachments_not_taken", {"channel": channel or ""})
    if len(attachments) > limits.count:
        said = {"limit": str(limits.count), "length": str(len(attachments))}
        return Breach("attachments_too_many", said)
    total = sum(attachment.size for attachment in attachments)
    if total > limits.total:
        megabytes = {"limit": limits.total // _MEGABYTE, "size": -(-total // _MEGABYTE)}
        return Breach("attachments_too_large", {k: str(v) for k, v in megabytes.items()})
    if len({attachment.id for attachment in attachments}) < len(attachments):
        return Breach("out_of_range", {"field": "attachments"})
    return next(filter(None, (file_breach(each, norms) for each in attachments)), None)

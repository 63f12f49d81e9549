"""The preview in words: what the resident will see, hear or read, as their channel shows it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from console.domain.appeal import Appeal
from console.domain.channel import Channel, Visibility
from console.domain.draft import DraftMode
from console.domain.parts import parts_of
from console.domain.template import find_gaps
from ui.presenters.here import Here
from ui.presenters.names import channel_name

_SPOKEN: Final = frozenset({"phone", "office"})
_LETTERS: Final = frozenset({"email", "site", "pos"})
_WORDS_A_SECOND: Final = 2.0
"""How fast one reads out so that another can write it down."""

_SENTENCE: Final = re.compile(r"(?<=[.!?…])[»\")]*\s+|\n+")


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One publication, letter or script: its text, and the mark of several («1/2»)."""

    text: str
    mark: str = ""
    counter: str = ""


@dataclass(frozen=True, slots=True)
class PreviewFace:
    """The whole preview.

    ``icon`` and ``title`` name the channel, ``who`` speaks, ``fields`` stand above a letter as
    (name, value). ``notes`` say what one would not see at a glance.
    """

    icon: str
    title: str
    who: str
    fields: tuple[tuple[str, str], ...]
    parts: tuple[PreviewPart, ...]
    notes: tuple[str, ...]


def preview(
    text: str, appeal: Appeal, mode: DraftMode, *, channel: Channel | None, branch: str, here: Here
) -> PreviewFace:
    """How ``text`` will be seen by the author of ``appeal``; ``branch`` is its name in words."""
    t = here.t
    if mode is DraftMode.NOTE:
        shown = (PreviewPart(text.strip()),) if text.strip() else ()
        return PreviewFace("lock", t("preview.note"), t("preview.us"), (), shown, ())
    key = appeal.channel
    title = channel_name(key, here.catalog)
    who = t("preview.who", branch=branch) if branch else t("preview.us")
    if key in _SPOKEN:
        parts, seconds = _script(text), _seconds(text)
        notes = (t("preview.aloud", time=_length(seconds, here)),) if seconds else ()
        face = PreviewFace("phone", t("preview.script", channel=title), who, (), parts, notes)
    else:
        parts = _cut(text, channel, here)
        icon = "mail" if key in _LETTERS else "chat"
        face = PreviewFace(icon, title, who, _fields(appeal, key, here), parts, ())
    return _with_notes(face, text, channel, here)


def _with_notes(face: PreviewFace, text: str, channel: Channel | None, here: Here) -> PreviewFace:
    notes = [*face.notes]
    gaps = len(find_gaps(text))
    if gaps:
        notes.append(here.t("preview.gaps", count=gaps))
    if face.parts and face.parts[0].mark and channel is not None and channel.limit is not None:
        notes.append(here.t("preview.parts", count=len(face.parts), limit=channel.limit))
    if channel is not None and channel.visibility is Visibility.PUBLIC:
        notes.append(here.t("preview.public"))
    return PreviewFace(face.icon, face.title, face.who, face.fields, face.parts, tuple(notes))


def _cut(text: str, channel: Channel | None, here: Here) -> tuple[PreviewPart, ...]:
    parts = parts_of(text, channel)
    limit = None if channel is None else channel.limit
    return tuple(
        PreviewPart(
            part,
            f"{number}/{len(parts)}" if len(parts) > 1 else "",
            ""
            if channel is None or limit is None
            else here.t("preview.counter", count=channel.length(part), limit=limit),
        )
        for number, part in enumerate(parts, 1)
    )


def _fields(appeal: Appeal, key: str, here: Here) -> tuple[tuple[str, str], ...]:
    if key not in _LETTERS:
        return ()
    to = appeal.author.name.strip() or here.t("appeal.nameless")
    subject = here.t("preview.subject_words", number=appeal.number)
    return ((here.t("preview.to"), to), (here.t("preview.subject"), subject))


def _script(text: str) -> tuple[PreviewPart, ...]:
    """A sentence a line: it is read out, and the place is found again."""
    lines = [line.strip() for line in _SENTENCE.split(text) if line.strip()]
    return (PreviewPart("\n".join(f"• {line}" for line in lines)),) if lines else ()


def _seconds(text: str) -> int:
    return math.ceil(len(text.split()) / _WORDS_A_SECOND)


def _length(seconds: int, here: Here) -> str:
    if seconds < 60:
        return here.t("preview.seconds", count=seconds)
    return here.t("preview.minutes", minutes=seconds // 60, seconds=seconds % 60)

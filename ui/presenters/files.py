"""Files in words: what is attached to a draft, what came with a message, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.domain.attachment import Attachment, AttachmentNorms
from console.i18n import Catalog
from console.readmodel import AttachmentPhase, AttachmentState, Upload

_KILOBYTE, _MEGABYTE = 1024, 1024 * 1024
_LONGEST, _BEGINNING, _ENDING = 32, 20, 10


@dataclass(frozen=True, slots=True)
class FileFace:
    """One file as a chip: ``id`` is empty while it is still being saved, and it cannot go yet."""

    id: str
    name: str
    detail: str
    icon: str


@dataclass(frozen=True, slots=True)
class FilePress:
    """A file of a message as something to press, and what that will do."""

    id: str
    words: str
    hint: str


def size_words(size: int, catalog: Catalog) -> str:
    """Bytes as «340 КБ» or «1,2 МБ», rounded up: nobody is told less than has to be sent."""
    if size < _MEGABYTE:
        return catalog.t("file.kilobytes", count=max(1, -(-size // _KILOBYTE)))
    tenths = -(-size * 10 // _MEGABYTE)
    return catalog.t("file.megabytes", whole=tenths // 10, tenth=tenths % 10)


def draft_files(
    kept: Sequence[Attachment], coming: Sequence[str], catalog: Catalog
) -> tuple[FileFace, ...]:
    """The files of a draft: those that are ``kept``, then the names that are being saved."""
    return (
        *(
            FileFace(each.id, each.name, size_words(each.size, catalog), icon_of(each.media))
            for each in kept
        ),
        *(FileFace("", name, catalog.t("file.keeping"), "file") for name in coming),
    )


def message_files(
    files: Sequence[Attachment],
    states: Mapping[str, AttachmentState],
    catalog: Catalog,
    *,
    online: bool,
) -> tuple[FilePress, ...]:
    """The files of a message, each with how much of it is here."""
    return tuple(_press(each, states.get(each.id), catalog, online=online) for each in files)


def upload_words(upload: Upload | None, catalog: Catalog) -> str:
    """How far the files of an entry have come to the server; empty where there are none."""
    if upload is None:
        return ""
    total = size_words(upload.total, catalog)
    if upload.is_complete:
        return catalog.t("file.uploaded", total=total)
    return catalog.t("file.uploading", done=size_words(upload.done, catalog), total=total)


def failure_words(code: str, catalog: Catalog) -> str:
    """Why a file of a message cannot be had."""
    key = f"attachment.error_{code}"
    if key in catalog.messages:
        return catalog.t(key)
    return catalog.t("attachment.error_other", code=code)


def name_filter(norms: AttachmentNorms, catalog: Catalog) -> str:
    """The filter of a file dialog: what may be attached."""
    ends = sorted({end for media in norms.media for end in media.ends})
    return f"{catalog.t('file.kinds_all')} ({' '.join(f'*.{end}' for end in ends)})"


def icon_of(media: str) -> str:
    """The drawing for a type of file."""
    return "photo" if media.startswith("image/") else "file"


def _short(name: str) -> str:
    """A name that fits into a bubble, with its end, which says what it is."""
    return name if len(name) <= _LONGEST else f"{name[:_BEGINNING]}…{name[-_ENDING:]}"


def _press(
    file: Attachment, state: AttachmentState | None, catalog: Catalog, *, online: bool
) -> FilePress:
    size = size_words(file.size, catalog)
    phase = state.phase if state is not None else AttachmentPhase.ABSENT
    if phase is AttachmentPhase.WANTED and state is not None:
        words = catalog.t(
            "file.press_fetching" if online else "file.press_waiting",
            name=_short(file.name),
            size=size,
            done=size_words(state.had, catalog),
            total=size,
        )
        return FilePress(file.id, words, catalog.t("file.press_hint_fetching"))
    if phase is AttachmentPhase.FAILED:
        words = catalog.t("file.press_failed", name=_short(file.name))
        return FilePress(file.id, words, catalog.t("file.press_hint_absent"))
    words = catalog.t("file.press", name=_short(file.name), size=size)
    here = phase is AttachmentPhase.HERE
    return FilePress(
        file.id, words, catalog.t("file.press_hint" if here else "file.press_hint_absent")
    )

"""A disk that fails: it remembers each write since the last sync, and what a power cut leaves.

`Disk` stands behind the VFS of `vfs`. Its log is everything that happened to its files, in order,
with the marks that a test sets between (`Disk.mark`): from any prefix of it `images` makes the
folder that a machine would find after its power went at that moment. What was synced is there.
Of what was not, each write is kept, lost, or torn at the borders of sectors, a file that was just
created may be missing and one that was just deleted may be back, by a seeded choice.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from random import Random

from tests.simulation.disk import vfs

SECTOR = 512


class Fault(Enum):
    """What can be wrong with a write."""

    FULL = auto()
    BROKEN = auto()
    """An I/O error."""

    READ_ONLY = auto()
    """The folder has been mounted anew, to read only: no write, no sync, no new file."""


_CODES = {Fault.FULL: vfs.FULL, Fault.BROKEN: vfs.IOERR_WRITE, Fault.READ_ONLY: vfs.IOERR_WRITE}


@dataclass(frozen=True, slots=True)
class Created:
    """A file that was not there."""

    path: Path


@dataclass(frozen=True, slots=True)
class Found:
    """A file that was there before the disk was watched, with its durable content."""

    path: Path
    content: bytes


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes at an offset."""

    path: Path
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file cut to a size."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """Everything written to a file so far is durable, and so is its name."""

    path: Path


@dataclass(frozen=True, slots=True)
class Deleted:
    """A file deleted."""

    path: Path
    durably: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """What a test notes between the writes: what has been acknowledged."""

    what: object


Event = Created | Found | Wrote | Truncated | Synced | Deleted | Mark


class Disk:
    """Everything in ``folder``. A fault is armed with `fail`, and lasts until `heal`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log: list[Event] = []
        self.counts: Counter[str] = Counter()
        self._known: set[Path] = set()
        self._lock = threading.RLock()
        self._fault: Fault | None = None
        self._left = 0
        self._lasting = True
        self._forgets_syncs = False

    # ------------------------------------------------------------------ the test's side

    def mark(self, what: object) -> None:
        """Note in the log that this has been acknowledged."""
        with self._lock:
            self.log.append(Mark(what))

    def fail(self, fault: Fault, *, after: int = 0, lasting: bool = True) -> None:
        """From the next write but ``after``: each fails, or, if not ``lasting``, that one alone."""
        with self._lock:
            self._fault, self._left, self._lasting = fault, after, lasting

    def heal(self) -> None:
        """All is well again."""
        with self._lock:
            self._fault = None

    @property
    def is_failing(self) -> bool:
        """Whether a fault is armed: one of the next writes fails, if not the very next."""
        return self._fault is not None

    def lie(self) -> None:
        """Say of each sync that it is done, and do nothing, as bad hardware does."""
        self._forgets_syncs = True

    # ------------------------------------------------------------------ SQLite's side

    def watches(self, path: Path) -> bool:
        """Whether the file is in our folder."""
        return path.is_relative_to(self.folder)

    def is_read_only(self) -> bool:
        """Whether files may be opened to read alone."""
        return self._fault is Fault.READ_ONLY and self._left == 0

    def opened(self, path: Path, *, created: bool) -> None:
        """A file has been opened."""
        with self._lock:
            if created:
                self._known.add(path)
                self.log.append(Created(path))
            elif path not in self._known:
                self._known.add(path)
                self.log.append(Found(path, path.read_bytes()))

    def write(self, path: Path, offset: int, data: bytes) -> int:
        """Bytes are to be written."""
        return self._ask("writes", Wrote(path, offset, data))

    def truncate(self, path: Path, size: int) -> int:
        """A file is to be cut."""
        return self._ask("truncations", Truncated(path, size))

    def sync(self, path: Path) -> int:
        """What was written is to be made durable."""
        with self._lock:
            self.counts["syncs"] += 1
            if self._fault is Fault.READ_ONLY and self._left == 0:
                return vfs.IOERR_FSYNC
            if not self._forgets_syncs:
                self.log.append(Synced(path))
            return vfs.OK

    def delete(self, path: Path, *, durably: bool) -> int:
        """A file is to be deleted."""
        with self._lock:
            self._known.discard(path)
            self.counts["deletions"] += 1
            self.log.append(Deleted(path, durably))
            return vfs.OK

    def _ask(self, what: str, event: Wrote | Truncated) -> int:
        with self._lock:
            self.counts[what] += 1
            if self._fault is not None:
                if self._left > 0:
                    self._left -= 1
                else:
                    fault = self._fault
                    self.counts[f"refused: {fault.name.lower()}"] += 1
                    if not self._lasting:
                        self._fault = None
                    return _CODES[fault]
            self.log.append(event)
            return vfs.OK


@contextmanager
def watched(folder: Path) -> Generator[Disk]:
    """A disk over ``folder``, behind every store that is opened there."""
    disk = Disk(folder.resolve())
    with vfs.asking(disk):
        yield disk


# ---------------------------------------------------------------------- after a power cut


@dataclass(slots=True)
class _Kept:
    """A file as far as it is certain, and what has been done to it since."""

    certain: bytearray = field(default_factory=bytearray)
    since: list[Wrote | Truncated] = field(default_factory=list)
    is_named: bool = False


class Platter:
    """What the disk certainly holds after a prefix of a log, and what it may."""

    def __init__(self) -> None:
        self._files: dict[Path, _Kept] = {}
        self._ghosts: dict[Path, _Kept] = {}

    def take(self, event: Event) -> None:
        """One more event has happened."""
        match event:
            case Created(path):
                self._files[path] = _Kept()
            case Found(path, content):
                self._files[path] = _Kept(bytearray(content), is_named=True)
            case Wrote(path) | Truncated(path):
                self._files[path].since.append(event)
            case Synced(path):
                kept = self._files[path]
                for change in kept.since:
                    _apply(kept.certain, change)
                if not kept.is_named:
                    # SQLite syncs the folder with the first sync of a journal that it has made.
                    self._ghosts.clear()
                kept.since, kept.is_named = [], True
            case Deleted(path, durably):
                gone = self._files.pop(path, None)
                self._ghosts.pop(path, None)
                if gone is not None and gone.is_named and not durably:
                    self._ghosts[path] = gone
            case Mark():
                pass

    def image(self, chance: Random) -> dict[Path, bytes]:
        """The files as a machine finds them after the power cut: one of the possible outcomes."""
        found: dict[Path, bytes] = {}
        mood = chance.choice(_MOODS)
        for path, kept in self._ghosts.items():
            if path not in self._files and chance.random() < 0.5:
                found[path] = _after(kept, chance, mood)
        for path, kept in self._files.items():
            if kept.is_named or chance.random() < 0.5:
                found[path] = _after(kept, chance, mood)
        return found


class _Mood(Enum):
    """How the disk treats what was not synced, so that extremes are common."""

    LOSES = auto()
    KEEPS = auto()
    STOPS = auto()
    """All up to some write, which may be torn, and nothing after it."""

    PICKS = auto()
    """Each write by itself."""

    TEARS = auto()
    """Each sector by itself."""


_MOODS = tuple(_Mood)


def _after(kept: _Kept, chance: Random, mood: _Mood) -> bytes:
    content = bytearray(kept.certain)
    stop = chance.randrange(len(kept.since) + 1)
    for number, change in enumerate(kept.since):
        match mood:
            case _Mood.LOSES:
                break
            case _Mood.STOPS if number > stop:
                break
            case _Mood.STOPS if number == stop:
                _tear(content, change, chance)
            case _Mood.PICKS if chance.random() < 0.5:
                continue
            case _Mood.TEARS:
                _tear(content, change, chance)
            case _:
                _apply(content, change)
    return bytes(content)


def _apply(content: bytearray, change: Wrote | Truncated) -> None:
    if isinstance(change, Truncated):
        del content[change.size :]
        content.extend(bytes(change.size - len(content)))
        return
    end = change.offset + len(change.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[change.offset : end] = change.data


def _tear(content: bytearray, change: Wrote | Truncated, chance: Random) -> None:
    """Each sector of a write is there or not; the file is as long as the last that is."""
    if isinstance(change, Truncated):
        if chance.random() < 0.5:
            _apply(content, change)
        return
    for start, piece in _sectors(change):
        if chance.random() < 0.5:
            _apply(content, Wrote(change.path, start, piece))


def _sectors(change: Wrote) -> Iterator[tuple[int, bytes]]:
    start, end = change.offset, change.offset + len(change.data)
    while start < end:
        border = min(end, (start // SECTOR + 1) * SECTOR)
        yield start, change.data[start - change.offset : border - change.offset]
        start = border


@dataclass(frozen=True, slots=True)
class Image:
    """A folder after a power cut behind event ``at``; ``marks`` were noted before it."""

    at: int
    marks: Sequence[object]
    files: dict[Path, bytes]

    def lay_out(self, folder: Path, *, of: Path) -> None:
        """Write the files, which were in the folder ``of``, into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in self.files.items():
            (folder / path.relative_to(of)).write_bytes(content)


def images(log: Iterable[Event], *, seed: int) -> Iterator[Image]:
    """A power cut behind each write, sync and deletion of ``log``, in order."""
    platter, marks, chance = Platter(), list[object](), Random(seed)
    for at, event in enumerate(log):
        platter.take(event)
        if isinstance(event, Mark):
            marks.append(event.what)
        else:
            yield Image(at, tuple(marks), platter.image(chance))


# ---------------------------------------------------------------------- damage to what lies there


def flip(path: Path, *, page: int, chance: Random, size: int = 4096) -> None:
    """Change some bytes of a page (counted from 0), as a dying disk does."""
    content = bytearray(path.read_bytes())
    start = page * size
    for _ in range(8):
        content[start + chance.randrange(min(size, len(content) - start))] ^= chance.randrange(
            1, 256
        )
    path.write_bytes(content)


def cut_short(path: Path, *, size: int) -> None:
    """Cut a file to ``size`` bytes."""
    path.write_bytes(path.read_bytes()[:size])

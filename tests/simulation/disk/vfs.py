"""A SQLite VFS that a test stands behind: the real library's files, each write of which is asked.

The shim opens a file with the system's own VFS and then swaps the file's table of methods for a
copy in which writing, truncating, syncing and closing go through Python first. Everything else
(reading, locks, shared memory) stays the library's own code at its own speed. While it is the
default, whoever opens a store is under it without knowing.
"""

from __future__ import annotations

import ctypes
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

from sqlcipher3 import _sqlite3

OK, READONLY, IOERR_WRITE, FULL = 0, 8, 10 | (3 << 8), 13
IOERR_FSYNC = 10 | (4 << 8)

_OPEN_READONLY, _OPEN_READWRITE, _OPEN_CREATE = 0x1, 0x2, 0x4

_int, _long, _ptr, _text = ctypes.c_int, ctypes.c_int64, ctypes.c_void_p, ctypes.c_char_p
_CLOSE = ctypes.CFUNCTYPE(_int, _ptr)
_WRITE = ctypes.CFUNCTYPE(_int, _ptr, _ptr, _int, _long)
_TRUNCATE = ctypes.CFUNCTYPE(_int, _ptr, _long)
_SYNC = ctypes.CFUNCTYPE(_int, _ptr, _int)
_OPEN = ctypes.CFUNCTYPE(_int, _ptr, _ptr, _ptr, _int, ctypes.POINTER(_int))
_DELETE = ctypes.CFUNCTYPE(_int, _ptr, _text, _int)


class _IoMethods(ctypes.Structure):
    """``sqlite3_io_methods``, version 3."""

    _fields_: ClassVar = [
        ("iVersion", _int),
        ("xClose", _CLOSE),
        ("xRead", _ptr),
        ("xWrite", _WRITE),
        ("xTruncate", _TRUNCATE),
        ("xSync", _SYNC),
        *((f"other{n}", _ptr) for n in range(13)),
    ]


class _File(ctypes.Structure):
    """``sqlite3_file``: a pointer to its methods, then what only its VFS knows."""

    _fields_: ClassVar = [("methods", ctypes.POINTER(_IoMethods))]


class _VfsTable(ctypes.Structure):
    """``sqlite3_vfs``, version 3."""

    _fields_: ClassVar = [
        ("iVersion", _int),
        ("szOsFile", _int),
        ("mxPathname", _int),
        ("pNext", _ptr),
        ("zName", _text),
        ("pAppData", _ptr),
        ("xOpen", _OPEN),
        ("xDelete", _DELETE),
        *((f"other{n}", _ptr) for n in range(14)),
    ]


class Behind(Protocol):
    """Who is asked before a file is touched; a code other than `OK` is what SQLite is told."""

    def watches(self, path: Path) -> bool:
        """Whether this file is on our disk at all."""

    def is_read_only(self) -> bool:
        """Whether files may only be opened to read."""

    def opened(self, path: Path, *, created: bool) -> None:
        """A file has been opened."""

    def write(self, path: Path, offset: int, data: bytes) -> int:
        """Bytes are to be written."""

    def truncate(self, path: Path, size: int) -> int:
        """A file is to be cut to so many bytes."""

    def sync(self, path: Path) -> int:
        """What was written is to be made durable."""

    def delete(self, path: Path, *, durably: bool) -> int:
        """A file is to be deleted; ``durably`` if the folder is synced as well."""


class Shim:
    """One for a process, for SQLite keeps pointers into it. ``behind`` is whoever is asked now."""

    def __init__(self) -> None:
        self.behind: Behind | None = None
        self._library: Any = ctypes.CDLL(_sqlite3.__file__)
        self._library.sqlite3_vfs_find.restype = ctypes.POINTER(_VfsTable)
        self._library.sqlite3_vfs_find.argtypes = [_text]
        self._library.sqlite3_vfs_register.argtypes = [_ptr, _int]
        self._system = self._library.sqlite3_vfs_find(None)
        self._paths: dict[int, Path] = {}
        self._tables: dict[int, tuple[_IoMethods, _IoMethods]] = {}
        self._ours = _VfsTable.from_buffer_copy(self._system.contents)
        self._ours.pNext = None
        self._ours.zName = b"asked"
        self._ours.xOpen = _OPEN(self._open)
        self._ours.xDelete = _DELETE(self._delete)

    def become_default(self) -> None:
        """Every connection that names no VFS is opened here from now on."""
        self._library.sqlite3_vfs_register(ctypes.addressof(self._ours), 1)

    def step_back(self) -> None:
        """The system's own VFS is the default again."""
        self._library.sqlite3_vfs_register(ctypes.addressof(self._system.contents), 1)

    # ------------------------------------------------------------------ called by SQLite

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: Any) -> int:
        # ``name`` stays a pointer: the system's VFS keeps it, and SQLite has words behind its end.
        behind, path = self.behind, None if name is None else Path(_text(name).value.decode())  # type: ignore[union-attr]
        if behind is None or path is None or not behind.watches(path):
            return int(self._system.contents.xOpen(vfs, name, file, flags, out))
        created = not path.exists()
        if behind.is_read_only():
            flags = (flags & ~(_OPEN_READWRITE | _OPEN_CREATE)) | _OPEN_READONLY
        code = int(self._system.contents.xOpen(vfs, name, file, flags, out))
        if code == OK:
            self._adopt(file)
            self._paths[file] = path
            behind.opened(path, created=created)
        return code

    def _adopt(self, file: int) -> None:
        """Give an open file our methods; its own are kept to be called."""
        held = _File.from_address(file)
        theirs = ctypes.addressof(held.methods.contents)
        if theirs not in self._tables:
            ours = _IoMethods.from_buffer_copy(held.methods.contents)
            original = _IoMethods.from_buffer_copy(held.methods.contents)
            ours.xClose = _CLOSE(lambda file: self._close(original, file))
            ours.xWrite = _WRITE(lambda *given: self._write(original, *given))
            ours.xTruncate = _TRUNCATE(lambda *given: self._truncate(original, *given))
            ours.xSync = _SYNC(lambda *given: self._sync(original, *given))
            self._tables[theirs] = (ours, original)
        held.methods = ctypes.pointer(self._tables[theirs][0])

    def _close(self, original: _IoMethods, file: int) -> int:
        self._paths.pop(file, None)
        return int(original.xClose(file))

    def _write(self, original: _IoMethods, file: int, data: int, size: int, offset: int) -> int:
        if self.behind is not None:
            said = self.behind.write(self._paths[file], offset, ctypes.string_at(data, size))
            if said != OK:
                return said
        return int(original.xWrite(file, data, size, offset))

    def _truncate(self, original: _IoMethods, file: int, size: int) -> int:
        if self.behind is not None:
            said = self.behind.truncate(self._paths[file], size)
            if said != OK:
                return said
        return int(original.xTruncate(file, size))

    def _sync(self, original: _IoMethods, file: int, flags: int) -> int:
        if self.behind is not None:
            said = self.behind.sync(self._paths[file])
            if said != OK:
                return said
            return OK  # what counts is what the disk behind has noted; the real one may wait
        return int(original.xSync(file, flags))

    def _delete(self, vfs: int, name: bytes, durably: int) -> int:
        path = Path(name.decode())
        if self.behind is not None and self.behind.watches(path):
            said = self.behind.delete(path, durably=bool(durably))
            if said != OK:
                return said
        return int(self._system.contents.xDelete(vfs, name, durably))


@lru_cache(maxsize=1)
def _shim() -> Shim:
    return Shim()


@contextmanager
def asking(behind: Behind) -> Generator[None]:
    """Have every file that is opened now, and that ``behind`` watches, ask it."""
    shim = _shim()
    shim.behind = behind
    shim.become_default()
    try:
        yield
    finally:
        shim.step_back()
        shim.behind = None

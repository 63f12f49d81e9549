"""The quarantine: a file of the rows that could not be taken, each with its number and reason."""

from __future__ import annotations

import csv
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from console.errors import OtklikError
from console.server.intake.sheet import Cell

MARKS = ("row", "reason")
"""The first two columns; the original ones follow, so that the mended file can be imported."""

_TRIAL = 65_536
"""Bytes that there must be room for."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class QuarantineError(OtklikError):
    """The file cannot be written."""


class Quarantine:
    """Written when the first row comes, and put in its place when closed.

    UTF-8 with a byte order mark and semicolons, which a Russian Excel opens by a double click.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.count = 0
        self._header = header
        self._in_place = False
        self._part = path.with_name(path.name + ".part")
        self._file: TextIO | None = None
        self._writer: Any = None

    @property
    def is_in_place(self) -> bool:
        """Whether it was written, whole, and closed."""
        return self._in_place

    def check(self) -> None:
        """`QuarantineError` where there can be no file; nothing is left of the trial."""
        with self._told():
            self._part.write_bytes(b"\n" * _TRIAL)
            self._part.unlink()

    def add(self, number: int | str, reason: str, cells: Sequence[Cell]) -> None:
        """Keep a row, by its number or the address of its cell; `QuarantineError` on failure."""
        shown = ["" if cell is None else _safe(str(cell)) for cell in cells]
        with self._told():
            if self._file is None:
                self._open()
            self._writer.writerow([number, reason, *shown])
        self.count += 1

    def flush(self) -> None:
        """Onto the disk with what was added, or `QuarantineError`."""
        if self._file is not None:
            with self._told():
                self._file.flush()

    def close(self) -> None:
        """Put the file in its place; without a row there is none, and an older one stays.

        One that could not be written does not take the place of an older one either.
        """
        file, self._file = self._file, None
        if file is None:
            return
        with self._told():
            file.close()
            os.replace(self._part, self.path)  # noqa: PTH105 - Path.replace is the same
        self._in_place = True

    def _open(self) -> None:
        self._file = self._part.open(
            "w", encoding="utf-8-sig", errors="surrogateescape", newline=""
        )
        self._writer = csv.writer(self._file, delimiter=";")
        self._writer.writerow([*MARKS, *map(_safe, self._header)])

    @contextmanager
    def _told(self) -> Generator[None]:
        """A failure of the disk as one line; what was written of the file goes."""
        try:
            yield
        except OSError as error:
            file, self._file = self._file, None
            with suppress(OSError):
                if file is not None:
                    file.close()  # tries to write what it still holds
            with suppress(OSError):
                self._part.unlink()
            raise QuarantineError(
                f"{self.path}: cannot be written ({error.strerror}); make room or name another "
                "file with --quarantine, and import again: what was taken in is not taken twice"
            ) from error


def _safe(text: str) -> str:
    """``text`` such that no spreadsheet takes it for a formula."""
    return f"'{text}" if _needs_mark(text) else text


def _needs_mark(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)


def restored(text: str) -> str:
    """The reverse of what made ``text`` safe, in a quarantine file that is imported again."""
    return text[1:] if text.startswith("'") and _needs_mark(text) else text

"""The quarantine: a file of the rows that could not be taken, each with its number and reason."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from console.errors import OtklikError
from console.server.intake.sheet import Cell

MARKS = ("row", "reason")
"""The first two columns; the original ones follow, so that the mended file can be imported."""

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
        self._part = path.with_name(path.name + ".part")
        self._file: TextIO | None = None
        self._writer: Any = None

    def add(self, number: int, reason: str, cells: Sequence[Cell]) -> None:
        """Keep a row; `QuarantineError` where there can be no file."""
        if self._file is None:
            self._open()
        shown = ["" if cell is None else _safe(str(cell)) for cell in cells]
        self._writer.writerow([number, reason, *shown])
        self.count += 1

    def close(self) -> None:
        """Put the file in its place; without a row there is none, and an older one stays."""
        if self._file is None:
            return
        self._file.close()
        os.replace(self._part, self.path)  # noqa: PTH105 - Path.replace is the same

    def _open(self) -> None:
        try:
            self._file = self._part.open(
                "w", encoding="utf-8-sig", errors="surrogateescape", newline=""
            )
        except OSError as error:
            raise QuarantineError(
                f"{self.path}: cannot be written ({error.strerror}); "
                "name another file with --quarantine"
            ) from error
        self._writer = csv.writer(self._file, delimiter=";")
        self._writer.writerow([*MARKS, *map(_safe, self._header)])


def _safe(text: str) -> str:
    """``text`` such that no spreadsheet takes it for a formula."""
    return f"'{text}" if _needs_mark(text) else text


def _needs_mark(text: str) -> bool:
    return text.lstrip("'").startswith(_FORMULA)


def restored(text: str) -> str:
    """The reverse of what made ``text`` safe, in a quarantine file that is imported again."""
    return text[1:] if text.startswith("'") and _needs_mark(text) else text

"""Logs: a rotating file in the profile, without personal text.

What a resident or an operator wrote, and every token, has no place in a log: records say which
ids and which kinds of things, and the filter here cuts what looks like words of a person, should
one slip into an argument or an exception all the same.
"""

from __future__ import annotations

import copy
import logging
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType

from console.causes import cause_of
from console.errors import StoreError

FILE = "otklik.log"
_MOST_BYTES = 1_000_000
_KEPT_FILES = 3

_CYRILLIC = re.compile(r"[а-яё][а-яё\s\d.,!?«»“”()–—-]*", re.IGNORECASE)
_TOKEN = re.compile(r"\b(?:Bearer\s+)?[A-Za-z0-9_-]{32,}(?:\.[A-Za-z0-9_-]+)*")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d[\d\s()-]{9,}\d")
_MAIL = re.compile(r"\S+@\S+")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def redacted(text: str) -> str:
    """``text`` without what a person may have written and without secrets; ids stay."""
    ids: list[str] = []

    def keep(match: re.Match[str]) -> str:
        ids.append(match.group())
        return f"\0{len(ids) - 1}\0"

    kept = _UUID.sub(keep, text)
    for pattern, word in ((_CYRILLIC, "…"), (_MAIL, "…@…"), (_TOKEN, "…token…"), (_PHONE, "…")):
        kept = pattern.sub(word, kept)
    return re.sub(r"\0(\d+)\0", lambda m: ids[int(m.group(1))], kept)


class PlainFormatter(logging.Formatter):
    """One line a record, redacted; of an exception its class and where it was, not its words."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The record as it goes into the file; its time and its source are not words of anybody."""
        ours = copy.copy(record)
        # Another handler may have left the exception's own words there.
        ours.msg, ours.args, ours.exc_text = redacted(record.getMessage()), (), None
        return super().format(ours)

    def formatException(self, ei: _ExcInfo | tuple[None, None, None]) -> str:
        """Where an exception was raised; its message may quote anything."""
        kind, _, where = ei
        frames = traceback.extract_tb(where)
        lines = [f"  {Path(f.filename).name}:{f.lineno} in {f.name}" for f in frames]
        return "\n".join([f"{kind.__name__ if kind else 'nothing'} at", *lines])


class _LateFile(logging.Handler):
    """A rotating file that is opened, and its machinery imported, at the first record.

    ``logging.handlers`` brings sockets and more with it, which a start need not wait for.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; called under the handler's lock."""
        if self._file is None:
            from logging.handlers import RotatingFileHandler

            self._file = RotatingFileHandler(
                self._path, maxBytes=_MOST_BYTES, backupCount=_KEPT_FILES, encoding="utf-8"
            )
            self._file.setFormatter(self.formatter)
        self._file.emit(record)

    def flush(self) -> None:
        """Hand everything to the system."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        super().close()


def start_logging(folder: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Write records of ``level`` and above to ``folder``; give the result to `stop_logging`.

    `StoreError` where there can be no such folder: it stands in the profile.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder}: the log cannot be kept there ({error.strerror})",
            key="ui.store_folder",
            path=folder.parent,
            cause=cause_of(error),
        ) from error
    handler = _LateFile(folder / FILE)
    handler.setLevel(level)
    handler.setFormatter(PlainFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    if root.level == logging.NOTSET or root.level > level:
        root.setLevel(level)
    for noisy in ("httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Close the file."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def last_lines(folder: Path, count: int) -> list[str]:
    """The last lines of the log, oldest first; none where there is no log."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    return text.splitlines()[-count:]


def log_uncaught() -> None:
    """Have what nobody caught on the main thread stand in the log as well."""
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        logging.getLogger("otklik").critical("not caught", exc_info=(kind, error, where))
        before(kind, error, where)

    sys.excepthook = hook

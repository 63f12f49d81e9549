"""What an administrator gives on the command line: a language, a file, a key of some list."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from console.errors import UsageError
from console.i18n import LANGUAGES, Catalog

MAX_BYTES = 1_000_000
"""Of a file with a template or a reply; a larger one is something else."""


def catalog_for(language: str) -> Catalog:
    """The messages of ``language``; `UsageError` for one that there is not."""
    known_key(language, LANGUAGES, "language", Catalog.load(LANGUAGES[0]))
    return Catalog.load(language)


def known_key(given: str, known: Collection[str], what: str, catalog: Catalog) -> str:
    """``given`` where it is in the list; `UsageError` names the list otherwise."""
    if given not in known:
        raise UsageError(catalog.t(f"explain.error_{what}", given=given, known=", ".join(known)))
    return given


def text_of(path: Path, catalog: Catalog) -> str:
    """The text of a file; `UsageError` where it is missing, too large, or not UTF-8 text."""
    try:
        with path.open("rb") as file:  # what is no file has no size to ask for, and may not end
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise UsageError(catalog.t("explain.error_large", file=path))
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError as error:
        raise UsageError(catalog.t("explain.error_missing", file=path)) from error
    except UnicodeDecodeError as error:
        raise UsageError(catalog.t("explain.error_not_text", file=path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(catalog.t("explain.error_unreadable", file=path, reason=reason)) from error

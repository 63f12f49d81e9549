"""The command line's own parts: one-line errors, and arguments that several commands have."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import platformdirs

from console.errors import UsageError
from console.i18n import LANGUAGES

if TYPE_CHECKING:
    from console.server.database import Database

DATABASE_VARIABLE = "OTKLIK_DATABASE"

Subparsers = argparse._SubParsersAction  # what add_subparsers() gives has no public name


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line.

    ``fill`` adds its arguments when it is first used, for those that take long to import.
    """

    fill: Callable[[], None] | None = None

    def filled(self) -> Parser:
        """This parser with all of its arguments."""
        fill, self.fill = self.fill, None
        if fill is not None:
            fill()
        return self

    def parse_known_args(self, *args: Any, **kwargs: Any) -> Any:
        """As ever, with all arguments there."""
        self.filled()
        return super().parse_known_args(*args, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong as a `UsageError`."""
        raise UsageError(f"{message} (see: {self.prog} --help)")


def add_database(parser: argparse.ArgumentParser) -> None:
    """Add ``--database``."""
    parser.add_argument(
        "--database",
        metavar="URL",
        default=os.environ.get(DATABASE_VARIABLE) or None,
        help="sqlite:///FILE or postgresql://USER@HOST/NAME; default: the variable "
        f"{DATABASE_VARIABLE}, else a SQLite file in this user's data folder",
    )


def add_sheet(parser: argparse.ArgumentParser) -> None:
    """Add ``--sheet`` and ``--encoding``: which table a file is read as."""
    parser.add_argument("--sheet", default="", metavar="NAME", help="one sheet of an .xlsx file")
    parser.add_argument(
        "--encoding", default="", help="encoding of a .csv file (default: found by itself)"
    )


def add_language(parser: argparse.ArgumentParser, *, of: str) -> None:
    """Add ``--lang``, the language of ``of``."""
    parser.add_argument(
        "--lang",
        default=LANGUAGES[0],
        choices=LANGUAGES,
        help=f"language of {of}: {' or '.join(LANGUAGES)} (default: {LANGUAGES[0]})",
    )


def default_database() -> str:
    """The URL of the embedded default: a SQLite file in the data folder of this user."""
    folder = Path(platformdirs.user_data_dir("otklik-server", appauthor=False))
    return f"sqlite:///{folder / 'centre.db'}"


def opened(args: argparse.Namespace) -> Database:
    """The database that ``args`` name, up to date.

    The embedded default is made and migrated at need; any other must have been, by ``migrate``,
    because an administrator decides when a shared database changes.
    """
    from console.server import migrate
    from console.server.database import check_reachable, open_database

    database = open_database(args.database or default_database())
    check_reachable(database)
    if args.database is None:
        migrate.upgrade(database, now=datetime.now(UTC))
    migrate.require_newest(database)
    return database

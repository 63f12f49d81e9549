"""``otklik-server migrate``: bring the tables of a database up to date."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any, TextIO

from console.server.commandline import Subparsers, add_database, default_database


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``migrate`` with its arguments."""
    parser = subparsers.add_parser(
        "migrate",
        help="make the tables of a database, or bring them up to date",
        description="Make the tables of an empty database, or bring those of an older version of "
        "the program up to date. Running it again changes nothing.",
    )
    add_database(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Migrate, and say from what to what."""
    from console.server import migrate
    from console.server.database import check_reachable, open_database

    database = open_database(args.database or default_database())
    try:
        check_reachable(database)
        before = migrate.current(database)
        migrate.upgrade(database, now=datetime.now(UTC))
    finally:
        database.close()
    where = database.engine.url.render_as_string(hide_password=True)
    if before == migrate.NEWEST:
        print(f"{where}: up to date ({before})", file=out)
    else:
        print(f"{where}: {before or 'empty'} -> {migrate.NEWEST}", file=out)
    return 0

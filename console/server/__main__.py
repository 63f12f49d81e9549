"""The command line of the central server, ``otklik-server``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TextIO

from console.domain.cleaning import tidy
from console.errors import OtklikError, UsageError
from console.server.commandline import Parser
from console.server.commands import (
    explaining,
    importing,
    importing_outages,
    migrating,
    reliability,
    serve,
    user,
)

EXIT_USAGE = 2
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

_LONGEST = 1_000
"""Characters of what is told of a failure; a header of a wrong file may have a million."""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = Parser(
        prog="otklik-server",
        description="The central server of Otklik and the tools of its administrator.",
        epilog="otklik-server COMMAND --help tells more of each.",
    )
    commands = top.add_subparsers(
        dest="command", required=True, metavar="COMMAND", parser_class=Parser
    )
    for part in (serve, migrating, user, importing, importing_outages, reliability, explaining):
        part.add_parser(commands)
    return top


def main(argv: Sequence[str] | None = None, *, out: TextIO | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    out = out or sys.stdout
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that knows fewer letters shows a «?»
            stream.reconfigure(errors="replace")
    try:
        args = parser().parse_args(argv)
        code: int = args.func(args, out=out)
        out.flush()
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; the flush at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except (Exception, KeyboardInterrupt) as error:
        told = _plain(error)
        if told is None:
            raise
        return _told(*told)
    return code


def _plain(error: BaseException) -> tuple[object, int] | None:
    """What to tell of a failure that is no bug, and the exit code; None for a bug."""
    match error:
        case UsageError():
            return error, EXIT_USAGE
        case OtklikError():
            return error, EXIT_FAILED
        case KeyboardInterrupt():
            return "interrupted", EXIT_INTERRUPTED
        case OSError() | UnicodeError() | OverflowError():
            return f"this cannot be done: {error}", EXIT_FAILED
    if _is_of_the_database(error):
        return f"the database failed: {getattr(error, 'orig', error)}", EXIT_FAILED
    return None


def _is_of_the_database(error: BaseException) -> bool:
    """Whether SQLAlchemy raised it; it is not imported for a command that has no database."""
    return type(error).__module__.startswith("sqlalchemy.")


def _told(what: object, code: int) -> int:
    line = tidy(" ".join(str(what).split()))  # a terminal obeys what it cannot show
    cut = f"{line[:_LONGEST]}…" if len(line) > _LONGEST else line
    print(f"otklik-server: {cut}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())

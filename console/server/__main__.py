"""The command line of the central server, ``otklik-server``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TextIO

from console.errors import OtklikError, UsageError
from console.server.commandline import Parser
from console.server.commands import explaining, importing, migrating, serve, user

EXIT_USAGE = 2
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


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
    for part in (serve, migrating, user, importing, explaining):
        part.add_parser(commands)
    return top


def main(argv: Sequence[str] | None = None, *, out: TextIO | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    out = out or sys.stdout
    try:
        args = parser().parse_args(argv)
        code: int = args.func(args, out=out)
        out.flush()
    except UsageError as error:
        return _told(error, EXIT_USAGE)
    except OtklikError as error:
        return _told(error, EXIT_FAILED)
    except KeyboardInterrupt:
        return _told("interrupted", EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; the flush at exit must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    return code


def _told(what: object, code: int) -> int:
    line = " ".join(str(what).split())
    print(f"otklik-server: {line}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())

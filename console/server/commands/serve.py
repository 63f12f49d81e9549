"""``otklik-server serve``: run the central server."""

from __future__ import annotations

import argparse
import logging
import re
from typing import Any, TextIO

from console.server.commandline import Subparsers, add_database, opened

DEFAULT_PORT = 8220


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``serve`` with its arguments."""
    parser = subparsers.add_parser(
        "serve",
        help="run the central server",
        description="Run the central server until it is interrupted. Several may serve one "
        "PostgreSQL database behind a balancer. Put a proxy that speaks TLS before it wherever "
        "consoles come over a network.",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        help=f"port to listen on; 0 for any free one, which is then printed "
        f"(default: {DEFAULT_PORT})",
    )
    add_database(parser)
    parser.set_defaults(func=run)


def run(args: argparse.Namespace, *, out: TextIO) -> int:
    """Serve; the first line on ``out`` says where."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Uvicorn tells the start in several lines of its own, Alembic each step it looked at.
    for name in ("uvicorn.error", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    from console.rulebook.branches import load_branches
    from console.server.app import create_app
    from console.server.serve import serve

    database = opened(args)

    def ready(port: int) -> None:
        host = f"[{args.host}]" if ":" in args.host else args.host
        print(f"listening on http://{host}:{port}", file=out, flush=True)

    try:
        app = create_app(database, branches=[branch.key for branch in load_branches()])
        serve(app, args.host, args.port, ready)
    finally:
        database.close()
    return 0


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not “{text}”")
    return int(text)

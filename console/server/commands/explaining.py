"""``otklik-server explain``: what the console would do, shown to an administrator."""

from __future__ import annotations

from typing import Any

from console.server.commandline import Parser, Subparsers


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``explain`` with its subjects."""
    parser = subparsers.add_parser(
        "explain",
        help="show what the rules make of a deadline, a template, an address, a reply, a stream",
        description="Run the console's own rules on an example before they go live. No database "
        "is needed.",
    )
    parser.fill = lambda: _add_subjects(parser)


def _add_subjects(parser: Parser) -> None:
    from console.server.explain import address, checks, deadline, hotspots, template

    subjects = parser.add_subparsers(dest="subject", required=True, metavar="SUBJECT")
    for subject in (deadline, template, address, checks, hotspots):
        subject.add_parser(subjects)

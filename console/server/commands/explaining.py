"""``otklik-server explain``: what the console would do, shown to an administrator."""

from __future__ import annotations

from typing import Any

from console.server.commandline import Subparsers


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``explain`` with its subjects."""
    from console.server.explain import address, checks, deadline, template

    parser = subparsers.add_parser(
        "explain",
        help="show what the rules make of a deadline, a template, an address, a reply",
        description="Run the console's own rules on an example before they go live. No database "
        "is needed.",
    )
    subjects = parser.add_subparsers(dest="subject", required=True, metavar="SUBJECT")
    for subject in (deadline, template, address, checks):
        subject.add_parser(subjects)

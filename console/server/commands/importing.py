"""``otklik-server import``: take in a file of appeals."""

from __future__ import annotations

from typing import Any

from console.server.commandline import Subparsers


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``import`` with its arguments."""

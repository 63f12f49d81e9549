"""The headless face of the console: ``python -m console sync|outbox|doctor|bundle``.

For administrators and for support, on a machine without a screen. None of it prints a word that a
resident or an operator wrote. Exit codes: 0 done, 1 could not be done or something is wrong,
2 the command line is wrong.
"""

from __future__ import annotations

import argparse
import getpass
import json
import platform
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.app import Console, examine_profile, open_personal, open_reader
from console.config import Settings
from console.errors import OtklikError, UsageError
from console.i18n import Catalog
from console.logs import last_lines
from console.paths import default_profile
from console.readmodel import Link, SyncStatus

_LOG_LINES = 200
_PATIENCE = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; the exit code."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        result: int = asked.run(asked)
    except UsageError as error:
        print(f"otklik: {error}", file=sys.stderr)
        return 2
    except OtklikError as error:
        print(f"otklik: {error}", file=sys.stderr)
        return 1
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m console", description="Otklik's console without its window."
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--profile", type=Path, default=default_profile(), help="the profile folder (%(default)s)"
    )
    common.add_argument("--lang", choices=("ru", "en"), default="ru", help="language of questions")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    sync = commands.add_parser(
        "sync", parents=[common], help="pull what changed and push what waits, then end"
    )
    sync.add_argument("--server", default="", help="address of the central server")
    sync.add_argument(
        "--seconds", type=float, default=_PATIENCE, help="give up after (%(default)s)"
    )
    sync.set_defaults(run=_sync)
    outbox = commands.add_parser(
        "outbox", parents=[common], help="list what waits and what is held"
    )
    outbox.set_defaults(run=_outbox)
    doctor = commands.add_parser("doctor", parents=[common], help="check that the store is whole")
    doctor.set_defaults(run=_doctor)
    bundle = commands.add_parser(
        "bundle", parents=[common], help="print a report for support: no personal text"
    )
    bundle.set_defaults(run=_bundle)
    return parser


def _sync(asked: argparse.Namespace) -> int:
    """Until everything is read and nothing more can leave."""
    server = asked.server or _known_server(asked)
    console = open_personal(_settings(asked, server), passphrase=_passphrase(asked))
    if console.rescue is not None:
        found = console.rescue
        kept = f"drafts: {found.drafts}, outbox: {found.entries}"
        where = f", the old file: aside/{found.aside}" if found.aside else ""
        print(f"rescued ({found.why}): {kept}{where}", file=sys.stderr)
    console.start()
    try:
        return _wait_for_sync(console, asked.seconds)
    finally:
        console.close()


def _wait_for_sync(console: Console, seconds: float) -> int:
    moved = threading.Event()
    unsubscribe = console.changes.subscribe(lambda _: moved.set())
    end = time.monotonic() + seconds
    try:
        while _is_under_way(console.sync.status()) and time.monotonic() < end:
            moved.wait(max(0.0, end - time.monotonic()))
            moved.clear()
    finally:
        unsubscribe()
    return _told(console.sync.status())


def _is_under_way(status: SyncStatus) -> bool:
    if status.link is Link.SIGN_IN_NEEDED:
        return False
    return status.link is not Link.ONLINE or status.waiting > 0


def _told(status: SyncStatus) -> int:
    if status.link is Link.SIGN_IN_NEEDED:
        print("sign-in needed: start the window and sign in", file=sys.stderr)
        return 1
    if _is_under_way(status):
        said = f"{status.link}, error: {status.error or 'none'}, waiting: {status.waiting}"
        print(f"not in step: {said}", file=sys.stderr)
        return 1
    print(f"in step; held: {status.held}")
    return 0


def _outbox(asked: argparse.Namespace) -> int:
    reader = open_reader(_settings(asked), passphrase=_passphrase(asked))
    try:
        entries = reader.outbox()
        for entry in entries:
            reasons = ", ".join(f"{r.source}:{r.code}" for r in entry.held) or entry.last_error
            print(
                entry.seq,
                entry.state,
                entry.envelope.mutation.kind,
                entry.envelope.target,
                f"asked {entry.created_at:%Y-%m-%dT%H:%M:%SZ}",
                f"tried {entry.attempts}",
                reasons,
                sep="\t",
            )
        print(f"{len(entries)} in the outbox", file=sys.stderr)
    finally:
        reader.close()
    return 0


def _doctor(asked: argparse.Namespace) -> int:
    findings = examine_profile(_settings(asked), passphrase=_passphrase(asked))
    for table, count in findings.rows.items():
        print(f"{table}\t{count}")
    for fault in findings.faults:
        print(f"fault: {fault}", file=sys.stderr)
    print("whole" if findings.is_healthy else "not whole: keep a copy and ask for help")
    return 0 if findings.is_healthy else 1


def _bundle(asked: argparse.Namespace) -> int:
    findings = examine_profile(_settings(asked), passphrase=_passphrase(asked))
    report: dict[str, Any] = {
        "python": platform.python_version(),
        "system": platform.system(),
        "version": findings.version,
        "rows": findings.rows,
        "outbox": findings.outbox,
        "faults": findings.faults,
        "schema": findings.schema,
        "log": last_lines(asked.profile / "logs", _LOG_LINES),
    }
    json.dump(report, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0


def _settings(asked: argparse.Namespace, server: str = "") -> Settings:
    if not asked.profile.is_dir():
        raise UsageError(f"{asked.profile}: there is no such profile folder")
    return Settings(profile=asked.profile, server=server, language=asked.lang)


def _known_server(asked: argparse.Namespace) -> str:
    """Where the person of this profile last signed in."""
    reader = open_reader(_settings(asked), passphrase=_passphrase(asked))
    try:
        session = reader.session()
    finally:
        reader.close()
    if session is None:
        raise UsageError("nobody has signed in here yet: name the server with --server")
    return session.server


def _passphrase(asked: argparse.Namespace) -> Any:
    """Asks on the terminal; without one there is nobody to ask."""

    def ask(reason: str) -> str | None:
        if not sys.stdin.isatty():
            return None
        catalog = Catalog.load(asked.lang)
        print(catalog.t(f"keychain.{reason}"), file=sys.stderr)
        return getpass.getpass(f"{catalog.t('keychain.prompt')} ") or None

    return ask


if __name__ == "__main__":
    sys.exit(main())

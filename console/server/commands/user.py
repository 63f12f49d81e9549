"""``otklik-server user``: the operators, and who of them may sign in."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from console.domain.bounds import NAME, Bound, text_breach
from console.domain.operator import ALL_BRANCHES, Operator, Role
from console.errors import UsageError
from console.server.commandline import Subparsers, add_database, opened

_LOGIN = re.compile(r"[^\s@:/\\]{1,64}(@[^\s@:/\\]{1,64})?")


def add_parser(subparsers: Subparsers[Any]) -> None:
    """Add ``user`` with its actions."""
    parser = subparsers.add_parser(
        "user",
        help="add, list, disable and enable operators",
        description="Keep the operators who may sign in.",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add(actions)
    _simple(actions, "list", "list all operators", _list)
    for name, about, action in (
        ("disable", "keep an operator out; open sessions end at once", _disable),
        ("enable", "let a disabled operator in again", _enable),
        ("password", "give an operator another password", _password),
    ):
        one = _simple(actions, name, about, action)
        one.add_argument("login", metavar="LOGIN", help="login of the operator")
        if name == "password":
            _password_option(one)


def _add(actions: Subparsers[Any]) -> None:
    parser = _simple(actions, "add", "add an operator; the password is asked for", _add_operator)
    parser.add_argument("login", metavar="LOGIN", help="what the operator signs in with")
    parser.add_argument("--name", required=True, help="full name, as colleagues see it")
    parser.add_argument(
        "--role",
        required=True,
        choices=[str(role) for role in Role],
        metavar="ROLE",
        help=", ".join(Role),
    )
    parser.add_argument(
        "--branch",
        dest="branches",
        action="append",
        required=True,
        metavar="KEY",
        help="key of a branch, such as omsk; may be repeated; all stands for every branch",
    )
    parser.add_argument(
        "--needs-approval",
        action="store_true",
        help="replies of this operator go out only when a senior has approved them",
    )
    _password_option(parser)


def _simple(actions: Subparsers[Any], name: str, about: str, func: Any) -> Any:
    parser = actions.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
    add_database(parser)
    parser.set_defaults(func=func)
    return parser


def _password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from the first line of standard input instead of asking",
    )


def _add_operator(args: argparse.Namespace, *, out: TextIO) -> int:
    from console.domain.ids import uuid7
    from console.server import accounts

    _check_login(args.login)
    name = args.name.strip() or args.login
    if text_breach("name", name, NAME) is not None:
        raise UsageError(
            f"“{name[:40]}” cannot be a name: it has one line of at most {NAME.longest} letters"
        )
    operator = Operator(
        id=uuid7(datetime.now(UTC), _entropy()),
        login=args.login,
        name=name,
        role=Role(args.role),
        branches=_branches(args.branches),
        needs_approval=args.needs_approval,
    )
    database = opened(args)
    try:
        database.read(lambda c: accounts.require_free(c, operator.login))
        hashed = _asked_password(args)
        database.write(lambda c: accounts.add(c, operator, password_hash=hashed))
    finally:
        database.close()
    print(f"added {operator.login}: {operator.role}, {', '.join(operator.branches)}", file=out)
    return 0


def _check_login(login: str) -> None:
    odd = text_breach("login", login.casefold(), Bound(128)) is not None
    if odd or _LOGIN.fullmatch(login) is None:
        raise UsageError(f"“{login[:80]}” cannot be a login: no spaces, at most 64 characters")


def _list(args: argparse.Namespace, *, out: TextIO) -> int:
    from console.server import repo

    database = opened(args)
    try:
        found = database.read(repo.operators)
    finally:
        database.close()
    rows = [(o.login, str(o.role), ",".join(o.branches), _state(o), o.name) for o in found]
    titles = ("LOGIN", "ROLE", "BRANCHES", "STATE", "NAME")
    widths = [max(len(row[i]) for row in (titles, *rows)) for i in range(len(titles))]
    for row in (titles, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip(), file=out)
    return 0


def _state(operator: Operator) -> str:
    if not operator.active:
        return "disabled"
    return "needs approval" if operator.needs_approval else "active"


def _disable(args: argparse.Namespace, *, out: TextIO) -> int:
    return _set_active(args, out, active=False)


def _enable(args: argparse.Namespace, *, out: TextIO) -> int:
    return _set_active(args, out, active=True)


def _set_active(args: argparse.Namespace, out: TextIO, *, active: bool) -> int:
    from console.server import accounts

    database, now = opened(args), datetime.now(UTC)
    try:
        heads = database.write(lambda c: accounts.set_active(c, args.login, active=active, now=now))
    finally:
        database.close()
    word = "enabled" if active else "disabled"
    print(f"{word} {args.login}" if heads else f"{args.login} was {word} already", file=out)
    return 0


def _password(args: argparse.Namespace, *, out: TextIO) -> int:
    from console.server import accounts

    database = opened(args)
    try:
        database.read(lambda c: accounts.known(c, args.login))
        hashed = _asked_password(args)
        at = datetime.now(UTC)
        database.write(
            lambda c: accounts.change_password(c, args.login, password_hash=hashed, now=at)
        )
    finally:
        database.close()
    print(f"changed the password of {args.login}; open sessions have ended", file=out)
    return 0


def _asked_password(args: argparse.Namespace) -> str:
    """The hash of a new password, which is asked for twice or read from standard input."""
    from console.server.passwords import MIN_LENGTH, Passwords

    if args.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise UsageError("the two passwords differ; nothing was changed")
    else:
        raise UsageError("there is no terminal to ask for the password; use --password-stdin")
    if len(password) < MIN_LENGTH:
        raise UsageError(f"a password has at least {MIN_LENGTH} characters; nothing was changed")
    return Passwords().hash(password)


def _branches(given: list[str]) -> tuple[str, ...]:
    from console.rulebook.branches import load_branches

    known = [branch.key for branch in load_branches()]
    wanted = [key for part in given for key in part.split(",") if key]
    if "all" in wanted or ALL_BRANCHES in wanted:
        return (ALL_BRANCHES,)
    for key in wanted:
        if key not in known:
            raise UsageError(f"there is no branch “{key}”; there are: {', '.join(known)}, all")
    return tuple(dict.fromkeys(wanted))


def _entropy() -> bytes:
    from console.clock import SystemClock

    return SystemClock().entropy(10)

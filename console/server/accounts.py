"""Accounts: the operators and their passwords, as an administrator keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from console.domain.ids import Ref
from console.domain.operator import Operator
from console.errors import OtklikError
from console.server import repo, tables
from console.server.instants import micros
from console.wire import codec
from console.wire.schema import CENTRE, Rows


class AccountError(OtklikError):
    """The account cannot be made or changed as asked."""


@dataclass(frozen=True, slots=True)
class Account:
    """An operator and the hash of the password (None: cannot sign in)."""

    operator: Operator
    password_hash: str | None


def find(connection: Connection, login: str) -> Account | None:
    """The account of a login, in any case of letters."""
    table = tables.operators
    query = select(table.c.body, table.c.password_hash).where(table.c.login == login.casefold())
    row = connection.execute(query).one_or_none()
    return None if row is None else Account(codec.decode(row.body, Operator), row.password_hash)


def add(connection: Connection, operator: Operator, *, password_hash: str) -> dict[str, int]:
    """Enter a new operator; `AccountError` if the login is taken. The feeds' new ends."""
    require_free(connection, operator.login)
    heads = repo.put_rows(connection, Rows(operators=(operator,)))
    store_hash(connection, operator, password_hash)
    return heads


def require_free(connection: Connection, login: str) -> None:
    """`AccountError` if the login is taken, in any case of letters."""
    if find(connection, login) is not None:
        raise AccountError(f"the login “{login}” is taken")


def change_password(
    connection: Connection, login: str, *, password_hash: str, now: datetime
) -> None:
    """Give an operator another password; whoever is signed in with the old one no longer is."""
    operator = known(connection, login).operator
    store_hash(connection, operator, password_hash)
    _end_sessions(connection, operator, by="password", now=now)


def set_active(
    connection: Connection, login: str, *, active: bool, now: datetime
) -> dict[str, int]:
    """Let an operator in or keep them out; sessions of one kept out end at once.

    The feeds' new ends; nothing where it was so already.
    """
    operator = known(connection, login).operator
    if operator.active == active:
        return {}
    if not active:
        _end_sessions(connection, operator, by="disabled", now=now)
    return repo.put_rows(connection, Rows(operators=(replace(operator, active=active),)))


def known(connection: Connection, login: str) -> Account:
    """The account of a login; `AccountError` where there is none."""
    account = find(connection, login)
    if account is None:
        raise AccountError(f"there is no operator “{login}”; see: otklik-server user list")
    return account


def store_hash(connection: Connection, operator: Operator, password_hash: str) -> None:
    """Keep the hash of an operator's password; open sessions go on."""
    table = tables.operators
    key = Ref(CENTRE, operator.id)
    connection.execute(
        update(table)
        .where(table.c.branch == key.branch, table.c.id == key.id)
        .values(password_hash=password_hash)
    )


def _end_sessions(connection: Connection, operator: Operator, *, by: str, now: datetime) -> None:
    sessions = tables.sessions
    running = (sessions.c.operator == operator.id) & sessions.c.ended_at.is_(None)
    values = {"ended_at": micros(now), "ended_by": by}
    connection.execute(update(sessions).where(running).values(values))

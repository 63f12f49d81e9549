"""Accounts: the operators and their passwords, as an administrator keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from console.domain.ids import Ref
from console.domain.operator import Operator
from console.errors import OtklikError
from console.server import repo, tables
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
    if find(connection, operator.login) is not None:
        raise AccountError(f"the login “{operator.login}” is taken")
    heads = repo.put_rows(connection, Rows(operators=(operator,)))
    _set_hash(connection, operator, password_hash)
    return heads


def set_password(connection: Connection, login: str, *, password_hash: str) -> None:
    """Give an operator another password."""
    _set_hash(connection, _known(connection, login).operator, password_hash)


def set_active(connection: Connection, login: str, *, active: bool, at: int) -> dict[str, int]:
    """Let an operator in or keep them out; sessions of one kept out end at once.

    ``at`` is the instant in Unix microseconds. The feeds' new ends.
    """
    operator = _known(connection, login).operator
    if operator.active == active:
        return {}
    if not active:
        sessions = tables.sessions
        running = (sessions.c.operator == operator.id) & sessions.c.ended_at.is_(None)
        connection.execute(update(sessions).where(running).values(ended_at=at, ended_by="disabled"))
    return repo.put_rows(connection, Rows(operators=(replace(operator, active=active),)))


def _known(connection: Connection, login: str) -> Account:
    account = find(connection, login)
    if account is None:
        raise AccountError(f"there is no operator “{login}”; see: otklik-server user list")
    return account


def _set_hash(connection: Connection, operator: Operator, password_hash: str) -> None:
    table = tables.operators
    key = Ref(CENTRE, operator.id)
    connection.execute(
        update(table)
        .where(table.c.branch == key.branch, table.c.id == key.id)
        .values(password_hash=password_hash)
    )

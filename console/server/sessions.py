"""Sessions: sign-in, the short access token, and the refresh token that is replaced at each use.

An access token is the session's id and an expiry under an HMAC, so every process over the same
database accepts it; that the session still runs and its operator is active is looked up at every
request. A refresh token is random and kept as a digest. One that comes a second time tells that
somebody else has a copy, and ends the session; except within `GRACE`, because an answer can be
lost on the way and an operator must not be signed out for it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from console.clock import Clock
from console.domain.ids import uuid7
from console.domain.operator import ALL_BRANCHES, Operator
from console.server import accounts, tables, throttle
from console.server.database import Database
from console.server.faults import (
    FaultError,
    bad_credentials,
    bad_request,
    token_expired,
    token_revoked,
    too_many,
)
from console.server.incarnation import Incarnation
from console.server.instants import instant, micros
from console.server.passwords import Passwords
from console.wire import codec
from console.wire.schema import CENTRE, Session, SignIn

ACCESS_LIFE = timedelta(minutes=10)
REFRESH_LIFE = timedelta(days=30)
GRACE = timedelta(seconds=30)
_USED_KEPT = timedelta(days=7)
_SESSIONS_KEPT = timedelta(days=365)
_LONGEST = 1024


_RUNNING = (
    select(tables.operators.c.body)
    .join(tables.sessions, tables.sessions.c.operator == tables.operators.c.id)
    .where(tables.operators.c.branch == CENTRE)
    .where(tables.sessions.c.id == bindparam("with_id"), tables.sessions.c.ended_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: the operator as of now, their session, and the end of the access token."""

    operator: Operator
    session: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """Lets people in. ``branches`` are the centre's: what an operator of all branches covers."""

    database: Database
    incarnation: Incarnation
    clock: Clock
    passwords: Passwords
    branches: tuple[str, ...]

    def sign_in(self, request: SignIn) -> Session:
        """A new session; a fault (401, 429) where there can be none."""
        if not request.login or len(request.login) > 128 or len(request.password) > _LONGEST:
            raise bad_request("login or password is too long, or there is no login")
        login, now = request.login.strip(), self.clock.now()
        wait = self.database.write(lambda c: throttle.count_attempt(c, login, now=now))
        if wait:
            raise too_many(math.ceil(wait.total_seconds()))
        account = self.database.read(lambda c: accounts.find(c, login))
        right = self.passwords.verify(
            request.password, None if account is None else account.password_hash
        )
        if account is None or not right or not account.operator.active:
            raise bad_credentials()
        self._strengthen(account, request.password)
        return self._begin(account.operator, login=login, device=request.device[:128])

    def _strengthen(self, account: accounts.Account, password: str) -> None:
        if account.password_hash is None or not self.passwords.is_dated(account.password_hash):
            return
        operator, hashed = account.operator, self.passwords.hash(password)
        self.database.write(lambda c: accounts.store_hash(c, operator, hashed))

    def _begin(self, operator: Operator, *, login: str, device: str) -> Session:
        now = self.clock.now()
        session = uuid7(now, self.clock.entropy(10))
        values = {
            "id": session,
            "operator": operator.id,
            "device": device,
            "started_at": micros(now),
        }

        def work(connection: Connection) -> Session:
            throttle.forget(connection, login)
            _forget_old(connection, operator, now=now)
            connection.execute(tables.sessions.insert(), values)
            return self._tokens(connection, operator, session, now=now)

        return self.database.write(work)

    def refresh(self, token: str) -> Session:
        """The next pair of tokens of the session; a fault (401) where it has ended."""
        now = self.clock.now()
        digest = hashlib.sha256(token.encode()).digest()

        def work(connection: Connection) -> Session | FaultError:
            table = tables.refresh_tokens
            query = select(table).where(table.c.digest == digest).with_for_update()
            row = connection.execute(query).one_or_none()
            if row is None or instant(row.expires_at) <= now:
                return token_revoked()
            operator = _running(connection, row.session)
            if operator is None:
                return token_revoked()
            if row.used_at is not None and now - instant(row.used_at) > GRACE:
                _end(connection, row.session, by="reuse", now=now)
                return token_revoked()
            if row.used_at is None:
                use = update(table).where(table.c.digest == digest).values(used_at=micros(now))
                connection.execute(use)
            return self._tokens(connection, operator, row.session, now=now)

        # A fault is given back, not raised: the end of a session must be committed.
        outcome = self.database.write(work)
        if isinstance(outcome, FaultError):
            raise outcome
        return outcome

    def caller(self, connection: Connection, authorisation: str | None) -> Caller:
        """Who sent ``Authorization: Bearer …``; a fault (401) where nobody signed in did."""
        scheme, _, token = (authorisation or "").partition(" ")
        if scheme.lower() != "bearer":
            raise token_revoked()
        session, expires_at = self._read(token.strip())
        if expires_at <= self.clock.now():
            raise token_expired()
        operator = _running(connection, session)
        if operator is None:
            raise token_revoked()
        return Caller(operator, session, expires_at)

    def sign_out(self, authorisation: str | None) -> None:
        """End the caller's session; that it has ended already is as good."""

        def work(connection: Connection) -> None:
            caller = self.caller(connection, authorisation)
            _end(connection, caller.session, by="signed_out", now=self.clock.now())

        self.database.write(work)

    def scope(self, operator: Operator) -> tuple[str, ...]:
        """The branches that ``operator`` may read, by key."""
        if ALL_BRANCHES in operator.branches:
            return self.branches
        return tuple(sorted(set(operator.branches)))

    def feeds(self, operator: Operator) -> tuple[str, ...]:
        """The change feeds that ``operator`` reads: those of the branches, and the centre's."""
        return (CENTRE, *self.scope(operator))

    def _tokens(
        self, connection: Connection, operator: Operator, session: str, *, now: datetime
    ) -> Session:
        token = _text(self.clock.entropy(32))
        _drop_stale(connection, session, now=now)
        values = {
            "digest": hashlib.sha256(token.encode()).digest(),
            "session": session,
            "expires_at": micros(now + REFRESH_LIFE),
        }
        connection.execute(tables.refresh_tokens.insert(), values)
        return Session(
            access_token=self._signed(session, now + ACCESS_LIFE),
            refresh_token=token,
            expires_in=int(ACCESS_LIFE.total_seconds()),
            operator=operator,
            branches=self.scope(operator),
            epoch=self.incarnation.epoch,
            server_time=now,
        )

    def _signed(self, session: str, expires_at: datetime) -> str:
        claim = f"{session}.{micros(expires_at)}"
        return f"{claim}.{self._mark(claim)}"

    def _read(self, token: str) -> tuple[str, datetime]:
        claim, _, mark = token.rpartition(".")
        session, _, expiry = claim.partition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(claim).encode()):
            raise token_revoked()
        return session, instant(int(expiry))

    def _mark(self, claim: str) -> str:
        return _text(hmac.digest(self.incarnation.token_key, claim.encode(), "sha256"))


def _running(connection: Connection, session: str) -> Operator | None:
    """The active operator of a session that has not ended."""
    body = connection.execute(_RUNNING, {"with_id": session}).scalar_one_or_none()
    operator = None if body is None else codec.decode(body, Operator)
    return operator if operator is not None and operator.active else None


def _end(connection: Connection, session: str, *, by: str, now: datetime) -> None:
    sessions = tables.sessions
    connection.execute(
        update(sessions)
        .where(sessions.c.id == session, sessions.c.ended_at.is_(None))
        .values(ended_at=micros(now), ended_by=by)
    )
    for table in (tables.refresh_tokens, tables.presence, tables.leases, tables.breaks):
        connection.execute(delete(table).where(table.c.session == session))


def _drop_stale(connection: Connection, session: str, *, now: datetime) -> None:
    table = tables.refresh_tokens
    stale = or_(table.c.expires_at < micros(now), table.c.used_at < micros(now - _USED_KEPT))
    connection.execute(delete(table).where(table.c.session == session, stale))


def _forget_old(connection: Connection, operator: Operator, *, now: datetime) -> None:
    """Drop the tokens and sessions of workstations that never signed out and never came again."""
    tokens, sessions = tables.refresh_tokens, tables.sessions
    theirs = select(sessions.c.id).where(sessions.c.operator == operator.id)
    connection.execute(
        delete(tokens).where(tokens.c.session.in_(theirs), tokens.c.expires_at < micros(now))
    )
    old = sessions.c.started_at < micros(now - _SESSIONS_KEPT)
    idle = sessions.c.id.not_in(select(tokens.c.session))
    connection.execute(delete(sessions).where(sessions.c.operator == operator.id, old, idle))


def _text(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).rstrip(b"=").decode()

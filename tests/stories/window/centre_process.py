"""The central server as a process, with eyes: what it has is asked over HTTP and in its tables."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import delete, select, update

from console.domain.ids import Ref
from console.domain.message import Message
from console.domain.operator import ALL_BRANCHES, Operator
from console.server import tables
from console.server.database import open_database
from console.server.intake.seed import seed
from console.wire import codec
from console.wire.schema import Answer, AnswerOutcome, Page, Rows
from tests.support.builders import an_appeal, an_operator
from tests.support.server import employ, running_server, signed_in

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class CentreProcess:
    """A running server, and an observer who is signed in to it."""

    url: str
    database_url: str
    observer: httpx.Client
    login: str

    def employ(self, **changes: Any) -> Operator:
        """A new operator, for one test alone."""
        operator = an_operator(**changes)
        database = open_database(self.database_url)
        try:
            employ(database, operator)
        finally:
            database.close()
        return operator

    def take_in(self, count: int) -> list[Ref]:
        """New appeals, for one test alone."""
        appeals = tuple(an_appeal() for _ in range(count))
        database = open_database(self.database_url)
        try:
            seed(database, Rows(appeals=appeals))
        finally:
            database.close()
        return [appeal.ref for appeal in appeals]

    def end_sessions(self, operator: Operator) -> None:
        """Sign an operator out everywhere, as an expired refresh token would."""
        sessions, tokens = tables.sessions, tables.refresh_tokens
        theirs = select(sessions.c.id).where(sessions.c.operator == operator.id)
        database = open_database(self.database_url)
        try:
            database.write(lambda c: c.execute(delete(tokens).where(tokens.c.session.in_(theirs))))
            ended = update(sessions).where(sessions.c.operator == operator.id)
            database.write(lambda c: c.execute(ended.values(ended_at=0, ended_by="test")))
        finally:
            database.close()

    def replies(self, ref: Ref) -> list[Message]:
        """Our public messages in the thread of an appeal, read over HTTP as a console does."""
        found: dict[str, Message] = {}
        position, more = 0, True
        while more:
            since = f"{ref.branch}:{position}"
            answer = self._get("/v1/changes", {"since": since, "limit": _PAGE})
            assert answer.status_code == 200, answer.text
            page = codec.decode(answer.content, Page)
            found |= {message.id: message for message in page.rows.messages}
            position, more = page.cursors[ref.branch], page.more
        return [m for m in found.values() if m.appeal == ref.id and m.is_ours and m.is_public]

    def _get(self, path: str, params: dict[str, Any]) -> httpx.Response:
        """As the observer, whose token does not last for as long as many stories take."""
        answer = self.observer.get(path, params=params)
        if answer.status_code != 401:
            return answer
        with signed_in(self.url, self.login) as again:
            self.observer.headers.update(again.headers)
        return self.observer.get(path, params=params)

    def applied(self, author: Operator) -> list[str]:
        """The idempotency keys under which something of this author was carried out."""
        ledger = tables.ledger
        database = open_database(self.database_url)
        try:
            query = select(ledger.c.id, ledger.c.answer).where(ledger.c.author == author.id)
            rows = database.read(lambda connection: connection.execute(query).all())
        finally:
            database.close()
        answers = {row.id: codec.decode(row.answer, Answer) for row in rows}
        return [i for i, answer in answers.items() if answer.outcome is AnswerOutcome.APPLIED]


@contextmanager
def centre_process(folder: Path) -> Generator[CentreProcess]:
    """``otklik-server serve`` over a new SQLite database in ``folder``."""
    observer = an_operator(branches=(ALL_BRANCHES,))
    with (
        running_server(folder, operators=[observer]) as server,
        at(server.url, server.database_url, observer) as centre,
    ):
        yield centre


@contextmanager
def at(url: str, database_url: str, observer: Operator) -> Generator[CentreProcess]:
    """The server that runs at ``url``, seen by ``observer``."""
    with signed_in(url, observer.login) as client:
        yield CentreProcess(url, database_url, client, observer.login)

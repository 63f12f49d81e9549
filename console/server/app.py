"""The application: the routes over one database, with what every answer carries."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from litestar import Litestar, Request, Response
from litestar.datastructures import MutableScopeHeaders, State
from litestar.exceptions import HTTPException
from litestar.types import Message, Scope
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError

from console.clock import Clock, SystemClock
from console.domain.attachment import AttachmentNorms
from console.rulebook.attachments import load_attachments
from console.rulebook.snooze import load_snooze
from console.server import breaks, feed, incarnation, indexing, openapi, presence, runs, waking
from console.server.centre import Centre, OffLoop, on_a_thread
from console.server.database import Database, open_database
from console.server.faults import FaultError, bad_request, other_protocol, too_large, unavailable
from console.server.intake.enrich import Enricher, default_enricher
from console.server.migrate import require_newest
from console.server.passwords import Passwords
from console.server.pokes import Hub, Look, Relay
from console.server.routes import all_routes
from console.server.routes.replies import fault_reply
from console.server.sessions import Door
from console.wire.codec import DecodeError
from console.wire.problems import Problem
from console.wire.schema import CENTRE, PROTOCOL, PROTOCOL_HEADER, TIME_HEADER

MAX_BODY = 2_000_000
"""Bytes of a request: a reply of the longest kind is a hundredth of it."""

log = logging.getLogger(__name__)

_Request = Request[Any, Any, State]


def create_app(
    database: Database | str,
    *,
    branches: Sequence[str],
    clock: Clock | None = None,
    enricher: Enricher | None = None,
    passwords: Passwords | None = None,
    norms: AttachmentNorms | None = None,
    off_loop: OffLoop = on_a_thread,
) -> Litestar:
    """The server over a migrated database (or the URL of one).

    ``branches`` are the keys of the centre's branches, ``norms`` say what may be attached.
    `DatabaseError` where the database is not up to date. ``app.state.centre`` is the `Centre`,
    ``app.state.hub`` its `Hub`. ``off_loop`` is how handlers wait for the database; a simulation,
    which has one thread, waits in place.
    """
    if isinstance(database, str):
        own = open_database(database)
        try:
            return create_app(
                own,
                branches=branches,
                clock=clock,
                enricher=enricher,
                passwords=passwords,
                norms=norms,
                off_loop=off_loop,
            )
        except BaseException:
            own.close()
            raise
    require_newest(database)
    centre = _centre(
        database,
        tuple(branches),
        clock or SystemClock(),
        enricher or default_enricher(),
        passwords or Passwords(),
        norms=norms or load_attachments(),
        off_loop=off_loop,
    )
    app = Litestar(
        route_handlers=all_routes(centre),
        lifespan=[
            _poking(centre),
            _beside(centre, waking.keep_waking),
            _beside(centre, indexing.keep_indexing),
        ],
        before_request=_check_protocol,
        before_send=[_stamping(centre.clock)],
        exception_handlers={
            FaultError: lambda _, fault: fault_reply(fault),
            DecodeError: lambda _, error: fault_reply(bad_request(str(error))),
            DataError: lambda *_: fault_reply(bad_request("a value cannot be stored")),
            DBAPIError: _database_failed,
            HTTPException: _refused_by_framework,
            Exception: _failed,
        },
        openapi_config=openapi.description(),
        request_max_body_size=MAX_BODY,
        logging_config=None,
        state=State({"centre": centre, "hub": centre.hub}),
    )
    openapi.add_types(app)
    return app


def _centre(
    database: Database,
    branches: tuple[str, ...],
    clock: Clock,
    enricher: Enricher,
    passwords: Passwords,
    *,
    norms: AttachmentNorms,
    off_loop: OffLoop,
) -> Centre:
    def begin(connection: Connection) -> incarnation.Incarnation:
        feed.found(connection, branches)
        runs.begin(connection, clock)
        return incarnation.read(connection)

    drawn = database.write(begin)
    door = Door(database, drawn, clock, passwords, tuple(sorted(branches)))
    return Centre(database, drawn, clock, door, Hub(), enricher, norms, load_snooze(), off_loop)


def _poking(centre: Centre) -> Any:
    def marks(connection: Connection) -> Look:
        now = centre.clock.now()
        present = presence.marks(connection, now=now)
        away = {CENTRE: breaks.mark(connection, now=now)}
        return Look(feed.heads(connection), {**present, **away})

    def look() -> Look:
        return centre.database.read(marks)

    @asynccontextmanager
    async def poking(_: Litestar) -> AsyncGenerator[None]:
        centre.hub.open()
        relay = asyncio.create_task(Relay(centre.hub, look).run())
        try:
            yield
        finally:
            centre.hub.close()
            relay.cancel()
            with suppress(asyncio.CancelledError):
                await relay

    return poking


def _beside(centre: Centre, work: Callable[[Centre], Coroutine[Any, Any, None]]) -> Any:
    """``work`` goes on as long as the server runs."""

    @asynccontextmanager
    async def working(_: Litestar) -> AsyncGenerator[None]:
        task = asyncio.create_task(work(centre))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return working


def _stamping(clock: Clock) -> Any:
    async def stamp(message: Message, _: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            headers[PROTOCOL_HEADER] = str(PROTOCOL)
            headers[TIME_HEADER] = clock.now().isoformat(timespec="microseconds")

    return stamp


async def _check_protocol(request: _Request) -> None:
    # A coroutine, for the framework would send a plain function to a thread, at every request.
    theirs = request.headers.get(PROTOCOL_HEADER)
    if theirs is not None and theirs != str(PROTOCOL):
        raise other_protocol(theirs)


def _database_failed(_: _Request, error: DBAPIError) -> Response[bytes]:
    code = getattr(error.orig, "sqlstate", None)
    if isinstance(error, DataError):  # a NUL, or a word longer than its column: not ours to retry
        return fault_reply(bad_request("a value does not fit the database"))
    log.error("the database failed: %s %s\n%s", _kind(error.orig), code, _frames(error))
    return fault_reply(unavailable())


def _refused_by_framework(_: _Request, error: HTTPException) -> Response[bytes]:
    if error.status_code == 413:
        return fault_reply(too_large(MAX_BODY))
    if error.status_code == 400:
        return fault_reply(bad_request(error.detail))
    return fault_reply(FaultError(Problem(error.detail, error.status_code), error.headers))


def _failed(_: _Request, error: Exception) -> Response[bytes]:
    log.error("a request failed: %s\n%s", _kind(error), _frames(error))
    return fault_reply(FaultError(Problem("The server failed; its log says why", 500)))


def _kind(error: BaseException | None) -> str:
    return type(error).__name__


def _frames(error: BaseException) -> str:
    # Where it happened, but not the message: it may hold what a resident wrote.
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()

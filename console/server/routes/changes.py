"""The change feed: GET /v1/changes."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from sqlalchemy import Connection

from console.domain.operator import Right
from console.server import breaks, feed, presence, runs
from console.server.centre import Centre
from console.server.faults import bad_request, check_keys
from console.server.foremost import foremost
from console.server.openapi import speaks
from console.server.routes.replies import reply
from console.wire import codec
from console.wire.schema import CENTRE, Page

DEFAULT_LIMIT = 500
MAX_LIMIT = 5000
_LONGEST = 18
"""Digits of a cursor: what 64 bits hold whatever the digits are."""


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""

    @get("/v1/changes", operation_class=speaks(None, Page))
    async def changes(  # noqa: PLR0917 - each is a part of the address, by name
        request: Request[None, None, State],
        since: FromQuery[str] = "",
        limit: FromQuery[int] = DEFAULT_LIMIT,
        count: FromQuery[int] = 0,
        run: FromQuery[str] = "",
        foremost: FromQuery[int] = 0,
    ) -> Response[bytes]:
        """What changed after the cursors in ``since`` (``omsk:120,_:5``; missing ones are 0).

        ``run`` is what the page said that brought the cursors. With ``foremost=1`` it is not the
        feed's next page but what an operator would look for first; the cursors stay as they are.
        """
        if run:
            check_keys(run)
        asked = _Asked(
            parse_cursors(since), max(1, min(limit, MAX_LIMIT)), count == 1, run, foremost == 1
        )
        authorisation = request.headers.get("authorization")
        page = await centre.off_loop(
            centre.database.read, lambda c: _page(c, centre, authorisation, asked)
        )
        return reply(page)

    return [changes]


@dataclass(frozen=True, slots=True)
class _Asked:
    since: dict[str, int]
    limit: int
    count: bool
    run: str
    foremost: bool


def parse_cursors(text: str) -> dict[str, int]:
    """``omsk:120,_:5`` as a mapping; a fault (400) where it is something else."""
    cursors: dict[str, int] = {}
    for part in text.split(",") if text else ():
        branch, colon, number = part.rpartition(":")
        if branch != CENTRE:
            check_keys(branch)
        if not colon or not (number.isascii() and number.isdigit()) or len(number) > _LONGEST:
            raise bad_request("since is a list such as omsk:120,_:5")
        cursors[branch] = int(number)
    return cursors


def _page(
    connection: Connection, centre: Centre, authorisation: str | None, asked: _Asked
) -> bytes:
    operator = centre.caller(connection, authorisation, Right.READ).operator
    scope, now = centre.door.scope(operator), centre.clock.now()
    heads = feed.heads(connection)
    reading = runs.judge(connection, asked.run, asked.since, heads=heads)
    since = {} if reading.rewound else asked.since
    if asked.foremost:
        part = feed.standstill(connection, since, foremost(connection, scope))
    else:
        feeds = centre.door.feeds(operator)
        part = feed.stretch(connection, since, branches=feeds, limit=asked.limit, known=heads)
    page = Page(
        epoch=centre.incarnation.epoch,
        branches=scope,
        cursors=part.cursors,
        heads=part.heads,
        rows=part.rows,
        gone=part.gone,
        presence=presence.in_branches(connection, scope, now=now),
        more=part.more,
        server_time=now,
        remaining=feed.count_after(connection, part.cursors) if asked.count else None,
        run=reading.newest,
        rewound=reading.rewound,
        away=breaks.in_force(connection, now=now),
    )
    return codec.encode(page)

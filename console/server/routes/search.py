"""The archive: GET /v1/search."""

from __future__ import annotations

from functools import lru_cache

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from sqlalchemy import Connection

from console.domain.operator import Right
from console.domain.query import Language, parse
from console.domain.query_match import Matcher
from console.query_language import load_language
from console.roots import root
from console.rulebook.branches import load_branches
from console.server import archive
from console.server.centre import Centre
from console.server.faults import bad_request, check_keys
from console.server.openapi import speaks
from console.server.routes.replies import reply
from console.wire import codec
from console.wire.schema import ArchivePage

LONGEST = 500
"""Characters of a query."""


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""

    @get("/v1/search", operation_class=speaks(None, ArchivePage))
    async def search(
        request: Request[None, None, State],
        q: FromQuery[str],
        before: FromQuery[str] = "",
        limit: FromQuery[int] = archive.MOST,
    ) -> Response[bytes]:
        """Appeals of the caller's branches that answer the query ``q``, the newest first.

        One request looks through a stretch of time; ``before`` is the `ArchivePage.next` of the
        page before.
        """
        if before:
            check_keys(before)
        if not q.strip() or len(q) > LONGEST or "\x00" in q:
            raise bad_request(f"q is a query of 1 to {LONGEST} characters")
        authorisation = request.headers.get("authorization")
        most = max(1, min(limit, archive.MOST))
        page = await centre.off_loop(
            centre.database.read, lambda c: _page(c, centre, authorisation, (q, before, most))
        )
        return reply(page)

    return [search]


def _page(
    connection: Connection, centre: Centre, authorisation: str | None, asked: tuple[str, str, int]
) -> bytes:
    text, before, most = asked
    operator = centre.caller(connection, authorisation, Right.READ).operator
    now = centre.clock.now()
    matcher = Matcher(
        query=parse(text, _language(), today=now.date()),
        root=root,
        me=operator.id,
        now=now,
        zones={branch.key: branch.zone for branch in load_branches()},
    )
    found = archive.search(
        connection, archive.Asked(matcher, centre.door.scope(operator), before, most)
    )
    return codec.encode(found)


@lru_cache(maxsize=1)
def _language() -> Language:
    return load_language(load_branches())

"""The archive: GET /v1/search."""

from __future__ import annotations

import asyncio
from functools import lru_cache

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from console.domain.operator import Operator, Right
from console.domain.query import Language, Query, parse
from console.domain.query_match import Matcher
from console.query_language import load_language
from console.roots import root
from console.rulebook.branches import load_branches
from console.server import archive
from console.server.asked import MOST, Asked
from console.server.centre import Centre
from console.server.faults import bad_request, check_keys
from console.server.openapi import speaks
from console.server.routes.replies import reply
from console.wire import codec
from console.wire.schema import ArchivePage

LONGEST = 500
"""Characters of a query."""

AT_ONCE = 3
"""Searches that go on at the same time; others wait for their turn without a thread."""


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""
    words = archive.WordList(centre.database, centre.clock)
    turns = asyncio.Semaphore(AT_ONCE)

    @get("/v1/search", operation_class=speaks(None, ArchivePage))
    async def search(
        request: Request[None, None, State],
        q: FromQuery[str],
        before: FromQuery[str] = "",
        limit: FromQuery[int] = MOST,
    ) -> Response[bytes]:
        """Appeals of the caller's branches that answer the query ``q``, the best first.

        ``before`` is the `ArchivePage.next` of the page before. A query that has no words is
        answered a stretch of time at a time, the newest first.
        """
        if before:
            check_keys(before)
        if not q.strip() or len(q) > LONGEST or "\x00" in q:
            raise bad_request(f"q is a query of 1 to {LONGEST} characters")
        authorisation = request.headers.get("authorization")
        most = max(1, min(limit, MOST))
        operator = await centre.off_loop(
            centre.database.read, lambda c: centre.caller(c, authorisation, Right.READ).operator
        )
        asked = _asked(centre, operator, q, before, most)
        async with turns:
            page = await centre.off_loop(archive.search, centre.database, asked, words)
        return reply(codec.encode(page))

    return [search]


def _asked(centre: Centre, operator: Operator, text: str, before: str, most: int) -> Asked:
    now = centre.clock.now()

    def parsed(typed: str) -> Query:
        return parse(typed, _language(), today=now.date())

    matcher = Matcher(
        query=parsed(text),
        root=root,
        me=operator.id,
        now=now,
        zones={branch.key: branch.zone for branch in load_branches()},
    )
    return Asked(matcher, text, parsed, centre.door.scope(operator), before, most)


@lru_cache(maxsize=1)
def _language() -> Language:
    return load_language(load_branches())

"""The routes of the server: HTTP in, one call of the inside, HTTP out.

Handlers are coroutines that send their work to a thread by themselves: Litestar 2.25 registers
an address with two methods twice, and then wraps its ``sync_to_thread`` handlers twice.
"""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from console.server.centre import Centre
from console.server.routes import (
    attachments,
    changes,
    health,
    intake,
    mutations,
    outages,
    pokes,
    presence,
    search,
    session,
)


def all_routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handlers of every address under /v1."""
    parts = (session, changes, search, mutations, attachments, presence, pokes, intake, outages)
    return [route for part in (*parts, health) for route in part.routes(centre)]

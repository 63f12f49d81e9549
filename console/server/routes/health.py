"""Health: GET /v1/health, for whoever watches the server."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import select

from console.server import tables
from console.server.centre import Centre
from console.server.openapi import speaks, version
from console.server.routes.replies import reply
from console.wire.schema import PROTOCOL, Health


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""

    @get("/v1/health", operation_class=speaks(None, Health))
    async def health() -> Response[bytes]:
        """Whether the server can serve; 503 where the database does not answer."""
        probe = select(tables.feeds.c.branch).limit(1)
        await centre.off_loop(centre.database.read, lambda c: c.execute(probe).first())
        epoch, now = centre.incarnation.epoch, centre.clock.now()
        return reply(Health("ok", version(), PROTOCOL, epoch, now))

    return [health]

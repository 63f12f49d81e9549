"""Pokes: GET /v1/pokes, a stream of server-sent events."""

from __future__ import annotations

from litestar import Request, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from console.domain.operator import Right
from console.server.centre import Centre
from console.server.sessions import Caller


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""

    @get("/v1/pokes", media_type="text/event-stream")
    async def pokes(request: Request[None, None, State]) -> Stream:
        """Events named "poke" with a PokeNotice; ends with the access token, come again then."""
        authorisation = request.headers.get("authorization")

        def admit() -> Caller:
            return centre.database.read(lambda c: centre.caller(c, authorisation, Right.READ))

        caller = await centre.off_loop(admit)
        left = (caller.expires_at - centre.clock.now()).total_seconds()
        feeds = centre.door.feeds(caller.operator)
        return Stream(
            centre.hub.stream(feeds, seconds=left),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return [pokes]

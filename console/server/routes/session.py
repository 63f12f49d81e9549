"""Signing in and out: POST /v1/session, POST /v1/session/refresh, DELETE /v1/session."""

from __future__ import annotations

from litestar import Request, Response, delete, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from console.server.centre import Centre
from console.server.openapi import speaks
from console.server.routes.replies import reply
from console.wire import codec
from console.wire.schema import Refresh, Session, SignIn


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handlers, over this centre."""
    door = centre.door

    @post("/v1/session", status_code=200, operation_class=speaks(SignIn, Session))
    async def sign_in(body: RawBody) -> Response[bytes]:
        """Sign in. 401 for a wrong login or password, 429 after too many attempts."""
        return reply(await centre.off_loop(door.sign_in, codec.decode(body, SignIn)))

    @delete("/v1/session", operation_class=speaks(None, None))
    async def sign_out(request: Request[None, None, State]) -> None:
        """End the caller's session."""
        await centre.off_loop(door.sign_out, request.headers.get("authorization"))

    @post(
        "/v1/session/refresh",
        status_code=200,
        operation_class=speaks(Refresh, Session),
    )
    async def refresh(body: RawBody) -> Response[bytes]:
        """Trade a refresh token for the next pair. 401 where the session has ended."""
        return reply(await centre.off_loop(door.refresh, codec.decode(body, Refresh).refresh_token))

    return [sign_in, sign_out, refresh]

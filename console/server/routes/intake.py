"""Intake over HTTP: POST /v1/intake."""

from __future__ import annotations

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from console.domain.operator import Right
from console.server.centre import Centre
from console.server.intake.take_in import Intake, Taken
from console.server.openapi import speaks
from console.server.routes.replies import reply
from console.wire import codec
from console.wire.schema import IntakeBatch, IntakeReport


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""
    intake = Intake(centre.database, centre.clock, centre.enricher)

    @post("/v1/intake", status_code=200, operation_class=speaks(IntakeBatch, IntakeReport))
    async def take_in(request: Request[None, None, State], body: RawBody) -> Response[bytes]:
        """Take in appeals; each (source, number) is taken once."""
        batch = codec.decode(body, IntakeBatch)
        authorisation = request.headers.get("authorization")

        def work() -> Taken:
            caller = centre.database.read(lambda c: centre.caller(c, authorisation, Right.INTAKE))
            return intake.take_in(batch.appeals, scope=caller.operator)

        taken = await centre.off_loop(work)
        centre.announce(taken.heads)
        return reply(taken.report)

    return [take_in]

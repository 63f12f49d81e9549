"""Mutations: POST /v1/mutations."""

from __future__ import annotations

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from sqlalchemy import Connection

from console.domain.operator import Right
from console.server.centre import Centre
from console.server.decision import decide
from console.server.faults import check_keys, not_allowed
from console.server.ledger import Decision, Kept, settle
from console.server.openapi import speaks
from console.server.routes.replies import reply
from console.server.sessions import Caller
from console.wire import codec
from console.wire.schema import Answer, WireEnvelope


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""

    @post(
        "/v1/mutations",
        status_code=200,
        operation_class=speaks(WireEnvelope, Answer),
    )
    async def mutate(request: Request[None, None, State], body: RawBody) -> Response[bytes]:
        """Carry out one mutation, once: a known id has the answer of the first time."""
        envelope = codec.from_wire(codec.decode(body, WireEnvelope))
        check_keys(envelope.id, *envelope.target)
        authorisation = request.headers.get("authorization")

        def admit(connection: Connection) -> Caller:
            caller = centre.caller(connection, authorisation, Right.READ)
            if envelope.author != caller.operator.id:
                raise not_allowed("the author of the mutation is not who is signed in")
            return caller

        def work(connection: Connection) -> Decision:
            actor = admit(connection).operator
            return decide(
                connection,
                envelope,
                actor=actor,
                norms=centre.norms,
                snooze=centre.snooze,
                now=centre.clock.now(),
            )

        def settled() -> Kept:
            centre.database.read(admit)
            return settle(centre.database, envelope, work)

        kept = await centre.off_loop(settled)
        centre.announce(kept.heads)
        return reply(kept.answer)

    return [mutate]

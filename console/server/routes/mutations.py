"""Mutations: POST /v1/mutations."""

from __future__ import annotations

import re

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from sqlalchemy import Connection

from console.domain.mutations import Envelope
from console.domain.operator import Right
from console.server.centre import Centre
from console.server.decision import decide
from console.server.faults import bad_request, not_allowed
from console.server.ledger import Decision, Kept, settle
from console.server.openapi import speaks
from console.server.routes.replies import reply
from console.server.sessions import Caller
from console.wire import codec
from console.wire.schema import Answer, WireEnvelope

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""

    @post(
        "/v1/mutations",
        status_code=200,
        operation_class=speaks(WireEnvelope, Answer),
    )
    async def mutate(request: Request[None, None, State], body: RawBody) -> Response[bytes]:
        """Carry out one mutation, once: a known id has the answer of the first time."""
        envelope = _checked(codec.from_wire(codec.decode(body, WireEnvelope)))
        authorisation = request.headers.get("authorization")

        def admit(connection: Connection) -> Caller:
            caller = centre.caller(connection, authorisation, Right.READ)
            if envelope.author != caller.operator.id:
                raise not_allowed("the author of the mutation is not who is signed in")
            return caller

        def work(connection: Connection) -> Decision:
            actor = admit(connection).operator
            return decide(connection, envelope, actor=actor, now=centre.clock.now())

        def settled() -> Kept:
            centre.database.read(admit)
            return settle(centre.database, envelope, work)

        kept = await centre.off_loop(settled)
        centre.announce(kept.heads)
        return reply(kept.answer)

    return [mutate]


def _checked(envelope: Envelope) -> Envelope:
    """``envelope`` if its keys are such as we make; a fault (400) else."""
    for key in (envelope.id, *envelope.target):
        if _KEY.fullmatch(key) is None:
            raise bad_request("id and target are made of letters, digits, dots and dashes")
    return envelope

"""The outage registry over HTTP: POST /v1/outages, PUT /v1/outages/BRANCH/SYSTEM/ID."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar import Request, Response, post, put
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, RawBody

from console.domain.operator import Right
from console.domain.outage_state import OutageState
from console.server.centre import Centre
from console.server.faults import bad_request
from console.server.intake.arrival import is_source
from console.server.openapi import speaks
from console.server.registry import Registry, Taken
from console.server.routes.replies import reply
from console.wire import codec
from console.wire.codec import DecodeError
from console.wire.schema import OutageBatch, OutageFate, OutageReport

MOST = 1_000
"""States of one request."""

_Request = Request[None, None, State]


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handlers, over this centre."""
    registry = Registry(centre.database, centre.clock, frozenset(centre.door.branches))

    def take(authorisation: str | None, system: str, states: Sequence[object]) -> Taken:
        caller = centre.database.read(
            lambda c: centre.caller(c, authorisation, Right.MANAGE_OUTAGES)
        )
        if not is_source(system):
            raise bad_request("a system's key is made of small Latin letters, digits, dots, dashes")
        some = [one for one in states if isinstance(one, dict)]
        return registry.take_in(system, some, scope=caller.operator)

    @post("/v1/outages", status_code=200, operation_class=speaks(OutageBatch, OutageReport))
    async def take_in(request: _Request, body: RawBody) -> Response[bytes]:
        """Take in states of outages; each is answered for itself, and an older one does nothing."""
        batch = codec.decode(body, OutageBatch)
        if len(batch.states) > MOST:
            raise bad_request(f"a request may have {MOST} states, not {len(batch.states)}")
        authorisation = request.headers.get("authorization")
        taken = await centre.off_loop(take, authorisation, batch.system, batch.states)
        centre.announce(taken.heads)
        return reply(taken.report)

    @put(
        "/v1/outages/{branch:str}/{system:str}/{outage:str}",
        status_code=200,
        operation_class=speaks(OutageState, OutageReport),
    )
    async def put_one(
        request: _Request,
        branch: FromPath[str],
        system: FromPath[str],
        outage: FromPath[str],
        body: RawBody,
    ) -> Response[bytes]:
        """Take in the state of one outage, whose id and branch are those of the address."""
        state = {**_object(body), "branch": branch, "id": outage}
        authorisation = request.headers.get("authorization")
        taken = await centre.off_loop(take, authorisation, system, [state])
        (answer,) = taken.answers
        if answer.fate is OutageFate.REFUSED:
            raise bad_request(answer.reason)
        centre.announce(taken.heads)
        return reply(taken.report)

    return [take_in, put_one]


def _object(body: bytes) -> dict[str, object]:
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"not a valid OutageState: {error}") from error

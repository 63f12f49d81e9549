"""Presence: PUT /v1/presence."""

from __future__ import annotations

from litestar import Request, put
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from sqlalchemy import Connection

from console.domain.operator import Right
from console.rulebook.leases import load_leases
from console.server import breaks, presence
from console.server.centre import Centre
from console.server.faults import check_keys, not_allowed
from console.server.openapi import speaks
from console.wire import codec
from console.wire.schema import PresenceNotice


def routes(centre: Centre) -> list[HTTPRouteHandler]:
    """The handler, over this centre."""
    norms = load_leases()

    @put(
        "/v1/presence",
        status_code=204,
        operation_class=speaks(PresenceNotice, None),
    )
    async def note(request: Request[None, None, State], body: RawBody) -> None:
        """Say which appeal the workstation has open; forgotten after 45 s unless said again."""
        notice = codec.decode(body, PresenceNotice)
        check_keys(*(notice.appeal or ()), *(key for one in notice.leases for key in one.appeal))
        authorisation = request.headers.get("authorization")

        def work(connection: Connection) -> None:
            caller = centre.caller(connection, authorisation, Right.READ)
            if notice.appeal is not None and not caller.operator.covers(notice.appeal.branch):
                raise not_allowed("the appeal is of another branch")
            now = centre.clock.now()
            presence.note(connection, caller, notice, norms=norms, now=now)
            breaks.note(connection, caller, notice, now=now)

        await centre.off_loop(centre.database.write, work)

    return [note]

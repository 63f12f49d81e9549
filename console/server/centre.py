"""The centre: what every route of the server works with, put together once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import anyio.to_thread
from sqlalchemy import Connection

from console.clock import Clock
from console.domain.attachment import AttachmentNorms
from console.domain.operator import Right
from console.domain.snooze import SnoozeNorms
from console.server.database import Database
from console.server.faults import not_allowed
from console.server.incarnation import Incarnation
from console.server.intake.enrich import Enricher
from console.server.pokes import Hub
from console.server.sessions import Caller, Door

T = TypeVar("T")


class OffLoop(Protocol):
    """How a handler has work done that would keep the event loop waiting."""

    async def __call__(self, work: Callable[..., T], *args: object) -> T:
        """What ``work`` gives for ``args``, or raises."""


async def on_a_thread(work: Callable[..., T], *args: object) -> T:
    """On a thread of the pool: what every real server does."""
    return await anyio.to_thread.run_sync(work, *args)


@dataclass(frozen=True, slots=True)
class Centre:
    """The parts of one server process."""

    database: Database
    incarnation: Incarnation
    clock: Clock
    door: Door
    hub: Hub
    enricher: Enricher
    norms: AttachmentNorms
    snooze: SnoozeNorms
    off_loop: OffLoop = on_a_thread

    def caller(self, connection: Connection, authorisation: str | None, right: Right) -> Caller:
        """Who is asking, if they have ``right``; else a fault (401, 403)."""
        caller = self.door.caller(connection, authorisation)
        if not caller.operator.may(right):
            raise not_allowed(f"the role {caller.operator.role} has no right to {right}")
        return caller

    def announce(self, heads: Mapping[str, int]) -> None:
        """Poke the consoles that read these feeds, which now reach so far."""
        self.hub.announce(heads)

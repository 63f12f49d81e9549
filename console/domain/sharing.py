"""Sharing: what a mutation does to a shared queue, or why it may not.

`apply_queue` is pure, like the transitions of appeals: the console shows by it what the server
will decide by it. The last change that is accepted wins. What it replaced unseen stands beside it
(`SharedQueue.over`), so that both authors can be told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.domain.mutations import Envelope, ShareQueue, WithdrawQueue
from console.domain.operator import Operator, Right
from console.domain.shared_queue import Overwritten, SharedQueue
from console.domain.transitions import RefusedError, refuse_unbounded


def apply_queue(
    queue: SharedQueue | None, envelope: Envelope, *, actor: Operator, now: datetime
) -> SharedQueue:
    """The queue after ``envelope``; ``queue`` is None where the branch has none of that id.

    `RefusedError` where the rules do not allow it. ``now`` is aware UTC.
    """
    target, mutation = envelope.target, envelope.mutation
    refuse_unbounded(envelope)
    if not actor.covers(target.branch):
        raise RefusedError("not_your_branch", branch=target.branch)
    if not actor.may(Right.SHARE_QUEUES):
        raise RefusedError("role_may_not", right=str(Right.SHARE_QUEUES))
    if isinstance(mutation, ShareQueue):
        if not mutation.name.strip():
            raise RefusedError("queue_needs_name")
        return SharedQueue(
            branch=target.branch,
            id=target.id,
            name=mutation.name,
            queue=mutation.queue,
            query=mutation.query,
            by=actor.id,
            at=now,
            sort=mutation.sort,
            group=mutation.group,
            strict=mutation.strict,
            version=1 if queue is None else queue.version + 1,
            over=_unseen(queue, mutation.base, actor),
        )
    if isinstance(mutation, WithdrawQueue):
        if queue is None or queue.withdrawn:
            raise RefusedError("queue_gone")
        return replace(
            queue,
            by=actor.id,
            at=now,
            version=queue.version + 1,
            withdrawn=True,
            over=_unseen(queue, mutation.base, actor),
        )
    raise TypeError(f"not a mutation of shared queues: {type(mutation).__name__}")


def _unseen(queue: SharedQueue | None, base: int, actor: Operator) -> Overwritten | None:
    """What somebody else made of it after ``base``, the version that the author had seen."""
    if queue is None or queue.version <= base or queue.by == actor.id:
        return None
    return Overwritten(queue.by, queue.name, queue.query, withdrawn=queue.withdrawn)

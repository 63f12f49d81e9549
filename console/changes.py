"""Changes: which ids a commit touched, and who hears of it. Nothing else is ever published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from console.domain.ids import Ref


@dataclass(frozen=True, slots=True)
class Changes:
    """What one commit touched. ``everything`` means: read all anew (first sync, reset).

    ``attachments`` are files (by id) that came to a draft or left it, or of which more is here, or
    at the server, than before. ``queues``: those that are shared, or saved here; ``words``:
    those (and the forms) that were added, here or by a colleague.
    """

    appeals: frozenset[Ref] = frozenset()
    outages: frozenset[Ref] = frozenset()
    attachments: frozenset[str] = frozenset()
    drafts: bool = False
    outbox: bool = False
    operators: bool = False
    queues: bool = False
    words: bool = False
    presence: bool = False
    status: bool = False
    everything: bool = False

    def __or__(self, other: Changes) -> Changes:
        return Changes(
            appeals=self.appeals | other.appeals,
            outages=self.outages | other.outages,
            attachments=self.attachments | other.attachments,
            drafts=self.drafts or other.drafts,
            outbox=self.outbox or other.outbox,
            operators=self.operators or other.operators,
            queues=self.queues or other.queues,
            words=self.words or other.words,
            presence=self.presence or other.presence,
            status=self.status or other.status,
            everything=self.everything or other.everything,
        )

    def __bool__(self) -> bool:
        return self != Changes()


Listener = Callable[[Changes], None]


class ChangeFeed:
    """Hands each commit's `Changes` to every listener, on the committing thread.

    A listener must be quick and must not touch the store; the UI's listener only merges and
    wakes the main thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear of every later commit; call the result to stop."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(x for x in self._listeners if x is not listener)

        return unsubscribe

    def publish(self, changes: Changes) -> None:
        """Tell every listener; called after commit, never before."""
        if not changes:
            return
        for listener in self._listeners:
            listener(changes)

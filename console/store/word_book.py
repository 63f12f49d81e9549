"""The word book: the vocabulary as it was last read, and when it is to be read again.

A small store's is read by whoever searches. That of a large one takes a second and is read by a
thread of its own: until it has been, words are found as they are typed, and no others.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from console.errors import OtklikError
from console.fulltext.vocabulary import Vocabulary

log = logging.getLogger(__name__)

_SMALL = 5_000
"""Appeals of which the words are read in a few hundredths of a second."""

_KEPT_SMALL, _KEPT = timedelta(seconds=20), timedelta(minutes=10)


class WordBook:
    """The vocabulary of a store; ``read`` reads it anew, on whichever thread it is called."""

    def __init__(self, read: Callable[[], Vocabulary]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known = Vocabulary()
        self._read_at: datetime | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def get(self, *, appeals: int, now: datetime) -> Vocabulary:
        """The vocabulary of a store that has about so many ``appeals``; maybe some minutes old."""
        if self._is_fresh(appeals, now):
            return self._known
        if appeals <= _SMALL:
            self._renew(now)
        else:
            self._begin(now)
        return self._known

    def prepare(self, *, now: datetime) -> None:
        """Read it here and now."""
        self._renew(now)

    def close(self) -> None:
        """Wait for the thread that reads, whose read has been interrupted."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.join()

    def _is_fresh(self, appeals: int, now: datetime) -> bool:
        if self._read_at is None:
            return False
        same = appeals == self._known.appeals
        kept = _KEPT_SMALL if appeals <= _SMALL else _KEPT
        return (same and now - self._read_at < _KEPT) or now - self._read_at < kept

    def _renew(self, now: datetime) -> None:
        self._known, self._read_at = self._read(), now

    def _begin(self, now: datetime) -> None:
        with self._lock:
            if self._closed or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(
                target=self._quietly, args=(now,), name="word-reader", daemon=True
            )
            self._thread.start()

    def _quietly(self, now: datetime) -> None:
        try:
            self._renew(now)
        except OtklikError as error:  # the store was closed, or is damaged: others will tell
            log.info("the vocabulary was not read: %s", error)

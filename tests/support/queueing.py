"""How long a thread of this program has waited for a processor."""

from __future__ import annotations

import os
import threading


class Queueing:
    """How long a thread has waited for a processor that others had, in seconds.

    It is the thread that made this, or ``thread`` (a native id). Always 0 where the system does
    not tell.
    """

    def __init__(self, thread: int | None = None) -> None:
        ident = threading.get_native_id() if thread is None else thread
        try:
            self._file = os.open(f"/proc/self/task/{ident}/schedstat", os.O_RDONLY)
        except OSError:
            self._file = -1

    def seconds(self) -> float:
        """Since the thread began."""
        if self._file < 0:
            return 0.0
        return int(os.pread(self._file, 64, 0).split()[1]) / 1e9

    def close(self) -> None:
        """Give back the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

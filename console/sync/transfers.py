"""Transfers: which piece of which file goes next, up or down, decided without moving any.

One piece a turn: between two of them sync pulls, and delivers whatever else may go. A piece has
the size that a turn of about a second takes on this line; a failure halves it. What is up to
where is asked of the server at first and after each failure, for only it knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from console.ports import WaitingEntry, WaitingFetch, WaitingUpload

LEAST_PIECE: Final = 32 * 1024
FIRST_PIECE: Final = 128 * 1024
MOST_PIECE: Final = 512 * 1024
"""Bytes of a piece; what stands between us and the server often takes no more than a megabyte."""

_QUICK_SECONDS = 0.5
_SLOW_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Upload:
    """Send a piece of a file that ``entry`` waits for, of ``size`` bytes at most.

    With no ``offset`` the server is asked first where it stands.
    """

    entry: WaitingEntry
    file: WaitingUpload
    offset: int | None
    size: int


@dataclass(frozen=True, slots=True)
class Fetch:
    """Bring the next ``size`` bytes (at most) of a file of a message."""

    file: WaitingFetch
    size: int


Transfer = Upload | Fetch


class Transfers:
    """What is known of the files under way; used by the machine."""

    def __init__(self) -> None:
        self._offsets: dict[str, int] = {}
        self._piece = FIRST_PIECE
        self._begun_ticks: float | None = None
        self._fetched_last = False

    def next(self, entry: WaitingEntry | None, fetch: WaitingFetch | None) -> Transfer | None:
        """The next piece for ``entry`` or of ``fetch``; in turns where there are both."""
        if fetch is not None and (entry is None or not self._fetched_last):
            return Fetch(fetch, self._piece)
        if entry is None:
            return None
        file = entry.uploads[0]
        return Upload(entry, file, self._offsets.get(file.attachment.id), self._piece)

    def begun(self, transfer: Transfer, ticks: float) -> None:
        """This one is being done."""
        asks = isinstance(transfer, Upload) and transfer.offset is None
        self._begun_ticks = None if asks else ticks
        self._fetched_last = isinstance(transfer, Fetch)

    def stands(self, attachment: str, offset: int) -> None:
        """The server has so much of a file."""
        self._offsets[attachment] = offset

    def ask_again(self, attachment: str) -> None:
        """Nobody here knows (any more) how much the server has of a file."""
        self._offsets.pop(attachment, None)

    def moved(self, ticks: float) -> None:
        """A piece has gone or come: the next may be larger, or should be smaller."""
        if self._begun_ticks is None:
            return
        took = ticks - self._begun_ticks
        if took < _QUICK_SECONDS:
            self._piece = min(MOST_PIECE, self._piece * 2)
        elif took > _SLOW_SECONDS:
            self.smaller()

    def smaller(self) -> bool:
        """Make pieces smaller; False where they are as small as can be."""
        before, self._piece = self._piece, max(LEAST_PIECE, self._piece // 2)
        return self._piece < before

    def broken_off(self) -> None:
        """The link has failed: what was known is doubtful, and a smaller piece more likely."""
        self._offsets.clear()
        self.smaller()

"""Sounds: short files of our own, played by what the system has; without that, its bell.

Qt's own player is not among the libraries that this program ships with (it would triple them).
"""

from __future__ import annotations

import shutil
import sys
import wave
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QApplication

from console.paths import RESOURCES

FOLDER: Path = RESOURCES / "sounds"

_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))


class Sounds(QObject):
    """Plays one sound at a time; ``cache`` holds them at the volumes that were asked for."""

    def __init__(
        self,
        cache: Path,
        *,
        find: Callable[[str], str | None] = shutil.which,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._cache = cache
        self._find = find
        self._process: QProcess | None = None

    def play(self, kind: str, volume: int) -> None:
        """Play the sound of a class of notices at ``volume`` percent; never waits for it."""
        file = at_volume(FOLDER / f"{kind}.wav", volume, self._cache)
        if sys.platform == "win32":
            import winsound

            winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC)
            return
        command = self._player()
        if command is None:
            QApplication.beep()
            return
        self.stop()
        self._process = QProcess(self)
        self._process.start(command[0], [*command[1:], str(file)])

    def stop(self) -> None:
        """Be silent now."""
        if self._process is not None:
            self._process.kill()
            self._process.waitForFinished(1000)
            self._process.deleteLater()
            self._process = None

    def _player(self) -> Sequence[str] | None:
        for name, *options in _PLAYERS:
            found = self._find(name)
            if found is not None:
                return (found, *options)
        return None


def at_volume(file: Path, volume: int, cache: Path) -> Path:
    """The sound at that volume (percent): no player that may be there can be told of it."""
    if volume >= 100:
        return file
    made = cache / f"{file.stem}-{volume}.wav"
    if made.exists() and made.stat().st_mtime >= file.stat().st_mtime:
        return made
    with wave.open(str(file), "rb") as source:
        parameters, frames = source.getparams(), source.readframes(source.getnframes())
    samples = array("h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    quieter = array("h", (sample * volume // 100 for sample in samples))
    if sys.byteorder == "big":
        quieter.byteswap()
    cache.mkdir(parents=True, exist_ok=True)
    with wave.open(str(made), "wb") as target:
        target.setparams(parameters)
        target.writeframes(quieter.tobytes())
    return made

"""The source of the sounds in resources/sounds: a few pure tones each, written anew by this.

    python tests/tools/sounds.py

Every class of notices has its own tune, so that it is known without a look: danger climbs and
repeats, a deadline knocks, what is assigned rings like a bell, a lost link falls.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "sounds"
RATE = 22_050
_LOUD = 0.5

Tone = tuple[float, float, float]
"""Begins at (s), pitch (Hz), lasts (s)."""

TUNES: dict[str, tuple[Tone, ...]] = {
    "danger": tuple(
        (0.36 * n + step * 0.11, pitch, 0.16)
        for n in range(3)
        for step, pitch in enumerate((740.0, 988.0, 1319.0))
    ),
    "assigned": ((0.0, 784.0, 0.35), (0.14, 1047.0, 0.5)),
    "new": ((0.0, 1047.0, 0.3),),
    "deadline_50": ((0.0, 523.0, 0.18),),
    "deadline_80": ((0.0, 523.0, 0.14), (0.18, 523.0, 0.18)),
    "deadline_100": ((0.0, 523.0, 0.12), (0.16, 523.0, 0.12), (0.32, 659.0, 0.3)),
    "held": ((0.0, 659.0, 0.25), (0.2, 523.0, 0.35)),
    "mention": ((0.0, 988.0, 0.12), (0.12, 1319.0, 0.3)),
    "sync": ((0.0, 587.0, 0.2), (0.16, 440.0, 0.35)),
}


def samples(tones: tuple[Tone, ...]) -> array[int]:
    """A tune as 16-bit samples: each tone with its octave above, struck and fading."""
    length = max(begin + lasts for begin, _, lasts in tones) + 0.05
    sound = [0.0] * int(length * RATE)
    for begin, pitch, lasts in tones:
        for n in range(int(lasts * RATE)):
            at = n / RATE
            swell = min(1.0, at / 0.006) * math.exp(-4.0 * at / lasts)
            wave_form = math.sin(math.tau * pitch * at) + 0.3 * math.sin(math.tau * 2 * pitch * at)
            sound[int(begin * RATE) + n] += _LOUD * swell * wave_form
    peak = max(1.0, max(abs(one) for one in sound) / 0.9)
    return array("h", (round(32_767 * one / peak) for one in sound))


def write(folder: Path = FOLDER) -> None:
    """Write every sound as a mono WAV file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, tones in TUNES.items():
        data = samples(tones)
        if sys.byteorder == "big":
            data.byteswap()
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(data.tobytes())


if __name__ == "__main__":
    write()

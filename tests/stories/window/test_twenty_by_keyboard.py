"""Twenty appeals of mixed kinds are answered without a mouse, and with few keys."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

COUNT = 20
MOST_KEYS = 12
"""Below this many keys the median appeal is answered, every typed letter counted."""


def test_twenty_appeals_are_answered_by_keyboard_alone(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.stories.window.keyboard_shift"]
    done = subprocess.run(
        [*program, "--profile", str(tmp_path), "--appeals", str(COUNT)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answered = [json.loads(line) for line in done.stdout.splitlines()]
    pressed = [len(one["keys"]) for one in answered]
    told = [(len(one["keys"]), one["topic"], " ".join(one["keys"])) for one in answered]
    print(*told, sep="\n")
    print(f"median {statistics.median(pressed)}, most {max(pressed)}")
    assert len(answered) == COUNT
    assert len({one["topic"].partition(".")[0] for one in answered}) >= 3, "of mixed kinds"
    assert all(one["text"].startswith("Здравствуйте") for one in answered)
    assert all("{" not in one["text"] for one in answered), "nothing is left to be filled in"
    assert statistics.median(pressed) < MOST_KEYS

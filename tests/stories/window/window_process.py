"""The window as a process: started over a profile, guided by keys, killed, started again."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.domain.ids import Ref
from console.faultpoints import VARIABLE
from tests.stories.window import file_keyring
from tests.support.daemons import running
from tests.support.server import PASSWORD
from tests.support.surroundings import clean_environment
from tests.support.waiting import until

PATIENCE = 60.0
"""Seconds after which what does not come never will; far more than anything here takes."""

Look = dict[str, Any]


class DiedError(Exception):
    """The process has ended while something was asked of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A key that was typed, or a draft that was saved: how long the text was then."""

    what: str
    length: int
    at: float


class Window:
    """One run of the driver. `Window.ask` raises `DiedError` once the process has ended."""

    def __init__(self, process: subprocess.Popen[bytes], errors: Path) -> None:
        self._process = process
        self._errors = errors
        self._unread = b""
        self._numbers = 0
        self._answers: dict[int, Look] = {}
        self.told: list[Told] = []

    # ------------------------------------------------------------------ asking

    def ask(self, do: str, **how: Any) -> Look:
        """Have the driver do something, and wait for its answer."""
        return self.answer(self.begin(do, **how))

    def begin(self, do: str, **how: Any) -> int:
        """Have the driver begin with something; the number to wait for."""
        assert self._process.stdin is not None
        self._numbers += 1
        line = json.dumps({"number": self._numbers, "do": do, **how}) + "\n"
        try:
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise DiedError(do) from error
        return self._numbers

    def answer(self, number: int) -> Look:
        """Wait for an answer."""
        self.read_until(lambda: number in self._answers, what=f"answer {number}")
        found = self._answers.pop(number)
        assert "error" not in found, f"{found['error']}\n{self.errors()}"
        return found

    def read_until(self, condition: Callable[[], bool], *, what: str) -> None:
        """Read what the driver tells until ``condition()`` holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"waited {PATIENCE} s for: {what}\n{self.errors()}")
            if not self._read(0.25):
                raise DiedError(what)

    def look(self) -> Look:
        """What the window shows."""
        return self.ask("look")

    def until(self, holds: Callable[[Look], bool], *, what: str) -> Look:
        """Look again and again until it holds; the last look."""
        seen: Look = {}

        def looked() -> bool:
            nonlocal seen
            seen = self.look()
            return holds(seen)

        try:
            until(looked, what=what, within=PATIENCE)
        except pytest.fail.Exception:
            pytest.fail(f"waited for: {what}; the window showed {seen}\n{self.errors()}")
        return seen

    # ------------------------------------------------------------------ what people do

    def sign_in(self, login: str) -> None:
        """Sign in where that is asked for, and wait for the first sync."""
        self.until(lambda seen: seen["signing_in"], what="the sign-in dialog")
        self.ask("sign_in", login=login, password=PASSWORD)
        self.until_online()

    def until_online(self) -> Look:
        """Wait until everything has been pulled."""
        return self.until(
            lambda seen: seen["ready"] and seen["link"] == "online", what="the window to be online"
        )

    def open(self, ref: Ref) -> None:
        """Show an appeal."""
        self.ask("open", branch=ref.branch, appeal=ref.id)
        self.until(lambda seen: seen["shown"] == ref.id, what=f"the appeal {ref.id}")

    def start_reply(self, ref: Ref, *, outcome: bool = True) -> None:
        """Open an appeal, begin a reply with R and choose «explained» by keys."""
        self.open(ref)
        self.ask("key", keys="R")
        self.until(lambda seen: seen["writing"], what="the cursor in the composer")
        if outcome:
            self.ask("choose_outcome", nth=1)
            self.until(
                lambda seen: seen["outcome"] == "explained" and seen["writing"],
                what="the outcome, and the cursor in the composer again",
            )

    def type(self, text: str, *, every: int = 5, then: str = "") -> Look:
        """Type into the composer, a key each so many milliseconds, then press ``then``."""
        return self.answer(self.begin_typing(text, every=every, then=then))

    def begin_typing(self, text: str, *, every: int = 5, then: str = "") -> int:
        """`type` without waiting for the end."""
        return self.begin("type", text=text, every=every, then=then)

    # ------------------------------------------------------------------ ending

    def kill(self) -> float:
        """``kill -9``; the instant of it (seconds of the monotonic clock)."""
        at = time.monotonic()
        os.kill(self._process.pid, signal.SIGKILL)
        self.wait_killed()
        return at

    def wait_killed(self) -> float:
        """Wait until the process has died of SIGKILL; about when that was."""
        end = time.monotonic() + PATIENCE
        while self._read(0.25):
            if time.monotonic() > end:
                pytest.fail(f"the window is still alive\n{self.errors()}")
        at = time.monotonic()
        code = self._process.wait(PATIENCE)
        assert code == -signal.SIGKILL, f"ended with {code}, not killed\n{self.errors()}"
        assert not self.errors()
        return at

    def close(self) -> None:
        """Close the window as a person would; it ends well, and has complained of nothing."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        while self._read(0.25):
            pass
        code = self._process.wait(PATIENCE)
        assert (code, self.errors()) == (0, "")

    def errors(self) -> str:
        """What the process has written to its standard error."""
        return self._errors.read_text(encoding="utf-8", errors="replace")

    def typed(self) -> list[Told]:
        """The keys that were told of."""
        return [told for told in self.told if told.what == "typed"]

    def saved(self) -> list[Told]:
        """The draft as the store had it, after each commit that was told of."""
        return [told for told in self.told if told.what == "saved"]

    # ------------------------------------------------------------------ inside

    def _read(self, seconds: float) -> bool:
        """Take in what has been told, waiting at most so long; False at the end of it."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        if not select.select([descriptor], [], [], seconds)[0]:
            return True
        read = os.read(descriptor, 65536)
        *lines, self._unread = (self._unread + read).split(b"\n")
        for line in lines:
            self._take(json.loads(line))
        return bool(read)

    def _take(self, line: Look) -> None:
        if "number" in line:
            self._answers[line["number"]] = line
        for what in ("typed", "saved"):
            if what in line:
                self.told.append(Told(what, line[what], line["at"]))


@contextmanager
def window(profile: Path, server: str, *, kill_at: str = "") -> Generator[Window]:
    """The program over ``profile``; dies at the fault point ``kill_at``, if one is named."""
    profile.mkdir(parents=True, exist_ok=True)
    errors = profile / "stderr.txt"
    environment = clean_environment(
        QT_QPA_PLATFORM="offscreen",
        PYTHON_KEYRING_BACKEND=f"{file_keyring.__name__}.FileKeyring",
        **{file_keyring.FILE: str(profile / "keyring.json")},
    )
    if kill_at:
        environment[VARIABLE] = kill_at
    command = [sys.executable, "-m", "tests.stories.window.driver"]
    with (
        errors.open("wb") as complaints,
        running(
            [*command, "--profile", str(profile), "--server", server],
            stop=signal.SIGKILL,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process,
    ):
        assert process.stdin is not None
        try:
            yield Window(process, errors)
        finally:
            _quietly_close(process)


def _quietly_close(process: subprocess.Popen[bytes]) -> None:
    """The pipe to a dead process: what was written last cannot be flushed any more."""
    assert process.stdin is not None
    try:
        process.stdin.close()
    except BrokenPipeError:
        return

"""Launching: the demonstration's server as a child process, until it is stopped.

The window imports this module, so it imports neither the world nor the server.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from console.causes import cause_of
from console.demo.credentials import OPERATOR, SUPERVISOR, Credentials
from console.errors import OtklikError

LOG: Final = "demo-server.log"
"""In the profile: what the child wrote to its standard error."""

_PATIENCE: Final = 60.0
"""Seconds without a word from the child before it is given up."""
_LAST_LINES: Final = 2
_LAST_WORDS: Final = 300
_GRACE: Final = 8.0
"""Seconds that the child is given to end by itself."""

Progress = Callable[[str, int, int], None]
"""Hears (step, done, total); step is ``database``, ``world`` or ``seeding``."""


class DemoError(OtklikError):
    """The embedded server could not be started."""


class DemoServer:
    """The running server of the demonstration; stops when left as a context, or by `stop`."""

    def __init__(self, process: subprocess.Popen[bytes], ready: Mapping[str, Any]) -> None:
        self._process = process
        self.url: str = ready["url"]
        self.seed: int = ready["seed"]
        accounts = [Credentials(one["login"], one["password"]) for one in ready["accounts"]]
        self.accounts: Mapping[str, Credentials] = {one.login: one for one in accounts}

    @property
    def operator(self) -> Credentials:
        """The account of the demonstration's operator."""
        return self.accounts[OPERATOR]

    @property
    def supervisor(self) -> Credentials:
        """The account of the demonstration's supervisor."""
        return self.accounts[SUPERVISOR]

    @property
    def is_running(self) -> bool:
        """Whether the child is alive."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the child, gently first; harmless if it has ended."""
        _end(self._process)

    def __enter__(self) -> DemoServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    profile: Path,
    *,
    seed: int = 1,
    appeals: int | None = None,
    still: bool = False,
    progress: Progress | None = None,
) -> DemoServer:
    """Start the server with its database in ``profile`` and wait until it takes requests.

    ``appeals`` of the last 30 days (None: as many as it makes by itself); with ``still`` nothing
    new happens. `DemoError` says what went wrong.
    """
    command = [sys.executable, "-m", "console.demo.serve"]
    command += ["--profile", str(profile), "--seed", str(seed)]
    command += [] if appeals is None else ["--appeals", str(appeals)]
    command += ["--still"] if still else []
    process = _spawn(command, profile)
    try:
        ready = _until_ready(process, profile, progress or (lambda *_: None))
    except BaseException:
        _end(process)
        raise
    return DemoServer(process, ready)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the child; None at its end."""

    said: Mapping[str, Any] | None


def _spawn(command: Sequence[str], profile: Path) -> subprocess.Popen[bytes]:
    source = str(Path(__file__).resolve().parents[2])
    inherited = os.environ.get("PYTHONPATH")
    environment = dict(os.environ, PYTHONUTF8="1")
    environment["PYTHONPATH"] = os.pathsep.join([source, inherited] if inherited else [source])
    try:
        profile.mkdir(parents=True, exist_ok=True)
        with (profile / LOG).open("wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
            )
    except OSError as error:
        reason = error.strerror or str(error)
        raise DemoError(
            f"the demo server cannot be started in {profile}: {reason}",
            key="ui.demo_folder",
            path=profile,
            cause=cause_of(error),
        ) from error


def _until_ready(
    process: subprocess.Popen[bytes], profile: Path, progress: Progress
) -> Mapping[str, Any]:
    lines: queue.Queue[_Line] = queue.Queue()
    assert process.stdout is not None
    reader = threading.Thread(
        target=_read, args=(process.stdout, lines), name="demo-ready", daemon=True
    )
    reader.start()
    while True:
        try:
            said = lines.get(timeout=_PATIENCE).said
        except queue.Empty:
            raise DemoError(
                f"the demo server has said nothing for {_PATIENCE:.0f} s; {last_words(profile)}",
                key="ui.demo_silent",
                seconds=round(_PATIENCE),
            ) from None
        if said is None:
            words = last_words(profile)
            raise DemoError(
                f"the demo server ended while starting: {words or 'it did not say why'}",
                key="ui.demo_ended" if words else "ui.demo_ended_silently",
                words=words,
            )
        if "error" in said:
            raise DemoError(
                f"the demo server cannot start: {said['error']}",
                key="ui.demo_folder",
                path=profile,
                cause=said.get("cause", "other"),
            )
        if "ready" in said:
            reader.join(_GRACE)
            ready: Mapping[str, Any] = said["ready"]
            return ready
        progress(said["step"], said["done"], said["total"])


def last_words(profile: Path) -> str:
    """What the child said last on its standard error, in one line; a throw-away log is no help."""
    try:
        written = (profile / LOG).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The lines of a traceback that are not indented are its heading and the error itself.
    told = [line.strip() for line in written.splitlines() if line[:1].strip()]
    told = [line for line in told if not line.startswith("Traceback ")][-_LAST_LINES:]
    words = " / ".join(told)
    return words if len(words) <= _LAST_WORDS else f"…{words[1 - _LAST_WORDS :]}"


def _read(stream: IO[bytes], lines: queue.Queue[_Line]) -> None:
    """Pass on the child's lines up to the ready one; it says nothing after that."""
    for raw in stream:
        try:
            said = json.loads(raw)
        except ValueError:
            continue  # a warning of some library that went to the wrong stream
        lines.put(_Line(said))
        if "ready" in said:
            return
    lines.put(_Line(None))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()

"""The speller: asks the dictionaries, which live in a process of their own.

Hunspell keeps the interpreter for the quarter of a second that loading takes, and for as long as
it looks for suggestions: in the console's own process, a thread of it would stop the window, too.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Collection, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final

from console.errors import OtklikError
from console.paths import RESOURCES

log = logging.getLogger(__name__)

COMMAND: Final = (sys.executable, "-m", "console.spelling")
_TRIES: Final = 3
_NO_WINDOW: Final = 0x08000000
"""Windows' CREATE_NO_WINDOW: a console program that is started shows no black window."""

_Request = tuple[dict[str, Any], Future[Any]]


class SpellingError(OtklikError):
    """The dictionaries cannot be asked; writing goes on without them."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the spelling cannot be checked: {why}", key="spelling.not_there")


class Speller:
    """Starts thread and process when it is first asked; a process that dies is started again."""

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._requests: SimpleQueue[_Request | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[str] | None = None
        self._closed = False
        self._failures = 0

    def check(self, words: Collection[str]) -> Future[frozenset[str]]:
        """Those of ``words`` that are misspelt; `SpellingError` through the future."""
        return self._ask({"check": sorted(words)}, frozenset)

    def suggest(self, word: str) -> Future[tuple[str, ...]]:
        """What may have been meant by ``word``, the likeliest first."""
        return self._ask({"suggest": word}, tuple)

    def close(self) -> None:
        """End process and thread; what was asked and not answered fails."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()  # it holds nothing that could be lost
            self._requests.put(None)
        if self._thread is not None:
            self._thread.join()

    # ------------------------------------------------------------------ on the asker's thread

    def _ask(self, request: dict[str, Any], kind: type[Any]) -> Future[Any]:
        answer: Future[Any] = Future()
        raw: Future[Any] = Future()
        raw.add_done_callback(lambda done: _hand_on(done, answer, kind))
        with self._lock:
            if self._closed:
                raw.set_exception(SpellingError("the console is closing"))
                return answer
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="spelling")
                self._thread.start()
            self._requests.put((request, raw))
        return answer

    # ------------------------------------------------------------------ on its own thread

    def _run(self) -> None:
        while (asked := self._requests.get()) is not None:
            request, answer = asked
            try:
                answer.set_result(self._answer(request))
            except (OSError, ValueError, SpellingError) as error:
                self._failures += 1
                if not self._closed:
                    log.warning("the dictionaries gave no answer: %s", type(error).__name__)
                self._end()
                answer.set_exception(SpellingError(type(error).__name__))
        self._end()

    def _answer(self, request: dict[str, Any]) -> Any:
        process = self._process or self._begin()
        assert process.stdin is not None and process.stdout is not None, "it was begun with pipes"
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise SpellingError("the process has ended")
        return json.loads(line)

    def _begin(self) -> subprocess.Popen[str]:
        if self._failures >= _TRIES:
            raise SpellingError("it has failed before")
        with self._lock:
            if self._closed:
                raise SpellingError("the console is closing")
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                cwd=RESOURCES.parent,
                env=_environment(),
                creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
            )
            return self._process

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _environment() -> dict[str, str]:
    """Ours, where the child finds this very program, and little of what it has no use for."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OTKLIK_")}
    return kept | {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": os.fspath(RESOURCES.parent)}


def _hand_on(done: Future[Any], answer: Future[Any], kind: type[Any]) -> None:
    error = done.exception()
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(kind(done.result()))

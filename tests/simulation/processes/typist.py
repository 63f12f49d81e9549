"""A typist: the real console without a window, as a process of its own, in the hands of chance.

    python -m tests.simulation.processes.typist --profile DIR --server URL --seed N

It tells on its standard output, a line of JSON each, what it finds at its start, and what has been
acknowledged: a draft on the disk, a reply in the outbox. Whoever reads holds it to every word.
``--drain`` types nothing and ends once nothing more can leave, or after ``--patience`` seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from console.app import Console, open_console
from console.config import Settings
from console.domain.draft import Draft, DraftMode
from console.domain.ids import Ref
from console.domain.mutations import Seen, SendReply
from console.domain.transitions import RefusedError
from console.ports import SystemClock, WaitingEntry
from console.readmodel import EntryState, Link, QueueQuery
from console.remote.secrets import KeychainSecrets
from tests.support.server import PASSWORD

PATIENCE = 60.0
_SLOWEST_WORD = 0.08
"""Seconds for a word; nobody types as fast, but a run should have something to lose each second."""

_IMPATIENCE = 0.25
"""Seconds between two looks of one who keeps pressing «try now»."""


def tell(what: str, **said: object) -> None:
    """One line for whoever reads."""
    sys.stdout.write(json.dumps({"what": what, **said}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Typist:
    """Types and sends until it is killed."""

    def __init__(self, console: Console, chance: Random, run: str) -> None:
        self._console = console
        self._chance = chance
        self._run = run
        self._count = 0

    def work(self, over: threading.Event) -> None:
        """Finish what an earlier run has left, then begin something new, until it is over."""
        for draft in self._console.reader.drafts():
            view = self._console.reader.appeal(draft.appeal)
            if view is not None:  # the author looks at what has come since, and sends it
                self._send(replace(draft, seen=Seen.of(view.appeal)))
        while not over.is_set():
            self._reply()

    def _reply(self) -> None:
        reader = self._console.reader
        ids = reader.queue_ids(QueueQuery("open"), now=self._console.clock.now())
        if not ids:
            time.sleep(0.01)
            return
        row = reader.queue_rows([self._chance.choice(ids)])
        view = reader.appeal(row[0].ref) if row else None
        if view is None:
            return
        self._count += 1
        draft = replace(
            self._console.drafts.new(view.appeal.ref, DraftMode.INTERIM),
            text=f"Ответ {self._run}-{self._count}:",
            seen=Seen.of(view.appeal),
            promise_at=self._console.clock.now() + timedelta(hours=5),
        )
        for _ in range(self._chance.randrange(1, 6)):
            words = self._chance.choice(("бригада выехала", "чиним", "осмотрели линию"))
            draft = replace(draft, text=f"{draft.text} {words}")
            time.sleep(self._chance.random() * _SLOWEST_WORD)
            kept = self._console.drafts.save(draft).result(PATIENCE)
            tell("saved", draft=kept.id, text=kept.text)
        if self._chance.random() < 0.85:
            self._send(draft)

    def _send(self, draft: Draft) -> None:
        tell("sending", draft=draft.id, text=draft.text)
        try:
            self._console.reply.send(draft).result(PATIENCE)
        except RefusedError as error:
            tell("refused", draft=draft.id, code=error.code)
            return
        tell("sent", draft=draft.id, text=draft.text)


def begin(console: Console, login: str) -> None:
    """Tell what is there, and sign in where nobody is, however often the link fails."""
    drafts = {draft.id: draft.text for draft in console.reader.drafts()}
    tell("found", drafts=drafts, outbox=texts(console), rescued=console.rescue is not None)
    while console.session.current is None:
        try:
            console.session.sign_in(login, PASSWORD).result(PATIENCE)
        except Exception as error:  # noqa: BLE001 - whatever the link does, it is tried again
            tell("not signed in", why=type(error).__name__)
            time.sleep(_IMPATIENCE)


def texts(console: Console) -> list[str]:
    """The replies in the outbox."""
    mutations = [entry.envelope.mutation for entry in console.reader.outbox()]
    return [mutation.text for mutation in mutations if isinstance(mutation, SendReply)]


def drain(console: Console, patience: float) -> None:
    """Wait until nothing more leaves by itself; tell what is held."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if not _may_leave(console) and console.sync.status().link is Link.ONLINE:
            break
        time.sleep(_IMPATIENCE)
    tell(
        "drained",
        held=[
            {
                "text": getattr(entry.envelope.mutation, "text", ""),
                "why": [reason.code for reason in entry.held],
            }
            for entry in console.reader.outbox()
        ],
        link=str(console.sync.status().link),
    )


def _may_leave(console: Console) -> list[WaitingEntry]:
    """The entries that leave by themselves: what stands behind a held one waits with it."""
    held: set[Ref] = set()
    found = []
    for entry in console.reader.waiting():
        if entry.state is EntryState.HELD:
            held.add(entry.target)
        elif entry.target not in held:
            found.append(entry)
    return found


def press_try_now(console: Console, over: threading.Event) -> None:
    """As one who does not wait for the console's own patience."""
    while not over.wait(_IMPATIENCE):
        if console.sync.status().link is Link.OFFLINE:
            console.sync.try_now()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", type=Path, required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--login", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--drain", action="store_true")
    parser.add_argument("--patience", type=float, default=PATIENCE)
    asked = parser.parse_args()
    console = open_console(
        Settings(profile=asked.profile, server=asked.server, poll_seconds=0.5),
        clock=SystemClock(),
        secrets=KeychainSecrets(),
        passphrase=lambda _: None,
    )
    console.start()
    over = threading.Event()
    presses = threading.Thread(target=press_try_now, args=(console, over), daemon=True)
    presses.start()
    try:
        begin(console, asked.login)
        if asked.drain:
            drain(console, asked.patience)
        else:
            typist = Typist(console, Random(asked.seed), f"{asked.seed}")
            hands = threading.Thread(target=typist.work, args=(over,), daemon=True)
            hands.start()
            sys.stdin.read()  # until whoever started us has had enough
            over.set()
            hands.join()
    finally:
        over.set()
        presses.join()
        console.close()


if __name__ == "__main__":
    main()

"""A console without a window that answers one appeal with a photo, as a process to be killed.

``python -m tests.stories.photographer FOLDER SERVER BRANCH APPEAL PHOTO``: whatever an earlier life
of it has done is gone on with; it ends once its outbox is empty.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from console.app import Console, open_console
from console.clock import SystemClock
from console.config import Settings
from console.domain.appeal import Outcome
from console.domain.draft import DraftMode
from console.domain.ids import Ref
from console.readmodel import Link
from tests.support.server import PASSWORD
from tests.support.waiting import until

LOGIN = "olga"
TEXT = "Опору заменили, свет дали в 14:05. Фото приложили."
PATIENCE = 60.0


class FileSecrets:
    """`ports.Secrets` in a file that outlives the process."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, name: str) -> str | None:
        return self._kept().get(name)

    def set(self, name: str, value: str) -> None:
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps({**self._kept(), name: value}), encoding="utf-8")
        beside.replace(self._file)

    def delete(self, name: str) -> None:
        self.set(name, "")

    def _kept(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        return {name: value for name, value in found.items() if value}


def open_desk(folder: Path, server: str) -> Console:
    """The profile in ``folder`` with its threads running, its operator signed in."""
    console = open_console(
        Settings(profile=folder / "profile", server=server, poll_seconds=1.0),
        clock=SystemClock(),
        secrets=FileSecrets(folder / "secrets.json"),
        passphrase=lambda _: None,
    )
    console.start()
    if console.session.current is None:
        console.session.sign_in(LOGIN, PASSWORD).result(PATIENCE)
    return console


def send_photo(console: Console, ref: Ref, photo: Path) -> None:
    """Answer with a photo; nothing where that has been done."""
    if console.reader.outbox():
        return
    until(lambda: console.reader.row_id(ref) is not None, what="the appeal", within=PATIENCE)
    draft = replace(console.drafts.new(ref, DraftMode.REPLY), text=TEXT, outcome=Outcome.SOLVED)
    console.attachments.attach_file(draft, photo).result(PATIENCE)
    console.reply.send(draft).result(PATIENCE)


def all_gone(console: Console) -> None:
    """Wait until the outbox is empty, as an impatient person who presses «try now»."""

    def gone() -> bool:
        if console.sync.status().link is Link.OFFLINE:
            console.sync.try_now()
        return not console.reader.outbox()

    until(gone, what="the outbox to be empty", within=PATIENCE)


def main() -> None:
    """Do it."""
    folder, server, branch, appeal, photo = sys.argv[1:]
    Path(folder).mkdir(exist_ok=True)
    console = open_desk(Path(folder), server)
    try:
        send_photo(console, Ref(branch, appeal), Path(photo))
        all_gone(console)
    finally:
        console.close()


if __name__ == "__main__":
    main()

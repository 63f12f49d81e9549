"""A workstation: the real console of `console.app` over a real encrypted file, without its threads.

It can be closed, killed at any step, and opened again; its clock can be wrong, its keychain locked.
What its disk does when the process dies is a `Disk`'s business.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import Engine, event

from console.app import Console, Machinery, open_console
from console.clock import SystemClock
from console.config import Settings
from console.errors import DiskError, NoKeychainError, OtklikError
from console.logs import stop_logging
from console.rulebook.book import Rulebook
from console.store.driver import DatabaseError, connect_reader, connect_writer
from console.store.engine import make_engine
from console.store.migrate import migrate
from console.store.profile import Profile, note_damage
from tests.simulation.centre import utc
from tests.simulation.disks import STORE, Disks, FailingDisk, StationDisk
from tests.simulation.kernel import Kernel, Process, SimWorkers
from tests.simulation.network import Line

KEY = bytes(range(32))
URL = "http://centre.invalid"


class Keychain:
    """A keychain that can be locked."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.locked = False

    def get(self, name: str) -> str | None:
        """The secret, or None if there is none of that name."""
        return self._open().get(name)

    def set(self, name: str, value: str) -> None:
        """Keep a secret, replacing an older one."""
        self._open()[name] = value

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""
        self._open().pop(name, None)

    def _open(self) -> dict[str, str]:
        if self.locked:
            raise NoKeychainError("the keychain is locked", code="locked")
        return self.kept


class Workshop:
    """What the stations of one operating system process share: rules, engines, an empty store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = Rulebook.load()
        self.kernel: Kernel | None = None
        self._engines: dict[Path, Engine] = {}
        self.disks = Disks()
        self._empty = folder / "empty.db"
        connection = connect_writer(self._empty, KEY)
        migrate(connection)
        # The library would tell of every page that a fault has flipped.
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def new_profile(self, name: str) -> Path:
        """A profile with an empty store; the folder is used again by the next run."""
        profile = self.folder / name
        shutil.rmtree(profile, ignore_errors=True)
        profile.mkdir()
        shutil.copyfile(self._empty, profile / STORE)
        (profile / "profile-id").write_text(f"{name}\n", encoding="ascii")
        return profile

    def engine(self, path: Path, key: bytes) -> Engine:
        """The real engine; made once for a path, for what it has compiled can be used again."""
        found = self._engines.get(path) if key == KEY else None
        if found is None:
            found = make_engine(path, key)
            event.listen(found, "before_cursor_execute", self._step)
            event.listen(found, "commit", self._step)
            if key == KEY:
                self._engines[path] = found
        return found

    def _step(self, *_: object) -> None:
        if self.kernel is not None:
            self.kernel.step()


@dataclass(slots=True)
class Habits:
    """How the station is set up."""

    undo_seconds: float = 0.0
    poll_seconds: float = 120.0


@dataclass(slots=True)
class Station:
    """One workstation and the person at it.

    ``wrong_by`` is how far its clock is off, in seconds; ``composing`` the texts that are open in
    the window, each in one composer.
    """

    name: str
    kernel: Kernel
    shop: Workshop
    line: Line
    rng: Random
    habits: Habits
    person: str
    after_death: Callable[[Station], None]
    disk_fails: bool = False
    wrong_by: float = 0.0
    always_wrong_by: float = 0.0
    keychain: Keychain = field(default_factory=Keychain)
    disk: StationDisk = field(init=False)
    profile: Path = field(init=False)
    process: Process = field(init=False)
    console: Console | None = None
    generation: int = 0
    outboxes: int = 1
    work_offline: bool = False
    composing: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.profile = self.shop.new_profile(self.name)
        kind = FailingDisk if self.disk_fails else StationDisk
        self.disk = kind(self.profile)
        self.process = Process(f"{self.name}.0", alive=False)
        self.keychain.kept[f"store-key/{self.name}"] = KEY.hex()

    @property
    def is_running(self) -> bool:
        """Whether there is a console to work with."""
        return self.console is not None and self.process.alive

    @property
    def is_damaged(self) -> bool:
        """Whether the program has said that its store is damaged, and how to get on."""
        return Profile(self.profile).is_damaged

    def meet_damage(self) -> None:
        """Look at everything once, as a person does in a long day; damage is noted as it is met."""
        store = self.profile / STORE
        try:
            with closing(connect_reader(store, self.key)) as connection:
                is_whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        except (DatabaseError, DiskError):
            is_whole = False
        if not is_whole:
            note_damage(store)

    def open(self) -> OtklikError | None:
        """Start the program, unless it runs; the error that it shows where it cannot start."""
        if self.is_running:
            return None
        self.disk.before_open()
        self.generation += 1
        process = Process(f"{self.name}.{self.generation}", on_kill=self._on_kill)
        try:
            console = self._made(process)
        except OtklikError as error:
            return error
        self.process, self.console = process, console
        self.composing.clear()
        self.line.forget()
        self.outboxes += console.rescue is not None
        console.start()
        if self.work_offline:
            console.sync.set_work_offline(True)
        return None

    @property
    def key(self) -> bytes:
        """The key of the store as the keychain has it."""
        ident = (self.profile / "profile-id").read_text(encoding="ascii").strip()
        return bytes.fromhex(self.keychain.kept[f"store-key/{ident}"])

    def second_instance(self) -> OtklikError | None:
        """Start the program although it runs already."""
        try:
            console = self._made(Process(f"{self.name}.second"))
        except OtklikError as error:
            return error
        console.reader.close()
        stop_logging(console._log)
        return None

    def close(self) -> None:
        """Close the window; by a task of the station's own."""
        console = self.console
        if console is not None and self.process.alive:
            console.close()
            self.process.alive = False
            self.console = None

    def kill(self) -> None:
        """SIGKILL."""
        if self.is_running:
            self.kernel.kill(self.process)

    def wall(self) -> datetime:
        """What the clock of this machine shows."""
        return utc(self.kernel.now + self.wrong_by)

    def _made(self, process: Process) -> Console:
        return open_console(
            Settings(
                profile=self.profile,
                server=URL,
                undo_seconds=self.habits.undo_seconds,
                poll_seconds=self.habits.poll_seconds,
            ),
            clock=SystemClock(
                wall=self.wall, ticks=lambda: self.kernel.now, entropy=self.rng.randbytes
            ),
            secrets=self.keychain,
            passphrase=lambda _: None,
            rulebook=self.shop.rules,
            machinery=Machinery(
                workers=SimWorkers(self.kernel, process),
                transport=self.line,
                fault_point=self._fault_point,
                engine=self.shop.engine,
            ),
        )

    def _fault_point(self, _: str) -> None:
        self.kernel.step()

    def _on_kill(self) -> None:
        console, self.console = self.console, None
        self.disk.died()
        if console is not None:
            self.line.cut_streams()
            console.reader.close()
            console._profile.unlock()
            stop_logging(console._log)
        self.after_death(self)

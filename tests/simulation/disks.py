"""The disks of the workstations: plain ones, and those that fail as `tests.simulation.disk` can.

A disk outlives the process over it. When that is killed, what had been written is there; when the
power goes, what had been synced, and some of the rest. Between two lives the files can be damaged.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.simulation.disk import vfs
from tests.simulation.disk.disk import Disk, Fault, Platter

DATABASES = "*.db*"
STORE = "store.db"
_PAGE = 4096


class StationDisk:
    """A disk that keeps what was written: after a kill the files are as they were at that instant.

    Without it the stacks of the killed process would tidy up, and fold the log into the file.
    """

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._frozen: dict[str, bytes] | None = None
        self._older: dict[str, bytes] = {}

    def died(self) -> None:
        """The process has just been killed: what is on the disk now is all that there is."""
        self._frozen = self._read()

    def before_open(self) -> None:
        """A process is about to open the profile (again)."""
        if self._frozen is None:
            return
        for path in self._profile.glob(DATABASES):
            path.unlink()
        for name, content in self._frozen.items():
            (self._profile / name).write_bytes(content)
        self._frozen = None

    @property
    def is_full(self) -> bool:
        """Whether there is no room for the next write."""
        return False

    def heal(self) -> None:
        """Nothing fails any more."""

    # ------------------------------------------------------------------ between two lives

    def keep_older(self) -> None:
        """Somebody copies the store as it is."""
        self._older = {name: body for name, body in self._read().items() if _is_of_store(name)}

    def put_older_back(self) -> None:
        """Somebody puts that older store in the place of the present one."""
        frozen = self._frozen
        if frozen is not None and self._older:
            for name in [name for name in frozen if _is_of_store(name)]:
                del frozen[name]
            frozen |= self._older

    def flip(self, chance: Random) -> None:
        """Some bytes of some pages of the store are others."""
        content = bytearray(self._lying(STORE))
        for _ in range(chance.choice((1, 3, 20))):
            start = chance.randrange(max(1, len(content) // _PAGE)) * _PAGE
            for _ in range(8):
                if start < len(content):
                    at = start + chance.randrange(min(_PAGE, len(content) - start))
                    content[at] ^= chance.randrange(1, 256)
        self._lay(STORE, bytes(content))

    def cut_short(self, chance: Random) -> None:
        """The store ends before its end."""
        content = self._lying(STORE)
        self._lay(STORE, content[: chance.randrange(len(content) + 1)])

    def lose_copy(self) -> None:
        """The copy is gone."""
        for name in [name for name in self._frozen or {} if not _is_of_store(name)]:
            assert self._frozen is not None
            del self._frozen[name]

    def _lying(self, name: str) -> bytes:
        return (self._frozen or {}).get(name, b"")

    def _lay(self, name: str, content: bytes) -> None:
        if self._frozen is not None and name in self._frozen:
            self._frozen[name] = content

    def _read(self) -> dict[str, bytes]:
        return {
            path.name: path.read_bytes()
            for path in self._profile.glob(DATABASES)
            if not path.name.endswith("-shm")
        }


class FailingDisk(StationDisk):
    """One whose writes can be refused, and whose power can go."""

    def __init__(self, profile: Path) -> None:
        super().__init__(profile)
        self.folder = profile.resolve()
        self.under = Disk(self.folder)
        self._power_goes: Random | None = None

    def power_goes(self, chance: Random) -> None:
        """The next death is that of the whole machine."""
        self._power_goes = chance

    def refuse(self, chance: Random) -> None:
        """It is full from one of the next writes on."""
        self.under.fail(Fault.FULL, after=chance.randrange(30))

    @property
    def is_full(self) -> bool:
        """Whether there is no room for the next write, or soon will be none."""
        return self.under.is_failing

    def heal(self) -> None:
        """There is room again."""
        self.under.heal()

    def died(self) -> None:
        """What is on the disk now is all that there is; after a power cut, some of it.

        What was set aside has the same names in a folder of its own, and stays as it is.
        """
        chance, self._power_goes = self._power_goes, None
        if chance is None:
            super().died()
            return
        platter = Platter()
        for event in self.under.log:
            platter.take(event)
        self._frozen = {
            path.name: content
            for path, content in platter.image(chance).items()
            if path.parent == self.folder and not path.name.endswith("-shm")
        }

    def before_open(self) -> None:
        """After a death a log begins anew: what lies there is durable."""
        is_anew = self._frozen is not None
        super().before_open()
        if is_anew:
            before, self.under = self.under, Disk(self.folder)
            if before.is_failing:
                self.under.fail(Fault.FULL)


class Disks:
    """`vfs.Behind` for all the failing disks of a run."""

    def __init__(self) -> None:
        self._disks: list[FailingDisk] = []

    def use(self, disks: list[FailingDisk]) -> None:
        """These and no others."""
        self._disks = disks

    def watches(self, path: Path) -> bool:
        """Whether the file is on one of them."""
        return self._under(path) is not None

    def is_read_only(self) -> bool:
        """None of them is."""
        return False

    def opened(self, path: Path, *, created: bool) -> None:
        """A file has been opened."""
        if (under := self._under(path)) is not None:
            under.opened(path, created=created)

    def write(self, path: Path, offset: int, data: bytes) -> int:
        """Bytes are to be written."""
        under = self._under(path)
        return vfs.OK if under is None else under.write(path, offset, data)

    def truncate(self, path: Path, size: int) -> int:
        """A file is to be cut."""
        under = self._under(path)
        return vfs.OK if under is None else under.truncate(path, size)

    def sync(self, path: Path) -> int:
        """What was written is to be made durable."""
        under = self._under(path)
        return vfs.OK if under is None else under.sync(path)

    def delete(self, path: Path, *, durably: bool) -> int:
        """A file is to be deleted."""
        under = self._under(path)
        return vfs.OK if under is None else under.delete(path, durably=durably)

    def _under(self, path: Path) -> Disk | None:
        for disk in self._disks:
            if path.is_relative_to(disk.folder):
                return disk.under
        return None


def _is_of_store(name: str) -> bool:
    return name.startswith(STORE)

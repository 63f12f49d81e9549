"""A small file system to fill, and a folder that becomes read-only: both real, both need root."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, *, size: int) -> Generator[Path]:
    """A file system of ``size`` bytes at ``folder``; skips the test where none can be mounted."""
    folder.mkdir()
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Generator[None]:
    """The folder is mounted over itself to read only; what is open for writing stays so."""
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def mount(*arguments: str) -> None:
    """mount(8), or a skip that says why it cannot be."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root and mount(8)")
    done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.decode().strip()}")


def fill(file: Path) -> None:
    """Take every byte that is free."""
    with file.open("wb", buffering=0) as open_:
        for size in (65536, 4096, 512):
            try:
                while open_.write(bytes(size)) == size:
                    pass
            except OSError:
                continue

"""Background programs for tests: Xvfb, and a session bus with a Secret Service on it.

Each is started as a direct child that dies with the test process, even with a killed one.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from tests.support import leaks
from tests.support.atspi import bus_address
from tests.support.surroundings import clean_environment
from tests.support.waiting import until

_PR_SET_PDEATHSIG = 1
_PASSWORD = b"correct horse battery staple"


def program(name: str, *, package: str) -> str:
    """The path of ``name``; skips the test where it is absent, naming the Debian package."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian package {package})")
    return found


@contextmanager
def running(
    command: Sequence[str], *, stop: signal.Signals = signal.SIGTERM, **options: Any
) -> Generator[subprocess.Popen[bytes]]:
    """``command`` as a child that outlives single tests; stopped and waited for at the end."""
    dying = _dying_with_parent(stop)
    # Between fork and exec it makes one system call and takes no lock, so threads are no danger.
    with subprocess.Popen(command, preexec_fn=dying, **options) as process:  # noqa: PLW1509
        leaks.keep(process.pid)
        try:
            yield process
        finally:
            process.send_signal(stop)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def xvfb(*, size: str = "1366x768x24") -> Generator[Mapping[str, str]]:
    """An X display; gives ``DISPLAY``."""
    server = program("Xvfb", package="xvfb")
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
    with (
        os.fdopen(reading) as answer,
        running(command, pass_fds=[writing], stderr=subprocess.DEVNULL),
    ):
        os.close(writing)
        number = answer.readline().strip()
        if not number:
            pytest.fail("Xvfb ended before it had opened a display")
        yield {"DISPLAY": f":{number}"}


@contextmanager
def session_bus(surroundings: Mapping[str, str]) -> Generator[str]:
    """A session bus of its own, in an environment with these variables; gives its address."""
    bus = program("dbus-daemon", package="dbus-daemon")
    with running(
        [bus, "--session", "--nofork", "--nopidfile", "--print-address=1"],
        env=clean_environment(**surroundings),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as daemon:
        yield _first_line(daemon.stdout)


@contextmanager
def secret_service(folder: Path) -> Generator[Mapping[str, str]]:
    """A session bus and an unlocked GNOME keyring whose files are in ``folder``."""
    keyring = program("gnome-keyring-daemon", package="gnome-keyring")
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    surroundings = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(runtime)}
    with session_bus(surroundings) as address:
        found = {
            "DBUS_SESSION_BUS_ADDRESS": address,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        }
        unlocked = [keyring, "--foreground", "--unlock", "--components=secrets"]
        with running(
            unlocked,
            env=clean_environment(**surroundings, **found, XDG_DATA_HOME=str(folder)),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as secrets:
            assert secrets.stdin is not None
            secrets.stdin.write(_PASSWORD)
            secrets.stdin.close()
            until(lambda: _answers(address), what="the Secret Service to answer")
            yield found


@contextmanager
def accessibility(folder: Path) -> Generator[Mapping[str, str]]:
    """An X display and a session bus with the accessibility bus behind it; for one child."""
    if not Path("/usr/share/dbus-1/services/org.a11y.Bus.service").exists():
        pytest.skip("the accessibility bus is not installed (Debian package at-spi2-core)")
    surroundings = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    with xvfb() as display, session_bus({**surroundings, **display}) as session:
        yield {
            **surroundings,
            **display,
            "DBUS_SESSION_BUS_ADDRESS": session,
            "OTKLIK_TEST_ACCESSIBILITY": bus_address(session),
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_QPA_PLATFORM": "xcb",
        }


def _answers(address: str) -> bool:
    """Whether somebody owns the Secret Service's name on this bus."""
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import open_dbus_connection

    with open_dbus_connection(bus=address) as connection:
        reply = connection.send_and_get_reply(message_bus.NameHasOwner("org.freedesktop.secrets"))
    return bool(reply.body[0])


def _first_line(stream: IO[bytes] | None) -> str:
    assert stream is not None
    return stream.readline().decode().strip()


def _dying_with_parent(stop: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, int(stop), 0, 0, 0)

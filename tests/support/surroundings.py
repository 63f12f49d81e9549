"""What surrounds every test: an empty home, no display, no keychain, and hypothesis profiles.

A test must not read or write the files, the keychain or the screen of the person who runs it;
one that wants a display or a Secret Service asks for the fixture of that name.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Verbosity, settings

REPOSITORY = Path(__file__).resolve().parents[2]
"""The folder that holds pyproject.toml."""

_SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")
_KEYCHAIN = ("GNOME_KEYRING_CONTROL", "PYTHON_KEYRING_BACKEND", "SSH_AUTH_SOCK")
_NO_BUS = "disabled:"  # with no address at all, Qt starts a session bus and leaves it running
_HOME = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    home = Path(tempfile.mkdtemp(prefix="otklik-tests-"))
    config.stash[_HOME] = home
    for name in (*_SCREEN, *_KEYCHAIN):
        os.environ.pop(name, None)
    os.environ.update(
        HOME=str(home),
        XDG_CACHE_HOME=str(home / "cache"),
        XDG_CONFIG_HOME=str(home / "config"),
        XDG_DATA_HOME=str(home / "data"),
        XDG_STATE_HOME=str(home / "state"),
        DBUS_SESSION_BUS_ADDRESS=_NO_BUS,
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        QT_QPA_PLATFORM="offscreen",
    )
    _choose_hypothesis_profile()


def pytest_unconfigure(config: pytest.Config) -> None:
    home = config.stash.get(_HOME, None)
    if home is not None:
        shutil.rmtree(home, ignore_errors=True)


def clean_environment(**more: str) -> dict[str, str]:
    """The environment for a child process, plus ``more``: no display, keychain or Qt platform."""
    hidden = {*_SCREEN, *_KEYCHAIN, "QT_QPA_PLATFORM", "PYTEST_CURRENT_TEST"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    ours = {"PYTHONPATH": str(REPOSITORY), "DBUS_SESSION_BUS_ADDRESS": _NO_BUS}
    return {**kept, **ours, **more}


def _choose_hypothesis_profile() -> None:
    # A first example may import half of the program: neither its time nor that of a busy
    # machine says anything about the property.
    slow = (HealthCheck.too_slow,)
    settings.register_profile(
        "ci", max_examples=100, deadline=None, print_blob=True, suppress_health_check=slow
    )
    settings.register_profile(
        "dev", max_examples=50, deadline=None, print_blob=True, suppress_health_check=slow
    )
    settings.register_profile("deep", settings.get_profile("ci"), max_examples=5000)
    settings.register_profile(
        "debug", settings.get_profile("dev"), max_examples=10, verbosity=Verbosity.verbose
    )
    default = "ci" if os.environ.get("CI") else "dev"
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", default))

"""The system libraries that Qt needs: which are missing, and how they get there.

`make run` calls this once after the first installation, with the Python of .venv. On Debian and
its relatives the missing packages are installed where that needs no password (as root, or with
sudo that asks for none); elsewhere the one command that does it is printed, and the exit code
is 1. Nothing here is needed on Windows and macOS, where Qt brings everything along.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_ALWAYS = ("QtWidgets.abi3.so", "Qt/plugins/platforms/libqoffscreen.so")
_ON_X11 = ("Qt/plugins/platforms/libqxcb.so",)
_ON_WAYLAND = ("Qt/plugins/platforms/libqwayland.so",)

_ODD_NAMES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
}
_FONTS = "fonts-dejavu-core"
_TRIAL = """
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(["otklik-check"])
label = QLabel("Отклик")
label.grab()
print(len(QFontDatabase.families(QFontDatabase.WritingSystem.Cyrillic)))
"""


@dataclass(frozen=True, slots=True)
class Lack:
    """What is missing: library files by the name Qt asks for them, and a font with Russian."""

    libraries: tuple[str, ...]
    font: bool = False

    @property
    def packages(self) -> list[str]:
        """The Debian packages that hold it."""
        named = {package_of(library) for library in self.libraries}
        return sorted(named | ({_FONTS} if self.font else set()))

    def __bool__(self) -> bool:
        return bool(self.libraries) or self.font


def package_of(library: str) -> str:
    """Debian's name for the package of a shared library: ``libX11.so.6`` → ``libx11-6``.

    The rule is Debian Policy 8.1: name, then version, with a hyphen where a digit would meet one.
    """
    if library in _ODD_NAMES:
        return _ODD_NAMES[library]
    name, _, version = library.partition(".so.")
    name = name.lower().replace("_", "-")
    return f"{name}-{version}" if name[-1].isdigit() else f"{name}{version}"


def missing_libraries(listing: str) -> list[str]:
    """The names that ``ldd`` could not find, in the order of its listing."""
    return list(dict.fromkeys(re.findall(r"^\s*(\S+) => not found", listing, re.MULTILINE)))


def files_to_check(environment: Mapping[str, str], *, displays: bool) -> tuple[str, ...]:
    """The parts of PySide6 that this environment will load (``displays``: of any display)."""
    x11 = displays or environment.get("DISPLAY")
    wayland = displays or environment.get("WAYLAND_DISPLAY")
    return (*_ALWAYS, *(_ON_X11 if x11 else ()), *(_ON_WAYLAND if wayland else ()))


def main(arguments: list[str] | None = None) -> int:
    """Check, install if allowed, check again; 0 when a window can be drawn."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--displays", action="store_true", help="also what X11 and Wayland need, display or none"
    )
    displays = parser.parse_args(arguments).displays
    if sys.platform != "linux":
        return 0
    lack = _lack(displays=displays)
    if not lack:
        return 0
    if _install(_lack(displays=True).packages if _is_debian() else []):
        lack = _lack(displays=displays)
    if not lack:
        return 0
    _tell(lack)
    return 1


def _lack(*, displays: bool) -> Lack:
    folder = _pyside()
    listing = "".join(_ldd(folder / file) for file in files_to_check(os.environ, displays=displays))
    libraries = missing_libraries(listing)
    if libraries:
        # Whoever lacks the library for fonts lacks the fonts.
        return Lack(tuple(libraries), font="libfontconfig.so.1" in libraries)
    return _lack_by_trial()


def _lack_by_trial() -> Lack:
    """Draw a label offscreen: finds what no listing knows, and whether any font has Russian."""
    trial = subprocess.run(
        [sys.executable, "-c", _TRIAL],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    if trial.returncode == 0:
        return Lack((), font=int(trial.stdout) == 0)
    named = re.search(r"(\S+\.so\S*): cannot open shared object file", trial.stderr)
    if named:
        return Lack((named.group(1),))
    raise SystemExit(f"Qt cannot draw a window on this machine:\n{trial.stderr.strip()}")


def _pyside() -> Path:
    spec = importlib.util.find_spec("PySide6")
    if spec is None or spec.origin is None:
        raise SystemExit("PySide6 is not installed for this Python; run `make venv` first")
    return Path(spec.origin).parent


def _ldd(file: Path) -> str:
    if not file.exists() or not shutil.which("ldd"):
        return ""  # the trial will tell
    return subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout


def _is_debian() -> bool:
    return shutil.which("apt-get") is not None


def _install(packages: list[str]) -> bool:
    """Install ``packages`` if that can be done without asking anybody; whether it was tried."""
    if not packages:
        return False
    prefix = _without_password()
    if prefix is None:
        return False
    print(f"Installing the system libraries that Qt needs: {' '.join(packages)}", flush=True)
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*prefix, *environment, "apt-get", *step],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
            return False
    return True


def _without_password() -> list[str] | None:
    """What to write before a command to run it as root, or None where a password is asked for."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asks = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
    return None if asks else ["sudo", "-n"]


def _tell(lack: Lack) -> None:
    if _is_debian():
        root = "" if os.geteuid() == 0 else "sudo "
        print(
            "The window needs system libraries that are not installed. Install them with\n\n"
            f"  {root}apt-get install --no-install-recommends {shlex.join(lack.packages)}\n\n"
            "and repeat the command.",
            file=sys.stderr,
        )
        return
    print(
        f"The window needs system libraries that are not installed: {_listed(lack)}.\n"
        "Install them with your system's package manager and repeat the command.",
        file=sys.stderr,
    )


def _listed(lack: Lack) -> str:
    fonts: Iterable[str] = ("a font with Russian letters",) if lack.font else ()
    return ", ".join((*lack.libraries, *fonts))


if __name__ == "__main__":
    sys.exit(main())

"""Pictures of every screen, in every language, theme and size of the screen.

    python tests/tools/pictures.py [FOLDER] [--look ru-light-1366x768 …] [--only 40 …] [--sheets]

By default all, into pictures/, one folder for each look; `--only` takes the screens whose names
begin so, `--sheets` lays twelve of them on a sheet each. The appeals are those of
`picture_world.py`, the screens those of `screens.py`; nothing is started, no network is touched.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported once the path is set
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QWidget

    from tests.tools.screens import Look

REPOSITORY = Path(__file__).resolve().parents[2]
SCREENS = {
    "1366x768": (1366, 768, 1.0),
    "1366x768-200": (1366, 768, 2.0),
    "1920x1080": (1920, 1080, 1.0),
}
"""Width and height of the screen, and the zoom of the window that fills it."""

LOOKS = tuple(
    "-".join(parts)
    for parts in itertools.product(("ru", "en"), ("light", "dark", "contrast"), SCREENS)
)
_QUICK = 90
"""Qt's quality of a PNG says how long to look for a smaller file, not how it looks."""
_ACROSS, _DOWN, _THUMB = 3, 4, 640


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures; as many processes at once as there are processors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("pictures"))
    parser.add_argument("--look", nargs="+", choices=LOOKS, default=LOOKS, metavar="LOOK")
    parser.add_argument("--only", nargs="+", default=[], metavar="BEGINNING")
    parser.add_argument("--sheets", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.here:
        return _take(asked.look, asked.folder, only=tuple(asked.only), sheets=asked.sheets)
    return _share_out(asked)


def _share_out(asked: argparse.Namespace) -> int:
    """The looks of one screen go to one process, for Qt reads the screen once."""
    waiting = [[look for look in asked.look if look.endswith(f"-{name}")] for name in SCREENS]
    shares = [looks for looks in waiting if looks]
    running: list[subprocess.Popen[bytes]] = []
    code = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, looks in enumerate(shares):
            while len(running) >= (os.cpu_count() or 1):
                code = running.pop(0).wait() or code
            screen = Path(folder) / f"screen-{number}.json"
            screen.write_text(json.dumps(_screen(looks[0])), encoding="utf-8")
            running.append(_begin(asked, looks, screen))
        for one in running:
            code = one.wait() or code
    return code


def _begin(
    asked: argparse.Namespace, looks: Sequence[str], screen: Path
) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
        "PYTHONPATH": str(REPOSITORY),
    }
    command = [sys.executable, __file__, str(asked.folder), "--here", "--look", *looks]
    command += ["--only", *asked.only] if asked.only else []
    command += ["--sheets"] if asked.sheets else []
    return subprocess.Popen(command, env=environment)


def _screen(look: str) -> dict[str, object]:
    width, height, _ = SCREENS[look.split("-", 2)[2]]
    screen = {"name": "pictures", "x": 0, "y": 0, "width": width, "height": height}
    return {"screens": [screen | {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]}


def look_of(name: str) -> Look:
    """What ``name`` (one of `LOOKS`) says."""
    from tests.tools.screens import Look

    language, theme, screen = name.split("-", 2)
    width, height, zoom = SCREENS[screen]
    return Look(language, theme, zoom, (width, height))


def _take(looks: Sequence[str], folder: Path, *, only: tuple[str, ...], sheets: bool) -> int:
    from tests.tools.screens import visit

    code = 0
    with an_application():
        for name in looks:
            album = Folder(folder / name, only=only)
            visit(album, look_of(name))
            # Where letters are large some parts step back: that is no fault of the list.
            if not only and look_of(name).zoom == 1 and (missing := album.missing()):
                print(f"{name}: not shown where the list says: {missing}", file=sys.stderr)
                code = 1
            if sheets:
                album.lay_out()
            print(f"{folder / name}: {len(album.files)} pictures", flush=True)
    return code


@contextmanager
def an_application() -> Iterator[None]:
    """Qt, as the program starts it."""
    from PySide6.QtWidgets import QApplication

    from ui.immortal import keep_constants_alive

    keep_constants_alive()
    app = QApplication(["otklik-pictures"])
    app.setStyle("Fusion")
    yield
    app.processEvents()


class Folder:
    """An album whose pictures are files; ``only`` those whose names begin so."""

    def __init__(self, folder: Path, *, only: tuple[str, ...] = ()) -> None:
        self._folder = folder
        self._only = only
        self.files: list[Path] = []
        self._seen: dict[str, set[str]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, shown: QWidget, *above: QWidget) -> None:
        """Grab a widget, with the popups above it where they stand."""
        if not self._wants(name):
            return
        from PySide6.QtCore import QPoint
        from PySide6.QtGui import QPainter

        self._seen[name] = {each for one in (shown, *above) for each in names_in(one)}

        picture = shown.grab()
        if above:
            painter = QPainter(picture)
            for one in above:
                painter.drawPixmap(shown.mapFromGlobal(one.mapToGlobal(QPoint(0, 0))), one.grab())
            painter.end()
        self._save(name, picture)

    def put(self, name: str, picture: QPixmap) -> None:
        """A picture of what is no widget."""
        if self._wants(name):
            self._save(name, picture)

    def wants(self, beginnings: str) -> bool:
        """Whether any that begins with one of these figures is to be taken."""
        return not self._only or any(one[0] in beginnings for one in self._only)

    def missing(self) -> list[str]:
        """What is not on the picture that `SHOWN` names for it."""
        from tests.tools.screens import SHOWN

        return [one for one, name in SHOWN.items() if one not in self._seen.get(name, ())]

    def lay_out(self) -> None:
        """Lay the pictures on sheets, a dozen each."""
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QPainter, QPixmap

        each = _ACROSS * _DOWN
        for number in range(0, len(self.files), each):
            sheet = QPixmap(_ACROSS * (_THUMB + 8), _DOWN * (_THUMB * 3 // 5 + 8))
            sheet.fill(Qt.GlobalColor.gray)
            painter = QPainter(sheet)
            for at, file in enumerate(self.files[number : number + each]):
                small = QPixmap(str(file)).scaled(
                    _THUMB,
                    _THUMB * 3 // 5,
                    Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
                x, y = at % _ACROSS * (_THUMB + 8), at // _ACROSS * (_THUMB * 3 // 5 + 8)
                painter.drawPixmap(x, y, small)
            painter.end()
            sheet.save(str(self._folder / f"sheet-{number // each:02}.png"))

    def _wants(self, name: str) -> bool:
        return not self._only or name.startswith(self._only)

    def _save(self, name: str, picture: QPixmap) -> None:
        file = self._folder / f"{name}.png"
        if not picture.save(str(file), quality=_QUICK):
            raise OSError(f"{file}: cannot be written")
        self.files.append(file)


def names_in(shown: QWidget) -> Iterator[str]:
    """The kinds of all that is seen in a window, and its own name."""
    from PySide6.QtWidgets import QWidget

    yield shown.objectName()
    yield type(shown).__name__
    for one in shown.findChildren(QWidget):
        if one.isVisibleTo(shown):
            yield type(one).__name__


if __name__ == "__main__":
    sys.exit(main())

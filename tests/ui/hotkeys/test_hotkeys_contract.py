"""Hotkeys: one contract for the fake and for the adapters of Windows, X11 and the portal.

X11 is a real server with real key presses, the portal a small one of ours on a real bus. Windows'
calls are answered here by what their documentation says: that system is not at hand.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.hotkey_stages import (
    FakeStage,
    PortalStage,
    Stage,
    WindowsStage,
    X11Stage,
    a_portal,
    an_x_server,
)
from tests.support.qt import until_qt
from ui.hotkeys.choose import kind_of
from ui.hotkeys.port import Hotkeys, Wanted
from ui.presenters.hotkeys import Chord, chord

pytestmark = pytest.mark.usefixtures("qapp")


def keys(text: str) -> Chord:
    found = chord(text)
    assert found is not None
    return found


FRONT, CALL = keys("Ctrl+Alt+O"), keys("Ctrl+Shift+1")


class Scene:
    """A stage, the hotkeys on it, and what they have told."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.pressed: list[str] = []
        self.told: dict[str, tuple[str, str]] = {}
        self.hotkeys: Hotkeys = stage.hotkeys()
        self.hotkeys.pressed.connect(self.pressed.append)
        self.hotkeys.told.connect(lambda name, state, said: self.told.update({name: (state, said)}))

    def take(self, **wanted: Chord) -> dict[str, str]:
        """Ask, and wait until each is settled."""
        self.told.clear()
        self.hotkeys.take({name: Wanted(one, f"does {name}") for name, one in wanted.items()})
        until_qt(
            lambda: (
                wanted.keys() <= self.told.keys()
                and all(state != "asking" for state, _ in self.told.values())
            ),
            what="the system to answer",
        )
        return {name: state for name, (state, _) in self.told.items()}

    def comes(self, one: Chord, *names: str) -> None:
        """Press, and see exactly these come; what is pressed last closes the account."""
        before = len(self.pressed)
        self.stage.press(one)
        until_qt(lambda: len(self.pressed) >= before + len(names), what=f"{one} to come")
        assert self.pressed[before:] == list(names)


@pytest.fixture
def ends() -> Generator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(params=["fake", "windows", "x11", "portal"])
def scene(
    request: pytest.FixtureRequest,
    ends: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Scene:
    stage: Stage
    match request.param:
        case "fake":
            stage = FakeStage()
        case "windows":
            stage = WindowsStage()
        case "x11":
            display = request.getfixturevalue("xvfb")["DISPLAY"]
            stage = ends.enter_context(an_x_server(monkeypatch, display))
        case _:
            stage = ends.enter_context(a_portal(monkeypatch, tmp_path))
    scene = Scene(stage)
    ends.callback(scene.hotkeys.leave)
    return scene


def test_keys_come_by_name_until_they_are_given_back(scene: Scene) -> None:
    assert scene.take(front=FRONT, call=CALL) == {"front": "on", "call": "on"}
    scene.comes(FRONT, "front")
    scene.comes(CALL, "call")
    assert scene.take(call=FRONT) == {"call": "on"}
    scene.stage.press(CALL)  # nobody's any more
    scene.comes(FRONT, "call")
    scene.hotkeys.take({})
    scene.hotkeys.leave()
    scene.hotkeys.leave()
    scene.stage.take_elsewhere(FRONT)  # they are free again


def test_what_another_program_has_is_told_and_the_rest_is_had(scene: Scene) -> None:
    scene.stage.take_elsewhere(FRONT)
    assert scene.take(front=FRONT, call=CALL) == {"front": scene.stage.refusal, "call": "on"}
    scene.stage.press(FRONT)
    scene.comes(CALL, "call")


def test_on_x11_locks_layouts_and_a_held_key_change_nothing(
    xvfb: dict[str, str], monkeypatch: pytest.MonkeyPatch, ends: ExitStack
) -> None:
    stage: X11Stage = ends.enter_context(an_x_server(monkeypatch, xvfb["DISPLAY"]))
    scene = Scene(stage)
    ends.callback(scene.hotkeys.leave)
    ends.callback(stage.layout, "us", "-option", "")
    assert scene.take(front=FRONT) == {"front": "on"}
    stage.do("key", "Num_Lock", "key", "Caps_Lock")
    scene.comes(FRONT, "front")
    stage.do("key", "Num_Lock", "key", "Caps_Lock")
    stage.layout("us,ru", "-option", "grp:caps_toggle")
    stage.do("key", "Caps_Lock")
    scene.comes(FRONT, "front")
    stage.layout("ru", "-option", "")  # not one Latin letter on the keyboard
    scene.told.clear()
    until_qt(lambda: scene.told == {"front": ("on", "")}, what="the keys to be taken anew")
    scene.comes(FRONT, "front")
    before = len(scene.pressed)
    stage.do(*stage.down(FRONT), "sleep", "0.9", *stage.up(FRONT))  # repeats begin at 0.66 s
    stage.press(keys("Ctrl+Alt+Shift+O"))
    until_qt(lambda: len(scene.pressed) > before, what="the held key to come")
    scene.comes(FRONT, "front")
    assert scene.pressed[before:] == ["front", "front"]


def test_a_portal_that_comes_late_gives_other_keys_or_ends_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ends: ExitStack
) -> None:
    stage: PortalStage = ends.enter_context(a_portal(monkeypatch, tmp_path))
    stage.close()
    scene = Scene(stage)
    ends.callback(scene.hotkeys.leave)
    assert scene.take(front=FRONT) == {"front": "no_portal"}
    stage.given = "Super+O"
    stage.open()
    until_qt(lambda: scene.told.get("front") == ("on", "Super+O"), what="the late portal")
    scene.comes(FRONT, "front")
    scene.hotkeys.lift(1)
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-1"
    stage.change("front", "Super+P")
    until_qt(lambda: scene.told["front"] == ("on", "Super+P"), what="the changed keys")
    stage.close()
    until_qt(lambda: scene.told["front"][0] == "no_portal", what="the end of the portal")


def test_without_a_bus_the_portal_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    scene = Scene(PortalStage(""))
    assert scene.take(front=FRONT) == {"front": "no_portal"}


@pytest.mark.parametrize(
    ("drawn_by", "system", "session", "kind"),
    [
        ("windows", "win32", "", "windows"),
        ("xcb", "linux", "x11", "x11"),
        ("xcb", "linux", "wayland", "portal"),
        ("wayland", "linux", "wayland", "portal"),
        ("wayland-egl", "linux", "", "portal"),
        ("offscreen", "linux", "x11", ""),
        ("cocoa", "darwin", "", ""),
    ],
)
def test_each_desktop_has_its_adapter(drawn_by: str, system: str, session: str, kind: str) -> None:
    assert kind_of(drawn_by, system, {"XDG_SESSION_TYPE": session}) == kind

"""Which hotkeys this desktop has: by the system, and by what draws its windows."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from ui.hotkeys.port import Hotkeys


def system_hotkeys(parent: QObject | None = None) -> Hotkeys:
    """The hotkeys of the desktop that this program runs on; imports that adapter alone."""
    match kind_of(QGuiApplication.platformName(), sys.platform, os.environ):
        case "windows":
            from ui.hotkeys.windows import windows_hotkeys

            return windows_hotkeys(parent)
        case "x11":
            from ui.hotkeys.x11 import x11_hotkeys

            return x11_hotkeys(parent)
        case "portal":
            from ui.hotkeys.portal import PortalHotkeys

            return PortalHotkeys(parent)
    return Hotkeys(parent)


def kind_of(drawn_by: str, system: str, environment: Mapping[str, str]) -> str:
    """``windows``, ``x11``, ``portal`` or empty. ``drawn_by`` is Qt's name of the platform.

    A window that is drawn through X11 within a Wayland session can grab keys from other X11
    windows only, so that there, too, the portal is asked.
    """
    if system == "win32":
        return "windows" if drawn_by == "windows" else ""
    if drawn_by.startswith("wayland"):
        return "portal"
    if drawn_by == "xcb":
        return "portal" if environment.get("XDG_SESSION_TYPE") == "wayland" else "x11"
    return ""

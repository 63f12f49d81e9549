"""Keeps the Qt binding from reading the source of every module that is imported after it.

PySide reads it through (and `linecache` holds on to it) to see whether the module might use one of
the binding's other ways of spelling, `__feature__`. Nothing here does, and hundreds of modules are
read for it at a start.
"""

from __future__ import annotations

import importlib


def leave_sources_unread() -> None:
    """Have every later module taken for one that uses no other spelling; imports the binding."""
    importlib.import_module("PySide6")
    try:
        feature = importlib.import_module("shibokensupport.feature")
    except ImportError:  # a binding that is put together otherwise: it works as before, and slower
        return
    if hasattr(feature, "_mod_uses_pyside"):
        vars(feature)["_mod_uses_pyside"] = _none_does


def _none_does(_: object) -> bool:
    return False

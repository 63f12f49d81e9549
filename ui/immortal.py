"""Keeps `None`, `True` and `False` alive where the Qt binding lets go of them.

PySide 6.12 is built against an interpreter whose constants cannot die (PEP 683, Python 3.12) and
returns them without taking a reference: each call of a void method gives up one to `None`, each
signal emitted from Python one to `True`. Before 3.12 the interpreter then aborts after some
thousand calls («none_dealloc: deallocating None»).
"""

from __future__ import annotations

import ctypes
import sys

_CONSTANTS = (None, True, False, NotImplemented)
_ENOUGH = 1 << 48
"""References: at a million calls a second they last for nine years."""


def keep_constants_alive() -> None:
    """Give each constant so many references that nobody can let go of them all."""
    if sys.version_info >= (3, 12):
        return
    for constant in _CONSTANTS:
        if sys.getrefcount(constant) < _ENOUGH // 2:
            # An object begins with its reference count (PyObject.ob_refcnt).
            ctypes.c_ssize_t.from_address(id(constant)).value += _ENOUGH

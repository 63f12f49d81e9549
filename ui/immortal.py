"""Keeps `True` alive where the Qt binding lets go of it.

PySide 6.12 gives up a reference to `True` that it does not own each time a signal is emitted from
Python. From Python 3.12 on the constants cannot die (PEP 683); before that the interpreter aborts
with «bool_dealloc: deallocating True or False» after some hundred signals.
"""

from __future__ import annotations

import ctypes
import sys

_ENOUGH = 1 << 48
"""References: at a million signals a second they last for nine years."""


def keep_true_alive() -> None:
    """Give `True` so many references that nobody can let go of them all."""
    if sys.version_info < (3, 12) and sys.getrefcount(True) < _ENOUGH // 2:
        # An object begins with its reference count (PyObject.ob_refcnt).
        ctypes.c_ssize_t.from_address(id(True)).value += _ENOUGH

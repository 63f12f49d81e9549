"""Causes: why a file or a database could not be used, as machine names that have words.

A name is translated as ``cause.<name>``; the systems' own messages are English and full of codes.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import Final

_ERRNO: Final[Mapping[int, str]] = {
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read_only",
    errno.ENOENT: "missing",
    errno.ENOTDIR: "not_a_folder",
    errno.EEXIST: "not_a_folder",
    errno.EIO: "disk",
    errno.ENAMETOOLONG: "too_long",
}
_SQLITE: Final = (
    ("disk is full", "full"),
    ("readonly", "read_only"),
    ("unable to open", "denied"),
    ("malformed", "damaged"),
    ("not a database", "damaged"),
    ("locked", "busy"),
    ("i/o error", "disk"),
)


def cause_of(error: BaseException) -> str:
    """The name of what stood in the way; ``other`` where it has none."""
    if isinstance(error, OSError) and error.errno is not None:
        return _ERRNO.get(error.errno, "other")
    said = str(error).lower()
    return next((name for part, name in _SQLITE if part in said), "other")

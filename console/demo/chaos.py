"""The option --chaos: ``drop=.2,dup=.1,latency=2s`` as a `Chaos`."""

from __future__ import annotations

import re
from typing import Final

from console.errors import UsageError
from console.remote.chaos import Chaos

_EXAMPLE: Final = "drop=.2,dup=.1,latency=2s"
_SHARE: Final = re.compile(r"\d*\.?\d+%?")
_TIME: Final = re.compile(r"(\d*\.?\d+)(ms|s)")
_LONGEST: Final = 60.0


def parse(text: str) -> Chaos:
    """The chaos that ``text`` names; `UsageError` says which part of it is wrong.

    ``drop`` and ``dup`` are shares (``.2`` or ``20%``), ``latency`` is a time (``2s``, ``300ms``).
    """
    found: dict[str, float] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, value = (side.strip() for side in part.partition("="))
        if not equals or name not in ("drop", "dup", "latency"):
            raise _wrong(f"“{part}” is not drop, dup or latency", "what", part)
        if name in found:
            raise _wrong(f"“{name}” is given twice", "twice", name)
        found[name] = _seconds(value) if name == "latency" else _share(name, value)
    if not found:
        raise _wrong("nothing is asked for", "nothing", text)
    return Chaos(**found)


def _wrong(message: str, key: str, value: str, **more: object) -> UsageError:
    return UsageError(
        f"--chaos: {message}; such as {_EXAMPLE}",
        key=f"cli.chaos_{key}",
        value=value,
        example=_EXAMPLE,
        **more,
    )


def _share(name: str, value: str) -> float:
    wrong = _wrong(f"{name} is a share from 0 to 1, not “{value}”", "share", value, name=name)
    if _SHARE.fullmatch(value) is None:
        raise wrong
    share = float(value[:-1]) / 100 if value.endswith("%") else float(value)
    if share > 1:
        raise wrong
    return share


def _seconds(value: str) -> float:
    found = _TIME.fullmatch(value)
    if found is None:
        raise _wrong(f"latency is a time, not “{value}”", "time", value)
    seconds = float(found[1]) / (1000 if found[2] == "ms" else 1)
    if seconds > _LONGEST:
        raise _wrong(
            f"latency is at most {_LONGEST:.0f}s, not “{value}”",
            "long",
            value,
            most=round(_LONGEST),
        )
    return seconds

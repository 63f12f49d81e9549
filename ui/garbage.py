"""Keeps the collector of garbage from what stays for good.

Rules, gazetteer and libraries are some hundred thousand objects that live as long as the program.
A full collection looks through all of them, on whichever thread it comes due, and holds the
interpreter for a tenth of a second while somebody types. A start makes little but what stays.
"""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()
_BEGINNING = 50_000
"""Objects made until the first look; as delivered it is 700."""


def rarely_collect() -> None:
    """Until `spare_what_stays`, look for garbage only once very much has been made."""
    gc.set_threshold(_BEGINNING, *_USUAL[1:])


def spare_what_stays() -> None:
    """From now on look only through what is made from now on; takes no time."""
    gc.set_threshold(*_USUAL)
    gc.freeze()

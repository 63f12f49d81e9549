"""A phone number as people write it, and the ten national digits that tell whether two are one."""

from __future__ import annotations

import re
from typing import Final

_NOT_DIGIT: Final = re.compile(r"\D")
_NATIONAL: Final = 10


def national(phone: str) -> str:
    """The ten digits of a Russian number without its 8 or +7; all digits of any other number."""
    digits = _NOT_DIGIT.sub("", phone)
    if len(digits) == _NATIONAL + 1 and digits[0] in "78":
        return digits[1:]
    return digits


def is_whole(phone: str) -> bool:
    """Whether it has as many digits as a number to be called needs."""
    return len(national(phone)) >= _NATIONAL


def readable(phone: str) -> str:
    """A Russian number as «+7 913 555-01-01»; any other as it was written."""
    digits = national(phone)
    if len(digits) != _NATIONAL:
        return phone.strip()
    return f"+7 {digits[:3]} {digits[3:6]}-{digits[6:8]}-{digits[8:]}"

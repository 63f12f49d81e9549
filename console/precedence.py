"""Precedence of jobs at the store; apart from `ports`, which the first page does without."""

from __future__ import annotations

from enum import IntEnum


class Precedence(IntEnum):
    """Whose job goes first at the store: what a person waits for, before what arrives."""

    OPERATOR = 0
    SYNC = 1

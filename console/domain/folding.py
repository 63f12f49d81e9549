"""Folding: letters as words are compared; apart from `words`, for who only folds, and soon."""

from __future__ import annotations


def fold(text: str) -> str:
    """``text`` for comparison: lower case, «ё» as «е»."""
    return text.lower().replace("ё", "е")

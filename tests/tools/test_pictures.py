"""The list of screens that pictures are taken of is complete, and names nothing else."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from tests.tools.pictures import LOOKS, REPOSITORY
from tests.tools.screens import NOT_PICTURED, SHOWN

_PLACES = ("ui/views", "ui/dialogs", "ui/windows")
_SHOWN = ("Dialog", "View", "Window", "Panel", "Frame", "Banner", "Section", "QScrollArea")
_PLAIN = {"Widget", "QWidget", "QMessageBox"}


def widgets_of(file: Path) -> Iterator[str]:
    """The widgets that a module defines for others: what derives from something that is shown."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        bases = [ast.unparse(one) for one in node.bases]
        if any(base in _PLAIN or base.endswith(_SHOWN) for base in bases):
            yield node.name


def every_widget() -> set[str]:
    files = [file for place in _PLACES for file in (REPOSITORY / place).glob("*.py")]
    return {name for file in (*files, REPOSITORY / "ui/crash.py") for name in widgets_of(file)}


def every_question() -> set[str]:
    """The questions: what has words for a title and for the button that accepts."""
    found = set()
    for file in (REPOSITORY / "resources/i18n/ru").glob("*.json"):
        words = json.loads(file.read_text(encoding="utf-8"))
        whats = {key.removesuffix("_title") for key in words if key.endswith("_title")}
        found |= {f"ask-{what}" for what in whats if f"{what}_accept" in words}
    return found - {"ask-dialog"}  # the hand-over, which is a class of its own


def test_every_view_dialog_and_window_is_on_a_picture_or_named_with_a_reason() -> None:
    listed = SHOWN.keys() | NOT_PICTURED.keys()
    assert every_widget() - listed == set()
    assert every_question() - listed == set()


def test_the_list_names_nothing_twice_and_nothing_that_has_gone() -> None:
    assert not SHOWN.keys() & NOT_PICTURED.keys()
    assert all(NOT_PICTURED.values())
    known = every_widget() | every_question()
    asked = ("ask-", "choose-", "send-later", "discard-entry")
    assert {one for one in SHOWN if not one.startswith(asked)} <= known
    assert NOT_PICTURED.keys() <= known


def test_there_is_a_look_for_every_language_theme_and_screen() -> None:
    assert len(LOOKS) == len(set(LOOKS)) == 2 * 3 * 3

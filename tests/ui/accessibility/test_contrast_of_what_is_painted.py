"""Contrast of the pairs of colours that are really painted, in every theme.

The window is painted in a theme of which each token has a colour of its own, so that a pixel tells
which token it is. Of each label, button, field and row the ground is what most of it shows, and
every other token in it is an ink; the contrast is then computed from the tokens of each theme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from tests.support.fake_console import SUPERVISOR, a_console
from tests.support.outbox_entries import fill_outbox
from tests.support.whole_window import WholeWindow, a_whole_window
from tests.ui.windows.test_every_word_fits import dialogs_of
from ui.theme.apply import apply
from ui.theme.tokens import THEMES, Tokens, contrast, load
from ui.widgets.message_bubble import MessageBubble
from ui.widgets.row_list import RowList

READ, SEEN = 4.5, 3.0
"""WCAG 2.2: 1.4.3 for text, 1.4.11 for signs."""

RGB = 0xFFFFFF
_LEAST_PIXELS = 3
_NOT_READ = {"text_disabled", "shadow", "ring_track", "border", "border_strong", "focus"}
"""Disabled text is excepted by the norm; edges and tracks say nothing by themselves."""
_SIGNS = {"ring_ok", "ring_soon", "ring_overdue", "ring_paused"}

Pair = tuple[str, str]


def _told_apart() -> tuple[Tokens, dict[int, str]]:
    """A theme in which every token has another colour, and the token of each colour."""
    colors, names = {}, {}
    for name in load("light").colors:
        # Far from each other, and none between two others: edges of letters are mixtures.
        value = int(sha256(name.encode()).hexdigest()[:6], 16)
        colors[name] = f"#{value:06X}"
        names[value] = name
    assert len(names) == len(colors)
    return Tokens("told-apart", dark=False, colors=colors), names


@pytest.fixture(scope="module")
def pairs(qapp: QApplication) -> dict[Pair, str]:
    """Each (ink, ground) that was painted, with one place where it was."""
    tokens, names = _told_apart()
    found: dict[Pair, str] = {}
    fake = a_console(40, me=SUPERVISOR)
    fill_outbox(fake)
    with a_whole_window(fake) as whole:
        whole.appearance.theme.use(tokens)
        apply(qapp, whole.appearance.theme)
        for page, window in _pages(whole):
            qapp.processEvents()
            image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
            for part, rect in _readable(window):
                for pair in _pairs_in(image, rect, names):
                    found.setdefault(pair, f"{page}: {part}")
    return found


def _pages(whole: WholeWindow) -> Iterator[tuple[str, QWidget]]:
    window, run = whole.window, whole.window.dispatcher.run
    for page, command in (
        ("queue", ""),
        ("reply", "reply.start"),
        ("templates", "reply.template"),
        ("note", "note.start"),
        ("outbox", "outbox.open"),
        ("board", "view.board"),
        ("shift", "view.shift"),
    ):
        if page == "reply":
            window.desk.parts.queue.choose(2)
            whole.settle()
        if command:
            run(command)
        whole.settle()
        yield page, window
    for make in dialogs_of(whole, "ru"):
        dialog = make()
        dialog.show()
        yield type(dialog).__name__, dialog
        dialog.close()
    yield from _beside(whole)


def _beside(whole: WholeWindow) -> Iterator[tuple[str, QWidget]]:
    native = whole.furnished.native
    for section in ("notices", "lock"):
        yield f"settings {section}", native.open_settings(section)
    yield "help", native.beside.open_help("40-reply")
    native.hints.start()
    assert native.hints.bubble is not None
    yield "hint", native.hints.bubble
    native.hints.end()
    native.lock.lock()
    assert native.lock.dialog is not None
    native.lock.dialog.submit()
    yield "unlock", native.lock.dialog
    native.lock.dialog.opened.emit()


def _readable(window: QWidget) -> Iterator[tuple[str, QRect]]:
    for one in window.findChildren(QWidget):
        if not one.isVisible() or one.visibleRegion().isEmpty():
            continue
        seen = one.visibleRegion().boundingRect()
        corner = one.mapTo(window, QPoint(0, 0))
        if isinstance(one, RowList):
            for row in one.visible_rows():
                rect = one.visualRect(one.model().index(row, 0)).intersected(seen)
                yield type(one).__name__, rect.translated(corner)
        elif isinstance(
            one, QLabel | QAbstractButton | QLineEdit | QPlainTextEdit | QTabBar | MessageBubble
        ) and _is_uncovered(one, seen, window):
            yield f"{type(one).__name__} “{_words(one)}”", seen.translated(corner)


def _is_uncovered(one: QWidget, seen: QRect, window: QWidget) -> bool:
    """Whether no popover lies over it."""
    there = window.childAt(one.mapTo(window, seen.center()))
    return there is not None and (there is one or one.isAncestorOf(there))


def _words(one: QWidget) -> str:
    words = one.text() if isinstance(one, QLabel | QAbstractButton) else ""
    return (words or one.accessibleName())[:40]


def _pairs_in(image: QImage, rect: QRect, names: dict[int, str]) -> Iterator[Pair]:
    """The ground is what most of the place shows; every chip in it is a ground of its own."""
    part = image.copy(rect.intersected(image.rect()))
    pixels = Counter(memoryview(part.constBits()).cast("I"))
    counts = Counter({names[one & RGB]: n for one, n in pixels.items() if one & RGB in names})
    if not counts:
        return
    ground = counts.most_common(1)[0][0]
    for ink, count in counts.items():
        if ink == ground or count < _LEAST_PIXELS or ink in _NOT_READ:
            continue
        if ink.startswith("chip_"):
            if ink.endswith("_text") and not ground.startswith("chip_"):
                yield ink, ink.removesuffix("_text")
        elif not _is_ground(ink):
            yield ink, ground


def _is_ground(name: str) -> bool:
    grounds = ("window", "panel", "panel_alt", "field", "hover", "pressed", "selection")
    return name in grounds or name.endswith(("_soft", "_idle"))


def test_the_window_has_been_looked_at(pairs: dict[Pair, str]) -> None:
    assert ("text", "panel") in pairs
    assert ("text_dim", "selection") in pairs or ("text", "selection") in pairs
    assert len(pairs) > 30


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_that_is_painted_can_be_read(theme: str, pairs: dict[Pair, str]) -> None:
    tokens = load(theme)
    faint = {
        f"{ink} on {ground}": (round(ratio, 2), place)
        for (ink, ground), place in pairs.items()
        if (ratio := contrast(tokens.of(ink)[:7], tokens.of(ground)[:7]))
        < (SEEN if ink in _SIGNS else READ)
    }
    assert faint == {}

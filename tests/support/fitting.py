"""Looks through a window for words that do not fit, and for words that were not translated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)

from ui.widgets.elided_label import ElidedLabel
from ui.widgets.fitting_button import FittingButton

_SLACK = 1  # a hint is rounded up, a layout rounds down


def cut_words(window: QWidget) -> list[str]:
    """One line for each visible label, button and tab whose words need more room than they have.

    An `ElidedLabel` shows content and tells the whole of it; nothing else may be cut.
    """
    return [
        f"{type(one).__name__} “{words}” has {have} of {need} px"
        for one in _visible(window)
        for words, need, have in _needs(one)
        if need > have + _SLACK
    ]


def out_of_sight(part: QWidget) -> list[str]:
    """One line for each button, label and field of ``part`` of which less than all is seen.

    What lies in a scroll area is left out: it can be brought into sight.
    """
    return [
        f"{type(one).__name__} “{_name(one)}”"
        for one in part.findChildren(QWidget)
        if isinstance(one, QLabel | QAbstractButton | QPlainTextEdit)
        and one.isVisible()
        and not _scrolls(one, part)
        and one.visibleRegion().boundingRect() != one.rect()
    ]


def _name(one: QWidget) -> str:
    words = one.text() if isinstance(one, QLabel | QAbstractButton) else ""
    return words or one.accessibleName() or one.toolTip()


def _scrolls(one: QWidget, part: QWidget) -> bool:
    above = one.parentWidget()
    while above is not None and above is not part:
        if isinstance(above, QScrollArea):
            return True
        above = above.parentWidget()
    return False


def untranslated(window: QWidget) -> list[str]:
    """The words of buttons, menus, tabs and fields that are not in the pseudo-language's marks."""
    return [words for words in _said(window) if words.strip() and not _is_marked(words)]


def _visible(window: QWidget) -> Iterator[QWidget]:
    for one in (window, *window.findChildren(QWidget)):
        inside_field = isinstance(one.parentWidget(), QLineEdit)
        if one.isVisible() and not one.visibleRegion().isEmpty() and not inside_field:
            yield one


def _needs(one: QWidget) -> Iterator[tuple[str, int, int]]:
    if isinstance(one, ElidedLabel):
        return
    if isinstance(one, QLabel | QAbstractButton) and one.text():
        # A scroll area may hide what is below, never what is at the side.
        yield one.text(), one.width(), one.visibleRegion().boundingRect().right() + 1
    if isinstance(one, QLabel) and one.text():
        yield from _needs_of_label(one)
    elif isinstance(one, FittingButton):
        need = one.size_for(one.text().replace("&&", "&"))
        yield one.text(), need.width(), one.width()
        yield one.text(), need.height(), one.height()
    elif isinstance(one, QPushButton | QToolButton) and one.text():
        yield one.text(), one.sizeHint().width(), one.width()
        yield one.text(), one.sizeHint().height(), one.height()
    elif isinstance(one, QAbstractButton | QComboBox):
        yield type(one).__name__, one.sizeHint().width(), one.width()
    elif isinstance(one, QTabBar):
        for at in range(one.count()):
            hint = one.fontMetrics().horizontalAdvance(one.tabText(at))
            yield one.tabText(at), hint, one.tabRect(at).width()


def _needs_of_label(label: QLabel) -> Iterator[tuple[str, int, int]]:
    if label.wordWrap():
        longest = max(
            (label.fontMetrics().horizontalAdvance(word) for word in _words(label.text())),
            default=0,
        )
        yield label.text(), longest, label.contentsRect().width()
        yield label.text(), label.heightForWidth(label.width()), label.height()
    else:
        yield label.text(), label.sizeHint().width(), label.width()
        yield label.text(), label.sizeHint().height(), label.height()


def _words(text: str) -> list[str]:
    """What cannot be parted between two lines."""
    return re.split(r"[\s\u200b]+|(?<=\w-)(?=[^\W\d])", text)


def _said(window: QWidget) -> Iterator[str]:
    for one in _visible(window):
        if isinstance(one, QPushButton | QToolButton):
            yield one.text()
        elif isinstance(one, QLineEdit):
            yield one.placeholderText()
        elif isinstance(one, QTabBar):
            yield from (one.tabText(at) for at in range(one.count()))
    for menu in window.findChildren(QMenu):
        yield menu.title()
    for action in window.findChildren(QAction):
        if not action.isSeparator():
            yield action.text()


def _is_marked(words: str) -> bool:
    return words.startswith("[") or "[" in words


def activate(app: QApplication, window: QWidget) -> None:
    """Lay everything out that waits to be."""
    window.ensurePolished()
    app.processEvents()

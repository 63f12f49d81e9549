"""The reading order: where Tab leads in a window, by where its parts stand.

Qt goes by when a widget was made; what comes late (an outage in the inspector, the outbox, a
popover) would be reached last of all, after the status bar. Here the order is looked up at each
press of the key: within a part of the window from line to line, and in a line from the left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QWidget


def beside(window: QWidget, here: QWidget | None, step: int) -> QWidget | None:
    """The stop after (1) or before (-1) ``here``, round and round; None where there is none."""
    stops = list(reading_order(window))
    if not stops:
        return None
    if here is None:
        return stops[0 if step > 0 else -1]
    at = next((n for n, one in enumerate(stops) if one is here or one.focusProxy() is here), None)
    if at is None:  # somewhere that Tab does not stop at: go on from where that stands
        return _after_stranger(stops, here, step)
    return stops[(at + step) % len(stops)]


def reading_order(part: QWidget) -> Iterator[QWidget]:
    """Every visible stop of the Tab key in ``part``, in the order in which one reads."""
    for child in _as_read(part):
        if not child.isVisible() or not child.isEnabled() or child.isWindow():
            continue
        if _is_stop(child):
            yield child
        yield from reading_order(child)


def _is_stop(widget: QWidget) -> bool:
    takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return bool(takes) and widget.focusProxy() is None


def _as_read(part: QWidget) -> list[QWidget]:
    """The children line by line; what stands beside each other is one line."""
    waiting = sorted(
        (one for one in part.children() if isinstance(one, QWidget) and one.isVisible()),
        key=lambda one: (one.y(), one.x()),
    )
    ordered: list[QWidget] = []
    while waiting:
        first = waiting[0]
        line = [one for one in waiting if _in_one_line(first, one)]
        ordered.extend(sorted(line, key=lambda one: one.x()))
        waiting = [one for one in waiting if one not in line]
    return ordered


def _in_one_line(one: QWidget, other: QWidget) -> bool:
    """Whether more than half of the lower of the two stands beside the other."""
    if one is other:
        return True
    common = min(one.y() + one.height(), other.y() + other.height()) - max(one.y(), other.y())
    return 2 * common > min(one.height(), other.height()) and not _covers(one, other)


def _covers(one: QWidget, other: QWidget) -> bool:
    """Whether one lies over the other, as a popover does: it is read by itself."""
    common = one.geometry().intersected(other.geometry())
    return 2 * _area(common) > min(_area(one.geometry()), _area(other.geometry()))


def _area(rect: QRect) -> int:
    return max(0, rect.width()) * max(0, rect.height())


def _after_stranger(stops: Sequence[QWidget], here: QWidget, step: int) -> QWidget:
    inside = [n for n, one in enumerate(stops) if one.isAncestorOf(here)]
    if inside:
        return stops[(inside[-1] + step) % len(stops)]
    place = here.mapToGlobal(QPoint(0, 0))
    below = [
        n
        for n, one in enumerate(stops)
        if (spot := one.mapToGlobal(QPoint(0, 0))).y() >= place.y() and spot.x() >= place.x()
    ]
    at = below[0] if below else 0
    return stops[at if step > 0 else at - 1]

"""The theme in use: colours, fonts, sizes and icons as Qt wants them, live on every switch."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QIcon, QPainter

from ui.theme import icons
from ui.theme.tokens import Tokens, load

FontRole = Literal["body", "strong", "small", "small_strong", "tiny", "title", "large", "mono"]

ZOOMS: tuple[float, ...] = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
"""The steps of the window's own zoom."""

_PIXELS: dict[FontRole, int] = {
    "small": 12,
    "small_strong": 12,
    "tiny": 10,
    "title": 16,
    "large": 20,
}
_STRONG: tuple[FontRole, ...] = ("strong", "small_strong", "tiny", "title", "large")
_BODY_PIXELS = 13


class Theme:
    """What painters ask; one object for the life of the window, changed in place.

    Sizes are in device-independent pixels on a grid of 4, multiplied by the zoom.
    """

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._tokens = tokens or load("light")
        self._zoom = 1.0
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[FontRole, QFont] = {}
        self._metrics: dict[FontRole, QFontMetrics] = {}

    @property
    def name(self) -> str:
        """The name of the theme: ``light``, ``dark`` or ``contrast``."""
        return self._tokens.name

    @property
    def dark(self) -> bool:
        """Whether the background is dark."""
        return self._tokens.dark

    @property
    def tokens(self) -> Tokens:
        """The colours as text, for the style sheet."""
        return self._tokens

    @property
    def zoom(self) -> float:
        """The window's own zoom, 1.0 as delivered."""
        return self._zoom

    def use(self, tokens: Tokens, *, zoom: float | None = None) -> None:
        """Switch colours, and the zoom where one is given; `apply` then shows it."""
        self._tokens = tokens
        self._zoom = self._zoom if zoom is None else zoom
        self._colors.clear()
        self._fonts.clear()
        self._metrics.clear()

    def color(self, token: str) -> QColor:
        """The colour of a token; `ConfigError` if there is none."""
        found = self._colors.get(token)
        if found is None:
            text = self._tokens.of(token)
            found = QColor(text[:7])
            if len(text) == 9:
                found.setAlpha(int(text[7:], 16))
            self._colors[token] = found
        return found

    def px(self, size: float) -> int:
        """``size`` pixels of the drawing board at this zoom."""
        return max(1, round(size * self._zoom)) if size else 0

    def font(self, role: FontRole = "body") -> QFont:
        """The font of a role, from the application's own family."""
        found = self._fonts.get(role)
        if found is None:
            found = QFont(QGuiApplication.font())
            if role == "mono":
                found.setFamilies(["Cascadia Mono", "SF Mono", "DejaVu Sans Mono", "monospace"])
            found.setPixelSize(self.pixels(role))
            found.setWeight(QFont.Weight.DemiBold if role in _STRONG else QFont.Weight.Normal)
            self._fonts[role] = found
        return found

    def metrics(self, role: FontRole = "body") -> QFontMetrics:
        """The metrics of a role's font."""
        found = self._metrics.get(role)
        if found is None:
            found = self._metrics[role] = QFontMetrics(self.font(role))
        return found

    def pixels(self, role: FontRole = "body") -> int:
        """The size of a role's font in device-independent pixels."""
        return self.px(_PIXELS.get(role, _BODY_PIXELS))

    def icon(self, name: str, token: str = "text_dim") -> QIcon:
        """A drawing as an icon that follows the theme by itself."""
        return QIcon(
            icons.LiveIcon(name, lambda: self.color(token), lambda: self.color("text_disabled"))
        )

    def paint_icon(self, painter: QPainter, rect: QRectF, name: str, token: str) -> None:
        """Paint a drawing into ``rect`` in the colour of ``token``."""
        icons.paint(painter, rect, name, self.color(token))

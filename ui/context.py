"""The context: what every screen is given - the console, the words and the look in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from console.domain.operator import RIGHTS, Operator, Right, Role
from console.i18n import Catalog
from console.listing import SessionInfo

if TYPE_CHECKING:
    from console.app import Console


class Look(Protocol):
    """The theme as screens ask for it (`ui.theme.theme.Theme`); Qt's types stay out of here."""

    @property
    def name(self) -> str:
        """``light``, ``dark`` or ``contrast``."""

    @property
    def zoom(self) -> float:
        """The window's own zoom, 1.0 as delivered."""

    def color(self, token: str) -> Any:
        """The QColor of a token."""

    def px(self, size: float) -> int:
        """``size`` pixels of the drawing board at this zoom."""

    def font(self, role: Any = "body") -> Any:
        """The QFont of a role: body strong small small_strong title large mono."""

    def metrics(self, role: Any = "body") -> Any:
        """The QFontMetrics of a role's font."""

    def icon(self, name: str, token: str = "text_dim") -> Any:
        """The QIcon of a drawing in resources/themes/icons; it follows the theme by itself."""

    def paint_icon(self, painter: Any, rect: Any, name: str, token: str) -> None:
        """Paint a drawing into a QRectF."""


@dataclass(slots=True)
class UiContext:
    """Given to every view and dialog; `catalog` is replaced when the language is switched.

    Ask `t` each time words are shown, and again on `Bridge.language_changed`.
    """

    console: Console
    catalog: Catalog
    theme: Look
    zones: Mapping[str, ZoneInfo] = field(default_factory=dict)

    def t(self, key: str, **params: object) -> str:
        """The words of ``area.key`` in the present language."""
        return self.catalog.t(key, **params)

    def now(self) -> datetime:
        """The server's time as best known (aware UTC)."""
        return self.console.clock.now()

    def zone(self, branch: str) -> ZoneInfo:
        """The time zone of a branch's region; UTC for a branch that nobody knows."""
        return self.zones.get(branch) or ZoneInfo("UTC")

    @property
    def session(self) -> SessionInfo | None:
        """Who is signed in."""
        return self.console.session.current

    def may(self, right: Right) -> bool:
        """Whether the signed-in person's role has a right (in whichever of their branches)."""
        session = self.session
        return session is not None and right in RIGHTS[Role(session.role)]

    @property
    def operator(self) -> Operator | None:
        """The signed-in person with role and rights, None before the first sync knows them."""
        session = self.session
        if session is None:
            return None
        for one in self.console.reader.operators():
            if one.id == session.operator:
                return one
        return None

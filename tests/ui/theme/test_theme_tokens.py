"""Themes: complete, readable, and the same in light and dark."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication

from console.errors import ConfigError
from ui.theme import icons
from ui.theme.appearance import Appearance, after_system
from ui.theme.apply import SHEET, palette, sheet
from ui.theme.theme import Theme
from ui.theme.tokens import FOLDER, THEMES, contrast, load

READ = 4.5
"""WCAG 2.2, 1.4.3: text."""
BEST = 7.0
"""WCAG 2.2, 1.4.6: text for those who ask for high contrast."""
SEEN = 3.0
"""WCAG 2.2, 1.4.11: signs and the edges of controls."""

_GROUNDS = ("window", "panel", "panel_alt", "field")
_TEXTS = [
    *((ink, ground) for ink in ("text", "text_dim", "accent", "danger", "warning", "ok", "info",
                                "internal", "public") for ground in _GROUNDS),
    *((ink, ground) for ink in ("text", "text_dim") for ground in
      ("hover", "pressed", "selection", "selection_idle", "accent_soft")),
    *((f"chip_{kind}_text", f"chip_{kind}") for kind in
      ("neutral", "accent", "ok", "warning", "danger", "outage", "info")),
    *((ink, f"{ink}_soft") for ink in ("danger", "warning", "ok", "info", "internal", "public")),
    *(("text", f"{ink}_soft") for ink in
      ("danger", "warning", "ok", "info", "internal", "public")),
    *((ink, "selection") for ink in ("danger", "warning")),
    *((ink, "hover") for ink in ("danger", "warning")),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("danger_text", "danger"),
    ("selection_text", "selection"),
    ("match_text", "match"),
    ("tooltip_text", "tooltip"),
    ("notice", "tooltip"),
    ("gap_text", "gap"),
]  # fmt: skip
_SIGNS = [
    *((ring, ground) for ring in ("ring_ok", "ring_soon", "ring_overdue", "ring_paused")
      for ground in ("panel", "selection")),
    ("border_strong", "panel"),
    ("border_strong", "window"),
    ("focus", "panel"),
    ("focus", "window"),
]  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), _TEXTS)
def test_every_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    tokens = load(theme)
    assert contrast(tokens.of(ink), tokens.of(ground)) >= READ


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), _SIGNS)
def test_every_sign_can_be_seen(theme: str, ink: str, ground: str) -> None:
    tokens = load(theme)
    assert contrast(tokens.of(ink), tokens.of(ground)) >= SEEN


def test_contrast_is_computed_as_the_norm_has_it() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_all_themes_name_the_same_colours() -> None:
    light, dark, strong = (load(one) for one in THEMES)
    assert light.colors.keys() == dark.colors.keys() == strong.colors.keys()
    assert not light.dark
    assert dark.dark
    assert strong.dark


@pytest.mark.parametrize(("ink", "ground"), _TEXTS)
def test_high_contrast_means_seven_to_one(ink: str, ground: str) -> None:
    tokens = load("contrast")
    assert contrast(tokens.of(ink), tokens.of(ground)) >= BEST


@pytest.mark.parametrize("ground", _GROUNDS)
def test_high_contrast_shows_every_edge(ground: str) -> None:
    tokens = load("contrast")
    assert contrast(tokens.of("border"), tokens.of(ground)) >= SEEN


def test_the_system_is_followed_in_light_dark_and_contrast() -> None:
    scheme, wish = Qt.ColorScheme, Qt.ContrastPreference
    assert after_system(scheme.Light, wish.NoPreference) == "light"
    assert after_system(scheme.Unknown, wish.NoPreference) == "light"
    assert after_system(scheme.Dark, wish.NoPreference) == "dark"
    assert after_system(scheme.Dark, wish.HighContrast) == "contrast"
    assert after_system(scheme.Light, wish.HighContrast) == "contrast"


def test_a_change_of_the_system_is_followed_at_once(qapp: QApplication) -> None:
    theme = Theme()
    appearance = Appearance(qapp, theme)
    appearance.choose("system")
    changes: list[str] = []
    appearance.changed.connect(lambda: changes.append(theme.name))
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    hints.accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.NoPreference)
    appearance.choose("light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert len(changes) == 3, "a theme that was chosen is kept, whatever the system does"
    qapp.setStyleSheet("")


def test_the_style_sheet_asks_only_for_colours_that_there_are() -> None:
    for name in THEMES:
        text = sheet(Theme(load(name)))
        assert "{{" not in text


def test_no_view_and_no_widget_names_a_colour_or_has_a_style_sheet() -> None:
    root = Path(__file__).parents[3] / "ui"
    offence = re.compile(r"setStyleSheet|#[0-9A-Fa-f]{6}\b|QColor\([\"'\d]")
    on_paper = root / "presenters" / "paper.py"  # ink knows no theme
    files = [f for f in root.rglob("*.py") if "theme" not in f.parts and f != on_paper]
    assert [file.name for file in files if offence.search(file.read_text(encoding="utf-8"))] == []


def test_every_icon_that_is_asked_for_is_there() -> None:
    root = Path(__file__).parents[3] / "ui"
    asked = re.compile(r"(?:\.icon\(|icon=|Mark\(|EmptyWords\(\s*)\"([a-z-]+)\"")
    wanted = {
        name
        for file in root.rglob("*.py")
        for name in asked.findall(file.read_text(encoding="utf-8"))
    }
    assert wanted
    assert wanted - {file.stem for file in icons.ICONS.glob("*.svg")} == set()


@pytest.mark.parametrize("file", sorted(icons.ICONS.glob("*.svg")), ids=lambda one: one.stem)
def test_every_icon_is_drawn_in_the_colour_it_is_given(file: Path, qapp: QApplication) -> None:
    image = QImage(QSize(48, 48), QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    icons.paint(painter, QRectF(0, 0, 48, 48), file.stem, QColor("#ff0000"))
    painter.end()
    seen = {
        image.pixelColor(x, y).name()
        for x in range(48)
        for y in range(48)
        if image.pixelColor(x, y).alpha() > 250
    }
    assert seen == {"#ff0000"}


def test_an_unknown_icon_or_theme_is_named() -> None:
    with pytest.raises(ConfigError, match=r"unicorn\.svg"):
        icons._renderer("unicorn", "#000000")
    with pytest.raises(ConfigError, match="no theme “sepia”; known: light, dark, contrast"):
        load("sepia")


def test_a_broken_colour_is_named_with_its_place(tmp_path: Path) -> None:
    wrong = {"dark": False, "colors": {"text": "red"}}
    (tmp_path / "odd.json").write_text(json.dumps(wrong), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"odd\.json: “text” must be a colour"):
        load("odd", folder=tmp_path)


def test_zoom_enlarges_sizes_and_fonts_alike() -> None:
    theme = Theme()
    theme.use(load("light"), zoom=2.0)
    assert theme.px(16) == 32
    assert theme.font().pixelSize() == 2 * Theme().font().pixelSize()
    assert "font-size: 26px" in sheet(theme)


def test_the_palette_draws_disabled_text_fainter() -> None:
    made = palette(load("dark"))
    assert made.color(made.ColorGroup.Disabled, made.ColorRole.Text) != made.color(
        made.ColorGroup.Active, made.ColorRole.Text
    )


def test_the_theme_is_switched_in_place(qapp: QApplication) -> None:
    theme = Theme()
    appearance = Appearance(qapp, theme)
    changes: list[str] = []
    appearance.changed.connect(lambda: changes.append(theme.name))
    appearance.choose("dark")
    appearance.choose("light")
    appearance.choose("moonlight")
    assert changes[:2] == ["dark", "light"]
    assert appearance.choice == "system"
    qapp.setStyleSheet("")


def test_the_sheet_stands_beside_the_themes() -> None:
    assert SHEET.parent == FOLDER

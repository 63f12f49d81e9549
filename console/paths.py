"""Where files live: shipped resources, and the profile folder of one workstation user."""

from __future__ import annotations

from pathlib import Path

RESOURCES: Path = Path(__file__).resolve().parent.parent / "resources"
"""The shipped data: translations, templates, rules, calendars, themes, help."""


def default_profile() -> Path:
    """The profile folder used when none is named on the command line (created by its user)."""
    import platformdirs  # seldom needed: a profile is named, or was looked up already

    return Path(platformdirs.user_data_dir("otklik", appauthor=False))

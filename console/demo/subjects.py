"""What residents write about, how often, and how long an answer takes (domain.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from console.demo.texts import Subject


@dataclass(frozen=True, slots=True)
class Weighted:
    """A subject with its share; ``reply`` names the rule of its answer, ``hours`` the median wait.

    ``interim`` names the rule of a first answer where the final one takes days.
    """

    subject: Subject
    weight: float
    reply: str
    hours: float
    interim: str = ""


_DARK: Final = frozenset(
    {"emergency", "planned", "announced", "frequent", "single", "repeat", "noinfo", "nocall"}
)
"""Rules whose authors sit in the dark: only they joke about candles."""


def _one(
    rule: str,
    topic: str,
    weight: float,
    *,
    reply: str = "",
    hours: float = 3.0,
    interim: str = "",
    tags: str = "",
) -> Weighted:
    own = {"out"} if rule in _DARK else {rule}
    subject = Subject(rule, topic, frozenset(tags.split()) | own)
    return Weighted(subject, weight, f"r.{reply or rule}", hours, f"r.{interim}" if interim else "")


OF_EMERGENCY: Final = (
    _one("emergency", "outage.emergency", 62),
    _one("emergency", "outage.settlement", 9),
    _one("frequent", "outage.frequent", 7),
    _one("nocall", "information.no_contact", 4, hours=5),
    _one("noinfo", "information.no_notice", 2),
    _one("single", "outage.one_house", 3),
)
"""Written while an emergency outage lasts."""

OF_STORM: Final = (
    _one("wire", "danger.wire", 5, reply="danger", interim="danger.interim", hours=0.15),
    _one("tree", "danger.tree", 5, reply="danger", interim="danger.interim", hours=0.15),
    _one("pole", "danger.pole", 2, reply="danger", interim="danger.interim", hours=0.15),
    _one("spark", "danger.sparks", 3, reply="danger", interim="danger.interim", hours=0.15),
)
"""Written besides those when wind or ice brought the line down."""

OF_ANNOUNCED: Final = (_one("announced", "outage.planned", 1),)
"""Asked about planned work that is still to come."""

AFTER_RESTORED: Final = (
    _one("repeat", "outage.repeat", 5),
    _one("single", "outage.one_house", 2),
    _one("thanks", "thanks", 3),
    _one("burnt", "quality.burnt", 1, hours=20),
)
"""Written when the light is said to be back."""

OF_PLANNED: Final = (
    _one("planned", "outage.planned", 80),
    _one("noinfo", "information.no_notice", 13),
    _one("noinfo", "information.wrong_time", 5),
)
"""Written about planned work."""

ANY_DAY: Final = (
    _one("frequent", "outage.frequent", 10, interim="frequent.interim", hours=6),
    _one("single", "outage.one_house", 7),
    _one("low", "quality.low", 12, interim="low.interim", hours=7),
    _one("high", "quality.high", 2, reply="surge", interim="low.interim"),
    _one("surge", "quality.surge", 9, interim="low.interim"),
    _one("phase", "quality.phase", 3, reply="single.done"),
    _one("burnt", "quality.burnt", 5, hours=9),
    _one("wire", "danger.wire", 4, reply="danger", interim="danger.interim", hours=0.15),
    _one("spark", "danger.sparks", 3, reply="danger", interim="danger.interim", hours=0.15),
    _one("open", "danger.substation", 1.5, reply="danger", interim="danger.interim", hours=0.15),
    _one("pole", "danger.pole", 4, reply="danger", interim="danger.interim", hours=0.15),
    _one("tree", "danger.tree", 5, reply="danger", interim="danger.interim", hours=0.15),
    _one(
        "connection",
        "connection.status",
        7,
        interim="connection.interim",
        hours=20,
        tags="t_status",
    ),
    _one(
        "connection",
        "connection.overdue",
        5,
        interim="connection.interim",
        hours=16,
        tags="t_overdue",
    ),
    _one("price", "connection.price", 3, hours=10),
    _one("refusal", "connection.refusal", 2, hours=14),
    _one("meter", "metering.meter", 7, hours=7),
    _one("noinfo", "information.no_notice", 4),
    _one("nocall", "information.no_contact", 4, hours=5),
    _one("light", "infrastructure.lighting", 7, hours=6),
    _one("theft", "theft", 3, hours=9),
    _one("staff", "staff", 3, hours=11),
    _one("thanks", "thanks", 9, hours=4),
    _one("debt", "outage.debt", 5, hours=4),
    _one("foreign", "not_ours.snt", 4, reply="snt", tags="t_snt"),
    _one("foreign", "not_ours.uk", 4, reply="uk", tags="t_uk"),
    _one("foreign", "not_ours.supplier", 5, reply="bill", tags="t_bill"),
    _one("foreign", "not_ours.grid", 2.5, reply="grid", tags="t_grid"),
    _one("noise", "no_answer", 6, hours=1, reply="none"),
    _one("noise", "no_answer.spam", 2, hours=1, reply="none", tags="t_spam"),
)
"""Written whatever the grid does."""

"""An outage in words: what it is, where, since when, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.outage import Outage, OutageArea, OutageStatus
from ui.presenters.here import Here
from ui.presenters.names import People

_KINDS = {
    OutageStatus.ANNOUNCED: "info",
    OutageStatus.ACTIVE: "danger",
    OutageStatus.CREW_SENT: "warning",
    OutageStatus.RESTORED: "ok",
    OutageStatus.CANCELLED: "neutral",
}
_AREAS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class EtrLine:
    """One line of the history of a restoration time."""

    text: str
    current: bool


@dataclass(frozen=True, slots=True)
class OutageFace:
    """All that a card about an outage says; ``kind`` selects the chip of the status."""

    id: str
    title: str
    where: str
    status: str
    kind: str
    etr: str
    etr_kind: str
    since: str
    cause: str
    crew: str
    feeder: str
    residents: str
    history: tuple[EtrLine, ...]


def outage_face(outage: Outage, here: Here, people: People) -> OutageFace:
    """The card of one outage."""
    return OutageFace(
        id=outage.id,
        title=here.t(f"status_names.outage_{outage.kind}"),
        where=where(outage, here),
        status=here.t(f"status_names.outage_status_{outage.status}"),
        kind=_KINDS[outage.status],
        etr=etr_words(outage, here),
        etr_kind=_etr_kind(outage, here),
        since=_since(outage, here),
        cause=outage.cause,
        crew=outage.crew,
        feeder=_grid(outage),
        residents=_residents(outage, here),
        history=_history(outage, here, people),
    )


def outage_title(outage: Outage | None, here: Here) -> str:
    """One short line that names an outage: «Солонцы, ул. Пятая · с 14:20»."""
    if outage is None:
        return here.t("inspector.unknown_outage")
    place = where(outage, here) or here.t(f"status_names.outage_{outage.kind}")
    return here.t("inspector.outage_line", where=place, since=here.at(outage.started_at))


def where(outage: Outage, here: Here) -> str:
    """The areas in one line, the first three of them; else the grid names."""
    shown = outage.areas[:_AREAS_SHOWN]
    towns = [_town(name, shown) for name in dict.fromkeys(area.settlement for area in shown)]
    more = len(outage.areas) - len(shown)
    if more > 0:
        towns.append(here.t("inspector.more_areas", count=more))
    return "; ".join(towns) or _grid(outage)


def etr_words(outage: Outage, here: Here) -> str:
    """When the power is (or was) expected back, in the appeal's local time."""
    if outage.status is OutageStatus.RESTORED:
        return here.t("inspector.restored_at", time=here.at_zoned(outage.restored_at))
    if outage.status is OutageStatus.CANCELLED:
        return here.t("inspector.cancelled")
    end = outage.expected_end()
    if end is None:
        return here.t("inspector.etr_unknown")
    if outage.is_late(here.now):
        return here.t("inspector.etr_late", time=here.at_zoned(end))
    return here.t("inspector.etr_at", time=here.at_zoned(end))


def _etr_kind(outage: Outage, here: Here) -> str:
    if outage.status is OutageStatus.RESTORED:
        return "ok"
    if outage.is_late(here.now):
        return "danger"
    return "info" if outage.expected_end() is not None else "neutral"


def _town(name: str, areas: Iterable[OutageArea]) -> str:
    """A settlement once, with its streets: «Солонцы: ул. Пятая, 2–25; ул. Мира»."""
    streets = [
        ", ".join(part for part in (area.street, area.houses) if part)
        for area in areas
        if area.settlement == name and (area.street or area.houses)
    ]
    if not streets:
        return name
    return f"{name}, {streets[0]}" if len(streets) == 1 else f"{name}: {'; '.join(streets)}"


def _grid(outage: Outage) -> str:
    parts = (outage.res, outage.substation, outage.feeder, outage.transformer)
    return " · ".join(part for part in parts if part)


def _since(outage: Outage, here: Here) -> str:
    key = "since" if outage.is_dark else "began" if outage.started_at <= here.now else "begins"
    return here.t(f"inspector.{key}", time=here.at(outage.started_at))


def _residents(outage: Outage, here: Here) -> str:
    if not outage.residents:
        return ""
    return here.t("inspector.residents", count=outage.residents)


def _history(outage: Outage, here: Here, people: People) -> tuple[EtrLine, ...]:
    """The restoration times, newest first; a single one is no history."""
    records = outage.etr_history
    if len(records) < 2:
        return ()
    lines = []
    systems = {known.system for known in outage.foreign}
    for record in reversed(records):
        who = record.set_by
        who = _system(who, here) if who in systems else people.name(who, here.catalog)
        time = here.at(record.etr) if record.etr else here.t("inspector.etr_unknown_short")
        text = here.t(
            "inspector.etr_record",
            time=time,
            who=who,
            when=here.at(record.set_at),
        )
        if record.reason:
            text = here.t("inspector.etr_record_reason", record=text, reason=record.reason)
        lines.append(EtrLine(text, current=record is records[-1]))
    return tuple(lines)


def _system(key: str, here: Here) -> str:
    """What another system is called here; its key where the translations do not know it."""
    name = f"inspector.system_{key}"
    return here.t(name) if here.catalog.has(name) else key

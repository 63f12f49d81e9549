"""A state of an outage as another system (an OMS, a file of planned work) says it, and its merging.

The registry is written by dispatchers, too, so a state is merged in three ways: what the other
system has *changed* since it last spoke is taken over, what it only repeats does not undo what a
person has set meanwhile. Each new ETR goes into the history with the system that set it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from console.domain.bounds import KEY, NAME, breach, text_breach
from console.domain.ids import Ref
from console.domain.mutations import MoveEtr, OpenOutage
from console.domain.outage import (
    EtrRecord,
    ForeignId,
    Outage,
    OutageArea,
    OutageKind,
    OutageStatus,
)

AHEAD: Final = timedelta(minutes=15)
"""How far another system's clock may be ahead of ours."""

_MOST_OBJECTS: Final = 20

_INSTANTS: Final = ("at", "started_at", "etr", "planned_end", "restored_at")

_SAME: Final = (
    *("kind", "status", "started_at", "areas", "res", "substation", "feeder", "transformer"),
    *("cause", "crew", "planned_end", "restored_at", "residents"),
)
"""Fields that a state and an outage have alike."""


@dataclass(frozen=True, slots=True)
class OutageState:
    """An outage as another system has it at ``at``; instants are aware.

    ``id`` is its own there (in IEC 61968 the mRID of the Outage). Of two states the one of the
    higher ``version`` is the newer, or without versions the one of the later ``at``. ``nested_in``
    is the id there of the outage that this one is left of. ``objects`` are further ids by what they
    are of: {"feeder": mRID, "substation": mRID}. ``outage`` is the id here of an outage that was
    entered by hand before the other system had it; it counts in the first state of an id.
    """

    id: str
    branch: str
    at: datetime
    kind: OutageKind
    status: OutageStatus
    started_at: datetime
    version: int | None = None
    areas: tuple[OutageArea, ...] = ()
    res: str = ""
    substation: str = ""
    feeder: str = ""
    transformer: str = ""
    cause: str = ""
    crew: str = ""
    etr: datetime | None = None
    etr_reason: str = ""
    planned_end: datetime | None = None
    restored_at: datetime | None = None
    nested_in: str = ""
    residents: int | None = None
    objects: Mapping[str, str] = field(default_factory=dict)
    outage: str = ""

    def restored(self) -> datetime | None:
        """When power came back: as said, else when the state was said to be so."""
        if self.status is not OutageStatus.RESTORED:
            return None
        return self.restored_at or max(self.at, self.started_at)


def fault_of(state: OutageState, *, now: datetime) -> str:
    """What is wrong with ``state`` in English words for whoever sends it; empty where nothing is.

    ``now`` is ours (aware UTC).
    """
    return next(_faults(state, now), "")


def _faults(state: OutageState, now: datetime) -> Iterator[str]:
    if not state.id or not state.id.isprintable() or text_breach("id", state.id, KEY):
        yield f"id: 1 to {KEY.longest} printable characters are needed"
    if text_breach("outage", state.outage, KEY):
        yield f"outage: an id of at most {KEY.longest} characters is needed"
    if state.version is not None and not 0 <= state.version < 2**53:
        yield "version: a whole number from 0 to 2^53 is needed"
    yield from _unbounded(state)
    if state.at > now + AHEAD:
        yield f"at: {state.at.isoformat()} is later than the server's time, {now.isoformat()}"
    if state.restored_at is not None and state.restored_at < state.started_at:
        yield "restored_at: it is before started_at"
    if state.planned_end is not None and state.planned_end <= state.started_at:
        yield "planned_end: it is not after started_at"
    if any(not area.settlement.strip() for area in state.areas):
        yield "areas: an area has no settlement"


def _unbounded(state: OutageState) -> Iterator[str]:
    """What is longer, more or further away than anything here may be (`console.domain.bounds`)."""
    opening = OpenOutage(
        outage_kind=state.kind,
        status=state.status,
        started_at=state.started_at,
        areas=state.areas,
        res=state.res,
        substation=state.substation,
        feeder=state.feeder,
        transformer=state.transformer,
        cause=state.cause,
        crew=state.crew,
        etr=state.etr,
        planned_end=state.planned_end,
        nested_in=state.nested_in,
        residents=state.residents,
    )
    for part in (opening, MoveEtr(state.at, state.etr_reason), MoveEtr(state.restored_at)):
        found = breach(part)
        if found is not None:
            limit = found.params.get("limit")
            name = {"etr": "an instant", "reason": "etr_reason"}.get(
                found.params["field"], found.params["field"]
            )
            yield f"{name}: {found.code}" + (f", at most {limit}" if limit else "")
    named = [text for pair in state.objects.items() for text in pair]
    if len(state.objects) > _MOST_OBJECTS or any(text_breach("objects", t, NAME) for t in named):
        yield f"objects: at most {_MOST_OBJECTS}, each name and id of at most {NAME.longest}"


def in_utc(state: OutageState) -> OutageState:
    """``state`` with its instants, which are within bounds, in UTC."""
    instants = {
        name: value.astimezone(UTC)
        for name in _INSTANTS
        if (value := getattr(state, name)) is not None
    }
    return replace(state, **instants)


def is_newer(state: OutageState, than: OutageState) -> bool:
    """Whether ``state`` is to be taken after ``than``: not one of an older version or time."""
    if state.version is not None and than.version is not None and state.version != than.version:
        return state.version > than.version
    return state.at >= than.at


def opened(state: OutageState, *, ref: Ref, system: str, nested_in: str | None) -> Outage:
    """A new outage of the registry, as ``system`` says it; ``nested_in`` is an id of ours."""
    history = (_record(state, system),) if state.etr is not None else ()
    return Outage(
        branch=ref.branch,
        id=ref.id,
        etr=state.etr,
        etr_history=history,
        nested_in=nested_in,
        foreign=_foreign(state, system),
        **_alike(state),
    )


def adopted(outage: Outage, state: OutageState, *, system: str, nested_in: str | None) -> Outage:
    """An outage that was entered by hand, after ``system`` has first spoken of it.

    What is said is taken over; what is left empty stays as it was entered.
    """
    said = {name: value for name, value in _alike(state).items() if value not in ("", (), None)}
    if state.etr is not None and state.etr != outage.etr:
        said |= _moved(outage, state, system)
    if nested_in is not None:
        said["nested_in"] = nested_in
    foreign = (*outage.foreign, *_foreign(state, system))
    return replace(outage, **said, foreign=foreign, version=outage.version + 1)


def merged(
    outage: Outage, said: OutageState, state: OutageState, *, system: str, nested_in: str | None
) -> Outage:
    """``outage`` after ``system``, which said ``said`` before, says ``state``.

    The same outage where nothing is new in it; else with the next version.
    """
    before, now = _alike(said), _alike(state)
    changes: dict[str, Any] = {name: now[name] for name in _SAME if now[name] != before[name]}
    if state.nested_in != said.nested_in:
        changes["nested_in"] = nested_in
    if state.objects != said.objects:
        kept = tuple(known for known in outage.foreign if known.system != system)
        changes["foreign"] = (*kept, *_foreign(state, system))
    if state.etr != said.etr:
        changes |= _moved(outage, state, system)
    after = replace(outage, **changes)
    return outage if after == outage else replace(after, version=outage.version + 1)


def _alike(state: OutageState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in _SAME} | {"restored_at": state.restored()}


def _moved(outage: Outage, state: OutageState, system: str) -> dict[str, Any]:
    """The history with a new ETR in its place; a later one of a person stays what is promised."""
    history = sorted((*outage.etr_history, _record(state, system)), key=lambda one: one.set_at)
    return {"etr_history": tuple(history), "etr": history[-1].etr}


def _record(state: OutageState, system: str) -> EtrRecord:
    return EtrRecord(state.etr, state.at, system, state.etr_reason)


def _foreign(state: OutageState, system: str) -> tuple[ForeignId, ...]:
    objects = sorted(state.objects.items())
    return (ForeignId(system, state.id), *(ForeignId(system, id_, of) for of, id_ in objects))

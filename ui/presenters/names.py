"""Names: statuses, outcomes, channels and people in the words of the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from console.domain.operator import Operator
from console.domain.status import Status
from console.i18n import Catalog

_KINDS: Mapping[Status, str] = {
    Status.NEW: "info",
    Status.ASSIGNED: "info",
    Status.IN_WORK: "info",
    Status.ON_APPROVAL: "warning",
    Status.RETURNED: "danger",
    Status.PUBLISHED: "ok",
    Status.CONTROL: "ok",
    Status.INTERIM_PUBLISHED: "info",
    Status.POSTPONED: "warning",
    Status.TRANSFER_REQUESTED: "warning",
    Status.TRANSFER_DENIED: "danger",
}


def status_name(status: str, catalog: Catalog) -> str:
    """The name of an appeal's status."""
    return catalog.t(f"status_names.status_{status}")


def status_kind(status: str) -> str:
    """The chip in which a status is shown: info, ok, warning, danger or neutral."""
    return _KINDS.get(Status(status), "neutral")


def outcome_name(outcome: str, catalog: Catalog) -> str:
    """The name of an outcome."""
    return catalog.t(f"status_names.outcome_{outcome}")


def channel_name(channel: str, catalog: Catalog) -> str:
    """The name of a channel; its key where the translations do not know it."""
    key = f"channels.{channel}"
    return catalog.t(key) if catalog.has(key) else channel


def topic_name(topic: str, catalog: Catalog) -> str:
    """The name of a topic; «Без темы» for none, the key itself for an unknown one."""
    if not topic:
        return catalog.t("appeal.no_topic")
    key = f"topics.{topic}"
    return catalog.t(key) if catalog.has(key) else topic


@dataclass(frozen=True, slots=True)
class People:
    """Names of operators by id, and who is looking."""

    names: Mapping[str, str]
    me: str = ""

    @staticmethod
    def of(operators: Iterable[Operator], me: str = "") -> People:
        """From the registry of colleagues."""
        return People({person.id: person.name for person in operators}, me)

    def name(self, operator: str | None, catalog: Catalog) -> str:
        """The name of a colleague; «вы» for oneself, «коллега» for one who is not known here."""
        if operator is not None and operator == self.me:
            return catalog.t("appeal.you")
        return self.names.get(operator or "", catalog.t("appeal.colleague"))


def short_name(name: str) -> str:
    """A colleague's name as short as it can be told apart: «Соколова М.»."""
    family, _, given = name.partition(" ")
    return f"{family} {given[0]}." if given else family

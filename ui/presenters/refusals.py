"""Refusals and stale reasons in words: why something may not be done, or may not leave now."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.domain.outage import Outage
from console.domain.transitions import RefusedError
from console.errors import OtklikError
from console.readmodel import UNCLEAR, HeldReason
from ui.presenters.errors import sentence_of
from ui.presenters.here import Here
from ui.presenters.names import People, status_name
from ui.presenters.outage import outage_title

OutageOf = Callable[[str], Outage | None]
"""Finds an outage of the appeal's branch by id."""


def nothing_known(_: str) -> Outage | None:
    """An `OutageOf` that knows none."""
    return None


def error_words(
    error: BaseException, here: Here, people: People, outage_of: OutageOf = nothing_known
) -> str:
    """Why something failed: a refusal translated, another expected error as it is."""
    if isinstance(error, RefusedError):
        return refusal_words(error.code, error.params, here, people, outage_of)
    if isinstance(error, OtklikError):
        return sentence_of(error, here.catalog)
    return here.t("appeal.unexpected_error", error=type(error).__name__)


def refusal_words(
    code: str,
    params: Mapping[str, str],
    here: Here,
    people: People,
    outage_of: OutageOf = nothing_known,
) -> str:
    """A refusal of the rules in one sentence."""
    key = f"refusal.{code}"
    if not here.catalog.has(key):
        return here.t("refusal.other", code=code)
    return here.t(key, **_said(params, here, people, outage_of))


def stale_words(
    code: str,
    params: Mapping[str, str],
    here: Here,
    people: People,
    outage_of: OutageOf = nothing_known,
) -> str:
    """What changed since the author looked, in one sentence."""
    said = _said(params, here, people, outage_of)
    key = f"stale.{code}"
    if code == "etr_moved" and not (params.get("was") and params.get("now")):
        key = "stale.etr_withdrawn" if params.get("was") else "stale.etr_became_known"
    if is_own_reply(code, params, people.me):
        key = "stale.you_answered"
    if not here.catalog.has(key):
        return here.t("stale.other", code=code)
    return here.t(key, **said)


def is_own_reply(code: str, params: Mapping[str, str], me: str) -> bool:
    """Whether the answer that came in between was one of one's own, begun on another draft."""
    return code == "colleague_answered" and bool(me) and params.get("operator") == me


def held_words(
    reason: HeldReason, here: Here, people: People, outage_of: OutageOf = nothing_known
) -> str:
    """Why an entry of the outbox is held."""
    if reason.source == "stale":
        return stale_words(reason.code, reason.params, here, people, outage_of)
    if reason.source == "refused":
        return refusal_words(reason.code, reason.params, here, people, outage_of)
    if reason.code == UNCLEAR:
        why = _rejected(reason.params.get("code", ""), reason.params, here)
        return f"{here.t('outbox.rejected_unclear')} {why}"
    return _rejected(reason.code, reason.params, here)


def _rejected(code: str, params: Mapping[str, str], here: Here) -> str:
    key = f"outbox.rejected_{code}"
    if here.catalog.has(key):
        return here.t(key, **dict(params))
    return here.t("outbox.rejected_unknown", code=code)


def _said(
    params: Mapping[str, str], here: Here, people: People, outage_of: OutageOf
) -> dict[str, object]:
    """The machine's parameters in words."""
    said: dict[str, object] = dict(params)
    if "operator" in params:
        said["operator"] = people.name(params["operator"], here.catalog)
    if "status" in params:
        said["status"] = status_name(params["status"], here.catalog)
    if "right" in params:
        said["right"] = here.t(f"refusal.right_{params['right']}")
    if "state" in params:
        said["state"] = here.t(f"refusal.state_{params['state']}")
    if "outage" in params:
        said["outage"] = outage_title(outage_of(params["outage"]), here)
    for name in ("until", "was", "now"):
        if params.get(name):
            said[name] = here.instant(params[name])
    return said

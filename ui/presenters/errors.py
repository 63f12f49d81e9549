"""Errors in words: what a person is told when something fails that was foreseen."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.transitions import RefusedError
from console.errors import (
    AuthError,
    DiskError,
    NoKeychainError,
    OtklikError,
    ProtocolError,
    RejectedError,
    RemoteError,
    SignInNeededError,
    StoreError,
    TransientError,
)
from console.i18n import Catalog
from console.readmodel import Rescue, RescueReason
from console.store.profile import ProfileInUseError
from console.usecases.acting import GoneError

_TITLES: tuple[tuple[type[OtklikError], str], ...] = (
    (AuthError, "ui.error_auth"),
    (RemoteError, "ui.error_remote"),
    (DiskError, "ui.error_disk"),
    (StoreError, "ui.error_store"),
    (NoKeychainError, "ui.error_store"),
    (RefusedError, "ui.error_refused"),
)


def is_bug(error: BaseException) -> bool:
    """Whether nobody foresaw it: it belongs into the crash dialog, with its traceback."""
    return not isinstance(error, OtklikError)


def title_of(error: BaseException, catalog: Catalog) -> str:
    """What went wrong, in a few words."""
    for kind, key in _TITLES:
        if isinstance(error, kind):
            return catalog.t(key)
    return catalog.t("ui.error_other")


def sentence_of(
    error: BaseException, catalog: Catalog, *, names: Mapping[str, str] | None = None
) -> str:
    """The whole sentence; ``names`` are colleagues' names by id, for refusals that name one."""
    if isinstance(error, RefusedError):
        return _refusal(error, catalog, names or {})
    key, params = _said(error, catalog)
    if key:
        return catalog.t(key, **params)
    return told(error, catalog) if isinstance(error, OtklikError) else title_of(error, catalog)


def told(error: OtklikError, catalog: Catalog) -> str:
    """The sentence that an error names itself; without one, its title and its words as a quote."""
    if catalog.has(error.key):
        said = dict(error.said)
        if "cause" in said:
            said["cause"] = cause_words(str(said["cause"]), catalog)
        return catalog.t(error.key, **said)
    title = title_of(error, catalog)
    return catalog.t("ui.say_technical", title=title, words=str(error)) if str(error) else title


def cause_words(cause: str, catalog: Catalog) -> str:
    """Why a file or a database could not be used, as part of a sentence."""
    key = f"cause.{cause}"
    return catalog.t(key if catalog.has(key) else "cause.other")


def _said(error: BaseException, catalog: Catalog) -> tuple[str, dict[str, object]]:
    """The key of an error's sentence and what it is to be filled with."""
    params: dict[str, object] = {}
    match error:
        case SignInNeededError():
            key = "ui.say_sign_in_needed"
        case AuthError():
            key = "ui.say_bad_credentials"
        case TransientError() | ProtocolError():
            key, params = "ui.say_link", {"reason": link_reason(error.code, catalog)}
        case RejectedError():
            key, params = "ui.say_rejected", {"code": error.code}
        case ProfileInUseError():
            key = "ui.already_running"
        case NoKeychainError():
            key, params = "ui.say_no_keychain", {"reason": catalog.t(f"keychain.{error.code}")}
        case GoneError():
            key = f"ui.say_gone_{error.what}"
        case _:
            key = ""
    return key, params


def rescue_words(rescue: Rescue, catalog: Catalog) -> str:
    """What happened to the store, and what became of the operator's own words."""
    lines = [catalog.t(f"ui.rescue_{rescue.why}", folder=rescue.aside)]
    if rescue.why is not RescueReason.KEY_LOST:
        kept = catalog.t(
            "ui.rescue_kept",
            drafts=catalog.t("ui.rescue_drafts", count=rescue.drafts),
            entries=catalog.t("ui.rescue_entries", count=rescue.entries),
        )
        lines.append(kept)
    return " ".join(lines)


def link_reason(code: str, catalog: Catalog) -> str:
    """Why the server cannot be reached, as part of a sentence."""
    key = f"link.error_{code}"
    return catalog.t(key if catalog.has(key) else "link.error_unknown")


def _refusal(error: RefusedError, catalog: Catalog, names: Mapping[str, str]) -> str:
    key = f"refusal.{error.code}"
    if not catalog.has(key):
        return catalog.t("refusal.other", code=error.code)
    params: dict[str, object] = dict(error.params)
    if "operator" in params:
        operator = str(params["operator"])
        params["operator"] = names.get(operator, operator)
    if "status" in params:
        params["status"] = catalog.t(f"status_names.status_{params['status']}")
    return catalog.t(key, **params)

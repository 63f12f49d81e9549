"""Errors in words: what a person is told when something fails that was foreseen."""

from __future__ import annotations

from collections.abc import Mapping

from console.domain.transitions import RefusedError
from console.errors import AuthError, OtklikError, RemoteError, StoreError
from console.i18n import Catalog

_AREAS: tuple[tuple[type[OtklikError], str], ...] = (
    (AuthError, "ui.error_auth"),
    (RemoteError, "ui.error_remote"),
    (StoreError, "ui.error_store"),
)


def is_bug(error: BaseException) -> bool:
    """Whether nobody foresaw it: it belongs into the crash dialog, with its traceback."""
    return not isinstance(error, OtklikError)


def title_of(error: BaseException, catalog: Catalog) -> str:
    """What went wrong, in a few words."""
    for kind, key in _AREAS:
        if isinstance(error, kind):
            return catalog.t(key)
    return catalog.t("ui.error_refused" if isinstance(error, RefusedError) else "ui.error_other")


def sentence_of(
    error: BaseException, catalog: Catalog, *, names: Mapping[str, str] | None = None
) -> str:
    """The whole sentence; ``names`` are colleagues' names by id, for refusals that name one."""
    if isinstance(error, RefusedError):
        return _refusal(error, catalog, names or {})
    return str(error) or title_of(error, catalog)


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

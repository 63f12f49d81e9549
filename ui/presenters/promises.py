"""Our promises in words, as they stand over an appeal until somebody has said how they ended."""

from __future__ import annotations

from console.domain.appeal import Appeal
from ui.presenters.here import Here


def open_promise(appeal: Appeal, here: Here) -> tuple[str, str] | None:
    """What is said over an appeal that stands under a promise, and its kind; None for none."""
    at = appeal.promise_at
    if at is None:
        return None
    if at <= here.now:
        return here.t("promised.overdue", at=here.at_zoned(at), ago=here.ago(at)), "danger"
    return here.t("promised.open", at=here.at_zoned(at), left=here.from_now(at)), "info"

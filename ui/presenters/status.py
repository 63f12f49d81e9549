"""The status bar and its banner in words: how the console stands with the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal, cast
from zoneinfo import ZoneInfo

from console import localtime
from console.i18n import Catalog
from console.readmodel import Link, SessionInfo, SyncStatus
from ui.presenters.errors import link_reason

Tone = Literal["ok", "info", "warning", "danger"]
Action = Literal["", "retry", "sign_in", "go_online", "work_offline"]

NOTABLE_OFFSET_MS = 30_000
"""From here on the workstation's clock is said to be wrong."""

BLINK = timedelta(seconds=5)
"""So long a lost link is told in the status bar alone."""

_TONES: Mapping[Link, Tone] = {
    Link.STARTING: "info",
    Link.SYNCING: "ok",
    Link.ONLINE: "ok",
    Link.OFFLINE: "warning",
    Link.WORK_OFFLINE: "warning",
    Link.SIGN_IN_NEEDED: "danger",
}
_ICONS: Mapping[Link, str] = {
    Link.STARTING: "sync",
    Link.SYNCING: "sync",
    Link.ONLINE: "online",
    Link.OFFLINE: "offline",
    Link.WORK_OFFLINE: "offline",
    Link.SIGN_IN_NEEDED: "lock",
}


@dataclass(frozen=True, slots=True)
class BannerWords:
    """What is said across the window, and what its buttons do."""

    text: str
    tone: Tone
    icon: str
    button: str = ""
    action: Action = ""
    other: str = ""
    other_action: Action = ""


@dataclass(frozen=True, slots=True)
class StatusWords:
    """All that the status bar says; an empty text is not shown. ``progress`` is 0..1 or None."""

    link: str
    link_tone: Tone
    link_icon: str
    link_hint: str
    waiting: str
    held: str
    retry: str
    progress: float | None
    progress_words: str
    clock: str
    who: str
    who_hint: str
    banner: BannerWords | None


def status_words(
    status: SyncStatus,
    session: SessionInfo | None,
    *,
    catalog: Catalog,
    now: datetime,
    home: tzinfo,
    leaving: bool = False,
) -> StatusWords:
    """The words of ``status`` at ``now``; hours are those of the workstation's zone ``home``.

    ``leaving``: the operator wants to work offline, and a request still waits for its end.
    """
    t = catalog.t
    say = _Say(status, catalog, now, home)
    return StatusWords(
        link=say.link(),
        link_tone=say.tone(),
        link_icon="warning" if say.tone() == "danger" else _ICONS[status.link],
        link_hint=say.hint(),
        waiting=t("status.waiting", count=status.waiting) if status.waiting else "",
        held=t("status.held", count=status.held) if status.held else "",
        retry=say.retry(),
        progress=say.progress(),
        progress_words=say.progress_words(),
        clock=say.clock_offset(),
        who=session.name if session else t("status.nobody"),
        who_hint=_who_hint(session, catalog),
        banner=say.leaving() if leaving else say.banner(),
    )


@dataclass(frozen=True, slots=True)
class _Say:
    status: SyncStatus
    catalog: Catalog
    now: datetime
    home: tzinfo

    def tone(self) -> Tone:
        return "danger" if self._is_the_disk() else _TONES[self.status.link]

    def link(self) -> str:
        if self._is_the_disk():
            return self.catalog.t("status.link_disk")
        if self.status.link is Link.OFFLINE:
            return self._since("link_offline")
        return self.catalog.t(f"status.link_{self.status.link}")

    def hint(self) -> str:
        parts = [self._error()] if self.status.error else []
        if self.status.last_pull_at is not None:
            parts.append(
                self.catalog.t("status.last_pull", time=self._at(self.status.last_pull_at))
            )
        return "\n".join(parts)

    def retry(self) -> str:
        at = self.status.next_try_at
        if self.status.link is not Link.OFFLINE:
            return ""
        # Without a next time it is being tried now: the operator did not want to wait.
        seconds = int((at - self.now).total_seconds()) if at is not None else 0
        if at is None or seconds < 1:
            return self.catalog.t("status.retry_now")
        if seconds < 60:
            return self.catalog.t("status.retry_seconds", n=seconds)
        return self.catalog.t(
            "status.retry_later", time=localtime.duration(at - self.now, self.catalog)
        )

    def progress(self) -> float | None:
        if self.status.progress is None:
            return None
        had, whole = self.status.progress
        return had / whole if had < whole else None

    def progress_words(self) -> str:
        if self.status.progress is None:
            return ""
        had, whole = self.status.progress
        if had >= whole:  # begun in an earlier run, and nobody has said yet how much there is
            return self.catalog.t("status.first_sync_so_far", had=_grouped(had)) if had else ""
        return self.catalog.t("status.first_sync", had=_grouped(had), whole=_grouped(whole))

    def clock_offset(self) -> str:
        offset = self.status.clock_offset_ms
        if abs(offset) <= NOTABLE_OFFSET_MS:
            return ""
        # The offset is the server's time less ours: positive where our clock is behind.
        key = "status.clock_behind" if offset > 0 else "status.clock_ahead"
        seconds = round(abs(offset) / 1000)
        words = (
            self.catalog.t("status.seconds", n=seconds)
            if seconds < 120
            else localtime.duration(timedelta(seconds=seconds), self.catalog)
        )
        return self.catalog.t(key, time=words)

    def leaving(self) -> BannerWords:
        t = self.catalog.t
        text = self._joined(t("status.banner_leaving"), self._waiting())
        return BannerWords(text, "info", "offline", t("status.go_online"), "go_online")

    def banner(self) -> BannerWords | None:
        t, link = self.catalog.t, self.status.link
        if link is Link.SIGN_IN_NEEDED:
            text = self._joined(t("status.banner_sign_in"), self._waiting())
            return BannerWords(text, "danger", "lock", t("status.sign_in"), "sign_in")
        if link is Link.WORK_OFFLINE:
            text = self._joined(
                self._since("banner_work_offline"), self._waiting(), t("status.banner_stays")
            )
            return BannerWords(text, "info", "offline", t("status.go_online"), "go_online")
        if self._is_the_disk():
            return self._disk()
        return self._offline() if link is Link.OFFLINE and not self._is_a_blink() else None

    def _is_a_blink(self) -> bool:
        """A bad network loses a request here and there: no page must jump for each of them."""
        since = self.status.since
        return since is not None and self.now - since < BLINK

    def _is_the_disk(self) -> bool:
        """What came from the server could not be kept here: the link is not to blame."""
        return self.status.link is Link.OFFLINE and self.status.error == "disk"

    def _disk(self) -> BannerWords:
        t = self.catalog.t
        text = self._joined(
            self._since("banner_disk"), t("status.banner_disk_help"), self._next_try()
        )
        return BannerWords(text, "danger", "warning", t("status.retry"), "retry")

    def _offline(self) -> BannerWords:
        t = self.catalog.t
        text = self._joined(
            self._since("banner_offline", reason=self._because()),
            self._waiting(),
            self._next_try(),
            t("status.banner_go_on"),
        )
        return BannerWords(
            text,
            "warning",
            "offline",
            t("status.retry"),
            "retry",
            other=t("status.work_offline"),
            other_action="work_offline",
        )

    def _since(self, what: str, **params: object) -> str:
        """Since when: by the clock today, as a length of time if it began on another day."""
        since = self.status.since
        if since is None:
            return self.catalog.t(f"status.{what}", **params)
        if since.astimezone(self.home).date() == self.now.astimezone(self.home).date():
            return self.catalog.t(f"status.{what}_since", time=self._at(since), **params)
        time = localtime.duration(self.now - since, self.catalog)
        return self.catalog.t(f"status.{what}_for", time=time, **params)

    def _waiting(self) -> str:
        count = self.status.waiting
        return self.catalog.t("status.banner_waiting", count=count) if count else ""

    def _next_try(self) -> str:
        at = self.status.next_try_at
        seconds = int((at - self.now).total_seconds()) if at is not None else 0
        if at is None or seconds < 1:
            return self.catalog.t("status.banner_trying")
        if seconds < 60:
            return self.catalog.t("status.banner_next_seconds", n=seconds)
        time = localtime.duration(at - self.now, self.catalog)
        return self.catalog.t("status.banner_next", time=time)

    def _joined(self, *sentences: str) -> str:
        return " ".join(filter(None, sentences))

    def _because(self) -> str:
        """Why, where it is known: while it is being tried again, nobody does."""
        if not self.status.error:
            return ""
        return self.catalog.t("status.banner_because", reason=self._error())

    def _error(self) -> str:
        return link_reason(self.status.error, self.catalog)

    def _at(self, instant: datetime) -> str:
        zone = cast(ZoneInfo, self.home)  # any tzinfo will do, localtime only converts
        return localtime.moment(instant, zone, self.now, self.catalog)


def _who_hint(session: SessionInfo | None, catalog: Catalog) -> str:
    if session is None:
        return ""
    role = catalog.t(f"status_names.role_{session.role}")
    return catalog.t("status.who", role=role, login=session.login, server=session.server)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")

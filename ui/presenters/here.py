"""Here: the language, the zone and the moment in which one appeal is spoken of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from console import localtime
from console.i18n import Catalog

_NOWHERE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Here:
    """How to say things about one appeal.

    ``zone`` is the region's, ``now`` an aware instant, ``branch`` the branch's key (it names the
    city whose clock is shown). ``home`` is the zone of the operator's own wall clock; None where it
    is the same.
    """

    catalog: Catalog
    now: datetime
    zone: ZoneInfo = _NOWHERE
    branch: str = ""
    home: tzinfo | None = None

    def t(self, key: str, **params: object) -> str:
        """The text of ``key`` in this language."""
        return self.catalog.t(key, **params)

    def at(self, instant: datetime | None) -> str:
        """The shortest words for an instant, as local time; a dash for None."""
        if instant is None:
            return self.t("appeal.unknown_time")
        return localtime.moment(instant, self.zone, self.now, self.catalog)

    def at_zoned(self, instant: datetime | None) -> str:
        """`at`, and whose clock it is where that differs from the operator's own."""
        if instant is None or not self.is_foreign(instant):
            return self.at(instant)
        return self.t("appeal.time_in_zone", time=self.at(instant), zone=self.zone_name(instant))

    def clock(self, instant: datetime) -> str:
        """Hours and minutes, local."""
        return localtime.clock(instant, self.zone)

    def full(self, instant: datetime) -> str:
        """Weekday, date, year and clock, with the zone: for tooltips and details."""
        words = localtime.full(instant, self.zone, self.catalog)
        return self.t("appeal.time_in_zone", time=words, zone=self.zone_name(instant))

    def day(self, instant: datetime) -> str:
        """The day in words: «сегодня», «вчера», «30 декабря», «30 декабря 2025»."""
        there, here = localtime.local(instant, self.zone), localtime.local(self.now, self.zone)
        days = (there.date() - here.date()).days
        if days in (0, -1):
            return self.t("thread.today" if days == 0 else "thread.yesterday")
        words = localtime.day(there.date(), self.catalog)
        if there.year == here.year:
            return words
        return self.t("thread.day_with_year", day=words, year=there.year)

    def length(self, amount: timedelta) -> str:
        """A length of time in its two largest units."""
        return localtime.duration(amount, self.catalog)

    def ago(self, instant: datetime) -> str:
        """How long ago: «12 мин назад», «только что»."""
        gone = self.now - instant
        if gone < timedelta(minutes=1):
            return self.t("appeal.just_now")
        return self.t("appeal.ago", time=self.length(gone))

    def roughly_ago(self, instant: datetime) -> str:
        """How long ago in one unit from a day on: «10 дней назад», else as `ago`."""
        days = (self.now - instant).days
        if days < 1:
            return self.ago(instant)
        return self.t("appeal.ago", time=self.t("time.days", count=days))

    def from_now(self, instant: datetime) -> str:
        """How far ahead: «через 12 мин», «сейчас»."""
        ahead = instant - self.now
        if ahead < timedelta(seconds=1):
            return self.t("appeal.right_now")
        if ahead < timedelta(minutes=1):
            return self.t("appeal.in_seconds", n=int(ahead.total_seconds()))
        return self.t("appeal.in_time", time=self.length(ahead))

    def is_foreign(self, instant: datetime) -> bool:
        """Whether the operator's own clock shows another time at that instant."""
        if self.home is None:
            return False
        there = instant.astimezone(self.zone)
        return there.utcoffset() != instant.astimezone(self.home).utcoffset()

    def zone_name(self, instant: datetime) -> str:
        """Whose clock: «Кызыл, UTC+7»."""
        offset = localtime.zone_offset(instant, self.zone)
        city = f"appeal.city_{self.branch}"
        if not self.catalog.has(city):
            return offset
        return self.t("appeal.city_and_offset", city=self.t(city), offset=offset)

    def instant(self, text: str) -> str:
        """A machine's instant (ISO 8601) in words; empty for an empty text."""
        return self.at_zoned(parse_instant(text)) if text else ""


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant as an aware datetime; one without a zone is taken for UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)

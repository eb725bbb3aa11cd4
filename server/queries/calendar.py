"""Days where this instance is. Its time zone and holidays are settings; the public clock runs on its working days."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.queries.accounts import loaded
from server.rules.clock import Clock, Limits, clock_of, parse_holidays, working_days
from server.storage.database import current
from server.storage.sql import rows

HOLIDAYS = "holidays"
TIME_ZONE = "time_zone"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The time zone, the days on which nobody is expected to answer (beside Saturdays and Sundays), and today."""

    zone: ZoneInfo
    holidays: frozenset[date]
    today: date

    def day_of(self, milliseconds: int) -> date:
        """The calendar day of a moment."""
        return datetime.fromtimestamp(milliseconds / 1000, self.zone).date()

    @property
    def monday(self) -> int:
        """When this week began, in milliseconds."""
        return self.start_of(self.today - timedelta(days=self.today.weekday()))

    def start_of(self, day: date) -> int:
        """Midnight at the beginning of a day, in milliseconds."""
        return int(datetime.combine(day, time(), self.zone).timestamp() * 1000)

    def working_days_since(self, milliseconds: int) -> int:
        return working_days(self.day_of(milliseconds), self.today, self.holidays)

    def clock(self, sent_at: int, limits: Limits) -> Clock:
        """The clock of an ask that was sent at this moment and has no answer."""
        return clock_of(self.day_of(sent_at), self.today, limits, self.holidays)


async def calendar() -> Calendar:
    """The calendar of this instance, by the database's clock. UTC where no time zone is set, or none that the machine
    knows."""
    found = await rows("SELECT name, value FROM settings WHERE name IN (?)", [[HOLIDAYS, TIME_ZONE]])
    values = {row["name"]: str(loaded(row["value"]) or "") for row in found}
    zone = _zone(values.get(TIME_ZONE) or "UTC")
    today = datetime.fromtimestamp(current().clock() / 1000, zone).date()
    return Calendar(zone, parse_holidays(values.get(HOLIDAYS, "").splitlines()), today)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")

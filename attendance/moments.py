"""Where the days of a school begin and end."""

from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

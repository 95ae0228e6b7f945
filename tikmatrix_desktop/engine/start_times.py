"""When a task is to start: the operator's clock, with its jumps in spring and autumn."""

import re
from datetime import datetime, time, timedelta, tzinfo

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_LAST_YEAR = 2200
_MINUTE = timedelta(minutes=1)


class StartTimes:
    """Understands `start_time`. `zone` is the operator's; None is the machine's own."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def parse(self, text: str, now: float) -> float:
        """Return the moment that `HH:MM` or an ISO 8601 text means, in seconds since the epoch.

        `HH:MM` is the next such minute, the one that runs now included. A minute that the clock
        leaps over is the first one after the leap; one that comes twice is the first of both
        that is not past. Raises `ValueError` that says what is wrong.
        """
        clock = _CLOCK.fullmatch(text.strip())
        if clock is not None:
            return self._next(int(clock[1]), int(clock[2]), now)
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise ValueError("must be HH:MM, or a date and time like 2026-11-30T14:30") from None
        if not 1970 < moment.year < _LAST_YEAR:
            raise ValueError(f"must be a moment before the year {_LAST_YEAR}")
        return self._moment(moment) if moment.tzinfo is None else moment.timestamp()

    def local(self, moment: float) -> datetime:
        """Return a moment on the operator's clock, with its offset."""
        return datetime.fromtimestamp(moment).astimezone(self._zone)

    def _next(self, hour: int, minute: int, now: float) -> float:
        if hour > 23 or minute > 59:
            raise ValueError("must be a time of day from 00:00 to 23:59")
        today = self._wall(now).date()
        this_minute = now - now % 60
        for day in (today, today + timedelta(days=1)):
            wall = datetime.combine(day, time(hour, minute))
            for fold in (0, 1):
                moment = self._moment(wall.replace(fold=fold))
                if moment >= this_minute:
                    return moment
        raise AssertionError("tomorrow's minute is never past")

    def _moment(self, wall: datetime) -> float:
        """Return when the operator's clock shows that, or first shows something later."""
        while True:
            moment = wall.replace(tzinfo=self._zone).timestamp()
            if self._wall(moment) == wall.replace(fold=0):
                return moment
            wall = wall.replace(second=0, microsecond=0, fold=0) + _MINUTE

    def _wall(self, moment: float) -> datetime:
        return datetime.fromtimestamp(moment, self._zone).replace(tzinfo=None, fold=0)

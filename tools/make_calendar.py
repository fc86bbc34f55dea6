"""Write src/ducha/domain/calendar.json from the package chinese_calendar: python tools/make_calendar.py."""

import json
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

TARGET = Path(__file__).parents[1] / "src/ducha/domain/calendar.json"


def main() -> None:
    years = sorted({day.year for day in holidays})
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    weekend = {first + timedelta(n) for n in range((last - first).days + 1)}
    weekend = {day for day in weekend if day.weekday() >= 5}
    made_up = sorted(day.isoformat() for day in workdays if day in weekend)
    days_off = sorted(day.isoformat() for day in holidays if day.weekday() < 5)
    calendar = {
        "version": f"chinesecalendar {version('chinesecalendar')}, {first.year}–{last.year}",
        "first": first.isoformat(),
        "last": last.isoformat(),
        "holidays_on_weekdays": days_off,
        "working_weekends": made_up,
    }
    TARGET.write_text(json.dumps(calendar, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

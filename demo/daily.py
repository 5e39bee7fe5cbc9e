"""Daily reports of the demo county: every department and town, every day, most of them with one tap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from random import Random

from demo.county import County
from demo.days import ZONE
from demo.deeds import Fill
from demo.material import Profile
from forms.values import Raw

_EVENTFUL, _LATE = 0.18, 0.04


def daily_fills(
    county: County, profile: Profile, found: Mapping[tuple[str, date], tuple[int, int]], random: Random
) -> Iterator[Fill]:
    """The reports of the profile's last days; `found`: (visits, hazards) of a unit on a day."""
    plan = county.material.county
    for offset in range(profile.report_days - 1, -1, -1):
        day = profile.end - timedelta(days=offset)
        for unit in (*plan.departments, *plan.towns):
            at = _sent(day, random)
            key = f"demo-daily-{day:%Y%m%d}-{unit.id}"
            yield Fill(
                "daily_report", key, county.clerk(unit.id).id, at, _entry(county, found.get((unit.id, day)), random)
            )


def _entry(county: County, found: tuple[int, int] | None, random: Random) -> dict[str, Raw]:
    activities = county.material.activities
    entry: dict[str, Raw] = {"mode": "safe"}
    if random.random() < _EVENTFUL:
        entry = {"mode": "eventful", "work": random.choice(activities.daily_work)}
        if random.random() < 0.3:
            entry["problem"] = random.choice(activities.daily_problem)
    if found:
        entry |= {"checks": str(found[0]), "haz_new": str(found[1])}
    return entry


def _sent(day: date, random: Random) -> datetime:
    """Most reports come in the last forty minutes before 16:00."""
    chance = random.random()
    if chance < 0.10:
        minute = random.uniform(8 * 60, 10 * 60)
    elif chance < 0.35:
        minute = random.uniform(10 * 60, 15 * 60)
    elif chance < 1 - _LATE:
        minute = 15 * 60 + 20 + 39 * random.betavariate(2, 1.5)
    else:
        minute = random.uniform(16 * 60 + 3, 17 * 60 + 50)
    return datetime.combine(day, time(), tzinfo=ZONE) + timedelta(seconds=int(minute * 60))

"""Drills and courses of the demo county."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from demo.apportion import apportion
from demo.county import County
from demo.days import moment, workday_from
from demo.deeds import Fill
from demo.material import CountyDrill, Profile, UnitDrill, UnitPlan
from forms.values import Raw

#: Who holds drills of a level; a village's and a school's are reported by the town.
_TOWN_LEVELS = frozenset({"town", "village", "school"})
#: The county's first drill is as large as several usual ones.
_FULL_SCALE = 6.0


def drill_fills(county: County, profile: Profile, random: Random) -> Iterator[Fill]:
    """The profile's drills in the first half of its days, with exactly its count of participants."""
    plan = county.material.activities.drills
    own = plan.government[: profile.drills]
    sizes = {f"{place:04}": random.lognormvariate(0, 0.5) for place in range(profile.drills)} | {"0000": _FULL_SCALE}
    people = list(apportion(profile.drill_people, sizes).values())
    seen: set[str] = set()
    for place, count in enumerate(people):
        day = _day(county, profile, place, random)
        if place < len(own):
            yield _county_drill(county, own[place], place, day, count)
        else:
            yield _unit_drill(county, place, day, count, seen, random)


def training_fills(county: County, profile: Profile, random: Random) -> Iterator[Fill]:
    """The profile's courses, with exactly its count of participants."""
    plan = county.material.activities
    sizes = {f"{place:04}": random.lognormvariate(0, 0.4) for place in range(profile.trainings)}
    units = [county.material.county.office, *county.material.county.departments, *county.material.county.towns]
    for place, count in enumerate(apportion(profile.training_people, sizes).values()):
        course = plan.trainings[place % len(plan.trainings)]
        unit = units[place % len(units)]
        day = _day(county, profile, place, random)
        raw: dict[str, Raw] = {
            "name": f"{unit.short}{course.name}（第{place // len(plan.trainings) + 1}期）",
            "org": unit.id,
            "date": day.isoformat(),
            "people": str(count),
            "audience": course.audience,
            "hours": course.hours,
            "kind": course.kind,
            "mode": course.mode,
            "teachers": random.choice(plan.teachers),
        }
        if course.kind != "topic":
            raw["passed"] = str(count - count // 20)
        yield Fill("training", f"demo-training-{place + 1:04}", county.clerk(unit.id).id, moment(day, 17, random), raw)


def _day(county: County, profile: Profile, place: int, random: Random) -> date:
    days = (profile.end - profile.start).days // 2
    return workday_from(profile.start + timedelta(days=7 + (place + random.randrange(days)) % days), county.calendar)


def _county_drill(county: County, drill: CountyDrill, place: int, day: date, people: int) -> Fill:
    office = county.material.county.office.id
    raw: dict[str, Raw] = {
        "name": f"{county.material.county.name}{drill.name.format(year=day.year)}",
        "date": day.isoformat(),
        "place": drill.place,
        "people": str(people),
        "org": office,
        "level": "government",
        "hazard_kind": list(drill.kinds),
        "scope": "comprehensive",
        "form": "field",
        "march": "true" if drill.march else "false",
        "plan": drill.plan,
        "teams": list(drill.teams),
        "watchers": str(people // 6),
        "contents": ["warning", "command", "response", "evacuation", "medical"],
        "grade": "excellent",
    }
    return Fill("drill", f"demo-drill-{place + 1:04}", county.clerk(office).id, moment(day, 16, Random(place)), raw)  # noqa: S311 -- the same every time


def _unit_drill(county: County, place: int, day: date, people: int, seen: set[str], random: Random) -> Fill:
    drill, unit, name = _unseen(county, seen, random)
    raw: dict[str, Raw] = {
        "name": name,
        "date": day.isoformat(),
        "place": drill.place.format(unit=unit.name.removeprefix(county.material.county.name)),
        "people": str(people),
        "org": unit.id,
        "level": drill.level,
        "hazard_kind": list(drill.kinds),
        "scope": "single",
        "form": "table_top" if drill.table_top else "field",
        "teams": list(drill.teams),
        "grade": random.choice(["excellent", "good", "good", "fair"]),
    }
    if random.random() < 0.3:
        due = (day + timedelta(days=14)).isoformat()
        issue = random.choice(county.material.activities.issues)
        raw["issues"] = [{"issue": issue, "issue_owner": county.head(unit.id).name, "issue_due": due}]
    return Fill("drill", f"demo-drill-{place + 1:04}", county.clerk(unit.id).id, moment(day, 16, random), raw)


def _unseen(county: County, seen: set[str], random: Random) -> tuple[UnitDrill, UnitPlan, str]:
    """A drill and a unit that have not met yet; when all have, the name is numbered."""
    plan = county.material.county
    for _ in range(50):
        drill = random.choice(county.material.activities.drills.others)
        unit = random.choice(plan.towns if drill.level in _TOWN_LEVELS else plan.departments)
        name = drill.name.format(unit=unit.name.removeprefix(plan.name))
        if name not in seen:
            break
    else:
        name = f"{name}（第{len(seen)}场）"
    seen.add(name)
    return drill, unit, name

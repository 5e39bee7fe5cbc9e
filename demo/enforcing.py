"""Measures of enforcement in the demo county: interviews, joint sanctions, suspensions, persons handed on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.county import County, invented_names
from demo.days import moment, workday_from
from demo.deeds import Deed, Fill, Step
from demo.enterprises import Enterprise
from demo.material import Profile
from forms.values import Raw


@dataclass(frozen=True, slots=True)
class Case:
    """One measure against one enterprise, and how many persons are handed to the judiciary."""

    measure: str
    enterprise: Enterprise
    day: date
    persons: int = 0


def plan_cases(county: County, enterprises: Sequence[Enterprise], profile: Profile, random: Random) -> list[Case]:
    """The profile's measures by date; within one measure no enterprise comes twice."""
    poor = [each for each in enterprises if each.grade in {"c", "d"}]
    measures: list[tuple[str, list[int]]] = [
        ("interview", [0] * profile.interviews),
        ("joint_sanction", [0] * profile.joint_sanctions),
        ("suspension", [0] * profile.suspensions),
        ("transfer", list(profile.transferred)),
    ]
    latest = (profile.end - profile.start).days - 30
    cases = []
    for measure, persons in measures:
        for host, count in zip(random.sample(poor, len(persons)), persons, strict=True):
            day = workday_from(profile.start + timedelta(days=random.randint(7, latest)), county.calendar)
            cases.append(Case(measure, host, day, count))
    return sorted(cases, key=lambda case: case.day)


def case_deeds(county: County, profile: Profile, number: int, case: Case, random: Random) -> Iterator[Deed]:
    """A measure from its decision over its legal review to its end; by different people of the department."""
    unit = case.enterprise.dept
    clerk, reviewer = county.clerk(unit), county.staff[unit][-2]
    key = f"demo-case-{number:05}"
    at = moment(case.day, 9, random)
    yield Fill("enforcement", key, clerk.id, at, _entry(county, profile, number, case, random))
    reviewed = moment(workday_from(case.day + timedelta(days=1), county.calendar), 10, random)
    yield Step("enforcement", key, reviewer.id, reviewed, {"legal_ok": "true"}, "approve")
    lasting = random.randint(18, 25) if case.measure == "suspension" else random.randint(3, 10)
    done = workday_from(reviewed.date() + timedelta(days=lasting), county.calendar)
    raw: dict[str, Raw] = {"exec": "done", "published": reviewed.date().isoformat()}
    if case.measure == "suspension":
        raw["lifted_at"] = done.isoformat()
    yield Step("enforcement", key, clerk.id, moment(done, 15, random), raw, "conclude")


def _entry(county: County, profile: Profile, number: int, case: Case, random: Random) -> dict[str, Raw]:
    law = county.material.activities.laws[case.measure]
    entry: dict[str, Raw] = {
        "measure": case.measure,
        "enterprise": case.enterprise.name,
        "date": case.day.isoformat(),
        "org": case.enterprise.dept,
        "town": case.enterprise.town,
        "law": law.law,
        "step": law.step,
        "people": str(random.choice([2, 2, 3, 4])),
        "campaign": profile.campaign,
    }
    if law.mark:
        entry["doc_no"] = f"（青）应急{law.mark}〔{case.day.year}〕{number}号"
    if case.persons:
        names = invented_names(county.material.names, random)[: case.persons]
        reason = random.choice(county.material.activities.transfer_reasons)
        entry["persons"] = [{"person_name": name, "person_reason": reason} for name in names]
    return entry

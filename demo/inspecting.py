"""What is written down of a visit: the inspection with its hazards, and the office's verification."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from demo.county import County
from demo.days import moment, workday_from
from demo.deeds import Deed, Fill, Step
from demo.material import Profile
from demo.visits import Finding, Visit
from forms.values import Raw
from records.people import Person

_ITEMS = ("duty_system", "training", "risk_control", "fire_facilities", "electricity", "emergency")


def inspector_of(county: County, visit: Visit) -> Person:
    """Who of the visiting unit fills the form: its people take turns."""
    people = county.staff[visit.org][:-1]
    return people[int(visit.key[-6:]) % len(people)]


def sent_at(visit: Visit, random: Random) -> datetime:
    """When the form is sent: in the afternoon of the same day."""
    return moment(visit.day, random.randint(13, 16), random)


def inspection_deeds(county: County, profile: Profile, visit: Visit, sent: datetime, random: Random) -> Iterator[Deed]:
    """The filled inspection, and the office verifying it within two working days (not after the profile's end)."""
    filler = inspector_of(county, visit)
    yield Fill("inspection", visit.key, filler.id, sent, _entry(county, profile, visit, filler, random))
    day = min(workday_from(visit.day + timedelta(days=random.randint(1, 2)), county.calendar), profile.end)
    verified = max(moment(day, random.randint(9, 16), random), sent + timedelta(minutes=20))
    clerk = county.clerk(county.material.county.office.id)
    yield Step("inspection", visit.key, clerk.id, verified, {}, "verify")


def _entry(county: County, profile: Profile, visit: Visit, filler: Person, random: Random) -> dict[str, Raw]:
    host = visit.enterprise
    people = random.choices([2, 3, 4, 5], [55, 25, 12, 8])[0]
    entry: dict[str, Raw] = {
        "nature": visit.nature,
        "enterprise": host.name,
        "town": host.town,
        "date": visit.day.isoformat(),
        "org": visit.org,
        "people": str(people),
        "hazards": [_row(visit, finding) for finding in visit.findings],
        "result": _result(visit.findings),
        "content": random.choice(county.material.activities.visit_contents),
        "campaign": profile.campaign,
        "sector": host.sector,
        "leader_rank": visit.rank,
    }
    if visit.findings:
        entry["onsite"] = ["fixed"] if any(finding.immediate for finding in visit.findings) else ["none"]
    if visit.rank not in {"", "section"}:
        entry["leader"] = _leader(county, visit, random).name
    if visit.nature == "administrative":
        entry |= _administrative(county, visit, filler, random)
    return entry


def _row(visit: Visit, finding: Finding) -> dict[str, Raw]:
    row: dict[str, Raw] = {
        "place": finding.template.place,
        "desc": finding.template.desc,
        "level": "major" if finding.major else "general",
        "category": finding.category,
        "fix_type": "immediate" if finding.immediate else "limited",
    }
    if finding.major:
        row["basis"] = finding.major.basis
    if not finding.immediate:
        row |= {
            "deadline": (visit.day + timedelta(days=finding.days)).isoformat(),
            "owner": visit.enterprise.head,
        }
    return row


def _result(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return "clean"
    return "fixed_on_site" if all(finding.immediate for finding in findings) else "deadline_set"


def _leader(county: County, visit: Visit, random: Random) -> Person:
    if visit.rank == "county":
        return random.choice(county.staff[county.material.county.leadership.id])
    return county.head(visit.org) if visit.rank in {"town_head", "department_head"} else county.staff[visit.org][-2]


def _administrative(county: County, visit: Visit, filler: Person, random: Random) -> dict[str, Raw]:
    """What an administrative inspection must show: a plan, published items, two certificates."""
    people = county.staff[visit.org]
    officers = (filler, random.choice([person for person in people if person.id != filler.id]))
    unit = next(unit.position for unit in county.units if unit.id == visit.org)
    certificate = f"{county.material.county.area}{unit:02}"
    return {
        "plan_no": f"{visit.org.upper()}-{visit.day.year}-{visit.day.month:02}",
        "item_codes": random.sample(_ITEMS, random.randint(1, 3)),
        "officers": [
            {"officer_name": person.name, "officer_cert": f"{certificate}{people.index(person) + 1:03}"}
            for person in officers
        ],
    }

"""The visits of a campaign: who went where on which day, and what hazards they found there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from demo.apportion import apportion
from demo.county import County
from demo.days import weighted_days
from demo.enterprises import Enterprise
from demo.material import MajorTemplate, Material, Profile, Template
from kernel.clock import Period

#: How much more often a risky enterprise is visited.
_RISK_WEIGHT = {"major": 4.0, "larger": 2.2, "general": 1.0, "low": 1.0}
_NATURES = {
    "administrative": 36,
    "random": 16,
    "joint": 14,
    "covert": 14,
    "look_back": 9,
    "demonstration": 6,
    "stationed": 5,
}
_MOST_FOUND = 8
#: Days that a hazard needs from finding to closing when it is not fixed on the spot.
_SHORTEST_CURE, _SHORTEST_MAJOR_CURE = 4, 40
_DEADLINES = {7: 35, 15: 50, 30: 15}


@dataclass(frozen=True, slots=True)
class Finding:
    """A hazard found at a visit."""

    category: str
    cause: str
    template: Template
    immediate: bool = False
    days: int = 15  # until the deadline
    left_open: bool = False

    @property
    def major(self) -> MajorTemplate | None:
        """What makes it major, if it is."""
        return self.template if isinstance(self.template, MajorTemplate) else None


@dataclass(frozen=True, slots=True)
class Visit:
    """One team at one enterprise on one day."""

    key: str
    day: date
    org: str
    enterprise: Enterprise
    nature: str
    rank: str
    findings: tuple[Finding, ...]


def plan_visits(county: County, enterprises: Sequence[Enterprise], profile: Profile, random: Random) -> list[Visit]:
    """The visits of `profile` by date, with exactly its totals of visits and hazards."""
    period = Period(profile.start, profile.end)
    weights = weighted_days(period, county.calendar)
    days = sorted(random.choices(list(weights), list(weights.values()), k=profile.visits))
    hosts = _Hosts(county.material, enterprises, random)
    counts = _counts(profile.visits, profile.hazards, random)
    finder = _Finder(county.material, profile.end, random)
    visits = []
    for place, (day, (org, rank), count) in enumerate(zip(days, _teams(county, profile, random), counts, strict=True)):
        host = hosts.of(org)
        visits.append(
            Visit(
                key=f"demo-visit-{place + 1:06}",
                day=day,
                org=org,
                enterprise=host,
                nature=_nature(rank, random),
                rank=rank,
                findings=tuple(finder.find(host, day, count)),
            )
        )
    return _with_open(_with_major(visits, county.material, profile, random), profile, random)


class _Hosts:
    """Which enterprise a unit goes to: of its own line or its own town, the risky ones more often."""

    def __init__(self, material: Material, enterprises: Sequence[Enterprise], random: Random) -> None:
        pools: dict[str, list[Enterprise]] = {"": list(enterprises)}
        for each in enterprises:
            for org in (each.dept, each.town, *material.sectors[each.sector].also):
                pools.setdefault(org, []).append(each)
        self._random = random
        self._pools = {
            org: (pool, list(accumulate(_RISK_WEIGHT[each.risk] for each in pool)))
            for org, pool in pools.items()
            if pool
        }

    def of(self, org: str) -> Enterprise:
        """The enterprise that `org` visits next."""
        pool, weights = self._pools.get(org) or self._pools[""]
        return self._random.choices(pool, cum_weights=weights)[0]


class _Finder:
    """What inspectors find at an enterprise of a sector."""

    def __init__(self, material: Material, end: date, random: Random) -> None:
        self._end = end
        self._random = random
        self._choices: dict[str, dict[str, list[Template]]] = {
            sector: {
                category: fitting
                for category, plan in material.hazards.items()
                if (fitting := [each for each in plan.found if not each.sectors or sector in each.sectors])
            }
            for sector in material.sectors
        }
        self._shares = {category: plan.share for category, plan in material.hazards.items()}
        self._causes = {category: plan.cause for category, plan in material.hazards.items()}

    def find(self, host: Enterprise, day: date, count: int) -> Iterator[Finding]:
        """`count` different general hazards at `host` on `day`."""
        choices = self._choices[host.sector]
        shares = [self._shares[category] for category in choices]
        seen: set[str] = set()
        while len(seen) < count:
            category = self._random.choices(list(choices), shares)[0]
            template = self._random.choice(choices[category])
            if template.desc in seen:
                continue
            seen.add(template.desc)
            near = (self._end - day).days < _SHORTEST_CURE
            at_once = self._random.random() < (0.5 if category.startswith("site") else 0.15)
            days = self._random.choices(list(_DEADLINES), list(_DEADLINES.values()))[0]
            yield Finding(category, self._causes[category], template, immediate=at_once or near, days=days)


def _teams(county: County, profile: Profile, random: Random) -> list[tuple[str, str]]:
    """(unit, rank of the lead) for every visit, shared out by the units' weights."""
    plan = county.material.county
    by_town = apportion(profile.town_visits, {town.id: town.weight for town in plan.towns})
    rest = profile.visits - profile.town_visits
    by_dept = apportion(rest, {dept.id: dept.weight for dept in plan.departments})
    teams = [(org, "town_head") for org, count in by_town.items() for _ in range(count)]
    of_departments = [org for org, count in by_dept.items() for _ in range(count)]
    random.shuffle(of_departments)
    teams += [(org, "county") for org in of_departments[: profile.leader_visits]]
    ranks = random.choices(
        ["section", "deputy", "department_head", ""], [30, 15, 10, 45], k=rest - profile.leader_visits
    )
    teams += list(zip(of_departments[profile.leader_visits :], ranks, strict=True))
    random.shuffle(teams)
    return teams


def _nature(rank: str, random: Random) -> str:
    if rank == "county":
        return random.choice(["leader_survey", "leader_survey", "covert"])
    if rank == "town_head":
        return random.choice(["joint", "random", "covert"])
    return random.choices(list(_NATURES), list(_NATURES.values()))[0]


def _counts(visits: int, hazards: int, random: Random) -> list[int]:
    """How many hazards each visit finds: often none, then fewer and fewer; together exactly `hazards`."""
    counts = [
        0 if random.random() < 0.38 else 1 + min(int(random.expovariate(0.75)), _MOST_FOUND - 1) for _ in range(visits)
    ]
    missing = hazards - sum(counts)
    while missing:
        place = random.randrange(visits)
        if missing > 0 and counts[place] < _MOST_FOUND:
            counts[place] += 1
            missing -= 1
        elif missing < 0 and counts[place]:
            counts[place] -= 1
            missing += 1
    return counts


def _with_major(visits: list[Visit], material: Material, profile: Profile, random: Random) -> list[Visit]:
    """Make as many findings major as the profile has: at risky enterprises, early enough to be closed in time."""
    early = profile.end - timedelta(days=_SHORTEST_MAJOR_CURE)
    able = [(place, row) for place, each in enumerate(visits) if each.day <= early for row in range(len(each.findings))]
    risky = [spot for spot in able if visits[spot[0]].enterprise.risk in {"major", "larger"}]
    spots = random.sample(risky if len(risky) >= profile.major else able, profile.major)
    for place, row in spots:
        template = random.choice(_unseen(visits[place], material))
        major = Finding(template.category, material.hazards[template.category].cause, template, days=60)
        visits[place] = _with_finding(visits[place], row, major)
    return visits


def _unseen(visit: Visit, material: Material) -> list[MajorTemplate]:
    """The major hazards of the sector that this visit has not found yet; all of them when none is left."""
    seen = [finding.template for finding in visit.findings]
    templates = material.major_hazards[visit.enterprise.sector]
    return [template for template in templates if template not in seen] or list(templates)


def _with_open(visits: list[Visit], profile: Profile, random: Random) -> list[Visit]:
    """Leave as many general findings open as the profile says, of those found last."""
    spots = [
        (place, row)
        for place, each in enumerate(visits)
        for row, finding in enumerate(each.findings)
        if not finding.immediate and not finding.major
    ]
    for place, row in random.sample(spots[-3 * profile.left_open :], profile.left_open) if profile.left_open else []:
        visits[place] = _with_finding(visits[place], row, replace(visits[place].findings[row], left_open=True))
    return visits


def _with_finding(visit: Visit, row: int, finding: Finding) -> Visit:
    return replace(visit, findings=(*visit.findings[:row], finding, *visit.findings[row + 1 :]))


def found_on(visits: Sequence[Visit]) -> Mapping[tuple[str, date], tuple[int, int]]:
    """(visits, hazards) of each unit on each day."""
    found: dict[tuple[str, date], tuple[int, int]] = {}
    for each in visits:
        checks, hazards = found.get((each.org, each.day), (0, 0))
        found[each.org, each.day] = (checks + 1, hazards + len(each.findings))
    return found

"""The enterprises of the demo county: named, coded, graded, and registered by their towns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.apportion import apportion
from demo.county import MAIL, County, invented_names
from demo.days import moment, workday_from
from demo.deeds import Fill
from demo.material import NamePattern, NamePlan, SectorPlan, UnitPlan
from forms.codes import USCC_ALPHABET, uscc_check_character
from forms.values import Raw
from records.people import Person, Unit

_GRADES = {"a": 22, "b": 48, "c": 24, "d": 6}
_RISKS = {"major": 3, "larger": 14, "general": 48, "low": 35}
#: Who signs in for the first enterprise that has an account.
FIRST_REPORTER = "qiye"
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise as its town knows it; choices are named as the forms name them."""

    key: str
    name: str
    code: str
    sector: str
    pattern: NamePattern
    dept: str
    town: str
    grade: str
    risk: str
    address: str
    head: str
    phone: str
    staff: int
    tags: tuple[str, ...]


def draw_enterprises(county: County, count: int, random: Random) -> list[Enterprise]:
    """`count` enterprises, shared out by sector and town as the county's plan says; no two of one name or code."""
    material = county.material
    heads = invented_names(material.names, random)
    named = _namer(material.names, random)
    sectors = apportion(count, {name: plan.count for name, plan in material.sectors.items()})
    drawn: list[Enterprise] = []
    codes: set[str] = set()
    for sector, of_sector in sectors.items():
        plan = material.sectors[sector]
        towns = apportion(of_sector, {town.id: town.weight for town in material.county.towns})
        places = [town for town in material.county.towns for _ in range(towns[town.id])]
        for town, pattern in zip(places, _patterns(plan, of_sector, random), strict=True):
            number = len(drawn)
            drawn.append(
                Enterprise(
                    key=f"demo-enterprise-{number + 1:05}",
                    name=named(pattern.pattern, town),
                    code=_code(pattern.code + material.county.area, codes, random),
                    sector=sector,
                    pattern=pattern,
                    dept=plan.dept,
                    town=town.id,
                    grade=_weighted(_GRADES, random),
                    risk=_weighted(_RISKS, random),
                    address=_address(town, material.names, random),
                    head=heads[number % len(heads)],
                    phone=f"1990000{number % 10000:04}",
                    staff=int(plan.staff[0] * (plan.staff[1] / plan.staff[0]) ** random.random()),
                    tags=tuple(tag for tag in plan.tags if random.random() < 0.2),
                )
            )
    return drawn


def with_reporters(county: County, enterprises: Sequence[Enterprise]) -> County:
    """The county with accounts for `enterprises`, one of each town; the first of them is called `qiye`."""
    units = []
    people = []
    for place, each in enumerate(enterprises):
        unit = reporter_unit(each) if place else FIRST_REPORTER
        units.append(Unit(unit, each.name, "enterprise", (each.town, each.dept), 100 + place))
        people.append(Person(unit, each.head, unit, ("enterprise",), each.phone, f"{unit}@{MAIL}"))
    return county.with_units(units, people)


def reporter_unit(enterprise: Enterprise) -> str:
    """The id of the unit of an enterprise that has an account."""
    return f"qiye_{enterprise.town}"


def register(enterprises: Sequence[Enterprise], county: County, until: date, random: Random) -> Iterator[Fill]:
    """Each town's clerk enters its enterprises into the ledger in the weeks before `until`."""
    accounts = {unit.name: unit.id for unit in county.units if unit.kind == "enterprise"}
    for each in enterprises:
        day = workday_from(until - timedelta(days=random.randint(14, 45)), county.calendar)
        at = moment(day, random.randint(9, 16), random)
        account: dict[str, Raw] = {"account": accounts[each.name]} if each.name in accounts else {}
        yield Fill("enterprise", each.key, county.clerk(each.town).id, at, _entry(each, random) | account)


def _entry(each: Enterprise, random: Random) -> dict[str, Raw]:
    entry: dict[str, Raw] = {
        "name": each.name,
        "uscc": each.code,
        "unit_type": each.pattern.type,
        "sector": each.sector,
        "town": each.town,
        "dept": each.dept,
        "grade": each.grade,
        "risk": each.risk,
        "address": each.address,
        "head": each.head,
        "head_phone": each.phone,
        "staff": str(each.staff),
        "gbt4754": each.pattern.industry,
        "tags": list(each.tags),
        "officer_count": str(max(1, each.staff // 60)),
        "scale": "above" if each.staff > 100 else "micro" if each.staff < 15 else "below",
    }
    if each.pattern.kind:
        entry["hazchem_kind"] = each.pattern.kind
    if random.random() < 0.4:
        entry |= {"insured": "true", "insured_to": "2024-06-30"}
    return entry


def _patterns(plan: SectorPlan, count: int, random: Random) -> list[NamePattern]:
    """What each of `count` enterprises of a sector does."""
    kinds = apportion(count, plan.kinds or {"": 1})
    found = []
    for kind, of_kind in kinds.items():
        fitting = [pattern for pattern in plan.names if pattern.kind == (kind or None)]
        found += random.choices(fitting, [pattern.weight for pattern in fitting], k=of_kind)
    random.shuffle(found)
    return found


def _namer(plan: NamePlan, random: Random) -> Callable[[str, UnitPlan], str]:
    """A function that gives a name of a pattern in a town, never the same twice."""
    words = [
        first + second
        for first in plan.words.first
        for second in plan.words.second
        if first + second not in plan.words.unwanted and first != second
    ]
    taken: set[str] = set()
    ordinals: Counter[str] = Counter()

    def named(pattern: str, town: UnitPlan) -> str:
        if "{nth}" in pattern:
            ordinals[pattern + town.id] += 1
            return pattern.format(town=town.name, nth=_numeral(ordinals[pattern + town.id]))
        while True:
            place = random.choice(["青山县", "青山", town.short])
            name = pattern.format(place=place, town=town.name, word=random.choice(words))
            if name not in taken:
                taken.add(name)
                return name

    return named


def _numeral(number: int) -> str:
    """1 to 99 as people write them in names: 一, 十, 二十三."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (_DIGITS[ones] if ones else "")


def _code(head: str, taken: set[str], random: Random) -> str:
    """A unified social credit code with a right check character; its area is nobody's."""
    while True:
        body = f"{head}MA{''.join(random.choices(USCC_ALPHABET, k=7))}"
        if body not in taken:
            taken.add(body)
            return body + uscc_check_character(body)


def _address(town: UnitPlan, plan: NamePlan, random: Random) -> str:
    if random.random() < 0.6:
        return f"{town.name}{random.choice(plan.roads)}{random.randint(1, 399)}号"
    return f"{town.name}{random.choice(plan.villages)}村{random.randint(1, 12)}组"


def _weighted(weights: Mapping[str, float], random: Random) -> str:
    return random.choices(list(weights), list(weights.values()))[0]

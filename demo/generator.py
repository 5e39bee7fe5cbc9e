"""Everything that the people of the demo county do, week by week, always the same for the same seed.

What comes out is what a person would type and choose; whether it is accepted is decided by the
forms, as for everybody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo.county import County
from demo.daily import daily_fills
from demo.deeds import Deed, Fill
from demo.enforcing import Case, case_deeds, plan_cases
from demo.enterprises import Enterprise, draw_enterprises, register, with_reporters
from demo.inspecting import inspection_deeds, sent_at
from demo.material import Profile
from demo.preparing import drill_fills, training_fills
from demo.remedying import hazard_deeds
from demo.visits import Visit, found_on, plan_visits

SEED = 20230923
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Story:
    """A county with its enterprises, and what happens there in the days of a profile."""

    county: County
    profile: Profile
    enterprises: tuple[Enterprise, ...]
    visits: tuple[Visit, ...]
    cases: tuple[Case, ...]
    chance: Callable[[str], Random]

    def deeds(self) -> Iterator[Deed]:
        """Every deed: week after week, within a week what is filled before what is done with it."""
        weeks = _Weeks()
        weeks.put(register(self.enterprises, self.county, self.profile.start, self.chance("register")))
        weeks.put(drill_fills(self.county, self.profile, self.chance("drills")))
        weeks.put(training_fills(self.county, self.profile, self.chance("trainings")))
        weeks.put(daily_fills(self.county, self.profile, found_on(self.visits), self.chance("daily")))
        chance = self.chance("cases")
        for number, case in enumerate(self.cases, start=1):
            weeks.put(case_deeds(self.county, self.profile, number, case, chance))
        chance = self.chance("visits")
        for visit in self.visits:
            yield from weeks.before(visit.day)
            weeks.put(self._of_visit(visit, chance))
        yield from weeks.before(date.max)

    def _of_visit(self, visit: Visit, chance: Random) -> Iterator[Deed]:
        sent = sent_at(visit, chance)
        yield from inspection_deeds(self.county, self.profile, visit, sent, chance)
        for row in range(len(visit.findings)):
            yield from hazard_deeds(self.county, visit, row, sent, self.profile.end, chance)


def tell(county: County, profile: Profile, seed: int = SEED) -> Story:
    """Plan everything that happens in `profile`; the same seed gives the same story to the last letter."""

    def chance(part: str) -> Random:
        return Random(f"{seed} {part}")  # noqa: S311 -- a demo that can be repeated, not a secret

    enterprises = draw_enterprises(county, profile.enterprises, chance("enterprises"))
    visits = plan_visits(county, enterprises, profile, chance("plan"))
    return Story(
        county=with_reporters(county, _busiest(county, enterprises, visits)),
        profile=profile,
        enterprises=tuple(enterprises),
        visits=tuple(visits),
        cases=tuple(plan_cases(county, enterprises, profile, chance("enforcement"))),
        chance=chance,
    )


def _busiest(county: County, enterprises: Sequence[Enterprise], visits: Iterable[Visit]) -> list[Enterprise]:
    """The enterprise of each town that has most to fix, then the largest; towns in the county's order."""
    work: Counter[str] = Counter()
    for visit in visits:
        work[visit.enterprise.key] += sum(1 for finding in visit.findings if not finding.immediate)
    order = sorted(enterprises, key=lambda each: (-work[each.key], -each.staff, each.key))
    first = {each.town: each for each in reversed(order)}
    return [first[town.id] for town in county.material.county.towns if town.id in first]


class _Weeks:
    """Deeds that wait for their week."""

    def __init__(self) -> None:
        self._waiting: dict[date, list[Deed]] = defaultdict(list)

    def put(self, deeds: Iterable[Deed]) -> None:
        for deed in deeds:
            self._waiting[_monday(deed.at.date())].append(deed)

    def before(self, day: date) -> Iterator[Deed]:
        """The deeds of every week that ended before `day`, which then wait no more."""
        for week in sorted(week for week in self._waiting if day - _WEEK >= week):
            yield from _in_order(self._waiting.pop(week))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _in_order(deeds: Iterable[Deed]) -> list[Deed]:
    """Fills before steps, each form's together, each record's first step before its second."""
    rounds: Counter[str] = Counter()
    keyed = []
    for deed in sorted(deeds, key=lambda deed: (deed.at, deed.key)):
        rounds[deed.key] += 1
        turn = 0 if isinstance(deed, Fill) else rounds[deed.key]
        keyed.append(((turn, deed.form if turn else _rank(deed.form), deed.at, deed.key), deed))
    return [deed for _, deed in sorted(keyed, key=lambda pair: pair[0])]


def _rank(form: str) -> str:
    """Enterprises first: everything else is about them."""
    return "" if form == "enterprise" else form

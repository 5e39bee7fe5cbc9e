"""The life of a hazard after it was found: assigned, fixed, rechecked, signed off, looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from demo.county import County
from demo.days import moment, workday_from
from demo.deeds import Step
from demo.enterprises import FIRST_REPORTER, reporter_unit
from demo.inspecting import inspector_of
from demo.visits import Finding, Visit
from forms.values import Raw
from records.people import Person

#: Days from finding to fixing: log-normal with these medians.
_MEDIAN, _MEDIAN_MAJOR, _SIGMA = 6.0, 24.0, 0.7
_LATE, _SENT_BACK, _MORE_TIME, _LOOKED_BACK = 0.04, 0.03, 0.02, 0.12


@dataclass(frozen=True, slots=True)
class _Case:
    """One hazard with everybody who has to do with it; nobody judges their own work."""

    key: str
    visit: Visit
    finding: Finding
    finder: Person
    assigner: Person
    fixer: Person
    rechecker: Person
    signer: Person
    end: date


class _Calendar:
    """Gives the moments of a case one after the other, none after its last day."""

    def __init__(self, county: County, since: datetime, end: date, random: Random) -> None:
        self._county = county
        self._last = since
        self._end = end
        self._random = random

    def after(self, days: int, hour: int) -> datetime:
        """The next moment: `days` after the one before, on a working day if there is time."""
        day = workday_from(self._last.date() + timedelta(days=days), self._county.calendar)
        wanted = moment(min(day, self._end), hour, self._random)
        self._last = max(wanted, self._last + timedelta(minutes=7))
        return self._last

    def on(self, day: date, hour: int) -> datetime:
        """The next moment, not before `day`."""
        return self.after(max(0, (day - self._last.date()).days), hour)


def hazard_deeds(county: County, visit: Visit, row: int, sent: datetime, end: date, random: Random) -> Iterator[Step]:
    """What becomes of the hazard in row `row` of a visit; all of it by the evening of `end`, but for look-backs."""
    case = _case(county, visit, row, end, random)
    times = _Calendar(county, sent, end, random)
    if case.finding.immediate:
        yield from _fixed_on_spot(case, times)
    else:
        yield from _assigned(case, times, random)
        if case.finding.left_open:
            return
        yield from _fixed(county, case, times, random)
    closed = times.after(random.randint(0, 1), 16)
    day = closed.date().isoformat()
    transition = "sign_major" if case.finding.major else "sign"
    yield _step(case, case.signer, closed, transition, {"sign_by": case.signer.id, "sign_at": day})
    if random.random() < _LOOKED_BACK:
        yield from _looked_back(county, case, closed, random)


def _case(county: County, visit: Visit, row: int, end: date, random: Random) -> _Case:
    finder = inspector_of(county, visit)
    people = county.staff[visit.org]
    fixer = _fixer(county, visit, random)
    finding = visit.findings[row]
    leaders = county.staff[county.material.county.leadership.id]
    return _Case(
        key=f"{visit.key}/hazards/{row}",
        visit=visit,
        finding=finding,
        finder=finder,
        assigner=people[1],
        fixer=fixer,
        rechecker=finder if finder != fixer else next(person for person in people[:-1] if person != fixer),
        signer=random.choice(leaders) if finding.major else people[-1],
        end=end,
    )


def _fixer(county: County, visit: Visit, random: Random) -> Person:
    """Who reports it fixed: the enterprise if it has an account, else somebody of its town."""
    for unit in (reporter_unit(visit.enterprise), FIRST_REPORTER):
        if unit in county.staff and county.unit_name(unit) == visit.enterprise.name:
            return county.staff[unit][0]
    return random.choice(county.staff[visit.enterprise.town][:3])


def _fixed_on_spot(case: _Case, times: _Calendar) -> Iterator[Step]:
    at = times.after(0, 14)
    done = case.finding.template.done
    raw: dict[str, Raw] = {"fixed_at": at.date().isoformat(), "fix_desc": done, "cause": case.finding.cause}
    yield _step(case, case.finder, at, "fix_on_spot", raw)


def _assigned(case: _Case, times: _Calendar, random: Random) -> Iterator[Step]:
    raw: dict[str, Raw] = {
        "owner_org": case.fixer.unit_id,
        "owner": case.visit.enterprise.head,
        "measure": case.finding.template.measure,
        "fund": f"{random.choice([0, 0, 0.1, 0.2, 0.5, 1])}",
        "tracker": case.assigner.id,
        "cause": case.finding.cause,
    }
    if case.finding.major:
        raw |= {"fund": f"{random.choice([2, 3.5, 5, 8, 12.6])}", "contingency": case.finding.major.contingency}
        raw["stopped"] = random.choice(["partly", "wholly"])
    yield _step(case, case.assigner, times.after(1, 9), "assign", raw)


def _fixed(county: County, case: _Case, times: _Calendar, random: Random) -> Iterator[Step]:
    due = case.visit.day + timedelta(days=case.finding.days)
    if not case.finding.major and random.random() < _MORE_TIME:
        due += timedelta(days=10)
        yield from _more_time(county, case, times, due, random)
    day = _day_fixed(case, due, random)
    yield _reported(case, times.on(day, 14))
    if random.random() < _SENT_BACK and (case.end - day).days > 12:
        comment = random.choice(county.material.activities.comments.send_back)
        yield _step(case, case.rechecker, times.after(1, 10), "send_back", {}, comment)
        yield _reported(case, times.after(2, 14))
    at = times.after(random.randint(1, 2), 10)
    raw: dict[str, Raw] = {
        "recheck_by": f"{case.rechecker.name}、{case.assigner.name}",
        "recheck_at": at.date().isoformat(),
    }
    yield _step(case, case.rechecker, at, "pass_recheck", raw)


def _reported(case: _Case, at: datetime) -> Step:
    raw: dict[str, Raw] = {"fixed_at": at.date().isoformat(), "fix_desc": case.finding.template.done}
    return _step(case, case.fixer, at, "report_fixed", raw)


def _more_time(county: County, case: _Case, times: _Calendar, until: date, random: Random) -> Iterator[Step]:
    reason = random.choice(county.material.activities.comments.more_time)
    rows: list[Raw] = [{"extend_reason": reason, "new_deadline": until.isoformat()}]
    yield _step(case, case.fixer, times.after(1, 9), "ask_for_time", {"extend": rows}, reason)
    clerk = county.clerk(county.material.county.office.id)
    yield _step(case, clerk, times.after(0, 15), "grant_time", {"deadline": until.isoformat()})


def _day_fixed(case: _Case, due: date, random: Random) -> date:
    """When the enterprise is done: mostly in time, and early enough for recheck and signature by the end."""
    median = _MEDIAN_MAJOR if case.finding.major else _MEDIAN
    day = case.visit.day + timedelta(days=round(median * random.lognormvariate(0, _SIGMA)))
    if random.random() >= _LATE:
        day = min(day, due)
    elif day <= due:
        day = due + timedelta(days=random.randint(1, 6))
    return min(day, case.end - timedelta(days=3))


def _looked_back(county: County, case: _Case, closed: datetime, random: Random) -> Iterator[Step]:
    day = workday_from(closed.date() + timedelta(days=random.randint(7, 20)), county.calendar)
    rows: list[Raw] = [{"lookback_at": day.isoformat(), "lookback_by": case.assigner.name, "lookback_result": "holds"}]
    yield _step(case, case.assigner, moment(day, 10, random), None, {"lookback": rows})


def _step(
    case: _Case, actor: Person, at: datetime, transition: str | None, raw: dict[str, Raw], comment: str | None = None
) -> Step:
    return Step("hazard", case.key, actor.id, at, raw, transition, comment)

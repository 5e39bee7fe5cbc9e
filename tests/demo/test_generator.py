from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from demo.county import County
from demo.deeds import Deed, Fill, Step
from demo.generator import Story, tell
from demo.material import Material


def _digest(deeds: Iterable[Deed]) -> str:
    told = hashlib.sha256()
    for deed in deeds:
        told.update(repr(asdict(deed)).encode())
    return told.hexdigest()


def test_the_same_seed_tells_the_same_story_and_another_seed_another(material: Material, bare_county: County) -> None:
    profile = material.profiles["hamlet"]
    first, again, other = (_digest(tell(bare_county, profile, seed).deeds()) for seed in (1, 1, 2))
    assert first == again != other


def test_a_story_can_be_told_twice(hamlet: Story) -> None:
    assert _digest(hamlet.deeds()) == _digest(hamlet.deeds())


def test_the_county_has_exactly_the_totals_of_its_report(story: Story) -> None:
    deeds = list(story.deeds())
    fills = Counter(deed.form for deed in deeds if isinstance(deed, Fill))
    assert fills == {
        "enterprise": 1600,
        "inspection": 1550,
        "enforcement": 96,
        "drill": 112,
        "training": 26,
        "daily_report": 33 * 14,
    }
    findings = [finding for visit in story.visits for finding in visit.findings]
    assert len(findings) == 2136
    assert sum(1 for finding in findings if finding.major) == 30
    measures = Counter(case.measure for case in story.cases)
    assert measures == {"interview": 72, "joint_sanction": 15, "suspension": 4, "transfer": 5}
    assert sum(case.persons for case in story.cases) == 8
    ranks = Counter(visit.rank for visit in story.visits)
    assert (ranks["county"], ranks["town_head"]) == (36, 54)


def test_every_record_is_filled_before_anything_is_done_with_it_and_its_steps_come_in_time(story: Story) -> None:
    moments = defaultdict(list)
    known: set[str] = set()
    for deed in story.deeds():
        if isinstance(deed, Fill):
            known.add(deed.key)
        else:
            assert deed.key.split("/")[0] in known
        moments[deed.key].append(deed.at)
    assert all(times == sorted(times) and len(set(times)) == len(times) for times in moments.values())


def test_every_hazard_is_closed_by_the_evening_of_the_last_day(story: Story) -> None:
    closed = {
        deed.key: deed.at.date()
        for deed in story.deeds()
        if isinstance(deed, Step) and deed.transition in {"sign", "sign_major"}
    }
    assert len(closed) == 2136
    assert max(closed.values()) <= date(2023, 9, 22)


def test_nobody_accepts_what_they_fixed_or_signs_what_they_accepted(story: Story) -> None:
    actors: dict[str, dict[str, str]] = defaultdict(dict)
    for deed in story.deeds():
        if isinstance(deed, Step) and deed.form == "hazard" and deed.transition:
            actors[deed.key][deed.transition] = deed.actor
    judged = [by for by in actors.values() if "pass_recheck" in by]
    assert len(judged) > 1000
    for by in judged:
        assert by["report_fixed"] != by["pass_recheck"]
        assert by["pass_recheck"] != by.get("sign", by.get("sign_major"))


def test_a_visit_never_finds_the_same_thing_twice_and_finds_what_its_sector_has(story: Story) -> None:
    for visit in story.visits:
        descriptions = [finding.template.desc for finding in visit.findings]
        assert len(set(descriptions)) == len(descriptions)
        for finding in visit.findings:
            assert not finding.template.sectors or visit.enterprise.sector in finding.template.sectors


def test_a_city_has_its_totals_too(material: Material, bare_county: County) -> None:
    city = tell(bare_county, material.profiles["city"])
    findings = [finding for visit in city.visits for finding in visit.findings]
    assert (len(city.visits), len(findings)) == (111_327, 81_604)
    assert sum(1 for finding in findings if finding.left_open) == 102

from __future__ import annotations

from collections import Counter

from demo.apportion import apportion
from demo.generator import Story
from forms.codes import uscc_mistake


def test_there_are_as_many_enterprises_in_each_sector_as_the_county_plans(story: Story) -> None:
    sectors = story.county.material.sectors
    assert Counter(each.sector for each in story.enterprises) == {name: plan.count for name, plan in sectors.items()}
    assert len(story.enterprises) == 1600


def test_each_sector_is_shared_out_among_the_towns_by_their_weights(story: Story) -> None:
    towns = {town.id: town.weight for town in story.county.material.county.towns}
    industry = Counter(each.town for each in story.enterprises if each.sector == "industry_trade")
    assert industry == apportion(420, towns)


def test_every_credit_code_is_valid_and_no_two_are_alike(story: Story) -> None:
    assert [each.code for each in story.enterprises if uscc_mistake(each.code)] == []
    assert len({each.code for each in story.enterprises}) == 1600
    assert all(each.code[2:8] == "419926" for each in story.enterprises)


def test_no_two_enterprises_have_the_same_name(story: Story) -> None:
    assert len({each.name for each in story.enterprises}) == 1600


def test_chemical_businesses_are_of_the_kinds_that_the_county_counts(story: Story) -> None:
    kinds = Counter(each.pattern.kind for each in story.enterprises if each.sector == "hazardous_chemicals")
    assert kinds == {"production": 13, "filling_station": 50, "trade": 11}


def test_the_busiest_enterprise_of_every_town_has_an_account_under_its_town_and_its_department(story: Story) -> None:
    units = [unit for unit in story.county.units if unit.kind == "enterprise"]
    named = {each.name: each for each in story.enterprises}
    assert len(units) == 20
    work = Counter(
        visit.enterprise.key for visit in story.visits for finding in visit.findings if not finding.immediate
    )
    assert units[0].id == "qiye"
    for unit in units:
        enterprise = named[unit.name]
        assert unit.parents == (enterprise.town, enterprise.dept)
        assert work[enterprise.key] == max(work[each.key] for each in story.enterprises if each.town == enterprise.town)
        assert story.county.clerk(unit.id).name == enterprise.head

from __future__ import annotations

from collections import Counter
from datetime import date

from demo.accounts import showcase
from demo.county import County, found_county
from demo.material import Material
from records.people import is_workday


def test_thirteen_departments_and_twenty_towns_lie_under_the_office(bare_county: County) -> None:
    kinds = Counter(unit.kind for unit in bare_county.units)
    assert (kinds["office"], kinds["leadership"], kinds["department"], kinds["town"]) == (1, 1, 13, 20)
    office = bare_county.units[0]
    assert office.parents == ()
    assert all(unit.parents == (office.id,) for unit in bare_county.units[1:] if unit.kind != "village")


def test_other_units_stand_behind_them_so_that_no_place_of_a_department_or_town_changes(bare_county: County) -> None:
    others = bare_county.units[35:]
    assert Counter(unit.kind for unit in others) == {"centre": 4, "discipline": 1, "experts": 1, "village": 1}
    assert [unit.position for unit in others] == list(range(36, 43))
    assert others[-1].parents == ("chengguan",)


def test_every_unit_has_six_to_twelve_people_and_there_are_thirty_six_leaders(bare_county: County) -> None:
    sizes = {unit: len(people) for unit, people in bare_county.staff.items()}
    assert sizes.pop("lingdao") == 36
    assert all(6 <= size <= 12 for size in sizes.values())


def test_nobody_has_the_name_of_another(bare_county: County) -> None:
    assert len({person.name for person in bare_county.people}) == len(bare_county.people)
    assert len({person.id for person in bare_county.people}) == len(bare_county.people)


def test_the_county_is_the_same_every_time(material: Material, bare_county: County) -> None:
    assert found_county(material) == bare_county


def test_every_unit_is_signed_in_for_by_its_own_short_name(bare_county: County) -> None:
    assert all(bare_county.clerk(unit.id).id == unit.id for unit in bare_county.units)


def test_every_role_that_somebody_has_is_called_something_in_both_languages(bare_county: County) -> None:
    roles = {role for person in bare_county.people for role in person.roles} | {"enterprise"}
    assert roles == set(bare_county.material.roles)
    assert all(set(label) == {"zh", "en"} for label in bare_county.material.roles.values())


def test_the_showcase_has_one_account_for_each_kind_of_person() -> None:
    accounts = showcase()
    assert [account.sign_in for account in accounts] == ["anweiban", "yingji", "chengguan", "qiye", "lingdao", "admin"]
    assert {account.password for account in accounts} == {"qingshan2026"}
    assert all(set(account.title) == {"zh", "en"} for account in accounts)


def test_the_calendar_knows_days_off_in_the_week_and_worked_weekends(bare_county: County) -> None:
    calendar = bare_county.calendar
    assert not is_workday(date(2026, 2, 17), calendar)
    assert is_workday(date(2026, 10, 10), calendar)
    assert not is_workday(date(2023, 6, 22), calendar)
    assert is_workday(date(2023, 6, 25), calendar)

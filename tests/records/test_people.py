from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from records.database import Database
from records.people import (
    CalendarDay,
    NoSuchPerson,
    Person,
    Unit,
    all_people,
    all_roles,
    all_units,
    bring_back,
    calendar,
    count_people,
    get_person,
    hash_password,
    is_workday,
    mark_units,
    password_matches,
    retire_person,
    retired_people,
    retired_units,
    save_calendar,
    save_people,
    save_roles,
    save_units,
    set_contact,
    set_language,
    set_password,
    units_under,
)
from tests.conftest import HandClock
from tests.records.office import PEOPLE, Office


def test_a_unit_lies_under_both_its_parents(office: Office) -> None:
    with office.database.reading() as conn:
        assert units_under(conn, "T1") == {"T1", "V1"}
        assert units_under(conn, "D1") == {"D1", "V1"}
        assert units_under(conn, "O") == {"O", "D1", "T1", "T2", "V1"}
        assert units_under(conn, "nowhere") == {"nowhere"}
        assert [(unit.id, unit.parents) for unit in all_units(conn)] == [
            ("O", ()),
            ("D1", ("O",)),
            ("T1", ("O",)),
            ("T2", ("O",)),
            ("V1", ("D1", "T1")),
        ]


def test_units_that_stand_in_a_circle_are_told_once(database: Database) -> None:
    with database.writing() as conn:
        save_units(conn, [Unit("A", "甲", "town", ("B",)), Unit("B", "乙", "town", ("A",))])
        assert units_under(conn, "A") == {"A", "B"}


def test_saving_units_and_people_again_changes_them(office: Office) -> None:
    with office.database.writing() as conn:
        set_password(conn, "bei", "城关-2026")
        save_units(conn, [Unit("V1", "粮库一站", "station", ("T2",), 9)])
        save_people(conn, [Person("bei", "贝书记", "T2", ("town", "leader"), phone="13800000000")])
        save_units(conn, [])
        save_people(conn, [])
        bei = get_person(conn, "bei")
        assert (bei.name, bei.unit_id, bei.roles, bei.phone) == ("贝书记", "T2", ("town", "leader"), "13800000000")
        assert password_matches(bei, "城关-2026")
        assert units_under(conn, "T1") == {"T1"}
        assert count_people(conn) == len(PEOPLE)


def test_who_left_signs_in_no_more_and_may_come_back(office: Office, now: HandClock) -> None:
    with office.database.writing() as conn:
        retire_person(conn, "bei", now())
        with pytest.raises(NoSuchPerson):
            get_person(conn, "bei")
        assert "bei" not in [person.id for person in all_people(conn)]
        save_people(conn, [Person("bei", "贝镇长", "T1", ("town",))])
        with pytest.raises(NoSuchPerson):
            get_person(conn, "bei")
        bring_back(conn, "bei")
        assert get_person(conn, "bei").name == "贝镇长"


def test_who_left_is_listed_and_comes_back_as_they_were(office: Office, now: HandClock) -> None:
    with office.database.writing() as conn:
        bei = get_person(conn, "bei")
        assert retired_people(conn) == []
        retire_person(conn, "bei", now())
        assert retired_people(conn) == [bei]
        bring_back(conn, "bei")
        assert (get_person(conn, "bei"), retired_people(conn)) == (bei, [])


def test_what_people_say_of_themselves_changes_nothing_else(office: Office) -> None:
    with office.database.writing() as conn:
        bei = get_person(conn, "bei")
        set_contact(conn, "bei", phone="13800000000", email="bei@example.cn", language="en")
        expected = replace(bei, phone="13800000000", email="bei@example.cn", language="en")
        assert get_person(conn, "bei") == expected


def test_a_unit_out_of_use_is_listed_apart_and_may_come_into_use_again(office: Office, now: HandClock) -> None:
    with office.database.writing() as conn:
        mark_units(conn, ["T2"], now())
        assert "T2" not in [unit.id for unit in all_units(conn)]
        assert [unit.id for unit in retired_units(conn)] == ["T2"]
        mark_units(conn, ["T2"], None)
        assert "T2" in [unit.id for unit in all_units(conn)]
        assert retired_units(conn) == []


def test_people_stand_by_unit_and_name(office: Office) -> None:
    with office.database.reading() as conn:
        assert [person.unit_id for person in all_people(conn)] == ["O", "O", "O", "D1", "T1", "T1", "T2", "V1"]


def test_a_password_is_kept_as_a_hash_and_only_the_right_one_matches(office: Office) -> None:
    with office.database.writing() as conn:
        set_password(conn, "bei", "城关-2026")
        set_language(conn, "bei", "en")
        bei = get_person(conn, "bei")
    assert "2026" not in str(bei.password_hash)
    assert password_matches(bei, "城关-2026")
    assert not password_matches(bei, "城关-2025")
    assert not password_matches(bei, "")
    assert bei.language == "en"


def test_nobody_without_a_password_signs_in() -> None:
    nobody = Person("", "", "", ())
    assert not any(password_matches(nobody, password) for password in ("", "somesaltsomesalt", "password"))
    assert not password_matches(Person("x", "", "", (), password_hash="damaged"), "x")


def test_an_unknown_person_takes_as_long_as_a_wrong_password() -> None:
    known, nobody = Person("a", "", "", (), password_hash=hash_password("x")), Person("", "", "", ())

    def quickest(person: Person) -> float:
        def once() -> float:
            started = time.perf_counter()
            assert not password_matches(person, "y")
            return time.perf_counter() - started

        return min(once() for _ in range(7))

    assert 0.5 < quickest(nobody) / quickest(known) < 2


def test_the_calendar_decides_before_the_week(database: Database) -> None:
    holiday = CalendarDay(date(2026, 10, 1), "holiday", "国庆节")
    worked = CalendarDay(date(2026, 10, 10), "workday", "调休")
    with database.writing() as conn:
        save_calendar(conn, [holiday, worked])
        save_calendar(conn, [CalendarDay(date(2026, 10, 1), "holiday", "国庆")])
        special = calendar(conn)
    assert special == {date(2026, 10, 1): CalendarDay(date(2026, 10, 1), "holiday", "国庆"), worked.day: worked}
    days = [date(2026, 10, 1), date(2026, 10, 10), date(2026, 10, 11), date(2026, 10, 12)]
    assert [is_workday(day, special) for day in days] == [False, True, False, True]


def test_roles_stand_in_the_order_given(database: Database) -> None:
    with database.writing() as conn:
        save_roles(conn, {"town": {"zh": "乡镇", "en": "Town"}, "office": {"zh": "安委办"}})
        assert list(all_roles(conn).items()) == [("town", {"zh": "乡镇", "en": "Town"}), ("office", {"zh": "安委办"})]


def test_a_person_acts_for_the_units_under_theirs(office: Office) -> None:
    actor = office.actor("bei")
    assert (actor.roles, actor.units) == (frozenset({"town"}), frozenset({"T1", "V1"}))
    unit = {"unit": "T1", "unit_name": "城关镇", "unit_kind": "town", "town": "T1"}
    assert actor.facts == {"id": "bei", "name": "贝镇长", "role": "town", **unit}


def test_a_person_knows_the_town_that_their_unit_lies_in(office: Office) -> None:
    village, county = office.actor("guo"), office.actor("an")
    assert (village.facts["unit"], village.facts["town"]) == ("V1", "T1")
    assert (county.facts["unit"], county.facts["town"]) == ("O", "")

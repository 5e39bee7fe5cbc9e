from __future__ import annotations

from datetime import date

from sqlalchemy import event

from forms.values import FileFacts
from records.files import note_file
from records.ledger import open_ledger
from records.lookup import DatabaseLookup
from records.people import CalendarDay, Person, retire_person, save_calendar, save_people
from records.revise import withdraw
from tests.conftest import HandClock
from tests.records.office import AREA, Office


def test_units_are_found_by_id_or_name(office: Office) -> None:
    with office.database.reading() as conn:
        lookup = DatabaseLookup(conn)
        assert (lookup.find_unit("T1"), lookup.find_unit("城关镇"), lookup.find_unit("别处")) == ("T1", "T1", None)
        assert (lookup.unit_name("T1"), lookup.unit_kind("T1")) == ("城关镇", "town")
        assert (lookup.unit_name("X"), lookup.unit_kind("X")) == ("X", "")


def test_living_people_are_found_and_all_are_shown(office: Office, now: HandClock) -> None:
    with office.database.writing() as conn:
        save_people(conn, [Person("bei2", "贝镇长", "T2", ("town",))])
        retire_person(conn, "chen", now())
        lookup = DatabaseLookup(conn)
        assert (lookup.find_person("an"), lookup.find_person("安主任")) == ("an", "an")
        assert (lookup.find_person("贝镇长"), lookup.find_person("bei2")) == (None, "bei2")
        assert (lookup.find_person("chen"), lookup.find_person("陈镇长")) == (None, None)
        assert (lookup.person_name("chen"), lookup.person_name("x")) == ("陈镇长", "x")


def test_living_records_are_found_by_id_or_title(office: Office) -> None:
    one, two = office.sent("bei", "hazard", {"desc": "电线"}), office.sent("chen", "hazard", {"desc": "电线"})
    with office.writing() as ledger:
        assert sorted(ledger.lookup.find_records("hazard", "电线")) == sorted([one.id, two.id])
        assert list(ledger.lookup.find_records("hazard", one.id)) == [one.id]
        assert list(ledger.lookup.find_records("visit", one.id)) == []
        assert (ledger.lookup.record_title(one.id), ledger.lookup.record_title("x")) == ("电线", "x")
        withdraw(ledger, two.id, office.occasion("an"))
        fresh = DatabaseLookup(ledger.conn)
        assert list(fresh.find_records("hazard", "电线")) == [one.id]
        assert fresh.record_title(two.id) == "电线"


def test_what_is_learned_at_once_is_what_would_be_found_one_by_one(office: Office) -> None:
    for person, desc in (("bei", "电线"), ("chen", "电线"), ("bei", "油罐")):
        office.sent(person, "hazard", {"desc": desc})
    with office.database.reading() as conn:
        learned, asking = DatabaseLookup(conn), DatabaseLookup(conn)
        learned.learn_records("hazard")
        statements: list[str] = []
        event.listen(conn, "before_cursor_execute", lambda *told: statements.append(str(told[2])))
        found = {title: list(learned.find_records("hazard", title)) for title in ("电线", "油罐")}
        ids = [record for records in found.values() for record in records]
        titles = [learned.record_title(record) for record in ids]
        assert statements == []
        assert found == {title: list(asking.find_records("hazard", title)) for title in found}
        assert titles == [asking.record_title(record) for record in ids]
        asking.learn_titles([*ids, "x"])
        before = len(statements)
        assert [asking.record_title(record) for record in [*ids, "x"]] == [*titles, "x"]
        assert len(statements) == before


def test_what_is_just_being_stored_is_known(office: Office) -> None:
    with office.reading() as ledger:
        lookup = open_ledger(ledger.conn, ledger.catalogue, AREA).lookup
        assert list(lookup.find_records("hazard", "新的")) == []
        lookup.note_record("hazard", "R1", "新的")
        assert list(lookup.find_records("hazard", "R1")) == ["R1"]
        assert lookup.record_title("R1") == "新的"


def test_people_have_roles_and_work_in_their_unit_and_in_those_above_it(office: Office) -> None:
    with office.database.reading() as conn:
        lookup = DatabaseLookup(conn)
        assert (lookup.person_roles("an"), lookup.person_roles("x")) == (frozenset({"office"}), frozenset())
        above = [unit for unit in ("V1", "T1", "D1", "O", "T2") if lookup.works_in("guo", unit)]
        assert above == ["V1", "T1", "D1", "O"]
        assert not lookup.works_in("x", "O")


def test_files_and_special_days_are_known(office: Office, now: HandClock) -> None:
    with office.database.writing() as conn:
        note_file(conn, "a" * 64, name="门口.jpg", media_type="image/jpeg", size=7, at=now())
        days = {date(2026, 10, 1): "holiday", date(2026, 10, 10): "workday"}
        save_calendar(conn, [CalendarDay(day, kind, "") for day, kind in days.items()])
        lookup = DatabaseLookup(conn)
        assert lookup.find_file("a" * 64) == FileFacts("门口.jpg", "image/jpeg", 7)
        assert lookup.find_file("b" * 64) is None
        assert dict(lookup.calendar) == {"2026-10-01": False, "2026-10-10": True}

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, select

from forms.fields.select_one import SelectOne
from records.catalogue import NoSuchForm, catalogue_stamp, open_catalogue, publish, retire, unpublishable, unpublished
from records.database import Database
from records.rows import rows
from records.tables import form_versions
from tests.conftest import HandClock
from tests.records.office import HAZARD, VISIT, Office

RENAMED = VISIT.replace("name: place,", "name: spot, was: [place],").replace("${place}", "${spot}")
GRADED = """
id: graded
title: 分级
instance_name: ${grade}
fields:
  - {type: select_one, name: grade, label: 级别, choices: grades}
access: {roles: {office: {fill: true, read: all}}}
"""
GRADES = "zz: {zh: 甲, en: First}\nb: 乙\nccc: 丙\na: 丁\n"


def test_publishing_numbers_the_versions_of_what_changed_and_of_nothing_else(office: Office) -> None:
    assert office.publish() == {}
    assert office.publish(RENAMED) == {"visit": 2}
    assert office.publish(HAZARD) == {}
    assert office.publish(VISIT) == {"visit": 3}


def test_what_differs_from_what_is_served_is_told_and_not_published(office: Office) -> None:
    office.write(RENAMED, HAZARD, GRADED, lists={"grades": GRADES})
    with office.reading() as ledger:
        assert sorted(unpublished(ledger.conn, office.folder())) == ["graded", "visit"]
        assert ledger.catalogue["visit"].version == 1


def test_a_choice_list_that_changed_makes_a_version_of_the_forms_that_name_it(office: Office) -> None:
    assert office.publish(GRADED, lists={"grades": GRADES, "other": "a: 甲\n"}) == {"graded": 1}
    assert office.publish(lists={"other": "a: 乙\n"}) == {}
    assert office.publish(lists={"grades": GRADES + "e: 戊\n"}) == {"graded": 2}
    backwards = "".join(reversed((GRADES + "e: 戊\n").splitlines(keepends=True)))
    assert office.publish(lists={"grades": backwards}) == {"graded": 3}


def test_choices_stand_in_the_order_of_their_list(office: Office) -> None:
    office.publish(GRADED, lists={"grades": GRADES})
    with office.reading() as ledger:
        field = ledger.catalogue["graded"].form.questions["grade"]
    assert isinstance(field, SelectOne)
    assert list(field.choices) == ["zz", "b", "ccc", "a"]
    assert field.choices["zz"].inside("en") == "First"


def test_an_old_version_can_be_read_for_ever(office: Office) -> None:
    office.publish(RENAMED)
    with office.reading() as ledger:
        catalogue = ledger.catalogue
        assert "spot" in catalogue["visit"].form.questions
        assert catalogue["visit"] is catalogue.version(ledger.conn, "visit", 2)
        old = catalogue.version(ledger.conn, "visit", 1)
        assert "place" in old.form.questions
        assert catalogue.version(ledger.conn, "visit", 1) is old
        with pytest.raises(NoSuchForm):
            catalogue.version(ledger.conn, "visit", 3)


def test_a_retired_form_is_served_no_more_and_comes_back_as_a_new_version(office: Office) -> None:
    with office.writing() as ledger:
        retire(ledger.conn, "visit", office.now())
    with office.reading() as ledger:
        with pytest.raises(NoSuchForm) as problem:
            ledger.catalogue["visit"]
        assert problem.value.status == 404
        assert ledger.catalogue.version(ledger.conn, "visit", 1).version == 1
        assert ledger.catalogue.serving(ledger.conn, "visit", 1).version == 1
    assert office.publish() == {"visit": 2}
    with office.reading() as ledger:
        assert ledger.catalogue["visit"].version == 2


def test_every_publication_and_retirement_is_noticed(office: Office, now: HandClock) -> None:
    def stamp() -> str:
        with office.database.reading() as conn:
            return catalogue_stamp(conn)

    stamps = [stamp()]
    office.publish(RENAMED)
    stamps.append(stamp())
    for form_id in ("visit", "hazard"):  # at one and the same moment
        with office.writing() as ledger:
            retire(ledger.conn, form_id, now())
        stamps.append(stamp())
    assert len(set(stamps)) == 4
    assert stamp() == stamps[-1]


def test_two_processes_serve_the_same(office: Office, now: HandClock) -> None:
    other = Database(office.database.url.render_as_string(hide_password=False))
    office.publish(RENAMED)
    with other.reading() as conn:
        elsewhere = open_catalogue(conn)
    with office.reading() as ledger:
        assert {form_id: item.form for form_id, item in elsewhere.newest.items()} == {
            form_id: item.form for form_id, item in ledger.catalogue.newest.items()
        }
    with other.writing() as conn:
        assert publish(conn, office.folder(), actor="an", at=now() + timedelta(days=1)).versions == {}
    other.close()


def test_a_form_out_of_the_folder_stays_served(office: Office) -> None:
    office.publish(GRADED, lists={"grades": GRADES})
    office.drop("graded")
    assert office.publish() == {}
    with office.reading() as ledger:
        assert "graded" in ledger.catalogue.newest


def test_a_renamed_question_reads_its_former_answers(office: Office) -> None:
    office.sent("bei", "visit", {"place": "旧名"})
    office.publish(RENAMED)
    office.sent("bei", "visit", {"spot": "新名"})
    with office.reading() as ledger:
        query = rows(ledger.catalogue["visit"].form)
        assert sorted(row.spot for row in ledger.conn.execute(query)) == ["新名", "旧名"]


def test_a_question_that_was_answered_keeps_its_kind(office: Office) -> None:
    as_number = VISIT.replace("{type: text, name: note", "{type: integer, name: note")
    assert office.publish(as_number) == {"visit": 2}  # nobody answered yet
    office.publish(VISIT)
    office.sent("bei", "visit", {"place": "甲", "note": "三人", "people": "3"})
    for other in (as_number, VISIT.replace("{type: text, name: note", "{type: date, name: since, was: [note]")):
        office.write(other)
        with office.writing() as ledger:
            (issue,) = publish(ledger.conn, office.folder(), actor="an", at=office.now()).issues
        assert re.fullmatch(
            r"“检查”的 (note|since) 换了题型，有 1 条记录的答案读不出来；确要换请写 retyped: \[\1\]，或给新题另起名称",
            issue.sentence,
        )
        assert "name: note" in VISIT.splitlines()[issue.line - 1]
    looser = VISIT.replace("{type: integer, name: people", "{type: decimal, name: people")
    assert office.publish(looser.replace("{type: yes_no, name: covert", "{type: text, name: covert")) == {"visit": 4}
    with office.reading() as ledger:
        (row,) = ledger.conn.execute(rows(ledger.catalogue["visit"].form))
    assert (row.note, row.people, row.covert) == ("三人", 3, None)


def test_a_form_that_cannot_be_published_keeps_no_other_back_and_stays_served(office: Office) -> None:
    office.sent("bei", "visit", {"place": "甲", "note": "三人"})
    office.write(VISIT.replace("{type: text, name: note", "{type: integer, name: note"), HAZARD + "hint: 改过\n")
    with office.reading() as ledger:
        told = unpublishable(ledger.conn, office.folder())
    with office.writing() as ledger:
        done = publish(ledger.conn, office.folder(), actor="an", at=office.now())
    assert (done.versions, done.issues) == ({"hazard": 2}, told)
    assert [issue.path.name for issue in told] == ["visit.yaml"]
    with office.reading() as ledger:
        assert {form_id: item.version for form_id, item in ledger.catalogue.newest.items()} == {"hazard": 2, "visit": 1}
    office.write(VISIT)
    with office.reading() as ledger:
        assert unpublishable(ledger.conn, office.folder()) == []


def test_a_publication_while_the_forms_are_being_read_is_noticed_afterwards(office: Office) -> None:
    """In PostgreSQL each statement of a writing sees what others have committed until then."""
    asked: list[str] = []

    def publish_once(_: Connection, __: object, statement: str, *___: object) -> None:
        if "form_versions" in statement:
            asked.append(statement)
        if len(asked) == 1:
            office.publish(RENAMED)

    reader = office.database.reading() if office.database.is_sqlite else office.database.writing()
    with reader as conn:
        event.listen(conn, "after_cursor_execute", publish_once)
        catalogue = open_catalogue(conn)
        event.remove(conn, "after_cursor_execute", publish_once)
    with office.database.reading() as conn:
        assert len(asked) == 2
        assert catalogue["visit"].version == 2 or catalogue.stamp != catalogue_stamp(conn)


def test_what_is_stored_is_the_file_as_it_was(office: Office) -> None:
    with office.reading() as ledger:
        row = ledger.conn.execute(select(form_versions).where(form_versions.c.form_id == "visit")).one()
    assert (row.source, row.published_by, row.vocabularies) == (VISIT, "an", {})

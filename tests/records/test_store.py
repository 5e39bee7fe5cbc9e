from __future__ import annotations

from datetime import UTC

from sqlalchemy import func, select

from records.model import Author, Door, Occasion
from records.revise import Change, revise
from records.store import insert_submissions, load_revisions, load_submissions, units_of, update_submissions
from records.tables import metadata
from tests.records.office import Office, accepted


def test_a_submission_is_read_back_as_it_was_stored(office: Office) -> None:
    record = office.sent("bei", "visit", {"place": "面粉厂", "covert": "否", "ways": ["look"]})
    with office.reading() as ledger:
        found = load_submissions(ledger.conn, [record.id, record.id, "x"])
        locked = load_submissions(ledger.conn, []) | units_of(ledger.conn, [])
    assert found == {record.id: record}
    assert locked == {}
    assert found[record.id].created_at.tzinfo is UTC


def test_who_most_likely_typed_a_cell_is_kept_in_the_history(office: Office) -> None:
    record = office.sent("bei", "visit", {"place": "面粉厂"})
    author = Author("刘会计", "lock file", "likely")
    occasion = Occasion(office.actor("admin"), office.now(), Door.SHEET, author)
    with office.writing() as ledger:
        changed = accepted(revise(ledger, Change(record.id, {"note": "改"}, occasion)))
        first, second = load_revisions(ledger.conn, record.id)
    assert (first.author, first.door) == (None, Door.WEB)
    assert (second.author, second.door, second.answers) == (author, Door.SHEET, changed.answers)


def test_storing_nothing_writes_nothing(office: Office) -> None:
    def sizes() -> list[int]:
        return [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in metadata.sorted_tables]

    with office.database.writing() as conn:
        before = sizes()
        insert_submissions(conn, [])
        update_submissions(conn, [])
        assert sizes() == before


def test_more_records_than_one_question_holds_are_read(office: Office) -> None:
    records = [office.sent("bei", "visit", {"place": str(index)}) for index in range(3)]
    missing = [f"x{index}" for index in range(1200)]
    with office.reading() as ledger:
        assert set(load_submissions(ledger.conn, [*missing, *(record.id for record in records)])) == {
            record.id for record in records
        }

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import IntegrityError

from forms.values import Raw
from records.access import NotAllowed
from records.catalogue import NoSuchForm
from records.database import Database
from records.events import events_of
from records.model import Accepted, Outcome, Refused
from records.revise import withdraw
from records.store import load_revisions
from records.submit import Entry, SentByAnother, SentOtherwise, free_instance, submit, submit_many
from records.tables import counters, metadata, submissions, unique_keys
from tests.records.office import HAZARD, VISIT, Office, accepted, refused

VISITED: dict[str, Raw] = {"place": "面粉厂", "people": "３", "found": [{"what": "电线老化", "grade": "重大"}]}


def counted(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as conn:
        return {
            table.name: int(conn.execute(select(func.count()).select_from(table)).scalar_one())
            for table in metadata.sorted_tables
        }


def send(office: Office, form_id: str, entry: Entry) -> Outcome:
    """As the web floor does: two that meet at a unique key look again."""
    for _ in range(2):
        try:
            with office.writing() as ledger:
                return submit(ledger, form_id, entry)
        except IntegrityError:
            continue
    with office.writing() as ledger:
        return submit(ledger, form_id, entry)


def at_once(*works: Callable[[], Outcome]) -> list[Outcome]:
    """Do all of `works` at the same moment, each in a thread of its own."""
    ready = threading.Barrier(len(works))

    def wait_and(work: Callable[[], Outcome]) -> Outcome:
        ready.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        return [future.result() for future in [threads.submit(wait_and, work) for work in works]]


def test_a_record_is_stored_with_its_number_title_history_and_event(office: Office) -> None:
    visit = office.sent("bei", "visit", {"place": " 面粉厂 ", "cost": "1,200.50"})
    assert visit.answers["no"] == "JC-419926-2026-0001"
    assert visit.title == "JC-419926-2026-0001 面粉厂"
    assert (visit.answers["cost"], visit.answers["town"], visit.answers["day"]) == ("1200.5", "T1", "2026-11-22")
    assert (visit.unit_id, visit.created_by, visit.revision, visit.state) == ("T1", "bei", 1, None)
    assert visit.concerns == {"T1"}
    with office.reading() as ledger:
        (first,) = load_revisions(ledger.conn, visit.id)
        (event,) = events_of(ledger.conn, visit.id)
    assert (first.answers, first.action, first.actor) == (visit.answers, "submission.created", "bei")
    assert (event.action, event.actor, event.details) == ("submission.created", "bei", {"revision": 1, "door": "web"})


def test_a_refused_record_leaves_nothing_behind(office: Office) -> None:
    before = counted(office.database)
    rows: list[Raw] = [{"what": "电线老化", "grade": "重大"}, {"what": "", "grade": "大"}]
    outcome = office.send("bei", "visit", {"people": "0", "found": rows, "plac": "x"})
    assert refused(outcome) == {
        "place": "必填",
        "people": "至少 1 人",
        "found.1.what": "必填",
        "found.1.grade": "没有“大”这一项，是不是“重大”？",
        "plac": "没有“plac”这一项，是不是 place？",
    }
    assert counted(office.database) == before


def test_the_same_form_sent_again_is_one_record(office: Office) -> None:
    first = office.send("bei", "visit", VISITED, "i1")
    before = counted(office.database)
    again = office.send("bei", "visit", dict(reversed(VISITED.items())), "i1")
    assert isinstance(again, Accepted)
    assert again.repeated
    assert again.submission.id == accepted(first).id
    assert counted(office.database) == before


def test_other_answers_under_the_same_instance_are_refused(office: Office) -> None:
    office.sent("bei", "visit", VISITED, "i1")
    for person in ("bei", "ben"):
        with pytest.raises(SentOtherwise) as problem:
            office.send(person, "visit", {**VISITED, "people": "4"}, "i1")
        assert problem.value.status == 409
    office.sent("bei", "hazard", {"desc": "电线"}, "i1")  # an instance is of one form


def test_who_sends_what_a_colleague_has_sent_is_told_by_whom(office: Office) -> None:
    office.sent("bei", "visit", VISITED, "i1")
    with pytest.raises(SentByAnother, match="贝镇长已经报过这一张（JC-419926-2026-0001 面粉厂），内容相同") as problem:
        office.send("ben", "visit", VISITED, "i1")
    assert problem.value.status == 409


def test_what_was_withdrawn_is_not_sent_again_under_its_old_name(office: Office) -> None:
    first = office.sent("bei", "visit", VISITED, "i1")
    with office.writing() as ledger:
        assert free_instance(ledger, "visit", "i1") == "i1"
        withdraw(ledger, first.id, office.occasion("bei"))
    for person in ("bei", "ben"):
        told = refused(office.send(person, "visit", VISITED, "i1"))
        assert told == {"": f"已经报过（{first.title}），后来作废了；可以恢复那条记录，或另填一张新的"}


def test_after_a_withdrawal_a_name_that_is_worked_out_goes_on_counting(office: Office) -> None:
    for name in ("i1", "i1/2", "i1/3"):
        with office.writing() as ledger:
            assert free_instance(ledger, "visit", "i1") == name
        sent = office.sent("bei", "visit", {"place": name}, name)
        with office.writing() as ledger:
            assert free_instance(ledger, "visit", "i1") == name
            withdraw(ledger, sent.id, office.occasion("bei"))


def test_five_who_send_the_same_at_once_make_one_record(office: Office) -> None:
    entry = office.entry("bei", VISITED, "i1")
    outcomes = at_once(*[lambda: send(office, "visit", entry)] * 5)
    assert len({accepted(outcome).id for outcome in outcomes}) == 1
    assert sum(isinstance(outcome, Accepted) and not outcome.repeated for outcome in outcomes) == 1
    counts = counted(office.database)
    assert (counts["submissions"], counts["revisions"], counts["events"]) == (2, 2, 2)


def test_the_same_form_stored_meanwhile_is_the_same_record_and_no_double(office: Office) -> None:
    """In PostgreSQL each statement sees what others have committed until then."""
    entry = office.entry("bei", VISITED, "i1")
    first: list[Outcome] = []

    def send_first(_: Connection, __: object, statement: str, *___: object) -> None:
        if "instance_id IN" in statement and not first:
            first.append(send(office, "visit", entry))

    if office.database.is_sqlite:  # nobody writes beside a writer
        first.append(send(office, "visit", entry))
    with office.writing() as ledger:
        event.listen(ledger.conn, "after_cursor_execute", send_first)
        second = submit(ledger, "visit", entry)
        event.remove(ledger.conn, "after_cursor_execute", send_first)
    assert isinstance(second, Accepted)
    assert second.repeated
    assert [accepted(outcome).id for outcome in first] == [second.submission.id]


def test_numbers_have_no_gap_and_no_double_however_many_send_at_once(office: Office) -> None:
    entries = [office.entry("bei", {"place": f"第 {index} 处"}) for index in range(12)]
    wrong = [office.entry("bei", {"place": ""}) for _ in range(4)]
    works = [lambda entry=entry: send(office, "visit", entry) for entry in [*entries, *wrong]]
    outcomes = at_once(*works)
    numbers = sorted(str(item.submission.answers["no"]) for item in outcomes if isinstance(item, Accepted))
    assert numbers == [f"JC-419926-2026-{number:04}" for number in range(1, 13)]


def test_a_transaction_that_fails_gives_its_number_back(office: Office) -> None:
    entry = office.entry("bei", VISITED)
    with suppress(ZeroDivisionError), office.writing() as ledger:
        submit(ledger, "visit", entry)
        raise ZeroDivisionError
    assert office.sent("bei", "visit", VISITED).answers["no"] == "JC-419926-2026-0001"


def test_each_year_is_numbered_anew_by_the_date_of_the_record(office: Office) -> None:
    days = ["2025-12-31", "2026-01-01", "2025-03-01"]
    numbers = [office.sent("bei", "visit", {"place": "甲", "day": day}).answers["no"] for day in days]
    assert numbers == ["JC-419926-2025-0001", "JC-419926-2026-0001", "JC-419926-2025-0002"]
    with office.reading() as ledger:
        found = ledger.conn.execute(select(counters.c.series, counters.c.last)).all()
        assert dict(found) == {"JC-419926-2025-": 2, "JC-419926-2026-": 1}


def test_rows_become_records_of_their_own_linked_to_where_they_were_found(office: Office) -> None:
    visit = office.sent("bei", "visit", VISITED)
    with office.reading() as ledger:
        (row,) = ledger.conn.execute(select(submissions).where(submissions.c.form_id == "hazard"))
    assert (row.parent_id, row.title, row.state, row.unit_id) == (visit.id, "电线老化", "fixing", "T1")
    assert {name: row.answers[name] for name in ("visit", "desc", "level", "town", "found_at")} == {
        "visit": visit.id,
        "desc": "电线老化",
        "level": "major",
        "town": "T1",
        "found_at": "2026-11-22",
    }


def test_a_row_that_cannot_become_a_record_refuses_the_whole_and_is_told_at_the_row(office: Office) -> None:
    before = counted(office.database)
    rows: list[Raw] = [{"what": "电线老化", "grade": "重大"}, {"what": "短", "grade": "一般"}]
    assert refused(office.send("bei", "visit", {**VISITED, "found": rows})) == {"found.1.what": "不符合要求"}
    assert counted(office.database) == before


def test_answers_that_must_be_unique_are(office: Office) -> None:
    office.sent("bei", "hazard", {"desc": "电线老化"})
    twice = {"town": "已经有一条相同的记录", "desc": "已经有一条相同的记录"}
    assert refused(office.send("ben", "hazard", {"desc": " 电线老化 "})) == twice
    assert refused(office.send("bei", "visit", VISITED)) == {"found.0.what": "已经有一条相同的记录"}
    office.sent("chen", "hazard", {"desc": "电线老化"})


def test_two_equal_rows_are_told_and_not_stored(office: Office) -> None:
    row: dict[str, Raw] = {"what": "电线老化", "grade": "重大"}
    assert refused(office.send("bei", "visit", {**VISITED, "found": [row, dict(row)]})) == {
        "found.1.what": "已经有一条相同的记录"
    }
    assert counted(office.database)["submissions"] == 0


def test_two_who_claim_the_same_at_once_are_told_apart(office: Office) -> None:
    entries = [office.entry(person, {"desc": "电线老化"}) for person in ("bei", "ben")]
    outcomes = at_once(*[lambda entry=entry: send(office, "hazard", entry) for entry in entries])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Accepted", "Refused"]
    assert counted(office.database)["unique_keys"] == 1


def test_who_may_not_fill_a_form_is_told(office: Office) -> None:
    for person, form_id in (("ling", "visit"), ("dong", "hazard")):
        with pytest.raises(NotAllowed) as problem:
            office.send(person, form_id, {"place": "甲", "desc": "电线"})
        assert problem.value.status == 403
    with pytest.raises(NoSuchForm):
        office.send("bei", "visits", {})
    assert counted(office.database)["submissions"] == 0


def test_strange_characters_are_stored_or_left_out_and_never_a_crash(office: Office) -> None:
    visit = office.sent("bei", "visit", {"place": "甲\x00乙\ud83d丙😀", "no": "\ud83d", "note": "%_\\'\";--"})
    assert visit.answers["place"] == "甲乙丙😀"
    with office.reading() as ledger:
        assert load_revisions(ledger.conn, visit.id)[0].answers == visit.answers


BATCH: list[tuple[str, dict[str, Raw]]] = [
    ("a", {"place": "甲"}),
    ("b", {"place": ""}),
    ("c", {"place": "丙", "found": [{"what": "电线", "grade": "一般"}]}),
    ("a", {"place": "甲"}),
    ("d", {"place": "丁", "found": [{"what": "电线", "grade": "重大"}, {"what": "油罐", "grade": "一般"}]}),
    ("e", {"place": "戊", "found": [{"what": "油罐", "grade": "一般"}]}),
    ("b", {"place": ""}),
    ("f", {"place": "己", "day": "2025-01-01"}),
]


def told(outcomes: list[Outcome]) -> list[object]:
    return [
        (str(item.submission.answers["no"]), item.submission.title, item.repeated)
        if isinstance(item, Accepted)
        else sorted(item.refusals.items())
        for item in outcomes
    ]


def test_many_at_once_fare_as_one_after_the_other(office: Office) -> None:
    one_by_one = told([office.send("bei", "visit", raw, instance) for instance, raw in BATCH])
    with office.writing() as ledger:
        for table in reversed(metadata.sorted_tables):
            if table.name in {"submissions", "revisions", "submission_units", "unique_keys", "counters"}:
                ledger.conn.execute(table.delete())
    entries = [office.entry("bei", raw, instance) for instance, raw in BATCH]
    with office.writing() as ledger:
        assert told(submit_many(ledger, "visit", entries)) == one_by_one
    with office.reading() as ledger:
        assert ledger.conn.execute(select(func.count()).select_from(unique_keys)).scalar_one() == 2


def test_one_instance_with_two_bodies_in_a_batch_is_refused_the_second_time(office: Office) -> None:
    entries = [office.entry("bei", {"place": place}, "a") for place in ("甲", "乙")]
    with office.writing() as ledger:
        first, second = submit_many(ledger, "visit", entries)
    assert isinstance(first, Accepted)
    assert second == Refused({"": "同一批里有两条用了同一个编号"})


def test_hundreds_of_records_are_stored_in_a_second_or_two(office: Office) -> None:
    occasion = office.occasion("bei")
    raws: list[dict[str, Raw]] = [
        {**VISITED, "found": [{"what": f"第 {index} 处", "grade": "一般"}]} for index in range(300)
    ]
    entries = [Entry(raw, f"i{index}", occasion) for index, raw in enumerate(raws)]
    started = time.perf_counter()
    with office.writing() as ledger:
        outcomes = submit_many(ledger, "visit", entries)
    assert time.perf_counter() - started < 12  # under 1 s on two free cores
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert counted(office.database)["submissions"] == 600


def test_the_forms_of_this_office_are_the_ones_that_are_stored(office: Office) -> None:
    assert office.publish(VISIT, HAZARD) == {}

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from kernel.sentences import say
from records.database import Database
from records.ledger import Ledger, open_ledger
from records.model import Accepted, Actor, Author, Door, Occasion, Refused
from records.revise import NoSuchRecord
from records.sheets import (
    KEPT_GENERATIONS,
    Binding,
    NoSuchConflict,
    SheetConflict,
    SheetRefusal,
    Side,
    all_bindings,
    binding_state,
    conflicts_of,
    ensure_binding,
    finish_round,
    load_shadows,
    note_conflicts,
    prune_shadows,
    put_off,
    records_stamp,
    refusals_of,
    remember,
    replace_refusals,
    settle_conflict,
    sheet_records,
    stamp_of_records,
    write_shadows,
)
from records.submit import Entry, submit
from records.tables import shadows
from tests.conftest import HandClock
from tests.sync.ledgers import OFFICE, hazard_catalogue


def bound(conn: Connection, now: HandClock) -> Binding:
    return ensure_binding(conn, "ledger/hazard", now())


# ---- bindings ------------------------------------------------------------------------------------------------------


def test_a_binding_is_made_once(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        first = bound(conn, now)
        assert bound(conn, now) == first
        assert (first.generation, first.seal, first.round, first.waiting_why) == (0, None, {}, None)
        assert all_bindings(conn) == [first]
        assert binding_state(conn, "ledger/other") is None


def test_waiting_keeps_its_first_moment_and_ends_with_a_round(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        put_off(conn, bound(conn, now), say("“{name}”正被打开", name="甲"), now(), {"code": "sheet.book_held"})
        began = now()
        now.forward(hours=1)
        put_off(conn, bound(conn, now), say("“{name}”正被打开", name="乙"), now(), {"code": "sheet.book_held"})
        waiting = bound(conn, now)
        assert (waiting.waiting_since, waiting.waiting_why) == (began, "“乙”正被打开")
        finish_round(conn, waiting, generation=3, seal="s", at=now(), remembered={"stamp": "1"})
        done = bound(conn, now)
        assert (done.generation, done.seal, done.round_at, done.round) == (3, "s", now(), {"stamp": "1"})
        assert (done.waiting_since, done.waiting_why) == (None, None)


def test_what_is_remembered_may_or_may_not_end_the_waiting(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        put_off(conn, bound(conn, now), say("不见了"), now(), {})
        remember(conn, bound(conn, now), {"a": 1}, waits=True)
        assert bound(conn, now).waiting_why == "不见了"
        remember(conn, bound(conn, now), {"a": 2}, waits=False)
        assert (bound(conn, now).waiting_why, bound(conn, now).round) == (None, {"a": 2})


# ---- shadows -------------------------------------------------------------------------------------------------------


def test_each_generation_has_its_own_shadow(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        key = bound(conn, now).id
        write_shadows(conn, key, 1, {"A": {"x": "1"}, "B": {"x": "1"}})
        write_shadows(conn, key, 2, {"A": {"x": "2"}, "B": None})
        assert load_shadows(conn, key, 0) == {}
        assert load_shadows(conn, key, 1) == {"A": {"x": "1"}, "B": {"x": "1"}}
        assert load_shadows(conn, key, 2) == {"A": {"x": "2"}}
        assert load_shadows(conn, key, 9) == {"A": {"x": "2"}}


def test_a_prepared_shadow_is_replaced_by_the_next_preparation(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        key = bound(conn, now).id
        write_shadows(conn, key, 1, {"A": {"x": "1"}})
        write_shadows(conn, key, 2, {"A": {"x": "2"}, "B": {"x": "2"}})
        write_shadows(conn, key, 2, {"A": {"x": "3"}})
        assert load_shadows(conn, key, 2) == {"A": {"x": "3"}}


def test_only_what_no_kept_generation_needs_is_forgotten(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        key = bound(conn, now).id
        latest = KEPT_GENERATIONS + 5
        for generation in (1, 2, 4, 6, latest):
            write_shadows(conn, key, generation, {"A": {"x": str(generation)}})
        write_shadows(conn, key, latest + 1, {})
        before = {generation: load_shadows(conn, key, generation) for generation in range(5, latest + 1)}
        prune_shadows(conn, key, latest)
        assert {generation: load_shadows(conn, key, generation) for generation in range(5, latest + 1)} == before
        assert conn.execute(select(func.count()).select_from(shadows)).scalar() == 3


# ---- conflicts -----------------------------------------------------------------------------------------------------


def filed(ledger: Ledger, now: HandClock) -> str:
    raw = {"desc": "电线老化", "level": "一般", "people": "3"}
    outcome = submit(ledger, "hazard", Entry(raw, "i", Occasion(OFFICE, now(), Door.WEB)))
    assert isinstance(outcome, Accepted)
    return outcome.submission.id


def disagreement(record_id: str, now: HandClock, field: str = "level") -> SheetConflict:
    return SheetConflict(
        submission_id=record_id,
        field=field,
        base="一般",
        record_value="一般",
        sheet_value="重大",
        winner="sheet",
        author=Author("周宁", "lock file", "likely"),
        at=now(),
    )


class Story:
    """One record and one conflict about it."""

    def __init__(self, conn: Connection, ledger: Ledger, now: HandClock, field: str = "level") -> None:
        self.conn, self.ledger, self.now = conn, ledger, now
        self.record = filed(ledger, now)
        self.binding = bound(conn, now)
        note_conflicts(conn, self.binding.id, [disagreement(self.record, now, field)])

    @property
    def occasion(self) -> Occasion:
        return Occasion(OFFICE, self.now.forward(minutes=1), Door.WEB)

    def conflict(self) -> SheetConflict:
        (found,) = conflicts_of(self.conn, self.binding.id)
        return found


def test_a_conflict_is_kept_once(database: Database, now: HandClock, tmp_path: Path) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn:
        story = Story(conn, open_ledger(conn, catalogue, "419926"), now)
        note_conflicts(conn, story.binding.id, [disagreement(story.record, now)])
        found = story.conflict()
        assert (found.field, found.record_value, found.sheet_value, found.author) == (
            "level",
            "一般",
            "重大",
            Author("周宁", "lock file", "likely"),
        )


def test_a_conflict_is_settled_by_choosing_a_side(database: Database, now: HandClock, tmp_path: Path) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        story = Story(conn, ledger, now)
        outcome = settle_conflict(ledger, story.conflict().id, "sheet", story.occasion)
        assert isinstance(outcome, Accepted)
        assert outcome.submission.answers["level"] == "major"
        assert conflicts_of(conn, story.binding.id) == []
        (settled,) = conflicts_of(conn, story.binding.id, settled=True)
        assert (settled.winner, settled.settled_by) == ("sheet", "lin")
        again = settle_conflict(ledger, settled.id, "record", story.occasion)
        assert isinstance(again, Accepted)
        assert again.submission.answers["level"] == "general"


@pytest.mark.parametrize("choice", ["record", "sheet"])
def test_what_the_record_says_by_now_is_not_overwritten_unseen(
    database: Database, now: HandClock, tmp_path: Path, choice: Side
) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        record, binding = filed(ledger, now), bound(conn, now)
        conflict = SheetConflict(record, "people", "1", "2", "5", "sheet", None, now())
        note_conflicts(conn, binding.id, [conflict])
        (kept,) = conflicts_of(conn, binding.id)
        occasion = Occasion(OFFICE, now.forward(minutes=1), Door.WEB)
        refused = settle_conflict(ledger, kept.id, choice, occasion)
        assert isinstance(refused, Refused)
        assert refused.refusals == {"people": "记录里现在是“3”，与这条冲突的两边都不同。已换成新内容，请看过再选"}
        (renewed,) = conflicts_of(conn, binding.id)
        assert (renewed.id, renewed.record_value, renewed.sheet_value) == (kept.id, "3", "5")
        outcome = settle_conflict(ledger, kept.id, choice, occasion)
        assert isinstance(outcome, Accepted)
        assert outcome.submission.answers["people"] == (3 if choice == "record" else 5)
        assert conflicts_of(conn, binding.id) == []


def test_a_column_of_the_systems_own_is_not_settled_by_the_sheet(
    database: Database, now: HandClock, tmp_path: Path
) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        story = Story(conn, ledger, now, field="_state")
        assert isinstance(settle_conflict(ledger, story.conflict().id, "sheet", story.occasion), Refused)
        assert isinstance(settle_conflict(ledger, story.conflict().id, "record", story.occasion), Accepted)
        assert conflicts_of(conn, story.binding.id) == []


def test_a_choice_that_the_form_refuses_leaves_the_conflict_open(
    database: Database, now: HandClock, tmp_path: Path
) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        record, binding = filed(ledger, now), bound(conn, now)
        conflict = SheetConflict(record, "people", "1", "3", "很多", "record", None, now())
        note_conflicts(conn, binding.id, [conflict])
        (kept,) = conflicts_of(conn, binding.id)
        occasion = Occasion(OFFICE, now.forward(minutes=1), Door.WEB)
        assert isinstance(settle_conflict(ledger, kept.id, "sheet", occasion), Refused)
        assert conflicts_of(conn, binding.id) == [kept]


def test_a_row_that_was_deleted_in_the_sheet_is_withdrawn_or_kept(
    database: Database, now: HandClock, tmp_path: Path
) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        record, binding = filed(ledger, now), bound(conn, now)
        row = SheetConflict(record, "", "甲 | 一般", "甲 | 重大", "", "record", None, now())
        note_conflicts(conn, binding.id, [row])
        (kept,) = conflicts_of(conn, binding.id)
        occasion = Occasion(OFFICE, now.forward(minutes=1), Door.WEB)
        outcome = settle_conflict(ledger, kept.id, "sheet", occasion)
        assert isinstance(outcome, Accepted)
        assert outcome.submission.withdrawn_at is not None
        outcome = settle_conflict(ledger, kept.id, "record", occasion)
        assert isinstance(outcome, Accepted)
        assert outcome.submission.withdrawn_at is None


def test_a_conflict_that_is_not_there_is_told(database: Database, now: HandClock, tmp_path: Path) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn, pytest.raises(NoSuchConflict):
        settle_conflict(open_ledger(conn, catalogue, "419926"), "x", "sheet", Occasion(OFFICE, now(), Door.WEB))


# ---- refusals ------------------------------------------------------------------------------------------------------


def refusal(now: HandClock, value: str = "很多", row: int = 3, field: str = "people") -> SheetRefusal:
    return SheetRefusal("A", field, row, value, say("应是整数，例如 {example}", example=12), now())


def test_a_refusal_keeps_its_moment_while_its_value_stands(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        key = bound(conn, now).id
        began = now()
        replace_refusals(conn, key, [refusal(now), refusal(now, field="level")])
        now.forward(hours=1)
        replace_refusals(conn, key, [refusal(now, row=9)])
        (found,) = refusals_of(conn, key)
        assert (found.row_number, found.since, found.sentence) == (9, began, "应是整数，例如 12")
        replace_refusals(conn, key, [refusal(now, value="不少")])
        assert refusals_of(conn, key)[0].since == now()
        replace_refusals(conn, key, [])
        assert refusals_of(conn, key) == []


# ---- records -------------------------------------------------------------------------------------------------------


def test_the_stamp_changes_with_every_write_to_the_form(database: Database, now: HandClock, tmp_path: Path) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        empty = records_stamp(conn, "hazard")
        story = Story(conn, ledger, now)
        one = records_stamp(conn, "hazard")
        settle_conflict(ledger, story.conflict().id, "sheet", story.occasion)
        assert len({empty, one, records_stamp(conn, "hazard")}) == 3
        assert (
            list(sheet_records(conn, "hazard")) == list(sheet_records(conn, "hazard", [story.record])) == [story.record]
        )
        assert sheet_records(conn, "other") == {}


def test_the_stamp_of_records_that_were_read_is_the_one_that_the_database_works_out(
    database: Database, now: HandClock, tmp_path: Path
) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        assert stamp_of_records([]) == records_stamp(conn, "hazard")
        story = Story(conn, ledger, now)
        settle_conflict(ledger, story.conflict().id, "sheet", story.occasion)
        assert stamp_of_records(sheet_records(conn, "hazard").values()) == records_stamp(conn, "hazard")


def test_a_conflict_about_a_record_one_may_not_see_is_not_ones_to_settle(
    database: Database, now: HandClock, tmp_path: Path
) -> None:
    catalogue = hazard_catalogue(database, tmp_path, now)
    stranger = Actor("x", "某人", "T1", frozenset({"guest"}))
    with database.writing() as conn:
        ledger = open_ledger(conn, catalogue, "419926")
        story = Story(conn, ledger, now)
        occasion = Occasion(stranger, now() + timedelta(minutes=1), Door.WEB)
        with pytest.raises(NoSuchRecord):
            settle_conflict(ledger, story.conflict().id, "sheet", occasion)

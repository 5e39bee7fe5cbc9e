from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from sync.backends.memory import MemorySheet
from sync.layout import ID, PROBLEM, STATE
from sync.merge import TakeCell
from sync.round import Mode
from tests.conftest import OFFICE as ZONE
from tests.conftest import HandClock
from tests.sync.ledgers import HAZARD, Office, hazard_catalogue

# ---- the first round, and nothing to do ----------------------------------------------------------------------------


def test_the_first_round_makes_the_sheet_with_every_record(office: Office, sheet: MemorySheet) -> None:
    first, second = office.fill("电线老化", "通道堵塞")
    report = office.round()
    assert report.counts == {"appended": 2}
    assert [row[ID] for row in sheet.rows] == [first, second]
    row = sheet.row(first)
    assert (row["no"], row["level"], row["town"]) == ("YH-419926-2026-000001", "一般", "城关镇")
    assert (row["people"], row["found_at"], row[STATE]) == (3, date(2026, 11, 1), "整改中")
    assert office.agreed()


def test_an_unchanged_pair_costs_one_look(office: Office, sheet: MemorySheet, monkeypatch: pytest.MonkeyPatch) -> None:
    office.fill("电线老化")
    office.round()
    monkeypatch.setattr(MemorySheet, "read", None)
    assert office.round().unchanged


def test_a_rehearsal_tells_its_steps_and_changes_nothing(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update(level="重大"))
    before = (sheet.seal(), office.binding(), office.record(one))
    report = office.round(Mode.REHEARSAL)
    assert report.steps == (TakeCell(one, "level", "重大"),)
    assert (sheet.seal(), office.binding(), office.record(one)) == before


# ---- cells ---------------------------------------------------------------------------------------------------------


def test_changes_flow_both_ways(office: Office, sheet: MemorySheet) -> None:
    one, two = office.fill("电线老化", "通道堵塞")
    office.round()
    office.change(one, level="重大")
    sheet.edit(lambda rows: rows[1].update(people=7.0, fixed_at="2026年11月3日", stopped=True))
    report = office.round()
    assert sheet.row(one)["level"] == "重大"
    assert sheet.row(one)["urgent"] == "急"
    answers = office.record(two).answers
    assert (answers["people"], answers["fixed_at"], answers["stopped"]) == (7, "2026-11-03", True)
    assert report.counts["taken"] == 3
    assert office.conflicts() == []


def test_a_day_typed_in_another_spelling_becomes_a_day_of_the_sheet(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update(fixed_at="2026.11.3"))
    office.round()
    assert sheet.row(one)["fixed_at"] == date(2026, 11, 3)
    assert office.agreed()


def test_a_step_of_the_workflow_shows_in_the_sheet(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    office.change(one, transition="fix")
    office.round()
    assert sheet.row(one)[STATE] == "已完成"


def test_what_the_pages_no_longer_let_change_the_sheet_does_not_change_either(
    office: Office, sheet: MemorySheet
) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    office.change(one, transition="fix")
    office.round()
    sheet.edit(lambda rows: rows[0].update(people=99))
    office.round()
    assert office.record(one).answers["people"] == 3
    assert sheet.row(one)["people"] == 99, "what was typed stays and is marked"
    assert sheet.row(one)[PROBLEM] == "涉及人数：记录已在“已完成”，这一项不能再改"


def test_of_two_different_changes_the_sheets_stands_and_both_are_kept(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    office.change(one, desc="电线裸露")
    sheet.edit(lambda rows: rows[0].update(desc="电线破损"), by="周宁", at=office.now())
    office.round()
    assert office.record(one).answers["desc"] == "电线破损"
    (conflict,) = office.conflicts()
    assert (conflict.field, conflict.base, conflict.record_value, conflict.sheet_value) == (
        "desc",
        "电线老化",
        "电线裸露",
        "电线破损",
    )
    assert conflict.winner == "sheet"
    assert conflict.author
    assert conflict.author.name == "周宁"
    assert office.agreed()


def test_times_are_the_offices_in_columns_and_filters(
    office: Office, sheet: MemorySheet, tmp_path: Path, now: HandClock
) -> None:
    source = HAZARD.replace('["no", desc,', '["no", created_at, created_by, unit_id, desc,')
    only_some, since = "${level} != 'general' or ${stopped} != true()", "date(${created_at}) >= date('2026-11-22')"
    source = source.replace(only_some, since)
    office.catalogue = hazard_catalogue(office.database, tmp_path, now, source)
    sheet.layout = office.layout
    now.set(datetime(2026, 11, 21, 23, 30, tzinfo=ZONE))
    office.fill("太早")
    now.forward(hours=8)
    (one,) = office.fill("电线老化")
    office.round()
    assert [row["desc"] for row in sheet.rows] == ["电线老化"]
    assert sheet.rows[0]["created_at"] == "2026-11-22 07:30"
    assert (sheet.rows[0]["created_by"], sheet.rows[0]["unit_id"]) == ("lin", "县安委办")
    sheet.edit(lambda rows: rows[0].update(created_at="2020-01-01"))
    sheet.edit(lambda rows: rows.append({"desc": "表里添的", "level": "一般"}))
    office.round()
    assert sheet.row(one)["created_at"] == "2026-11-22 07:30"
    assert (sheet.rows[1]["created_by"], sheet.rows[1]["created_at"]) == ("共享表格", "2026-11-22 07:30")
    assert office.agreed()


def test_a_locked_column_is_put_back_and_what_was_typed_is_kept(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update(town="东山镇", urgent="不急"))
    office.round()
    assert (sheet.row(one)["town"], sheet.row(one).get("urgent")) == ("城关镇", None)
    assert {(each.field, each.sheet_value, each.winner) for each in office.conflicts()} == {
        ("town", "东山镇", "record"),
        ("urgent", "不急", "record"),
    }


# ---- what cannot be taken in ---------------------------------------------------------------------------------------


def test_a_wrong_value_stays_marked_and_told_until_it_is_mended(
    office: Office, sheet: MemorySheet, now: HandClock
) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update(people="很多", level="重大"))
    office.round()
    assert sheet.row(one)["people"] == "很多"
    assert sheet.row(one)[PROBLEM] == "涉及人数：应是整数，例如 12"
    assert sheet.content
    assert sheet.content.marks == {(2, "people")}
    assert office.record(one).answers["people"] == 3
    assert office.record(one).answers["level"] == "major"
    (refusal,) = office.refusals()
    assert (refusal.row_key, refusal.field, refusal.row_number, refusal.value) == (one, "people", 2, "很多")
    since = refusal.since
    now.forward(hours=1)
    assert office.agreed()
    assert office.refusals()[0].since == since
    sheet.edit(lambda rows: rows[0].update(people=12))
    office.round()
    assert office.refusals() == []
    assert sheet.content.marks == set()
    assert sheet.row(one)[PROBLEM] is None
    assert office.record(one).answers["people"] == 12
    assert office.agreed()


def test_a_value_that_the_rules_refuse_does_not_keep_its_neighbours_back(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update(people=-1, fixed_at=date(2026, 10, 1), desc="电线裸露"))
    office.round()
    assert office.record(one).answers["desc"] == "电线裸露"
    assert {(each.field, str(each.sentence)) for each in office.refusals()} == {
        ("people", "应为 0 以上的整数"),
        ("fixed_at", "不能早于发现日期"),
    }


def test_the_records_change_waits_behind_a_wrong_value(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update(people="很多"))
    office.round()
    office.change(one, people="9")
    office.round()
    assert sheet.row(one)["people"] == "很多"
    sheet.edit(lambda rows: rows[0].update(people=3))
    office.round()
    assert sheet.row(one)["people"] == 9


def test_a_phone_that_became_a_number_with_lost_digits_is_not_believed(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update(phone=1.38001380001380e17))
    office.round()
    assert office.record(one).answers["phone"] == "13800138000"
    assert "已经丢失" in office.refusals()[0].sentence


# ---- rows ----------------------------------------------------------------------------------------------------------


def test_a_typed_row_becomes_a_record_and_gets_its_id_and_number(office: Office, sheet: MemorySheet) -> None:
    office.round()
    sheet.edit(lambda rows: rows.append({"desc": "灭火器过期", "level": "重大", "town": "东山镇"}))
    assert office.round().counts == {"created": 1, "put": 3}
    found = office.records()["灭火器过期"]
    row = sheet.rows[0]
    assert (row[ID], row["no"], row["urgent"], row[STATE]) == (found.id, "YH-419926-2026-000001", "急", "整改中")
    assert found.answers["town"] == "T2"
    assert found.created_by == "sheet"
    assert office.agreed()


def test_a_row_typed_in_part_is_told_everything_that_is_missing(office: Office, sheet: MemorySheet) -> None:
    office.round()
    sheet.edit(lambda rows: rows.append({"people": "一些", "town": "西山镇"}))
    office.round()
    assert office.records() == {}
    assert {each.field for each in office.refusals()} == {"desc", "level", "people", "town"}
    assert {each.row_key for each in office.refusals()} == {"row:2"}
    sheet.edit(lambda rows: rows[0].update(desc="灭火器过期", level="一般", people=2, town="城关镇"))
    office.round()
    assert list(office.records()) == ["灭火器过期"]
    assert office.refusals() == []
    assert sheet.content
    assert sheet.content.marks == set()


def test_a_typed_row_may_fill_columns_that_are_locked_afterwards(office: Office, sheet: MemorySheet) -> None:
    office.round()
    sheet.edit(lambda rows: rows.append({"desc": "灭火器过期", "level": "major", "town": "T2"}))
    office.round()
    assert (sheet.rows[0]["town"], sheet.rows[0]["level"]) == ("东山镇", "重大")
    assert office.conflicts() == []
    assert office.agreed()


def test_of_two_rows_that_are_given_the_same_unique_words_one_is_taken(office: Office, sheet: MemorySheet) -> None:
    one, two, three = office.fill("电线老化", "通道堵塞", "灭火器过期")
    office.round()
    sheet.edit(lambda rows: [row.update(desc="配电箱无盖", people=8) for row in rows[:2]])
    report = office.round()
    assert report.waiting is None
    (refusal,) = office.refusals()
    refused = refusal.row_key
    assert refused in (one, two)
    assert (refusal.field, refusal.value, str(refusal.sentence)) == ("desc", "配电箱无盖", "已经有一条相同的记录")
    assert sum(office.record(key).answers["desc"] == "配电箱无盖" for key in (one, two)) == 1
    assert [office.record(key).answers["people"] for key in (one, two, three)] == [8, 8, 3]
    assert office.agreed()
    at = [row[ID] for row in sheet.rows].index(refused)
    sheet.edit(lambda rows: rows[at].update(desc="通道又堵"))
    office.round()
    assert office.refusals() == []
    assert office.record(refused).answers["desc"] == "通道又堵"


def test_two_rows_typed_at_once_with_the_same_unique_words_are_one_and_a_refusal(
    office: Office, sheet: MemorySheet
) -> None:
    office.round()
    sheet.edit(lambda rows: rows.extend([{"desc": "甲", "level": "一般", "people": at} for at in range(2)]))
    assert office.round().counts["created"] == 1
    assert [each.field for each in office.refusals()] == ["desc"]
    assert office.agreed()


def test_two_rows_typed_at_once_are_two(office: Office, sheet: MemorySheet) -> None:
    office.round()
    sheet.edit(lambda rows: rows.extend([{"desc": "甲", "level": "一般"}, {"desc": "乙", "level": "一般"}]))
    office.round()
    assert set(office.records()) == {"甲", "乙"}


def test_a_deleted_row_withdraws_its_record_which_comes_back_when_restored(office: Office, sheet: MemorySheet) -> None:
    one, two = office.fill("电线老化", "通道堵塞")
    office.round()
    sheet.edit(lambda rows: rows.pop(0))
    assert office.round().counts == {"withdrawn": 1}
    assert list(office.records()) == ["通道堵塞"]
    office.restore(one)
    office.round()
    assert [row[ID] for row in sheet.rows] == [two, one]


def test_a_deletion_that_is_undone_brings_the_record_back(office: Office, sheet: MemorySheet) -> None:
    office.fill("电线老化", "通道堵塞")
    office.round()
    kept = dict(sheet.rows[0])
    sheet.edit(lambda rows: rows.pop(0))
    office.round()
    sheet.edit(lambda rows: rows.insert(0, kept))
    assert office.round().counts["restored"] == 1
    assert set(office.records()) == {"电线老化", "通道堵塞"}


def test_a_withdrawn_record_loses_its_row_unless_somebody_was_at_work_on_it(office: Office, sheet: MemorySheet) -> None:
    one, two = office.fill("电线老化", "通道堵塞")
    office.round()
    office.withdraw(one)
    office.withdraw(two)
    sheet.edit(lambda rows: rows[1].update(desc="通道又堵"))
    office.round()
    assert list(office.records()) == ["通道又堵"]
    assert [row[ID] for row in sheet.rows] == [two]


def test_a_record_that_leaves_the_filter_leaves_the_sheet_and_comes_back(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update(stopped="是"))
    office.round()
    assert office.record(one).answers["stopped"] is True
    assert sheet.rows == []
    office.change(one, stopped="否")
    office.round()
    assert [row[ID] for row in sheet.rows] == [one]


def test_a_copied_row_is_told_and_not_taken_in(office: Office, sheet: MemorySheet) -> None:
    office.fill("电线老化", "通道堵塞")
    office.round()
    sheet.edit(lambda rows: rows.insert(0, {**rows[1], "desc": "抄来的"}))
    office.round()
    assert set(office.records()) == {"电线老化", "通道堵塞"}
    assert "整行复制" in str(sheet.rows[0][PROBLEM])
    assert office.agreed()


def test_a_row_with_a_damaged_id_is_told_and_its_record_is_not_withdrawn(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update({ID: f"{one[:-1]}?"}))
    office.round()
    assert list(office.records()) == ["电线老化"]
    assert "不是系统给的" in str(sheet.rows[0][PROBLEM])
    sheet.edit(lambda rows: rows[0].update({ID: one, "level": "重大"}))
    office.round()
    assert office.record(one).answers["level"] == "major"
    assert office.refusals() == []


def test_a_row_that_only_lost_its_id_gets_it_back(office: Office, sheet: MemorySheet) -> None:
    (one,) = office.fill("电线老化")
    office.round()
    sheet.edit(lambda rows: rows[0].update({ID: None}))
    office.round()
    assert sheet.rows[0][ID] == one
    assert list(office.records()) == ["电线老化"]


def test_rows_may_stand_in_any_order(office: Office, sheet: MemorySheet) -> None:
    office.fill("丙", "甲", "乙")
    office.round()
    sheet.edit(lambda rows: rows.sort(key=lambda row: str(row["desc"])))
    before = sheet.rows[0][ID]
    assert office.round().counts == {}
    assert sheet.rows[0][ID] == before

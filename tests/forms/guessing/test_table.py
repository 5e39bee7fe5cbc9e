from __future__ import annotations

from forms.guessing.table import Ledger, Merged, find_table


def found(rows: list[list[object]], *merged: Merged) -> Ledger:
    table = find_table(rows, merged)  # type: ignore[arg-type]  # rows of the tests hold what cells hold
    assert table is not None
    return table


def test_a_plain_table_begins_with_its_header() -> None:
    table = found([["地点", "人数"], ["粮库", 3], ["面粉厂", 2]])
    assert table.headings == ("地点", "人数")
    assert table.rows == ((2, ("粮库", 3)), (3, ("面粉厂", 2)))


def test_titles_and_lines_of_facts_stand_above_the_header() -> None:
    rows: list[list[object]] = [
        ["2026年检查台账", None, None],
        [],
        ["填报单位：县安委办", None, "日期：11月22日"],
        ["地点", "人数", "备注"],
        ["粮库", 3, None],
    ]
    table = found(rows, Merged(1, 1, 1, 3))
    assert table.headings == ("地点", "人数", "备注")
    assert table.above[0] == "2026年检查台账"


def test_headings_of_several_rows_are_run_together_only_where_they_must_be() -> None:
    rows: list[list[object]] = [
        ["单位", "上半年", None, "下半年", None, "备注"],
        [None, "检查", "隐患", "检查", "整改", None],
        ["粮库", 1, 2, 3, 4, None],
    ]
    merged = (Merged(1, 1, 2, 1), Merged(1, 2, 1, 3), Merged(1, 4, 1, 5), Merged(1, 6, 2, 6))
    assert found(rows, *merged).headings == ("单位", "上半年检查", "隐患", "下半年检查", "整改", "备注")
    assert found(rows).headings == ("单位", "上半年检查", "隐患", "下半年检查", "整改", "备注"), "as a CSV has it"


def test_totals_remarks_and_a_repeated_header_are_no_records() -> None:
    rows: list[list[object]] = [
        ["序号", "地点", "人数"],
        [1, "粮库", 3],
        [None, "小  计", 3],
        ["序号", "地点", "人数"],
        [2, "面粉厂", 2],
        ["合计", None, 5],
        ["填表人：王某", None, None],
        ["注：人数含专家", None, None],
    ]
    table = found(rows)
    assert [number for number, _ in table.rows] == [2, 5]
    assert [left_out.number for left_out in table.left_out] == [3, 4, 6, 7, 8]


def test_a_merged_cell_counts_for_each_of_its_rows() -> None:
    table = found([["乡镇", "地点"], ["东镇", "粮库"], [None, "油坊"]], Merged(2, 1, 3, 1))
    assert [row[0] for _, row in table.rows] == ["东镇", "东镇"]


def test_two_columns_of_one_heading_are_told_apart() -> None:
    assert found([["地点", "日期", "日期"], ["粮库", 1, 2]]).headings == ("地点", "日期", "日期（2）")


def test_a_sheet_without_a_table_has_none() -> None:
    assert find_table([]) is None
    assert find_table([[None, ""], []]) is None
    assert find_table([[1, 2], [3, 4]]) is None

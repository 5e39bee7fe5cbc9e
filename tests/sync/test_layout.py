from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.definition import Form
from forms.loading import parse_form
from forms.values import Answers, FileFacts, Kind
from sync.layout import ID, PROBLEM, STATE, CellValue, Column, Unreadable, layout_of, read_cell, text_of, to_cell
from tests.sync.contract import hazard_form, hazard_layout


class Towns:
    """A lookup that knows one town."""

    def find_unit(self, text: str) -> str | None:
        return "T1" if text in ("T1", "城关镇") else None

    def unit_name(self, unit_id: str) -> str:
        return "城关镇" if unit_id == "T1" else unit_id

    def unit_kind(self, unit_id: str) -> str:
        return "town" if unit_id == "T1" else ""

    def find_person(self, text: str) -> str | None:
        return text or None

    def person_name(self, person_id: str) -> str:
        return person_id

    def person_roles(self, person_id: str) -> frozenset[str]:
        return frozenset({person_id})

    def works_in(self, person_id: str, unit_id: str) -> bool:
        return person_id == unit_id

    def find_file(self, digest: str) -> FileFacts | None:
        return FileFacts(digest[:4], "image/jpeg", 1) if digest else None

    def find_records(self, form_id: str, text: str) -> list[str]:
        return [text] if form_id else []

    def record_title(self, record_id: str) -> str:
        return record_id


def column(key: str) -> Column:
    return hazard_layout().by_key[key]


def test_the_id_comes_first_and_the_problems_last() -> None:
    keys = [each.key for each in hazard_layout().columns]
    assert (keys[0], keys[1], keys[-2:]) == (ID, "no", [STATE, PROBLEM])


def test_what_the_system_gives_is_locked_and_so_is_what_the_form_locks() -> None:
    locked = {each.key for each in hazard_layout().columns if each.locked}
    assert locked == {ID, "no", "town", "urgent", STATE, PROBLEM}
    assert not column("town").computed


def test_choices_are_offered_by_their_labels() -> None:
    assert column("level").choices == ("一般", "重大")
    assert column("stopped").choices == ("是", "否")


def test_a_form_without_a_sheet_has_no_layout() -> None:
    assert layout_of(hazard_form().model_copy(update={"sheet": None})) is None


def test_who_reported_what_and_when_may_be_columns_which_nobody_changes_there() -> None:
    form = hazard_form()
    assert form.sheet is not None
    wanted = ("created_at", "unit_id", "desc", "created_by", "desc")
    layout = layout_of(form.model_copy(update={"sheet": form.sheet.model_copy(update={"columns": wanted})}))
    assert layout is not None
    assert [each.label for each in layout.columns[1:-2]] == ["填报时间", "填报单位", "隐患描述", "填报人"]
    assert [each.key for each in layout.columns if each.locked and each.computed] == [
        *(ID, "created_at", "unit_id", "created_by", STATE, PROBLEM)
    ]
    known: Answers = {"desc": "甲", "created_at": "2026-11-22T10:30:00", "unit_id": "T1", "created_by": "lin"}
    assert layout.cells(known, Towns()) == {
        "created_at": "2026-11-22 10:30",
        "unit_id": "城关镇",
        "desc": "甲",
        "created_by": "lin",
    }
    assert layout.cells({"created_by": "sheet"}, Towns()) == {"created_by": "共享表格"}


def test_a_record_is_shown_as_people_read_it() -> None:
    answers: Answers = {
        "desc": "电线老化",
        "level": "major",
        "town": "T1",
        "people": 3,
        "cost": "12.5",
        "stopped": False,
    }
    assert hazard_layout().cells({**answers, "fixed_at": None, "state": "done"}, Towns()) == {
        "desc": "电线老化",
        "level": "重大",
        "town": "城关镇",
        "people": "3",
        "cost": "12.5",
        "stopped": "否",
        STATE: "已完成",
    }


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("desc", None, ""),
        ("desc", " 两头有空 ", "两头有空"),
        ("phone", 13800138000, "13800138000"),
        ("phone", 13800138000.0, "13800138000"),
        ("people", 12.0, "12"),
        ("cost", 12.5, "12.5"),
        ("cost", 0.1 + 0.2, "0.3"),
        ("cost", 0.00001, "0.00001"),
        ("found_at", date(2026, 11, 1), "2026-11-01"),
        ("found_at", datetime.fromisoformat("2026-11-01T08:30"), "2026-11-01"),
        ("desc", datetime.fromisoformat("2026-11-01T00:00"), "2026-11-01"),
        ("desc", datetime.fromisoformat("2026-11-01T08:30"), "2026-11-01 08:30"),
        ("desc", True, "TRUE"),
        ("stopped", True, "是"),
        ("desc", "一行\r\n二行", "一行\n二行"),
    ],
)
def test_a_cell_is_what_somebody_would_have_typed(key: str, value: CellValue, text: str) -> None:
    assert text_of(column(key), value) == text


@pytest.mark.parametrize("value", [1e15, 5.10101199001011e17, 110101199003070000])
def test_a_number_that_has_lost_digits_is_not_believed(value: float) -> None:
    with pytest.raises(Unreadable, match="已经丢失"):
        text_of(column("phone"), value)


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A"])
def test_an_error_of_a_formula_is_not_a_word(error: str) -> None:
    with pytest.raises(Unreadable, match="公式出错"):
        text_of(column("desc"), error)


@pytest.mark.parametrize(
    ("key", "text", "shown"),
    [
        ("level", "major", "重大"),
        ("found_at", "2026年11月1日", "2026-11-01"),
        ("found_at", "２０２６/11/1", "2026-11-01"),
        ("people", "１２", "12"),
        ("cost", "1,200.50", "1200.5"),
        ("stopped", "√", "是"),
        ("people", "", ""),
        ("town", "T1", "城关镇"),
        ("urgent", "很急", "很急"),  # the system's own: only compared
    ],
)
def test_a_cell_is_spelled_as_records_spell_it(key: str, text: str, shown: str) -> None:
    assert read_cell(column(key), text, Towns()) == shown


def test_what_cannot_be_read_is_told_in_the_questions_words() -> None:
    with pytest.raises(Unreadable, match="是不是“重大”"):
        read_cell(column("level"), "很重大", Towns())


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("people", "12", 12),
        ("cost", "12.5", 12.5),
        ("cost", "12345678901234.5678", "12345678901234.5678"),
        ("found_at", "2026-11-01", date(2026, 11, 1)),
        ("phone", "13800138000", "13800138000"),
        ("desc", "=1+1", "=1+1"),
        ("desc", "", None),
    ],
)
def test_days_and_numbers_are_written_as_such_and_all_else_as_text(key: str, text: str, value: CellValue) -> None:
    assert to_cell(column(key), text) == value


@given(st.sampled_from([Kind.INTEGER, Kind.DECIMAL]), st.decimals(-(10**13), 10**13, places=4))
def test_a_number_survives_the_sheet(kind: Kind, number: object) -> None:
    text = format(number, "f").rstrip("0").rstrip(".") or "0"
    shown = "0" if text == "-0" else text
    assert text_of(Column("n", "数", kind), to_cell(Column("n", "数", kind), shown)) == shown


@given(st.dates(date(1900, 3, 1)))
def test_a_day_survives_the_sheet(day: date) -> None:
    assert text_of(column("found_at"), to_cell(column("found_at"), day.isoformat())) == day.isoformat()


# ---- moments, files, choices that are called alike -------------------------------------------------------------------

MORE = """
id: more
title: 更多
instance_name: "'x'"
fields:
  - {type: datetime, name: at, label: 时间}
  - {type: image, name: photos, label: 照片}
  - {type: text, name: town, label: 乡镇}
  - type: select_one
    name: village
    label: 村
    choice_filter: town = ${town}
    choices: {e: {label: 新村, town: donghe}, w: {label: 新村, town: xishan}, q: {label: 桥头, town: xishan}}
access: {roles: {office: {fill: true, read: all}}}
sheet: {tab: 更多, columns: [at, photos, village]}
"""


def more(key: str) -> Column:
    form = parse_form(MORE, {})
    assert isinstance(form, Form)
    layout = layout_of(form)
    assert layout is not None
    return layout.by_key[key]


@given(st.datetimes(datetime(1900, 3, 1), datetime(2999, 1, 1)))  # noqa: DTZ001 -- a cell's clock has no zone
def test_a_moment_survives_the_sheet_as_text_and_as_a_date_of_the_spreadsheet(moment: datetime) -> None:
    shown = moment.strftime("%Y-%m-%d %H:%M")
    assert text_of(more("at"), to_cell(more("at"), shown)) == shown
    assert text_of(more("at"), moment) == shown
    assert read_cell(more("at"), shown, Towns()) == shown


def test_a_moment_that_lost_its_format_is_read_from_its_number() -> None:
    assert read_cell(more("at"), text_of(more("at"), 46348.354166666664), Towns()) == "2026-11-22 08:30"


def test_files_are_named_and_never_taken_in() -> None:
    photos = more("photos")
    assert (photos.locked, photos.computed) == (True, True)
    assert read_cell(photos, "甲.jpg、乙.jpg", Towns()) == "甲.jpg、乙.jpg"
    answers: Answers = {"photos": [{"digest": "a" * 64, "name": name, "size": 1, "type": "x"} for name in ("甲", "乙")]}
    form = parse_form(MORE, {})
    assert isinstance(form, Form)
    layout = layout_of(form)
    assert layout is not None
    assert layout.cells(answers, Towns()) == {"photos": "甲、乙"}


def test_choices_that_are_called_alike_are_offered_once_and_left_to_the_rest_of_the_row() -> None:
    assert more("village").choices == ("新村", "桥头")
    assert read_cell(more("village"), "新村", Towns()) == "新村"
    assert read_cell(more("village"), "新村（w）", Towns()) == "新村"

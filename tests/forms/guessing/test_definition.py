from __future__ import annotations

from datetime import date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.codes import citizen_id_check_character
from forms.definition import Form
from forms.guessing.definition import GuessedForm, guess_form
from forms.guessing.table import Cell, Merged, find_table
from forms.loading import parse_form

UNITS = {"城关镇": "town", "东河镇": "town"}


def guess(rows: list[list[Cell]], *merged: Merged, taken_tabs: tuple[str, ...] = ()) -> GuessedForm:
    ledger = find_table(rows, merged)
    assert ledger is not None
    return guess_form(ledger, name="visits", tab="检查台账", units=UNITS, taken_tabs=taken_tabs)


def form_of(guessed: GuessedForm) -> Form:
    form = parse_form(guessed.text, {})
    assert isinstance(form, Form), ([str(issue) for issue in form], guessed.text)
    return form


ROWS: list[list[Cell]] = [
    ["2026年检查台账", None, None, None, None],
    ["序号", "被检查单位", "属地乡镇", "检查日期", "人数（人）"],
    [1, "粮库", "城关镇", "11月20日", 3],
    [2, "面粉厂", "东河镇", "2026.11.21", 2],
    [3, "油坊", "东河镇", 46348, 4],
    ["合计", None, None, None, 9],
]


def test_a_ledger_becomes_a_form_whose_columns_lie_as_they_lay() -> None:
    guessed = guess(ROWS, Merged(1, 1, 1, 5))
    form = form_of(guessed)
    types = {name: field.type for name, field in form.questions.items()}
    assert types == {"enterprise": "text", "town": "unit", "date": "date", "people": "integer"}
    assert form.title == "2026年检查台账"
    assert form.instance_name.text == "${enterprise}"
    assert form.sheet is not None
    assert (form.sheet.tab, form.sheet.columns) == ("检查台账", ("enterprise", "town", "date", "people"))
    assert form.access.units == ("town",)
    assert all(field.required is True for field in form.questions.values())
    assert guessed.rows == (
        (3, ("粮库", "城关镇", "2026-11-20", 3)),
        (4, ("面粉厂", "东河镇", "2026-11-21", 2)),
        (5, ("油坊", "东河镇", 46348, 4)),
    )


def test_a_doubt_stands_above_its_question_and_in_the_list_of_doubts() -> None:
    guessed = guess(ROWS, Merged(1, 1, 1, 5))
    lines = guessed.text.splitlines()
    place = next(number for number, line in enumerate(lines) if "name: date" in line)
    assert lines[place - 1].strip() == "# ? 有 1 格没有写年份，按 2026 年"
    assert guessed.doubts == ("检查日期：有 1 格没有写年份，按 2026 年",)


def test_a_tab_that_another_form_has_gets_the_form_s_name_behind_it() -> None:
    form = form_of(guess(ROWS, taken_tabs=("检查台账",)))
    assert form.sheet is not None
    assert form.sheet.tab == "检查台账_visits"


def test_ids_of_people_are_not_for_everybody() -> None:
    ids = [(body := f"419926199001010{number}0") + citizen_id_check_character(body) for number in (1, 2)]
    rows: list[list[Cell]] = [["姓名", "身份证号"], ["王某", ids[0]], ["李某", ids[1]]]
    form = form_of(guess(rows))
    assert list(form.access.fields) == ["citizen_id"]
    assert form.listing.columns == ("name",)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
WORDS = st.sampled_from(
    [*("是", "否", "有", "无", "城关镇", "看、查", "合计", "2026-11-22", "11月22日", "8:30", "001"),
     *("13900000000", "4.19926E+17", "12.5万元", "=1+1", "#REF!", "序号", "a@b.cn", "注：略", "x" * 200)]
)  # fmt: skip
CELLS = st.one_of(
    st.none(),
    TEXTS,
    WORDS,
    st.integers(-(10**19), 10**19),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime.combine(date(1950, 1, 1), time()), datetime.combine(date(2100, 1, 1), time())),
)
HEADINGS = st.sampled_from(
    [
        "序号",
        "日期",
        "单位",
        "人数（人）",
        "电话",
        "身份证号",
        "备注",
        "级别",
        "是否整改",
        "编号",
        "id",
        "data",
        "状态",
        "Title",
    ]
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[Cell]]:
    """A table of anything, its columns of one kind of cell or of all."""
    width = draw(st.integers(1, 6))
    header: list[Cell] = [draw(HEADINGS | TEXTS.filter(str.strip)) for _ in range(width)]
    kinds = [draw(st.sampled_from([CELLS, WORDS, st.just("城关镇"), st.integers(0, 50)])) for _ in range(width)]
    body: list[list[Cell]] = [[draw(kind) for kind in kinds] for _ in range(draw(st.integers(0, 8)))]
    return [header, *body]


@settings(max_examples=400)
@given(tables())
def test_whatever_lies_in_a_table_the_definition_is_good_as_it_is(rows: list[list[Cell]]) -> None:
    ledger = find_table(rows)
    if ledger is None:
        return
    guessed = guess_form(ledger, name="made", tab="台账", units=UNITS)
    form_of(guessed)
    assert len(guessed.rows) == len(ledger.rows)

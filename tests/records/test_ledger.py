from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forms.definition import Form
from forms.loading import parse_form
from forms.uniqueness import unique_keys_of
from forms.values import Raw
from records.ledger import concerned_units
from records.searching import folded, searchable
from tests.records.office import Office


@given(st.text())
def test_folding_leaves_single_blanks_and_nothing_that_a_database_refuses(words: str) -> None:
    assert folded(words).split(" ") == (folded(words).split() or [""])
    assert "\0" not in folded(words)


def test_width_case_and_blanks_do_not_matter() -> None:
    assert folded(" ＡＢｃ\u3000面粉\n厂 ") == "abc 面粉 厂"


def test_a_record_is_found_by_what_people_see_of_it(office: Office) -> None:
    found: list[Raw] = [{"what": "电线", "grade": "一般"}]
    raw: dict[str, Raw] = {"place": "面粉厂", "kind": "fire", "ways": ["a_b"], "found": found}
    record = office.sent("bei", "visit", raw)
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
        words = searchable(form, record.title, record.answers, ledger.lookup).split()
    assert {"jc-419926-2026-0001", "面粉厂", "城关镇", "消防", "听", "电线", "一般"} <= set(words)


def test_a_record_concerns_whoever_filled_it_and_the_units_it_names(office: Office) -> None:
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
    assert concerned_units(form, {"town": "T1"}, "O") == {"O", "T1"}
    assert concerned_units(form, {"town": None}, "O") == concerned_units(form, {}, "O") == {"O"}


def test_a_record_concerns_each_of_several_units_that_a_question_names() -> None:
    form = parse_form(
        """
id: visit
title: 联合检查
instance_name: ${place}
fields:
  - {type: text, name: place, label: 地点}
  - {type: units, name: joint, label: 参加单位}
access: {units: [joint], roles: {town: {read: unit}}}
""",
        {},
        name="visit.yaml",
    )
    assert isinstance(form, Form)
    assert concerned_units(form, {"joint": ["T1", "T2"]}, "O") == {"O", "T1", "T2"}
    assert concerned_units(form, {"joint": None}, "O") == {"O"}


def test_an_unanswered_set_of_unique_answers_is_never_doubled(office: Office) -> None:
    with office.reading() as ledger:
        form = ledger.catalogue["hazard"].form
    assert unique_keys_of(form, {"town": None, "desc": "电线"}) == ()
    ((names, key),) = unique_keys_of(form, {"town": "T1", "desc": "电线"})
    assert names == "town,desc"
    assert key != unique_keys_of(form, {"town": "T1", "desc": "油罐"})[0][1]
    office.sent("admin", "hazard", {"desc": "电线", "town": ""})
    office.sent("admin", "hazard", {"desc": "电线", "town": ""})

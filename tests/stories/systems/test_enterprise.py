"""企业台账: registered by the town, changed after two have looked, retired and never deleted."""

from __future__ import annotations

import pytest

from forms.codes import citizen_id_check_character, uscc_check_character
from tests.stories.systems.office import Story
from tests.webapp.office import ENTERPRISE

LICENSED = {name: value for name, value in ENTERPRISE.items() if name not in ("no_license", "no_license_reason")}
#: A village collective's code begins with a letter (农业); a company's with 9.
COLLECTIVE = "N2419926MA0000001"


def test_an_enterprise_asks_for_a_change_the_town_checks_and_the_department_confirms(story: Story) -> None:
    record = story.enterprise()
    assert story["enterprise"].sees(record), "its own"
    assert not story["enterprise"].may_fill("enterprise")
    assert not story["neighbour"].sees(record)

    moved = {"address": "城关镇工业大道8号", "head_phone": "13911110000"}
    assert "理由" in story["enterprise"].fails(record, "ask_change", moved)
    story["enterprise"].takes(record, "ask_change", moved, comment="厂区搬迁")
    assert story["inspector"].steps(record) == ["send_back"], "the town looks first"
    story["clerk"].takes(record, "check")
    assert "别的岗位" in story["clerk"].fails(record, "confirm")
    story["inspector"].takes(record, "confirm", {"grade": "b", "risk": "low"})
    assert story.state(record) == "active"
    assert story.answer(record, "address") == "城关镇工业大道8号"

    assert "先把状态改为" in story["clerk"].fails(record, "retire", comment="停业")
    assert story["clerk"].changes(record, {"status": "closed"}).status_code == 302
    story["clerk"].takes(record, "retire", comment="停业注销")
    assert story["leader"].sees(record), "retired and still there"
    assert story["clerk"].steps(record) == []


def test_a_phone_is_whole_for_those_who_call_and_stars_for_those_who_count(story: Story) -> None:
    record = story.enterprise()
    for name in ("office", "clerk", "inspector", "duty"):
        assert "13900000000" in story[name].reads(record), name
    for name in ("leader", "expert"):
        seen = story[name].reads(record)
        assert "13900000000" not in seen, name
        assert "139****0000" in seen, name


@pytest.mark.parametrize("body", [COLLECTIVE, "91419926MA0000001", "Y1419926MA0000001"])
def test_credit_codes_that_begin_with_a_letter_are_codes_too(story: Story, body: str) -> None:
    code = body + uscc_check_character(body)
    story["clerk"].files("enterprise", {**LICENSED, "uscc": code})
    other = {**LICENSED, "name": "青山县另一家企业", "uscc": code}
    assert "已经有一条相同的记录" in story["clerk"].is_refused("enterprise", other)


@pytest.mark.parametrize(
    ("damaged", "why"),
    [("9.14199E+17", "科学计数法"), ("914199260000000000", "后几位已变成 0"), ("91419926MA00000011", "校验位不对")],
)
def test_a_number_that_a_spreadsheet_damaged_is_no_code(story: Story, damaged: str, why: str) -> None:
    said = story["clerk"].is_refused("enterprise", {**LICENSED, "uscc": damaged})
    assert why in said


def test_the_id_of_somebody_born_before_the_county_had_its_code_is_an_id(story: Story) -> None:
    born_1958 = "41992619580307123"
    number = born_1958 + citizen_id_check_character(born_1958)
    course = {
        "name": "企业主要负责人培训班",
        "date": "2026-11-13",
        "people": "1",
        "audience": "heads",
        "hours": "12",
        "org": "yj",
        "kind": "again",
        "mode": "class",
        "roster-0-trainee": "钱永兴",
    }
    record = story["inspector"].files("training", {**course, "roster-0-rid": number})
    assert number in story["office"].reads(record)
    seen = story["inspector2"].reads(record)
    assert number not in seen
    assert f"4199{'*' * 10}{number[-4:]}" in seen
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert "校验位" in story["inspector"].is_refused("training", {**course, "name": "另一期", "roster-0-rid": wrong})

"""重大危险源: filed by the department, kept by three persons, looked at every week."""

from __future__ import annotations

from tests.stories.systems.office import Story

SOURCE = {
    "name": "液氨储罐区",
    "r_value": "62.5",
    "lead": "钱永兴",
    "lead_phone": "13900000000",
    "tech": "陈志远",
    "oper": "刘树林",
    "online": "true",
    "auto_ctrl": "true",
    "chemicals": ["ammonia"],
}
CHECK = {
    "role": "oper",
    "content": "查看储罐液位、压力和喷淋装置",
    "hazards-0-place": "2号储罐",
    "hazards-0-desc": "液位计显示与现场不一致，偏差较大",
    "hazards-0-category": "base_source",
}


def _filed(story: Story) -> str:
    source = story["enterprise"].files("major_source", {**SOURCE, "enterprise": story.enterprise()})
    story["enterprise"].takes(source, "submit", {"assess_to": "2027-02-01"})
    story["inspector"].takes(source, "confirm", {"gov_owner": "leader", "filed_at": "2026-11-16"})
    return source


def test_a_source_is_graded_by_its_r_filed_by_the_department_and_closed_by_it(story: Story) -> None:
    enterprise = story.enterprise()
    wrong = {**SOURCE, "enterprise": enterprise, "level": "fourth"}
    assert "级别与 R 值不符" in story["enterprise"].is_refused("major_source", wrong)
    source = story["enterprise"].files("major_source", {**SOURCE, "enterprise": enterprise})
    assert story.answer(source, "level") == "second"
    assert story.answer(source, "dept") == "yj"
    assert "记录已在" in story["inspector"].fails(source, "confirm", {"gov_owner": "leader", "filed_at": "2026-11-16"})
    story["enterprise"].takes(source, "submit", {"assess_to": "2027-02-01"})
    assert story["builder"].sees(source) is False, "another department's"
    assert "备案日期" in story["inspector"].fails(source, "confirm", {"gov_owner": "leader"})
    story["inspector"].takes(source, "confirm", {"gov_owner": "leader", "filed_at": "2026-11-16"})
    assert "139****0000" in story["expert"].reads(source)
    closed = {"closed_at": "2026-11-16"}
    assert "别的岗位" in story["enterprise"].fails(source, "close", closed, comment="储罐拆除")
    story["inspector"].takes(source, "close", closed, comment="储罐拆除")
    assert story.state(source) == "closed"


def test_an_assessment_that_ends_is_told_to_the_enterprise_and_to_the_official(story: Story) -> None:
    _filed(story)
    letters = story.letters_of("2026-12-03")
    assert {"enterprise", "inspector", "leader"} <= set(letters)
    assert "评估还有 60 天到期" in letters["leader"]
    assert "neighbour" not in letters


def test_a_check_files_what_it_found_as_hazards_and_is_looked_at_by_the_department(story: Story) -> None:
    source = _filed(story)
    check = story["enterprise"].files("source_check", {**CHECK, "source": source})
    hazard = story.only("hazard")
    assert story.answer(hazard, "source") == "self_check"
    assert story.answer(hazard, "owner_org") == "yx"
    assert not story["neighbour"].sees(check)
    assert "别的岗位" in story["enterprise"].fails(check, "approve")
    assert "理由" in story["inspector"].fails(check, "send_back")
    story["inspector"].takes(check, "send_back", comment="请补照片")
    story["enterprise"].takes(check, "send_again", {})
    story["inspector"].takes(check, "approve")
    assert story.state(check) == "checked"

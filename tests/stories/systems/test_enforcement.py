"""执法惩戒: decided by two, reviewed by a third, known to the enterprise once it is in force."""

from __future__ import annotations

from tests.stories.systems.office import Story

FINE = {
    "measure": "fine",
    "date": "2026-11-16",
    "org": "yj",
    "law": "《中华人民共和国安全生产法》第九十七条",
    "step": "penalty",
    "fine": "3",
    "doc_no": "（青）应急罚〔2026〕12号",
    "people": "2",
    "record_ok": "true",
    "exec": "waiting",
}


def test_a_fine_is_reviewed_by_another_and_shown_to_the_enterprise_once_in_force(story: Story) -> None:
    fine = story["inspector"].files("enforcement", {**FINE, "enterprise": story.enterprise()})
    assert story.answer(fine, "no") == "ZF-419926-2026-0001"
    assert not story["enterprise"].sees(fine), "not before it is in force"
    assert "别人来审" in story["inspector"].fails(fine, "approve", {"legal_ok": "true"})
    assert "法制审核" in story["inspector2"].fails(fine, "approve")
    story["inspector2"].takes(fine, "approve", {"legal_ok": "true"})
    assert story["enterprise"].sees(fine)
    assert story["enterprise"].steps(fine) == []
    story["inspector"].takes(fine, "conclude", {"exec": "done", "published": "2026-11-16"})
    assert story.state(fine) == "concluded"


def test_a_fine_is_a_punishment_with_a_number_of_its_own(story: Story) -> None:
    enterprise = story.enterprise()
    said = story["inspector"].is_refused("enforcement", {**FINE, "enterprise": enterprise, "doc_no": "12"})
    assert "〔2023〕12号" in said
    taught = {**FINE, "enterprise": enterprise, "step": "education", "doc_no": ""}
    assert "依法处罚" in story["inspector"].is_refused("enforcement", taught)


def test_who_was_detained_is_not_for_every_eye(story: Story) -> None:
    detained = {
        **{name: value for name, value in FINE.items() if name != "fine"},
        "measure": "detention",
        "enterprise": story.enterprise(),
        "persons-0-person_name": "李大伟",
        "persons-0-person_reason": "拒不执行停产决定",
    }
    case = story["inspector"].files("enforcement", detained)
    assert "李大伟" in story["inspector2"].reads(case)
    seen = story["clerk"].reads(case)
    assert "李大伟" not in seen
    assert "李**" in seen

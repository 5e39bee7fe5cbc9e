"""简报通报: written, reviewed and signed by three people; numbered in the order of signing, without a gap."""

from __future__ import annotations

from tests.stories.systems.office import Story

BULLETIN = {
    "title_head": "safety",
    "org": "aw",
    "date": "2026-11-16",
    "title_text": "全县冬季安全检查情况",
    "windows-0-window": "入冬以来",
    "windows-0-window_from": "2026-11-01",
    "windows-0-window_to": "2026-11-15",
    "sections-0-heading": "一、检查情况",
    "sections-0-text": "共检查企业120家次。",
    "editor": "office",
    "to_send": "县委、县政府领导",
    "to_issue": "各乡镇、各成员单位",
}


def signed(story: Story, bulletin: str) -> None:
    story["office"].takes(bulletin, "edited", {key: BULLETIN[key] for key in BULLETIN if key.startswith("sections")})
    story["office2"].takes(bulletin, "review", {"reviewer": "office2"})
    story["leader"].takes(bulletin, "sign", {"signer": "leader"})


def test_numbers_follow_the_signing_and_leave_no_gap(story: Story) -> None:
    first, second, third = (story["office"].files("bulletin", {**BULLETIN, "title_text": f"第{n}稿"}) for n in "一二三")
    signed(story, second)
    story["office"].takes(third, "edited", {key: BULLETIN[key] for key in BULLETIN if key.startswith("sections")})
    story["leader"].takes(third, "back_to_editor", comment="口径要统一")
    signed(story, first)
    assert [story.answer(record, "issue") for record in (second, first, third)] == ["第2026年1期", "第2026年2期", None]


def test_nobody_reviews_their_own_and_only_a_leader_signs(story: Story) -> None:
    assert "至少写一个数据窗口" in story["office"].is_refused(
        "bulletin", {key: value for key, value in BULLETIN.items() if not key.startswith("windows")}
    )
    assert "青安办〔2026〕12号" in story["office"].is_refused("bulletin", {**BULLETIN, "doc_no": "青安办2026年12号"})
    bulletin = story["office"].files("bulletin", {**BULLETIN, "doc_no": "青安办〔2026〕12号"})
    assert not story["clerk"].sees(bulletin)
    story["office"].takes(bulletin, "edited", {key: BULLETIN[key] for key in BULLETIN if key.startswith("sections")})
    assert "别人来审" in story["office"].fails(bulletin, "review", {"reviewer": "office"})
    story["office2"].takes(bulletin, "review", {"reviewer": "office2"})
    assert "别的岗位" in story["office2"].fails(bulletin, "sign", {"signer": "leader"})
    story["leader"].takes(bulletin, "sign", {"signer": "leader"})
    story["office"].takes(bulletin, "send")
    assert story["clerk"].sees(bulletin)
    story["office"].takes(bulletin, "correct", comment="第3页数字有误，见下期更正")
    assert story.answer(bulletin, "issue") == "第2026年1期", "a correction is a new issue"

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from forms.folder import load_folder
from records.catalogue import publish
from records.tables import revisions, submissions
from tests.webapp.office import SignIn, Visitor
from webapp.site import Site
from webapp.together import MOST

SPOT = """id: spot
title: 点位
instance_name: ${place}
fields:
  - {type: text, name: place, label: 地点}
  - {type: text, name: measure, label: 措施}
  - {type: unit, name: town, label: 乡镇}
workflow:
  initial_state: open
  states:
    open: {title: 待办, transitions: [accept, explain, fix], edit: {office: all, town: all}}
    taken: {title: 已收, transitions: [approve]}
    done: {title: 办结, tone: done}
  transitions:
    accept: {title: 接收, new_state: taken, guard: {expr: "${measure} != ''", message: 先写措施}}
    explain: {title: 退回说明, new_state: done, comment: required}
    fix: {title: 报完成, new_state: done, required: [measure]}
    approve: {title: 审核, new_state: done, self_approval: false, guard: {roles: [office, town]}}
access:
  units: [town]
  roles:
    office: {fill: true, read: all, edit: all, withdraw: all}
    town: {fill: true, read: unit, edit: unit, withdraw: own}
    leader: {read: all}
"""


@pytest.fixture
def spots(site: Site, tmp_path: Path) -> Site:
    folder = tmp_path / "spots"
    folder.mkdir()
    (folder / "spot.yaml").write_text(SPOT, "utf-8")
    definitions = load_folder(folder)
    assert definitions.issues == []
    with site.database.writing() as conn:
        publish(conn, definitions, actor="office", at=site.now())
    return site


def states(site: Site) -> dict[str, str]:
    with site.database.reading() as conn:
        return {row.title: row.state for row in conn.execute(select(submissions.c.title, submissions.c.state))}


def spot(visitor: Visitor, place: str, measure: str = "已安排", town: str = "cg") -> str:
    return visitor.store("spot", {"place": place, "measure": measure, "town": town})


def do(visitor: Visitor, deed: str, records: list[str], comment: str = "") -> str:
    return visitor.post("/f/spot/together", {"deed": deed, "record": records, "comment": comment}).text


def told(page: str) -> dict[str, str]:
    """Of what was not done: title to why."""
    items = re.findall(r"<li>(.*?)</li>", page.partition("没有办成的</h2>")[2].partition("</ul>")[0], re.DOTALL)
    return {
        "".join(re.findall(r"<a [^>]*>(.*?)</a>", item)): "".join(re.findall('class="why">(.*?)</p>', item))
        for item in items
    }


def test_each_record_goes_by_itself_and_who_stays_says_why(spots: Site, as_office: Visitor, sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    ready, bare, gone = spot(as_office, "东桥"), spot(as_office, "西桥", measure=""), spot(as_office, "南桥")
    elsewhere = spot(as_office, "北桥", town="dh")
    do(as_office, "step:accept", [gone])
    page = do(clerk, "step:accept", [ready, bare, gone, elsewhere, "nothing", ready])
    assert "办成 1 条，没有办成 4 条" in page
    reasons = told(page)
    assert "先写措施" in reasons["西桥"]
    assert "记录已在“已收”" in reasons["南桥"]
    assert "北桥" not in page
    assert f"没有这条记录：{elsewhere}" in page
    assert "没有这条记录：nothing" in page
    assert states(spots) == {"东桥": "taken", "西桥": "open", "南桥": "taken", "北桥": "open"}


def test_nobody_approves_their_own_with_many_either(spots: Site, as_office: Visitor, sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    own, other = spot(as_office, "东桥"), spot(as_office, "西桥")
    do(clerk, "step:accept", [own])
    do(as_office, "step:accept", [other])
    page = do(clerk, "step:approve", [own, other], "同意")
    assert told(page) == {"东桥": "现在不能“审核”：自己办的上一步，要由别人来审"}
    assert states(spots) == {"东桥": "taken", "西桥": "done"}
    with spots.database.reading() as conn:
        said = conn.execute(select(revisions.c.submission_id).where(revisions.c.comment == "同意")).scalars().all()
    assert said == [other]


def test_a_comment_that_must_be_given_is_asked_for_once(spots: Site, as_office: Visitor) -> None:
    records = [spot(as_office, "东桥"), spot(as_office, "西桥")]
    answer = as_office.post("/f/spot/together", {"deed": "step:explain", "record": records})
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert set(states(spots).values()) == {"open"}
    assert "办成 2 条" in do(as_office, "step:explain", records, "重复")
    assert set(states(spots).values()) == {"done"}


def test_a_step_that_asks_for_answers_is_taken_one_by_one(spots: Site, as_office: Visitor) -> None:
    record = spot(as_office, "东桥")
    for deed in ("step:fix", "step:nothing", "", "accept'"):
        assert as_office.get(f"/f/spot/together?deed={deed}&record={record}").status_code == 422
        assert as_office.post("/f/spot/together", {"deed": deed, "record": [record]}).status_code == 422
    assert states(spots) == {"东桥": "open"}


def test_several_records_are_withdrawn_by_whoever_may(spots: Site, as_office: Visitor, sign_in: SignIn) -> None:
    clerk = sign_in("clerk")
    own, other = spot(clerk, "东桥"), spot(as_office, "西桥")
    assert list(told(do(clerk, "withdraw", [own, other], "重复登记"))) == ["西桥"]
    with spots.database.reading() as conn:
        withdrawn = conn.execute(select(submissions.c.title).where(submissions.c.withdrawn_at.is_not(None)))
        assert withdrawn.scalars().all() == ["东桥"]


def test_a_record_that_changed_since_it_was_shown_stays(spots: Site, as_office: Visitor) -> None:
    record = spot(as_office, "东桥")
    page = as_office.get(f"/f/spot/together?deed=step:accept&record={record}").text
    (shown,) = re.findall(r'name="record" value="(.*?)"', page)
    changed = {"place": "东桥", "measure": "改了", "town": "cg", "_revision": "1"}
    assert as_office.post(f"/r/{record}/edit", changed).status_code == 302
    assert "刚被别人改过" in told(do(as_office, "step:accept", [shown]))["东桥"]
    assert states(spots) == {"东桥": "open"}


def test_more_than_a_hundred_are_refused_in_words(spots: Site, as_office: Visitor) -> None:
    record = spot(as_office, "东桥")
    many = [record, *(f"r{number}" for number in range(MOST))]
    answer = as_office.post("/f/spot/together", {"deed": "step:accept", "record": many})
    assert answer.status_code == 422
    assert "一次最多办 100 条，现在选了 101 条" in answer.text
    assert states(spots) == {"东桥": "open"}


def test_the_list_offers_what_can_be_done_with_several(spots: Site, as_office: Visitor, sign_in: SignIn) -> None:
    spot(as_office, "东桥")
    spot(as_office, "西桥", measure="")
    page = as_office.get("/f/spot?q=桥&ticked=1").text
    assert sorted(re.findall(r'data-deeds="(.*?)"', page)) == [
        "step:accept step:explain withdraw",
        "step:explain withdraw",
    ]
    assert re.findall(r'name="deed" value="(.*?)"', page) == ["step:accept", "step:explain", "withdraw"]
    assert page.count("checked></label>") == 2
    assert "checked></label>" not in as_office.get("/f/spot?q=桥").text
    assert 'class="pick"' not in as_office.get("/f/spot?withdrawn=1").text
    assert 'value="step:explain"' not in sign_in("neighbour").get("/f/spot").text
    assert as_office.get("/f/spot/together").location == "/f/spot"
    again = as_office.get("/f/spot/together?deed=withdraw&record=x&back=q%3D%E6%A1%A5%26page%3D1").text
    assert 'href="/f/spot?q=桥&amp;page=1"' in again

from __future__ import annotations

import pytest

from records.worklists import Worklist, waiting_for
from tests.conftest import HandClock
from tests.records.flow import danger, settled
from tests.records.office import Office


@pytest.fixture
def county(office: Office) -> Office:
    return settled(office)


def worklist(office: Office, person: str, *, form_id: str | None = None, page: int = 1, per_page: int = 50) -> Worklist:
    with office.reading() as ledger:
        return waiting_for(ledger, office.occasion(person), form_id=form_id, page=page, per_page=per_page)


def titles(found: Worklist) -> list[str]:
    return [item.submission.title for item in found.items]


def test_what_is_due_first_stands_first_and_what_is_overdue_is_marked(county: Office, now: HandClock) -> None:
    for desc, until in (("丙", None), ("乙", "2026-11-30"), ("甲", "2026-11-23")):
        danger(county, desc=desc, until=until)
    now.forward(days=3)
    found = worklist(county, "bei")
    assert titles(found) == ["甲", "乙", "丙"]
    assert [item.is_overdue for item in found.items] == [True, False, False]
    assert (found.total, found.overdue, found.of_forms) == (3, 1, {"danger": 3})
    assert [list(item.steps) for item in found.items] == [["done"]] * 3


def test_only_steps_of_one_s_roles_and_units_wait_for_somebody(county: Office) -> None:
    record = danger(county)
    assert titles(worklist(county, "bei")) == titles(worklist(county, "an")) == [record.title]
    for person in ("chen", "guo", "ling", "dong"):
        assert worklist(county, person).total == 0
    assert worklist(county, "admin").total == 0  # may take every step, but it is not theirs
    county.changed("an", record, {}, step="list")
    assert worklist(county, "bei").total == 0
    assert list(worklist(county, "an").items[0].steps) == ["close"]


def test_expressions_history_and_units_in_questions_are_looked_at_for_each_record(office: Office) -> None:
    general, major = (
        office.sent("bei", "hazard", {"desc": desc, "level": level})
        for desc, level in (("电线老化", "一般"), ("油罐锈蚀", "重大"))
    )
    for record in (general, major):
        office.changed("an", record, {"fixed_at": "2026-11-22"}, step="fix")
    assert titles(worklist(office, "dong")) == ["电线老化"]  # a major one wants an opinion first
    assert [list(item.steps) for item in worklist(office, "an").items] == [["reject"], ["reject"]]  # passed their hands


def test_a_page_holds_so_many_and_one_form_can_be_looked_at_alone(county: Office) -> None:
    for number in range(5):
        danger(county, desc=f"第 {number} 处", until=f"2026-12-0{number + 1}")
    county.sent("bei", "hazard", {"desc": "电线老化"})
    second = worklist(county, "bei", form_id="danger", page=2, per_page=2)
    assert (titles(second), second.total, second.pages, second.page) == (["第 2 处", "第 3 处"], 5, 3, 2)
    assert second.of_forms == {"danger": 5, "hazard": 1}
    assert worklist(county, "bei", page=99, per_page=4).page == 2
    assert worklist(county, "bei", form_id="nothing").total == 0

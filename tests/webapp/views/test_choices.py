from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

import pytest

from records.database import Database
from tests.conftest import OFFICE, HandClock
from tests.webapp.office import Visitor
from tests.webapp.sample import open_sample
from webapp.app import create_app


@pytest.fixture(scope="module")
def visitors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Visitor]]:
    """People of the office whose forms have a question of every kind."""
    folder = tmp_path_factory.mktemp("choices")
    database = Database(f"sqlite:///{folder / 'office.db'}")
    database.create()
    app = create_app(open_sample(database, HandClock(datetime(2026, 11, 22, 10, tzinfo=OFFICE)), folder))
    found = {name: Visitor(app) for name in ("clerk", "neighbour", "leader")}
    for name, visitor in found.items():
        visitor.sign_in(name)
    yield found
    database.close()


def offered(visitor: Visitor, path: str, **asked: str) -> list[str]:
    return [one["value"] for one in visitor.get(f"/f/{path}?{urlencode(asked)}").get_json()]


def test_a_long_list_is_searched_and_what_begins_with_the_words_stands_first(visitors: dict[str, Visitor]) -> None:
    clerk = visitors["clerk"]
    assert offered(clerk, "everything/choices/grid", q="第77网")[0] == "第77网格"
    assert len(offered(clerk, "everything/choices/grid", q="7")) == 20
    assert offered(clerk, "everything/choices/grid", q="没有这个") == []
    page = clerk.get("/f/everything/new").text
    assert len(page) < 120_000
    assert 'data-find="/f/everything/choices/grid"' in page


def test_only_what_fits_the_other_answers_is_offered(visitors: dict[str, Visitor]) -> None:
    clerk = visitors["clerk"]
    assert offered(clerk, "strict/choices/village", _town="cg") == ["东关", "西关"]
    assert offered(clerk, "strict/choices/village", _town="dh") == ["新村"]
    assert offered(clerk, "strict/choices/village") == []
    assert offered(clerk, "strict/choices/law") == ["新标准"]


def test_records_and_people_are_offered_as_far_as_the_filter_and_the_eyes_reach(visitors: dict[str, Visitor]) -> None:
    clerk, neighbour = visitors["clerk"], visitors["neighbour"]
    for name, kind, reason in (("甲类的", "a", ""), ("乙类的", "b", "有理由")):
        clerk.store("strict", {"name": name, "kind": kind, "reason": reason, "promised": "true"})
    assert offered(clerk, "strict/choices/parent", q="类的") == ["甲类的"]
    assert offered(neighbour, "strict/choices/parent", q="类的") == []
    assert offered(clerk, "strict/choices/tracker") == [], "nobody of the clerk's unit is a leader"
    assert offered(clerk, "everything/choices/who", q="李") == ["李桂兰"]


def test_a_linked_record_says_what_the_person_may_see_and_no_more(visitors: dict[str, Visitor]) -> None:
    clerk, neighbour = visitors["clerk"], visitors["neighbour"]
    firm = clerk.store("firm", {"name": "永兴面粉厂", "address": "建设路12号", "boss": "钱永兴"})
    told = {"address": {"typed": "建设路12号", "words": "建设路12号"}, "boss": {"typed": "钱永兴", "words": "钱永兴"}}
    for value in ("永兴面粉厂", firm):
        path = f"/f/everything/pull/enterprise?{urlencode({'value': value})}"
        assert clerk.get(path).get_json() == told
        assert neighbour.get(path).get_json() == {}
    assert clerk.get("/f/everything/pull/enterprise?value=x").get_json() == {}


def test_what_is_no_such_question_and_who_may_not_fill_get_nothing(visitors: dict[str, Visitor]) -> None:
    clerk, leader = visitors["clerk"], visitors["leader"]
    for path in ("everything/choices/line", "everything/choices/nothing", "everything/pull/line", "nothing/choices/x"):
        assert clerk.get(f"/f/{path}").status_code == 404
    for path in ("everything/choices/grid", "everything/pull/enterprise"):
        assert leader.get(f"/f/{path}").status_code == 403

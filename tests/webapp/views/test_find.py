from __future__ import annotations

from sqlalchemy import update

from records.tables import submissions
from tests.webapp.office import ENTERPRISE, HAZARD, Visitor
from webapp.site import Site


def test_records_are_found_while_typing_any_part_of_their_words(as_clerk: Visitor) -> None:
    record = as_clerk.store("enterprise", ENTERPRISE)
    found = as_clerk.get("/find/enterprise?q=永兴面粉").get_json()
    assert found == [{"id": record, "value": ENTERPRISE["name"], "label": ENTERPRISE["name"]}]
    assert as_clerk.get("/find/enterprise?q=不是这里的").get_json() == []


def test_a_title_that_two_records_have_is_replaced_by_the_id(as_clerk: Visitor) -> None:
    records = {as_clerk.store("enterprise", {**ENTERPRISE, "town": town}) for town in ("cg", "dh")}
    found = as_clerk.get("/find/enterprise?q=永兴").get_json()
    assert {item["value"] for item in found} == records
    for record in records:
        hazard = as_clerk.store("hazard", {**HAZARD, "place_type": "", "enterprise": record})
        assert f'href="/r/{record}"' in as_clerk.get(f"/r/{hazard}").text


def test_a_title_that_a_hidden_record_has_too_is_replaced_by_the_id(
    site: Site, as_clerk: Visitor, as_neighbour: Visitor
) -> None:
    own, hidden = as_clerk.store("hazard", HAZARD), as_neighbour.store("hazard", {**HAZARD, "town": "dh"})
    (offered,) = as_clerk.get("/find/hazard?q=环城路").get_json()
    title = offered["value"]
    assert title == offered["label"]
    with site.database.writing() as conn:  # printed numbers tell hazards apart; titles of other forms may be the same
        conn.execute(update(submissions).where(submissions.c.id == hidden).values(title=title))
    assert as_clerk.get("/find/hazard?q=环城路").get_json() == [{"id": own, "value": own, "label": title}]


def test_people_of_one_s_own_units_are_found(as_clerk: Visitor, as_office: Visitor) -> None:
    assert as_clerk.get("/people?q=李").get_json() == [{"id": "clerk", "value": "李桂兰", "label": "李桂兰 · 城关镇"}]
    assert as_clerk.get("/people?q=赵").get_json() == []
    assert [item["id"] for item in as_office.get("/people?q=赵").get_json()] == ["neighbour"]
    assert len(as_office.get("/people").get_json()) == 6

from __future__ import annotations

from tests.webapp.office import HAZARD, SignIn, Visitor


def test_the_first_page_shows_the_forms_that_a_person_may_use(as_clerk: Visitor, sign_in: SignIn) -> None:
    page = as_clerk.get("/").text
    for form_id in ("hazard", "inspection", "enterprise", "daily_report"):
        assert f'href="/f/{form_id}/new"' in page
    leader = sign_in("leader").get("/").text
    assert 'href="/f/hazard"' in leader
    assert "/f/hazard/new" not in leader


def test_what_is_under_way_is_counted_and_leads_to_its_list(as_clerk: Visitor) -> None:
    assert "办理中" not in as_clerk.get("/").text
    for _ in range(2):
        as_clerk.store("hazard", HAZARD)
    page = as_clerk.get("/").text
    assert 'href="/f/hazard?state=to_assign">待分派 <b>2</b></a>' in page


def test_whoever_has_not_signed_in_is_led_to_the_door(visitor: Visitor) -> None:
    answer = visitor.get("/")
    assert (answer.status_code, answer.location) == (302, "/sign-in")

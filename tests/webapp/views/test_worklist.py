from __future__ import annotations

from tests.conftest import HandClock
from tests.webapp.office import HAZARD, Visitor


def test_the_first_page_counts_what_waits_and_leads_to_the_list(as_clerk: Visitor, as_office: Visitor) -> None:
    assert "没有等您办的事" in as_office.get("/waiting").text
    for number in range(7):
        as_clerk.store("hazard", {**HAZARD, "place": f"建设路{number}号"})
    home = as_office.get("/").text
    assert "等我办的" in home
    assert "看全部 7 条" in home
    page = as_office.get("/waiting").text
    assert page.count('data-label="记录"') == 7
    assert "没有等您办的事" in as_office.get("/waiting?form=drill").text


def test_what_does_not_wait_for_somebody_is_not_on_their_first_page(as_clerk: Visitor, as_neighbour: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    assert "等我办的" not in as_neighbour.get("/").text


def test_a_page_number_that_is_none_is_the_nearest(as_clerk: Visitor, as_office: Visitor, now: HandClock) -> None:
    as_clerk.store("hazard", HAZARD)
    now.forward(days=1)
    for page in ("0", "99", "x"):
        assert as_office.get(f"/waiting?page={page}").status_code == 200

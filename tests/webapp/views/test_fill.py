from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.fields.repeat import Repeat
from records.catalogue import Catalogue
from records.people import get_person, save_people
from tests.conftest import HandClock
from tests.webapp.office import ENTERPRISE, HAZARD, INSPECTION, SignIn, Visitor, publish_changed
from webapp.site import Site


def count(visitor: Visitor, form_id: str) -> int:
    """How many records of a form the visitor's list has."""
    found = re.search(r'class="count">(\d+) 条', visitor.get(f"/f/{form_id}").text)
    assert found
    return int(found[1])


def test_a_form_is_filled_and_a_receipt_handed_out(as_clerk: Visitor) -> None:
    record = as_clerk.store("hazard", HAZARD)
    receipt = as_clerk.get(f"/r/{record}/receipt").text
    assert "YH-419926-2026-000001 道路路段 建设路与环城路交叉口" in receipt
    assert "待分派" in receipt
    assert record in receipt


def test_rows_become_records_that_the_receipt_names(as_clerk: Visitor) -> None:
    as_clerk.store("enterprise", ENTERPRISE)
    record = as_clerk.store("inspection", INSPECTION)
    receipt = as_clerk.get(f"/r/{record}/receipt").text
    assert "同时登记了 1 条" in receipt
    assert "三号车间配电室" in receipt


def test_defaults_and_answers_of_the_address_are_filled_in(as_clerk: Visitor) -> None:
    page = as_clerk.get("/f/hazard/new?place=面粉厂&nothing=1&extend=x").text
    assert 'name="place" type="text" value="面粉厂"' in page
    assert 'name="found_at" type="date" value="2026-11-22"' in page
    assert 'name="found_by" type="text" value="李桂兰"' in page


def test_every_mistake_is_told_beside_its_question_and_at_the_top_with_what_was_typed(as_clerk: Visitor) -> None:
    answer = as_clerk.fill("hazard", {**HAZARD, "desc": "短", "found_at": "2027-01-01", "place": ""})
    assert answer.status_code == 422
    assert "还有 3 处要看一下，已填的都还在" in answer.text
    assert '<p class="why" id="desc-why">描述应有 10 至 500 个字</p>' in answer.text
    assert '<a href="#found_at">发现日期</a>：发现日期不能晚于今天' in answer.text
    assert re.search(r">\s*短</textarea>", answer.text)
    assert 'value="2027-01-01"' in answer.text
    assert count(as_clerk, "hazard") == 0


def test_a_mistake_in_a_row_is_told_in_that_row(as_clerk: Visitor) -> None:
    as_clerk.store("enterprise", ENTERPRISE)
    answer = as_clerk.fill("inspection", {**INSPECTION, "hazards-0-desc": "短", "hazards-7-place": "二号车间"})
    assert answer.status_code == 422
    assert '<a href="#hazards-0-desc">发现的隐患 1 · 隐患描述</a>' in answer.text
    assert '<a href="#hazards-1-desc">发现的隐患 2 · 隐患描述</a>' in answer.text
    assert 'id="hazards-1-place"' in answer.text
    assert count(as_clerk, "inspection") == count(as_clerk, "hazard") == 0


def test_a_name_that_is_no_question_is_refused(as_clerk: Visitor) -> None:
    answer = as_clerk.fill("hazard", {**HAZARD, "plce": "x", "extend-0-reason": "y"})
    assert answer.status_code == 422
    assert "没有“plce”这一项，是不是 place？" in answer.text
    assert count(as_clerk, "hazard") == 0


def test_what_is_worked_out_or_given_cannot_be_sent(as_clerk: Visitor) -> None:
    record = as_clerk.store("hazard", {**HAZARD, "no": "YH-000000-1999-000001"})
    assert "YH-419926-2026-000001" in as_clerk.get(f"/r/{record}").text


def test_a_page_of_a_version_that_never_was_is_shown_again_with_what_was_typed(as_clerk: Visitor) -> None:
    answer = as_clerk.fill("hazard", {**HAZARD, "_version": "0", "gone": "x"})
    assert answer.status_code == 409
    assert "“隐患”没有第 0 版" in answer.text
    assert HAZARD["desc"] in answer.text
    assert 'name="_version" value="1"' in answer.text


def test_the_same_form_sent_twice_is_one_record(as_clerk: Visitor) -> None:
    instance = str(uuid.uuid4())
    first = as_clerk.fill("hazard", HAZARD, instance)
    second = as_clerk.fill("hazard", HAZARD, instance)
    assert first.location == second.location
    assert count(as_clerk, "hazard") == 1
    other = as_clerk.fill("hazard", {**HAZARD, "place": "别处的路口"}, instance)
    assert other.status_code == 409
    assert "已经报过" in other.text
    assert count(as_clerk, "hazard") == 1


def test_the_same_form_sent_by_five_at_once_is_one_record(app: Flask, sign_in: SignIn) -> None:
    instance = str(uuid.uuid4())
    senders = [sign_in("clerk") for _ in range(5)]
    tokens = [sender.token() for sender in senders]
    start = threading.Barrier(5)
    answers: list[tuple[int, str]] = []

    def send(sender: Visitor, token: str) -> None:
        start.wait()
        sent = {**HAZARD, "_instance": instance, "csrf_token": token}
        answer = sender.client.post("/f/hazard/new", data=sent)
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=send, args=pair) for pair in zip(senders, tokens, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 5
    assert {status for status, _ in answers} == {302}
    assert len({location for _, location in answers}) == 1
    assert count(senders[0], "hazard") == 1


def test_nobody_takes_the_names_that_the_office_gives_to_fillings(as_clerk: Visitor) -> None:
    for name in ("one-tap/cg/2026-11-22", "x", "a" * 5000, "import/clerk/1", "火火火火火火火火"):
        assert as_clerk.fill("daily_report", {"mode": "safe", "org": "cg", "date": "2026-11-21"}, name).status_code in (
            302,
            422,
        )
    assert as_clerk.post("/f/daily_report/one-tap").status_code == 302


def test_one_tap_reports_a_quiet_day_once(as_clerk: Visitor, now: HandClock) -> None:
    assert "今天平安，一键上报" in as_clerk.get("/").text
    first = as_clerk.post("/f/daily_report/one-tap")
    assert as_clerk.post("/f/daily_report/one-tap").location == first.location
    assert "今天已报" in as_clerk.get("/").text
    assert count(as_clerk, "daily_report") == 1
    now.forward(days=1)
    assert "今天平安，一键上报" in as_clerk.get("/").text


def test_whoever_taps_second_is_led_to_what_a_colleague_has_sent(
    as_clerk: Visitor, site: Site, sign_in: SignIn
) -> None:
    with site.database.writing() as conn:
        save_people(conn, [replace(get_person(conn, "clerk"), id="deputy", name="孙小丽")])
    record = as_clerk.post("/f/daily_report/one-tap").location.split("/")[2]
    deputy = sign_in("deputy")
    assert deputy.post("/f/daily_report/one-tap").location == f"/r/{record}"
    assert "今天李桂兰已经报过了" in deputy.get(f"/r/{record}").text
    assert f'href="/r/{record}">今天已报' in deputy.get("/").text
    assert count(deputy, "daily_report") == 1


def test_who_may_send_but_not_read_gets_the_receipt_and_nothing_more(
    as_clerk: Visitor, as_neighbour: Visitor, site: Site, tmp_path: Path
) -> None:
    mute = {"town: {fill: true, read: unit, edit: unit, withdraw: own}": "town: {fill: true}"}
    publish_changed(site, tmp_path / "forms", "hazard", mute)
    record = as_clerk.store("hazard", HAZARD)
    receipt = as_clerk.get(f"/r/{record}/receipt")
    assert receipt.status_code == 200
    assert record in receipt.text
    assert f'href="/r/{record}"' not in receipt.text
    assert as_clerk.get(f"/r/{record}").status_code == 404
    assert as_neighbour.get(f"/r/{record}/receipt").status_code == 404


def test_after_its_withdrawal_a_quiet_day_is_reported_again_with_one_tap(sign_in: SignIn) -> None:
    as_clerk = sign_in("clerk")
    first = as_clerk.post("/f/daily_report/one-tap").location
    record = first.split("/")[-2]
    assert sign_in("office").post(f"/r/{record}/withdraw").status_code == 302
    assert as_clerk.get("/f/daily_report").text.count(record) == 0
    second = as_clerk.post("/f/daily_report/one-tap")
    assert second.status_code == 302
    assert second.location != first
    assert as_clerk.post("/f/daily_report/one-tap").location == second.location


def test_without_scripts_rows_are_added_and_taken_away_by_the_server(as_clerk: Visitor) -> None:
    more = as_clerk.fill("inspection", {**INSPECTION, "_add_row": "hazards"})
    assert more.status_code == 200
    assert 'name="hazards-1-place" type="text" value=""' in more.text
    assert re.search(r'<input checked [^>]*name="hazards-1-level"[^>]*value="general"', more.text), (
        "a row has its defaults"
    )
    assert "三号车间配电室" in more.text
    less = as_clerk.fill("inspection", {**INSPECTION, "hazards-3-place": "二号车间", "_remove_row": "hazards-0"})
    assert less.status_code == 200
    assert 'name="hazards-0-place" type="text" value="二号车间"' in less.text
    assert "三号车间配电室" not in less.text
    for name in ("nothing", "place", ""):
        assert as_clerk.fill("inspection", {**INSPECTION, "_add_row": name}).status_code == 422
    assert as_clerk.fill("inspection", {**INSPECTION, "_remove_row": "hazards-²"}).status_code == 422


def test_whoever_may_not_fill_a_form_is_told_so(sign_in: SignIn) -> None:
    leader = sign_in("leader")
    assert leader.get("/f/hazard/new").status_code == 403
    assert leader.fill("hazard", HAZARD).status_code == 403
    assert leader.post("/f/daily_report/one-tap").status_code == 403
    assert "填报" not in leader.get("/f/hazard").text


NAMES = st.sampled_from(
    [
        *("place", "desc", "level", "found_at", "fund", "town", "enterprise", "tracker", "extend", "lookback", "no"),
        *("extend-0-new_deadline", "extend-0-approved_by", "lookback-1-lookback_result", "extend-0-zz", "extend-²-x"),
        *("extend-99999999999-extend_reason", "extend-0-", "-0-", "x", "finding"),
        *("_version", "_add_row", "_remove_row", "_instance"),
    ]
)
NASTY = st.sampled_from(
    [
        *("9" * 5000, "-1", "1e999", "NaN", "²", "٣", "2026-02-30", "0000-00-00", "99999-01-01", "extend", "\r\n"),
        *("'; DROP TABLE people; --", "{0.__class__}", "{place}", "%s%(x)s", "${place}"),
        *("\u202e火", "\ufeff", "\U0001f525", "a" * 30_000),
    ]
)
TEXTS = st.one_of(NASTY, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40))


def test_whatever_is_sent_is_answered_in_order(as_clerk: Visitor) -> None:
    token = as_clerk.token()

    @given(st.dictionaries(NAMES, st.one_of(TEXTS, st.lists(TEXTS, max_size=3)), max_size=6), st.booleans())
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def answered(sent: dict[str, str | list[str]], over_good_ones: bool) -> None:  # noqa: FBT001 -- hypothesis gives it
        body = {**(HAZARD if over_good_ones else {}), **sent, "csrf_token": token}
        assert as_clerk.client.post("/f/hazard/new", data=body).status_code in (200, 302, 409, 422)

    answered()


def test_any_question_of_any_form_takes_any_text_without_a_fault(as_admin: Visitor, catalogue: Catalogue) -> None:
    token = as_admin.token()
    for form_id, names in every_name(catalogue):
        for text in ("9" * 5000, "²", "火" * 200, "{x}%s", "\x0b\x1f"):
            sent = {**dict.fromkeys(names, text), "csrf_token": token}
            assert as_admin.client.post(f"/f/{form_id}/new", data=sent).status_code == 422, (form_id, text[:9])


def every_name(catalogue: Catalogue) -> Iterator[tuple[str, list[str]]]:
    """Each form with the names of all its controls."""
    for form_id, published in catalogue.newest.items():
        names = []
        for name, field in published.form.questions.items():
            names += [name] if not isinstance(field, Repeat) else [f"{name}-0-{inner.name}" for inner in field.fields]
        yield form_id, names


def test_a_draft_of_one_person_is_not_offered_to_another(sign_in: SignIn, site: Site) -> None:
    assert 'data-draft="clerk/hazard"' in sign_in("clerk").get("/f/hazard/new").text
    assert 'data-draft="neighbour/hazard"' in sign_in("neighbour").get("/f/hazard/new").text

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.catalogue import Catalogue, retire
from tests.webapp.office import ENTERPRISE, HAZARD, INSPECTION, SignIn, Visitor
from webapp.site import Site

ASSIGNED = {"owner_org": "cg", "owner": "李桂兰", "measure": "更换信号灯", "tracker": "clerk", "_revision": "1"}


def places(page: str) -> list[str]:
    """The descriptions in a list's rows."""
    return re.findall(r'data-label="隐患描述"><span>(.*?)</span>', page)


def test_records_are_found_by_any_few_characters(as_clerk: Visitor) -> None:
    as_clerk.store("hazard", HAZARD)
    as_clerk.store("hazard", {**HAZARD, "desc": "面粉车间粉尘堆积，没有及时清扫"})
    assert places(as_clerk.get("/f/hazard?q=粉尘").text) == ["面粉车间粉尘堆积，没有及时清扫"]
    assert len(places(as_clerk.get("/f/hazard?q=000001").text)) == 1
    assert "没有符合条件的记录" in as_clerk.get("/f/hazard?q=船").text
    assert "没有符合条件的记录" in as_clerk.get("/f/hazard?q=%25").text


def test_records_are_filtered_sorted_and_paged(as_clerk: Visitor) -> None:
    for number in range(52):
        day = {"found_at": f"2026-11-{1 + number % 20:02}", "level": "major" if number == 7 else "general"}
        basis = {"basis": "industry_trade"} if number == 7 else {}
        answer = as_clerk.fill("hazard", {**HAZARD, **day, **basis, "desc": f"第{number:02}处隐患描述文字足够长"})
        assert answer.status_code == 302 or number == 7, number
    first = as_clerk.get("/f/hazard?sort=desc").text
    assert len(places(first)) == 50
    assert places(first) == sorted(places(first))
    assert "第 1 页，共 2 页" in first
    assert "sort=desc&amp;page=2" in first
    assert len(places(as_clerk.get("/f/hazard?sort=desc&page=2").text)) in (1, 2)
    assert len(places(as_clerk.get("/f/hazard?found_at_from=2026-11-03&found_at_to=2026-11-04").text)) == 6
    assert len(places(as_clerk.get("/f/hazard?state=to_assign&level=general&page=2").text)) in (1, 2)
    assert not places(as_clerk.get("/f/hazard?state=closed").text)


def test_a_list_answers_whatever_its_address_says(as_clerk: Visitor, catalogue: Catalogue) -> None:
    as_clerk.store("hazard", HAZARD)
    form = catalogue["hazard"].form
    for name in [*form.questions, "state", "id", "title", "created_at", "withdrawn_at", "nothing", "", "-", "--desc"]:
        assert as_clerk.get(f"/f/hazard?sort={name}").status_code == 200, name
        assert as_clerk.get(f"/f/hazard?sort=-{name}").status_code == 200, name
    for page in ("abc", "-1", "0", "²", "9" * 5000, "1.5", ""):
        assert as_clerk.get(f"/f/hazard?page={page}").status_code == 200, page


def test_any_filter_of_any_form_takes_any_text(as_office: Visitor, catalogue: Catalogue) -> None:
    as_office.store("hazard", HAZARD)
    filters = [(form_id, found.form.listing.filters) for form_id, found in catalogue.newest.items()]
    texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
    values = st.one_of(st.sampled_from(["..", "a..b", "²", "1..2", "true", "%", "[]", "9" * 400, "2026-13-45"]), texts)

    @given(st.sampled_from(filters), st.data())
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def answered(asked: tuple[str, tuple[str, ...]], data: st.DataObject) -> None:
        form_id, names = asked
        keys = st.sampled_from([f"{name}{end}" for name in (*names, "state", "q") for end in ("", "_from", "_to")])
        query = data.draw(st.dictionaries(keys, values, max_size=4))
        for path in (f"/f/{form_id}", f"/f/{form_id}/export.csv"):
            assert as_office.client.get(path, query_string=query).status_code == 200

    answered()


def test_a_record_shows_its_answers_its_history_and_the_steps_that_are_open(as_clerk: Visitor, sign_in: SignIn) -> None:
    record = as_clerk.store("hazard", HAZARD)
    page = as_clerk.get(f"/r/{record}").text
    for words in ("建设路与环城路交叉口", "网格巡查", "应急管理局", "分派整改", "待分派"):
        assert words in page
    assert "签字销号" not in page
    assert sign_in("office").post(f"/r/{record}/step/assign", {**ASSIGNED, "_comment": "请尽快"}).status_code == 302
    page = as_clerk.get(f"/r/{record}").text
    for words in ("整改中", "请尽快", "孙文清", "分派整改 → 整改中", "改了 4 项"):
        assert words in page


def test_a_step_asks_for_what_it_needs(as_office: Visitor) -> None:
    record = as_office.store("hazard", HAZARD)
    asked = as_office.get(f"/r/{record}/step/assign").text
    assert 'name="measure"' in asked
    assert 'name="place"' not in asked
    refused = as_office.post(f"/r/{record}/step/assign", {**ASSIGNED, "measure": "", "owner": "张三"})
    assert refused.status_code == 422
    assert "整改措施" in refused.text
    assert 'value="张三"' in refused.text
    assert "待分派" in as_office.get(f"/r/{record}").text


def test_what_a_step_needs_is_marked_although_the_form_leaves_it_open(as_office: Visitor) -> None:
    record = as_office.store("hazard", HAZARD)
    page = as_office.get(f"/r/{record}/step/assign").text
    must = '<span class="must" title="必填">*</span>'
    assert f"整改责任人{must}" in page
    assert re.search(
        r'<input[^>]*aria-required="true"[^>]*id="owner"|<input[^>]*id="owner"[^>]*aria-required="true"', page
    )
    assert f"整改责任人{must}" not in as_office.get(f"/r/{record}/edit").text


def test_a_step_that_is_not_open_is_refused_in_words(as_office: Visitor) -> None:
    record = as_office.store("hazard", HAZARD)
    assert as_office.get(f"/r/{record}/step/sign").location == f"/r/{record}"
    answer = as_office.post(f"/r/{record}/step/sign", {"_revision": "1"})
    assert answer.status_code == 409
    assert "现在不能“签字销号”" in answer.text
    for name in ("nothing", "%E7%81%AB", "assign%20"):
        assert as_office.post(f"/r/{record}/step/{name}", {"_revision": "1"}).status_code == 409
        assert as_office.post(f"/r/{record}/step/{name}", {"_add_row": "extend"}).status_code == 200


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(
    as_office: Visitor, as_clerk: Visitor
) -> None:
    record = as_clerk.store("hazard", HAZARD)
    assert as_office.post(f"/r/{record}/edit", {"place": "人民路口", "_revision": "1"}).status_code == 302
    late = as_clerk.post(
        f"/r/{record}/edit", {"desc": "路口信号灯不亮，已经三天了", "place": "建设路口", "_revision": "1"}
    )
    assert late.status_code == 409
    assert "刚被别人改过" in late.text
    assert "别人刚改成：人民路口" in late.text
    assert "路口信号灯不亮，已经三天了" in late.text
    assert 'value="建设路口"' in late.text
    assert 'name="_revision" value="2"' in late.text
    assert "人民路口" in as_clerk.get(f"/r/{record}").text
    again = as_clerk.post(f"/r/{record}/edit", {"desc": "路口信号灯不亮，已经三天了", "_revision": "2"})
    assert again.status_code == 302
    for revision in ("", "abc", "²", "9" * 5000):
        assert as_clerk.post(f"/r/{record}/edit", {"desc": "x", "_revision": revision}).status_code == 409


def test_a_change_without_mistakes_is_stored_and_told_in_the_history(as_office: Visitor) -> None:
    record = as_office.store(
        "hazard", {**HAZARD, "extend-0-extend_reason": "等配件", "extend-0-new_deadline": "2026-12-20"}
    )
    assert "等配件" in as_office.get(f"/r/{record}").text
    sent = {"level": "general", "extend": "", "_revision": "1"}
    assert as_office.post(f"/r/{record}/edit", sent).status_code == 302, "the last row can be taken away"
    page = as_office.get(f"/r/{record}").text
    assert "（清空）" in page
    more = as_office.post(f"/r/{record}/edit", {"_add_row": "extend", "_revision": "2"})
    assert more.status_code == 200
    assert 'name="extend-0-extend_reason"' in more.text


def test_a_withdrawn_record_lies_in_the_recycle_bin_until_it_is_restored(as_office: Visitor) -> None:
    record = as_office.store("hazard", HAZARD)
    as_office.post(f"/r/{record}/withdraw", {"comment": "重复登记"})
    assert not places(as_office.get("/f/hazard").text)
    assert len(places(as_office.get("/f/hazard?withdrawn=1").text)) == 1
    page = as_office.get(f"/r/{record}").text
    assert "已作废" in page
    assert "重复登记" in page
    assert "分派整改" not in page
    assert as_office.get(f"/r/{record}/edit").status_code == 403
    assert as_office.post(f"/r/{record}/edit", {"place": "别处路口", "_revision": "2"}).status_code == 403
    assert as_office.post(f"/r/{record}/step/assign", {**ASSIGNED, "_revision": "2"}).status_code == 409
    as_office.post(f"/r/{record}/restore")
    assert len(places(as_office.get("/f/hazard").text)) == 1


def test_another_town_s_record_is_not_there(as_clerk: Visitor, as_neighbour: Visitor) -> None:
    as_clerk.store("enterprise", ENTERPRISE)
    record = as_clerk.store("hazard", HAZARD)
    for path in ("", "/edit", "/receipt", "/step/assign"):
        assert as_neighbour.get(f"/r/{record}{path}").status_code == 404, path
    for path in ("edit", "step/assign", "withdraw", "restore"):
        assert as_neighbour.post(f"/r/{record}/{path}", {**ASSIGNED, "place": "别处"}).status_code == 404, path
    assert as_neighbour.get(f"/api/r/{record}").status_code == 404
    assert not places(as_neighbour.get("/f/hazard").text)
    assert not places(as_neighbour.get("/f/hazard?town=cg&q=信号灯").text)
    assert "信号灯" not in as_neighbour.get("/f/hazard/export.csv").get_data(as_text=True)
    assert as_neighbour.get("/find/hazard?q=建设").get_json() == []
    assert as_neighbour.get("/find/enterprise?q=面粉").get_json() == []
    assert "待分派" not in as_neighbour.get("/").text
    page = as_clerk.get(f"/r/{record}").text
    assert "建设路与环城路交叉口" in page
    assert "修改 " not in page


def test_an_id_of_nothing_is_a_page_that_says_so(as_clerk: Visitor) -> None:
    for record in ("1", "1M80FPM80AEHDX7BCC", "火", "x" * 3000, "..", "%2e%2e"):
        assert as_clerk.get(f"/r/{record}").status_code == 404
        assert as_clerk.get(f"/api/r/{record}").status_code == 404


def test_linked_records_and_rows_are_shown(as_clerk: Visitor) -> None:
    as_clerk.store("enterprise", ENTERPRISE)
    record = as_clerk.store("inspection", INSPECTION)
    page = as_clerk.get(f"/r/{record}").text
    assert re.search(r'<a href="/r/\w+">青山县永兴面粉有限公司</a>', page)
    assert re.search(r'<td data-label="部位">\s*<span class="said">三号车间配电室</span>', page)
    assert "由此登记的记录" in page


def test_records_of_a_retired_form_can_still_be_seen_and_no_more(as_clerk: Visitor, site: Site) -> None:
    record = as_clerk.store("hazard", HAZARD)
    with site.database.writing() as conn:
        retire(conn, "hazard", site.now())
    for path in (f"/r/{record}", f"/r/{record}/receipt", "/f/hazard"):
        page = as_clerk.get(path)
        assert page.status_code == 200, path
        assert record in page.text
        for link in (f"/r/{record}/edit", f"/r/{record}/step/", f"/r/{record}/withdraw", "/f/hazard/new", "/export."):
            assert link not in page.text, path
    assert "这张表单已停用" in as_clerk.get(f"/r/{record}").text
    assert as_clerk.get("/f/hazard/new").status_code == 404
    assert as_clerk.get(f"/r/{record}/edit").status_code == 404
    assert as_clerk.post(f"/r/{record}/withdraw").status_code == 404


def test_a_record_whose_rows_became_records_of_a_retired_form_is_shown(as_clerk: Visitor, site: Site) -> None:
    as_clerk.store("enterprise", ENTERPRISE)
    record = as_clerk.store("inspection", INSPECTION)
    with site.database.writing() as conn:
        retire(conn, "hazard", site.now())
    for path in (f"/r/{record}", f"/r/{record}/receipt"):
        page = as_clerk.get(path)
        assert page.status_code == 200
        assert "三号车间配电室" in page.text

from __future__ import annotations

import io
import re

from pypdf import PdfReader

from tests.webapp.office import HAZARD, SignIn, Visitor


def test_a_record_is_a_pdf_with_its_answers_and_its_history(as_clerk: Visitor) -> None:
    record = as_clerk.store("hazard", HAZARD)
    answer = as_clerk.get(f"/r/{record}/pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline;")
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages))
    for words in ("隐患", "路口信号灯不亮，夜间没有照明", "城关镇", "待分派", "填报", "李桂兰打印于", record):
        assert words in text


def test_a_record_that_one_may_not_see_is_not_printed(as_clerk: Visitor, sign_in: SignIn) -> None:
    record = as_clerk.store("hazard", HAZARD)
    assert sign_in("neighbour").get(f"/r/{record}/pdf").status_code == 404


def test_people_talk_under_a_record_and_take_up_what_it_said_before(as_clerk: Visitor, as_office: Visitor) -> None:
    record = as_clerk.store("hazard", HAZARD)
    as_office.post(f"/r/{record}/comments", {"text": "<b>灯修好没有？</b>"})
    page = as_clerk.get(f"/r/{record}").text
    assert "&lt;b&gt;灯修好没有？&lt;/b&gt;" in page
    assert as_office.post(f"/r/{record}/comments", {"text": " "}).status_code == 422
    changed = {**HAZARD, "place": "另一个路口", "_revision": "1"}
    assert as_office.post(f"/r/{record}/edit", changed).status_code == 302
    assert f"/r/{record}/edit?from=1" in as_office.get(f"/r/{record}").text
    again = as_office.get(f"/r/{record}/edit?from=1").text
    assert "建设路与环城路交叉口" in again
    assert "另一个路口" in as_office.get(f"/r/{record}/edit").text

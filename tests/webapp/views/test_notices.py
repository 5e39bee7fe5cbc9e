from __future__ import annotations

import re

from kernel.sentences import say
from records.notices import tell
from tests.conftest import HandClock
from tests.webapp.office import HAZARD, Visitor
from webapp.site import Site


def remind(site: Site, person: str, subject: str, words: str) -> None:
    with site.writing() as ledger:
        tell(ledger.conn, [person], subject, say("“{record}”：{message}", record="隐患", message=words), site.now())


def unread(page: str) -> str:
    found = re.search(r'<b class="unread"[^>]*>([^<]*)</b>', page)
    return found[1] if found else ""


def test_nobody_is_told_anything_at_first(as_clerk: Visitor) -> None:
    page = as_clerk.get("/notices").text
    assert "还没有通知" in page
    assert unread(page) == ""


def test_every_page_says_how_much_is_unread_until_it_is_read(
    site: Site, as_clerk: Visitor, as_neighbour: Visitor, now: HandClock
) -> None:
    record = as_clerk.store("hazard", HAZARD)
    remind(site, "clerk", record, "还有三天")
    now.forward(hours=1)
    remind(site, "clerk", record, "已逾期一天")
    assert unread(as_clerk.get("/").text) == "2"
    assert unread(as_neighbour.get("/").text) == ""
    page = as_clerk.get("/notices").text
    assert page.index("已逾期一天") < page.index("还有三天")
    first = re.findall(r'action="(/notices/[^"/]+/read)"', page)[0]
    opened = as_clerk.post(first, {"record": record})
    assert opened.location == f"/r/{record}"
    assert unread(as_clerk.get("/").text) == "1"
    as_clerk.post("/notices/read")
    assert unread(as_clerk.get("/").text) == ""
    assert "全部标为已读" not in as_clerk.get("/notices").text


def test_nobody_marks_what_another_was_told(site: Site, as_clerk: Visitor, as_neighbour: Visitor) -> None:
    record = as_clerk.store("hazard", HAZARD)
    remind(site, "clerk", record, "还有三天")
    (mark,) = re.findall(r'action="(/notices/[^"/]+/read)"', as_clerk.get("/notices").text)
    as_neighbour.post(mark)
    assert unread(as_clerk.get("/").text) == "1"


def test_nobody_reads_notices_who_is_not_signed_in(visitor: Visitor) -> None:
    assert visitor.get("/notices").status_code == 302
    assert visitor.get("/waiting").status_code == 302

from __future__ import annotations

import pytest

from records.comments import LONGEST, NothingSaid, comment, comments_of
from records.revise import NoSuchRecord
from records.store import load_submissions
from tests.records.office import Office


def test_whoever_sees_a_record_may_say_something_under_it(office: Office) -> None:
    record = office.sent("bei", "visit", {"place": "一号楼"})
    with office.writing() as ledger:
        comment(ledger, record.id, " 门锁换了吗？\r\n请回复 ", office.occasion("an"))
        comment(ledger, record.id, "换了", office.occasion("bei"))
        said = comments_of(ledger.conn, record.id)
        assert {(one.actor, one.text) for one in said} == {("an", "门锁换了吗？\n请回复"), ("bei", "换了")}
        assert load_submissions(ledger.conn, [record.id])[record.id].revision == record.revision


def test_nobody_says_anything_under_a_record_they_do_not_see(office: Office) -> None:
    record = office.sent("bei", "visit", {"place": "一号楼"})
    with office.writing() as ledger, pytest.raises(NoSuchRecord):
        comment(ledger, record.id, "好", office.occasion("chen"))


@pytest.mark.parametrize("text", ["", " \n ", "长" * (LONGEST + 1)])
def test_a_comment_has_words_and_not_a_book_of_them(office: Office, text: str) -> None:
    record = office.sent("bei", "visit", {"place": "一号楼"})
    with office.writing() as ledger:
        with pytest.raises(NothingSaid):
            comment(ledger, record.id, text, office.occasion("an"))
        assert comments_of(ledger.conn, record.id) == []

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from records.ledger import Ledger
from records.people import get_person, set_language
from records.tables import units
from webapp.site import Site


def test_work_that_met_another_writer_is_done_once_more(site: Site) -> None:
    tries = []

    def work(ledger: Ledger) -> str:
        tries.append(ledger)
        set_language(ledger.conn, "clerk", "en" if len(tries) == 1 else "zh")
        if len(tries) == 1:
            ledger.conn.execute(units.insert().values(id="cg", name="城关镇", kind="town"))
        return "done"

    assert site.attempt(work) == "done"
    with site.database.reading() as conn:
        assert get_person(conn, "clerk").language == "zh"
    assert len(tries) == 2


def test_work_that_cannot_be_done_is_tried_twice_and_leaves_nothing(site: Site) -> None:
    def work(ledger: Ledger) -> None:
        set_language(ledger.conn, "clerk", "en")
        ledger.conn.execute(units.insert().values(id="cg", name="城关镇", kind="town"))

    with pytest.raises(IntegrityError):
        site.attempt(work)
    with site.database.reading() as conn:
        assert get_person(conn, "clerk").language is None

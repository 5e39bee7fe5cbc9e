from __future__ import annotations

from datetime import datetime, timedelta

from records.model import Author
from sync.authors import Saving, Sighting, likeliest_author
from tests.conftest import OFFICE

NOON = datetime(2026, 11, 22, 12, tzinfo=OFFICE)
HOUR = timedelta(hours=1)
SEEN = Sighting("周宁", NOON - HOUR, NOON)


def test_whoever_was_seen_with_the_sheet_open_is_likely() -> None:
    expected = Author("周宁", "lock file", "likely")
    assert likeliest_author(SEEN, Saving(), since=NOON - HOUR) == expected
    assert likeliest_author(SEEN, Saving("周宁", NOON), since=NOON - HOUR) == expected


def test_whoever_the_sheet_alone_names_is_possible() -> None:
    expected = Author("林青", "document property", "possible")
    assert likeliest_author(None, Saving("林青", NOON), since=NOON - HOUR) == expected
    assert likeliest_author(SEEN, Saving("林青", NOON), since=NOON - HOUR) == expected
    assert likeliest_author(None, Saving("林青", None), since=NOON - HOUR) == expected


def test_what_is_older_than_the_last_round_says_nothing() -> None:
    nobody = Author("共享表格", "sheet", "unknown")
    assert likeliest_author(SEEN, Saving("林青", NOON), since=NOON + HOUR) == nobody
    assert likeliest_author(None, Saving("台账", NOON), since=None) == nobody
    assert likeliest_author(None, Saving(), since=None) == nobody

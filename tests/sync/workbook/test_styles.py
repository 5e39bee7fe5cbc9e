from __future__ import annotations

from datetime import date, datetime

import pytest

from sync.workbook.package import Damaged
from sync.workbook.styles import MARK, Styles

HEAD = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
SHEET = (
    HEAD
    + b'<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy&quot;x&quot;mm"/>'
    + b"<numFmt numFmtId='165' formatCode='\"day\" 0.0 \\d'/></numFmts>"
    + b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    + b'<fill><patternFill patternType="gray125"/></fill></fills>'
    + b'<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
    + b'<cellXfs count="5"><xf numFmtId="0" fillId="0"/><xf numFmtId="49" fillId="0"><alignment wrapText="1"/></xf>'
    + b'<xf numFmtId="164" fillId="0"/><xf numFmtId="165" fillId="0"/><xf numFmtId="0" fillId="1"/>'
    + b"</cellXfs></styleSheet>"
)
GENERAL, TEXT, DATE, NUMBER, GRAY = range(5)


@pytest.fixture(params=[b"", b"x:"])
def styles(request: pytest.FixtureRequest) -> Styles:
    if not request.param:
        return Styles(SHEET)
    prefixed = SHEET.replace(b"</", b"\0").replace(b"<", b"<x:").replace(b"\0", b"</x:")
    return Styles(prefixed.replace(b"xmlns=", b"xmlns:x="))


def test_nothing_changes_until_something_is_asked_for(styles: Styles) -> None:
    assert not styles.changed
    assert not any(styles.is_marked(style) for style in range(5))


@pytest.mark.parametrize("style", [GENERAL, TEXT, DATE])
def test_a_mark_is_put_on_once_and_taken_off_again(styles: Styles, style: int) -> None:
    marked = styles.marked(style)
    assert marked >= 5
    assert styles.is_marked(marked)
    assert styles.marked(marked) == marked == styles.marked(style)
    assert styles.unmarked(marked, neighbour=GENERAL) == style
    assert styles.xml().count(MARK) == 1


def test_what_is_not_marked_stays_when_unmarked(styles: Styles) -> None:
    assert styles.unmarked(GRAY, neighbour=GENERAL) == GRAY
    assert styles.unmarked(styles.marked(GRAY), neighbour=GRAY) == GRAY
    assert styles.unmarked(styles.marked(GENERAL), neighbour=styles.marked(TEXT)) == GENERAL


def test_the_part_is_read_back_with_what_was_added(styles: Styles) -> None:
    marked = styles.marked(TEXT)
    xml = styles.xml()
    again = Styles(xml)
    assert b'cellXfs count="6"' in xml
    assert b'fills count="3"' in xml
    assert again.is_marked(marked)
    assert again.marked(TEXT) == marked
    assert not again.changed


def test_dates_get_a_date_format_where_there_is_none(styles: Styles) -> None:
    assert styles.fit(DATE, date(2026, 1, 1)) == DATE
    assert styles.fit(NUMBER, date(2026, 1, 1)) not in (NUMBER, DATE)
    day, moment = styles.fit(GENERAL, date(2026, 1, 1)), styles.fit(GENERAL, datetime(2026, 1, 1, 8))  # noqa: DTZ001
    assert len({GENERAL, day, moment}) == 3


@pytest.mark.parametrize(("text", "fits"), [("甲", True), ("", True), ("0012", False), ("=1", False), ("true", False)])
def test_text_that_could_be_read_anew_gets_the_text_format(styles: Styles, text: str, fits: bool) -> None:  # noqa: FBT001 -- drawn
    assert styles.fit(GENERAL, text) == (GENERAL if fits else styles.fit(GENERAL, "0"))
    assert styles.fit(TEXT, text) == TEXT
    assert styles.fit(GENERAL, 12) == GENERAL


def test_a_style_that_the_book_does_not_have_is_damage(styles: Styles) -> None:
    with pytest.raises(Damaged):
        styles.marked(99)
    with pytest.raises(Damaged):
        Styles(HEAD + b"</styleSheet>")

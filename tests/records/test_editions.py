from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kernel.clock import Period
from kernel.sentences import say
from records.database import Database
from records.editions import (
    Edition,
    Figure,
    NoSuchEdition,
    NoSuchFigure,
    count_editions,
    edition_of_period,
    figures_of,
    find_editions,
    get_edition,
    get_figure,
    mark_drawn,
    mark_not_drawn,
    store_edition,
    take_edition_number,
)
from tests.conftest import HandClock

CAMPAIGN = Period(date(2023, 5, 4), date(2026, 11, 22))
FIGURES = (
    Figure("visits", "检查家次", 1550.0, "1550", "SELECT 1", "inspection", ("A", "B")),
    Figure("rate[town=T1]", "城关镇 整改率", None, "—", "SELECT 2", "hazard", ()),
)


def edition(now: HandClock, edition_id: str = "E1", number: int = 1, year: int = 2026) -> Edition:
    return Edition(
        id=edition_id,
        report_id="weekly",
        period=CAMPAIGN,
        year=year,
        number=number,
        title="通报",
        text="全县检查1550家次，100%",
        html="<p>",
        compiled_at=now(),
        compiled_by="schedule",
    )


def test_an_edition_and_its_figures_are_read_back_as_they_were_stored(database: Database, now: HandClock) -> None:
    stored = replace(edition(now), late=now() - timedelta(hours=2))
    with database.writing() as conn:
        store_edition(conn, stored, FIGURES)
        assert get_edition(conn, "E1") == stored
        assert figures_of(conn, "E1") == sorted(FIGURES, key=lambda figure: figure.name)
        assert get_figure(conn, "E1", "visits") == FIGURES[0]


def test_what_is_not_there_is_said_to_be_missing(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        store_edition(conn, edition(now), ())
        with pytest.raises(NoSuchFigure):
            get_figure(conn, "E1", "visits")
        with pytest.raises(NoSuchEdition):
            get_edition(conn, "E2")
        with pytest.raises(NoSuchEdition):
            mark_drawn(conn, "E2", "d")


def test_numbers_run_on_by_report_and_year_without_a_gap(database: Database) -> None:
    with database.writing() as conn:
        taken = [take_edition_number(conn, report, year) for report, year in [("a", 2026), ("a", 2026), ("b", 2026)]]
    with pytest.raises(NoSuchEdition), database.writing() as conn:
        mark_drawn(conn, f"not the {take_edition_number(conn, 'a', 2026)}rd", "d")  # undoes the whole transaction
    with database.writing() as conn:
        assert [*taken, take_edition_number(conn, "a", 2026), take_edition_number(conn, "a", 2027)] == [1, 2, 1, 3, 1]


def test_a_campaign_has_a_first_edition_every_year(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        store_edition(conn, edition(now), ())
        now.forward(days=365)
        store_edition(conn, edition(now, "E2", year=2027), ())
        newest = edition_of_period(conn, "weekly", CAMPAIGN)
        assert newest is not None
        assert (newest.id, count_editions(conn, "weekly"), count_editions(conn, "daily")) == ("E2", 2, 0)
        assert edition_of_period(conn, "daily", CAMPAIGN) is None


def test_the_drawing_or_why_there_is_none_is_kept(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        store_edition(conn, edition(now), ())
        mark_not_drawn(conn, "E1", say("没有这些字：{characters}", characters="㐀"))
        failed = get_edition(conn, "E1")
        mark_drawn(conn, "E1", "d1")
        drawn = get_edition(conn, "E1")
    assert (failed.pdf_digest, failed.pdf_failure) == (None, "没有这些字：㐀")
    assert (drawn.pdf_digest, drawn.pdf_failure) == ("d1", None)


def test_editions_are_found_by_report_and_by_words_the_newest_first(database: Database, now: HandClock) -> None:
    with database.writing() as conn:
        store_edition(conn, edition(now), ())
        now.forward(days=7)
        store_edition(conn, edition(now, "E2", number=2), ())
        assert [found.id for found in find_editions(conn, report_id="weekly")] == ["E2", "E1"]
        assert [found.id for found in find_editions(conn, words="100%", limit=1)] == ["E2"]
        assert [found.id for found in find_editions(conn, words="100%", limit=1, offset=1)] == ["E1"]
        assert find_editions(conn, words="1_50") == []

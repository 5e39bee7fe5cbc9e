from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from kernel.problems import Problem
from kernel.sentences import say
from records import measuring
from records.editions import Edition, Figure, figures_of, find_editions, get_edition
from records.events import events_of
from records.files import path_of, read_file
from records.measuring import Counted, visible_ids
from records.people import actor_of, get_person
from records.tables import files
from reports import pdf
from reports.compile import DRAWN, NOT_DRAWN, Order, draw_edition, is_of_schedule, pdf_name
from tests.reports.conftest import NOW, County


def order(county: County, *, now: datetime = NOW, due: datetime | None = None, late: bool = False) -> Order:
    return Order(county.report.period.at(now.date()), now, "schedule", due, late)


def compiled(county: County, given: Order | None = None) -> Edition:
    return county.compile(given or order(county))


def figures(county: County, edition: Edition) -> dict[str, Figure]:
    with county.database.reading() as conn:
        return {figure.name: figure for figure in figures_of(conn, edition.id)}


def test_the_text_says_what_the_records_say(county: County) -> None:
    county.fix(0)
    assert compiled(county).text.splitlines() == [
        "一、总体情况",
        "进展。本月以来，全县检查3家次、300余人次，隐患3处，剩余2处。",
        "表1",
        "乡镇\t检查（家次）\t隐患（处）\t已整改（处）\t整改率（%）",
        "东镇\t2\t2\t1\t50.0",
        "西镇\t1\t1\t0\t0",
        "南镇\t0\t0\t0\t—",
        "合计\t3\t3\t1\t33.3",
        "注：截至2026年11月22日，整改率33.3%。",
        "图1",
        "按部门，甲局检查2家次、隐患2处；乙局检查1家次、隐患1处。",
        "表2",
        "描述\t乡镇\t状态",
        "通道堵塞\t东镇\t整改中",
        "注：另有1条未列出。",
    ]


def test_when_all_is_fixed_the_sentence_and_the_list_say_so(county: County) -> None:
    for place in range(3):
        county.fix(place)
    text = compiled(county).text
    assert "隐患3处，全部整改。" in text
    assert "整改率100%" in text
    assert "表2" not in text


def test_every_number_is_a_figure_with_its_query_and_its_records(county: County) -> None:
    found = figures(county, compiled(county))
    assert found["hazards"].record_ids == tuple(sorted(county.hazards))
    assert found["hazards[town=T1]"].record_ids == tuple(sorted(county.hazards[:2]))
    assert found["hazards[town=T1]"].label == "东镇 隐患"
    assert (found["people"].value, found["people"].printed) == (326.0, "300余")
    assert found["open"].record_ids == tuple(sorted(county.hazards))
    assert "FROM submissions" in found["visits"].query
    assert found["rate"].query.startswith("-- 已整改 ÷ 隐患 × 100\n\n-- 已整改\nSELECT")
    assert (found["rate[town=T3]"].value, found["rate[town=T3]"].printed) == (None, "—")
    assert {figure.form_id for figure in found.values()} == {"visit", "hazard"}


def test_numbers_link_to_their_figures(county: County) -> None:
    edition = compiled(county)
    links = re.findall(rf'href="https://ledger\.example/editions/{edition.id}/([^"]+)"', edition.html)
    assert {"visits", "hazards[town=T1]"} <= set(links)
    assert set(links) <= figures(county, edition).keys()


def test_who_looks_behind_a_figure_sees_only_their_own_records(county: County) -> None:
    hazards = figures(county, compiled(county))["hazards"]
    with county.database.reading() as conn:
        town = actor_of(conn, get_person(conn, "t"))
        assert visible_ids(conn, county.forms["hazard"], hazards.record_ids, town) == sorted(county.hazards[:2])


def test_compiled_again_it_is_a_new_edition_and_the_old_one_stays(county: County) -> None:
    first = compiled(county)
    before = figures(county, first)
    county.fix(0)
    second = compiled(county, order(county, now=NOW + timedelta(hours=1)))
    assert (first.number, second.number) == (1, 2)
    assert figures(county, second)["fixed"].printed == "1"
    assert figures(county, first) == before
    with county.database.reading() as conn:
        assert get_edition(conn, first.id) == first


def test_numbers_begin_anew_every_year(county: County) -> None:
    compiled(county)
    later = compiled(county, order(county, now=NOW.replace(year=2027)))
    assert (later.year, later.number) == (2027, 1)


def test_an_hour_of_the_schedule_is_compiled_for_once(county: County) -> None:
    first = compiled(county, order(county, due=NOW))
    assert compiled(county, order(county, due=NOW, now=NOW + timedelta(minutes=3))).id == first.id
    assert compiled(county, order(county, due=NOW + timedelta(days=7))).id != first.id
    with county.database.reading() as conn:
        assert len(find_editions(conn, report_id="weekly")) == 2


def test_an_hour_that_was_missed_is_marked_as_caught_up(county: County) -> None:
    edition = compiled(county, order(county, due=NOW - timedelta(hours=2), late=True))
    assert edition.late == NOW - timedelta(hours=2)
    assert "（补发）" in edition.html
    assert "（补发）" not in compiled(county).html


def test_a_draft_stores_nothing_and_takes_no_number(county: County) -> None:
    html = county.draft(order(county)).html(0, stylesheet_url="/bulletin.css")
    assert "（预览）" in html
    assert 'href="/bulletin.css"' in html
    assert compiled(county).number == 1


def test_the_numbers_of_a_bulletin_agree_whatever_is_stored_while_they_are_counted(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = iter((1, 2))

    def count_while_somebody_writes(*given: Any, **named: Any) -> Counted:
        if (place := next(places, None)) is not None:
            county.fix(place)
        return measuring.count(*given, **named)

    county.fix(0)
    monkeypatch.setattr("reports.figures.count", count_while_somebody_writes)
    text = compiled(county).text
    assert "隐患3处，剩余2处。" in text
    assert "合计\t3\t3\t1\t33.3" in text
    assert "整改率33.3%" in text


def test_only_what_was_compiled_for_an_hour_is_of_the_schedule(county: County) -> None:
    asked, due = compiled(county), compiled(county, order(county, due=NOW))
    with county.database.reading() as conn:
        assert [is_of_schedule(conn, edition.id) for edition in (asked, due)] == [False, True]


def test_the_pdf_is_drawn_once_and_kept_under_its_name(county: County, tmp_path: Path) -> None:
    edition = compiled(county)
    drawn = draw_edition(county.database, tmp_path, edition.id, lambda html: pdf.draw(html, timeout=60), NOW)
    assert drawn.pdf_digest is not None
    content = path_of(tmp_path, drawn.pdf_digest)
    assert "全县检查3家次" in "".join(page.extract_text() for page in PdfReader(content).pages).replace("\n", "")
    again = draw_edition(county.database, tmp_path, edition.id, _must_not_be_asked, NOW)
    assert again == drawn
    with county.database.reading() as conn:
        assert conn.execute(select(files.c.name)).scalar_one() == pdf_name(edition) == "《检查情况通报》第1期.pdf"
        assert [event.action for event in events_of(conn, edition.id)] == ["edition.compiled", DRAWN]


def _must_not_be_asked(html: str) -> bytes:
    raise AssertionError(html)


class Refusing:
    """A press that refuses, for good or for now."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def __call__(self, _html: str) -> bytes:
        raise self._problem


def test_a_page_that_cannot_be_drawn_says_why_and_can_be_drawn_later(county: County, tmp_path: Path) -> None:
    edition = compiled(county)
    refusing = Refusing(pdf.MissingGlyphs(say("服务器的字体里没有这些字：㐀")))
    failed = draw_edition(county.database, tmp_path, edition.id, refusing, NOW)
    assert (failed.pdf_digest, failed.pdf_failure) == (None, "服务器的字体里没有这些字：㐀")
    drawn = draw_edition(county.database, tmp_path, edition.id, lambda _: b"%PDF", NOW)
    assert drawn.pdf_digest is not None
    assert (drawn.pdf_failure, read_file(tmp_path, drawn.pdf_digest)) == (None, b"%PDF")
    with county.database.reading() as conn:
        assert [event.action for event in events_of(conn, edition.id)][1:] == [NOT_DRAWN, DRAWN]


def test_a_press_that_broke_down_is_tried_again_by_the_queue(county: County, tmp_path: Path) -> None:
    edition = compiled(county)
    with pytest.raises(pdf.DrawingFailed):
        draw_edition(county.database, tmp_path, edition.id, Refusing(pdf.DrawingFailed(say("没有排成"))), NOW)
    with county.database.reading() as conn:
        assert get_edition(conn, edition.id).pdf_failure == "没有排成"


def test_a_lost_file_is_drawn_again(county: County, tmp_path: Path) -> None:
    edition = compiled(county)
    drawn = draw_edition(county.database, tmp_path, edition.id, lambda _: b"%PDF", NOW)
    assert drawn.pdf_digest is not None
    path_of(tmp_path, drawn.pdf_digest).unlink()
    assert draw_edition(county.database, tmp_path, edition.id, lambda _: b"%PDF", NOW) == drawn
    assert path_of(tmp_path, drawn.pdf_digest).exists()


def test_a_report_may_print_its_title_on_several_lines(county: County) -> None:
    broken = county.report.model_copy(update={"title_lines": ("关于检查", "情况的通报")})
    edition = compiled(replace(county, report=broken))
    assert "关于检查<br>情况的通报" in edition.html

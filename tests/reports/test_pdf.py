"""Real children, real refusals: the library hidden, the fonts taken away, the child killed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from kernel.problems import Problem
from reports import pdf
from reports.page.document import Paragraph
from tests.reports.page import sample

SHORT = '<html lang="zh-CN"><p>安全生产'
FONTS = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>{}</fontconfig>'


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text(FONTS.format(""), encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))


@pytest.fixture
def western_fonts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    western = "<dir>/usr/share/fonts/truetype/dejavu</dir>"
    (tmp_path / "fonts.conf").write_text(FONTS.format(western), encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))


@pytest.fixture(params=["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"])
def hidden_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty file stands before the library, so that the loader fails on it."""
    (tmp_path / request.param).touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))


def test_a_page_is_drawn() -> None:
    drawn = pdf.draw(SHORT, timeout=60)
    assert "安全生产" in PdfReader(BytesIO(drawn)).pages[0].extract_text()


def test_this_machine_can_draw() -> None:
    assert pdf.can_draw() is None


@pytest.mark.usefixtures("hidden_library")
def test_without_a_library_the_sentence_names_what_to_install() -> None:
    with pytest.raises(pdf.NoPango, match=r"libpangoft2-1\.0-0.*make run") as refused:
        pdf.draw(SHORT, timeout=60)
    assert refused.value.code == "pdf.no_pango"
    assert isinstance(pdf.can_draw(), pdf.NoPango)


@pytest.mark.usefixtures("no_fonts")
def test_without_any_font_the_web_survives_and_is_told() -> None:
    with pytest.raises(pdf.NoFont, match="fonts-noto-cjk"):
        pdf.draw(SHORT, timeout=60)
    assert isinstance(pdf.can_draw(), pdf.NoFont)


@pytest.mark.usefixtures("western_fonts")
def test_with_western_fonts_alone_it_is_the_font_that_is_missing() -> None:
    with pytest.raises(pdf.NoFont):
        pdf.draw(SHORT, timeout=60)


def test_a_rare_character_is_named_and_nothing_is_drawn() -> None:
    page = sample.bulletin(Paragraph(("赵\U00031350同志",)))
    with pytest.raises(pdf.MissingGlyphs, match=r"\U00031350（U\+31350）") as refused:
        pdf.draw(sample.html_of(page), timeout=60)
    assert (refused.value.code, refused.value.status) == ("pdf.missing_glyphs", 422)


def test_of_many_rare_characters_twenty_are_named() -> None:
    rare = "".join(chr(0x31350 + place) for place in range(30))
    with pytest.raises(pdf.MissingGlyphs) as refused:
        pdf.draw(f'<html lang="zh-CN"><p>{rare}', timeout=60)
    assert refused.value.sentence.count("U+") == 20
    assert "……" in refused.value.sentence


def test_a_page_that_takes_too_long_is_given_up_in_time() -> None:
    rows = "".join(f"<tr><td>{number}<td>隐患整改情况" for number in range(20_000))
    started = time.monotonic()
    with pytest.raises(pdf.DrawingFailed) as refused:
        pdf.draw(f'<html lang="zh-CN"><table>{rows}</table>', timeout=3)
    assert time.monotonic() - started < 6
    assert refused.value.retry


def test_a_child_that_was_killed_is_replaced() -> None:
    with pdf.Press(children=1) as press:
        press.draw(SHORT, timeout=60)
        child = press._places.get_nowait()
        assert child is not None
        child._process.kill()
        press._places.put(child)
        with pytest.raises(pdf.DrawingFailed) as refused:
            press.draw(SHORT, timeout=60)
        assert "status -9" in refused.value.__notes__[0]
        assert press.draw(SHORT, timeout=60).startswith(b"%PDF")


def test_a_refused_page_does_not_disturb_the_next() -> None:
    with pdf.Press(children=1) as press:
        with pytest.raises(pdf.MissingGlyphs):
            press.draw('<html lang="zh-CN"><p>\U00031350', timeout=60)
        assert press.draw(SHORT, timeout=60).startswith(b"%PDF")


def test_a_press_draws_for_several_threads_and_every_page_goes_to_who_asked() -> None:
    with pdf.Press(children=2) as press, ThreadPoolExecutor(6) as people:
        pages = people.map(lambda place: press.draw(f"{SHORT}第{place}期", timeout=60), range(12))
        texts = [PdfReader(BytesIO(page)).pages[0].extract_text().split("\n")[0] for page in pages]
    assert texts == [f"安全生产第{place}期" for place in range(12)]


def test_a_child_is_replaced_after_its_share_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_JOBS_PER_CHILD", 2)
    with pdf.Press(children=1) as press:
        press.draw(SHORT, timeout=60)
        first = press._places.queue[0]
        press.draw(SHORT, timeout=60)
        assert press._places.queue == [None]
        assert first is not None
        assert first._process.returncode is not None


def test_the_secrets_of_the_web_are_not_passed_to_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_SECRET", "kept")
    with pdf.Press(children=1) as press:
        press.draw(SHORT, timeout=60)
        child = press._places.queue[0]
        assert child is not None
        assert b"TAIZHANG_SECRET" not in Path(f"/proc/{child._process.pid}/environ").read_bytes()


def test_every_refusal_has_a_code_of_its_own() -> None:
    refusals: list[type[Problem]] = [pdf.NoPango, pdf.NoFont, pdf.MissingGlyphs, pdf.DrawingFailed]
    assert [refusal.code for refusal in refusals] == [
        "pdf.no_pango",
        "pdf.no_font",
        "pdf.missing_glyphs",
        "pdf.failed",
    ]

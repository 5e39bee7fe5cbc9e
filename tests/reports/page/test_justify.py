from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.page import justify
from reports.page.document import Paragraph
from reports.pdf import Press
from tests.reports.page import sample

SIGNS = (
    "各乡镇、各部门要坚持“党政同责、一岗双责、齐抓共管、失职追责”，对排查出的隐患（含30处重大隐患）建立台账、闭环管理，"
    * 12
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("安全生产", [0, 1, 2]),
        ("共30处", [0, 2]),
        ("a b", [1]),
        ("abc", []),
        ("安 全", [1]),
        ("", []),
        ("安", []),
    ],
)
def test_white_goes_to_spaces_and_beside_chinese_characters(text: str, expected: list[int]) -> None:
    assert list(justify.gaps(text)) == expected


@given(st.text())
def test_no_gap_lies_after_the_last_character_unless_it_is_a_space(text: str) -> None:
    assert all(index < len(text) - 1 or text[index] in " \u00a0" for index in justify.gaps(text))


def test_lines_with_signs_end_flush_right(press: Press, tmp_path: Path) -> None:
    pdf = press.draw(sample.html_of(sample.bulletin(Paragraph((SIGNS,)), Paragraph((SIGNS,)))), timeout=60)
    assert max(_shortfalls(pdf, tmp_path)) < 0.4


def test_with_another_version_lines_are_ragged_and_nothing_fails(tmp_path: Path) -> None:
    html = tmp_path / "page.html"
    html.write_text(sample.html_of(sample.bulletin(Paragraph((SIGNS,)), Paragraph((SIGNS,)))), encoding="utf-8")
    program = (
        "import sys, pathlib\n"
        "from reports.page import justify, rendering\n"
        "justify.MEASURED_WITH = '0'\n"
        "sys.stdout.buffer.write(rendering.Renderer().draw(pathlib.Path(sys.argv[1]).read_text('utf-8')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(html)], capture_output=True, check=True)
    assert max(_shortfalls(done.stdout, tmp_path)) > 4


def _shortfalls(pdf: bytes, folder: Path) -> list[float]:
    """How far, in mm, every full line of page 2 ends before the right edge, a sign's own white counted in."""
    source = folder / "page.pdf"
    source.write_bytes(pdf)
    asked = ["pdftotext", "-f", "2", "-l", "2", "-bbox-layout", str(source), "-"]
    told = subprocess.run(asked, capture_output=True, check=True).stdout.decode()
    rights = [float(right) / 72 * 25.4 for right in re.findall(r'<line [^>]*xMax="([0-9.]+)"', told)]
    return [184 - right for right in rights if right > 170]

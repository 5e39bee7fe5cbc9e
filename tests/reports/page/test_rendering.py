"""What a page may fetch, what the PDF says of itself, and what is refused: asked of a real drawing child."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from pypdf import PdfReader

from reports.page.document import Paragraph
from reports.pdf import MissingGlyphs, Press, draw
from tests.reports.page import sample


class _Trap:
    """A web server that remembers what was asked of it."""

    def __init__(self) -> None:
        asked = self.asked = list[str]()

        class Remember(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

        self.server = HTTPServer(("127.0.0.1", 0), Remember)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def trap() -> Iterator[_Trap]:
    trap = _Trap()
    Thread(target=trap.server.serve_forever, daemon=True).start()
    yield trap
    trap.server.shutdown()
    trap.server.server_close()


def _png() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, "PNG")
    return drawn.getvalue()


def _pictures(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(BytesIO(pdf)).pages)


def _text(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_hostile_paragraph_is_printed_as_it_was_typed(press: Press, trap: _Trap) -> None:
    hostile = f"<script>alert(1)</script><img src=file:///etc/passwd><b style='background:url({trap.url})'>甲</b>"
    drawn = _text(press.draw(sample.html_of(sample.bulletin(Paragraph((hostile,)))), timeout=60))
    printed = "".join(drawn.split())  # the white of a justified line reads as more than one space
    assert "".join(hostile.split()) in printed
    assert "root:" not in printed
    assert trap.asked == []


def test_even_real_markup_fetches_nothing_from_disk_or_network(press: Press, trap: _Trap, tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    picture.write_bytes(_png())
    page = (
        f'<html lang="zh-CN"><head><link rel="stylesheet" href="{trap.url}/style.css"><base href="{trap.url}">'
        f'<style>@import url("{trap.url}/import.css"); @font-face {{ font-family: x; src: url("{trap.url}/font") }}'
        f'p {{ font-family: x; background: url("{trap.url}/background") }}</style></head><body>'
        f'<p>甲<img src="{trap.url}/picture"><img src="{picture.as_uri()}"><img src="relative.png">'
        f'<object data="{trap.url}/object"></object><embed src="{picture.as_uri()}"></p>'
        f'<svg><image href="{trap.url}/inner" width="9" height="9"/></svg>'
        f'<link rel="attachment" href="{picture.as_uri()}"></body></html>'
    )
    pdf = press.draw(page, timeout=60)
    assert trap.asked == []
    assert _pictures(pdf) == 0
    assert not PdfReader(BytesIO(pdf)).attachments


def test_a_picture_inside_the_page_is_drawn(press: Press) -> None:
    inside = base64.b64encode(_png()).decode()
    assert _pictures(press.draw(f'<html lang="zh-CN"><p>甲<img src="data:image/png;base64,{inside}">', timeout=60)) == 1


def test_the_same_page_gives_the_same_bytes(press: Press) -> None:
    html = sample.html_of(sample.full_bulletin())
    assert press.draw(html, timeout=60) == press.draw(html, timeout=60) == draw(html, timeout=60)


def test_the_document_says_what_it_is(press: Press) -> None:
    reader = PdfReader(BytesIO(press.draw(sample.html_of(sample.full_bulletin()), timeout=60)))
    told = reader.metadata
    assert told is not None
    assert told.title == "关于全县重大事故隐患排查整治工作情况的通报"
    assert told.author == "青山县安全生产委员会办公室"
    assert told.creation_date == sample.MADE_AT
    assert str(reader.root_object["/Lang"]) == "zh-CN"
    assert reader.xmp_metadata is not None
    assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "U")


@pytest.mark.parametrize("character", ["\U00031350", "\ue123", "\U000f0001"])
def test_a_character_no_font_has_or_one_font_made_up_is_named(press: Press, character: str) -> None:
    with pytest.raises(MissingGlyphs) as refused:
        press.draw(sample.html_of(sample.bulletin(Paragraph((f"联系人赵{character}。",)))), timeout=60)
    assert f"U+{ord(character):04X}" in refused.value.sentence


def test_a_missing_character_inside_a_picture_is_named_too(press: Press) -> None:
    with pytest.raises(MissingGlyphs):
        press.draw('<html lang="zh-CN"><svg width="90" height="30"><text y="20">赵\U00031350</text></svg>', timeout=60)

"""HTML to PDF, inside the drawing child: the only file that meets WeasyPrint, apart from `justify`."""

from __future__ import annotations

import hashlib
import logging
import re

from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reports.page import justify
from reports.page.document import STYLESHEET
from reports.page.floating import move_late_figures

_NO_GLYPH = re.compile(r"^\.notdef glyph rendered.*\(U\+([0-9A-F]+)\)$", re.DOTALL)
# A private character has the shape that one office's font gave it; another font draws something else, or a box.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_MOST_MOVES = 4  # each costs a layout
# What every bulletin needs: if these are missing, it is the font that is missing.
_COMMON = "安全生产情况通报"


class MissingGlyphs(Exception):
    """No installed font has these characters; they would print as boxes."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


class _NothingOutside(URLFetcher):  # type: ignore[misc] # WeasyPrint has no types
    """Fetches what the document carries in itself (`data:`), and nothing from disk or network."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith("data:"):
            message = f"a page may not fetch {url}"
            raise ValueError(message)
        return super().fetch(url, headers)


class _Listener(logging.Handler):
    """Hears WeasyPrint name the characters for which it drew a box."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: dict[str, None] = {}  # in the order they were met

    def emit(self, record: logging.LogRecord) -> None:
        if found := _NO_GLYPH.match(record.getMessage()):
            self.missing[chr(int(found[1], 16))] = None


class Renderer:
    """Draws page after page with fonts and stylesheet read once."""

    def __init__(self) -> None:
        justify.install()
        self._fonts = FontConfiguration()
        self._fetcher = _NothingOutside()
        self._style = CSS(filename=STYLESHEET, font_config=self._fonts, url_fetcher=self._fetcher)
        # A second pass moves the imprint to an even page of its own, which has no number (7.5).
        self._imprint_apart = CSS(string="#imprint { page: imprint; break-before: left }", font_config=self._fonts)

    def has_chinese(self) -> bool:
        """Whether the fonts here can write the words every bulletin holds."""
        try:
            self.draw(f'<html lang="zh-CN"><p>{_COMMON}')
        except MissingGlyphs:
            return False
        return True

    def draw(self, html: str) -> bytes:
        """`html` as PDF/A-2u; MissingGlyphs instead of a page with boxes.

        The same HTML drawn with the same fonts gives the same bytes: dates come from the
        document's own metadata, the identifier is its digest.
        """
        listener = _Listener()
        listener.missing.update(dict.fromkeys(_PRIVATE.findall(html)))
        log = logging.getLogger("weasyprint")
        log.addHandler(listener)
        try:
            pdf: bytes = self._laid_out(html).write_pdf(
                pdf_variant="pdf/a-2u", pdf_identifier=hashlib.sha256(html.encode()).hexdigest()[:32].encode()
            )
        finally:
            log.removeHandler(listener)
        if listener.missing:
            raise MissingGlyphs("".join(listener.missing))
        return pdf

    def _laid_out(self, html: str) -> Document:
        """The document with no page half empty before a chart, and its imprint on the last even page."""
        page = HTML(string=html, url_fetcher=self._fetcher)
        document = self._pass(page, [self._style])
        for _ in range(_MOST_MOVES):
            if not move_late_figures(page.etree_element, [dict(sheet.anchors) for sheet in document.pages]):
                break
            document = self._pass(page, [self._style])
        end, imprint = _page_of(document, "body-end"), _page_of(document, "imprint")
        if imprint is None or (end == imprint and imprint % 2 == 0):
            return document
        return self._pass(page, [self._style, self._imprint_apart])

    def _pass(self, page: HTML, stylesheets: list[CSS]) -> Document:
        return page.render(stylesheets=stylesheets, font_config=self._fonts)


def _page_of(document: Document, anchor: str) -> int | None:
    """The number, from 1, of the page on which the element with this id begins."""
    return next((number for number, page in enumerate(document.pages, 1) if anchor in page.anchors), None)

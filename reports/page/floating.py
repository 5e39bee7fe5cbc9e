"""Charts that do not fit under the text let the text go first, as a typesetter would.

A chart is never broken. When it goes to the next page it may leave half a page empty;
then the paragraphs that follow it, up to the next heading, table or chart, move before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element

_BEFORE: Final = "before-"
# CSS pixels. The text ends 264.4 mm below the upper edge of the page; three empty lines (31 mm) are worth a move.
_TEXT_ENDS: Final = 264.4 / 25.4 * 96
_WORTH_MOVING: Final = 31 / 25.4 * 96


def move_late_figures(tree: Element, anchors: Sequence[Mapping[str, Sequence[float]]]) -> bool:
    """Move one paragraph before every figure that left a page half empty; False when there was none to move.

    tree: the document, with `<div id="before-ID">` standing before every `<figure id="ID">`.
    anchors: of every page in turn, where its ids are: x and y of the upper left corner first, in CSS
    pixels. Lay out again and ask again, until it is False: whether a second paragraph
    should follow is known only when the first has been laid out.
    """
    places = {name: (number, box[1]) for number, page in enumerate(anchors) for name, box in page.items()}
    body = tree.find("body")
    if body is None:
        return False
    # Every figure's turn is decided by the layout that was measured, before anything moves.
    late = [figure for figure in body.iterfind("figure[@id]") if _is_late(figure.get("id", ""), places)]
    moved = [_let_text_go_first(body, figure) for figure in late]
    return any(moved)


def _is_late(name: str, places: Mapping[str, tuple[int, float]]) -> bool:
    """Whether the figure went to a later page and left room for several lines."""
    if name not in places or _BEFORE + name not in places:
        return False
    (page, _), (page_before, y_before) = places[name], places[_BEFORE + name]
    return page > page_before and _TEXT_ENDS - y_before > _WORTH_MOVING


def _let_text_go_first(body: Element, figure: Element) -> bool:
    """Put the paragraph after `figure` before it and its marker, if it is a plain paragraph that follows."""
    place = list(body).index(figure)
    following = body[place + 1] if place + 1 < len(body) else None
    if following is None or following.tag != "p" or following.get("class"):
        return False
    body.remove(following)
    body.insert(place - 1, following)
    return True

"""What a form's page and its reading cost, each many times over, for one is too short to be timed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import g
from jinja2 import Template

from bench.measuring import Measured, measure
from forms.answers import Circumstances, Reader
from forms.definition import Form
from forms.deriving import Deriver
from forms.values import Raw
from records.catalogue import Published
from records.ledger import Ledger
from records.model import Door
from records.people import actor_of, get_person
from webapp.app import create_app
from webapp.site import Site
from webapp.views.fill import draw_page

#: How often one run does the thing.
TIMES = 20
_QUESTIONS = 50
#: A page of the same questions that knows nothing of conditions, mistakes and languages.
_PLAIN = Template(
    "<form>{% for name in names %}<label for={{ name|e }}>{{ name|e }}</label>"
    "<input id={{ name|e }} name={{ name|e }} value={{ name|e }}>{% endfor %}</form>"
)


def pages(site: Site, runs: int) -> Iterator[Measured]:
    """The rows of the report."""
    yield _rendering(site, runs)
    yield _reading(site, runs)


def fifty_questions() -> Form:
    """A form of fifty questions of the usual kinds, every fifth under a condition."""
    kinds: list[dict[str, object]] = [
        {"type": "text", "required": True, "constraint": "string-length(.) >= 2"},
        {"type": "select_one", "choices": {"a": "甲", "b": "乙", "c": "丙"}},
        {"type": "integer", "constraint": ". >= 0"},
        {"type": "date", "default": "today()"},
        {"type": "text", "format": "multiline", "relevant": "${q1} = 'b'"},
    ]
    fields = [{**kinds[at % 5], "name": f"q{at}", "label": f"第 {at} 题", "hint": "照实填"} for at in range(_QUESTIONS)]
    access = {"roles": {"town": {"fill": True}}}
    return Form.model_validate(
        {"id": "fifty", "title": "五十题", "instance_name": "${q0}", "fields": fields, "access": access}
    )


def _rendering(site: Site, runs: int) -> Measured:
    """A page of fifty questions, drawn from typed answers, without the network."""
    form = fifty_questions()
    published = Published(form, 1, Reader(form), Deriver(form))
    raw: dict[str, Raw] = {name: "2026-11-22" if name.endswith(("3", "8")) else "2" for name in form.questions}
    app = create_app(site)

    def ours() -> None:
        with app.test_request_context("/"), site.reading() as ledger:
            g.person = get_person(ledger.conn, "chengguan")
            g.actor = actor_of(ledger.conn, g.person)
            for _ in range(TIMES):
                page = draw_page(ledger, published, raw, {}, instance_id="bench-page")
                assert page.count('data-name="q') >= _QUESTIONS

    def theirs() -> None:
        for _ in range(TIMES):
            _PLAIN.render(names=list(form.questions))

    return measure(f"{TIMES} pages of 50 questions", ours, runs=runs, baseline="50 bare inputs", against=theirs)


def _reading(site: Site, runs: int) -> Measured:
    """A hazard as a page sends it, read and judged; what it asks the database is remembered, as in any request."""
    with site.reading() as ledger:
        reader, circumstances, raw = _hazard(ledger, site)

        def ours() -> None:
            for _ in range(TIMES):
                assert not reader.read(raw, circumstances).refusals

        def theirs() -> None:
            for _ in range(TIMES):
                json.loads(json.dumps(raw))

        return measure(f"{TIMES} hazards read", ours, runs=runs, baseline="the same as JSON and back", against=theirs)


def _hazard(ledger: Ledger, site: Site) -> tuple[Reader, Circumstances, dict[str, Raw]]:
    actor = actor_of(ledger.conn, get_person(ledger.conn, "chengguan"))
    raw: dict[str, Raw] = {
        "source": "grid", "place_type": "road", "place": "建设路与环城路交叉口", "desc": "路口信号灯不亮，夜间没有照明",
        "level": "general", "category": "site_other", "fix_type": "limited", "found_by": "李桂兰",
        "town": actor.unit_id, "dept": actor.unit_id,
    }  # fmt: skip
    return ledger.catalogue["hazard"].reader, ledger.circumstances(site.occasion(actor, Door.WEB)), raw

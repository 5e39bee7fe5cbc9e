"""Every rule of a form, with the client's part of it left out, at every door: the server refuses all the same.

A case says what is sent past the page and what becomes of it: refused at a question, or taken without the answer
that may not be given. A missing refusal is named by its rule and its door.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from forms.fields.repeat import Repeat
from forms.values import Raw
from records.database import Database
from records.listing import Query, each
from records.model import Door, Submission
from records.people import actor_of, get_person
from records.sheets import binding_state, refusals_of
from sync.exchange import Table, take_in
from sync.round import run_round
from tests.conftest import OFFICE, HandClock
from tests.webapp.office import Visitor
from tests.webapp.pictures import PDF, photo
from tests.webapp.sample import open_sample
from webapp.app import create_app
from webapp.sheeting import pairs
from webapp.site import SYSTEM, Site

GOOD: Mapping[str, Raw] = {"name": "永兴面粉厂", "kind": "a", "promised": "true"}
#: Doors at which rows and files can be handed in, and those that are one table.
DEEP = ("web", "api")
FLAT = (*DEEP, "import", "sheet")


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, what is sent against it, and what becomes of that."""

    rule: str
    sent: Mapping[str, Raw]
    #: Where it is refused; none: it is taken, and these answers are stored instead.
    place: str | None = None
    stored: Mapping[str, object] | None = None
    doors: tuple[str, ...] = FLAT


REFUSED = (
    Case("required", {"name": ""}, "name"),
    Case("required of a choice", {"kind": ""}, "kind"),
    Case("required-if", {"kind": "b"}, "reason"),
    Case("constraint", {"name": "厂"}, "name"),
    Case("constraint on a number", {"people": "51"}, "people"),
    Case("constraint on a day", {"day": "2026-11-23"}, "day"),
    Case("constraint on what is hidden", {"campaign": "flood"}, "campaign"),
    Case("choice", {"kind": "c"}, "kind"),
    Case("choice_filter", {"town": "cg", "village": "v3"}, "village"),
    Case("choice_filter without its answer", {"village": "v3"}, "village"),
    Case("dated choice", {"law": "old"}, "law"),
    Case("several choices", {"ways": ["查资料", "问天"]}, "ways"),
    Case("rank is whole", {"order": ["fire", "wire"]}, "order"),
    Case("unit kinds", {"owner": "yj"}, "owner"),
    Case("unit kinds of several", {"helpers": ["yj", "cg"]}, "helpers"),
    Case("roles of a person", {"tracker": "clerk"}, "tracker"),
    Case("a person there is not", {"tracker": "nobody"}, "tracker"),
    Case("a record there is not", {"parent": "没有这份"}, "parent"),
    Case("filter of records", {"parent": "乙类的一份"}, "parent"),
    Case("integer", {"people": "3.5"}, "people"),
    Case("decimal", {"money": "很多"}, "money"),
    Case("date", {"day": "2026-02-30"}, "day"),
    Case("datetime", {"moment": "2026-11-22"}, "moment"),
    Case("range end", {"score": "12"}, "score"),
    Case("range step", {"score": "3"}, "score"),
    Case("bounds", {"place": "39.9 116.4"}, "place"),
    Case("accuracy", {"place": "34.7 113.6 0 900"}, "place"),
    Case("phone", {"phone": "12"}, "phone"),
    Case("uscc", {"code": "91419926MA4XXXXX0X"}, "code"),
    Case("acknowledge", {"promised": ""}, "promised"),
    Case("length", {"reason": "长" * 20_001}, "reason", doors=("web", "api", "import")),
    Case("rule between answers", {"money": "101"}, "reason"),
    Case("unique", {"name": "已经有的厂"}, "name"),
    Case("unknown question", {"nmae": "x"}, "nmae", doors=DEEP),
    Case("count", {"people": "1", "guests": [{"guest": "甲"}, {"guest": "乙"}]}, "guests", doors=DEEP),
    Case(
        "required in a row", {"visits": [{"seen": "", "findings": [{"what": "配电箱"}]}]}, "visits.0.seen", doors=DEEP
    ),
    Case(
        "constraint in a row of a row",
        {"visits": [{"seen": "甲", "findings": [{"what": "配电箱"}, {"what": "x"}]}]},
        "visits.0.findings.1.what",
        doors=DEEP,
    ),
    Case("unknown question in a row", {"visits": [{"seen": "甲", "sene": "x"}]}, "visits.0.sene", doors=DEEP),
    Case("words for a file", {"report": "报告.pdf"}, "report", doors=("web", "api", "import")),
    Case("a file there is not", {"report": ["0" * 64]}, "report", doors=DEEP),
)
TAKEN = (
    Case("relevant", {"extra": "偷填的"}, stored={"extra": None}),
    Case("calculation", {"people": "2", "twice": "99"}, stored={"twice": 4}),
    Case("read_only", {"fixed": "改过的"}, stored={"fixed": "固定的"}),
    Case("read_only-if", {"sealed": "改过的"}, stored={"sealed": "原样"}),
)


# ---- the doors -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Office:
    """The office, and the browsers of two of its people."""

    site: Site
    clerk: Visitor
    neighbour: Visitor


#: Hands something in; the places where it was refused, none when it was taken.
Send = Callable[[Office, Mapping[str, Raw]], set[str]]


def by_web(office: Office, sent: Mapping[str, Raw]) -> set[str]:
    answer = office.clerk.fill("strict", dict(flattened(sent)))
    if answer.status_code == 302:
        return set()
    assert answer.status_code == 422
    return {place.replace("-", ".") for place in re.findall(r'<li><a href="#([^"]+)">', answer.text)}


def flattened(sent: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str | list[str]]]:
    """What a page sends: names of rows parted by dashes."""
    for name, value in sent.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for index, row in enumerate(value):
                yield from flattened(row, f"{inside}{name}-{index}-")
        else:
            yield f"{inside}{name}", value


def by_api(office: Office, sent: Mapping[str, Raw]) -> set[str]:
    answer = office.clerk.client.post(
        "/api/f/strict",
        data=json.dumps({"instance_id": str(uuid.uuid4()), "answers": sent}),
        headers={"X-CSRFToken": office.clerk.token(), "Content-Type": "application/json"},
    )
    assert answer.status_code in (201, 422), answer.text
    return set(answer.get_json().get("refusals", {}))


def by_import(office: Office, sent: Mapping[str, Raw]) -> set[str]:
    site = office.site
    with site.writing() as ledger:
        form = ledger.catalogue["strict"].form
        actor = actor_of(ledger.conn, get_person(ledger.conn, "clerk"))
        table = Table(tuple(sent), [(2, [in_a_cell(value) for value in sent.values()])])
        report = take_in(ledger, form, table, site.occasion(actor, Door.IMPORT))
    assert report.accepted + len(report.refused) == 1
    return {place for row in report.refused for place in row.refusals}


def by_sheet(office: Office, sent: Mapping[str, Raw]) -> set[str]:
    site = office.site
    with site.reading() as ledger:
        pair, catalogue = pairs(ledger.conn, ledger.catalogue, site.settings)["strict"], ledger.catalogue
        labels = {name: str(field.label) for name, field in catalogue["strict"].form.questions.items()}
    run_round(site.database, catalogue, pair, now=site.now())
    path = site.settings.sheets.folder / pair.sheet.name
    book = load_workbook(path)
    tab = book.worksheets[0]
    heads = [cell.value for cell in tab[1]]
    row = next(number for number in range(2, 999) if not any(cell.value for cell in tab[number]))
    for name, value in sent.items():
        tab.cell(row, heads.index(labels[name]) + 1).value = in_a_cell(value)
    book.save(path)
    report = run_round(site.database, catalogue, pair, now=site.now())
    assert report.waiting is None
    with site.database.reading() as conn:
        binding = binding_state(conn, pair.name)
        assert binding
        return {refusal.field for refusal in refusals_of(conn, binding.id) if refusal.row_number == row}


DOORS: Mapping[str, Send] = {"web": by_web, "api": by_api, "import": by_import, "sheet": by_sheet}


def in_a_cell(value: Raw) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


# ---- the office ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that has a record of each kind already."""
    folder = tmp_path_factory.mktemp("strict")
    database = Database(f"sqlite:///{folder / 'office.db'}")
    database.create()
    site = open_sample(database, HandClock(datetime(2026, 11, 22, 10, tzinfo=OFFICE)), folder)
    app = create_app(site)
    opened = Office(site, Visitor(app), Visitor(app))
    opened.clerk.sign_in("clerk")
    opened.neighbour.sign_in("neighbour")
    for others in ({"name": "已经有的厂"}, {"name": "乙类的一份", "kind": "b", "reason": "有理由"}):
        assert by_api(opened, {**GOOD, **others}) == set()
    yield opened
    database.close()


def good(**others: Raw) -> dict[str, Raw]:
    """What keeps every rule; the name is one that nobody has yet."""
    return {**GOOD, "name": f"永兴面粉厂{uuid.uuid4().hex}", **others}


def records(office: Office) -> list[Submission]:
    with office.site.reading() as ledger:
        return list(each(ledger.conn, ledger.catalogue["strict"].form, SYSTEM, Query()))


def pairs_of(cases: tuple[Case, ...]) -> list[Any]:
    return [pytest.param(case, door, id=f"{case.rule} by {door}") for case in cases for door in case.doors]


@pytest.mark.parametrize("door", FLAT)
def test_what_keeps_every_rule_is_taken_at_every_door(office: Office, door: str) -> None:
    before = len(records(office))
    sent = good(people="1", town="cg", village="v1", law="new", owner="cg", score="4")
    assert DOORS[door](office, sent) == set()
    assert len(records(office)) == before + 1


@pytest.mark.parametrize(("case", "door"), pairs_of(REFUSED))
def test_what_breaks_a_rule_is_refused_at_that_question_and_nothing_is_stored(
    office: Office, case: Case, door: str
) -> None:
    before = len(records(office))
    assert case.place in DOORS[door](office, good(**case.sent)), f"{case.rule} is not refused by {door}"
    assert len(records(office)) == before


@pytest.mark.parametrize(("case", "door"), pairs_of(TAKEN))
def test_what_nobody_may_answer_is_not_taken_from_anybody(office: Office, case: Case, door: str) -> None:
    known = {record.id for record in records(office)}
    refused = DOORS[door](office, good(**case.sent))
    stored = [record for record in records(office) if record.id not in known]
    if refused:
        assert refused <= case.sent.keys()
        assert not stored
        return
    (record,) = stored
    assert {name: record.answers[name] for name in case.stored or {}} == case.stored


# ---- files ---------------------------------------------------------------------------------------------------------


def upload(visitor: Visitor, content: bytes, name: str) -> str:
    """Send a file as the page does; its digest."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    sent = visitor.client.post(
        "/files",
        data=head.encode() + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": visitor.token()},
    )
    return str(sent.get_json()["digest"])


@pytest.mark.parametrize("door", DEEP)
def test_files_are_held_against_the_limits_of_their_question(office: Office, door: str) -> None:
    photos: list[Raw] = [upload(office.clerk, photo(color=color), f"{color}.jpg") for color in ("red", "green", "blue")]
    large = upload(office.clerk, photo() + bytes(1024 * 1024), "large.jpg")
    scan = upload(office.clerk, PDF, "scan.pdf")
    theirs = upload(office.neighbour, photo(color="black"), "theirs.jpg")
    before = len(records(office))
    tried: dict[str, dict[str, Raw]] = {
        "too many": {"photos": photos},
        "too large": {"photos": [large]},
        "another type": {"photos": [scan]},
        "another type for a report": {"report": [photos[0]]},
        "somebody else's upload": {"photos": [theirs]},
    }
    for rule, sent in tried.items():
        assert DOORS[door](office, good(**sent)) == set(sent), rule
        assert len(records(office)) == before, rule
    assert DOORS[door](office, good(photos=photos[:2], report=[scan])) == set()


def test_every_question_with_a_rule_is_tried() -> None:
    """A question added to the form without a case would not be missed otherwise."""
    from forms.loading import load_form  # noqa: PLC0415 -- of this test alone

    form = load_form(Path(__file__).parent / "definitions/strict.yaml", {})
    assert not isinstance(form, list)
    tried = {name for case in (*REFUSED, *TAKEN) for name in case.sent} | {"photos"}
    ruled = {name for name, field in form.questions.items() if not isinstance(field, Repeat)}
    assert ruled <= tried

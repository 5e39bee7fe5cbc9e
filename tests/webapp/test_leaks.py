"""Nothing leaves through any door that whoever asks may not see, and what they may see is there.

Every answer of every record is a secret that stands nowhere else. Who may see it is said here a second time, in
plain words and not by the product's own functions; then everybody goes through every door.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import true

from forms.folder import load_folder
from forms.privacy import OPEN
from records.catalogue import publish
from records.people import Person, Unit, hash_password, save_people, save_units
from sync.round import run_round
from tests.webapp.office import PASSWORD, Visitor
from webapp.sheeting import pairs
from webapp.site import Site

TIP = """
id: whisper
title: 举报
instance_name: ${place}
fields:
  - {type: text, name: place, label: 地点, required: true}
  - {type: unit, name: town, label: 属地, required: true}
  - {type: unit, name: trade, label: 行业}
  - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}, required: true}
  - {type: text, name: teller, label: 举报人}
  - {type: text, name: phone, label: 电话, format: phone}
  - {type: select_one, name: channel, label: 渠道, choices: {letter: 来信, call: 来电}}
  - {type: text, name: opinion, label: 意见}
  - type: repeat
    name: heard
    label: 证人
    fields:
      - {type: text, name: witness, label: 姓名}
      - {type: text, name: said, label: 说法}
workflow:
  initial_state: new
  states:
    new: {title: 待查, transitions: [end], edit: {office: all, town: all, department: all}, hide: {town: [opinion]}}
    done: {title: 办结}
  transitions:
    end: {title: 办结, new_state: done, guard: {roles: [office]}, fields: [opinion]}
access:
  units: [town, trade]
  roles:
    office: {fill: true, read: all, edit: all}
    town: {fill: true, read: unit, edit: unit}
    department: {read: unit, edit: unit, where: "${level} = 'major'"}
    leader: {read: all, where: "${state} = 'done'"}
  fields:
    teller: {read: [office], others: hide}
    phone: {read: [office, department]}
    witness: {read: [office]}
    channel: {read: [office]}
listing:
  columns: [place, town, teller, phone, opinion, heard, state]
  filters: [level, channel]
sheet:
  tab: 举报
  columns: [place, town, teller, phone, opinion, heard, state]
  role: leader
"""
FOLLOW = """
id: follow
title: 回访
instance_name: concat('回访', ${day})
fields:
  - {type: record, form: whisper, name: whisper, label: 举报}
  - {type: text, name: day, label: 第几次}
access: {roles: {office: {fill: true, read: all}, town: {read: all}, department: {read: all}, leader: {read: all}}}
listing: {columns: [day, whisper]}
sheet: {tab: 回访, columns: [day]}
"""
REPORT = """
id: tips
title: 举报通报
masthead: 举报通报
issuer: 青山县安委办
scope: 全县
period: {every: month, which: current}
measures:
  tips: {label: 举报, form: whisper, time: created_at, measure_word: 件}
body:
  - {type: paragraph, text: "{period}收到举报{tips}件。"}
send: {roles: [leader, town, department, office]}
"""
QUESTIONS = ("place", "teller", "phone", "opinion", "witness", "said")
#: A town, two units in it, and one of these that lies in a department too.
UNITS = (Unit("zd", "城关站", "town", ("cg", "yj"), 9), Unit("cd", "城东村", "town", ("cg",), 10))
PEOPLE = (
    Person("station", "何立新", "zd", ("town",)),
    Person("both", "范晓东", "yj", ("department", "leader")),
)
EVERYBODY = ("admin", "office", "clerk", "neighbour", "inspector", "leader", "station", "both")
ROLES = {
    "admin": {"administrator"},
    "office": {"office"},
    "clerk": {"town"},
    "neighbour": {"town"},
    "inspector": {"department"},
    "leader": {"leader"},
    "station": {"town"},
    "both": {"department", "leader"},
}
#: The units under each person's own, by either parent.
UNDER = {"clerk": {"cg", "zd", "cd"}, "neighbour": {"dh"}, "inspector": {"yj", "zd"}, "station": {"zd"}}
UNDER["both"] = UNDER["inspector"]


@dataclass(slots=True)
class Secret:
    """A record, what it says to each question, and what it said before."""

    number: int
    by: str
    town: str
    trade: str
    level: str
    id: str = ""
    state: str = "new"
    before: dict[str, str] = field(default_factory=dict)

    def says(self, question: str) -> str:
        """What only this record says."""
        n = self.number
        return {
            "place": f"密址{n:02}号院",
            "teller": f"告发者第{n:02}名",
            "phone": f"1390{n:02}1{n * 137:04}",
            "opinion": f"批示其{n:02}句",
            "witness": f"目击者第{n:02}名",
            "said": f"听闻那{n:02}事",
        }[question]

    @property
    def channel(self) -> str:
        return "letter" if self.number % 3 else "call"

    @property
    def units(self) -> set[str]:
        return {self.town, self.trade, {"clerk": "cg", "neighbour": "dh", "station": "zd", "office": "aw"}[self.by]}


def reaches(who: str, record: Secret) -> bool:
    """Whether somebody may see the record at all."""
    roles, near = ROLES[who], record.by == who or bool(record.units & UNDER.get(who, set()))
    return (
        bool(roles & {"administrator", "office"})
        or ("town" in roles and near)
        or ("department" in roles and near and record.level == "major")
        or ("leader" in roles and record.state == "done")
    )


def sees(who: str, record: Secret, question: str) -> bool:
    """Whether somebody may see the whole answer."""
    roles = ROLES[who]
    if not reaches(who, record):
        return False
    if "administrator" in roles:
        return True
    if question == "opinion" and record.state == "new" and roles == {"town"}:
        return False
    readers = {
        "teller": {"office"},
        "phone": {"office", "department"},
        "witness": {"office"},
        "channel": {"office"},
    }.get(question, roles)
    return record.by == who or bool(roles & readers)


RECORDS = (
    ("clerk", "cg", "yj", "general"),
    ("clerk", "cd", "", "major"),
    ("neighbour", "dh", "", "general"),
    ("neighbour", "dh", "zd", "major"),
    ("station", "zd", "", "major"),
    ("station", "zd", "yj", "general"),
    ("office", "dh", "yj", "major"),
    ("office", "aw", "", "general"),
)


class County:
    """The small office with tips that are full of secrets, and everybody at a browser."""

    def __init__(self, site: Site, app: Flask, folder: Path) -> None:
        self.site, self.app, self.folder = site, app, folder
        self.secrets = [Secret(number, *given) for number, given in enumerate(RECORDS, 11)]
        self.follow: dict[str, Secret] = {}
        self.edition = ""
        self._settle()
        self.visitors = {name: Visitor(app) for name in EVERYBODY}
        for name, visitor in self.visitors.items():
            assert visitor.sign_in(name).status_code == 302
        for secret in self.secrets:
            self._send(secret)
        self._round()
        self.edition = self.visitors["office"].post("/reports/tips", {"period": ""}).location

    def _settle(self) -> None:
        for name, text in (("whisper", TIP), ("follow", FOLLOW)):
            (self.folder / f"{name}.yaml").write_text(text, "utf-8")
        (self.folder / "reports").mkdir()
        (self.folder / "reports/tips.yaml").write_text(REPORT, "utf-8")
        sheets = self.site.settings.sheets.model_copy(update={"folder": self.folder / "sheets"})
        self.site.settings = self.site.settings.model_copy(
            update={"sheets": sheets, "reports": self.folder / "reports", "staff": ("office", "leader", "department")}
        )
        found = load_folder(self.folder)
        issues = [str(issue) for issue in found.issues if "reports" not in str(issue.path)]
        assert issues == []
        with self.site.database.writing() as conn:
            save_units(conn, UNITS)
            save_people(conn, [replace(who, password_hash=hash_password(PASSWORD)) for who in PEOPLE])
            assert publish(conn, found, actor="office", at=self.site.now()).versions == {"follow": 1, "whisper": 1}

    def _send(self, secret: Secret) -> None:
        sender, office = self.visitors[secret.by], self.visitors["office"]
        answers = {name: secret.says(name) for name in ("place", "teller")} | {
            "phone": "13700007" + f"{secret.number:03}",
            "town": secret.town,
            "trade": secret.trade,
            "level": secret.level,
            "channel": secret.channel,
            "heard-0-witness": secret.says("witness"),
            "heard-0-said": secret.says("said"),
        }
        secret.id = sender.store("whisper", answers)
        secret.before["phone"] = answers["phone"]
        changed = office.post(
            f"/r/{secret.id}/edit",
            {**answers, "phone": secret.says("phone"), "opinion": secret.says("opinion"), "_revision": "1"},
        )
        assert changed.status_code == 302, changed.text
        if secret.number % 2:
            done = office.post(f"/r/{secret.id}/step/end", {"opinion": secret.says("opinion"), "_revision": "2"})
            assert done.status_code == 302, done.text
            secret.state = "done"
        self.follow[office.store("follow", {"whisper": secret.id, "day": f"{secret.number}"})] = secret

    def _round(self) -> None:
        with self.site.reading() as ledger:
            catalogue = ledger.catalogue
            found = pairs(ledger.conn, catalogue, self.site.settings)
        for form_id in ("whisper", "follow"):
            assert run_round(self.site.database, catalogue, found[form_id], now=self.site.now()).waiting is None

    # ---- doors -----------------------------------------------------------------------------------------------------

    def doors(self, who: str) -> Iterator[tuple[str, str]]:
        """Every page and file that somebody can ask for: its address, and what it says."""
        for path in (
            "/",
            "/f/whisper",
            "/f/whisper?withdrawn=1",
            "/f/follow",
            "/f/whisper/new",
            "/editions",
            "/sheets",
        ):
            yield path, self.read(who, path)
        yield "/sheets/whisper", self.read(who, "/sheets/whisper")
        yield "/sheets/whisper/file", self.read(who, "/sheets/whisper/file")
        for kind in ("csv", "xlsx"):
            yield f"export.{kind}", self.read(who, f"/f/whisper/export.{kind}")
            yield f"follow.{kind}", self.read(who, f"/f/follow/export.{kind}")
        yield "figure", self.read(who, f"{self.edition}/figures/tips")
        yield "edition", self.read(who, self.edition)
        yield "find", self.read(who, "/find/whisper?q=")
        yield "choices", self.read(who, "/f/follow/choices/whisper")
        for follow in self.follow:
            yield f"follow {follow}", self.read(who, f"/r/{follow}")
        for secret in self.secrets:
            for page in ("", "/edit", "/step/end", "/receipt", "/edit?from=1"):
                yield f"record{page}", self.read(who, f"/r/{secret.id}{page}")
            yield "api", self.read(who, f"/api/r/{secret.id}")
            stale = self.visitors[who].post(f"/r/{secret.id}/edit", {"place": "改", "_revision": "1"})
            yield "stale", unescape(stale.text)
            yield "pull", self.read(who, f"/f/follow/pull/whisper?value={secret.id}")

    def read(self, who: str, path: str) -> str:
        """What an address says, a workbook unpacked."""
        answer = self.visitors[who].get(path)
        if answer.data.startswith(b"PK"):
            book = zipfile.ZipFile(io.BytesIO(answer.data))
            return unescape("\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist()))
        if answer.mimetype == "application/json":
            return str(answer.get_json())
        return unescape(answer.text)

    def found(self, who: str, asked: str) -> list[str]:
        """The records that a list shows, in its order."""
        return re.findall(r'<a href="/r/([0-9A-Z]{18})">', self.read(who, f"/f/whisper?{asked}"))


def leaks(county: County, who: str) -> list[str]:
    """What somebody gets to see that they may not see, and what they do not get to see that they may."""
    wrong: list[str] = []
    shown: dict[str, list[str]] = {}
    for door, text in county.doors(who):
        shown.setdefault(door, []).append(text)
        for secret in county.secrets:
            for question in QUESTIONS:
                told = [secret.says(question), secret.before.get(question, secret.says(question))]
                if not sees(who, secret, question):
                    wrong += [f"{who}: {door} tells {question} of {secret.number}" for one in told if one in text]
    for secret in county.secrets:
        wrong += _missing(county, who, secret, shown)
        wrong += _searched(county, who, secret)
    return [*wrong, *_filtered(county, who), *_sorted(county, who)]


def _missing(county: County, who: str, secret: Secret, shown: Mapping[str, list[str]]) -> Iterator[str]:
    for question in QUESTIONS:
        if sees(who, secret, question):
            for door in ("/f/whisper", "export.csv", "export.xlsx", "record", "api"):
                if not any(secret.says(question) in text for text in shown[door]):
                    yield f"{who}: {door} keeps {question} of {secret.number}"


def _searched(county: County, who: str, secret: Secret) -> Iterator[str]:
    """Looking for an answer finds its record for who sees it whole, and for nobody else."""
    for question in QUESTIONS:
        said = quote(secret.says(question))
        found, may = county.found(who, f"q={said}"), sees(who, secret, question)
        if secret.id in found and not may:
            yield f"{who}: a search finds {question} of {secret.number}"
        if secret.id not in found and may and question != "witness":  # what is private in rows is not searched
            yield f"{who}: no search finds {question} of {secret.number}"


def _filtered(county: County, who: str) -> Iterator[str]:
    """A list narrowed down by a private answer has the records whose answer is seen, and no others."""
    for channel in ("letter", "call"):
        found = set(county.found(who, f"channel={channel}"))
        may = {one.id for one in county.secrets if one.channel == channel and sees(who, one, "channel")}
        if found != may:
            yield f"{who}: a filter by channel shows {len(found)} and not {len(may)}"


def _sorted(county: County, who: str) -> Iterator[str]:
    """Answers that somebody does not see whole stand last, as if they were blank, in the order of their records."""
    numbers = {secret.id: secret for secret in county.secrets}
    for question in ("phone", "teller", "opinion"):
        order = [numbers[item] for item in county.found(who, f"sort={question}")]
        seen = [secret for secret in order if sees(who, secret, question)]
        if order[: len(seen)] != sorted(seen, key=lambda secret: secret.says(question)):
            yield f"{who}: sorted wrongly by {question}"
        rest = [secret.id for secret in order[len(seen) :]]
        if rest != sorted(rest):
            yield f"{who}: the order by {question} tells what is kept"


@pytest.fixture
def county(site: Site, app: Flask, tmp_path: Path) -> County:
    folder = tmp_path / "county"
    folder.mkdir()
    return County(site, app, folder)


def test_nobody_gets_to_see_more_than_they_may_nor_less(county: County) -> None:
    assert {who: leaks(county, who) for who in EVERYBODY} == {who: [] for who in EVERYBODY}


def test_the_sheet_says_what_its_role_may_see(county: County) -> None:
    text = county.read("admin", "/sheets/whisper/file")
    for secret in county.secrets:
        for question in QUESTIONS:
            assert (secret.says(question) in text) == sees("leader", secret, question), (secret.number, question)


#: A door that forgets to ask, and something it then tells.
FORGETFUL: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("records.seeing.Seeing.eyes", lambda *_, **__: OPEN, "record tells phone"),
    ("records.listing.whole", lambda *_: true(), "a filter by channel"),
    ("records.listing.visible", lambda *_: true(), "/f/whisper tells place"),
    ("records.listing.allows", lambda *_: True, "record tells place"),
    ("records.seeing.Seeing.may_open", lambda *_: True, "/f/follow tells place"),
    ("records.measuring.visible", lambda *_: true(), "figure tells place"),
    ("webapp.views.sheets._sees_sheet", lambda *_: True, "/sheets/whisper/file tells place"),
    ("forms.privacy.masked", lambda _, text: text, "api tells phone"),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("door", "forgets", "told"), FORGETFUL, ids=[door for door, _, _ in FORGETFUL])
def test_a_door_that_forgets_to_ask_is_found(
    county: County, monkeypatch: pytest.MonkeyPatch, door: str, forgets: Callable[..., Any], told: str
) -> None:
    monkeypatch.setattr(door, forgets)
    found = [wrong for who in ("clerk", "inspector") for wrong in leaks(county, who)]
    assert any(told in wrong for wrong in found), found[:5]

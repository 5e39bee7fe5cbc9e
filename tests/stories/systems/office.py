"""An office with every role on all shipped forms: what people of it do with a record, and what they get to see."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from email import message_from_bytes, policy

from flask import Flask
from werkzeug.test import TestResponse

from forms.fields.choices import ChoiceField
from jobs.worker import Worker
from records.model import Submission
from records.people import Unit
from records.store import load_revisions, load_submissions
from tests.conftest import HandClock
from tests.webapp.office import ENTERPRISE, Sent, Visitor
from webapp.site import Site
from webapp.tasks import Behind

UNITS = (
    Unit("aw", "青山县安委办", "office"),
    Unit("xl", "青山县县级领导", "leadership", ("aw",), 1),
    Unit("yj", "应急管理局", "department", ("aw",), 2),
    Unit("zj", "住房和城乡建设局", "department", ("aw",), 3),
    Unit("cg", "城关镇", "town", ("aw",), 4),
    Unit("dh", "东河镇", "town", ("aw",), 5),
    Unit("zh", "应急指挥中心", "centre", ("aw",), 6),
    Unit("fb", "防汛抗旱指挥部办公室", "centre", ("aw",), 7),
    Unit("sf", "森林防灭火指挥部办公室", "centre", ("aw",), 8),
    Unit("jb", "安全生产举报受理中心", "centre", ("aw",), 9),
    Unit("jw", "纪委监委", "discipline", ("aw",), 10),
    Unit("zk", "安全生产专家库", "experts", ("aw",), 11),
    Unit("dz", "东庄村", "village", ("cg",), 12),
    Unit("yx", "永兴面粉有限公司", "enterprise", ("cg", "yj"), 13),
)
#: Sign-in name, name, unit, roles; a unit whose work needs a second hand has one.
PEOPLE = (
    ("admin", "周建平", "aw", ("administrator",)),
    ("office", "孙文清", "aw", ("office",)),
    ("office2", "吴晓燕", "aw", ("office",)),
    ("leader", "郑国强", "xl", ("leader",)),
    ("leader2", "高俊杰", "xl", ("leader",)),
    ("inspector", "王建国", "yj", ("department",)),
    ("inspector2", "马晓明", "yj", ("department",)),
    ("builder", "胡志远", "zj", ("department",)),
    ("clerk", "李桂兰", "cg", ("town",)),
    ("clerk2", "何文博", "cg", ("town",)),
    ("neighbour", "赵春梅", "dh", ("town",)),
    ("duty", "林海涛", "zh", ("command",)),
    ("duty2", "罗永刚", "zh", ("command",)),
    ("flood", "梁卫东", "fb", ("flood",)),
    ("forest", "宋金柱", "sf", ("forest",)),
    ("hotline", "唐静怡", "jb", ("hotline",)),
    ("discipline", "许志强", "jw", ("discipline",)),
    ("expert", "韩新民", "zk", ("expert",)),
    ("grid", "冯玉兰", "dz", ("grid",)),
    ("enterprise", "钱永兴", "yx", ("enterprise",)),
)

_STEP = re.compile(r'href="/r/[0-9A-Z]{18}/step/([a-z0-9_]+)"')
_UNREAD = re.compile(r"<(script|style|head)\b.*?</\1>", re.DOTALL)


def words(page: str) -> str:
    """What a person reads of a page: no tags, no scripts."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", _UNREAD.sub(" ", page))))


@dataclass(slots=True)
class Colleague(Visitor):
    """Somebody of the office at a browser."""

    def may_fill(self, form_id: str) -> bool:
        """Whether the form's page opens."""
        return self.get(f"/f/{form_id}/new").status_code == 200

    def files(self, form_id: str, answers: Sent) -> str:
        """Send a filled form that is in order; the record's id."""
        return self.store(form_id, answers)

    def attaches(self, name: str = "文本.pdf") -> str:
        """Send a file as a page does when it is chosen; what the form then sends."""
        file = (io.BytesIO(b"%PDF-1.7\n" + name.encode()), name)
        sent = self.client.post("/files", data={"file": file, "csrf_token": self.token()})
        assert sent.status_code == 201, sent.text
        return str(sent.get_json()["digest"])

    def is_refused(self, form_id: str, answers: Sent) -> str:
        """Send a filled form that is not; what the page says is wrong."""
        sent = self.fill(form_id, answers)
        assert sent.status_code in (403, 422), sent.status_code
        return _whys(sent)

    def takes(self, record: str, step: str, answers: Sent | None = None, *, comment: str = "") -> None:
        """Take a record one step on."""
        done = self._step(record, step, answers, comment)
        assert done.status_code == 302, (done.status_code, _whys(done))

    def fails(self, record: str, step: str, answers: Sent | None = None, *, comment: str = "") -> str:
        """Try a step and be refused; what is said."""
        done = self._step(record, step, answers, comment)
        assert done.status_code in (403, 404, 409, 422), done.status_code
        return _whys(done)

    def changes(self, record: str, answers: Sent) -> TestResponse:
        """Send the page of changes with these answers over what it shows."""
        return self.post(f"/r/{record}/edit", {**answers, "_revision": self._revision(record)})

    def steps(self, record: str) -> list[str]:
        """The steps whose buttons the record's page shows."""
        return _STEP.findall(self.get(f"/r/{record}").text)

    def sees(self, record: str) -> bool:
        """Whether the record's page opens and the list has it."""
        page = self.get(f"/r/{record}").status_code == 200
        form_id = _load(self.site, record).form_id
        listed = f'href="/r/{record}"' in self.get(f"/f/{form_id}").text
        assert page == listed, "one function answers for the record and for the list"
        return page

    def reads(self, record: str) -> str:
        """The words on the record's page."""
        return words(self.get(f"/r/{record}").text)

    def _step(self, record: str, step: str, answers: Sent | None, comment: str) -> TestResponse:
        sent = {**(answers or {}), "_comment": comment, "_revision": self._revision(record)}
        return self.post(f"/r/{record}/step/{step}", sent)

    def _revision(self, record: str) -> str:
        return str(_load(self.site, record).revision)

    @property
    def site(self) -> Site:
        """The installation that the pages are served by."""
        found = self.app.extensions["site"]
        assert isinstance(found, Site)
        return found


def _load(site: Site, record: str) -> Submission:
    with site.reading() as ledger:
        return load_submissions(ledger.conn, [record])[record]


def _whys(page: TestResponse) -> str:
    """What stands beside the questions; of a page that only refuses, its heading."""
    beside = re.findall(r'class="why"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    summary = re.findall(r'role="alert".*?</(?:section|div|ul)>', page.text, re.DOTALL)
    heading = re.findall(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)
    return words(" ".join([*beside, *summary] or heading)).strip()


@dataclass(slots=True)
class Story:
    """The office, its clock, its people, and whoever works behind the scenes."""

    app: Flask
    site: Site
    now: HandClock
    behind: Behind
    worker: Worker
    _people: dict[str, Colleague] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Colleague:
        """Somebody, signed in."""
        if name not in self._people:
            self._people[name] = Colleague(self.app)
            assert self._people[name].sign_in(name).status_code == 302
        return self._people[name]

    def record(self, record: str) -> Submission:
        """A record as it is stored."""
        return _load(self.site, record)

    def state(self, record: str) -> str | None:
        """The state that a record is in."""
        return self.record(record).state

    def answer(self, record: str, name: str) -> object:
        """What a record answers to a question."""
        return self.record(record).answers.get(name)

    def steps_taken(self, record: str) -> list[str]:
        """The steps in a record's history."""
        with self.site.reading() as ledger:
            return [item.transition for item in load_revisions(ledger.conn, record) if item.transition]

    def only(self, form_id: str) -> str:
        """The id of the only record of a form."""
        (record,) = self.records(form_id)
        return record

    def enterprise(self, **other: str) -> str:
        """An enterprise of 城关镇 in the ledger, with an account of its own."""
        return self["office"].files("enterprise", {**ENTERPRISE, "account": "yx", **other})

    def stand_at(self, day: str, hour: int = 9) -> None:
        """Set the clock to an hour of a day and let what is due then happen."""
        found = date.fromisoformat(day)
        self.now.set(datetime(found.year, found.month, found.day, hour))  # noqa: DTZ001 -- the office's own time
        self.behind.look_at_timers(self.now())
        while self.worker.run_once():
            continue

    def letters_of(self, day: str, hour: int = 9) -> dict[str, str]:
        """Stand at an hour of a day; what is mailed then, by the sign-in name of whom it is for."""
        folder = self.site.settings.mail.outbox
        before = set(folder.glob("*.eml"))
        self.stand_at(day, hour)
        fresh = [
            message_from_bytes(path.read_bytes(), policy=policy.default) for path in set(folder.glob("*.eml")) - before
        ]
        return {str(letter["To"]).partition("<")[2].partition("@")[0]: str(letter["Subject"]) for letter in fresh}

    def records(self, form_id: str) -> list[str]:
        """The ids of the records of a form, as the list shows them."""
        found = re.findall(r'<a href="/r/([0-9A-Z]{18})">', self["admin"].get(f"/f/{form_id}").text)
        return list(dict.fromkeys(found))

    def choices(self, form_id: str, repeat: str, question: str) -> list[str]:
        """The names of the choices of a question in the rows of a repeat."""
        with self.site.reading() as ledger:
            fields = ledger.catalogue[form_id].form.repeat(repeat).fields
        found = next(field for field in fields if field.name == question)
        assert isinstance(found, ChoiceField)
        return list(found.choices)

"""A small office for tests of the pages: units, people, what they send, and a browser of one of them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from forms.folder import Folder, load_folder
from kernel.clock import Clock
from kernel.mail import OutboxMailer
from records.catalogue import publish
from records.database import Database
from records.people import Person, Unit, hash_password, save_people, save_roles, save_units
from webapp.settings import MailSettings, Settings, WebSettings
from webapp.site import Site

ROOT = Path(__file__).parents[2]
PASSWORD = "qingshan2026"
#: What a page sends: a text, or several, for each name.
Sent = Mapping[str, Sequence[str]]

UNITS = (
    Unit("aw", "青山县安委办", "office"),
    Unit("cg", "城关镇", "town", ("aw",), 1),
    Unit("dh", "东河镇", "town", ("aw",), 2),
    Unit("yj", "应急管理局", "department", ("aw",), 3),
)
#: Sign-in name, name, unit, roles.
PEOPLE = (
    ("office", "孙文清", "aw", ("office",)),
    ("admin", "周建平", "aw", ("administrator",)),
    ("clerk", "李桂兰", "cg", ("town",)),
    ("neighbour", "赵春梅", "dh", ("town",)),
    ("inspector", "王建国", "yj", ("department",)),
    ("leader", "郑国强", "aw", ("leader",)),
)
ROLES = {
    "office": {"zh": "安委办", "en": "Safety office"},
    "administrator": {"zh": "管理员", "en": "Administrator"},
    "town": {"zh": "乡镇", "en": "Town"},
    "department": {"zh": "部门", "en": "Department"},
    "leader": {"zh": "领导", "en": "Leader"},
}

ENTERPRISE = {
    "name": "青山县永兴面粉有限公司",
    "no_license": "true",
    "no_license_reason": "正在办理",
    "unit_type": "company",
    "sector": "industry_trade",
    "town": "cg",
    "dept": "yj",
    "grade": "b",
    "risk": "general",
    "status": "normal",
    "address": "城关镇建设路12号",
    "head": "钱永兴",
    "head_phone": "13900000000",
    "staff": "42",
}
HAZARD = {
    "place_type": "road",
    "place": "建设路与环城路交叉口",
    "desc": "路口信号灯不亮，夜间没有照明",
    "level": "general",
    "category": "site_other",
    "fix_type": "limited",
    "source": "grid",
    "found_at": "2026-11-20",
    "found_by": "李桂兰",
    "town": "cg",
    "dept": "yj",
}
INSPECTION = {
    "nature": "random",
    "enterprise": "青山县永兴面粉有限公司",
    "town": "cg",
    "date": "2026-11-21",
    "org": "cg",
    "people": "2",
    "result": "deadline_set",
    "hazards-0-place": "三号车间配电室",
    "hazards-0-desc": "配电箱门未上锁，线路老化有裸露",
    "hazards-0-level": "general",
    "hazards-0-category": "site_other",
    "hazards-0-fix_type": "limited",
}


def open_office(database: Database, now: Clock, folder: Path, shipped: Folder) -> Site:
    """The installation over `database`, with units, people and the `shipped` forms; files go into `folder`."""
    settings = Settings(
        office="青山县安全生产委员会办公室",
        area="419926",
        database=database.url.render_as_string(hide_password=False),
        forms=ROOT / "forms/definitions",
        files=folder / "files",
        mail=MailSettings(outbox=folder / "outbox"),
        web=WebSettings(secret_key=SecretStr("only for tests")),
    )
    office = Site(settings, database, now, OutboxMailer(folder / "outbox"))
    hashed = hash_password(PASSWORD)
    with database.writing() as conn:
        save_roles(conn, ROLES)
        save_units(conn, UNITS)
        save_people(conn, [Person(*who, password_hash=hashed) for who in PEOPLE])
        publish(conn, shipped, actor="system", at=now())
    return office


def publish_changed(site: Site, folder: Path, form_id: str, changes: Mapping[str, str]) -> None:
    """Publish a shipped form anew with words of its text replaced; the changed file is written into `folder`."""
    text = (ROOT / f"forms/definitions/{form_id}.yaml").read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    folder.mkdir(exist_ok=True)
    (folder / f"{form_id}.yaml").write_text(text, "utf-8")
    changed = load_folder(folder, ROOT / "forms/vocabularies")
    with site.database.writing() as conn:
        publish(conn, changed, actor="office", at=site.now())


@dataclass(slots=True)
class Visitor:
    """Somebody at a browser that knows no scripts."""

    app: Flask
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def sign_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        """Sign in as `name`."""
        return self.post("/sign-in", {"name": name, "password": password})

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=headers, buffered=True)

    def post(self, path: str, sent: Sent | None = None) -> TestResponse:
        """Send a page's form with the page's token."""
        return self.client.post(path, data={**(sent or {}), "csrf_token": self.token()})

    def fill(self, form_id: str, answers: Sent, instance: str | None = None) -> TestResponse:
        """Send a filled form."""
        return self.post(f"/f/{form_id}/new", {**answers, "_instance": instance or str(uuid.uuid4())})

    def store(self, form_id: str, answers: Sent) -> str:
        """Send a filled form that is in order; the record's id."""
        sent = self.fill(form_id, answers)
        assert sent.status_code == 302, re.findall(r"<li>.*?</li>|<h1.*?</h1>", sent.text)
        return sent.location.split("/")[2]

    def token(self) -> str:
        """The token that this browser's pages carry."""
        known = self.get("/api/session").get_json()
        return str(known["token"])


#: Opens a browser and signs in by name.
SignIn = Callable[[str], Visitor]

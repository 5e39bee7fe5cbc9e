"""An office of a few lines for tests of forms, which need no database."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from forms.answers import Circumstances
from forms.values import FileFacts, Value

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

#: Unit id to name and kind; T9 is no more.
UNITS = {"O": ("县安委办", "office"), "T1": ("城关镇", "town"), "T2": ("柳河镇", "town"), "T9": ("旧镇", "town")}
#: Two people are called 王芳; zhao has left.
PEOPLE = {"li": "李强", "wang1": "王芳", "wang2": "王芳", "zhao": "赵敏"}
GONE = {"T9", "zhao"}
#: Record id to title; two are called 面粉厂.
RECORDS = {"R1": "面粉厂", "R2": "面粉厂", "R3": "酒厂 一分厂"}
#: What records answer; R3 is not for the eyes of whoever fills the form.
SAID: dict[str, dict[str, Value]] = {
    "R1": {"state": "open", "town": "T1", "people": 12, "phone": "13800000000", "opened": "2001-05-01"},
    "R2": {"state": "closed", "town": "T2", "people": None, "phone": None, "opened": None},
}
ROLES = {
    "li": frozenset({"town_staff"}),
    "wang1": frozenset({"office_staff"}),
    "wang2": frozenset({"town_staff", "office_staff"}),
}
HOMES = {"li": "T1", "wang1": "T2", "wang2": "T1"}
PHOTO, PLAN, HUGE = "a1" * 32, "b2" * 32, "c3" * 32
FILES = {
    PHOTO: FileFacts("IMG_1.jpg", "image/jpeg", 300_000),
    PLAN: FileFacts("预案.pdf", "application/pdf", 2_000_000),
    HUGE: FileFacts("全部.zip", "application/zip", 90_000_000),
}

_COMMON = {
    "id": "id: probe",
    "title": "title: 试题",
    "instance_name": "instance_name: concat('试', '题')",
    "access": "access: {roles: {office: {fill: true, read: all}}}",
}


class Dictionary:
    """A `Lookup` that answers from the tables above."""

    def find_unit(self, text: str) -> str | None:
        return next((unit for unit, (name, _) in UNITS.items() if text in (unit, name) and unit not in GONE), None)

    def unit_name(self, unit_id: str) -> str:
        return UNITS.get(unit_id, (unit_id, ""))[0]

    def unit_kind(self, unit_id: str) -> str:
        return UNITS.get(unit_id, ("", ""))[1]

    def find_person(self, text: str) -> str | None:
        if text in PEOPLE and text not in GONE:
            return text
        same = [person for person, name in PEOPLE.items() if name == text and person not in GONE]
        return same[0] if len(same) == 1 else None

    def person_name(self, person_id: str) -> str:
        return PEOPLE.get(person_id, person_id)

    def person_roles(self, person_id: str) -> frozenset[str]:
        return ROLES.get(person_id, frozenset())

    def works_in(self, person_id: str, unit_id: str) -> bool:
        return HOMES.get(person_id) == unit_id or unit_id == "O"

    def find_records(self, form_id: str, text: str) -> Sequence[str]:
        assert form_id == "enterprise"
        return [record for record, title in RECORDS.items() if text in (record, title)]

    def record_title(self, record_id: str) -> str:
        return RECORDS.get(record_id, record_id)

    def find_file(self, digest: str) -> FileFacts | None:
        return FILES.get(digest)


def linked(form_id: str, record_ids: Collection[str]) -> Mapping[str, Mapping[str, Value]]:
    """A `Linked` that answers from the table above."""
    assert form_id == "enterprise"
    return {record: SAID[record] for record in record_ids if record in SAID}


def circumstances(now: datetime = NOW) -> Circumstances:
    """Somebody of 城关镇 fills a form on Sunday 22 November 2026."""
    return Circumstances(Dictionary(), now, {"id": "li", "name": "李强", "unit": "T1"}, linked)


def source_of(words: str) -> str:
    """A form's text with the keys that every form must have, added at the end where they are missing."""
    missing = [line for key, line in _COMMON.items() if not re.search(rf"^{key}:", words, re.MULTILINE)]
    return "\n".join([words, *missing, ""])

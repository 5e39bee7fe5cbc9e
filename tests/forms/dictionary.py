"""An office of a few lines for tests of forms, which need no database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from forms.answers import Circumstances

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

#: Unit id to name and kind; T9 is no more.
UNITS = {"O": ("县安委办", "office"), "T1": ("城关镇", "town"), "T2": ("柳河镇", "town"), "T9": ("旧镇", "town")}
#: Two people are called 王芳; zhao has left.
PEOPLE = {"li": "李强", "wang1": "王芳", "wang2": "王芳", "zhao": "赵敏"}
GONE = {"T9", "zhao"}
#: Record id to title; two are called 面粉厂.
RECORDS = {"R1": "面粉厂", "R2": "面粉厂", "R3": "酒厂 一分厂"}

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

    def find_records(self, form_id: str, text: str) -> Sequence[str]:
        assert form_id == "enterprise"
        return [record for record, title in RECORDS.items() if text in (record, title)]

    def record_title(self, record_id: str) -> str:
        return RECORDS.get(record_id, record_id)


def circumstances(now: datetime = NOW) -> Circumstances:
    """Somebody of 城关镇 fills a form on Sunday 22 November 2026."""
    return Circumstances(Dictionary(), now, {"id": "li", "name": "李强", "unit": "T1"})


def source_of(words: str) -> str:
    """A form's text with the keys that every form must have, added at the end where they are missing."""
    missing = [line for key, line in _COMMON.items() if not re.search(rf"^{key}:", words, re.MULTILINE)]
    return "\n".join([words, *missing, ""])

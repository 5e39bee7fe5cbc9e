from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from forms.definition import Form
from forms.loading import parse_form
from forms.values import Answers
from kernel.canonical import to_json
from kernel.clock import utc_text
from kernel.names import new_id
from records.database import Database
from records.revise import withdraw
from records.rows import SYSTEM_COLUMNS, rows
from records.tables import submissions
from tests.conftest import HandClock
from tests.records.office import VISIT, Office

TYPED = ("people", "cost", "day", "at", "covert", "kind", "ways", "note", "found")


def a_form() -> Form:
    form = parse_form(VISIT, {})
    assert isinstance(form, Form)
    return form


FORM = a_form()


def read(office: Office, *names: str) -> list[tuple[Any, ...]]:
    with office.reading() as ledger:
        found = ledger.conn.execute(rows(ledger.catalogue["visit"].form).order_by(submissions.c.id)).mappings().all()
    return [tuple(row[name] for name in names) for row in found]


def test_every_kind_has_a_column_of_its_type(office: Office) -> None:
    office.sent(
        "bei",
        "visit",
        {
            "place": "甲",
            "people": 2**53,
            "cost": "99999999999.9999",
            "day": "2026-11-01",
            "at": "8:30",
            "covert": "否",
            "kind": "燃气",
            "ways": "看、听",
            "found": [{"what": "电线", "grade": "一般"}],
        },
    )
    (row,) = read(office, *TYPED)
    assert row == (
        2**53,
        Decimal("99999999999.9999"),
        "2026-11-01",
        "08:30",
        False,
        "gas",
        ["a_b", "axb"],
        None,
        [{"what": "电线", "grade": "general"}],
    )
    assert [type(value) for value in row[:5]] == [int, Decimal, str, str, bool]


def test_what_was_not_answered_is_none_in_every_type(office: Office) -> None:
    office.sent("bei", "visit", {"place": "甲", "day": ""})
    assert read(office, *TYPED) == [(None,) * len(TYPED)]


def test_answers_can_be_summed_and_compared_in_sql(office: Office) -> None:
    for people, cost in ((3, "0.1"), (10, "0.2"), ("", "")):
        office.sent("bei", "visit", {"place": "甲", "people": people, "cost": cost})
    with office.reading() as ledger:
        table = rows(ledger.catalogue["visit"].form).subquery()
        query = select(func.sum(table.c.people), func.sum(table.c.cost), func.count(table.c.cost))
        people, cost, answered = ledger.conn.execute(query).one()
        above = ledger.conn.execute(select(func.count()).select_from(table).where(table.c.people > 3)).scalar_one()
    assert (int(people), answered, above) == (13, 2, 1)
    assert float(cost) == pytest.approx(0.3)


def test_only_living_records_of_the_form_are_rows(office: Office) -> None:
    kept = office.sent("bei", "visit", {"place": "甲", "found": [{"what": "电线", "grade": "一般"}]})
    gone = office.sent("bei", "visit", {"place": "乙"})
    with office.writing() as ledger:
        withdraw(ledger, gone.id, office.occasion("bei"))
    assert read(office, "id", "title", "created_by", "withdrawn_at") == [(kept.id, kept.title, "bei", None)]


def test_no_question_hides_a_column_of_the_system(office: Office) -> None:
    columns = rows(FORM).selected_columns.keys()
    assert columns == [*SYSTEM_COLUMNS, *FORM.questions]
    assert len(columns) == len(set(columns))


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "people": st.none() | st.integers(-(2**53), 2**53),
        "cost": st.none() | st.decimals(-(10**11) + 1, 10**11 - 1, places=4).map(lambda number: f"{number:f}"),
        "covert": st.none() | st.booleans(),
        "note": st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
        "ways": st.none() | st.lists(st.sampled_from(["a_b", "axb"]), min_size=1),
        "day": st.none() | st.dates().map(str),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answers=ANSWERS)
def test_whatever_was_stored_is_read_as_what_it_was(database: Database, now: HandClock, answers: Answers) -> None:
    record = _submission(now, answers)
    with database.writing() as conn:
        conn.execute(submissions.insert().values(record))
        row = conn.execute(rows(FORM)).mappings().one()
        conn.execute(delete(submissions))
    cost = answers.get("cost")
    assert row["cost"] == (Decimal(str(cost)) if cost is not None else None)
    for name in ("people", "covert", "note", "ways", "day"):
        assert row[name] == answers.get(name)
        assert type(row[name]) is type(answers.get(name))


def _submission(now: HandClock, answers: Answers) -> dict[str, object]:
    at = utc_text(now() + timedelta(days=1))
    assert to_json(answers)
    names = ("title", "search", "unit_id", "created_by", "instance_id", "body_digest")
    return {
        "id": new_id(now()),
        "form_id": "visit",
        "form_version": 1,
        "revision": 1,
        "answers": answers,
        "created_at": at,
        "changed_at": at,
        **dict.fromkeys(names, ""),
    }

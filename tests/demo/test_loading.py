from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, distinct, func, select

from demo.county import County
from demo.loading import FormsDoNotFit, OfficeInUse, Summary, is_loaded, load
from forms.definition import Form
from records.catalogue import open_catalogue
from records.database import Database
from records.ledger import open_ledger
from records.listing import Query, each, find
from records.people import (
    Person,
    Unit,
    actor_of,
    all_people,
    all_roles,
    all_units,
    calendar,
    get_person,
    password_matches,
    save_people,
    save_units,
)
from records.rows import rows
from records.tables import revisions, submissions
from tests.demo.conftest import DEFINITIONS, NOW

Loaded = tuple[Database, Summary, list[tuple[str, int, int]]]


class Figures:
    """Counts over the rows of a form, as SQL counts them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.reading() as conn:
            self._forms: dict[str, Form] = {
                form_id: published.form for form_id, published in open_catalogue(conn).newest.items()
            }

    def count(self, form_id: str, what: str = "", **having: str | bool) -> int:
        """How many rows, or different values of `what`, have these answers."""
        table = rows(self._forms[form_id]).subquery()
        counted: ColumnElement[Any] = func.count(distinct(table.c[what])) if what else func.count()
        query = select(counted).select_from(table).where(*(table.c[name] == value for name, value in having.items()))
        with self._database.reading() as conn:
            return int(conn.execute(query).scalar_one())

    def total(self, form_id: str, what: str) -> int:
        """The sum of a question's answers."""
        table = rows(self._forms[form_id]).subquery()
        with self._database.reading() as conn:
            return int(conn.execute(select(func.sum(table.c[what]))).scalar_one())

    def rows_of(self, form_id: str, repeat: str) -> int:
        """How many rows a repeat has in all records."""
        table = rows(self._forms[form_id]).subquery()
        with self._database.reading() as conn:
            return sum(len(found or []) for found in conn.execute(select(table.c[repeat])).scalars())


def test_the_county_has_the_totals_of_its_report(county: Loaded) -> None:
    figures = Figures(county[0])
    assert figures.count("inspection") == 1550
    assert figures.count("inspection", nature="expert_help") == 0
    assert figures.count("inspection", leader_rank="county") == 36
    assert figures.count("inspection", leader_rank="town_head") == 54
    assert figures.count("hazard") == 2136
    assert figures.count("hazard", state="closed") == 2136
    assert figures.count("hazard", level="major") == 30
    assert figures.count("enforcement", "enterprise", measure="interview") == 72
    assert figures.count("enforcement", "enterprise", measure="joint_sanction") == 15
    assert figures.count("enforcement", "enterprise", measure="suspension") == 4
    assert figures.rows_of("enforcement", "persons") == 8
    assert figures.count("enterprise") == 1600
    assert figures.count("drill") == 112
    assert figures.total("drill", "people") == 31_460
    assert figures.total("training", "people") == 2148
    assert figures.count("daily_report") == 33 * 14
    assert figures.count("daily_report", late=False) > 400


def test_everything_came_through_the_workflow_and_left_its_history(county: Loaded) -> None:
    database, summary, _ = county
    with database.reading() as conn:
        stored = conn.execute(select(func.count()).select_from(submissions)).scalar_one()
        history = conn.execute(select(func.count()).select_from(revisions)).scalar_one()
        doors = set(conn.execute(select(revisions.c.door).distinct()).scalars())
    assert summary.records is not None
    assert stored == sum(summary.records.values())
    assert history == stored + summary.steps
    assert doors == {"demo"}


def test_numbers_are_given_in_the_order_of_days(county: Loaded) -> None:
    table = rows(_form(county[0], "hazard")).subquery()
    with county[0].reading() as conn:
        numbers = list(conn.execute(select(table.c.no).order_by(table.c.no)).scalars())
    assert numbers[0] == "YH-419926-2023-000001"
    assert numbers[-1] == "YH-419926-2023-002136"


def test_progress_is_told_to_the_end(county: Loaded) -> None:
    _, summary, told = county
    _, done, total = told[-1]
    assert done == total > summary.steps
    assert [step[1] for step in told] == sorted(step[1] for step in told)


def test_a_person_of_a_town_sees_the_rows_of_that_town_only(county: Loaded) -> None:
    with county[0].reading() as conn:
        form = open_catalogue(conn)["hazard"].form
        clerk = actor_of(conn, get_person(conn, "chengguan"))
        office = actor_of(conn, get_person(conn, "anweiban"))
        seen = list(each(conn, form, clerk, Query()))
        everything = sum(1 for _ in each(conn, form, office, Query()))
    assert 0 < len(seen) < everything == 2136
    assert {row.answers["town"] for row in seen if row.answers["dept"] != "chengguan"} == {"chengguan"}


def test_an_enterprise_sees_its_own_hazards_and_no_inspections(county: Loaded) -> None:
    with county[0].reading() as conn:
        ledger = open_ledger(conn, open_catalogue(conn), "419926")
        reporter = actor_of(conn, get_person(conn, "qiye"))
        hazards = find(ledger, ledger.catalogue["hazard"].form, reporter, Query(per_page=500)).items
        inspections = find(ledger, ledger.catalogue["inspection"].form, reporter, Query()).total
    assert hazards
    assert {row.answers["owner_org"] for row in hazards} == {"qiye"}
    assert inspections == 0


def test_everybody_of_the_showcase_can_sign_in_with_the_public_password(county: Loaded) -> None:
    with county[0].reading() as conn:
        for sign_in in ("anweiban", "yingji", "chengguan", "qiye", "lingdao", "admin"):
            person = get_person(conn, sign_in)
            assert password_matches(person, "qingshan2026"), sign_in
        assert get_person(conn, "yingji02").password_hash is None


def test_loading_again_changes_nothing(county: Loaded) -> None:
    database = county[0]
    told: list[str] = []
    again = load(database, definitions=DEFINITIONS, now=NOW, progress=lambda what, _, __: told.append(what))
    assert again == Summary()
    assert not again.loaded
    assert told == []
    assert Figures(database).count("inspection") == 1550


def test_a_hamlet_loads_into_either_database(database: Database, bare_county: County) -> None:
    with database.reading() as conn:
        assert not is_loaded(conn)
    summary = load(database, definitions=DEFINITIONS, now=NOW, progress=_silent, profile="hamlet")
    figures = Figures(database)
    assert summary.loaded
    assert figures.count("inspection") == 40
    assert figures.count("hazard") == 55
    assert figures.count("hazard", state="fixing") == 2
    assert figures.count("hazard", level="major") == 3
    assert figures.rows_of("enforcement", "persons") == 2
    with database.reading() as conn:
        assert is_loaded(conn)
        assert set(all_units(conn)) > set(bare_county.units)
        assert len(all_people(conn)) == summary.people
        assert all_roles(conn) == bare_county.material.roles
        assert calendar(conn) == bare_county.calendar


def test_forms_that_refuse_the_demo_leave_the_database_empty(tmp_path: Path) -> None:
    changed = tmp_path / "forms" / "definitions"
    changed.mkdir(parents=True)
    (changed.parent / "vocabularies").symlink_to(DEFINITIONS.parent / "vocabularies")
    for path in DEFINITIONS.glob("*.yaml"):
        text, more = path.read_text("utf-8"), "constraint: . > 99999"
        (changed / path.name).write_text(
            text.replace("constraint: . > 0", more) if path.stem == "drill" else text, "utf-8"
        )
    database = Database("sqlite://")
    database.create()
    with pytest.raises(FormsDoNotFit, match=r"drill .*people"):
        load(database, definitions=changed, now=NOW, progress=_silent, profile="hamlet")
    with database.reading() as conn:
        assert not is_loaded(conn)
        assert all_units(conn) == []


def test_an_office_with_people_of_its_own_is_not_mixed_with_the_demo(database: Database) -> None:
    with database.writing() as conn:
        save_units(conn, [Unit("office", "某县安委办", "office")])
        save_people(conn, [Person("admin", "管理员", "office", ("administrator",))])
    with pytest.raises(OfficeInUse, match="请装进另一个数据库"):
        load(database, definitions=DEFINITIONS, now=NOW, progress=_silent, profile="hamlet")
    with database.reading() as conn:
        assert [person.name for person in all_people(conn)] == ["管理员"]
        assert open_catalogue(conn).newest == {}


def test_definitions_with_a_mistake_are_told_and_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("id: wrong\n", "utf-8")
    database = Database("sqlite://")
    database.create()
    with pytest.raises(FormsDoNotFit, match=r"wrong\.yaml"):
        load(database, definitions=tmp_path, now=NOW, progress=_silent, profile="hamlet")


def _form(database: Database, form_id: str) -> Form:
    with database.reading() as conn:
        return open_catalogue(conn)[form_id].form


def _silent(what: str, done: int, total: int) -> None:
    """Nobody is watching."""

"""Which records somebody sees: SQL and Python say the same, over the tree of two parents and over expressions."""

from __future__ import annotations

from random import Random

import pytest

from forms.definition import Form
from forms.loading import parse_form
from forms.values import Raw
from records.access import Verb, allows, sees_every_record, visible, whole
from records.access import eyes as eyes_of
from records.listing import Query, count_by_state, find
from records.measuring import visible_ids
from records.model import Actor
from records.people import Unit, save_units, units_under
from records.store import load_submissions
from records.tables import submissions
from tests.records.office import Office

THING = """
id: thing
title: 事项
instance_name: ${word}
fields:
  - {type: text, name: name, label: 名称, required: true}
  - {type: text, name: word, label: 标题}
  - {type: unit, name: place, label: 属地}
  - {type: unit, name: trade, label: 行业}
  - {type: integer, name: weight, label: 轻重}
  - {type: yes_no, name: open, label: 公开}
  - {type: select_one, name: grade, label: 级别, choices: {general: 一般, major: 重大}}
  - {type: select_multiple, name: ways, label: 方式, choices: {see: 看, hear: 听}}
  - {type: date, name: due, label: 期限, was: [until]}
  - {type: text, name: phone, label: 电话}
  - {type: text, name: teller, label: 举报人}
workflow:
  initial_state: new
  states:
    new: {title: 新, transitions: [end]}
    old: {title: 旧, hide: {office: [phone], town: [phone, name]}}
  transitions:
    end: {title: 办结, new_state: old}
access: %s
"""
PLAIN = "{units: [place, trade], roles: {office: {fill: true, read: all}, town: {fill: true, read: all}}}"
#: What a role's `where` may be.
CONDITIONS = (
    "${grade} = 'major'",
    "${weight} > 3 or ${open} = true()",
    "${due} <= '2026-11-15'",
    "selected(${ways}, 'hear') and ${trade} != ''",
    "${place} = user('unit')",
    "${state} = 'new' and ${created_by} != user('id')",
    "${unit_id} = user('unit') or ${weight} = ''",
    "not(${open}) or starts-with(${name}, '甲')",
)
ROLES = ("office", "department", "town", "leader")
#: A tree in which stations lie in a town and in a department, and one in two towns.
UNITS = (
    Unit("S1", "一站", "station", ("T1", "D1"), 10),
    Unit("S2", "二站", "station", ("T2", "D1"), 11),
    Unit("S3", "三站", "station", ("T1", "T2"), 12),
)
PLACES = ("O", "D1", "T1", "T2", "V1", "S1", "S2", "S3")


def form_with(access: str) -> Form:
    form = parse_form(THING % access, {})
    assert isinstance(form, Form), form
    return form


def some_access(chance: Random) -> str:
    """An access section that nobody thought out."""
    roles = []
    for role in ROLES:
        words = [f"{verb}: {chance.choice(['none', 'own', 'unit', 'all'])}" for verb in ("read", "edit", "withdraw")]
        if chance.random() < 0.6:
            words.append(f'where: "{chance.choice(CONDITIONS)}"')
        roles.append(f"{role}: {{{', '.join(words)}}}")
    return f"{{units: [place, trade], roles: {{{', '.join(roles)}}}}}"


def some_answers(chance: Random) -> dict[str, Raw]:
    given: dict[str, Raw] = {
        "name": chance.choice("甲乙丙"),
        "word": "题",
        "place": chance.choice(PLACES),
        "trade": chance.choice(PLACES),
        "weight": str(chance.randrange(7)),
        "open": chance.choice(["true", "false"]),
        "grade": chance.choice(["general", "major"]),
        "ways": chance.choice([["see"], ["hear"], ["see", "hear"]]),
        "due": f"2026-11-{chance.randrange(10, 20)}",
    }
    return {name: answer for name, answer in given.items() if name in ("name", "word") or chance.random() < 0.8}


def settled(office: Office, chance: Random, count: int) -> None:
    """Records of the form, sent in by many."""
    with office.database.writing() as conn:
        save_units(conn, UNITS)
    office.publish(THING % PLAIN)
    for _ in range(count):
        record = office.sent(chance.choice(["an", "bei", "ben", "chen", "guo"]), "thing", some_answers(chance))
        if chance.random() < 0.3:
            office.changed("admin", record, {}, step="end")


def some_actor(office: Office, chance: Random) -> Actor:
    unit = chance.choice(PLACES)
    roles = frozenset(chance.sample(ROLES, chance.choice([0, 1, 1, 2, 3])))
    with office.database.reading() as conn:
        return Actor(chance.choice(["an", "bei", "chen"]), "某人", unit, roles, units_under(conn, unit))


@pytest.mark.parametrize("seed", [1, 2])
def test_sql_and_python_agree_on_every_record_for_everybody(office: Office, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 -- no secret
    settled(office, chance, 60)
    reached = []
    with office.reading() as ledger:
        ids = ledger.conn.execute(submissions.select().where(submissions.c.form_id == "thing")).scalars()
        everything = load_submissions(ledger.conn, ids)
        for _ in range(40):
            form, actor = form_with(some_access(chance)), some_actor(office, chance)
            for verb in Verb:
                by_sql = ledger.conn.execute(
                    submissions.select().where(submissions.c.form_id == "thing", visible(form, actor, verb))
                )
                allowed = {key for key, item in everything.items() if allows(form, actor, item, verb)}
                assert set(by_sql.scalars()) == allowed, (form.access, actor, verb)
                reached.append(len(allowed))
            seen = {key for key, item in everything.items() if allows(form, actor, item, Verb.READ)}
            assert {item.id for item in find(ledger, form, actor, Query(per_page=100)).items} == seen
            assert sum(count_by_state(ledger, form, actor).values()) == len(seen)
            assert visible_ids(ledger.conn, form, everything, actor) == sorted(seen)
            assert not sees_every_record(form, actor) or len(seen) == len(everything)
    assert {0, 60} < set(reached)
    assert len(set(reached)) > 10


@pytest.mark.parametrize("seed", [3])
def test_sql_and_python_agree_on_every_answer_for_everybody(office: Office, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 -- no secret
    settled(office, chance, 40)
    told = set()
    with office.reading() as ledger:
        ids = ledger.conn.execute(submissions.select().where(submissions.c.form_id == "thing")).scalars()
        everything = load_submissions(ledger.conn, ids)
        for _ in range(30):
            fields = ", ".join(
                f"{name}: {{read: [{', '.join(chance.sample(ROLES, chance.randrange(3)))}], others: {others}}}"
                for name in chance.sample(["phone", "teller", "weight"], 2)
                for others in [chance.choice(["mask", "hide"])]
            )
            roles = ", ".join(f"{role}: {{fill: true, read: all}}" for role in ROLES)
            form, actor = form_with(f"{{roles: {{{roles}}}, fields: {{{fields}}}}}"), some_actor(office, chance)
            for name in ("phone", "teller", "weight", "name"):
                by_sql = ledger.conn.execute(
                    submissions.select().where(submissions.c.form_id == "thing", whole(form, actor, name))
                )
                field = form.questions[name]
                seen = {key for key, item in everything.items() if eyes_of(form, actor, item).whole(field)}
                assert set(by_sql.scalars()) == seen, (form.access.fields, actor, name)
                told.add(len(seen))
    assert 40 in told
    assert len(told) > 5


def test_a_unit_with_two_parents_is_seen_from_both_and_from_nowhere_else(office: Office) -> None:
    with office.database.writing() as conn:
        save_units(conn, UNITS)
    access = "{units: [place], roles: {town: {fill: true, read: unit}, department: {read: unit}, office: {}}}"
    office.publish(THING % access)
    records = {
        unit: office.sent("guo", "thing", {"name": unit, "word": unit, "place": unit}) for unit in ("S1", "S2", "S3")
    }
    form = form_with(access)

    def seeing(unit: str, role: str) -> set[str]:
        with office.reading() as ledger:
            somebody = Actor("x", "某人", unit, frozenset({role}), units_under(ledger.conn, unit))
            found = load_submissions(ledger.conn, [record.id for record in records.values()])
            allowed = {item.title for item in found.values() if allows(form, somebody, item, Verb.READ)}
            assert {item.title for item in find(ledger, form, somebody, Query()).items} == allowed
        return allowed

    # guo's own unit V1 lies under T1 and D1: what guo sent concerns both
    assert seeing("T1", "town") == {"S1", "S2", "S3"}
    assert seeing("T2", "town") == {"S2", "S3"}
    assert seeing("D1", "department") == {"S1", "S2", "S3"}
    assert seeing("S1", "town") == {"S1"}
    assert seeing("T2", "leader") == set()


def test_a_role_that_reaches_little_takes_nothing_from_one_that_reaches_much(office: Office) -> None:
    access = """{units: [place], roles: {
      town: {fill: true, read: all, where: "${grade} = 'major'"}, department: {read: unit}, office: {}}}"""
    office.publish(THING % access)
    for name, place, grade in (("甲", "T1", "general"), ("乙", "T2", "major"), ("丙", "T2", "general")):
        office.sent("bei", "thing", {"name": name, "word": name, "place": place, "grade": grade})
    form = form_with(access)
    with office.reading() as ledger:
        for roles, seen in ((["town"], "乙"), (["department"], "乙丙"), (["town", "department"], "乙丙"), ([], "")):
            actor = Actor("x", "某人", "T2", frozenset(roles), frozenset({"T2"}))
            assert sorted(item.title for item in find(ledger, form, actor, Query()).items) == sorted(seen)


def test_an_answer_under_its_former_name_decides_too(office: Office) -> None:
    former = (THING % PLAIN).replace("name: due, label: 期限, was: [until]", "name: until, label: 期限")
    office.publish(former)
    old = office.sent("an", "thing", {"name": "旧", "word": "旧", "until": "2026-11-10"})
    office.publish(THING % PLAIN)
    form = form_with("""{roles: {town: {read: all, where: "${due} <= '2026-11-15'"}, office: {}}}""")
    bei = office.actor("bei")
    with office.reading() as ledger:
        assert [item.title for item in find(ledger, form, bei, Query()).items] == ["旧"]
        assert allows(form, bei, load_submissions(ledger.conn, [old.id])[old.id], Verb.READ)

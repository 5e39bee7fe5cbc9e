from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import update

from forms.values import Raw
from records.access import Verb, allows, visible
from records.catalogue import retire
from records.listing import Query, children_of, count_by_state, each, find, get
from records.model import Actor
from records.revise import NoSuchRecord, withdraw
from records.store import load_submissions
from records.submit import Entry, submit_many
from records.tables import submissions
from tests.conftest import OFFICE, HandClock
from tests.records.office import PEOPLE, VISIT, Office, accepted

PLACES: list[dict[str, Raw]] = [
    {
        "place": "城关面粉厂",
        "people": 3,
        "cost": "12.5",
        "day": "2026-11-01",
        "kind": "fire",
        "ways": ["a_b"],
    },
    {"place": "面粉一厂100%", "people": 12, "cost": "9", "day": "2026-11-10", "covert": "是", "ways": ["axb", "look"]},
    {"place": "酒厂a_b", "day": "2026-11-20", "kind": "gas", "covert": "否", "note": "ＡＢＣ厂 说“好”", "at": "8:30"},
    {"place": "空的"},
]


@pytest.fixture
def full(office: Office, now: HandClock) -> Office:
    """The office with the four visits of `PLACES`, in that order."""
    for raw in PLACES:
        now.forward(minutes=1)
        office.sent("bei", "visit", raw)
    return office


def found(office: Office, person: str = "an", form_id: str = "visit", **query: object) -> list[str]:
    with office.reading() as ledger:
        page = find(ledger, ledger.catalogue[form_id].form, office.actor(person), replace(Query(), **query))  # type: ignore[arg-type]  # a test's shorthand
    return [str(item.answers.get("place", item.title)) for item in page.items]


def filtered(office: Office, name: str, *values: str) -> set[str]:
    return set(found(office, filters={name: values}))


FLOUR, FIRST, WINE, EMPTY = (str(raw["place"]) for raw in PLACES)


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("面粉", {FLOUR, FIRST}),
        ("粉 厂", {FLOUR, FIRST}),
        ("粉厂 面粉", {FLOUR}),
        ("100%", {FIRST}),
        ("1%0", set()),
        ("a_b", {WINE}),
        ("ａ＿Ｂ", {WINE}),
        ("abc", {WINE}),
        ("“好”", {WINE}),
        ("\\", set()),
        ("消防", {FLOUR}),
        ("jc-419926-2026-0004", {EMPTY}),
        ("  ", {FLOUR, FIRST, WINE, EMPTY}),
        ("\x00", {FLOUR, FIRST, WINE, EMPTY}),
        ("'; drop table", set()),
    ],
)
def test_every_word_is_found_inside_others_and_is_only_itself(full: Office, words: str, places: set[str]) -> None:
    assert set(found(full, search=words)) == places


def test_filters_choose_by_kind(full: Office) -> None:
    assert filtered(full, "kind", "fire") == {FLOUR}
    assert filtered(full, "kind", "fire", "gas") == {FLOUR, WINE}
    assert filtered(full, "people", "12") == {FIRST}
    assert filtered(full, "people", "3", "12") == {FLOUR, FIRST}
    assert filtered(full, "cost", "12.50") == {FLOUR}
    assert filtered(full, "covert", "true") == {FIRST}
    assert filtered(full, "covert", "false") == {WINE}
    assert filtered(full, "covert", "true", "false") == {FIRST, WINE}
    assert filtered(full, "ways", "a_b") == {FLOUR}
    assert filtered(full, "ways", "a_b", "look") == {FLOUR, FIRST}
    assert filtered(full, "town", "T1") == {FLOUR, FIRST, WINE, EMPTY}
    assert filtered(full, "place", "酒厂a_b") == {WINE}
    assert filtered(full, "created_by", "an") == set()


def test_spans_count_both_ends_in_and_may_be_open(full: Office) -> None:
    assert filtered(full, "day", "2026-11-01..2026-11-10") == {FLOUR, FIRST}
    assert filtered(full, "day", "2026-11-10..") == {FIRST, WINE, EMPTY}
    assert filtered(full, "day", "..2026-11-01") == {FLOUR}
    assert filtered(full, "people", "3..11") == {FLOUR}
    assert filtered(full, "cost", "..9.0") == {FIRST}
    assert filtered(full, "at", "08:30..09:00") == {WINE}
    assert filtered(full, "day", "..") == {FLOUR, FIRST, WINE, EMPTY}


def test_filters_that_make_no_sense_choose_all_or_nothing_and_never_crash(full: Office) -> None:
    everything = {FLOUR, FIRST, WINE, EMPTY}
    senseless = [("people", "x"), ("people", "²"), ("people", "--5..x"), ("cost", "1e9999"), ("found", "x")]
    for name, value in senseless:
        assert filtered(full, name, value) == everything
    assert filtered(full, "zzz", "x") == filtered(full, "created_at", "gestern..morgen") == everything
    assert filtered(full, "ways", '"') == filtered(full, "ways", "%") == filtered(full, "place", "a..b") == set()
    assert filtered(full, "people", "9" * 400) == everything
    assert filtered(full, "kind") == everything


def test_a_span_of_moments_means_days_of_the_office(office: Office, now: HandClock) -> None:
    now.set(now().replace(hour=7))  # 23 hours of the day before in UTC
    office.sent("bei", "visit", {"place": "早"})
    for span, places in (("2026-11-22..2026-11-22", ["早"]), ("2026-11-21..2026-11-21", []), ("2026-11-23..", [])):
        assert found(office, filters={"created_at": (span,)}, zone=OFFICE) == places


def test_sorting_goes_both_ways_with_the_empty_last(full: Office) -> None:
    assert found(full, sort="people") == [FLOUR, FIRST, WINE, EMPTY]
    assert found(full, sort="-people") == [FIRST, FLOUR, EMPTY, WINE]
    assert found(full, sort="cost") == [FIRST, FLOUR, WINE, EMPTY]
    assert found(full, sort="-cost")[:2] == [FLOUR, FIRST]
    assert found(full, sort="day") == [FLOUR, FIRST, WINE, EMPTY]
    assert found(full, sort="covert") == [WINE, FIRST, FLOUR, EMPTY]
    assert found(full, sort="kind")[:2] == [FLOUR, WINE]
    assert found(full, sort="-no") == [EMPTY, WINE, FIRST, FLOUR]
    for other in ("ways", "-found", "title"):
        assert len(found(full, sort=other)) == 4
    for unknown in ("zzz", "--people", ""):
        assert found(full, sort=unknown) == found(full)


def test_the_newest_stand_first(office: Office, now: HandClock) -> None:
    for place in ("一", "二", "三"):
        office.sent("bei", "visit", {"place": place})
        now.forward(minutes=1)
    assert found(office) == ["三", "二", "一"]


def test_pages_are_whole_and_a_page_beyond_them_is_the_last(full: Office) -> None:
    with full.reading() as ledger:
        form, actor = ledger.catalogue["visit"].form, full.actor("an")
        pages = [find(ledger, form, actor, Query(sort="no", page=page, per_page=3)) for page in (-1, 0, 1, 2, 3, 99)]
        nothing = find(ledger, form, actor, Query(search="没有这样的"))
    assert [page.page for page in pages] == [1, 1, 1, 2, 2, 2]
    assert [len(page.items) for page in pages] == [3, 3, 3, 1, 1, 1]
    assert all((page.total, page.pages) == (4, 2) for page in pages)
    assert (nothing.items, nothing.total, nothing.page, nothing.pages) == ([], 0, 1, 1)


def test_withdrawn_records_are_only_found_when_asked_for(full: Office) -> None:
    record = full.sent("bei", "visit", {"place": "错的"})
    with full.writing() as ledger:
        withdraw(ledger, record.id, full.occasion("bei"))
    assert "错的" not in found(full)
    assert found(full, withdrawn=True) == ["错的"]


def test_an_export_reads_everything_in_batches(full: Office) -> None:
    with full.reading() as ledger:
        form, actor = ledger.catalogue["visit"].form, full.actor("an")
        read = [item.answers["place"] for item in each(ledger.conn, form, actor, Query(), batch=3)]
        assert list(each(ledger.conn, form, full.actor("chen"), Query())) == []
    assert read == [FLOUR, FIRST, WINE, EMPTY]


def test_the_list_holds_exactly_what_a_person_may_do_something_with(office: Office) -> None:
    """Whoever asks, for whichever verb, over records of every unit."""
    chance = Random(20261122)  # noqa: S311 -- the same records each time
    for person in ("an", "bei", "ben", "chen", "guo", "dong"):
        occasion = office.occasion(person)
        towns = chance.choices(["T1", "T2", "O", "V1", "D1"], k=5)
        entries = [Entry({"place": "甲", "town": town}, f"{person}{at}", occasion) for at, town in enumerate(towns)]
        with office.writing() as ledger:
            assert all(accepted(outcome) for outcome in submit_many(ledger, "visit", entries))
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
        everything = load_submissions(ledger.conn, ledger.conn.execute(submissions.select()).scalars())
        assert len(everything) == 30
        for actor in [*map(office.actor, (person[0] for person in PEOPLE)), *strangers(chance)]:
            for verb in Verb:
                seen = ledger.conn.execute(submissions.select().where(visible(form, actor, verb))).scalars().all()
                assert set(seen) == {key for key, item in everything.items() if allows(form, actor, item, verb)}
            listed = {item.id for item in find(ledger, form, actor, Query()).items}
            assert listed == {key for key, item in everything.items() if allows(form, actor, item, Verb.READ)}


def strangers(chance: Random) -> list[Actor]:
    """Actors with any roles and units."""
    roles, units = ["administrator", "office", "department", "town", "leader", "none"], ["O", "D1", "T1", "T2", "V1"]

    def some(words: list[str]) -> frozenset[str]:
        return frozenset(word for word in words if chance.random() < 0.3)

    return [Actor(chance.choice(["bei", "x"]), "", chance.choice(units), some(roles), some(units)) for _ in range(12)]


def test_one_record_is_shown_to_those_who_may_read_it(office: Office) -> None:
    record = office.sent("bei", "visit", {"place": "甲"})
    with office.reading() as ledger:
        assert get(ledger, office.actor("ling"), record.id) == record
        for person, record_id in (("chen", record.id), ("an", "0" * 18)):
            with pytest.raises(NoSuchRecord):
                get(ledger, office.actor(person), record_id)


def test_who_may_read_is_judged_by_the_rules_of_today(office: Office) -> None:
    record = office.sent("bei", "visit", {"place": "甲"})
    office.publish(VISIT.replace("leader: {read: all}", "leader: {read: none}"))
    with office.reading() as ledger, pytest.raises(NoSuchRecord):
        get(ledger, office.actor("ling"), record.id)
    assert found(office, "ling") == []


def test_records_of_a_retired_form_can_still_be_read(office: Office) -> None:
    rows: list[Raw] = [{"what": "电线", "grade": "一般"}]
    visit = office.sent("bei", "visit", {"place": "甲", "found": rows})
    with office.writing() as ledger:
        retire(ledger.conn, "hazard", office.now() + timedelta(days=1))
    with office.reading() as ledger:
        (child,) = children_of(ledger, office.actor("an"), visit)
        assert get(ledger, office.actor("an"), child.id).title == "电线"
        assert children_of(ledger, office.actor("chen"), visit) == []


def test_states_are_counted_of_what_one_may_see(office: Office) -> None:
    for person, desc in (("bei", "电线"), ("bei", "油罐"), ("chen", "仓库")):
        record = office.sent(person, "hazard", {"desc": desc})
    office.changed("chen", record, {"fixed_at": "2026-11-22"}, step="fix")
    with office.reading() as ledger:
        form = ledger.catalogue["hazard"].form
        assert count_by_state(ledger, form, office.actor("an")) == {"fixing": 2, "checking": 1}
        assert count_by_state(ledger, form, office.actor("bei")) == {"fixing": 2}
        assert count_by_state(ledger, ledger.catalogue["visit"].form, office.actor("an")) == {}


def test_a_search_is_not_fooled_by_what_stands_in_the_column(full: Office) -> None:
    with full.writing() as ledger:
        ledger.conn.execute(update(submissions).values(search="一 二"))
    assert len(found(full, search="二 一")) == 4

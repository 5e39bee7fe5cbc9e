from __future__ import annotations

from records.access import NotAllowed, Verb, allows, editable_names, reach
from tests.records.office import Office

# What lists show is what `allows` says: tests/records/test_listing.py.


def test_verbs_reach_as_far_as_the_roles(office: Office) -> None:
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
    actors = [office.actor(person) for person in ("an", "bei", "dong", "ling")]
    assert {actor.id: [str(reach(form, actor, verb)) for verb in Verb] for actor in actors} == {
        "an": ["all", "all", "all"],
        "bei": ["unit", "unit", "own"],
        "dong": ["unit", "own", "none"],
        "ling": ["all", "none", "none"],
    }


def test_a_unit_reaches_what_lies_under_it_by_either_parent(office: Office) -> None:
    record = office.sent("guo", "visit", {"place": "粮库"})
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
    actors = [office.actor(person) for person in ("bei", "dong", "chen", "guo")]
    assert [actor.id for actor in actors if allows(form, actor, record, Verb.READ)] == ["bei", "dong", "guo"]


def test_what_may_be_changed_now(office: Office) -> None:
    visit, hazard = office.sent("bei", "visit", {"place": "甲"}), office.sent("bei", "hazard", {"desc": "电线"})
    with office.reading() as ledger:
        forms = {form_id: item.form for form_id, item in ledger.catalogue.newest.items()}
    assert editable_names(forms["visit"], office.actor("ben"), visit) == set(forms["visit"].questions)
    assert editable_names(forms["visit"], office.actor("ling"), visit) == set()
    assert editable_names(forms["hazard"], office.actor("ben"), hazard) == {"measure"}
    assert editable_names(forms["hazard"], office.actor("an"), hazard) == set(forms["hazard"].questions)
    assert editable_names(forms["hazard"], office.actor("dong"), hazard) == set()


def test_every_verb_has_its_word(office: Office) -> None:
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
    assert str(NotAllowed(form, "withdraw").sentence) == "您没有作废“检查”这条记录的权限"
    assert all(NotAllowed(form, str(verb)).sentence for verb in Verb)

from __future__ import annotations

from forms.definition import Form
from forms.loading import parse_form
from webapp.controls.lookups import Lookups, lookups_of

LEVEL = "{type: select_one, name: level, label: 级别, choices: {general: {label: 一般, days: '30'}, major: 重大}}"
CALENDAR = {"2026-10-01": False}


def looked_up(calculation: str) -> Lookups:
    """What a form looks up that works one answer out by `calculation`, inside a row."""
    form = parse_form(
        "id: probe\ntitle: 试题\ninstance_name: ${level}\nfields:\n"
        f"  - {LEVEL}\n"
        "  - {type: select_one, name: other, label: 其他, choices: [甲, 乙]}\n"
        "  - type: repeat\n    name: rows\n    label: 行\n"
        f'    fields: [{{type: calculate, name: told, label: 说明, calculation: "{calculation}"}}]\n'
        "access: {roles: {office: {fill: true}}}\n",
        {},
    )
    assert isinstance(form, Form), form
    return lookups_of(form)


def test_a_page_knows_the_words_of_choices_that_it_is_to_say() -> None:
    told = looked_up("jr:choice-name(${level}, '${level}')").told(CALENDAR)
    assert told == {"labels": {"level": {"general": "一般", "major": "重大"}}, "lists": {}}


def test_a_page_knows_the_lists_that_it_is_to_look_into() -> None:
    told = looked_up("instance('level')/root/item[name = ${level}]/days").told(CALENDAR)
    items = [{"name": "general", "label": "一般", "days": "30"}, {"name": "major", "label": "重大"}]
    assert told == {"labels": {}, "lists": {"level": items}}


def test_a_page_that_counts_workdays_knows_the_calendar_and_no_other_does() -> None:
    assert looked_up("add-workdays(today(), 3)").told(CALENDAR)["calendar"] == CALENDAR
    assert looked_up("today()").told(CALENDAR) == {"labels": {}, "lists": {}}

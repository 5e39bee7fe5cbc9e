"""What may be typed where a record, a person or a choice is asked for, found by part of its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from forms.choices import ChoiceList, folded, told_apart
from forms.definition import Form
from records.ledger import Ledger
from records.listing import Query, find
from records.model import Actor, Submission
from records.people import Person, all_people
from webapp.wording import translate

#: More than this nobody reads through.
MOST: Final = 20
#: How many records are looked through for those that a filter lets through.
_FARTHEST: Final = 200

#: Whether something (a choice's name, a record's or a person's id) may be chosen here.
Allows = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be chosen: its id, what is typed for it, and what it is called."""

    id: str
    value: str
    label: str


def anything(name: str) -> bool:
    """Lets everything be chosen."""
    del name
    return True


def find_records(ledger: Ledger, form: Form, actor: Actor, words: str, allows: Allows = anything) -> list[Found]:
    """Records whose words contain what was typed, as far as the actor sees them.

    `value` is the title where it tells the record apart from every other, also from those the actor may not see,
    else the id.
    """
    most = MOST if allows is anything else _FARTHEST
    items = find(ledger, form, actor, Query(search=words, sort="title", per_page=most)).items
    return list(islice((_record(ledger, form, item) for item in items if allows(item.id)), MOST))


def find_people(ledger: Ledger, actor: Actor, words: str, allows: Allows = anything) -> list[Found]:
    """People of the actor's units whose name contains what was typed; `value` as above, with the sign-in name."""
    everybody = all_people(ledger.conn)
    times = Counter(item.name for item in everybody)

    def fitting() -> Iterator[Person]:
        return (it for it in everybody if words in it.name and it.unit_id in actor.units and allows(it.id))

    return [
        Found(
            item.id,
            item.name if times[item.name] == 1 else item.id,
            f"{item.name} · {ledger.lookup.unit_name(item.unit_id)}",
        )
        for item in islice(fitting(), MOST)
    ]


def find_choices(choices: ChoiceList, words: str, allows: Allows = anything) -> list[Found]:
    """Choices whose words contain what was typed, those that begin with it first."""
    sought = folded(words)
    fitting = [name for name, choice in choices.items() if sought in folded(choice) or sought in folded(name)]
    fitting.sort(key=lambda name: not folded(choices[name]).startswith(sought))
    chosen: Iterable[str] = islice((name for name in fitting if allows(name)), MOST)
    return [Found(name, typed_choice(choices, name), translate(choices[name])) for name in chosen]


def typed_choice(choices: ChoiceList, name: str) -> str:
    """What is typed for a choice: its label, with its name where others are called alike."""
    return told_apart(name, choices[name]) if name in choices.alike else str(choices[name])


def _record(ledger: Ledger, form: Form, item: Submission) -> Found:
    tells = ledger.lookup.find_records(form.id, item.title) == [item.id]
    return Found(item.id, item.title if tells else item.id, item.title)

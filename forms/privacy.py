"""Which questions of a form not everybody sees, and with whose eyes a record is seen.

Two parts of a definition say it: `access: fields:` by role, and a state's `hide:` by role and state. The
administrator sees everything; whoever filled a record sees what `fields` keeps from others, and not what its
state hides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from forms.access import ADMINISTRATOR, Reach, Sight
from forms.definition import Form, walk
from forms.fields.base import Field
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.masking import is_masked, masked
from forms.values import Lookup, Raw, Value
from kernel.sentences import say


@dataclass(frozen=True, slots=True)
class Eyes:
    """How somebody sees one record: the questions whose answers are masked, and those that are hidden.

    Questions in the rows of a repeat stand by their own names, for these are a form's only ones; earlier names
    (`was:`) stand beside the present ones.
    """

    masked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def sight(self, name: str) -> Sight:
        """How the answer to `name` is seen."""
        if name in self.hidden:
            return Sight.HIDDEN
        return Sight.MASKED if name in self.masked else Sight.WHOLE

    def whole(self, field: Field) -> bool:
        """Whether the answer is seen as it is; of a repeat every answer in its rows."""
        if isinstance(field, Repeat | Group) and not all(self.whole(inner) for inner in field.fields):
            return False
        return self.sight(field.name) is Sight.WHOLE

    def whole_names(self, form: Form) -> frozenset[str]:
        """The questions whose answers are seen as they are."""
        return frozenset(name for name, field in form.questions.items() if self.whole(field))

    def __or__(self, other: Eyes) -> Eyes:
        """Seen only as far as both see."""
        return Eyes(self.masked | other.masked, self.hidden | other.hidden)


#: Sees everything.
OPEN = Eyes()
#: How a door shows one answer as text.
Show: TypeAlias = Callable[[Field, Value], str]


def seen_text(eyes: Eyes, field: Field, value: Value, show: Show) -> str:
    """What an answer says to whoever looks with `eyes`; rows of a repeat on a line each."""
    if value is None or eyes.sight(field.name) is Sight.HIDDEN:
        return ""
    if eyes.sight(field.name) is Sight.MASKED:
        return masked(field, show(field, value))
    if isinstance(field, Repeat):
        rows = [seen_row(eyes, field, row, show) for row in value] if isinstance(value, list) else []
        return "\n".join(" ".join(filter(None, row.values())) for row in rows)
    return show(field, value)


def seen_row(eyes: Eyes, field: Repeat, row: Value, show: Show) -> dict[str, str]:
    """What a row of a repeat says, by question; hidden ones are left out."""
    answers = row if isinstance(row, Mapping) else {}
    return {
        inner.name: seen_text(eyes, inner, answers.get(inner.name), show)
        for inner in walk(field.fields)
        if eyes.sight(inner.name) is not Sight.HIDDEN
    }


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a form keeps from some: each private question with the names it had before."""

    form: Form
    names: Mapping[str, frozenset[str]]

    def eyes(self, roles: Collection[str], *, state: str | None, own: bool) -> Eyes:
        """With whose eyes somebody sees a record in `state`, of their `own` or of another's."""
        if not self.names or ADMINISTRATOR in roles:
            return OPEN
        hidden = hidden_in(self.form, state, roles)
        seen = {name: self.form.access.sight(name, roles, own=own) for name in self.names if name not in hidden}
        return Eyes(
            masked=self._with_former(name for name, sight in seen.items() if sight is Sight.MASKED),
            hidden=self._with_former([*hidden, *(name for name, sight in seen.items() if sight is Sight.HIDDEN)]),
        )

    def _with_former(self, names: Collection[str] | Iterator[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self.names[name] for name in names))


def privacy_of(form: Form) -> Privacy:
    """What `form` keeps from some."""
    private = private_questions(form)
    if not private:
        return Privacy(form, {})
    former = {field.name: frozenset((field.name, *field.was)) for field in _every(form.fields)}
    return Privacy(form, {name: former.get(name, frozenset([name])) for name in private})


def private_questions(form: Form) -> frozenset[str]:
    """Every question that not everybody who sees a record sees, those in rows by their own names."""
    states = form.workflow.states.values() if form.workflow else ()
    hidden = (names for state in states for names in state.hide.values())
    return frozenset(form.access.fields).union(*hidden)


def hidden_in(form: Form, state: str | None, roles: Collection[str]) -> frozenset[str]:
    """The questions that `state` hides from somebody with `roles`: from each role that lets them see records."""
    found = form.workflow.states.get(state or "") if form.workflow else None
    if found is None or not found.hide or ADMINISTRATOR in roles:
        return frozenset()
    seeing = [role for role, may in form.access.roles.items() if role in roles and may.read is not Reach.NONE]
    if not seeing:
        return frozenset().union(*found.hide.values())
    return frozenset.intersection(*(frozenset(found.hide.get(role, ())) for role in seeing))


def states_hiding(form: Form, name: str, roles: Collection[str]) -> list[str]:
    """The states in which `name` is hidden from somebody with `roles`."""
    states = form.workflow.states if form.workflow else {}
    return [state for state in states if name in hidden_in(form, state, roles)]


def holds_private(form: Form, field: Field) -> bool:
    """Whether a question, or one in its rows, is private."""
    names = private_questions(form)
    return any(inner.name in names for inner in _every((field,)))


def public_answer(form: Form, field: Field, value: Value, lookup: Lookup) -> str:
    """What an answer says to everybody who sees the record: nothing of what is private."""
    if value is None:
        return ""
    private = private_questions(form)
    if field.name in private:
        return ""
    if not isinstance(field, Repeat) or not holds_private(form, field):
        return field.show(value, lookup)
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    shown = (public_answer(form, inner, row.get(inner.name), lookup) for row in rows for inner in walk(field.fields))
    return " ".join(filter(None, shown))


def stars_sent(form: Form, raw: Mapping[str, Raw]) -> dict[str, str]:
    """Refusals by place of what was sent for private questions and is what somebody was shown instead of the answer.

    A table that was taken out with masked answers must not come back as the truth.
    """
    private = private_questions(form)
    if not private:
        return {}
    return {place: say("这是隐去后的内容，请填写完整") for place in _starred(form.questions.values(), raw, private)}


def _starred(fields: Iterable[Field], raw: Mapping[str, Raw], private: frozenset[str]) -> Iterator[str]:
    for field in fields:
        sent = raw.get(field.name)
        if field.name in private and is_masked(sent):
            yield field.name
        elif isinstance(field, Repeat) and isinstance(sent, Sequence) and not isinstance(sent, str):
            for index, row in enumerate(sent):
                if isinstance(row, Mapping):
                    inside = _starred(walk(field.fields), row, private)
                    yield from (f"{field.name}.{index}.{place}" for place in inside)


def _every(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        if isinstance(field, Group | Repeat):
            yield from _every(field.fields)

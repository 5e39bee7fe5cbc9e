"""A person of the office's units."""

from __future__ import annotations

from typing import ClassVar, Literal

from forms.fields.base import Field, FieldName
from forms.values import Kind, Lookup, Rejected, Value
from kernel.sentences import say


class Person(Field):
    """A person with an account: the id is stored, the name is shown.

    Example:
        type: person
        name: tracker
        label: 督办责任人
    """

    kind: ClassVar[Kind] = Kind.TEXT
    widget: ClassVar[str] = "person"

    type: Literal["person"] = "person"
    #: Only people who have one of these roles; none: any.
    roles: tuple[str, ...] = ()
    #: The unit question in whose answer, or under it, the person must work; none: anywhere.
    of_unit: FieldName | None = None

    def read_text(self, text: str, lookup: Lookup) -> Value:
        """Accept a sign-in name, or a name that only one person has."""
        person = lookup.find_person(text)
        if person is None:
            raise Rejected(say("没有“{text}”这个人，或有几位同名，请填登录名", text=text))
        if self.roles and lookup.person_roles(person).isdisjoint(self.roles):
            raise Rejected(say("“{text}”没有这里要求的角色，请另选一位", text=text))
        return person

    def show(self, value: Value, lookup: Lookup) -> str:
        """The person's name where it tells them apart, else the sign-in name."""
        if value is None:
            return ""
        name = lookup.person_name(str(value))
        return name if lookup.find_person(name) == value else str(value)

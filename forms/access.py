"""Who may do what with a form's records, as its definition says it.

Roles are the office's own words. A role may read and change `all` records, those that concern
its `unit` (the person's unit and every unit under it), its `own`, or `none`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from forms.fields.base import Condition, Definition, FieldName

#: The role that may see and do everything, whatever a form says: the office's administrator.
ADMINISTRATOR = "administrator"


class Reach(StrEnum):
    """Which records a role reaches."""

    NONE = "none"
    OWN = "own"
    UNIT = "unit"
    ALL = "all"


_WIDTH = {Reach.NONE: 0, Reach.OWN: 1, Reach.UNIT: 2, Reach.ALL: 3}


class RoleAccess(Definition):
    """What one role may do."""

    #: Send in a new record.
    fill: bool = False
    #: Of the records it reaches only those for which this holds; it names answers, `state`, `unit_id`, `created_by`
    #: and `user('unit')`, but no time: who sees what does not change by the hour.
    where: Condition | None = None
    #: See records: none, one's own, those of one's unit and the units under it, all.
    read: Reach = Reach.NONE
    #: Change records; a workflow's `edit` says which answers in which state.
    edit: Reach = Reach.NONE
    #: Take records out of every list, into the recycle bin.
    withdraw: Reach = Reach.NONE


class Others(StrEnum):
    """What those see of a question who may not see its answer."""

    MASK = "mask"
    HIDE = "hide"


class Sight(StrEnum):
    """How somebody sees the answer to a question."""

    WHOLE = "whole"
    #: With its telling part as stars (`forms.masking`).
    MASKED = "masked"
    #: Not at all, nor that it is asked.
    HIDDEN = "hidden"


class FieldAccess(Definition):
    """Who sees the answer to a question whole: phones, ids, an informant's name."""

    #: Roles that see it; whoever filled the record sees it too.
    read: tuple[str, ...]
    #: `mask`: the others see 138****5678 and the like; `hide`: they see nothing, not even the question.
    others: Others = Others.MASK


class Access(Definition):
    """Who may do what."""

    #: Fields (unit links) that say which units a record concerns, beside the unit that filled it.
    units: tuple[FieldName, ...] = ()
    #: Role to what it may do; roles are the office's own words.
    roles: Mapping[str, RoleAccess]
    #: Questions that not everybody who sees the record sees.
    fields: Mapping[FieldName, FieldAccess] = {}

    def may_fill(self, roles: Collection[str]) -> bool:
        """Whether any of `roles` may send in a new record."""
        return ADMINISTRATOR in roles or any(self.roles[role].fill for role in roles if role in self.roles)

    def reading(self, roles: Collection[str]) -> Reach:
        """The widest reach that any of `roles` has for reading."""
        return self._widest(roles, "read")

    def editing(self, roles: Collection[str]) -> Reach:
        """The widest reach that any of `roles` has for changing."""
        return self._widest(roles, "edit")

    def withdrawing(self, roles: Collection[str]) -> Reach:
        """The widest reach that any of `roles` has for taking a record out of every list."""
        return self._widest(roles, "withdraw")

    def granting(self, roles: Collection[str], verb: str) -> list[tuple[Reach, Condition | None]]:
        """What each of `roles` grants for `verb` (read, edit, withdraw): how far it reaches, and what must hold."""
        if ADMINISTRATOR in roles:
            return [(Reach.ALL, None)]
        found = [(getattr(self.roles[role], verb), self.roles[role].where) for role in roles if role in self.roles]
        return [(reach, where) for reach, where in found if reach is not Reach.NONE]

    def sight(self, name: str, roles: Collection[str], *, own: bool) -> Sight:
        """How somebody with `roles` sees the answer to `name`, in a record of their `own` or of another's.

        What a state hides is not in it: `forms.privacy` knows both.
        """
        rule = self.fields.get(name)
        if rule is None or own or ADMINISTRATOR in roles or not set(rule.read).isdisjoint(roles):
            return Sight.WHOLE
        return Sight.HIDDEN if rule.others is Others.HIDE else Sight.MASKED

    def _widest(self, roles: Collection[str], verb: str) -> Reach:
        if ADMINISTRATOR in roles:
            return Reach.ALL
        reaches = [getattr(self.roles[role], verb) for role in roles if role in self.roles]
        return max(reaches, key=_WIDTH.__getitem__, default=Reach.NONE)

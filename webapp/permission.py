"""Pages that only the office's own staff use."""

from __future__ import annotations

from forms.access import ADMINISTRATOR
from kernel.problems import Forbidden
from kernel.sentences import say
from records.model import Actor
from webapp import guards


class StaffOnly(Forbidden):
    """The page is for the office's staff."""

    code = "access.staff_only"

    def __init__(self) -> None:
        super().__init__(say("这一页由安委办和管理员使用"))


def is_staff(actor: Actor) -> bool:
    """Whether the actor looks after the office's own things."""
    return not actor.roles.isdisjoint({ADMINISTRATOR, *guards.site().settings.staff})


def staff_only() -> None:
    """Refuse everybody but the office's staff; to stand before each request of such pages."""
    if not is_staff(guards.actor()):
        raise StaffOnly

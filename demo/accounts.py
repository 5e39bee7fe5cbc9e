"""Who may sign in to try the demo; the start-up banner shows these."""

from __future__ import annotations

from dataclasses import dataclass

from demo.material import Material, load_material


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in name with its public password, and in each language what this person is."""

    sign_in: str
    password: str
    title: dict[str, str]


def showcase(material: Material | None = None) -> tuple[Account, ...]:
    """One account for each kind of person."""
    plan = (material or load_material()).accounts
    return tuple(Account(item.person, plan.password, item.title) for item in plan.showcase)

"""Reporting on behalf of another unit: who may, and the reason that is asked and kept (代报)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import request

from forms.access import Reach
from forms.definition import Form
from forms.values import Raw
from kernel.sentences import Sentence, say
from records.access import Verb, reach
from records.ledger import Ledger
from records.model import Actor
from records.obligations import may_file_for

#: What the page calls the field of the reason.
REASON = "_reason"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """What a page that is filled says of reporting on behalf."""

    #: The unit question that says whose record it is.
    question: str
    #: The unit that it is filled for, where that is another; none: it is one's own so far.
    unit: str | None
    reason: str


def on_behalf(ledger: Ledger, form: Form, actor: Actor, raw: Mapping[str, Raw]) -> OnBehalf | None:
    """How far the page is filled on behalf of another unit; none: this actor fills this form for nobody else."""
    for question in _whose(form):
        if not _may_file_for_others(form, actor):
            return None
        unit = ledger.lookup.find_unit(str(raw.get(question) or ""))
        is_another = unit is not None and unit != actor.unit_id and may_file_for(form, actor, unit)
        return OnBehalf(question, unit if is_another else None, given_reason())
    return None


def given_reason() -> str:
    """The reason as it was typed."""
    return request.form.get(REASON, "").strip()[:_LONGEST]


def reason_refusals(found: OnBehalf | None) -> dict[str, str]:
    """Why what is filled cannot be stored yet: a reason is wanting."""
    if found is None or found.unit is None or found.reason:
        return {}
    return {found.question: say("这是替别的单位报，请在页末写明代报原因，例如：电话报来")}


def comment_of(found: OnBehalf | None) -> Sentence | None:
    """What the record's history says of it; none: it was filed for one's own unit."""
    if found is None or found.unit is None:
        return None
    return say("代报：{reason}", reason=found.reason)


def _whose(form: Form) -> Iterator[str]:
    return (obligation.unit for obligation in form.obligations.values() if obligation.unit)


def _may_file_for_others(form: Form, actor: Actor) -> bool:
    found = reach(form, actor, Verb.EDIT)
    return found is Reach.ALL or (found is Reach.UNIT and actor.units != {actor.unit_id})

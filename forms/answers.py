"""Reading answers: the one reader behind the web page, the sheet, the import and the programs.

A `Reader` is made once for each form version; all its conditions are compiled then. Reading
goes in three steps: every text becomes a value or a refusal; relevance, pulled answers and calculations are
worked out in the order in which they need each other; then what is relevant is judged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from forms.attempt import Attempt
from forms.circumstances import Circumstances, Refusals
from forms.definition import Form
from forms.expressions.evaluation import compiled, truth
from forms.fitting import fits
from forms.questions import Evaluate, Questions, compile_questions, needs_between
from forms.sources import FormLists
from forms.values import Answers, Raw, Value

__all__ = ["Circumstances", "Evaluate", "Reader", "Reading", "Refusals", "needs_between"]


class Reading(NamedTuple):
    """What could be read, and for everything that could not, why."""

    answers: Answers
    refusals: Refusals


class Reader:
    """Reads the answers to one version of a form."""

    def __init__(self, form: Form) -> None:
        """Compile every condition of `form`."""
        self.form = form
        self._questions = compile_questions(form.fields, form.kinds)
        self._lists = FormLists(form)
        self._rules = [(rule, compiled(rule.rule, form.kinds)) for rule in form.rules]

    def read(
        self,
        raw: Mapping[str, Raw],
        circumstances: Circumstances,
        *,
        before: Answers | None = None,
        also_required: Collection[str] = (),
        by_system: bool = False,
    ) -> Reading:
        """Read `raw` over what was answered `before` (None: a new record, which takes defaults).

        A name missing from `raw` keeps its former answer. `also_required` are names that must be
        answered this time (a workflow step asks for them). What the system itself hands in (`by_system`)
        may fill questions that people only read. Every mistake is told at once.
        """
        former = None if before is None else self.brought_forward(before)
        sources = self._lists.sources(circumstances, decided=True)
        attempt = Attempt(self._questions, circumstances, former, sources)
        attempt.take(raw, by_system=by_system)
        attempt.work_out()
        attempt.judge(also_required)
        if not attempt.refusals:
            self._check_rules(attempt)
        return Reading(attempt.answers, attempt.refusals)

    def brought_forward(self, answers: Answers) -> Answers:
        """Answers to this or an earlier version under the names of this one (`was:`).

        What cannot be read since a question's type changed (`retyped:`) reads as a blank.
        """
        found = _brought_forward(self._questions, answers)
        return _without_unreadable(self._questions, found, self.form.retyped) if self.form.retyped else found

    def defaults(self, circumstances: Circumstances) -> Answers:
        """What an untouched form starts with. What is worked out where nobody answers is left open for the answer."""
        sources = self._lists.sources(circumstances, decided=False)
        attempt = Attempt(self._questions, circumstances, None, sources)
        attempt.take({})
        attempt.work_out()
        return {
            name: None if question.fills_in else attempt.answers[name]
            for name, question in self._questions.by_name.items()
        }

    def _check_rules(self, attempt: Attempt) -> None:
        for rule, holds in self._rules:
            if not truth(holds(attempt.scope)):
                for place in rule.fields or ("",):
                    attempt.refusals.setdefault(place, rule.message)


def _brought_forward(questions: Questions, answers: Mapping[str, Value]) -> Answers:
    found: Answers = {}
    for name, question in questions.by_name.items():
        value = next((answers[known] for known in (name, *question.field.was) if known in answers), None)
        if question.rows is not None and isinstance(value, list):
            value = [_brought_forward(question.rows, row) for row in value if isinstance(row, Mapping)]
        found[name] = value
    return found


def _without_unreadable(questions: Questions, answers: Answers, retyped: Collection[str]) -> Answers:
    found = dict(answers)
    for name, question in questions.by_name.items():
        value = found[name]
        if name in retyped and not fits(question.kind, value):
            found[name] = None
        elif question.rows is not None and isinstance(value, list):
            rows = [row for row in value if isinstance(row, dict)]
            found[name] = [_without_unreadable(question.rows, row, retyped) for row in rows]
    return found

"""Reading answers: the one reader behind the web page, the sheet, the import and the programs.

A `Reader` is made once for each form version; all its conditions are compiled then. Reading
goes in three steps: every text becomes a value or a refusal; relevance and calculations are
worked out in the order in which they need each other; then what is relevant is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from forms.definition import Form, stored_kind
from forms.expressions.evaluation import Scope, compiled, truth
from forms.expressions.names import Column, place_of, seen_from
from forms.expressions.parsing import Expression
from forms.fields.base import Field
from forms.fields.group import Group
from forms.fields.repeat import MOST_ROWS, Repeat
from forms.ordering import in_order_of_need
from forms.results import as_value
from forms.rows import known_rows, rows_of
from forms.values import Answers, Kind, Linked, Lookup, Raw, Rejected, Value, nothing_linked
from kernel.nearness import did_you_mean
from kernel.sentences import say

#: More unknown names than this are another form's, and are told in one sentence.
_MOST_UNKNOWN = 300
_MOST_HINTS = 20

Evaluate: TypeAlias = Callable[[Scope], Any]

#: Place to words (a `Sentence`, or a `Label` of the form's own): `desc`, `hazards.0.desc` inside a repeat, "" for all.
Refusals: TypeAlias = dict[str, str]


class Reading(NamedTuple):
    """What could be read, and for everything that could not, why."""

    answers: Answers
    refusals: Refusals


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What reading depends on beside the form and the texts: the office, the moment, the person."""

    lookup: Lookup
    now: datetime
    user: Mapping[str, str]
    linked: Linked = nothing_linked


@dataclass(frozen=True, slots=True)
class _Question:
    """A field with its conditions compiled."""

    field: Field
    kind: Kind
    relevant: Evaluate | None
    required: Evaluate | bool
    constraint: Evaluate | None
    calculation: Evaluate | None
    default: Evaluate | None
    read_only: Evaluate | bool
    rows: _Questions | None

    @property
    def fills_in(self) -> bool:
        """Whether it is worked out only where nobody answered it."""
        return self.calculation is not None and self.default is None and self.field.type != "calculate"


@dataclass(frozen=True, slots=True)
class _Questions:
    """The questions of a form or of a repeat, by name and in the order in which they need each other."""

    by_name: Mapping[str, _Question]
    in_order: Sequence[_Question]


class Reader:
    """Reads the answers to one version of a form."""

    def __init__(self, form: Form) -> None:
        """Compile every condition of `form`."""
        self.form = form
        self._questions = _compile(form.fields, form.kinds)
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
        attempt = _Attempt(self._questions, circumstances, former)
        attempt.take(raw, by_system=by_system)
        attempt.work_out()
        attempt.judge(also_required)
        if not attempt.refusals:
            self._check_rules(attempt)
        return Reading(attempt.answers, attempt.refusals)

    def brought_forward(self, answers: Answers) -> Answers:
        """Answers to this or an earlier version under the names of this one (`was:`)."""
        return _brought_forward(self._questions, answers)

    def defaults(self, circumstances: Circumstances) -> Answers:
        """What an untouched form starts with. What is worked out where nobody answers is left open for the answer."""
        attempt = _Attempt(self._questions, circumstances, None)
        attempt.take({})
        attempt.work_out()
        return {
            name: None if question.fills_in else attempt.answers[name]
            for name, question in self._questions.by_name.items()
        }

    def _check_rules(self, attempt: _Attempt) -> None:
        scope = attempt.scope()
        for rule, holds in self._rules:
            if not truth(holds(scope)):
                for place in rule.fields or ("",):
                    attempt.refusals.setdefault(place, rule.message)


class _Attempt:
    """One reading on its way; a repeat's row is an attempt inside another."""

    def __init__(
        self,
        questions: _Questions,
        circumstances: Circumstances,
        before: Answers | None,
        around: Answers | None = None,
    ) -> None:
        self.answers: Answers = {}
        self.refusals: Refusals = {}
        self._questions = questions
        self._circumstances = circumstances
        self._before = before
        self._around = around
        self._rows: dict[str, list[_Attempt]] = {}
        self._irrelevant: set[str] = set()
        self._untouched: Answers = {}
        self._by_system = False
        #: How many unknown names may still be told with the name that was probably meant: looking for it takes time.
        self.hints = _MOST_HINTS

    def scope(self) -> Scope:
        """What expressions see: the record, and the row when this is one."""
        if self._around is None:
            return _scope(self._circumstances, self.answers, None)
        return _scope(self._circumstances, self._around, self.answers)

    def take(self, raw: Mapping[str, Raw], *, by_system: bool = False) -> None:
        """Turn every text into a value or a refusal; what is not sent stays as it was."""
        self._by_system = by_system
        self._refuse_unknown([name for name in raw if name not in self._questions.by_name])
        for name, question in self._questions.by_name.items():
            open_to_sender = by_system or question.read_only is not True
            sent = name in raw and open_to_sender and question.field.type != "calculate"
            if not sent or question.read_only is not False:
                self.answers[name] = self._untouched[name] = self._former(question)
            if sent:
                self._take_one(name, question, raw[name])

    def work_out(self) -> None:
        """Drop what is not relevant and calculate what is calculated, each after what it needs."""
        for question in self._questions.in_order:
            name = question.field.name
            if question.relevant is not None and not truth(question.relevant(self.scope())):
                self.answers[name] = None
                self.refusals.pop(name, None)
                self._rows.pop(name, None)
                self._irrelevant.add(name)
                continue
            if callable(question.read_only):
                self._hold(name, question.read_only)
            if question.rows is not None:
                self._work_out_rows(name)
            if question.calculation is not None and (question.field.type == "calculate" or self.answers[name] is None):
                self.answers[name] = as_value(question.calculation(self.scope()), question.kind)

    def judge(self, also_required: Collection[str]) -> None:
        """Ask for what must be answered, and hold every answer against its constraint."""
        scope = self.scope()
        for name, question in self._questions.by_name.items():
            for index, row in enumerate(self._rows.get(name, [])):
                row.judge(())
                self.refusals |= {f"{name}.{index}.{place}".rstrip("."): why for place, why in row.refusals.items()}
            if name in self.refusals or name in self._irrelevant:
                continue
            value = self.answers[name]
            if value is None:
                if name in also_required or self._is_required(question, scope):
                    self.refusals[name] = question.field.required_message or say("必填")
            elif question.constraint is not None and not truth(question.constraint(_this(scope, value))):
                self.refusals[name] = question.field.constraint_message or say("不符合要求")

    def _refuse_unknown(self, names: Sequence[str]) -> None:
        if len(names) > _MOST_UNKNOWN:
            self.refusals[""] = say("有 {count} 个名称本表没有，请核对送来的是不是这张表", count=len(names))
            return
        known = list(self._questions.by_name)
        for name in names:
            near = did_you_mean(name, known) if self.hints > 0 else ""
            self.refusals[name] = say("没有“{name}”这一项{near}", name=name, near=near)
            self.hints -= 1

    def _take_one(self, name: str, question: _Question, raw: Raw) -> None:
        self.answers[name] = None
        try:
            if question.rows is not None:
                self._take_rows(name, question.rows, raw)
            else:
                self.answers[name] = question.field.read(raw, self._circumstances.lookup)
        except Rejected as rejected:
            former = self._before.get(name) if self._before else None
            if former is not None and raw in (former, self._shown(question, former)):
                self.answers[name] = former  # a person who left, a record withdrawn since: sent again as it was
            else:
                self.refusals[name] = rejected.sentence

    def _hold(self, name: str, read_only: Evaluate) -> None:
        """Put back what may not be changed now that everything it depends on is known."""
        taken, self.answers[name] = self.answers[name], self._untouched[name]
        if truth(read_only(self.scope())):
            self.refusals.pop(name, None)
            self._rows.pop(name, None)
        else:
            self.answers[name] = taken

    def _take_rows(self, name: str, questions: _Questions, raw: Raw) -> None:
        if raw is None or raw == "":
            return
        if isinstance(raw, str) or not isinstance(raw, Sequence) or not all(isinstance(row, Mapping) for row in raw):
            raise Rejected(say("应当是一行一行的内容"))
        if len(raw) > MOST_ROWS:
            raise Rejected(say("最多 {most} 行", most=MOST_ROWS))
        rows = [row for row in raw if isinstance(row, Mapping)]
        former = rows_of(self._before.get(name)) if self._before else []
        known = known_rows(
            former, [self._as_sent(questions, row, former) for row in rows] if former else [{}] * len(rows)
        )
        self._rows[name] = []
        for row, place in zip(rows, known, strict=True):
            before = former[place] if place is not None else None
            attempt = _Attempt(questions, self._circumstances, before, around=self.answers)
            attempt.hints = self.hints
            attempt.take(row, by_system=self._by_system)
            self.hints = attempt.hints
            self._rows[name].append(attempt)

    def _as_sent(self, questions: _Questions, row: Mapping[str, Raw], former: Sequence[Answers]) -> Answers:
        """What a row answers as far as it was sent, to be told apart by; what cannot be read may be as it was."""
        found: Answers = {}
        for name, question in questions.by_name.items():
            if name not in row or question.rows is not None or question.field.type == "calculate":
                continue
            try:
                found[name] = question.field.read(row[name], self._circumstances.lookup)
            except Rejected:
                answers = [other[name] for other in former if other.get(name) is not None]
                same = (answer for answer in answers if row[name] in (answer, self._shown(question, answer)))
                found[name] = next(same, str(row[name]))
        return found

    def _shown(self, question: _Question, answer: Value) -> str:
        return question.field.show(answer, self._circumstances.lookup)

    def _work_out_rows(self, name: str) -> None:
        if name not in self._rows:
            return
        for row in self._rows[name]:
            row.work_out()
        answered: list[Value] = [row.answers for row in self._rows[name]]
        self.answers[name] = answered or None

    def _former(self, question: _Question) -> Value:
        """The answer as it was; of a new record, the default."""
        if self._before is not None:
            return self._before.get(question.field.name)
        if question.default is None:
            return None
        return as_value(question.default(self.scope()), question.kind)

    def _is_required(self, question: _Question, scope: Scope) -> bool:
        return question.required if isinstance(question.required, bool) else truth(question.required(scope))


def _compile(fields: tuple[Field, ...], kinds: Mapping[str, str]) -> _Questions:
    by_name: dict[str, _Question] = {}
    for field, conditions in _with_group_conditions(fields):
        by_name[field.name] = _question(field, conditions, kinds)
    order = in_order_of_need(needs_between(fields, kinds)).order
    return _Questions(by_name, [by_name[name] for name in order])


def _with_group_conditions(
    fields: tuple[Field, ...], outer: tuple[Expression, ...] = ()
) -> list[tuple[Field, tuple[Expression, ...]]]:
    """Every answered field with its own relevance and that of the groups around it."""
    found: list[tuple[Field, tuple[Expression, ...]]] = []
    for field in fields:
        conditions = (*outer, field.relevant) if field.relevant else outer
        if isinstance(field, Group):
            found += _with_group_conditions(field.fields, conditions)
        elif field.kind is not Kind.NOTHING:
            found.append((field, conditions))
    return found


def _question(field: Field, conditions: tuple[Expression, ...], kinds: Mapping[str, str]) -> _Question:
    return _Question(
        field=field,
        kind=stored_kind(field),
        relevant=_all_of([compiled(condition, kinds) for condition in conditions]),
        required=field.required if isinstance(field.required, bool) else compiled(field.required, kinds),
        constraint=compiled(field.constraint, {**kinds, ".": str(stored_kind(field))}) if field.constraint else None,
        calculation=compiled(field.calculation, kinds) if field.calculation else None,
        default=compiled(field.default, kinds) if field.default else None,
        read_only=field.read_only if isinstance(field.read_only, bool) else compiled(field.read_only, kinds),
        rows=_compile(field.fields, seen_from(field.name, kinds)) if isinstance(field, Repeat) else None,
    )


def _all_of(conditions: list[Evaluate]) -> Evaluate | None:
    if len(conditions) <= 1:
        return conditions[0] if conditions else None
    return lambda scope: all(truth(condition(scope)) for condition in conditions)


def needs_between(fields: tuple[Field, ...], kinds: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """For each question, those to be settled before it is known to be relevant, open or calculated."""
    return {field.name: _needs(field, conditions, kinds) for field, conditions in _with_group_conditions(fields)}


def _needs(field: Field, conditions: tuple[Expression, ...], kinds: Mapping[str, str]) -> frozenset[str]:
    needed = {name for condition in (*conditions, field.calculation) if condition for name in _named(condition, kinds)}
    if isinstance(field.read_only, Expression):
        needed |= _named(field.read_only, kinds) - {field.name}  # of itself it sees what it was
    if isinstance(field, Repeat):
        inside = needs_between(field.fields, seen_from(field.name, kinds))
        needed |= frozenset[str]().union(*inside.values()) - inside.keys()
    return frozenset(needed)


def _named(expression: Expression, kinds: Mapping[str, str]) -> frozenset[str]:
    """The questions that an expression looks at; a column of a table is the table."""
    places = (place_of(name, kinds) for name in expression.references)
    return frozenset(place.table if isinstance(place, Column) else place.name for place in places)


def _brought_forward(questions: _Questions, answers: Mapping[str, Value]) -> Answers:
    found: Answers = {}
    for name, question in questions.by_name.items():
        value = next((answers[known] for known in (name, *question.field.was) if known in answers), None)
        if question.rows is not None and isinstance(value, list):
            value = [_brought_forward(question.rows, row) for row in value if isinstance(row, Mapping)]
        found[name] = value
    return found


def _scope(circumstances: Circumstances, answers: Answers, row: Answers | None) -> Scope:
    return Scope(answers=answers, row=row, this=None, now=circumstances.now, user=circumstances.user)


def _this(scope: Scope, value: Value) -> Scope:
    return Scope(answers=scope.answers, row=scope.row, this=value, now=scope.now, user=scope.user)

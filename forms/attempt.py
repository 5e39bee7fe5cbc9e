"""One reading on its way: what was sent becomes values, the rest is worked out, then everything is judged."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from forms.circumstances import Circumstances, Refusals
from forms.expressions.evaluation import Scope, truth
from forms.expressions.scope import Sources
from forms.expressions.values import number_of
from forms.fields.choices import Ambiguous, ChoiceField
from forms.fields.repeat import MOST_ROWS
from forms.questions import Evaluate, Question, Questions
from forms.results import as_value
from forms.rows import known_rows, rows_of
from forms.values import Answers, Raw, Rejected, Value
from kernel.nearness import did_you_mean
from kernel.sentences import Sentence, say

#: More unknown names than this are another form's, and are told in one sentence.
_MOST_UNKNOWN: Final = 300


@dataclass(slots=True)
class Patience:
    """What is left of what one reading may take; shared by all its rows."""

    #: How many unknown names may still be told with the name that was probably meant: looking for it takes time.
    hints: int = 20
    #: How many rows may still be read, those inside other rows counted.
    rows: int = 5000


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a row stands: in which attempt, as the how manyeth of its table, counted from 1."""

    outer: Attempt
    position: int


class Attempt:
    """One reading; a repeat's row is an attempt inside another."""

    def __init__(
        self,
        questions: Questions,
        circumstances: Circumstances,
        before: Answers | None,
        around: Sources | Surroundings,
    ) -> None:
        """Start over what was answered `before` (None: a new record, or a new row).

        around: of a record what expressions may look up, of a row the attempt around it and its place.
        """
        self.answers: Answers = {}
        self.refusals: Refusals = {}
        self.is_blank = False
        self._questions = questions
        self._circumstances = circumstances
        self._before = before
        self._outer = None if isinstance(around, Sources) else around.outer
        self.patience: Patience = self._outer.patience if self._outer else Patience()
        self._rows: dict[str, list[Attempt]] = {}
        self._irrelevant: set[str] = set()
        self._untouched: Answers = {}
        self._ambiguous: dict[str, Ambiguous] = {}
        self._by_system = False
        #: What expressions see: the record, and the row when this is one. It follows what is answered meanwhile.
        self.scope = self._seen(around)

    def _seen(self, around: Sources | Surroundings) -> Scope:
        answers, row = self._views()
        now, user = self._circumstances.now, self._circumstances.user
        if isinstance(around, Sources):
            return Scope(answers=answers, row=row, this=None, now=now, user=user, sources=around)
        sources = around.outer.scope.sources
        return Scope(answers, row, this=None, now=now, user=user, position=around.position, sources=sources)

    def _views(self) -> tuple[Mapping[str, Value], Mapping[str, Value] | None]:
        """The record, and the row; of a row inside a row, each with the rows around it."""
        if self._outer is None:
            return self.answers, None
        around, row = self._outer.scope.answers, self._outer.scope.row
        holds_rows = any(question.rows is not None for question in self._questions.in_order)
        return (
            _shadowed(self.answers, around) if holds_rows or row is not None else around,
            self.answers if row is None else _shadowed(self.answers, row),
        )

    # ---- taking ----------------------------------------------------------------------------------------------------

    def take(self, raw: Mapping[str, Raw], *, by_system: bool = False) -> None:
        """Turn every text into a value or a refusal; what is not sent stays as it was."""
        self._by_system = by_system
        self.is_blank = self._before is None and all(value is None or value in ("", []) for value in raw.values())
        self._refuse_unknown([name for name in raw if name not in self._questions.by_name])
        for name, question in self._questions.by_name.items():
            open_to_sender = by_system or question.read_only is not True
            sent = name in raw and open_to_sender and question.field.type != "calculate"
            if not sent or question.read_only is not False:
                self.answers[name] = self._untouched[name] = self._former(question)
            if sent:
                self._take_one(name, question, raw[name])

    def _refuse_unknown(self, names: Sequence[str]) -> None:
        if len(names) > _MOST_UNKNOWN:
            self.refusals[""] = say("有 {count} 个名称本表没有，请核对送来的是不是这张表", count=len(names))
            return
        known = list(self._questions.by_name)
        for name in names:
            near = did_you_mean(name, known) if self.patience.hints > 0 else ""
            self.refusals[name] = say("没有“{name}”这一项{near}", name=name, near=near)
            self.patience.hints -= 1

    def _former(self, question: Question) -> Value:
        """The answer as it was; of a new record, the default."""
        if self._before is not None:
            return self._before.get(question.field.name)
        if question.default is None:
            return None
        return as_value(question.default(self.scope), question.kind)

    def _take_one(self, name: str, question: Question, raw: Raw) -> None:
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
                return
            self.refusals[name] = rejected.sentence
            if isinstance(rejected, Ambiguous):
                self._ambiguous[name] = rejected

    def _take_rows(self, name: str, questions: Questions, raw: Raw) -> None:
        if raw is None or raw == "":
            return
        if isinstance(raw, str) or not isinstance(raw, Sequence) or not all(isinstance(row, Mapping) for row in raw):
            raise Rejected(say("应当是一行一行的内容"))
        if len(raw) > MOST_ROWS:
            raise Rejected(say("最多 {most} 行", most=MOST_ROWS))
        self.patience.rows -= len(raw)
        if self.patience.rows < 0:
            raise Rejected(say("各层表格加起来行数太多，请分几条填报"))
        rows = [row for row in raw if isinstance(row, Mapping)]
        former = rows_of(self._before.get(name)) if self._before else []
        known = known_rows(
            former, [self._as_sent(questions, row, former) for row in rows] if former else [{}] * len(rows)
        )
        sent = list(zip(rows, known, strict=True))
        self._rows[name] = [
            self._row(questions, row, before=former[place] if place is not None else None, position=position)
            for position, (row, place) in enumerate(sent, 1)
        ]

    def _row(self, questions: Questions, raw: Mapping[str, Raw], *, before: Answers | None, position: int) -> Attempt:
        attempt = Attempt(questions, self._circumstances, before, Surroundings(self, position))
        attempt.take(raw, by_system=self._by_system)
        return attempt

    def _as_sent(self, questions: Questions, row: Mapping[str, Raw], former: Sequence[Answers]) -> Answers:
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

    def _shown(self, question: Question, answer: Value) -> str:
        return question.field.show(answer, self._circumstances.lookup)

    # ---- working out -----------------------------------------------------------------------------------------------

    def work_out(self) -> None:
        """Drop what is not relevant and calculate what is calculated, each after what it needs."""
        for question in self._questions.in_order:
            name = question.field.name
            if question.relevant is not None and not truth(question.relevant(self.scope)):
                self.answers[name] = None
                self._let_go(name)
                self._irrelevant.add(name)
                continue
            if callable(question.read_only):
                self._hold(name, question.read_only)
            if name in self._ambiguous:
                self._settle(question, self._ambiguous[name])
            if question.pull is not None:
                self._pull(question)
            if question.rows is not None:
                self._work_out_rows(question, question.rows)
            if question.calculation is not None and (question.field.type == "calculate" or self.answers[name] is None):
                former = self.scope.judging(self.answers[name])  # what `once()` keeps
                self.answers[name] = as_value(question.calculation(former), question.kind)

    def _let_go(self, name: str) -> None:
        """Forget what was sent for a question."""
        self.refusals.pop(name, None)
        self._rows.pop(name, None)
        self._ambiguous.pop(name, None)

    def _hold(self, name: str, read_only: Evaluate) -> None:
        """Put back what may not be changed now that everything it depends on is known."""
        taken, self.answers[name] = self.answers[name], self._untouched[name]
        if truth(read_only(self.scope)):
            self._let_go(name)
        else:
            self.answers[name] = taken

    def _settle(self, question: Question, ambiguous: Ambiguous) -> None:
        """Take the one choice that may be chosen of those that are called alike."""
        field = question.field
        assert isinstance(field, ChoiceField)
        open_now = [[name for name in names if self._allows(question, name)] for names in ambiguous.meant]
        closed = next((names[0] for names, left in zip(ambiguous.meant, open_now, strict=True) if not left), None)
        if closed is not None:
            self.refusals[field.name] = _closed(str(field.label_of(closed)))
        elif all(len(names) == 1 for names in open_now):
            try:
                self.answers[field.name] = field.settled([name for (name,) in open_now])
                del self.refusals[field.name]
            except Rejected as rejected:
                self.refusals[field.name] = rejected.sentence

    def _pull(self, question: Question) -> None:
        """Answer a question with what the linked record says, as far as whoever sends may see that."""
        assert question.pull is not None
        name, link = question.field.name, self.answers.get(question.pull.link)
        follows = question.read_only is True
        if not follows and (self.answers[name] is not None or name in self.refusals):
            return
        if not isinstance(link, str):
            if follows:
                self.answers[name] = None
            return
        said = self._circumstances.linked(question.pull.form, [link]).get(link)
        if said is not None and question.pull.theirs in said:
            self.answers[name] = self._read_pulled(question, said[question.pull.theirs])

    def _read_pulled(self, question: Question, answer: Value) -> Value:
        """Another form's answer as one to this question; what it cannot be is none."""
        try:
            return question.field.read(answer, self._circumstances.lookup)
        except Rejected:
            return None

    def _work_out_rows(self, question: Question, questions: Questions) -> None:
        name = question.field.name
        if question.count is not None and name not in self.refusals:
            self._count_rows(question.count, name, questions)
        if name not in self._rows:
            return
        for row in self._rows[name]:
            row.work_out()
        answered: list[Value] = [row.answers for row in self._rows[name]]
        self.answers[name] = answered or None

    def _count_rows(self, count: Evaluate, name: str, questions: Questions) -> None:
        """Have as many rows as are worked out: add blank ones, leave out blank ones, refuse more."""
        number = number_of(count(self.scope))
        wanted = min(MOST_ROWS, max(0, int(number))) if math.isfinite(number) else 0
        if name not in self._rows:
            self._rows[name] = [
                self._row(questions, {}, before=row, position=position)
                for position, row in enumerate(rows_of(self.answers[name]), 1)
            ]
        rows = self._rows[name]
        while len(rows) > wanted and rows[-1].is_blank:
            rows.pop()
        lacking = min(wanted - len(rows), max(0, self.patience.rows))
        self.patience.rows -= max(0, lacking)
        first = len(rows) + 1
        rows += [self._row(questions, {}, before=None, position=first + more) for more in range(lacking)]
        if len(rows) > wanted:
            said = say("按前面的回答应有 {wanted} 行，现在 {now} 行，请删去多出的行", wanted=wanted, now=len(rows))
            self.refusals[name] = said

    # ---- judging ---------------------------------------------------------------------------------------------------

    def judge(self, also_required: Collection[str]) -> None:
        """Ask for what must be answered, and hold every answer against its choices and its constraint."""
        for name, question in self._questions.by_name.items():
            for index, row in enumerate(self._rows.get(name, [])):
                row.judge(())
                self.refusals |= {f"{name}.{index}.{place}".rstrip("."): why for place, why in row.refusals.items()}
            if name in self.refusals or name in self._irrelevant:
                continue
            value = self.answers[name]
            if value is None:
                if name in also_required or self._is_required(question):
                    self.refusals[name] = question.field.required_message or say("必填")
            elif sentence := self._not_to_choose(question, value):
                self.refusals[name] = sentence
            elif question.constraint is not None and not truth(question.constraint(self.scope.judging(value))):
                self.refusals[name] = question.field.constraint_message or say("不符合要求")

    def _is_required(self, question: Question) -> bool:
        return question.required if isinstance(question.required, bool) else truth(question.required(self.scope))

    def _not_to_choose(self, question: Question, value: Value) -> Sentence | None:
        """Why what was chosen cannot be chosen; what was chosen before may stay while nothing around it changes."""
        if question.narrowing is None or self._is_as_it_was(question, value):
            return None
        several = isinstance(value, list)
        for name in value if isinstance(value, list) else [value]:
            if not self._allows(question, str(name)):
                return _closed(self._shown(question, [name] if several else name))
        if isinstance(question.field, ChoiceField):
            try:
                choices = question.field.choices
                question.field.completed(value, (name for name in choices if self._allows(question, name)))
            except Rejected as rejected:
                return rejected.sentence
        return None

    def _allows(self, question: Question, name: str) -> bool:
        return question.narrowing is None or question.narrowing.allows(name, self.scope, self._circumstances)

    def _is_as_it_was(self, question: Question, value: Value) -> bool:
        assert question.narrowing is not None
        if self._before is None or value != self._before.get(question.field.name):
            return False
        return not any(self.has_changed(name) for name in question.narrowing.references)

    def has_changed(self, name: str) -> bool:
        """Whether an answer that is seen from here is another than it was."""
        if name in self.answers:
            return self._before is None or self.answers[name] != self._before.get(name)
        return self._outer is not None and self._outer.has_changed(name)


def _shadowed(inner: Answers, outer: Mapping[str, Value]) -> Mapping[str, Value]:
    """`outer` as it is seen from `inner`; both may still change."""
    return ChainMap(inner, cast(Answers, outer))  # nothing is ever written into the outer one


def _closed(choice: str) -> Sentence:
    return say("“{choice}”现在不能选，请重新选择", choice=choice)

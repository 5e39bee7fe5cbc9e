"""Conditions of definitions as conditions of SQL: the records they choose are those the interpreter would choose.

The tree of `forms.expressions.tree` becomes typed pieces (`records.terms`). What names no record is worked out
by the interpreter itself, before the database is asked. What SQL would say otherwise than the interpreter, or
cannot say at all, is refused: when a definition is loaded, with `refusal`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import reduce
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, Double, Integer, Text, and_, case, false, func, literal, not_, or_, true

from forms.definition import Form, stored_kind
from forms.expressions.evaluation import Scope, compiled, truth
from forms.expressions.functions import CHANCES, OF_SOURCES
from forms.expressions.parsing import Expression
from forms.expressions.tree import Attribute, Binary, Call, Items, Reference, Rows, This, Tree, walk
from forms.expressions.values import SPACES, Value, has_day, number_of, text_of
from forms.linting import SYSTEM_NAMES
from forms.values import Kind
from kernel.sentences import Sentence, say
from records.comparing import as_condition, as_number, as_text, equal, ordered, within_calendar
from records.rows import column_of
from records.terms import (
    Amount,
    Constant,
    Day,
    Hour,
    ListHas,
    ListLength,
    LocalDay,
    Moment,
    NotInSql,
    Several,
    Shifted,
    Sql,
    Term,
    Truth,
    Wall,
    Words,
    as_double,
    no_number,
    no_truth,
)

_ARITHMETIC: Final = frozenset({"+", "-", "*", "div"})
#: Functions that give nothing, or something else, where no record is being filled.
_OF_THE_RECORD: Final = CHANCES | OF_SOURCES | {"once", "position"}


def where(
    form: Form, expression: Expression, now: datetime, user: Mapping[str, str] | None = None
) -> ColumnElement[bool]:
    """The condition that a row of `submissions` (of `form`) must meet; `now` is aware, in the office's zone.

    user: what `user()` says of who looks; none: nobody does. Raises `NotInSql`, but not when `refusal` found nothing.
    """
    return _Writer(form, now, user or {}).condition(expression.tree)


def number(form: Form, expression: Expression, now: datetime) -> Amount:
    """The number that a record of `form` has for `expression`, to be added up. Raises `NotInSql`."""
    term = _Writer(form, now).term(expression.tree)
    return term if isinstance(term, Amount) else Amount(as_number(term))


def told_apart(form: Form, expression: Expression, now: datetime) -> Sql:
    """What a record of `form` has for `expression`, NULL for a blank, to be told apart. Raises `NotInSql`."""
    match _Writer(form, now).term(expression.tree):
        case Words(sql):
            return func.nullif(sql, "")
        case Day(sql) | Hour(sql) | Wall(sql) | Amount(sql) | Truth(sql):
            return sql
        case _:
            raise NotInSql(say("这一题不能用来区分不同的对象"))


def refusal(form: Form, expression: Expression, write: Callable[..., object] = where) -> Sentence | None:
    """Why the database cannot work out `expression` over records of `form`; None: it can.

    write: what is to be made of it, `where`, `number` or `told_apart`.
    """
    try:
        write(form, expression, _ANY_MOMENT)
    except NotInSql as refused:
        return refused.sentence
    return None


#: Not midnight nor a whole minute, for which more can be said in SQL than for others.
_ANY_MOMENT: Final = datetime(2000, 1, 1, 1, 1, 1, tzinfo=UTC)


class _Writer:
    """Writes the trees of one form's expressions as SQL."""

    def __init__(self, form: Form, now: datetime, user: Mapping[str, str] = MappingProxyType({})) -> None:
        self._form = form
        self._now = now
        self._user = user
        assert now.tzinfo is not None
        self._zone = now.tzinfo

    def condition(self, tree: Tree) -> ColumnElement[bool]:
        """Whether `tree` holds."""
        term = self.term(tree)
        if isinstance(term, Constant):
            return true() if truth(term.value) else false()
        return as_condition(term)

    def term(self, tree: Tree) -> Term:
        """What `tree` is in SQL."""
        if not any(isinstance(node, Reference | This | Attribute | Rows | Items) for node in walk(tree)):
            return Constant(self._worked_out(tree))
        match tree:
            case Reference(name):
                return self._reference(name)
            case Binary(("and" | "or") as word, left, right):
                join = and_ if word == "and" else or_
                return Truth(join(self.condition(left), self.condition(right)))
            case Binary("=", left, right):
                return Truth(equal(self.term(left), self.term(right)))
            case Binary("!=", left, right):
                return Truth(not_(equal(self.term(left), self.term(right))))
            case Binary(sign, left, right) if sign in _ARITHMETIC:
                return reckoned(sign, self.term(left), self.term(right))
            case Binary("mod", _, _):
                raise NotInSql(say("统计条件里不能用 mod，请在表单里加一道计算题"))
            case Binary(sign, left, right):
                return Truth(ordered(sign, self.term(left), self.term(right), self._zone))
            case Call(name, arguments):
                return self._call(name, arguments)
            case _:
                raise _refused_node(tree)

    def _worked_out(self, tree: Tree) -> Value:
        for node in walk(tree):
            if isinstance(node, Call) and node.name in _OF_THE_RECORD:
                raise _refused(node.name)
        scope = Scope(answers={}, row=None, this=None, now=self._now, user=self._user)
        return compiled(Expression("", tree, frozenset()))(scope)

    def _reference(self, name: str) -> Term:
        if name in SYSTEM_NAMES:
            return self._system(name)
        field = self._form.questions.get(name)
        if field is None:
            raise NotInSql(say("“{name}”在表格里，统计时请在表单里加一道计算题汇总它", name=name))
        return _term_of(stored_kind(field), column_of(self._form, name))

    def _system(self, name: str) -> Term:
        column = column_of(self._form, name)
        match name:
            case "created_at":
                return Moment(column)
            case "due_on":
                return Day(column)
            case "entered_on":
                offset = self._now.utcoffset()
                assert offset is not None
                return Day(LocalDay(column, literal(int(offset.total_seconds()) // 60, Integer)))
            case _:
                return Words(func.coalesce(column, literal("", Text)))

    def _call(self, name: str, arguments: tuple[Tree, ...]) -> Term:
        match name, arguments:
            case "not", (argument,):
                return Truth(not_(self.condition(argument)))
            case "boolean", (argument,):
                return Truth(self.condition(argument))
            case "if", (condition, then, otherwise):
                chosen = self.condition(condition)
                return _either(chosen, self.term(then), self.term(otherwise))
            case "coalesce", (*firsts, last):
                term = self.term(last)
                for first in reversed(firsts):
                    term = _first_of(self.term(first), term)
                return term
            case _ if name in _FUNCTIONS:
                return _FUNCTIONS[name](*[self.term(argument) for argument in arguments])
            case _:
                raise _refused(name)


def _term_of(kind: Kind, column: Sql) -> Term:
    """A question's answers as a piece of SQL."""
    match kind:
        case Kind.INTEGER:
            return Amount(as_double(column), blank=True, whole=True)
        case Kind.DECIMAL:
            return Amount(as_double(column), blank=True)
        case Kind.YES_NO:
            return Truth(column, blank=True)
        case Kind.DATE:
            return Day(column)
        case Kind.TIME:
            return Hour(column)
        case Kind.DATETIME:
            return Wall(column)
        case Kind.LIST:
            return Several(column)
        case Kind.TABLE | Kind.FILES:
            return Several(column, rows=True)
        case _:
            return Words(func.coalesce(column, literal("", Text)))


def _refused_node(tree: Tree) -> NotInSql:
    match tree:
        case Rows(name, _, _):
            return NotInSql(say("“{name}”在表格里，统计时请在表单里加一道计算题汇总它", name=name))
        case Items(listed, _, _):
            return NotInSql(say("统计条件里不能查选项表 {name}，请在表单里加一道计算题", name=listed))
        case _:
            return NotInSql(say("统计条件里只能用 ${题名}，不能用“.”"))


def _refused(name: str) -> NotInSql:
    return NotInSql(say("统计条件里不能用 {name}()，请在表单里加一道计算题", name=name))


# ---- reckoning -----------------------------------------------------------------------------------------------------


def reckoned(sign: str, left: Term, right: Term) -> Term:
    """`left + right` and its like; a date moved by whole days is a date again. Raises `NotInSql`."""
    first, second = as_number(left), as_number(right)
    match sign, _names_day(left), _names_day(right):
        case "+", True, True:
            raise NotInSql(say("两个日期不能相加；要算相差几天请用减号"))
        case ("+", True, False) | ("-", True, False):
            return _moved(first + second if sign == "+" else first - second, by=right, day=left)
        case "+", False, True:
            return _moved(first + second, by=left, day=right)
        case "-", True, True:
            return Amount(first - second, blank=None)
        case "-", _, _:
            return Amount(first - second)
        case "+", _, _:
            return Amount(first + second)
        case "*", _, _:
            return Amount(first * second)
        case _:
            return Amount(first / func.nullif(second, literal(0.0, Double)))


def _names_day(term: Term) -> bool:
    return isinstance(term, Day | Wall | Shifted) or (isinstance(term, Constant) and has_day(term.value))


def _moved(days: Sql, *, by: Term, day: Term) -> Shifted:
    if isinstance(day, Wall):
        raise NotInSql(say("带钟点的时间不能在统计条件里加减，请在表单里加一道计算题"))
    whole = isinstance(by, Amount) and by.whole
    constants = [number_of(term.value) for term in (by, day) if isinstance(term, Constant)]
    if not (whole or isinstance(by, Constant)) or not all(number.is_integer() for number in constants):
        raise NotInSql(say("日期只能加减整天数"))
    return Shifted(within_calendar(days))


# ---- one of two ----------------------------------------------------------------------------------------------------


def _either(chosen: ColumnElement[bool], then: Term, otherwise: Term) -> Term:
    match _alike(then, otherwise):
        case Words(first), Words(second):
            return Words(case((chosen, first), else_=second))
        case Day(first), Day(second):
            return Day(case((chosen, first), else_=second))
        case Wall(first), Wall(second):
            return Wall(case((chosen, first), else_=second))
        case Truth(first) as one, Truth(second) as other:
            return Truth(case((chosen, first), else_=second), one.blank or other.blank)
        case Amount(first) as one, Amount(second) as other:
            blank = one.blank if one.blank == other.blank else None
            return Amount(case((chosen, first), else_=second), blank, one.whole and other.whole)
        case _:
            raise NotInSql(say("if() 的两个结果要是同一种内容：都是数字，或者都是文字"))


def _first_of(first: Term, rest: Term) -> Term:
    match _alike(first, rest):
        case Words(one), Words(other):
            return Words(case((one != "", one), else_=other))
        case Day(one), Day(other):
            return Day(func.coalesce(one, other))
        case Wall(one), Wall(other):
            return Wall(func.coalesce(one, other))
        case Truth(one), Truth(other, blank):
            return Truth(func.coalesce(one, other), blank)
        case Amount(one) as head, Amount(other) as tail:
            return Amount(func.coalesce(one, other), tail.blank, head.whole and tail.whole)
        case _:
            raise NotInSql(say("coalesce() 的各个值要是同一种内容：都是数字，或者都是文字"))


def _alike(first: Term, second: Term) -> tuple[Term, Term]:
    """Both pieces, a constant written as the kind of piece that the other is (where it is one)."""
    return _written_as(second, first), _written_as(first, second)


def _written_as(pattern: Term, term: Term) -> Term:
    match term, pattern:
        case Constant(str() as text), Words() | Constant(str()):
            return Words(literal(text, Text))
        case Constant(float() as number), Amount() | Constant(float()):
            return Amount(as_number(term), whole=number.is_integer())
        case Constant(""), Amount():
            return Amount(no_number(), blank=True, whole=True)
        case Constant(bool() as yes), Truth() | Constant(bool()):
            return Truth(true() if yes else false())
        case Constant(""), Truth():
            return Truth(no_truth(), blank=True)
        case _:
            return term


# ---- functions -----------------------------------------------------------------------------------------------------


def _selected(value: Term, choice: Term) -> Term:
    if not isinstance(choice, Constant):
        raise NotInSql(say("selected() 的第二个参数要直接写出选项，例如 'major'"))
    wanted = text_of(choice.value).strip(SPACES)
    if wanted == "":
        return Truth(false())
    if isinstance(value, Several) and value.rows:
        raise NotInSql(say("selected() 只用于选择题，不用于表格"))
    if isinstance(value, Several):
        return Truth(ListHas(value.sql, literal(wanted, Text)))
    text = as_text(value)
    if any(space in wanted for space in SPACES):
        return Truth(text == wanted)
    spaced = text
    for space in SPACES.replace(" ", ""):
        spaced = func.replace(spaced, space, " ")
    return Truth(_holds(_joined(literal(" ", Text), spaced, literal(" ", Text)), literal(f" {wanted} ", Text)))


def _holds(text: Sql, part: Sql) -> ColumnElement[bool]:
    """Whether `text` has `part` in it; LIKE would not tell upper from lower case in SQLite."""
    return or_(part == "", func.replace(text, part, "") != text)


def _contains(text: Term, part: Term) -> Term:
    return Truth(_holds(as_text(text), as_text(part)))


def _starts_with(text: Term, beginning: Term) -> Term:
    whole, part = as_text(text), as_text(beginning)
    return Truth(func.substr(whole, 1, func.length(part)) == part)


def _ends_with(text: Term, ending: Term) -> Term:
    whole, part = as_text(text), as_text(ending)
    start = func.length(whole) - func.length(part) + 1
    return Truth(and_(start >= 1, func.substr(whole, start) == part))


def _concatenated(*pieces: Term) -> Term:
    return Words(_joined(*[as_text(piece) for piece in pieces]))


def _joined(*texts: Sql) -> Sql:
    return reduce(lambda whole, piece: whole.concat(piece), texts)


def _counted(several: Term) -> Term:
    if not isinstance(several, Several):
        raise NotInSql(say("count() 要用于表格，count-selected() 要用于多选题"))
    return Amount(as_double(ListLength(several.sql)), whole=True)


def _absolute(number: Term) -> Term:
    whole = isinstance(number, Amount) and number.whole
    return Amount(func.abs(as_number(number)), whole=whole)


def _string(value: Term) -> Term:
    return Words(as_text(value))


def _number(value: Term) -> Term:
    whole = isinstance(value, Amount) and value.whole
    return Amount(as_number(value), whole=whole)


def _length(value: Term) -> Term:
    return Amount(as_double(func.length(as_text(value))), whole=True)


def _yes(value: Term) -> Term:
    return Truth(as_text(value).in_(["true", "1"]))


_FUNCTIONS: Final[Mapping[str, Callable[..., Term]]] = MappingProxyType(
    {
        "abs": _absolute,
        "boolean-from-string": _yes,
        "concat": _concatenated,
        "contains": _contains,
        "count": _counted,
        "count-selected": _counted,
        "ends-with": _ends_with,
        "number": _number,
        "selected": _selected,
        "starts-with": _starts_with,
        "string": _string,
        "string-length": _length,
    }
)

"""Random trees of the expression language, and random records to evaluate them against."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from forms.expressions.functions import FUNCTIONS
from forms.expressions.patterns import plain_pattern
from forms.expressions.scope import Scope, Sources
from forms.expressions.tree import Attribute, Binary, Call, Items, Literal, Reference, Rows, This, Tree

KINDS = {
    "name": "text",
    "负责人": "text",
    "people": "integer",
    "cost": "decimal",
    "day": "date",
    "clock": "time",
    "open": "yes_no",
    "ways": "list",
    "hazards": "table",
    "hazards.amount": "decimal",
    "hazards.due": "date",
    "hazards.kinds": "list",
    "visits": "table",
    "visits.note": "text",
    "visits.stops": "table",
    "stops.miles": "decimal",
}
_NAMES = (*KINDS, "amount", "due", "kinds", "note", "miles", "nobody")
_OF_NUMBERS = frozenset(
    {"acos", "asin", "atan", "atan2", "ceiling", "cos", "exp", "exp10", "floor", "log", "log10", "pow", "sin", "sqrt"}
    | {"checklist", "tan", "weighted-checklist"}
)
_OPERATORS = ("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod")
_WORDS = (
    "甲",
    "乙",
    "𠮷野家",
    "fail",
    "a b",
    "a\u3000b",
    "  7 ",
    "0371",
    "-1.50",
    ".5",
    "5.",
    "1e3",
    "true",
    "1",
    "no",
    "％d",
)
_DAYS = ("2026-11-22", "2024-02-29", "2026-02-30", "0001-01-01", "9999-12-31", "0000-01-01", "2026-1-2", "1969-12-31")
_TIMES = ("08:30", "23:59:59", "24:00", "08:3", "00:00")
_MOMENTS = (
    "2026-11-22T08:30",
    "2026-11-22T23:59:59",
    "2026-11-22T",
    "2026-11-22T08:30:00Z",
    "T08:30",
    "2026-11-2208:30",
)
_POINTS = ("30.1 120.2", "30.1 120.2 5 3;31 121;", "-90 180", "91 0", "30.1;120.2", "0 0; 0.5\u3000-0.25")
_USER_KEYS = ("name", "unit", "role", "town", "constructor")
_LABELS = {"name": {"甲": "第一", "fail": "不合格"}, "ways": {"a": "方式一", "constructor": "造", "甲": "第一"}}
_LISTS: dict[str, list[dict[str, Any]]] = {
    "towns": [
        {"name": "甲", "label": "甲镇", "county": "a b"},
        {"name": "乙", "county": 7},
        {"name": "丙", "county": 7},
    ],
    "none": [],
}
PULLED: dict[str, dict[str, dict[str, dict[str, Any]]]] = {
    "firm": {"code": {"name": {"甲": "0371", "1": 12}, "people": {"7": ["a", "b"]}}, "constructor": {}}
}
_DATE_PATTERNS = ("%Y-%m-%d", "%Y年%n月%e日%a", "%y%b%%", "%H:%M:%S", "%h点 %q %", "%")
_REGEX_ATOMS = (
    "甲",
    "a",
    ".",
    r"\d",
    r"\w",
    r"\s",
    r"\S",
    "[a-z]",
    "[^甲]",
    "[-+.]",
    r"\p{Han}",
    r"\.",
    "(?:ab|乙)",
    "(a|)",
    r"[\w.]",
    r"[\p{Han}\d]",
)
_NUMBERS = (
    0.0,
    1.0,
    2.0,
    2.5,
    -2.5,
    1.005,
    0.1,
    1e-7,
    1.5e-9,
    1e15,
    1e16,
    1e21,
    123456789012345680000.0,
    1e300,
    20779.0,
    20779.354,
)


def pulled(form: str, question: str, key: str, value: str) -> Any:
    """What another form's record says, as `PULLED` has it."""
    return PULLED.get(form, {}).get(question, {}).get(key, {}).get(value)


@dataclass(frozen=True, slots=True)
class Case:
    """A tree and what it is evaluated against."""

    tree: Tree
    scope: Scope
    kinds: dict[str, str]


class Generator:
    """Makes cases from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - cases, not secrets

    def case(self) -> Case:
        pick = self._random
        this_kind = pick.choice(("text", "integer", "decimal", "date", "list", "yes_no"))
        kinds = {**KINDS, ".": this_kind}
        if pick.random() < 0.3:
            kinds |= {"amount": "decimal", "due": "date"}
        return Case(self.tree(pick.randint(1, 5)), self._scope(this_kind), kinds)

    def tree(self, depth: int) -> Tree:
        """A tree at most `depth` deep."""
        pick = self._random
        if depth == 0 or pick.random() < 0.08:
            return self._leaf()
        if pick.random() < 0.06:
            return self._chosen(depth)
        if pick.random() < 0.4:
            return Binary(pick.choice(_OPERATORS), self.tree(depth - 1), self.tree(depth - 1))
        return self._call(pick.choice(tuple(FUNCTIONS)), depth)

    def _leaf(self) -> Tree:
        pick = self._random
        return pick.choice(
            (
                lambda: Literal(self.text()),
                lambda: Literal(self.number()),
                lambda: Reference(pick.choice(_NAMES)),
                lambda: Reference(pick.choice(_NAMES)),
                This,
                lambda: Attribute(pick.choice(("town", "label"))),
                lambda: Call(pick.choice(("today", "now")), ()),
            )
        )()

    def _chosen(self, depth: int) -> Tree:
        """Rows of a table, or what a list says of a choice."""
        pick = self._random
        anything = self.tree(depth - 1)
        if pick.random() < 0.3:
            listed, attribute = pick.choice(("towns", "towns", "none", "constructor")), pick.choice(("label", "county"))
            named = Binary("=", Attribute("name"), Literal(pick.choice(("甲", "乙", "丁"))))
            return Items(listed, pick.choice((anything, named, Binary("=", Attribute("county"), anything))), attribute)
        condition = pick.choice(
            (
                anything,
                Binary(pick.choice(("=", "!=", ">")), Reference(pick.choice(_NAMES)), anything),
                Binary(">", Call("position", ()), Literal(1.0)),
                Binary("!=", Reference(pick.choice(("amount", "note"))), Literal("")),
                Literal("all"),
            )
        )
        table = pick.choice(("hazards", "hazards", "visits", "stops", "amount", "hazards.due", "nobody"))
        return Rows(table, condition, pick.choice(("", "amount", "kinds", "note")))

    def _call(self, name: str, depth: int) -> Call:
        signature = FUNCTIONS[name]
        most = signature.most if signature.most is not None else signature.least + 2
        count = self._random.randint(signature.least, most)
        arguments = [self.tree(depth - 1) for _ in range(count)]
        if name in {"abs", "int", "max", "min", "round", "string", "substr"} and self._random.random() < 0.5:
            arguments = [Literal(self.number()), *(Literal(float(self._random.randint(-3, 4))) for _ in arguments[1:])]
        if name == "regex":
            arguments[1] = Literal(plain_pattern(self.pattern()))
        if name == "format-date" and self._random.random() < 0.9:
            arguments[1] = Literal(self._random.choice(_DATE_PATTERNS))
        return Call(name, tuple(self._fitting(name, arguments)))

    def _fitting(self, name: str, arguments: list[Tree]) -> list[Tree]:
        """The arguments, where `name` wants some that are written out, or makes little of others."""
        pick = self._random
        match name:
            case "user":
                return [Literal(pick.choice(_USER_KEYS))]
            case "has-role":
                return [Literal(pick.choice(("office", "constructor", "")))]
            case "indexed-repeat":
                column = pick.choice(("amount", "hazards.due", "kinds", "note"))
                return [Reference(column), Reference(pick.choice(("hazards", "visits", "name"))), arguments[2]]
            case "jr:choice-name":
                return [arguments[0], Reference(pick.choice(("name", "ways", "nobody")))]
            case "pulldata":
                form, question = pick.choice(("firm", "nobody")), pick.choice(("code", "constructor"))
                key = pick.choice(("name", "people"))
                return [Literal(form), Literal(question), Literal(key), arguments[3]]
            case "distance" if pick.random() < 0.8:
                return [Literal(pick.choice(_POINTS)) for _ in arguments]
            case "add-workdays" | "workdays-between" | "difference-in-days" | "difference-in-months":
                second = arguments[1] if pick.random() < 0.5 else Literal(float(pick.randint(-400, 4000)))
                return [pick.choice((Literal(pick.choice(_DAYS)), Call("today", ()), arguments[0])), second]
            case "translate" | "substring-before" | "substring-after" if pick.random() < 0.6:
                return [Literal(self.text()), *(Literal(self.text()[:3]) for _ in arguments[1:])]
            case _ if name in _OF_NUMBERS and pick.random() < 0.7:
                return [Literal(self.number()) for _ in arguments]
        return arguments

    def text(self) -> str:
        pick = self._random
        pools = (_WORDS, _DAYS, _TIMES, _MOMENTS, _DATE_PATTERNS, ("",))
        if pick.random() < 0.1:
            return "".join(pick.choice("a7甲𠮷 -.,%") for _ in range(pick.randint(0, 80)))
        return pick.choice(pick.choice(pools))

    def number(self) -> float:
        pick = self._random
        makers: tuple[Callable[[], float], ...] = (
            lambda: pick.choice(_NUMBERS),
            lambda: float(pick.randint(-5, 12)),
            lambda: round(pick.uniform(-1000, 1000), pick.randint(0, 4)),
            lambda: pick.uniform(-1, 1),
            lambda: pick.uniform(-1, 1) * 10.0 ** pick.randint(-20, 25),
            lambda: pick.randint(-400, 400) / 8,
        )
        return pick.choice(makers)()

    def pattern(self) -> str:
        pick = self._random
        atoms = [
            pick.choice(_REGEX_ATOMS) + pick.choice(("", "", "*", "+", "?", "{2}", "{1,}?", "{0,3}")) for _ in range(3)
        ]
        return pick.choice(("", "^", "|")).join(atoms)

    def _scope(self, this_kind: str) -> Scope:
        pick = self._random
        outside = {name: self._stored(kind) for name, kind in KINDS.items() if "." not in name and pick.random() < 0.85}
        moment = datetime(2026, 11, 22, tzinfo=timezone(timedelta(hours=8))) + timedelta(
            seconds=pick.randint(-(10**8), 10**8)
        )
        row = self._row("hazards") if pick.random() < 0.4 else None
        return Scope(
            answers=outside,
            row=row,
            this=self._stored(this_kind),
            now=moment,
            user={"name": "张三", "unit": "青山县应急管理局", "role": "office unit_reporter"},
            choice={"town": "甲", "label": 3} if pick.random() < 0.5 else None,
            position=pick.randint(1, 3) if row is not None else 0,
            sources=Sources(_LABELS, _LISTS, self._calendar(moment), pulled) if pick.random() < 0.9 else Sources(),
        )

    def _calendar(self, now: datetime) -> dict[str, bool]:
        pick = self._random
        days = (now.date() + timedelta(days=pick.randint(-300, 300)) for _ in range(pick.randint(0, 20)))
        return {day.isoformat(): pick.random() < 0.5 for day in days} | {"2026-11-21": True, "2026-11-23": False}

    def _row(self, table: str) -> dict[str, Any]:
        start = f"{table}."
        columns = {name.removeprefix(start): kind for name, kind in KINDS.items() if name.startswith(start)}
        return {name: self._stored(kind) for name, kind in columns.items() if self._random.random() < 0.9}

    def _stored(self, kind: str) -> Any:
        pick = self._random
        if pick.random() < 0.12:
            return None
        makers: dict[str, Callable[[], Any]] = {
            "text": self.text,
            "integer": lambda: pick.choice((0, 3, -7, 2**53 + 1, 12, 10**400, "15", "x")),
            "decimal": lambda: pick.choice(
                (f"{pick.uniform(-99, 99):.2f}", "12.50", " 3.0 ", "", "12.", "2026-11-22", 4)
            ),
            "date": lambda: pick.choice(_DAYS),
            "time": lambda: pick.choice(_TIMES),
            "yes_no": lambda: pick.choice((True, False)),
            "list": lambda: pick.sample(("a", "b", "甲", "fail", "7", ""), pick.randint(0, 3)),
        }
        if kind == "table":
            return [self._row(pick.choice(("hazards", "visits", "stops"))) for _ in range(pick.randint(0, 3))]
        return makers[kind]()

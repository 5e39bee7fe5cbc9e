from __future__ import annotations

import random

import pytest

from forms.expressions.parsing import ExpressionMistake, parse
from forms.expressions.tree import Attribute, Binary, Call, Literal, Reference, This, Tree, to_json
from kernel.sentences import Sentence
from tests.forms.expressions.generation import Generator

A, B, C = Reference("a"), Reference("b"), Reference("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("${a}", A),
        ("${ a }", A),
        ("${隐患.金额}", Reference("隐患.金额")),
        (".", This()),
        (". >= 0", Binary(">=", This(), Literal(0.0))),
        ("12.50", Literal(12.5)),
        (".5", Literal(0.5)),
        ("-3", Literal(-3.0)),
        ("'它说“好”'", Literal("它说“好”")),
        ('"a\'b"', Literal("a'b")),
        ("''", Literal("")),
        ("-${a}", Binary("-", Literal(0.0), A)),
        ("${a} -1", Binary("-", A, Literal(1.0))),
        ("${a} - -1", Binary("-", A, Literal(-1.0))),
        ("${a}-${b}-${c}", Binary("-", Binary("-", A, B), C)),
        ("${a} + ${b} * ${c}", Binary("+", A, Binary("*", B, C))),
        ("(${a} + ${b}) div ${c}", Binary("div", Binary("+", A, B), C)),
        ("${a} or ${b} and ${c}", Binary("or", A, Binary("and", B, C))),
        ("${a} = ${b} < ${c}", Binary("=", A, Binary("<", B, C))),
        ("not(${a})", Call("not", (A,))),
        ("today ( )", Call("today", ())),
        ("count-selected(${a})>1", Binary(">", Call("count-selected", (A,)), Literal(1.0))),
        ("round(${a},2) mod 7", Binary("mod", Call("round", (A, Literal(2.0))), Literal(7.0))),
        ("regex(${a}, '1.')", Call("regex", (A, Literal("1[^\\n]")))),
    ],
)
def test_an_expression_is_read_as_its_tree(text: str, tree: Tree) -> None:
    assert parse(text).tree == tree


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("if（${a}＝“甲”，‘乙’，'丙'）", "if(${a}='甲','乙','丙')"),
        ("＄｛a｝ ！＝ 0 and ${a}＞＝1", "${a} != 0 and ${a}>=1"),
        ("${a}＜3＋2－1＊4", "${a}<3+2-1*4"),
        ("${a} ≥ 1 and ${a} ≤ 2 or ${a} ≠ 3", "${a} >= 1 and ${a} <= 2 or ${a} != 3"),
        ("。>= 0", ". >= 0"),
        ("${a}\u3000=\u00a0”甲“", "${a} = '甲'"),
        ("'甲’", "'甲'"),
        ('“甲"', "'甲'"),
    ],
)
def test_what_a_chinese_keyboard_types_is_understood(typed: str, meant: str) -> None:
    assert parse(typed).tree == parse(meant).tree


def test_full_width_signs_inside_a_text_stay() -> None:
    assert parse("'（甲），＝'").tree == Literal("（甲），＝")


def test_references_are_the_names_in_braces() -> None:
    expression = parse("if(${a} > 1, sum(${b.c}), concat(${a}, 'd'))")
    assert expression.references == {"a", "b.c"}
    assert expression.text == "if(${a} > 1, sum(${b.c}), concat(${a}, 'd'))"


def test_a_bare_name_is_an_attribute_in_a_choice_filter_alone() -> None:
    assert parse("town = ${town}", of_choice=True).tree == Binary("=", Attribute("town"), Reference("town"))
    with pytest.raises(ExpressionMistake):
        parse("town = ${town}")


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "表达式是空的"),
        ("  ", 1, "表达式是空的"),
        ("cout(${a})", 1, "是不是“count”"),
        ("1 + xyzzy(2)", 5, "没有函数“xyzzy”"),
        ("if(1, 2)", 1, "if(condition, then, otherwise)"),
        ("today(1)", 1, "现在有 1 个"),
        ("(1 + 2", 1, "请在后面补“)”"),
        ("round(1, 2", 1, "“round”的括号没有配对"),
        ("(1 2)", 4, "缺少运算符、逗号或“)”"),
        ("1 + 2)", 6, "多了一个“)”"),
        ("1 2", 3, "“2”前面缺少运算符"),
        ("1 +", 4, "没有写完"),
        ("* 2", 1, "前面缺少一个值"),
        ("${a} = 甲", 8, "${甲}"),
        ("${a b}", 1, "${…}里要写一个字段名"),
        ("${}", 1, "${…}里要写一个字段名"),
        ("${a", 1, "没有配对的“}”"),
        ("'abc", 1, "引号没有配对"),
        ("${a} == 1", 6, "请写 ="),
        ("${a} && 1", 6, "请写 and"),
        ("${a} % 2", 6, "请写 mod"),
        ("1 @ 2", 3, "看不懂“@”"),
        ("9" * 400, 1, "数太大"),
        ("regex(., ${a})", 10, "带引号的文字"),
        ("regex(., '(?=a)')", 10, "前后查看"),
        ("(" * 100 + "1" + ")" * 100, 62, "套得太深"),
        ("-" * 100 + "${a}", 62, "套得太深"),
        ("1" + "+1" * 500, 801, "太长"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, column: int, said: str) -> None:
    with pytest.raises(ExpressionMistake) as caught:
        parse(text)
    assert said in caught.value.sentence
    assert isinstance(caught.value.sentence, Sentence)
    assert caught.value.column == column


def test_a_tree_is_nested_lists_in_json() -> None:
    assert to_json(parse("not(. = 'x') and ${a} > 1").tree) == [
        "binary",
        "and",
        ["call", "not", [["binary", "=", ["this"], ["literal", "x"]]]],
        ["binary", ">", ["reference", "a"], ["literal", 1.0]],
    ]
    assert to_json(Attribute("town")) == ["attribute", "town"]


def written(tree: Tree, chooser: random.Random) -> str:
    """`tree` as text, with a quote, spaces and punctuation of any keyboard."""
    match tree:
        case Literal(str() as text):
            quotes = [pair for pair in ("''", '""', "‘’", "“”") if not set(text) & set("'\"‘’“”")]
            pair = chooser.choice(quotes)
            return f"{pair[0]}{text}{pair[1]}"
        case Literal(value):
            return f"{value:.30f}"
        case Reference(name):
            return f"${{{name}}}"
        case This():
            return chooser.choice(".。")
        case Attribute(name):
            return f"{name} "
        case Binary(operator, left_side, right_side):
            signs = {"=": "=＝", "<": "<＜", ">": ">＞", "+": "+＋", "-": "-－", "*": "*＊"}.get(operator)
            sign = chooser.choice(signs) if signs else f" {operator} "
            return f"({written(left_side, chooser)}{sign}{written(right_side, chooser)}）"
        case Call(name, arguments):
            inside = chooser.choice((",", "，", " , ")).join(written(argument, chooser) for argument in arguments)
            return f"{name}{chooser.choice('(（')}{inside})"


def roundabout(tree: Tree) -> Tree:
    """`tree` with the numbers that thirty decimals keep."""
    match tree:
        case Literal(float() as value):
            return Literal(float(f"{value:.30f}"))
        case Binary(operator, left, right):
            return Binary(operator, roundabout(left), roundabout(right))
        case Call(name, arguments):
            return Call(name, tuple(map(roundabout, arguments)))
        case _:
            return tree


def test_a_tree_written_down_is_read_back() -> None:
    generator, chooser = Generator(7), random.Random(7)  # noqa: S311 - cases, not secrets
    for _ in range(3_000):
        tree = roundabout(generator.tree(3))
        assert parse(written(tree, chooser), of_choice=True).tree == tree

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from forms.expressions.parsing import ExpressionMistake, parse
from forms.expressions.tree import Attribute, Binary, Call, Items, Literal, Reference, Rows, This, Tree, to_json
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
        ("../a + ../../g/b", Binary("+", A, B)),
        ("current()/../a = current()/.", Binary("=", A, This())),
        ("position(..)", Call("position", ())),
        ("${c}[a = 'x']/b", Rows("c", Binary("=", A, Literal("x")), "b")),
        ("count(${c}[../a = ${b}])", Call("count", (Rows("c", Binary("=", A, B)),))),
        ("${c}[2]/b", Rows("c", Binary("=", Call("position", ()), Literal(2.0)), "b")),
        ("sum(${c}/b)", Call("sum", (Reference("c.b"),))),
        (
            "instance('t')/root/item[name = ${a}]/label",
            Items("t", Binary("=", Attribute("name"), A), "label"),
        ),
        ("instance('t')/root/item[${a} > 1]", Items("t", Binary(">", A, Literal(1.0)), "name")),
        ("jr:choice-name(${a}, '${ a }')", Call("jr:choice-name", (A, A))),
        ("once(uuid())", Call("once", (Call("uuid", ()),))),
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
        ("（＄{ａ}＋１２．５）÷２×３", "(${a}+12.5) div 2 * 3"),
        ("${a}《3 and ${a}》1", "${a}<3 and ${a}>1"),
        ("count(${c}【a ＝ ‘x’】)", "count(${c}[a = 'x'])"),
        ("．．／a ≧ 1 or ．≦ 2", "../a >= 1 or . <= 2"),
        ("１＋２－３＊４", "1+2-3*4"),
        ("ｉｆ（${a}！＝ ＂甲＂，＇乙＇，0）", "if(${a} != '甲', '乙', 0)"),
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
    assert parse("count(${a}[b = ${c}])").references == {"a", "b", "c"}


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
        ("if(1, 2)", 1, "现在有 2 个"),
        ("today(1)", 1, "现在有 1 个"),
        ("(1 + 2", 1, "“(”的括号没有配对"),
        ("round(1, 2", 1, "“round”的括号没有配对"),
        ("(1 2)", 4, "缺少运算符、逗号或“)”"),
        ("1 + 2)", 6, "多了一个“)”"),
        ("1 2", 3, "“2”前面缺少运算符"),
        ("1 +", 4, "没有写完"),
        ("* 2", 1, "前面缺少一个值"),
        ("${a} = 甲", 8, "“甲”既不是题也不是文字"),
        ("${a b}", 1, "${…} 里不是题名"),
        ("${}", 1, "${…} 里不是题名"),
        ("${a", 1, "没有配对的“}”"),
        ("'abc", 1, "引号没有配对"),
        ("${a} == 1", 6, "不用“==”"),
        ("${a} && 1", 6, "不用“&”"),
        ("${a} % 2", 6, "不用“%”"),
        ("1 @ 2", 3, "看不懂“@”"),
        ("9" * 400, 1, "数太大"),
        ("regex(., ${a})", 10, "直接写成带引号的文字"),
        ("regex(., '(?=a)')", 10, "不能用“(?=”"),
        ("(" * 100 + "1" + ")" * 100, 62, "套得太深"),
        ("-" * 100 + "${a}", 62, "套得太深"),
        ("1" + "+1" * 500, 801, "太长"),
        ("${a} / 2", 6, "不用“/”"),
        ("uuid()", 1, "每次算出来都不同"),
        ("random() * 6", 1, "每次算出来都不同"),
        ("current()", 1, "这样的路径"),
        ("..", 1, "这样的路径"),
        ("../", 4, "这样的路径"),
        ("${a}/ + 1", 5, "不用“/”"),
        ("${a} / count(${b})", 6, "不用“/”"),
        ("${a}[1]/2", 9, "这样的路径"),
        ("${a}[1", 5, "“[”没有配对"),
        ("instance(${a})/root/item[1]", 1, "instance 的写法不对"),
        ("instance('a')/root/thing[1]", 1, "instance 的写法不对"),
        ("pulldata(${a}, 'b', 'c', 1)", 10, "pulldata 的第 1 个参数"),
        ("indexed-repeat(1, ${b}, 1)", 16, "indexed-repeat 的第 1 个参数"),
        ("jr:choice-name(., 'a')", 19, "jr:choice-name 的第 2 个参数"),
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
        case Rows(table, condition, column):
            return f"${{{table}}}[({written(condition, chooser)})]{column and f'/{column} '}"
        case Items(listed, condition, attribute):
            return f"instance('{listed}')/root/item[({written(condition, chooser)})]/{attribute} "


def roundabout(tree: Tree, bare: Callable[[str], Tree] = Attribute) -> Tree:
    """`tree` as it is read back: numbers as thirty decimals keep them, a bare name as `bare` where it stands."""
    match tree:
        case Literal(float() as value):
            return Literal(float(f"{value:.30f}"))
        case Attribute(name):
            return bare(name)
        case Binary(operator, left, right):
            return Binary(operator, roundabout(left, bare), roundabout(right, bare))
        case Call(("random" | "uuid"), ()):
            return Call("once", (tree,))
        case Call(name, arguments):
            return Call(name, tuple(roundabout(argument, bare) for argument in arguments))
        case Rows(table, condition, column):
            return Rows(table, in_brackets(roundabout(condition, Reference)), column)
        case Items(listed, condition, attribute):
            return Items(listed, in_brackets(roundabout(condition)), attribute)
        case _:
            return tree


def in_brackets(condition: Tree) -> Tree:
    """A number in square brackets is a position."""
    if isinstance(condition, Literal) and isinstance(condition.value, float):
        return Binary("=", Call("position", ()), condition)
    return condition


def test_a_tree_written_down_is_read_back() -> None:
    generator, chooser = Generator(7), random.Random(7)  # noqa: S311 - cases, not secrets
    for _ in range(3_000):
        tree = roundabout(generator.tree(3))
        assert parse(written(tree, chooser), of_choice=True).tree == tree

"""Definitions that nobody means well with, or that are far larger than any: a sentence each, in bounded time."""

from __future__ import annotations

from time import process_time

import pytest

from forms.definition import Form
from forms.loading import MOST_ISSUES, parse_form
from kernel.yamlfile import Issue

#: Many times what a slow machine takes, and far below what anybody would call hanging (seconds of one core).
PATIENCE = 15


def a_form(*questions: str) -> str:
    asked = "".join(f"  - {question}\n" for question in questions)
    head = "id: probe\ntitle: 试题\ninstance_name: ${f0}\nfields:\n"
    return f"{head}{asked}access: {{roles: {{office: {{fill: true}}}}}}\n"


def chained(count: int) -> list[str]:
    """Questions of which each is shown and judged by the one before."""
    first = "{type: integer, name: f0, label: 题}"
    return [first] + [
        f"{{type: integer, name: f{n}, label: 题, relevant: '${{f{n - 1}}} > 1', constraint: '. > 3 and . < ${{f0}}'}}"
        for n in range(1, count)
    ]


def circle(count: int) -> list[str]:
    """Calculations of which each needs the next, and the last the first."""
    return [
        f"{{type: calculate, name: f{n}, label: 题, calculation: '${{f{(n + 1) % count}}} + 1', result: integer}}"
        for n in range(count)
    ]


CHOICES = (
    "{type: select_one, name: f0, label: 级别, choices: {" + ", ".join(f"c{n}: 第{n}项" for n in range(10_000)) + "}}"
)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(a_form(CHOICES), id="ten thousand choices"),
        pytest.param(a_form(*(f"{{type: text, name: f{n}, label: 题{n}}}" for n in range(5_000))), id="5000 questions"),
        pytest.param(a_form(*chained(5_000)), id="5000 questions that depend on each other"),
    ],
)
def test_a_form_far_larger_than_any_is_read(source: str) -> None:
    started = process_time()
    assert isinstance(parse_form(source, {}), Form)
    assert process_time() - started < PATIENCE


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param(a_form(*circle(3_000)), "form.circle", id="a circle of calculations"),
        pytest.param(a_form(*["{type: text, name: f0, label: 题}"] * 5_000), "form.double-name", id="one name"),
        pytest.param(
            a_form(*(f"{{type: text, name: f{n}, label: 题, relevant: '${{g{n}}} = 1'}}" for n in range(4_000))),
            "expression.unknown-name",
            id="unknown names",
        ),
        pytest.param(
            a_form(*(f"{{type: text, name: f{n}, lable: 题}}" for n in range(5_000))),
            "shape.unknown-key",
            id="unknown keys",
        ),
        pytest.param(
            a_form(f"{{type: text, name: f0, label: 题, relevant: '{'(' * 300}1{')' * 300}'}}"),
            "expression.too-deep",
            id="a deep expression",
        ),
        pytest.param(
            a_form(f"{{type: text, name: f0, label: 题, relevant: '{'1+' * 20_000}1'}}"),
            "expression.too-long",
            id="a long expression",
        ),
        pytest.param(a_form(f"{{type: text, name: {'f' * 60_000}, label: 题}}"), "shape.bad-name", id="a long name"),
        pytest.param(
            a_form("{type: text, name: f0, label: 题, constraint: \"regex(., '((a{1000}){1000}){1000}')\"}"),
            "pattern.too-large",
            id="a pattern that explodes",
        ),
        pytest.param("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "yaml.alias", id="a billion laughs"),
        pytest.param("[" * 100_000, "yaml.too-deep", id="a deep file"),
        pytest.param(f"id: {'x' * 1_000_000}\n", "yaml.long-text", id="a megabyte of one text"),
    ],
)
def test_what_makes_no_sense_is_told_in_few_words_and_little_time(source: str, code: str) -> None:
    started = process_time()
    issues = parse_form(source, {})
    assert process_time() - started < PATIENCE
    assert isinstance(issues, list)
    assert 1 <= len(issues) <= MOST_ISSUES
    assert code in [issue.code for issue in issues]
    assert all(len(str(issue)) < 1_000 for issue in issues)


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "是", "否"])
def test_a_yes_or_no_of_older_yaml_is_told_and_not_guessed(word: str) -> None:
    issues = parse_form(a_form(f"{{type: text, name: f0, label: 题, required: {word}}}"), {})
    assert isinstance(issues, list)
    (issue,) = issues
    assert isinstance(issue, Issue)
    assert issue.code == "shape.yes-no-word"
    assert "“否”请写 false" in issue.remedy


@pytest.mark.parametrize("word", ["12:30", "0371", "2026-11-22", "0x1F", "1e3"])
def test_words_that_older_yaml_takes_for_numbers_stay_words(word: str) -> None:
    form = parse_form(a_form(f"{{type: text, name: f0, label: {word}}}"), {})
    assert isinstance(form, Form)
    assert form.questions["f0"].label == word

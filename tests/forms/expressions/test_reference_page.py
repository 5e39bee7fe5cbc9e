from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from forms.expressions.dates import CODES
from forms.expressions.evaluation import compiled
from forms.expressions.functions import FUNCTIONS
from forms.expressions.parsing import parse
from forms.expressions.scope import Scope, Sources
from forms.expressions.values import text_of

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "expressions.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(.+?)` \| (.+?) \| `(.+?)` \| `(.+?)` \|$", PAGE, re.MULTILINE)
FIRM = {("enterprise", "name", "code", "0371"): "青山化工"}
KINDS = {
    "cost": "decimal",
    "people": "integer",
    "hazards": "table",
    "hazards.amount": "decimal",
    "hazards.level": "text",
}


def test_the_page_lists_every_function_as_it_is_called() -> None:
    assert [usage.replace("\\|", "|") for usage, *_ in ROWS] == [signature.usage for signature in FUNCTIONS.values()]


@pytest.mark.parametrize(("usage", "example", "gives"), [(usage, example, gives) for usage, _, example, gives in ROWS])
def test_an_example_of_the_page_gives_what_the_page_says(usage: str, example: str, gives: str) -> None:
    record = json.loads(PAGE.partition("```json")[2].partition("```")[0])
    now = datetime(2026, 11, 22, 10, 30, tzinfo=timezone(timedelta(hours=8)))
    user = {"name": "张三", "unit": "应急管理局", "id": "u1", "role": "office"}
    sources = Sources(labels={"ways": {"fire": "用火"}}, pull=lambda *asked: FIRM.get(asked))
    scope = Scope(record, None, None, now, user, sources=sources)
    assert usage.partition("(")[0] + "(" in example
    assert text_of(compiled(parse(example), KINDS)(scope)) == gives.strip()


def test_the_page_names_every_code_of_a_date() -> None:
    told = PAGE.partition("Codes of `format-date`")[2].partition("##")[0]
    assert set(re.findall(r"`%(.)`", told)) == CODES

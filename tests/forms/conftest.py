"""Forms that stand in the docstrings of the tests about them."""

from __future__ import annotations

import inspect

import pytest

from forms.definition import Form
from forms.loading import parse_form
from tests.forms.dictionary import source_of


@pytest.fixture
def form(request: pytest.FixtureRequest) -> Form:
    """The form in the test's docstring; keys that every form has and this one does not are added below."""
    found = parse_form(source_of(_docstring(request)), {})
    assert isinstance(found, Form), [str(issue) for issue in found]
    return found


@pytest.fixture
def issues(request: pytest.FixtureRequest) -> list[str]:
    """What is wrong with the form in the test's docstring, as `line: sentence`."""
    found = parse_form(source_of(_docstring(request)), {"grades": {"general": "一般", "major": "重大"}})
    return [] if isinstance(found, Form) else [f"{issue.line}: {issue.sentence}" for issue in found]


def _docstring(request: pytest.FixtureRequest) -> str:
    return inspect.cleandoc(request.function.__doc__ or "")

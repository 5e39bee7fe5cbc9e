"""How a validator of pydantic refuses what a file says: with a finding, and where in the text it is."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

from kernel.flaw import Finding

#: The kind of pydantic error that carries a finding.
FINDING = "finding"


def refused(finding: Finding, *, column: int = 1) -> PydanticCustomError:
    """What a validator raises for `finding`; `column` counts the characters of the text from 1."""
    return PydanticCustomError(FINDING, "{finding}", {"finding": finding, "column": column})


def finding_in(error: PydanticCustomError) -> Finding:
    """The finding that `refused` was given."""
    finding = (error.context or {})["finding"]
    assert isinstance(finding, Finding)
    return finding

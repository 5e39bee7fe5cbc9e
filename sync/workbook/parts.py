"""Which part of the package is which tab."""

from __future__ import annotations

from typing import NamedTuple

from kernel.sentences import say
from sync.workbook.package import Package, TabGone, local


class SheetPart(NamedTuple):
    """A worksheet: its name, its position among all tabs from 0, the part that holds it."""

    name: str
    position: int
    part: str


def sheet_parts(package: Package) -> list[SheetPart]:
    """The worksheets in their order; chart sheets and the like take a place but are left out."""
    workbook = package.workbook()
    targets = {relation.id: relation for relation in package.relations(workbook)}
    tabs = [tab for group in package.tree(workbook) if local(group.tag) == "sheets" for tab in group]
    found = []
    for position, tab in enumerate(tabs):
        identity = next((value for name, value in tab.items() if name.endswith("}id")), "")
        target = targets.get(identity)
        if target is not None and target.kind == "worksheet" and target.part in package:
            found.append(SheetPart(tab.get("name", ""), position, target.part))
    return found


def sheet_part(package: Package, tab: str) -> SheetPart:
    """The worksheet named `tab`.

    Raises:
        TabGone: there is none of that name.
    """
    for part in sheet_parts(package):
        if part.name == tab:
            return part
    raise TabGone(say("工作簿里没有名为“{tab}”的工作表。", tab=tab))

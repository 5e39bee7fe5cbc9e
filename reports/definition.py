"""A report as its YAML file says it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias

from pydantic import Discriminator, model_validator
from pydantic import Field as Key
from pydantic_core import PydanticCustomError

import reports.blocks
from forms.fields.base import Definition, FieldName
from forms.labels import Label
from kernel.clock import Every, Period, period_before, period_of
from reports.blocks.base import Block
from reports.measures import Measure, Metric
from reports.words import period_words


def block_classes() -> list[type[Block]]:
    """Every kind of block that lies in `reports/blocks/`: the folder is the registry."""
    found: list[type[Block]] = []
    for module in pkgutil.iter_modules(reports.blocks.__path__):
        name = f"reports.blocks.{module.name}"
        found += [
            thing
            for thing in vars(importlib.import_module(name)).values()
            if isinstance(thing, type) and issubclass(thing, Block) and thing is not Block and thing.__module__ == name
        ]
    return found


#: Any block; which one is chosen by the word after `type:`.
if TYPE_CHECKING:
    AnyBlock: TypeAlias = Block
else:
    AnyBlock = Annotated[reduce(or_, block_classes()), Discriminator("type")]


class ReportPeriod(Definition):
    """Over which days a report counts: whole days, weeks, months … or a campaign from its first day on.

    Either `every` or `from` is written.
    """

    #: The unit: a whole day, week (from Monday), month, quarter or year.
    every: Every | None = None
    #: The last whole one before the day it is compiled on, or the one that day lies in.
    which: Literal["previous", "current"] = "previous"
    #: The first day of a campaign; what is counted grows from edition to edition.
    first: date | None = Key(default=None, alias="from")
    #: The last day of a campaign; none: the day it is compiled on.
    to: date | None = None
    #: How sentences call it: 今年以来. Must be given with `from`.
    label: str = ""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.every is None) == (self.first is None):
            raise PydanticCustomError("period", "请写 every（每天、每周、每月），或者 from（从哪天起）")
        if self.first is not None and not self.label:
            raise PydanticCustomError("period", "从某天起的统计要写 label，例如“今年以来”")
        if self.first is not None and self.to is not None and self.to < self.first:
            raise PydanticCustomError("period", "to 不能早于 from")
        return self

    def at(self, day: date, *, meant: date | None = None) -> Period:
        """The period that a report compiled on `day` is about.

        meant: the day its timetable names, where that was no workday and `day` is another. Whole weeks, months …
        are those of the day that was meant; a campaign is counted up to the day it is compiled on.
        """
        if self.first is not None:
            return Period(self.first, max(self.first, min(self.to or day, day)))
        assert self.every is not None
        of = meant or day
        return period_of(self.every, of) if self.which == "current" else period_before(self.every, of)

    def words(self, period: Period) -> str:
        """How a sentence calls `period`: 自…以来, 2026年10月, 11月16日至22日."""
        return self.label or period_words(self.every, period)


class Schedule(Definition):
    """When a report is compiled and sent by itself; the words are those of `kernel.timetable`."""

    #: `day`, `week`, `month`, `quarter`, `year`; none: on one day only.
    every: str | None = None
    #: On which days of it: `mon`, `15`, `last`, `"03-15"`, or a list of them.
    on: str | int | tuple[str | int, ...] | None = None
    #: At which hour, or hours: `"08:00"`.
    at: str | tuple[str, ...]
    #: What becomes of a day that is not worked: `next_workday`, `previous_workday`, `skip`; none: nothing.
    shift: str | None = None

    @property
    def words(self) -> dict[str, object]:
        """What `kernel.timetable.parse` reads; a key that was not written is not there."""
        given = {"every": self.every, "on": self.on, "at": self.at, "shift": self.shift}
        return {key: list(word) if isinstance(word, tuple) else word for key, word in given.items() if word is not None}


class Send(Definition):
    """Who gets an edition by mail: everybody with one of these roles, and these people (names to sign in with)."""

    #: Everybody with one of these roles who has an address.
    roles: tuple[str, ...] = ()
    #: These people, by the names they sign in with.
    people: tuple[str, ...] = ()


class Report(Definition):
    """One report: what it counts, what it says, how it looks, when it goes to whom."""

    #: What the file is called, without `.yaml`.
    id: FieldName
    #: What people call it; in lists, letters and file names.
    title: Label
    #: A line on what it is for.
    hint: Label = Label("")
    #: The red words at the head of the page.
    masthead: str
    #: Who issues it: under the masthead.
    issuer: str
    #: What it is about: 全县. Sentences print it as `{scope}`.
    scope: str
    #: The title as it is broken on the page; none: on one line.
    title_lines: tuple[str, ...] = ()
    #: Whom it speaks to, above the text.
    addressee: str = ""
    #: Over which days it counts.
    period: ReportPeriod
    #: What it counts.
    measures: Annotated[Mapping[FieldName, Measure], Key(min_length=1)]
    #: What it works out from what it counts.
    metrics: Mapping[FieldName, Metric] = {}
    #: What it says, from top to bottom.
    body: Annotated[tuple[AnyBlock, ...], Key(min_length=1)]
    #: Who signs under the text; none: nobody.
    signature: str = ""
    #: 编辑, 审核, 签发 to names.
    roles: Mapping[str, str] = {}
    #: 报, 送, 发 to offices, at the foot of the last page.
    distribution: Mapping[str, str] = {}
    #: How many are printed, at the foot of the last page; 0 says nothing.
    copies: Annotated[int, Key(ge=0)] = 0
    #: When it is compiled and sent by itself; none: when somebody asks.
    schedule: Schedule | None = None
    #: What becomes of hours that went by while nothing ran: only the last is caught up, all are, none is.
    if_missed: Literal["latest", "all", "skip"] = "latest"
    #: Who gets it by mail.
    send: Send = Send()

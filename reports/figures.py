"""The numbers of one edition: counted when they are first asked for, and kept with what is behind them once printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from forms.definition import Form
from kernel.clock import Period
from records.editions import Figure
from records.ledger import Ledger
from records.measuring import Counted, Group, Grouped, count, count_by, group_name, members
from records.model import Actor, Submission
from records.store import load_submissions
from reports.frames import Pivot, pivot
from reports.measures import Measure, Metric
from reports.numbers import Quantity, Style, printed
from reports.page.document import Number, Run

#: Names that every sentence may print, beside measures and metrics.
WORDS: Final = ("period", "scope", "start", "end", "group")


@dataclass(frozen=True, slots=True)
class Window:
    """What is counted over: whole local days, as seen by `actor`; `now` is aware, in the office's zone."""

    period: Period
    now: datetime
    actor: Actor


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and everything that is known about it; `query` says how it was counted."""

    label: str
    quantity: Quantity | None
    style: Style
    query: str
    form_id: str
    record_ids: tuple[str, ...]


class Figures:
    """Counts for the blocks of a report, and remembers which numbers they printed."""

    def __init__(
        self,
        ledger: Ledger,
        window: Window,
        *,
        measures: Mapping[str, Measure],
        metrics: Mapping[str, Metric],
        words: Mapping[str, str],
        url_of: Callable[[str], str],
    ) -> None:
        """Nothing is counted yet; `words` are printed for names that are no numbers, `url_of` links a figure's name."""
        self.ledger = ledger
        self._window = window
        self._measures = measures
        self._metrics = metrics
        self._words = words
        self._url_of = url_of
        self._counted: dict[str, Counted] = {}
        self._grouped: dict[tuple[str, str], Grouped] = {}
        self._metrics_by: dict[tuple[str, str], Mapping[Group, Quantity | None]] = {}
        self._printed: dict[str, Figure] = {}

    @property
    def printed(self) -> list[Figure]:
        """Every number that was printed so far, once."""
        return list(self._printed.values())

    def head(self, name: str) -> str:
        """The head of a column: the label, and in brackets what is counted."""
        defined = self._defined(name)
        return f"{defined.label}（{defined.measure_word}）" if defined.measure_word else str(defined.label)

    def label(self, name: str) -> str:
        """What a measure or metric is called."""
        return str(self._defined(name).label)

    def is_words(self, name: str) -> bool:
        """Whether `name` stands for words and not for a number."""
        return name in self._words or name == "group"

    def form_of(self, name: str) -> Form:
        """The form whose records are behind a number."""
        defined = self._defined(name)
        measure = defined if isinstance(defined, Measure) else self._measures[defined.parts[0]]
        return self.ledger.catalogue[measure.form].form

    # ---- a whole scope -------------------------------------------------------------------------------------------

    def quantity(self, name: str) -> Quantity | None:
        """The number called `name`, over the whole scope."""
        return self._cell(name).quantity

    def run(self, name: str, style: Style | None = None) -> Run:
        """What is printed for `name`: a number that links to its figure, or words."""
        if name in self._words:
            return self._words[name]
        return self._print(name, self._cell(name), style)

    def records(self, name: str, most: int) -> tuple[list[Submission], int]:
        """The first `most` records behind a number, and how many there are in all."""
        ids = self._cell(name).record_ids
        return list(load_submissions(self.ledger.conn, ids[:most]).values()), len(ids)

    # ---- by group ------------------------------------------------------------------------------------------------

    def table(self, by: str, names: Sequence[str], *, sort: str = "", most: int | None = None) -> Pivot:
        """The numbers called `names` in each group of a dimension: all that the office has, then others that occur.

        sort: one of `names`, with a minus for the largest first. most: only so many groups.
        """
        parts = dict.fromkeys(part for name in names for part in self._parts(name))
        return pivot(
            {part: {group: one.value for group, one in self._by(part, by).counted.items()} for part in parts},
            self._groups(by, names[0], parts),
            totals={},
            metrics={name: self._metrics[name] for name in names if name in self._metrics},
            sort=sort,
            most=most,
        )

    def group_label(self, by: str, name: str, group: Group) -> str:
        """What people call a group of the measure or metric `name`."""
        return group_name(self.ledger.lookup, self.form_of(name), self._dimension(name, by), group)

    def quantity_in(self, name: str, by: str, group: Group) -> Quantity | None:
        """The number called `name` in one group."""
        return self._cell_in(name, by, group).quantity

    def run_in(self, name: str, by: str, group: Group, style: Style | None = None) -> Run:
        """What is printed for `name` in one group."""
        if name in self._words:
            return self._words[name]
        return self._print(f"{name}[{by}={group or ''}]", self._cell_in(name, by, group), style)

    # ---- counting ------------------------------------------------------------------------------------------------

    def _print(self, figure_name: str, cell: Cell, style: Style | None) -> Number:
        text = printed(cell.quantity, style or cell.style)
        if figure_name not in self._printed:
            value = None if cell.quantity is None else float(cell.quantity)
            self._printed[figure_name] = Figure(
                figure_name, cell.label, value, text, cell.query, cell.form_id, cell.record_ids
            )
        return Number(text, self._url_of(figure_name))

    def _cell(self, name: str) -> Cell:
        return self._made(name, self._count, "", lambda: self._total(name))

    def _cell_in(self, name: str, by: str, group: Group) -> Cell:
        label = self.group_label(by, name, group)
        return self._made(
            name, lambda part: self._by(part, by).of(group), label, lambda: self._metric_by(name, by).get(group)
        )

    def _total(self, name: str) -> Quantity | None:
        """A metric over the whole scope."""
        totals = {part: self._count(part).value for part in self._parts(name)}
        made = pivot({part: {} for part in totals}, (), totals=totals, metrics={name: self._metrics[name]})
        return made.totals[name]

    def _metric_by(self, name: str, by: str) -> Mapping[Group, Quantity | None]:
        """A metric in each group."""
        if (name, by) not in self._metrics_by:
            table = self.table(by, (name,))
            self._metrics_by[name, by] = dict(zip(table.groups, table.columns[name], strict=True))
        return self._metrics_by[name, by]

    def _groups(self, by: str, name: str, parts: Iterable[str]) -> list[Group]:
        """In the office's order; those that it does not have behind them, and last what was not answered."""
        found: dict[Group, None] = dict.fromkeys(
            members(self.ledger.conn, self.form_of(name), self._dimension(name, by))
        )
        occurring = {group for part in parts for group in self._by(part, by).counted}
        return [*found, *sorted(occurring - found.keys(), key=lambda group: (group is None, group or ""))]

    def _made(
        self, name: str, counted: Callable[[str], Counted], group: str, worked_out: Callable[[], Quantity | None]
    ) -> Cell:
        """A measure as it was counted, or a metric as it was `worked_out` of its parts."""
        defined = self._defined(name)
        label = f"{group} {defined.label}".strip()
        if isinstance(defined, Measure):
            one = counted(name)
            return Cell(label, one.value, defined.format, one.query, defined.form, one.record_ids)
        parts = [counted(part) for part in defined.parts]
        labels = {part: str(self._measures[part].label) for part in defined.parts}
        queries = [f"-- {labels[part]}\n{one.query}" for part, one in zip(defined.parts, parts, strict=True)]
        return Cell(
            label,
            worked_out(),
            defined.format,
            "\n\n".join([f"-- {defined.formula(labels)}", *queries]),
            self._measures[defined.whole].form,
            defined.behind([one.record_ids for one in parts]),
        )

    def _count(self, name: str) -> Counted:
        if name not in self._counted:
            window, counting = self._window, self._measures[name].counting(self.form_of(name))
            self._counted[name] = count(self.ledger.conn, counting, window.actor, period=window.period, now=window.now)
        return self._counted[name]

    def _by(self, name: str, by: str) -> Grouped:
        if (name, by) not in self._grouped:
            window, measure = self._window, self._measures[name]
            self._grouped[name, by] = count_by(
                self.ledger.conn,
                measure.counting(self.form_of(name)),
                measure.dimension(by),
                window.actor,
                period=window.period,
                now=window.now,
            )
        return self._grouped[name, by]

    def _parts(self, name: str) -> tuple[str, ...]:
        defined = self._defined(name)
        return (name,) if isinstance(defined, Measure) else defined.parts

    def _dimension(self, name: str, by: str) -> str:
        return self._measures[self._parts(name)[0]].dimension(by)

    def _defined(self, name: str) -> Measure | Metric:
        return self._measures[name] if name in self._measures else self._metrics[name]

"""From YAML files to reports, or to everything that is wrong with them and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from forms.definition import Form
from forms.flaws.shapes import UNKNOWN_KEY
from forms.flaws.structure import FILE_NAME
from forms.loading import MOST_ISSUES
from forms.mistakes import issue_of
from forms.mistakes import sentence_of as form_sentence_of
from kernel.nearness import meant_or_known
from kernel.sentences import Sentence
from kernel.yamlfile import Issue, YamlFile, read_yaml
from reports.definition import Report, ReportPeriod, Schedule, Send, block_classes
from reports.flaws import shapes as flaws
from reports.linting import lint
from reports.measures import Measure, Metric

#: Judges the words of a schedule: the key that is wrong and why, or None. The floor above knows timetables.
JudgeSchedule: TypeAlias = Callable[[Mapping[str, object]], tuple[str, Sentence] | None]

_PARTS: dict[str, type[BaseModel]] = {
    "measures": Measure,
    "metrics": Metric,
    "period": ReportPeriod,
    "schedule": Schedule,
    "send": Send,
}


@dataclass(frozen=True, slots=True)
class Reports:
    """What lies in a folder of definitions: reports by id, and all issues."""

    reports: Mapping[str, Report]
    issues: list[Issue]


def load_reports(folder: Path, forms: Mapping[str, Form], judge_schedule: JudgeSchedule | None = None) -> Reports:
    """Read every `*.yaml` under `folder`; one bad file does not keep the others back."""
    found: dict[str, Report] = {}
    issues: list[Issue] = []
    for path in sorted(folder.rglob("*.yaml")):
        report = load_report(path, forms, judge_schedule)
        if isinstance(report, list):
            issues += report
        elif report.id in found:
            issues.append(Issue(path, 1, flaws.DOUBLE_ID.found(id=report.id)))
        else:
            found[report.id] = report
    return Reports(found, issues)


def load_report(
    path: Path, forms: Mapping[str, Form], judge_schedule: JudgeSchedule | None = None
) -> Report | list[Issue]:
    """Read one definition file; everything wrong with it is told at once."""
    file = read_yaml(path)
    if file.issues:
        return file.issues
    if not isinstance(file.data, dict):
        return [Issue(path, 1, flaws.NOT_A_REPORT.found())]
    try:
        report = Report.model_validate(file.data)
    except ValidationError as error:
        return [issue_of(found, file, path, _sentence_of(found, file)) for found in error.errors()[:MOST_ISSUES]]
    if report.id != path.stem:
        return [file.issue(path, ("id",), FILE_NAME.found(id=report.id))]
    return [*_mistakes(report, forms, path, file), *_schedule_mistake(report, judge_schedule, path, file)] or report


def _mistakes(report: Report, forms: Mapping[str, Form], path: Path, file: YamlFile) -> list[Issue]:
    return [file.issue(path, mistake.place, mistake.sentence) for mistake in lint(report, forms)]


def _schedule_mistake(report: Report, judge_schedule: JudgeSchedule | None, path: Path, file: YamlFile) -> list[Issue]:
    if report.schedule is None or judge_schedule is None:
        return []
    wrong = judge_schedule(report.schedule.words)
    return [file.issue(path, ("schedule", wrong[0]), wrong[1])] if wrong else []


def _sentence_of(error: ErrorDetails, file: YamlFile) -> Sentence:
    """One finding of pydantic in words; what reports share with forms is said as there."""
    place, context = error["loc"], error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            key = str(place[-1])
            return UNKNOWN_KEY.found(key=key, near=meant_or_known(key, _keys_around(place)))
        case "union_tag_invalid":
            types = [str(cls.model_fields["type"].default) for cls in block_classes()]
            return flaws.UNKNOWN_BLOCK.found(tag=context["tag"], near=meant_or_known(str(context["tag"]), types))
        case "union_tag_not_found":
            return flaws.NO_BLOCK_TYPE.found()
        case "template":
            return flaws.BAD_SENTENCE.found(key=str(place[-1]), why=error["msg"])
        case "metric" | "period":
            return flaws.BAD_PERIOD.found(why=error["msg"])
        case _:
            return form_sentence_of(error, file.part(place))


def _keys_around(place: tuple[int | str, ...]) -> list[str]:
    """The keys allowed where the unknown one stands."""
    blocks = {str(cls.model_fields["type"].default): cls for cls in block_classes()}
    for step in reversed(place[:-1]):
        part = blocks.get(str(step)) or _PARTS.get(str(step))
        if part is not None:
            return [field.alias or name for name, field in part.model_fields.items()]
    return list(Report.model_fields)

"""What every template may use beside its own values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, g

from forms.definition import Form, walk
from forms.fields.base import Field
from forms.fields.record import Record
from forms.fields.repeat import Repeat
from forms.labels import Label
from forms.linting import placed_fields
from forms.values import Kind
from forms.workflow import Trigger
from kernel.sentences import Sentence, say
from records.model import Author, Door, Revision
from records.notices import count_notices
from webapp.guards import site
from webapp.permission import is_staff
from webapp.wording import translate


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page in the main menu."""

    endpoint: str
    title: Sentence
    #: Whether only the office's own staff see it.
    of_staff: bool = False


def menu() -> list[MenuItem]:
    """The main menu for whoever is signed in."""
    items = [
        MenuItem("home.get_home", say("首页")),
        MenuItem("obligations.get_obligations", say("应报")),
        MenuItem("notices.get_notices", say("通知")),
        MenuItem("editions.get_editions", say("通报")),
        MenuItem("sheets.get_sheets", say("共享表格"), of_staff=True),
        MenuItem("outbox.get_outbox", say("发件箱"), of_staff=True),
        MenuItem("office.get_office", say("管理"), of_staff=True),
    ]
    actor = g.get("actor")
    return [item for item in items if actor and (not item.of_staff or is_staff(actor))]


def label_of(form: Form, place: str) -> str:
    """What people call a place of a form: a question, a system column, a question in a row."""
    steps = place.split(".")
    names = {field.name: field.label for _, field in placed_fields(form.fields)}
    label = names.get(steps[-1]) or system_labels().get(steps[-1]) or Label(steps[-1])
    rows = [
        f"{translate(names.get(repeat, Label(repeat)))} {int(index) + 1}"
        for repeat, index in zip(steps[:-1:2], steps[1::2], strict=False)
    ]
    return " · ".join([*rows, translate(label)])


def system_labels() -> dict[str, Sentence]:
    """What people call the columns that every form's records have."""
    return {
        "state": say("状态"),
        "created_at": say("填报时间"),
        "changed_at": say("更新时间"),
        "created_by": say("填报人"),
        "unit_id": say("填报单位"),
        "withdrawn_at": say("作废时间"),
        "entered_on": say("进入本状态日期"),
        "due_on": say("办理期限"),
        "id": say("编号ID"),
        "title": say("名称"),
        "comment": say("说明"),
    }


def opened(fields: Sequence[Field], names: Collection[str]) -> list[Field]:
    """Those of `fields` called `names`, groups opened: a step asks few things, which need no headings."""
    return [field for field in walk(tuple(fields)) if field.name in names]


def opened_names(fields: Sequence[Field]) -> list[str]:
    """The names of `fields`, and of those in groups among them."""
    return [field.name for field in walk(tuple(fields))]


def follows(form: Form, field: Field) -> bool:
    """Whether a question is answered by the page itself: calculated, or said by a linked record."""
    links = (one for one in every_question(form.fields) if isinstance(one, Record))
    return field.calculation is not None or any(field.name in link.pull for link in links)


def takes_files(form: Form) -> bool:
    """Whether a form asks for files, so that its page sends them along where no scripts run."""
    return any(field.kind is Kind.FILES for field in every_question(form.fields))


def every_question(fields: Sequence[Field]) -> Iterator[Field]:
    """Every field, those in groups and rows too."""
    for field in walk(tuple(fields)):
        yield field
        if isinstance(field, Repeat):
            yield from every_question(field.fields)


def action_words(form: Form, revision: Revision) -> str:
    """What a step of history did, in words."""
    if revision.sign_off:
        return translate(_signed_words(form, revision))
    if revision.transition and form.workflow:
        step = form.workflow.transitions.get(revision.transition)
        state = form.workflow.states.get(revision.state or "")
        title = translate(step.title) if step else revision.transition
        return translate(say("{step} → {state}", step=title, state=translate(state.title) if state else ""))
    words = {
        "submission.created": say("填报"),
        "submission.changed": say("修改"),
        "submission.withdrawn": say("作废"),
        "submission.restored": say("恢复"),
    }
    return translate(words.get(revision.action, Sentence(revision.action)))


def _signed_words(form: Form, revision: Revision) -> Sentence:
    steps = form.workflow.transitions if form.workflow else {}
    step = steps.get(revision.transition or "")
    office = step.sign_offs.get(revision.sign_off or "") if step else None
    return say(
        "会签“{step}”：{office}",
        step=translate(step.title) if step else revision.transition,
        office=translate(office.title) if office else revision.sign_off,
    )


def went_by_itself(form: Form, revision: Revision) -> bool:
    """Whether a step of history was an automatic one: nobody took it, but whoever took the one before set it going."""
    steps = form.workflow.transitions if form.workflow else {}
    step = steps.get(revision.transition or "")
    return step is not None and step.trigger is Trigger.AUTOMATIC


def unread_notices() -> int:
    """How many things the signed-in person was told and has not read."""
    if g.get("person") is None:
        return 0
    with site().database.reading() as conn:
        return count_notices(conn, g.person.id, unread=True)


def door_words(door: Door) -> str:
    """Through which door something came, in words."""
    words = {
        Door.WEB: say("网页"),
        Door.API: say("程序"),
        Door.SHEET: say("共享表格"),
        Door.IMPORT: say("导入"),
        Door.DEMO: say("演示数据"),
        Door.TIMER: say("定时"),
    }
    return translate(words[door])


def author_words(author: Author) -> str:
    """How sure it is who typed a cell, and how that is known."""
    sources = {
        "lock file": say("由打开表格的锁文件得知"),
        "document property": say("由表格的“最后修改者”得知"),
        "sheet": say("表格里看不出是谁"),
    }
    certainties = {"likely": say("很可能"), "possible": say("可能"), "unknown": say("不确定")}
    source = sources.get(author.source, Sentence(author.source))
    certainty = certainties.get(author.certainty, Sentence(author.certainty))
    return f"{translate(certainty)} · {translate(source)}"


def count_words(what: str) -> str:
    """What a count in a round's report counts, in words of whoever looks."""
    return translate(count_name(what))


def count_name(what: str) -> Sentence:
    """What a count in a round's report counts."""
    words = {
        "taken": say("从表格收进"),
        "put": say("写进表格"),
        "created": say("表格新行"),
        "appended": say("追加行"),
        "withdrawn": say("作废"),
        "restored": say("恢复"),
        "dropped": say("从表格移走"),
        "conflicts": say("两边都改"),
        "refused": say("填错"),
    }
    return words.get(what, Sentence(what))


def teach(app: Flask) -> None:
    """Give every template these functions, and who and where it is drawn for."""
    app.jinja_env.filters["opened"] = opened
    app.jinja_env.filters["opened_names"] = opened_names
    app.jinja_env.globals.update(
        label_of=label_of,
        action_words=action_words,
        went_by_itself=went_by_itself,
        unread_notices=unread_notices,
        door_words=door_words,
        author_words=author_words,
        count_words=count_words,
        follows=follows,
        takes_files=takes_files,
    )

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        return {"office": site().settings.office, "person": g.get("person"), "menu": menu()}

"""A form, or a part of one, for each flaw of forms; `FORM` says what the parts are put into."""

from __future__ import annotations

#: The form that an example changes: its questions come after these, its other keys at the end.
FORM = """\
id: probe
title: 试题
instance_name: ${code}
fields:
  - {type: text, name: code, label: 编码}
  - {type: integer, name: people, label: 人数}
  - {type: date, name: day, label: 日期}
  - {type: yes_no, name: open, label: 是否}
  - {type: unit, name: town, label: 乡镇}
  - {type: person, name: head, label: 负责人}
  - {type: select_one, name: level, label: 级别, choices: {general: 一般, major: 重大}}
  - {type: select_multiple, name: ways, label: 方式, choices: {fire: 用火, height: 登高}}
  - {type: repeat, name: rows, label: 明细, fields: [{type: decimal, name: amount, label: 数量}]}
  - {type: repeat, name: visits, label: 到场, fields: [{type: decimal, name: hours, label: 时长}]}
"""
ACCESS = "access: {roles: {office: {fill: true, read: all}, town: {fill: true, read: unit}}}\n"
#: Another form of the folder, to link to.
FIRM = """\
id: firm
title: 企业
instance_name: ${name}
fields:
  - {type: text, name: name, label: 名称}
  - {type: date, name: founded, label: 成立}
  - {type: unit, name: place, label: 属地}
access: {roles: {office: {fill: true, read: all}}}
"""

#: Code to a question that has the flaw.
QUESTIONS: dict[str, str] = {
    "shape.missing-key": "{type: text, name: x}",
    "shape.unknown-key": "{type: text, name: x, lable: 甲}",
    "shape.no-type": "{name: x, label: 甲}",
    "shape.unknown-type": "{type: txet, name: x, label: 甲}",
    "shape.not-whole": "{type: image, name: x, label: 甲, most: 几}",
    "shape.not-a-number": "{type: range, name: x, label: 甲, start: 一, end: 5, step: 1}",
    "shape.not-yes-no": "{type: calculate, name: x, label: 甲, calculation: '1', hidden: 是}",
    "shape.yes-no-word": "{type: text, name: x, label: 甲, required: yes}",
    "shape.not-text": "{type: text, name: x, label: 甲, appearance: 3}",
    "shape.not-words": "{type: text, name: x, label: [甲]}",
    "shape.not-a-list": "{type: text, name: x, label: 甲, was: {a: b}}",
    "shape.one-of": "{type: calculate, name: x, label: 甲, calculation: '1', result: number}",
    "shape.too-small": "{type: image, name: x, label: 甲, most: 0}",
    "shape.too-great": "{type: image, name: x, label: 甲, most: 1000}",
    "shape.bad-name": "{type: text, name: 检查日期, label: 甲}",
    "shape.bad-bounds": "{type: geopoint, name: x, label: 甲, bounds: [120, 30, 100, 40]}",
    "shape.bad-range": "{type: range, name: x, label: 甲, start: 5, end: 1, step: 1}",
    "shape.other": "{type: geopoint, name: x, label: 甲, bounds: [1, 2, 3, 4, 5]}",
    "choices.not-a-list": "{type: select_one, name: x, label: 甲, choices: 3}",
    "choices.unknown-list": "{type: select_one, name: x, label: 甲, choices: levls}",
    "choices.none": "{type: select_one, name: x, label: 甲, choices: {}}",
    "choices.alike": "{type: select_one, name: x, label: 甲, choices: {a: 一, b: 一}}",
    "choices.unquoted-name": "{type: select_one, name: x, label: 甲, choices: {1: 一}}",
    "choices.not-words": "{type: select_one, name: x, label: 甲, choices: [{a: 一}]}",
    "choices.twice": "{type: select_one, name: x, label: 甲, choices: [一, 一]}",
    "choices.bad-choice": "{type: select_one, name: x, label: 甲, choices: {a: [一]}}",
    "choices.no-attribute": "{type: select_one, name: x, label: 甲, choices: levels, choice_filter: siez = 'a'}",
    "choices.not-dated": "{type: select_one, name: x, label: 甲, choices: levels, as_of: day}",
    "form.double-name": "{type: text, name: code, label: 甲}",
    "form.reserved-name": "{type: text, name: state, label: 甲}",
    "form.circle": "{type: calculate, name: x, label: 甲, calculation: '${x} + 1', result: integer}",
    "link.no-form": "{type: record, name: x, label: 甲, form: frm}",
    "link.no-question": "{type: record, name: x, label: 甲, form: firm, pull: {code: nme}}",
    "link.no-pulldata-form": (
        """{type: text, name: x, label: 甲, calculation: "pulldata('frm', 'name', 'name', ${code})"}"""
    ),
    "link.no-date": "{type: select_one, name: x, label: 甲, choices: levels, as_of: code}",
    "link.no-unit": "{type: person, name: x, label: 甲, of_unit: code}",
    "link.not-beside": "{type: record, name: x, label: 甲, form: firm, pull: {amount: name}}",
    "link.not-pulled": "{type: record, name: x, label: 甲, form: firm, pull: {rows: name}}",
    "expression.other-table": (
        "{type: repeat, name: x, label: 甲, fields: [{type: text, name: y, label: 乙, relevant: '${hours} > 3'}]}"
    ),
}

WORKFLOW = """\
workflow:
  initial_state: draft
  states:
    draft: {title: 草稿, transitions: [send]%s}
    sent: {title: 已报%s}
  transitions:
    send: {title: 上报, new_state: sent, guard: {roles: [town]}%s}
%s"""
_TIMER = "  timers:\n    remind: {title: 提醒, %s}\n"

#: Code to keys of the form that have the flaw.
KEYS: dict[str, str] = {
    "shape.not-a-mapping": "sheet: [a]\n",
    "shape.bad-hour": (
        WORKFLOW % ("", "", "", _TIMER % "states: [draft], date: entered_on, at: 八点, notify: {roles: [town]}")
    ),
    "shape.bad-numbering": "numbering: {field: code, format: '{seq}'}\n",
    "shape.unquoted-name": "rules: [{rule: 'true()', message: 可, fields: [code]}]\none_tap: {1: a}\n",
    "form.unknown": "listing: {columns: [cod]}\n",
    "form.not-a-repeat": "entities: [{form: firm, repeat: code}]\n",
    "form.entity-without-cause": "entities: [{form: firm}]\n",
    "sheet.bad-tab": "sheet: {tab: '甲/乙', columns: [code]}\n",
    "sheet.column-twice": "sheet: {tab: 甲, columns: [code, code]}\n",
    "link.no-entity-form": "entities: [{form: frm, repeat: rows}]\n",
    "workflow.deadline-count": WORKFLOW % (", deadline: {days: 1, workdays: 1}", "", "", ""),
    "workflow.deadline-without-step": WORKFLOW % ("", ", deadline: {days: 1}", "", ""),
    "workflow.not-a-date": WORKFLOW % (", deadline: {date: code}", "", "", ""),
    "workflow.asks-nobody": WORKFLOW % ("", "", ", trigger: automatic", ""),
    "workflow.timer-without-states": (
        WORKFLOW % ("", "", "", _TIMER % "states: [], date: entered_on, notify: {roles: [town]}")
    ),
    "workflow.timer-without-deed": WORKFLOW % ("", "", "", _TIMER % "states: [draft], date: entered_on"),
    "workflow.notice-to-nobody": WORKFLOW % ("", "", "", _TIMER % "states: [draft], date: entered_on, notify: {}"),
    "workflow.not-a-person": (
        WORKFLOW % ("", "", "", _TIMER % "states: [draft], date: entered_on, notify: {persons: [code]}")
    ),
    "workflow.step-not-timed": (
        WORKFLOW % ("", "", "", _TIMER % "states: [draft], date: entered_on, transition: send")
    ),
    "workflow.step-not-offered": (
        WORKFLOW % ("", "", "", _TIMER % "states: [sent], date: entered_on, transition: send")
    ),
    "workflow.no-due-day": WORKFLOW % ("", "", "", _TIMER % "states: [draft], date: due_on, notify: {roles: [town]}"),
    "workflow.unreached-state": (WORKFLOW % ("", "", "", "")).replace(
        "    sent:", "    lost: {title: 丢失}\n    sent:"
    ),
    "workflow.unused-step": WORKFLOW % ("", "", "", "    lose: {title: 丢失, new_state: sent}\n"),
    "workflow.untimed-step": (WORKFLOW % ("", "", ", trigger: timer", "")).replace(", guard: {roles: [town]}", ""),
    "workflow.endless": (WORKFLOW % ("", ", transitions: [back]", ", trigger: automatic", "")).replace(
        ", guard: {roles: [town]}", ""
    )
    + "    back: {title: 退回, new_state: draft, trigger: automatic}\n",
}

#: Code to an obligation that has the flaw.
OBLIGATIONS: dict[str, str] = {
    "obligation.no-form": "unit_kinds: [town], after: {form: frm}",
    "obligation.not-a-link": "unit_kinds: [town], after: {form: firm, link: x}",
    "obligation.not-a-link-here": "unit_kinds: [town], after: {form: firm, link: code}",
    "obligation.not-a-date": "unit_kinds: [town], every: day, at: '16:00', date: code",
    "obligation.not-a-unit": "unit_kinds: [town], every: day, at: '16:00', unit: code",
    "obligation.not-a-person": "roles: [town], every: day, at: '16:00', person: code",
    "obligation.people-and-units": "roles: [town], unit_kinds: [town], every: day, at: '16:00'",
    "obligation.nobody": "every: day, at: '16:00'",
    "obligation.unknown-role": "roles: [twon], every: day, at: '16:00'",
    "obligation.unit-of-people": "roles: [town], unit: town, every: day, at: '16:00'",
    "obligation.person-without-roles": "unit_kinds: [town], person: head, every: day, at: '16:00'",
    "obligation.event-and-calendar": "unit_kinds: [town], after: {form: firm}, every: day",
    "obligation.event-and-window": (
        "unit_kinds: [town], after: {form: firm}, within: {form: firm, start: founded, end: founded}"
    ),
    "obligation.every-hour": "unit_kinds: [town], every: hour, at: '16:00'",
    "obligation.late-count": "unit_kinds: [town], every: day, at: '16:00', late_until: ['17:00', '18:00']",
    "obligation.late-before": "unit_kinds: [town], every: day, at: '16:00', late_until: '15:00'",
    "obligation.opens-after": "unit_kinds: [town], every: day, at: '16:00', opens: '17:00'",
    "obligation.which-of-several": "unit_kinds: [town], every: week, on: [mon, thu], which: previous, at: '16:00'",
    "obligation.bad-day": "unit_kinds: [town], every: day, at: '16:00', since: 明天",
    "obligation.ends-before": "unit_kinds: [town], every: day, at: '16:00', since: 2026-10-02, until: 2026-10-01",
    "timetable.every": "unit_kinds: [town], every: fortnight, at: '16:00'",
    "timetable.shift": "unit_kinds: [town], every: day, at: '16:00', shift: sideways",
    "timetable.daily-on": "unit_kinds: [town], every: day, on: mon, at: '16:00'",
    "timetable.weekly-on": "unit_kinds: [town], every: week, on: someday, at: '16:00'",
    "timetable.monthly-on": "unit_kinds: [town], every: month, on: 40, at: '16:00'",
    "timetable.quarterly-on": "unit_kinds: [town], every: quarter, on: 93, at: '16:00'",
    "timetable.yearly-on": "unit_kinds: [town], every: year, on: 13-01, at: '16:00'",
    "timetable.once-on": "unit_kinds: [town], on: mon, at: '16:00'",
}

#: Code to keys of a form that hides something; they stand instead of `ACCESS`.
_HIDDEN = """\
access:
  roles: {office: {fill: true, read: all}, town: {fill: true, read: %s%s}}
  fields: {%s: {read: [office]}}
"""
PRIVACY: dict[str, str] = {
    "privacy.in-title": _HIDDEN % ("unit", "", "code"),
    "privacy.in-sort": _HIDDEN % ("unit", "", "day") + "listing: {sort: day}\n",
    "privacy.in-unique": _HIDDEN % ("unit", "", "day") + "unique: [[day]]\n",
    "privacy.derived": _HIDDEN % ("unit", "", "day"),
    "privacy.time-function": _HIDDEN % ("unit", ", where: '${day} < today()'", "people"),
    "privacy.time-name": _HIDDEN % ("unit", ", where: '${created_at} > 1'", "people"),
    "privacy.changed-unseen": _HIDDEN % ("unit", "", "people") + WORKFLOW % (", edit: {town: [people]}", "", "", ""),
    "privacy.asked-unseen": _HIDDEN % ("unit", "", "people") + WORKFLOW % ("", "", ", fields: [people]", ""),
    "privacy.blind-sheet": _HIDDEN % ("none", "", "people") + "sheet: {tab: 甲, columns: [code], role: town}\n",
}
#: Questions that an example needs beside the form's own.
BESIDE = {
    "privacy.derived": "{type: calculate, name: x, label: 甲, calculation: '${day}'}",
    "obligation.not-a-link": "{type: record, name: x, label: 甲, form: probe}",
}

"""Whole files that have the flaw: their names under the folder of definitions, and what they hold."""

from __future__ import annotations

from tests.flaws.definitions import ACCESS, FIRM, FORM

_SHEET = "sheet: {tab: 甲, columns: [code]}\n"
_REPORT = """\
id: weekly
title: 周报
masthead: 周报
issuer: 县安委办
scope: 全县
period: {every: week}
measures:
  visits: {label: 家次, form: firm}
  codes: {label: 编码, form: probe}
%sbody:
  - {type: heading, text: 一周}
%s"""

#: Code to the files.
FILES: dict[str, dict[str, str | bytes]] = {
    "file.too-large": {"definitions/probe.yaml": "#" * (1024 * 1024 + 1)},
    "file.not-utf8": {"definitions/probe.yaml": "id: 隐患".encode("gb18030")},
    "file.control-character": {"definitions/probe.yaml": "id: 隐\x07患"},
    "yaml.alias": {"definitions/probe.yaml": "id: &a x\ntitle: *a"},
    "yaml.tag": {"definitions/probe.yaml": "id: !!python/object:os.system x"},
    "yaml.too-deep": {"definitions/probe.yaml": "[" * 5000},
    "yaml.long-text": {"definitions/probe.yaml": f"id: {'x' * 70_000}"},
    "yaml.long-key": {"definitions/probe.yaml": f"{'x' * 300}: 1"},
    "yaml.strange-key": {"definitions/probe.yaml": "? [a]\n: 1"},
    "yaml.double-key": {"definitions/probe.yaml": "id: x\nid: y"},
    "yaml.tab": {"definitions/probe.yaml": "id: x\naccess:\n\troles: {}"},
    "yaml.colon": {"definitions/probe.yaml": "title: 检查: 甲"},
    "yaml.no-colon": {"definitions/probe.yaml": "id: x\ntitle\nfields: []"},
    "yaml.wide-colon": {"definitions/probe.yaml": "id：x\ntitle: 甲"},
    "yaml.no-space": {"definitions/probe.yaml": "id:x\ntitle: 甲"},
    "yaml.indent": {"definitions/probe.yaml": "access:\n  roles: {}\n fields: {}"},
    "yaml.reserved-sign": {"definitions/probe.yaml": "title: @甲"},
    "yaml.open-quote": {"definitions/probe.yaml": "title: '甲"},
    "yaml.open-bracket": {"definitions/probe.yaml": "fields: [a, b"},
    "yaml.bad-escape": {"definitions/probe.yaml": 'title: "\\d"'},
    "yaml.several-documents": {"definitions/probe.yaml": "id: x\n---\nid: y"},
    "yaml.syntax": {"definitions/probe.yaml": "%YAML 9\n"},
    "shape.not-a-form": {"definitions/probe.yaml": "- a"},
    "form.file-name": {"definitions/prob.yaml": FORM + ACCESS},
    "folder.double-id": {"definitions/probe.yaml": FORM + ACCESS, "definitions/more/probe.yaml": FORM + ACCESS},
    "sheet.shared-tab": {
        "definitions/probe.yaml": FORM + ACCESS + _SHEET,
        "definitions/firm.yaml": FIRM + _SHEET.replace("code", "name"),
    },
    "choices.not-a-vocabulary": {"vocabularies/grades.yaml": "- a"},
    "choices.bad-attribute-name": {"vocabularies/grades.yaml": "a: {label: 一, 大小: 1}"},
    "choices.bad-attribute": {"vocabularies/grades.yaml": "a: {label: 一, size: [1]}"},
    "choices.bad-day": {"vocabularies/grades.yaml": "a: {label: 一, valid_from: 明天}"},
    "choices.table-heading": {"vocabularies/grades.csv": "a,b\n1,2\n"},
    "choices.table-column-twice": {"vocabularies/grades.csv": "name,label,label\na,b,c\n"},
    "choices.table-name-twice": {"vocabularies/grades.csv": "name,label\na,b\na,c\n"},
    "choices.table-no-name": {"vocabularies/grades.csv": "name,label\n,b\n"},
    "choices.table-too-long": {
        "vocabularies/grades.csv": "name,label\n" + "".join(f"a{n},b{n}\n" for n in range(50_001))
    },
    "choices.table-encoding": {"vocabularies/grades.csv": b"name,label\n\xff\xff,\x80\n"},
    "choices.table-syntax": {"vocabularies/grades.csv": 'name,label\na,"b'},
    "report.not-a-report": {"reports/weekly.yaml": "- a"},
    "report.double-id": {
        "reports/weekly.yaml": _REPORT % ("", ""),
        "reports/more/weekly.yaml": _REPORT % ("", ""),
    },
    "report.unknown-block": {"reports/weekly.yaml": _REPORT % ("", "  - {type: headng}\n")},
    "report.no-block-type": {"reports/weekly.yaml": _REPORT % ("", "  - {text: 甲}\n")},
    "report.bad-sentence": {"reports/weekly.yaml": _REPORT % ("", "  - {type: paragraph, text: '检查{visits'}\n")},
    "report.bad-period": {"reports/weekly.yaml": _REPORT % ("metrics: {m: {label: 甲}}\n", "")},
    "report.no-figure": {"reports/weekly.yaml": _REPORT % ("", "  - {type: paragraph, text: '检查{vists}家'}\n")},
    "report.group-outside": {"reports/weekly.yaml": _REPORT % ("", "  - {type: paragraph, text: '{group}检查'}\n")},
    "report.fixed-word": {"reports/weekly.yaml": (_REPORT % ("", "")).replace("visits:", "group:")},
    "report.no-form": {"reports/weekly.yaml": (_REPORT % ("", "")).replace("form: firm", "form: frm")},
    "report.name-taken": {"reports/weekly.yaml": _REPORT % ("metrics: {visits: {label: 甲, plus: [codes]}}\n", "")},
    "report.several-forms": {
        "reports/weekly.yaml": _REPORT % ("metrics: {m: {label: 甲, plus: [codes, visits]}}\n", "")
    },
    "report.no-measure": {"reports/weekly.yaml": _REPORT % ("metrics: {m: {label: 甲, plus: [vists]}}\n", "")},
    "report.each-without-figure": {
        "reports/weekly.yaml": _REPORT % ("", "  - {type: each, by: place, text: '{group}'}\n")
    },
    "report.no-question": {
        "reports/weekly.yaml": _REPORT % ("", "  - {type: listing, caption: 表1, of: visits, columns: [nme]}\n")
    },
    "report.private": {
        "definitions/firm.yaml": FIRM.replace(
            "read: all}}", "read: all}, town: {read: all}}, fields: {place: {read: [office]}}"
        ),
        "reports/weekly.yaml": _REPORT % ("", "  - {type: listing, caption: 表1, of: visits, columns: [place]}\n"),
    },
    "timetable.at": {"reports/weekly.yaml": _REPORT % ("", "") + "schedule: {every: day, at: '25:00'}\n"},
    "report.not-counted": {"reports/weekly.yaml": (_REPORT % ("", "")).replace("form: firm}", "form: firm, agg: sum}")},
}

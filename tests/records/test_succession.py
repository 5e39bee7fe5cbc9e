"""A new version neither orphans nor retypes an answer unsaid; what it cannot read shows by its own version."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kernel.names import new_id
from records.access import Verb, allows
from records.catalogue import NoSuchVersion, VersionRetired, advisable, open_catalogue, publish, retire
from records.listing import Query, find
from records.model import Submission
from records.rows import rows
from records.seeing import Seeing
from records.store import load_submissions
from records.submit import Entry, submit
from tests.records.office import HAZARD, VISIT, Office, accepted, refused

WITHOUT_NOTE = VISIT.replace("  - {type: text, name: note, label: 备注}\n", "")
AS_NUMBER = VISIT.replace("{type: text, name: note, label: 备注}", "{type: integer, name: note, label: 备注}")
RENAMED = VISIT.replace("name: place,", "name: spot, was: [place],").replace("${place}", "${spot}")


def told(office: Office, source: str) -> list[str]:
    """What is said of a form that somebody wants to publish; nothing is published."""
    office.write(source)
    folder = office.folder()
    assert folder.issues == [], [str(issue) for issue in folder.issues]
    with office.database.writing() as conn:
        done = publish(conn, folder, actor="an", at=office.now())
        conn.rollback()
    return [str(issue.sentence) for issue in done.issues]


def advised(office: Office, source: str) -> list[str]:
    office.write(source)
    with office.database.reading() as conn:
        return [str(issue.sentence) for issue in advisable(conn, office.folder())]


def test_a_question_that_records_answer_is_only_removed_by_saying_so(office: Office) -> None:
    assert told(office, WITHOUT_NOTE) == []  # nobody answered it
    office.sent("bei", "visit", {"place": "甲"})
    assert told(office, WITHOUT_NOTE) == []
    for _ in range(2):
        office.sent("bei", "visit", {"place": "甲", "note": "三人"})
    assert told(office, WITHOUT_NOTE) == [
        "“检查”不再问 note，但有 2 条记录答过；删题请写 removed: [note]，改名请在新题上写 was: [note]"
    ]
    assert told(office, WITHOUT_NOTE + "removed: [note]\n") == []
    assert told(office, VISIT.replace("name: note,", "name: remark, was: [note],")) == []


def test_the_line_stays_needed_in_the_versions_to_come(office: Office) -> None:
    office.sent("bei", "visit", {"place": "甲", "note": "三人"})
    office.publish(WITHOUT_NOTE + "removed: [note]\n")
    assert "removed: [note]" in told(office, WITHOUT_NOTE + "hint: 改过\n")[0]
    assert told(office, WITHOUT_NOTE + "hint: 改过\nremoved: [note]\n") == []
    assert told(office, VISIT) == []  # asked again


def test_what_is_asked_in_a_row_counts_too(office: Office) -> None:
    office.sent("bei", "visit", {"place": "甲", "found": [{"what": "电线", "grade": "general"}]})
    office.sent("bei", "visit", {"place": "乙", "found": [{"what": "漏气", "grade": "major"}]})
    no_grade = VISIT.replace(
        "      - {type: select_one, name: grade, label: 级别, choices: {general: 一般, major: 重大}, required: true}\n",
        "",
    ).replace(', level: "${grade}"', "")
    assert told(office, no_grade) == [
        "“检查”不再问 grade，但有 2 条记录答过；删题请写 removed: [grade]，改名请在新题上写 was: [grade]"
    ]
    assert told(office, no_grade + "removed: [grade]\n") == []
    in_numbers = VISIT.replace(
        "{type: select_one, name: grade, label: 级别, choices: {general: 一般, major: 重大}, required: true}",
        "{type: integer, name: grade, label: 级别}",
    )
    assert "grade 换了题型，有 2 条记录的答案读不出来；确要换请写 retyped: [grade]" in told(office, in_numbers)[0]
    table_gone = VISIT[: VISIT.index("  - type: repeat")] + VISIT[VISIT.index("numbering:") : VISIT.index("entities:")]
    table_gone += VISIT[VISIT.index("access:") :]
    assert [sentence[:9] for sentence in told(office, table_gone)] == ["“检查”不再问 f"]
    assert told(office, table_gone + "removed: [found]\n") == []


def test_a_renamed_table_keeps_its_rows(office: Office) -> None:
    office.sent("bei", "visit", {"place": "甲", "found": [{"what": "电线", "grade": "general"}]})
    renamed = VISIT.replace("name: found", "name: seen\n    was: [found]").replace("repeat: found", "repeat: seen")
    assert told(office, renamed) == []


def test_a_type_that_cannot_read_the_answers_is_only_taken_by_saying_so(office: Office) -> None:
    assert told(office, AS_NUMBER) == []
    office.sent("bei", "visit", {"place": "甲", "note": "三人"})
    assert told(office, AS_NUMBER) == [
        "“检查”的 note 换了题型，有 1 条记录的答案读不出来；确要换请写 retyped: [note]，或给新题另起名称"
    ]
    assert told(office, AS_NUMBER + "retyped: [note]\n") == []


def test_lines_that_name_what_never_was_are_told(office: Office) -> None:
    assert told(office, VISIT + "removed: [remark]\nretyped: [remark, cost]\n") == [
        "“检查”从没有问过 remark，removed 里不用写它；请核对名称",
        "“检查”没有 remark 这一题，不能写在 retyped 里",
    ]
    assert told(office, VISIT + "removed: [note]\n") == ["“检查”还在问 note，不能写在 removed 里"]
    office.write(VISIT)
    fresh = VISIT.replace("id: visit", "id: other").replace(
        "label: 备注}", "label: 备注}\n  - {type: text, name: new, label: 新}"
    )
    assert told(office, fresh + "removed: [gone]\n") == []  # of an office that begins with this file
    asked_anew = VISIT.replace("label: 备注}", "label: 备注}\n  - {type: text, name: new, label: 新}")
    assert told(office, asked_anew + "retyped: [new]\n") == ["“检查”从没有问过 new，retyped 里不用写它；请核对名称"]


def test_what_the_database_cannot_choose_by_is_no_condition_on_who_sees_what(office: Office) -> None:
    source = VISIT.replace("leader: {read: all}", 'leader: {read: all, where: "floor(${cost}) = 2"}')
    assert told(office, source) == [
        "“检查”里 leader 的 where 不能用来挑记录：统计条件里不能用 floor()，请在表单里加一道计算题"
    ]


def test_what_the_database_cannot_find_records_by_is_no_condition_of_an_obligation(office: Office) -> None:
    due = "obligations: {due: {title: 应报, unit_kinds: [town], every: day, at: '16:00', where: '%s'}}\n"
    assert told(office, VISIT + due % "${people} > 1") == []
    assert told(office, VISIT + due % "floor(${cost}) = 2") == [
        "这个条件不能用来查找“检查”的记录：统计条件里不能用 floor()，请在表单里加一道计算题"
    ]


def test_a_choice_that_records_use_and_that_is_gone_is_told_and_keeps_nothing_back(office: Office) -> None:
    less = VISIT.replace("choices: {fire: 消防, gas: 燃气}", "choices: {gas: 燃气}")
    fewer = less.replace("choices: {a_b: 听, axb: 看, look: 查}", "choices: {a_b: 听}")
    assert advised(office, fewer) == []
    office.sent("bei", "visit", {"place": "甲", "kind": "fire", "ways": ["a_b", "look"]})
    assert advised(office, fewer) == [
        "“检查”的 kind 不再有选项“消防”（fire），但有 1 条记录选了它；旧记录仍照旧显示，修改时要另选",
        "“检查”的 ways 不再有选项“查”（look），但有 1 条记录选了它；旧记录仍照旧显示，修改时要另选",
    ]
    assert told(office, fewer) == []


def shown(office: Office, person: str, record: Submission, *names: str) -> list[str]:
    """What a list shows of a record in the columns of today."""
    with office.reading() as ledger:
        stored = load_submissions(ledger.conn, [record.id])[record.id]
        seeing = Seeing(ledger, office.actor(person))
        form = ledger.catalogue[record.form_id].form
        return [seeing.column(form.questions[name], stored) for name in names]


def test_a_record_shows_by_its_own_version_and_reads_as_a_blank_under_the_new_one(office: Office) -> None:
    old = office.sent("bei", "visit", {"place": "甲", "note": "三人", "kind": "fire"})
    changed = AS_NUMBER.replace("choices: {fire: 消防, gas: 燃气}", "choices: {gas: 燃气}") + "retyped: [note]\n"
    office.publish(changed)
    new = office.sent("bei", "visit", {"place": "乙", "note": "4", "kind": "gas"})
    assert shown(office, "an", old, "note", "kind") == ["三人", "消防"]
    assert shown(office, "an", new, "note", "kind") == ["4", "燃气"]
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
        assert {row.title[-1]: row.note for row in ledger.conn.execute(rows(form))} == {"甲": None, "乙": 4}
        actor = office.actor("an")
        order = [item.title[-1] for item in find(ledger, form, actor, Query(sort="note")).items]
        assert order == ["乙", "甲"]
        assert find(ledger, form, actor, Query(filters={"note": ("1..9",)})).total == 1
        brought = ledger.catalogue["visit"].reader.brought_forward(old.answers)
        assert (brought["note"], brought["place"]) == (None, "甲")
    later = office.changed("an", old, {"people": "7"})
    assert (later.form_version, later.answers["note"], later.answers["kind"]) == (2, None, "fire")


@pytest.mark.parametrize(
    ("line", "raw", "reads"),
    [
        ("{type: decimal, name: note, label: 备注}", "12.5", "12.5"),
        ("{type: date, name: note, label: 备注}", "2026-11-01", "2026-11-01"),
        ("{type: date, name: note, label: 备注}", "昨天", None),
        ("{type: time, name: note, label: 备注}", "08:30", "08:30"),
        ("{type: yes_no, name: note, label: 备注}", "true", None),
        ("{type: select_multiple, name: note, label: 备注, choices: {a: 甲}}", "a", None),
    ],
)
def test_python_and_sql_read_the_same_of_what_was_retyped(
    office: Office, line: str, raw: str, reads: str | None
) -> None:
    office.sent("bei", "visit", {"place": "甲", "note": raw})
    office.publish(VISIT.replace("{type: text, name: note, label: 备注}", line) + "retyped: [note]\n")
    with office.reading() as ledger:
        (row,) = ledger.conn.execute(rows(ledger.catalogue["visit"].form))
        (stored,) = find(ledger, ledger.catalogue["visit"].form, office.actor("an"), Query()).items
        read = ledger.catalogue["visit"].reader.brought_forward(stored.answers)["note"]
    assert read == reads
    by_sql = row.note.normalize() if isinstance(row.note, Decimal) else row.note
    assert (None if by_sql is None else str(by_sql)) == reads


# ---- open pages and drafts of older versions -----------------------------------------------------------------------


def filled(office: Office, raw: dict[str, str], version: int | None) -> Entry:
    return Entry(raw, new_id(office.now()), office.occasion("bei"), form_version=version)


def test_what_was_filled_by_an_older_version_is_read_by_its_rules_and_names_it(office: Office) -> None:
    stricter = RENAMED.replace("name: people, label: 人数,", "name: people, label: 人数, required: true,")
    office.publish(stricter)
    with office.writing() as ledger:
        record = accepted(submit(ledger, "visit", filled(office, {"place": "旧页"}, 1)))
    assert (record.form_version, record.answers["place"], record.title[-2:]) == (1, "旧页", "旧页")
    assert shown(office, "an", record, "spot") == ["旧页"]
    with office.reading() as ledger:
        assert allows(ledger.catalogue["visit"].form, office.actor("bei"), record, Verb.READ)
        assert find(ledger, ledger.catalogue["visit"].form, office.actor("an"), Query(search="旧页")).total == 1
    with office.writing() as ledger:
        assert set(refused(submit(ledger, "visit", filled(office, {"spot": "新页"}, 2)))) == {"people"}
        assert set(refused(submit(ledger, "visit", filled(office, {"spot": "新页"}, 1)))) == {"spot", "place"}


def test_two_versions_know_each_others_unique_answers(office: Office) -> None:
    office.sent("bei", "hazard", {"desc": "电线裸露"})
    office.publish(
        HAZARD.replace("name: desc, label", "name: words, was: [desc], label")
        .replace("desc", "words")
        .replace("was: [words]", "was: [desc]"),
        VISIT.replace("values: {desc:", "values: {words:"),
    )
    with office.writing() as ledger:
        assert set(refused(submit(ledger, "hazard", filled(office, {"words": "电线裸露"}, 2)))) == {"town", "words"}


def test_a_version_that_was_retired_is_refused_in_words(office: Office) -> None:
    with office.writing() as ledger:
        retire(ledger.conn, "visit", office.now())
    office.publish(RENAMED)
    with office.writing() as ledger:
        with pytest.raises(VersionRetired) as problem:
            submit(ledger, "visit", filled(office, {"place": "旧页"}, 1))
        assert str(problem.value.sentence) == (
            "“检查”停用过，您打开的第 1 版不再收；请核对新的题目后再提交，已填的都还在"
        )
        with pytest.raises(NoSuchVersion):
            submit(ledger, "visit", filled(office, {"place": "旧页"}, 9))


# ---- privacy that grows --------------------------------------------------------------------------------------------


def test_what_becomes_private_is_found_by_nobody_any_more_and_leaves_the_titles(office: Office) -> None:
    record = office.sent("bei", "visit", {"place": "密址", "note": "告发者"})
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
        assert find(ledger, form, office.actor("an"), Query(search="告发")).total == 1
    kept = VISIT.replace("concat(${no}, ' ', ${place})", "${no}")
    kept += "  fields:\n    note: {read: [office]}\n    place: {read: [leader], others: hide}\n"
    office.publish(kept)
    with office.reading() as ledger:
        form = ledger.catalogue["visit"].form
        for person, word, total in (
            ("an", "告发", 0),
            ("an", "告发者", 1),
            ("bei", "告发者", 1),
            ("dong", "告发者", 0),
        ):
            assert find(ledger, form, office.actor(person), Query(search=word)).total == total, (person, word)
        assert load_submissions(ledger.conn, [record.id])[record.id].title == record.answers["no"]
    assert shown(office, "an", record, "note", "place") == ["告发者", ""]
    assert shown(office, "ben", record, "note", "place") == ["告**", ""]
    with office.database.reading() as conn:
        assert open_catalogue(conn)["visit"].version == 2

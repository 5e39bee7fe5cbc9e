from __future__ import annotations

import pytest

from forms.fields.calculate import Calculate
from forms.fields.choices import ChoiceField
from forms.fields.group import Group
from forms.fields.repeat import Repeat
from forms.fields.text import Text
from forms.plain import plain
from forms.xlsform.importing import Imported, import_xlsform
from tests.forms.xlsform.workbook import book, refused, taken, told

EVERY_TYPE = """
type|name|label|hint|required|relevant|constraint|constraint_message|calculation|default|appearance|parameters
start | start | | | | | | | | | |
today | today | | | | | | | | | |
deviceid | deviceid | | | | | | | | | |
username | who | | | | | | | | | |
begin group | basics | Basics | | | | | | | | field-list |
text | place | Where | Say where | yes | | string-length(.) > 1 | At least 2 | | | |
text | story | Story | | | | | | | | multiline |
integer | people | How many | | true() | | . > 0 and . < 50 | | | 2 | |
decimal | cost | Cost | | | ${people} > 3 | | | | | |
end group | | | | | | | | | | |
date | day | Day | | | | . <= today() | | | today() | |
time | hour | Hour | | | | | | | | |
datetime | moment | Moment | | | | | | | | |
select_one level | level | Level | | yes | | | | | general | minimal |
select_multiple way or_other | ways | Ways | | | | | | | | |
rank way | order | Order | | | | | | | | |
range | mark | Mark | | | | | | | | | start=0 end=5 step=0.5
image | photo | Photo | | | | | | | | | max-pixels=1000
image | signed | Signed | | | | | | | | signature |
audio | voice | Voice | | | | | | | | | quality=low
file | paper | Paper | | | | | | | | |
geopoint | spot | Spot | | | | | | | | | capture-accuracy=10
geotrace | way | Way | | | | | | | | |
barcode | code | Code | | | | | | | | |
acknowledge | told | Told | | | | | | | | |
hidden | campaign | | | | | | | | fire | |
note | thanks | Thank you, ${place} | | | ${level} = 'major' | | | | | |
begin_repeat | hazards | Hazards | | | | | | | | |
text | what | What | | yes | | | | | | |
begin repeat | rows | Rows | | | | | | | | |
integer | amount | Amount | | | | | | | | |
end repeat | | | | | | | | | | |
end_repeat | | | | | | | | | | |
calculate | total | | | | | | | count(${hazards}) + 1 | | |
"""
CHOICES = """
list_name | name | label
level | general | General
level | major | Major
way | look | Look
way | ask | Ask
"""


def test_every_type_of_question_comes_in() -> None:
    form = taken(book(EVERY_TYPE, choices=CHOICES))
    types = {name: field.type for name, field in form.questions.items()}
    assert types == {
        **dict.fromkeys(("start", "today", "deviceid", "who", "total"), "calculate"),
        "place": "text",
        "story": "text",
        "people": "integer",
        "cost": "decimal",
        "day": "date",
        "hour": "time",
        "moment": "datetime",
        "level": "select_one",
        "ways": "select_multiple",
        "ways_other": "text",
        "order": "rank",
        "mark": "range",
        "photo": "image",
        "signed": "signature",
        "voice": "file",
        "paper": "file",
        "spot": "geopoint",
        "way": "text",
        "code": "barcode",
        "told": "acknowledge",
        "campaign": "hidden",
        "hazards": "repeat",
    }
    assert isinstance(form.fields[4], Group)
    hazards = form.repeat("hazards")
    assert [field.type for field in hazards.fields] == ["text", "repeat"]
    assert isinstance(hazards.fields[1], Repeat)
    total = form.questions["total"]
    assert isinstance(total, Calculate)
    assert (total.result, total.hidden) == ("integer", True)
    assert plain(form.questions["place"]) == {
        "type": "text",
        "name": "place",
        "label": "Where",
        "hint": "Say where",
        "required": True,
        "constraint": "string-length(.) > 1",
        "constraint_message": "At least 2",
    }
    assert plain(form.questions["mark"]) | {"label": ""} == {
        "type": "range",
        "name": "mark",
        "label": "",
        "start": 0,
        "end": 5,
        "step": 0.5,
    }


def test_what_means_nothing_here_is_kept_by_its_column_and_told() -> None:
    sheets = book(EVERY_TYPE, choices=CHOICES)
    form = taken(sheets)
    assert form.questions["voice"].xlsform == {"parameters": "quality=low", "type": "audio"}
    assert form.questions["spot"].xlsform == {"parameters": "capture-accuracy=10"}
    assert form.questions["way"].xlsform == {"type": "geotrace"}
    said = told(sheets)
    assert any(line.startswith("survey 第 21 行 parameters：") for line in said)
    assert any("deviceid" in line or "第 4 行 type" in line for line in said)


def test_an_other_that_the_standard_adds_is_written_out() -> None:
    form = taken(book(EVERY_TYPE, choices=CHOICES))
    ways = form.questions["ways"]
    assert isinstance(ways, ChoiceField)
    assert dict(ways.choices) == {"look": "Look", "ask": "Ask", "other": "其他"}
    other = form.questions["ways_other"]
    assert other.relevant is not None
    assert other.relevant.text == "selected(${ways}, 'other')"


def test_headings_are_known_in_every_spelling() -> None:
    form = taken(
        book(
            """
            TYPE|Name|LABEL::en|label::中文|requiredMsg::en|relevance|readonly|constraint message::zh|requiredMsg::zh
            text | a | Place | 地点 | Please | | | | 请填写
            text | b | Other | 其他 | | ${a} != '' | yes | 不对 |
            begin repeat | r | Rows | 各行 | | | | |
            text | c | C | 丙 | | | | |
            end repeat | | | | | | | |
            """,
            settings="form_title | form_id | default_language\nVisit | visit_1 | English (en)",
        )
    )
    a, b = form.questions["a"], form.questions["b"]
    assert a.label.languages == {"en": "Place", "zh": "地点"}
    assert a.required_message.languages == {"en": "Please", "zh": "请填写"}
    assert (b.relevant and b.relevant.text, b.read_only) == ("${a} != ''", True)
    assert b.constraint_message == "不对"


@pytest.mark.parametrize("heading", ["list_name", "list name", "List Name"])
@pytest.mark.parametrize("word", ["select_one yes", "select one yes", "select one from yes", "select1 yes"])
def test_lists_are_found_by_their_old_names_too(heading: str, word: str) -> None:
    form = taken(book(f"type|name|label\n{word}|a|A", choices=f"{heading}|value|caption\nyes|y|Yes\nyes|n|No"))
    field = form.questions["a"]
    assert isinstance(field, ChoiceField)
    assert dict(field.choices) == {"y": "Yes", "n": "No"}


def test_names_become_small_and_latin_and_expressions_follow() -> None:
    form = taken(
        book(
            """
            type | name | label | relevant | calculation
            text | Place.Name | A | |
            integer | 人数 | B | ${Place.Name} != '' |
            text | id | C | ${ 人数 } > 1 |
            calculate | Twice | | | 2 * ${人数}
            note | shown | ${人数} people | |
            """
        )
    )
    assert list(form.questions) == ["place_name", "q1", "id_2", "twice"]
    assert form.questions["q1"].xlsform["name"] == "人数"
    relevant = form.questions["id_2"].relevant
    assert relevant is not None
    assert relevant.text == "${q1} > 1"
    assert form.fields[4].label == "${q1} people"


def test_a_text_that_is_calculated_with_is_said_to_be_a_number() -> None:
    form = taken(
        book(
            """
            type | name | label | relevant
            select_one stars | stars | A |
            select_multiple stars | all | B |
            text | why | C | ${stars} > 2 and ${all} = '1' and ${told} = 'OK'
            acknowledge | told | D |
            """,
            choices="list_name|name|label\nstars|1|one\nstars|2|two",
        )
    )
    relevant = form.questions["why"].relevant
    assert relevant is not None
    assert relevant.text == "number(${stars}) > 2 and string(${all}) = '1' and ${told} = true()"


def test_cascades_keep_their_attributes_and_filters() -> None:
    form = taken(
        book(
            """
            type | name | label | choice_filter
            select_one town | town | Town |
            select_one village | village | Village | town = ${town}
            """,
            choices="""
            list_name | name | label | town
            town | east | 东镇 |
            town | west | 西镇 |
            village | e1 | 新村 | east
            village | w1 | 新村 | west
            """,
        )
    )
    village = form.questions["village"]
    assert isinstance(village, ChoiceField)
    assert village.choice_filter is not None
    assert [choice.attributes for choice in village.choices.values()] == [{"town": "east"}, {"town": "west"}]


def test_a_table_of_choices_is_taken_where_it_is_there() -> None:
    sheets = book(
        "type|name|label|calculation\nselect_one_from_file towns.csv|town|Town|\n"
        "calculate|head||pulldata('towns.csv', 'head', 'name', ${town})"
    )
    assert refused(sheets) == [
        "survey 第 2 行 type：没有找到附表 towns.csv，请放到选项表的文件夹 vocabularies 里"
    ]  # fmt: skip
    form = taken(sheets, {"towns.csv": {"east": {"label": "东镇", "head": "王"}}})
    town = form.questions["town"]
    assert isinstance(town, ChoiceField)
    assert dict(town.choices) == {"east": "东镇"}


def test_media_settings_and_strange_columns_are_kept() -> None:
    sheets = book(
        """
        type | name | label | media::image | image::English (en) | trigger | my notes
        text | a | A | a.png | b.png | | ask Wang
        text | b | B | | | ${a} |
        """,
        settings="form_title | form_id | version | style | public_key\nVisit | visit | 3 | pages | abc",
        weather="a | b\n1 | 2",
    )
    form = taken(sheets)
    assert form.questions["a"].xlsform == {"media::image": "a.png", "media::image::en": "b.png", "my notes": "ask Wang"}
    assert form.questions["b"].xlsform == {"trigger": "${a}"}
    assert form.xlsform == {"version": "3", "style": "pages", "public_key": "abc"}
    said = told(sheets)
    assert any(line.startswith("settings 第 2 行 public_key：") for line in said)
    assert any(line.startswith("weather：") for line in said)


def test_rows_of_a_repeat_become_records_where_the_sheet_says_so() -> None:
    form = taken(
        book(
            """
            type | name | label | save_to
            begin repeat | hazards | Hazards |
            text | what | What | description
            end repeat | | |
            """,
            entities="list_name | label | repeat | create_if\nhazard | ${what} | ${hazards} | ${what} != ''",
        )
    )
    [entity] = form.entities
    assert (entity.form, entity.repeat, {name: value.text for name, value in entity.values.items()}) == (
        "hazard",
        "hazards",
        {"description": "${what}"},
    )


def test_a_disabled_row_and_a_comment_are_told_not_taken() -> None:
    sheets = book("type|name|label|disabled|x\ntext|a|A||\ntext|b|B|yes|\n||||only words")
    assert list(taken(sheets).questions) == ["a"]
    assert [line.partition("：")[0] for line in told(sheets)] == ["survey 第 3 行 disabled", "survey 第 4 行"]


def test_the_definition_says_beside_each_question_what_was_made_of_it() -> None:
    found = import_xlsform(book(EVERY_TYPE, choices=CHOICES), {}, name="visit")
    assert isinstance(found, Imported)
    lines = found.text.splitlines()
    place = next(number for number, line in enumerate(lines) if "name: voice" in line)
    assert any("录音、录像作为附件收" in line for line in lines[place - 4 : place])
    assert any("请改成本办公室的角色" in line for line in lines)


@pytest.mark.parametrize(
    ("survey", "choices", "said"),
    [
        ("type|name|label\ntekst|a|A", "", "survey 第 2 行 type：没有“tekst”这种题型，请改用别的题型或删去这一行"),
        ("type|name|label\nselect_one no|a|A", "", "survey 第 2 行 type：工作表 choices 里没有选项表 no"),
        ("type|name|label\nbegin loop over x|a|A", "", "survey 第 2 行 type：没有“begin loop over x”这种题型"),
        ("type|name|label\nosm x|a|A", "", "survey 第 2 行 type：没有“osm x”这种题型"),
        ("type|name|label\ntext|a|A\nend group||", "", "survey 第 3 行 type：多了一个 end"),
        ("type|name|label\nbegin group|g|G\ntext|a|A", "", "survey 第 2 行 type：这个 begin group 没有结束"),
        ("type|name|label\nbegin group|g|G\ntext|a|A\nend repeat||", "", "survey 第 4 行 type：第 2 行开始的是"),
        ("type|name|label\n|a|A", "", "survey 第 2 行：这一行没有 type"),
        ("type|name|label|relevant\ntext|a|A|${b", "", "survey 第 2 行 relevant："),
        ("type|name|label|relevant\ntext|a|A|${b} = 1", "", "survey 第 2 行 relevant："),
        ("type|name|label|calculation\ncalculate|a||nonsense(1)", "", "survey 第 2 行 calculation："),
        ("type|name|label\nselect_one l|a|A", "list_name|name|label|a\nl|x|X|1\nl|x|X|2", "choices 第 3 行：选项表 l"),
        ("type|name|label\nselect_one l|a|A", "list_name|name|label\nl||X", "choices 第 2 行：选项没有 name"),
        ("type|name|label", "", "survey：survey 里没有题目"),
    ],
)  # fmt: skip
def test_what_cannot_come_in_is_told_with_its_sheet_row_and_column(survey: str, choices: str, said: str) -> None:
    sheets = book(survey, choices=choices) if choices else book(survey)
    found = refused(sheets)
    assert any(line.startswith(said) for line in found), found


def test_a_workbook_of_something_else_is_refused() -> None:
    sheets = {"统计": book("a|b\n1|2")["survey"], "说明": book("a\n1")["survey"]}
    assert refused(sheets) == ["survey：没有叫 survey 的工作表，这不是 XLSForm"]


def test_a_text_of_several_lines_and_one_of_a_line_are_told_apart() -> None:
    form = taken(book("type|name|label|appearance\ntext|a|A|multiline\ntext|b|B|numbers"))
    a, b = form.questions["a"], form.questions["b"]
    assert isinstance(a, Text)
    assert (a.format, a.appearance, b.appearance) == ("multiline", "", "numbers")


def test_a_choice_in_two_rows_is_one_choice_and_a_default_that_is_none_is_kept() -> None:
    choices = "list_name|name|label\nl|x|X\nl|x|X\nl|x|Y\nl|z|Z"
    sheets = book("type|name|label|default\nselect_one l|a|A|w\nselect_one l|b|B|z", choices=choices)
    form = taken(sheets)
    a, b = form.questions["a"], form.questions["b"]
    assert isinstance(a, ChoiceField)
    assert dict(a.choices) == {"x": "X／Y", "z": "Z"}
    assert (a.default, a.xlsform) == (None, {"default": "w"})
    assert b.default is not None
    assert b.default.text == "'z'"
    assert [line.partition("：")[0] for line in told(sheets)] == [
        "choices 第 3 行",
        "choices 第 4 行",
        "survey 第 2 行 default",
    ]

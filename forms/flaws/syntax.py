"""Expressions that cannot be read; the place is the character where the mistake begins."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

EMPTY: Final = Flaw(
    "expression.empty",
    say("表达式是空的"),
    say("写了键就要写表达式"),
    say("写出条件或算式，或者删去这个键"),
)
TOO_LONG: Final = Flaw(
    "expression.too-long",
    say("表达式太长"),
    say("一个表达式最多 800 个词和符号"),
    say("拆成几道 calculate 题，再引用它们"),
)
TOO_DEEP: Final = Flaw(
    "expression.too-deep",
    say("括号套得太深"),
    say("括号、函数和负号最多套 60 层"),
    say("拆成几道 calculate 题，再引用它们"),
)
OPEN_QUOTE: Final = Flaw(
    "expression.open-quote",
    say("引号没有配对"),
    say("文字前后要有一对引号：'…'、“…”、‘…’ 或双引号"),
    say("在文字末尾补上引号"),
)
OPEN_BRACE: Final = Flaw(
    "expression.open-brace",
    say("“${”没有配对的“}”"),
    say("引用一道题写成 ${题名}"),
    say("在题名后面补“}”"),
)
BAD_REFERENCE: Final = Flaw(
    "expression.bad-reference",
    say("${{…}} 里不是题名，现在是“{name}”"),
    say("${…} 里只写一个题名，或“表格.列名”"),
    say("改成题的 name，例如 ${{people}}"),
)
WRONG_SIGN: Final = Flaw(
    "expression.wrong-sign",
    say("不用“{sign}”"),
    say("运算符是 or and = != < <= > >= + - * div mod"),
    say("请写 {right}"),
)
STRANGE: Final = Flaw(
    "expression.strange-sign",
    say("看不懂“{sign}”"),
    say("引号以外只能有题名、数、函数、运算符、括号和逗号"),
    say("改写或删去“{sign}”；若是文字，请放进引号"),
)
EXTRA_BRACKET: Final = Flaw(
    "expression.extra-bracket",
    say("多了一个“)”"),
    say("括号要成对"),
    say("删去它，或在前面补“(”"),
)
OPEN_BRACKET: Final = Flaw(
    "expression.open-bracket",
    say("“{piece}”的括号没有配对"),
    say("括号要成对"),
    say("请在后面补“)”"),
)
OPEN_PREDICATE: Final = Flaw(
    "expression.open-predicate",
    say("“[”没有配对"),
    say("表格的条件写在一对方括号里：${表格}[条件]"),
    say("请在条件后面补“]”"),
)
MISSING_OPERATOR: Final = Flaw(
    "expression.missing-operator",
    say("“{piece}”前面缺少运算符、逗号或“)”"),
    say("两个值之间要有运算符或逗号"),
    say("补上 and、=、+ 之类的运算符，或者逗号"),
)
MISSING_VALUE: Final = Flaw(
    "expression.missing-value",
    say("“{piece}”的前面缺少一个值"),
    say("运算符两边、逗号两边都要有值"),
    say("补上缺少的题名、数或文字；空白写作 ''"),
)
UNFINISHED: Final = Flaw(
    "expression.unfinished",
    say("表达式没有写完，末尾缺少一个值"),
    say("运算符后面要有值"),
    say("补上最后的题名、数或文字"),
)
BARE_NAME: Final = Flaw(
    "expression.bare-name",
    say("“{piece}”既不是题也不是文字"),
    say("题写成 ${题名}，文字加引号，函数后面有括号"),
    say("题请写成 ${{{piece}}}，文字请写成 '{piece}'"),
)
NUMBER_TOO_LARGE: Final = Flaw(
    "expression.number-too-large",
    say("数太大了"),
    say("数不超过 10 的 308 次方"),
    say("改小；一长串编号请加引号当作文字"),
)
UNKNOWN_FUNCTION: Final = Flaw(
    "expression.unknown-function",
    say("没有函数“{piece}”{near}"),
    say("只能用函数表（docs/reference/expressions.md）里的函数"),
    say("查看函数表，改成有的函数"),
)
ARGUMENT_COUNT: Final = Flaw(
    "expression.argument-count",
    say("{piece} 的参数个数不对，现在有 {count} 个"),
    say("每个函数的参数个数见函数表"),
    say("应写成 {usage}"),
)
CHANCE_OUTSIDE_ONCE: Final = Flaw(
    "expression.chance-outside-once",
    say("{piece} 每次算出来都不同"),
    say("uuid() 和 random() 由服务器定一次，只能用在 once(…) 里"),
    say("写成 once({piece}())"),
)
PATH: Final = Flaw(
    "expression.path",
    say("“{piece}”这样的路径看不懂"),
    say("引用题用 ${题名}；也接受 ../题名、current()/../题名 和 ${表格}[条件]/列名"),
    say("改写成 ${{题名}}"),
)
INSTANCE: Final = Flaw(
    "expression.instance",
    say("instance 的写法不对"),
    say("取选项的属性写成 instance('选项表')/root/item[name = ${题名}]/属性"),
    say("照上面的样子改写"),
)
LITERAL_ARGUMENT: Final = Flaw(
    "expression.literal-argument",
    say("{piece} 的第 {number} 个参数要直接写成带引号的文字"),
    say("regex 的正则式，pulldata 的表单名和两个题名，要在载入时就知道"),
    say("写成 '…'，不要用题名或算式"),
)
REFERENCE_ARGUMENT: Final = Flaw(
    "expression.reference-argument",
    say("{piece} 的第 {number} 个参数要写成 ${{题名}}"),
    say("indexed-repeat 的前两个参数是列和表格，jr:choice-name 的第二个参数是选择题"),
    say("写成 ${{题名}}"),
)

"""Files that cannot be read at all, or are no plain YAML."""

from __future__ import annotations

from typing import Final

from kernel.flaw import Flaw
from kernel.sentences import say

_INDENT: Final = say("下一级比上一级多缩进两个空格，同一级左边对齐")
_PAIRED: Final = say("[ 与 ]、{ 与 }、引号都要成对")

UNREADABLE: Final = Flaw(
    "file.unreadable",
    say("读不了这个文件：{why}"),
    say("定义文件要放在设置所写的文件夹里，并且可读"),
    say("检查文件是否还在，以及它的权限"),
)
TOO_LARGE: Final = Flaw(
    "file.too-large",
    say("文件超过 {limit} KB"),
    say("定义文件最多 1024 KB，足够写五千道题或两万个选项；CSV 选项表最多 8192 KB"),
    say("把长选项表移到 vocabularies 文件夹，或拆成几张表"),
)
NOT_UTF8: Final = Flaw(
    "file.not-utf8",
    say("不是 UTF-8 编码，请另存为 UTF-8"),
    say("定义文件用 UTF-8 编码"),
    say("在编辑器里选“另存为”，编码选 UTF-8"),
)
CONTROL_CHARACTER: Final = Flaw(
    "file.control-character",
    say("有看不见的控制字符（{code}）"),
    say("文件里只能有文字、空格和换行"),
    say("删去这一处看不见的字符，重新输入这一行"),
)
ALIAS: Final = Flaw(
    "yaml.alias",
    say("不支持锚点与别名（& 和 *），请写全"),
    say("每处内容都写全，文件读到哪里就是哪里"),
    say("把 & 和 * 换成它代表的内容；若是文字，请加引号"),
)
TAG: Final = Flaw(
    "yaml.tag",
    say("不支持标签（!），请直接写内容"),
    say("内容的种类由键决定，不用标签"),
    say("删去 ! 和它后面的词；若是文字，请加引号"),
)
TOO_DEEP: Final = Flaw(
    "yaml.too-deep",
    say("嵌套超过 {limit} 层"),
    say("定义最多嵌套 24 层"),
    say("检查括号和缩进；分组和表格请少套几层"),
)
LONG_SCALAR: Final = Flaw(
    "yaml.long-text",
    say("这一处文字有 {count} 个字，太长"),
    say("一处文字最多 65536 个字"),
    say("检查引号是否漏了结尾；确是正文请缩短"),
)
LONG_KEY: Final = Flaw(
    "yaml.long-key",
    say("键太长：{key}"),
    say("键是一个短词，最多 200 个字"),
    say("改成短的名称；检查是否漏了换行"),
)
STRANGE_KEY: Final = Flaw(
    "yaml.strange-key",
    say("键必须是一个词"),
    say("冒号前面是一个词，不是列表或“键: 值”"),
    say("删去问号或括号；以 [ 或 { 开头的文字请加引号"),
)
DOUBLE_KEY: Final = Flaw(
    "yaml.double-key",
    say("{key} 写了两次，上一次在第 {line} 行"),
    say("同一处每个键只能写一次"),
    say("合成一处，或删去其中一处"),
)
TAB: Final = Flaw(
    "yaml.tab",
    say("缩进用了制表符（Tab）"),
    say("缩进只用空格"),
    say("把这一行开头的制表符换成空格"),
)
COLON: Final = Flaw(
    "yaml.colon",
    say("这里不该有冒号"),
    _INDENT,
    say("文字里带“: ”的请整段加引号；再看上一行的冒号后面空了一格没有"),
)
NO_COLON: Final = Flaw(
    "yaml.no-colon",
    say("这一行缺少冒号"),
    say("写成“键: 值”，冒号后面空一格，冒号是半角的"),
    say("补上冒号和一个空格；接着上一行的文字请缩进"),
)
WIDE_COLON: Final = Flaw(
    "yaml.wide-colon",
    say("这一行的冒号是全角的“：”"),
    say("写成“键: 值”，冒号后面空一格，冒号是半角的"),
    say("换成半角冒号和一个空格"),
)
NO_SPACE: Final = Flaw(
    "yaml.no-space",
    say("这一行的冒号后面没有空格"),
    say("写成“键: 值”，冒号后面空一格，冒号是半角的"),
    say("在冒号后面补一个空格"),
)
INDENT: Final = Flaw(
    "yaml.indent",
    say("这里的缩进与前面对不上"),
    _INDENT,
    say("把这一行与同级的各行左边对齐；列表每项前加“- ”"),
)
RESERVED_SIGN: Final = Flaw(
    "yaml.reserved-sign",
    say("内容不能以“{sign}”开头"),
    say("@ ` % 等符号在 YAML 里另有用处"),
    say("把整段内容放进引号"),
)
OPEN_QUOTE: Final = Flaw(
    "yaml.open-quote",
    say("引号没有结尾"),
    _PAIRED,
    say("补上结尾的引号"),
)
OPEN_BRACKET: Final = Flaw(
    "yaml.open-bracket",
    say("括号没有配对，或缺少逗号"),
    _PAIRED,
    say("补上 ] 或 }，各项之间用逗号隔开"),
)
BAD_ESCAPE: Final = Flaw(
    "yaml.bad-escape",
    say("双引号里的“\\”用得不对"),
    say("双引号里“\\”有特殊含义，单引号里没有"),
    say("把双引号换成单引号，正则式尤其如此"),
)
SEVERAL_DOCUMENTS: Final = Flaw(
    "yaml.several-documents",
    say("一个文件里写了几份内容（---）"),
    say("一个文件只写一张表"),
    say("删去 ---，或拆成几个文件"),
)
SYNTAX: Final = Flaw(
    "yaml.syntax",
    say("YAML 写法有误：{why}"),
    say("文件按 YAML 1.2 书写：键、冒号、空格、值"),
    say("检查这一行和上一行的引号、冒号与缩进"),
)

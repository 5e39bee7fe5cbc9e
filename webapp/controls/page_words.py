"""What a form's page says by itself; the names in braces are filled in by its scripts."""

from __future__ import annotations

from kernel.sentences import Sentence, say


def page_words() -> dict[str, Sentence]:
    """Every sentence of the page's scripts, by the name they know it by."""
    return {
        "constraint": say("不符合要求"),
        "sending": say("正在上传……"),
        "not_sent": say("网络不通，{count} 个文件没有传上去，提交时一起传"),
        "too_many": say("最多 {most} 个，多出的没有留下"),
        "remove": say("去掉 {name}"),
        "up": say("上移"),
        "down": say("下移"),
        "locating": say("正在定位……"),
        "located": say("已取到位置，误差约 {metres} 米"),
        "location_denied": say("手机没有允许定位，可在设置里打开，或直接填写“纬度 经度”"),
        "location_unknown": say("没有取到位置，请到开阔处再试，或直接填写“纬度 经度”"),
    }

"""What questions are called whose headings offices write again and again; what else a heading tells."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from forms.linting import RESERVED, TAKEN_ON_PAGES

#: Endings and wholes of headings to names, the more certain before the others.
_NAMES: Final = (
    (r"统一社会信用代码|信用代码", "uscc"),
    (r"身份证.*|公民身份号码", "citizen_id"),
    (r".*(电话|手机|联系方式|手机号码?)", "phone"),
    (r".*(邮箱|电子邮件)", "email"),
    (r"(单位|企业|公司|受检单位|被检查单位|被检查企业)(全称|名称)?", "enterprise"),
    (r"(属地)?(乡镇|街道|镇街|乡镇街道|乡镇（街道）|所属乡镇)", "town"),
    (r".*(监管|主管|责任)部门", "department"),
    (r".*地址|.*住所", "address"),
    (r".*(地点|位置|部位|场所)", "place"),
    (r"检查(日期|时间)|日期|时间|.*发生(日期|时间)", "date"),
    (r".*(整改|完成|办结)(期限|时限)|期限|时限", "deadline"),
    (r".*(整改|完成)(日期|时间)", "fixed_at"),
    (r".*(法人|法定代表人).*", "legal_person"),
    (r".*(联系人)", "contact"),
    (r".*(责任人|负责人)", "owner"),
    (r"检查人员?|.*检查人", "inspectors"),
    (r".*(隐患|问题)(数|数量|个数)", "hazards"),
    (r".*(隐患|问题)(描述|内容|情况)?", "description"),
    (r".*(级别|等级)", "level"),
    (r".*(类别|类型|种类)", "kind"),
    (r".*(行业|领域).*", "sector"),
    (r".*(人数|人员数)(（.*）)?", "people"),
    (r".*(金额|资金|投入).*", "amount"),
    (r".*(状态|进展)", "progress"),
    (r".*(措施)", "measures"),
    (r".*(结果|结论)", "result"),
    (r".*整改.*", "rectified"),
    (r"姓名|名称|.*名称", "name"),
    (r"性别", "sex"),
    (r"年龄", "age"),
    (r"经度", "longitude"),
    (r"纬度", "latitude"),
    (r"备注|说明", "remark"),
)
_MEASURE: Final = re.compile(r"[（(](?:单位[:：])?(?P<unit>[^（）()]{1,8})[）)]\s*$")
_MEASURES: Final = re.compile(
    r"万?元|亿元|人次?|名|个|处|家次?|次|场|期|件|起|项|条|台|套|辆|艘|米|千米|公里|平方米|平方公里|立方米|亩|公顷|吨|千克|公斤|升|天|日|小时|学时|分钟|"
    r"年|月|岁|分|%|％|m|km|㎡|m2|m²|kg|t|cm|mm|℃|kW|kWh"
)


def name_for(heading: str, taken: Collection[str], place: int) -> str:
    """What the question under `heading` is called; `q3` for the third where no word is known."""
    bare = _MEASURE.sub("", heading).strip()
    word = next((name for pattern, name in _NAMES if re.fullmatch(pattern, bare)), f"q{place}")
    if re.fullmatch(r"[a-z][a-z0-9_]{0,50}", bare.lower()):
        word = bare.lower()
    refused = {*taken, *RESERVED, *TAKEN_ON_PAGES}
    return next(name for name in _numbered(word, len(refused) + 2) if name not in refused)


def measure_word(heading: str) -> str:
    """What a column's numbers are counted in, as its heading says: （万元）, (人); empty where it says nothing."""
    found = _MEASURE.search(heading)
    return found["unit"] if found and _MEASURES.fullmatch(found["unit"]) else ""


def is_serial(heading: str) -> bool:
    """Whether a heading is that of a column of running numbers."""
    return bool(re.fullmatch(r"序号?|编?号|No\.?|#|行号|排序", heading.strip(), re.IGNORECASE))


def says(heading: str, *words: str) -> bool:
    """Whether a heading has one of `words` in it."""
    return any(word in heading for word in words)


def _numbered(word: str, most: int) -> list[str]:
    return [word, *(f"{word}_{number}" for number in range(2, most + 2))]

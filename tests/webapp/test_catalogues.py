from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.support import Translations

from scripts.sentences import gathered, mistakes, read_catalogue, updated, written
from tests.webapp.office import ENTERPRISE, HAZARD, INSPECTION, ROOT, SignIn
from webapp.catalogues import compile_catalogues

CATALOGUES = sorted((ROOT / "webapp/translations").glob("*/LC_MESSAGES/messages.po"))
#: What English pages hold that people or the office wrote in Chinese.
WRITTEN = re.compile(
    "青山县安全生产委员会办公室|青山县安委办|城关镇|东河镇|应急管理局|孙文清|周建平|李桂兰|赵春梅|王建国|郑国强|中文"
    "|青山县永兴面粉有限公司|建设路与环城路交叉口|道路路段|三号车间配电室|配电箱门未上锁，线路老化有裸露"
    "|路口信号灯不亮，夜间没有照明|青安办表〔\\d+〕\\d+号|2026年11月22日|\\w+\\.xlsx|names with 、"
)


@pytest.fixture
def translations(tmp_path: Path) -> Path:
    """A copy of the catalogues that nothing was compiled from."""
    return Path(shutil.copytree(ROOT / "webapp/translations", tmp_path / "t", ignore=shutil.ignore_patterns("*.mo")))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_has_just_the_sentences_that_are_said_each_translated_with_its_values(path: Path) -> None:
    catalogue, said = read_catalogue(path), gathered(ROOT)
    assert len(said) > 300
    assert not list(mistakes(catalogue, said)), "scripts/catalogue adds what is missing; then translate it"


def test_the_script_changes_nothing_where_nothing_changed() -> None:
    said = gathered(ROOT)
    for path in CATALOGUES:
        catalogue = read_catalogue(path)
        assert written(updated(catalogue, said)) == written(updated(updated(catalogue, said), said))


def test_every_kind_of_mistake_in_a_catalogue_is_found() -> None:
    catalogue = Catalog("en")
    catalogue.add("只有这里有", "only here")
    catalogue.add("最多 {most} 行", "At most {more} rows")
    catalogue.add("必填")
    catalogue.add("不符合要求", "This does not meet the requirements", flags=["fuzzy"])
    catalogue.add("第 %(page)s 页", "Page %(page)s")
    said = ("最多 {most} 行", "必填", "不符合要求", "第 %(page)s 页", "新的")
    found = mistakes(catalogue, {sentence: {"a.py"} for sentence in said})
    assert sorted(found) == [
        "fuzzy: 不符合要求",
        "missing: 新的",
        "not translated: 必填",
        "other values: 最多 {most} 行 -> At most {more} rows",
        "said nowhere: 只有这里有",
    ]


def test_a_catalogue_is_compiled_when_it_is_missing_or_older(translations: Path) -> None:
    compile_catalogues(translations)
    compiled = translations / "en/LC_MESSAGES/messages.mo"
    with compiled.open("rb") as file:
        assert read_mo(file)["必填"].string == "Required"
    first = compiled.stat().st_mtime_ns
    compile_catalogues(translations)
    assert compiled.stat().st_mtime_ns == first
    os.utime(compiled, (0, 0))
    compile_catalogues(translations)
    assert compiled.stat().st_mtime_ns > first
    assert not list(compiled.parent.glob("*.mo.*"))
    assert Translations.load(translations, ["en"]).gettext("必填") == "Required"


def test_where_nothing_may_be_written_pages_stay_chinese(
    translations: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def read_only(path: Path, mode: str = "r", *_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system", str(path))

    source = translations / "en/LC_MESSAGES/messages.po"
    content = source.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", read_only)
        compile_catalogues(translations)
    assert "pages stay Chinese" in caplog.text
    assert source.read_bytes() == content
    assert not source.with_suffix(".mo").exists()


def test_an_english_page_says_nothing_in_chinese_but_what_people_wrote(sign_in: SignIn) -> None:
    clerk, office = sign_in("clerk"), sign_in("office")
    clerk.store("enterprise", ENTERPRISE)
    clerk.store("inspection", INSPECTION)
    hazard = clerk.store("hazard", HAZARD)
    step = {"owner_org": "cg", "owner": "Li", "measure": "Lamps", "tracker": "clerk", "_revision": "1"}
    assert office.post(f"/r/{hazard}/step/assign", step).status_code == 302
    office.post("/language", {"language": "en"})
    forms = ("hazard", "inspection", "enterprise", "daily_report", "drill", "training", "enforcement")
    paths = ["/", "/account", "/office", "/outbox", "/sheets", "/editions", "/nowhere", f"/r/{hazard}"]
    paths += [f"/r/{hazard}/{page}" for page in ("edit", "receipt", "step/transfer", "step/nothing")]
    paths += [f"/f/{form}{page}" for form in forms for page in ("", "/new", "/import", "?q=x", "?withdrawn=1")]
    for path in paths:
        assert not chinese_in(office.get(path).text), path
    for form in forms:
        assert not chinese_in(office.fill(form, {"unknown": "1", "hazards-0-place": "x"}).text), form
    assert not chinese_in(office.post("/f/hazard/import").text)
    assert not chinese_in(office.client.post("/f/hazard/new").text)


def chinese_in(page: str) -> list[str]:
    """The runs of Chinese that no person wrote."""
    said = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    return re.findall(r"[\u4e00-\u9fff、。：；]+", WRITTEN.sub("", said))

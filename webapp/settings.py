"""`config.yaml`: the settings of an office, and nothing else (units and people live in the database)."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_validator
from pydantic import Field as Key
from pydantic_core import ErrorDetails
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from forms.mistakes import issue_of, sentence_of
from kernel.mail import Security, is_address
from kernel.nearness import did_you_mean
from kernel.problems import Problem
from kernel.sentences import say
from kernel.yamlfile import Issue, YamlFile, read_yaml

#: Which databases there are drivers for.
_DATABASES = ("sqlite", "postgresql+psycopg")
#: Hosts that are no address: the server listens wherever the machine can be reached.
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 -- told apart, not listened on
#: What a code of GB/T 2260 looks like.
AREA = "[0-9]{6}"


class BadSettings(Problem):
    """`config.yaml` is missing or says something that cannot be."""

    code = "settings.wrong"

    def __init__(self, issues: list[Issue]) -> None:
        self.issues = issues
        super().__init__(say("设置有误：{issues}", issues="；".join(str(issue) for issue in issues)))


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MailSettings(_Part):
    """The mail server; without a host, letters are laid into `outbox`."""

    #: The SMTP server; none: nothing is sent, letters lie in `outbox` and can be read in the page.
    host: str | None = None
    #: 465 for `tls`, 587 for `starttls`, 25 for `none`.
    port: Annotated[int, Key(ge=1, le=65535)] = 465
    #: How the connection is kept secret; the server's certificate is always checked.
    security: Security = "tls"
    #: To sign in to the server with; none: it asks for nothing.
    user: str | None = None
    #: `!env MAIL_PASSWORD`, so that it does not lie in a file.
    password: SecretStr | None = None
    #: The address letters come from; the name of the office is put before it.
    sender: str = "taizhang@localhost"
    #: Where letters are laid when there is no host.
    outbox: Path = Path("var/outbox")

    @field_validator("sender")
    @classmethod
    def _one_address(cls, address: str) -> str:
        if not is_address(address):
            raise ValueError(say("应是一个邮箱地址，前面不写名称，例如 office@example.cn"))
        return address


class SheetSettings(_Part):
    """The shared sheets: which kind, where, and how often they are looked at (seconds)."""

    #: A file of `sync/backends/`, or a module of the office's own with a dot in its name.
    kind: str = "xlsx"
    #: Where the workbooks lie: the folder that is shared.
    folder: Path = Path("var/sheets")
    #: Seconds between two looks at a workbook.
    every: Annotated[int, Key(ge=2, le=3600)] = 10


class WebSettings(_Part):
    """The web server; HOST and PORT of the environment go before these."""

    #: Where the server listens; `0.0.0.0` for the whole network.
    host: str = "127.0.0.1"
    #: The port.
    port: Annotated[int, Key(ge=1, le=65535)] = 8000
    #: How others reach the pages: printed in letters and bulletins.
    address: str | None = None
    #: Signs cookies; none: one is made and kept in the file `secret_key` beside `files`.
    secret_key: SecretStr | None = None
    #: The address a proxy reaches the program from, such as 127.0.0.1: of it alone X-Forwarded-For is believed.
    proxy: str | None = None
    #: Cookies only over HTTPS: set it when a proxy speaks HTTPS to people.
    https: bool = False


class UploadSettings(_Part):
    """Photos and other files that people attach to what they fill in."""

    #: The largest file, in MB (1024 × 1024 bytes). The page makes photos smaller before it sends them.
    megabytes: Annotated[int, Key(ge=1, le=100)] = 20
    #: How long a file is kept that was chosen for a form which was never sent (days).
    keep_days: Annotated[int, Key(ge=1, le=90)] = 7

    @property
    def most_bytes(self) -> int:
        """The size of the largest file in bytes."""
        return self.megabytes * 1024 * 1024


class JobSettings(_Part):
    """Work behind the scenes."""

    #: How many threads work at the same time.
    workers: Annotated[int, Key(ge=1, le=16)] = 2


class Settings(_Part):
    """Everything an office sets."""

    #: What the office is called.
    office: str
    #: Six digits (GB/T 2260), printed in numbers such as YH-419926-2026-000001.
    area: str
    #: The zone of every day and hour that people read and write.
    time_zone: str = "Asia/Shanghai"
    #: What somebody reads who has not chosen.
    language: Literal["zh", "en"] = "zh"
    #: `sqlite:///FILE`, or `postgresql+psycopg://USER@HOST/NAME`.
    database: str = "sqlite:///var/office.db"
    #: Where the definitions of forms lie; `vocabularies` lies beside it.
    forms: Path = Path("forms/definitions")
    #: Where the definitions of reports lie.
    reports: Path = Path("reports/definitions")
    #: Where PDFs and what people attach are kept, by their digest.
    files: Path = Path("var/files")
    #: Where `backup` writes when it is given no file.
    backups: Path = Path("var/backups")
    #: Roles that look after sheets, bulletins, letters and people, as administrators do.
    staff: tuple[str, ...] = ("office",)
    #: Types of questions that forms may use, such as `text` and `select_one`; none: all.
    question_types: tuple[str, ...] = ()
    #: Whether `run` loads the fictional county into an empty database, and the first page shows its accounts.
    demo: bool = False
    #: The shared sheets.
    sheets: SheetSettings = SheetSettings()
    #: Letters.
    mail: MailSettings = MailSettings()
    #: The pages.
    web: WebSettings = WebSettings()
    #: What people attach.
    uploads: UploadSettings = UploadSettings()
    #: Work behind the scenes.
    jobs: JobSettings = JobSettings()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(say("没有“{name}”这个时区", name=name))
        return name

    @field_validator("area")
    @classmethod
    def _six_digits(cls, code: str) -> str:
        if not re.fullmatch(AREA, code):
            raise ValueError(say('行政区划代码是 6 位数字，例如 "419926"（要加引号）'))
        return code

    @field_validator("database")
    @classmethod
    def _known_database(cls, url: str) -> str:
        example = "sqlite:///var/office.db、postgresql+psycopg://用户@主机/库名"
        try:
            known = make_url(url).drivername in _DATABASES
        except (ArgumentError, ValueError):
            known = False
        if not known:
            raise ValueError(say("看不懂数据库地址，应像 {example}", example=example))
        return url

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.time_zone)

    def served_at(self, host: str, port: int) -> Settings:
        """The same settings of an office whose pages are really served there, whatever the file says."""
        return self.model_copy(update={"web": self.web.model_copy(update={"host": host, "port": port})})

    @property
    def web_address(self) -> str:
        """How people reach the pages, without a slash at the end."""
        if self.web.address:
            return self.web.address.rstrip("/")
        host = socket.gethostname() if self.web.host in _EVERYWHERE else self.web.host
        return f"http://[{host}]:{self.web.port}" if ":" in host else f"http://{host}:{self.web.port}"

    @property
    def sheet_interval(self) -> timedelta:
        """How often the shared sheets are looked at."""
        return timedelta(seconds=self.sheets.every)


def read_settings(path: Path) -> Settings:
    """The settings of `path`; its relative paths are meant from the folder it lies in. Raises `BadSettings`."""
    file = read_yaml(path, secrets=True)
    if file.issues:
        raise BadSettings(file.issues)
    try:
        settings = Settings.model_validate({} if file.data is None else file.data)
    except ValidationError as error:
        issues = [issue_of(found, file, path, mistake_words(found, file, Settings)) for found in error.errors()]
        raise BadSettings(issues) from error
    return _anchored(settings, path.resolve().parent)


def mistake_words(found: ErrorDetails, file: YamlFile, root: type[BaseModel]) -> str:
    """One finding of pydantic, in words, in a file that should say a `root`."""
    place, limits = found["loc"], found.get("ctx", {})
    key = str(place[-1]) if place else say("整个文件")
    match found["type"]:
        case "value_error":
            return say("{key}：{why}", key=key, why=limits["error"].args[0])
        case "extra_forbidden":
            return say("不认识 {key}{near}", key=key, near=did_you_mean(key, _keys_around(place, root)))
        case "greater_than_equal":
            return say("{key} 最小是 {least}", key=key, least=limits["ge"])
        case "less_than_equal":
            return say("{key} 最大是 {most}", key=key, most=limits["le"])
        case "model_type":
            return say("{key} 应当是“键: 值”", key=key)
        case _:
            return sentence_of(found, file.part(place))


def _keys_around(place: tuple[int | str, ...], part: type[BaseModel]) -> list[str]:
    """The keys that are known where the unknown one stands."""
    for step in place[:-1]:
        if isinstance(step, int):
            continue
        annotation = part.model_fields[step].annotation
        inner = [one for one in (annotation, *get_args(annotation)) if isinstance(one, type)]
        part = next(one for one in inner if issubclass(one, BaseModel))
    return list(part.model_fields)


def _anchored(settings: Settings, folder: Path) -> Settings:
    """The same settings with every relative path made absolute."""
    changed: dict[str, Any] = {
        name: folder / getattr(settings, name) for name in ("forms", "reports", "files", "backups")
    }
    changed["sheets"] = settings.sheets.model_copy(update={"folder": folder / settings.sheets.folder})
    changed["mail"] = settings.mail.model_copy(update={"outbox": folder / settings.mail.outbox})
    prefix = "sqlite:///"
    inside = settings.database.removeprefix(prefix)
    if settings.database.startswith(prefix) and inside != ":memory:":
        changed["database"] = prefix + str(folder / inside)
    return settings.model_copy(update=changed)

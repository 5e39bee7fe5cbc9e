"""Mail: a message, how it is written so that every mail program reads it, and two ways of sending it.

What programs in offices choke on decides the encoding: QQ Mail and Foxmail show
`tcmime.bin` for RFC 2231 continuations (`filename*0*=`), older Outlook reads only RFC 2047,
so a Chinese file name is written both ways, each in one piece (RFC 2231 without continuations).
"""

from __future__ import annotations

import base64
import hashlib
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import encoders, message_from_bytes, policy
from email.header import Header
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, TypeVar
from urllib.parse import quote

from kernel.problems import Problem, Unavailable, Unprocessable
from kernel.sentences import say
from kernel.whole import write_whole

Security: TypeAlias = Literal["none", "starttls", "tls"]

_Answer = TypeVar("_Answer")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\s]+')
#: Percent-encoded, a name of this length (UTF-8 bytes) still fits a line of 998 (RFC 5322 §2.1.1).
_LONGEST_NAME = 240
_TIMEOUT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a message."""

    name: str  # as the reader sees it, with its ending
    media_type: str  # application/pdf
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person."""

    sender_name: str  # 青山县安委办; may be empty
    sender_address: str  # office@example.cn
    to_name: str
    to_address: str
    subject: str
    text: str
    message_id: str  # <id@host>; the same each time the same message is sent
    date: datetime  # aware
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()


class UnsafeMessage(Unprocessable):
    """A header of the message would not stay the one line it has to be, or an address is none."""

    code = "mail.unsafe"

    def __init__(self, header: str, value: str) -> None:
        super().__init__(_what_to_mend(header, repr(value)))


def _what_to_mend(header: str, value: str) -> str:
    match header:
        case "To":
            return say("收件人的姓名或邮箱写错了：{value}。请管理员在人员名单里改正，然后再发一次。", value=value)
        case "From":
            return say("单位名称或发件邮箱写错了：{value}。请管理员改正设置里的 office 或 mail.sender。", value=value)
        case _:
            return say("邮件的标题或附件名里有换行等看不见的字符：{value}。请改正通报的 title。", value=value)


class MailRefused(Problem):
    """The mail server will never take this message (5xx)."""

    code = "mail.refused"
    status = 422

    def __init__(self, answer: str) -> None:
        super().__init__(say("邮件服务器拒收这封邮件：{answer}", answer=answer))


class MailUnreachable(Unavailable):
    """The message cannot go out now (no connection, 4xx, login, sender refused, disk full); nothing was sent."""

    code = "mail.unreachable"

    def __init__(self, why: str) -> None:
        super().__init__(say("邮件暂时发不出：{why}，稍后自动再发", why=why))


class MailUnknown(Problem):
    """The connection broke after the whole message was handed over: it may have been taken."""

    code = "mail.unknown"
    status = 503

    def __init__(self, why: str) -> None:
        super().__init__(say("邮件交出后连接中断（{why}），无法确定是否已送达，请先问收件人再决定是否重发", why=why))


def is_address(text: str) -> bool:
    """Whether `text` is one mail address as every server takes it: `office@example.cn`, without a name."""
    return _ADDRESS.fullmatch(text) is not None


class Mailer(Protocol):
    """Whatever sends a message."""

    def send(self, message: Message) -> None:
        """Send it; raises `UnsafeMessage`, `MailRefused`, `MailUnreachable`, `MailUnknown`."""


# ---- writing -------------------------------------------------------------------------------------------------------


def encode(message: Message) -> bytes:
    """The message as it goes over the wire, lines ending in CRLF; equal messages have equal bytes.

    Raises:
        UnsafeMessage: a header holds a line break or another control character, or an address is none.
    """
    root = MIMEMultipart("mixed", boundary=_boundary(message, "mixed"))
    root["From"] = _mailbox("From", message.sender_name, message.sender_address)
    root["To"] = _mailbox("To", message.to_name, message.to_address)
    root["Subject"] = Header(_line("Subject", message.subject), "utf-8", header_name="Subject").encode()
    root["Date"] = format_datetime(message.date)
    root["Message-ID"] = _line("Message-ID", message.message_id)
    root["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies, please
    root.attach(_body(message))
    for attachment in message.attachments:
        root.attach(_attached(attachment))
    return root.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def _body(message: Message) -> MIMEBase:
    text = MIMEText(message.text, "plain", "utf-8")
    if message.html is None:
        return text
    both = MIMEMultipart("alternative", boundary=_boundary(message, "alternative"))
    both.attach(text)
    both.attach(MIMEText(message.html, "html", "utf-8"))
    return both


def _boundary(message: Message, kind: str) -> str:
    """A line that no base64 can hold, the same each time."""
    return "=_" + hashlib.sha256(f"{message.message_id} {kind}".encode()).hexdigest()[:32]


def _attached(attachment: Attachment) -> MIMEBase:
    main, _, sub = _line("Content-Type", attachment.media_type).partition("/")
    part = MIMEBase(main, sub or "octet-stream")
    part.set_payload(attachment.content)
    encoders.encode_base64(part)
    name = _file_name(_line("Content-Disposition", attachment.name))
    old = name if name.isascii() else f"=?utf-8?B?{base64.b64encode(name.encode()).decode()}?="
    new = "" if name.isascii() else f";\n filename*=utf-8''{quote(name, safe='')}"
    del part["Content-Type"]
    part["Content-Type"] = f'{main}/{sub or "octet-stream"};\n name="{old}"'
    part["Content-Disposition"] = f'attachment;\n filename="{old}"{new}'
    return part


def _file_name(name: str) -> str:
    """`name` without what no file system takes, shortened before its ending."""
    path = Path(_NOT_IN_FILE_NAMES.sub("_", name))
    room = _LONGEST_NAME - len(path.suffix.encode())
    return path.stem.encode()[:room].decode(errors="ignore") + path.suffix


def _mailbox(header: str, name: str, address: str) -> str:
    if not is_address(address):
        raise UnsafeMessage(header, address)
    return formataddr((_line(header, name), address), "utf-8")


def _line(header: str, value: str) -> str:
    if _CONTROL.search(value):
        raise UnsafeMessage(header, value)
    return value


# ---- sending by SMTP -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends through an SMTP server, one connection a message; the server's certificate is always checked."""

    host: str
    port: int
    security: Security = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: timedelta = _TIMEOUT
    authorities: Path | None = None  # PEM file of the certificate authority, where the office has its own

    def send(self, message: Message) -> None:
        """Hand the message to the server and wait until it answers for it."""
        content = encode(message)
        smtp = _reaching(self._connect)
        try:
            _reaching(lambda: self._greet(smtp))
            _expect_sender(_reaching(lambda: smtp.mail(message.sender_address)), message.sender_address)
            _expect(_reaching(lambda: smtp.rcpt(message.to_address)), 250, 251)
            _expect(_reaching(lambda: smtp.docmd("DATA")), 354)
            _reaching(lambda: smtp.send(_dotted(content)))
            _expect(_handed_over(smtp), 250)
        finally:
            with suppress(smtplib.SMTPException, OSError):  # the answer is known; a rude goodbye changes nothing
                smtp.quit()
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        seconds = self.timeout.total_seconds()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=seconds, context=self._context())
        return smtplib.SMTP(self.host, self.port, timeout=seconds)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.security == "starttls":
            smtp.starttls(context=self._context())
            smtp.ehlo()
        if self.user is not None:
            smtp.login(self.user, self.password or "")

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authorities)


def _reaching(step: Callable[[], _Answer]) -> _Answer:
    """What `step` answers; whatever goes wrong in it, the server has not got the message."""
    try:
        return step()
    except smtplib.SMTPResponseException as error:
        raise MailUnreachable(_words(error.smtp_code, error.smtp_error)) from error
    except UnicodeError as error:  # smtplib writes a password as ASCII, the resolver a host as IDNA
        why = say("邮件服务器的地址、用户名或密码里有它不认的字，请管理员检查设置文件的 mail 一节")
        raise MailUnreachable(why) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnreachable(str(error) or type(error).__name__) from error


def _handed_over(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    """Say that the message is complete; the server's answer."""
    try:
        smtp.send(b".\r\n")
        return smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnknown(str(error) or type(error).__name__) from error


def _expect_sender(answer: tuple[int, bytes], sender: str) -> None:
    """A sender that the server does not know is a mistake in the settings: no letter fails for good because of it."""
    if answer[0] != 250:
        words = _words(*answer)
        why = say(
            "邮件服务器不让 {sender} 发信（{words}），请管理员检查设置里的 mail.sender", sender=sender, words=words
        )
        raise MailUnreachable(why)


def _expect(answer: tuple[int, bytes], *wanted: int) -> None:
    code, words = answer
    if code in wanted:
        return
    if 500 <= code < 600:
        raise MailRefused(_words(code, words))
    raise MailUnreachable(_words(code, words))


def _words(code: int, answer: bytes | str) -> str:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{code} {words}"


def _dotted(content: bytes) -> bytes:
    """`content` with the dots that begin a line doubled, ending in CRLF (RFC 5321 §4.5.2)."""
    doubled = re.sub(rb"(?m)^\.", b"..", content)
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


# ---- a folder instead of a server ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutboxMailer:
    """Puts messages into a folder, one .eml file each: for an office that has no mail server yet."""

    folder: Path

    def send(self, message: Message) -> None:
        """Write the file, whole or not at all; the same message again is the same file."""
        content = encode(message)
        try:
            write_whole(self.folder / _outbox_name(message), content)
        except OSError as error:
            raise MailUnreachable(
                say("写不进发件箱文件夹 {folder}（{why}）", folder=self.folder, why=error.strerror)
            ) from error


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message that lies in the folder."""

    path: Path
    subject: str
    to: str  # 孙全 <sun@example.cn>
    date: datetime | None  # aware; none: the file does not say
    attachments: tuple[str, ...]  # names


def read_outbox(folder: Path, *, limit: int = 200) -> list[OutboxMessage]:
    """The newest `limit` messages in `folder`, the newest first; a folder that is not there is empty."""
    paths = sorted(folder.glob("[!.]*.eml"), key=lambda path: path.name, reverse=True)
    return [_read(path) for path in paths[:limit]]


def _read(path: Path) -> OutboxMessage:
    parsed = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    date = parsed["Date"]
    return OutboxMessage(
        path=path,
        subject=str(parsed["Subject"] or ""),
        to=str(parsed["To"] or ""),
        date=date.datetime if date is not None else None,
        attachments=tuple(part.get_filename() or "" for part in parsed.iter_attachments()),
    )


def _outbox_name(message: Message) -> str:
    """Sorts by time, says to whom and what, and is one with its Message-ID."""
    key = hashlib.sha256(message.message_id.encode()).hexdigest()[:8]
    readable = _NOT_IN_FILE_NAMES.sub("_", f"{message.to_name or message.to_address}_{message.subject}")
    short = readable.encode()[:160].decode(errors="ignore")
    return f"{message.date:%Y%m%d-%H%M%S}_{short}_{key}.eml"

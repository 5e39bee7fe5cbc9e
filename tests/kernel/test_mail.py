from __future__ import annotations

import asyncio
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from kernel.mail import (
    Attachment,
    MailRefused,
    MailUnknown,
    MailUnreachable,
    Message,
    OutboxMailer,
    SmtpMailer,
    UnsafeMessage,
    encode,
    is_address,
    read_outbox,
)

NAME = "青山县安全生产简报第49期（安全生产大检查专刊第32期）2026年10月24日.pdf"
MESSAGE = Message(
    sender_name="青山县安委办",
    sender_address="office@qingshan.example",
    to_name="孙全",
    to_address="sun@qingshan.example",
    subject="青山县安全生产简报 第49期（安全生产大检查专刊 第32期）2026年10月24日，请各成员单位查收",
    text="正文见附件。\n.这一行以点开头\n",
    html="<p>正文见附件。</p>",
    message_id="<0123456789@qingshan.example>",
    date=datetime(2026, 10, 24, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    attachments=(Attachment(NAME, "application/pdf", b"%PDF-1.7\r\n.\r\n" * 500),),
)


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, _class=EmailMessage, policy=policy.default)


def text_of(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


# ---- writing -------------------------------------------------------------------------------------------------------


def test_a_message_is_read_as_it_was_written() -> None:
    read = parsed(encode(MESSAGE))
    assert str(read["From"]) == "青山县安委办 <office@qingshan.example>"
    assert str(read["To"]) == "孙全 <sun@qingshan.example>"
    assert str(read["Subject"]) == MESSAGE.subject
    assert str(read["Message-ID"]) == MESSAGE.message_id
    assert read["Date"].datetime == MESSAGE.date
    assert text_of(read, "plain") == MESSAGE.text
    assert text_of(read, "html") == MESSAGE.html
    (attachment,) = read.iter_attachments()
    assert attachment.get_filename() == NAME
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == MESSAGE.attachments[0].content


@pytest.mark.parametrize("name", ["Safety Office, Qingshan", "安委办，青山县", 'A "B" <c@d.example>', ""])
def test_an_office_may_be_called_anything(name: str) -> None:
    (mailbox,) = parsed(encode(replace(MESSAGE, sender_name=name)))["From"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == (name, "office@qingshan.example")


def test_a_message_written_twice_has_equal_bytes() -> None:
    assert encode(MESSAGE) == encode(MESSAGE)


def test_a_chinese_file_name_is_written_in_both_ways_and_never_in_pieces() -> None:
    content = encode(MESSAGE)
    assert b"filename*=utf-8''%E9%9D%92" in content
    assert b"filename*0" not in content
    assert content.count(b'name="=?utf-8?B?') == 2


def test_every_line_ends_in_crlf_and_none_is_longer_than_998() -> None:
    long = replace(MESSAGE, attachments=(Attachment("汉" * 300 + ".pdf", "application/pdf", b"x"),))
    for message in (MESSAGE, long):
        content = encode(message)
        assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
        assert max(map(len, content.split(b"\r\n"))) <= 998
    (attachment,) = parsed(encode(long)).iter_attachments()
    name = attachment.get_filename() or ""
    assert name.startswith("汉汉汉")
    assert name.endswith("汉.pdf")


def test_a_file_name_holds_nothing_a_file_system_refuses() -> None:
    message = replace(MESSAGE, attachments=(Attachment('../a\\b:c*?"<>| d.pdf', "application/pdf", b"x"),))
    (attachment,) = parsed(encode(message)).iter_attachments()
    assert attachment.get_filename() == ".._a_b_c_d.pdf"


@pytest.mark.parametrize(
    "field_name", ["sender_name", "sender_address", "to_name", "to_address", "subject", "message_id"]
)
@pytest.mark.parametrize("evil", ["\r\nBcc: all@qingshan.example", "\nX: y", "\r", "\x00"])
def test_a_header_cannot_smuggle_another_one(field_name: str, evil: str) -> None:
    value = getattr(MESSAGE, field_name)
    smuggling: dict[str, str] = {field_name: value + evil}
    with pytest.raises(UnsafeMessage):
        encode(replace(MESSAGE, **smuggling))  # type: ignore[arg-type] # every one of them is a str


@pytest.mark.parametrize(
    ("field_name", "where"), [("to_name", "人员名单"), ("sender_address", "mail.sender"), ("subject", "title")]
)
def test_a_message_that_cannot_be_written_says_where_to_mend_it(field_name: str, where: str) -> None:
    broken: dict[str, str] = {field_name: getattr(MESSAGE, field_name) + "\n"}
    with pytest.raises(UnsafeMessage, match=where):
        encode(replace(MESSAGE, **broken))  # type: ignore[arg-type] # every one of them is a str


@pytest.mark.parametrize("address", ["", "sun", "sun@", "sun@a b", "a@b,c@d", "<sun@qingshan.example>", "孙@例.cn"])
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(UnsafeMessage):
        encode(replace(MESSAGE, to_address=address))
    assert not is_address(address)


@given(name=st.text(), subject=st.text(), attached=st.text(min_size=1))
def test_a_message_is_refused_or_has_exactly_the_headers_it_should(name: str, subject: str, attached: str) -> None:
    message = replace(
        MESSAGE, to_name=name, subject=subject, attachments=(Attachment(attached, "application/pdf", b"x"),)
    )
    try:
        read = parsed(encode(message))
    except UnsafeMessage:
        return
    wanted = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "MIME-Version"]
    assert sorted(read.keys()) == sorted(wanted)
    assert len(list(read.iter_attachments())) == 1


# ---- sending by SMTP -----------------------------------------------------------------------------------------------


def hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@dataclass
class Post:
    """A mail server's memory and its mood."""

    taken: list[bytes] = field(default_factory=list)
    at_mail: str | None = None
    at_rcpt: str | None = None
    at_data: str | None = None
    drop_at_data: bool = False
    drop_at_rcpt: bool = False
    silent_for: float = 0

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.at_mail:
            return self.at_mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.drop_at_rcpt:
            hang_up(server)
        if self.at_rcpt:
            return self.at_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 -- the same
        if self.at_data:
            return self.at_data
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        await asyncio.sleep(self.silent_for)
        if self.drop_at_data:
            hang_up(server)
        return "250 OK"


@contextmanager
def office(post: Post, **options: Any) -> Iterator[int]:
    """A real mail server; the port it listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(post, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def plain(port: int) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", port, security="none", timeout=timedelta(seconds=5))


def test_a_server_gets_the_message_as_it_was_encoded() -> None:
    post = Post()
    with office(post) as port:
        plain(port).send(MESSAGE)
        plain(port).send(replace(MESSAGE, html=None, attachments=()))
    assert post.taken[0] == encode(MESSAGE)
    assert text_of(parsed(post.taken[1]), "plain") == MESSAGE.text


@pytest.mark.parametrize("post", [Post(at_rcpt="550 no such box"), Post(at_data="552 too big")], ids=["rcpt", "data"])
def test_a_5xx_is_a_refusal_for_good(post: Post) -> None:
    with office(post) as port, pytest.raises(MailRefused) as refused:
        plain(port).send(MESSAGE)
    assert not refused.value.retry
    assert "55" in refused.value.sentence


@pytest.mark.parametrize("post", [Post(at_rcpt="451 later"), Post(at_data="452 disk full")], ids=["rcpt", "data"])
def test_a_4xx_may_be_tried_again(post: Post) -> None:
    with office(post) as port, pytest.raises(MailUnreachable) as unreachable:
        plain(port).send(MESSAGE)
    assert unreachable.value.retry
    assert "45" in unreachable.value.sentence


@pytest.mark.parametrize("answer", ["553 sender not known here", "451 later"])
def test_a_sender_that_the_server_refuses_fails_no_letter_for_good(answer: str) -> None:
    with office(Post(at_mail=answer)) as port, pytest.raises(MailUnreachable) as unreachable:
        plain(port).send(MESSAGE)
    assert unreachable.value.retry
    assert "office@qingshan.example" in unreachable.value.sentence
    assert answer in unreachable.value.sentence


def test_a_host_no_resolver_can_spell_sends_nothing_and_may_be_tried_again() -> None:
    for host in ("邮" * 70, "mail..qingshan.example"):
        with pytest.raises(MailUnreachable, match="请管理员检查"):
            replace(plain(25), host=host).send(MESSAGE)


def test_a_password_that_smtp_cannot_spell_sends_nothing_and_may_be_tried_again() -> None:
    post = Post()
    with office(post, auth_require_tls=False, authenticator=only_with("right")) as port:
        mailer = replace(plain(port), user="office", password="青山")
        with pytest.raises(MailUnreachable, match="请管理员检查"):
            mailer.send(MESSAGE)
    assert post.taken == []


def test_a_connection_lost_before_the_message_may_be_tried_again() -> None:
    with office(Post(drop_at_rcpt=True)) as port, pytest.raises(MailUnreachable):
        plain(port).send(MESSAGE)


def test_a_connection_lost_after_the_message_leaves_it_unknown() -> None:
    post = Post(drop_at_data=True)
    with office(post) as port, pytest.raises(MailUnknown) as unknown:
        plain(port).send(MESSAGE)
    assert len(post.taken) == 1
    assert not unknown.value.retry


def test_a_server_that_falls_silent_after_the_message_leaves_it_unknown() -> None:
    with office(Post(silent_for=2)) as port, pytest.raises(MailUnknown):
        replace(plain(port), timeout=timedelta(seconds=0.5)).send(MESSAGE)


def test_a_server_that_is_not_there_may_be_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(MailUnreachable):
        plain(port).send(MESSAGE)


# ---- secure connections --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and its own certificate, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "post")])
    address = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = tmp_path_factory.mktemp("certificate") / "post.pem"
    written = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(written + signed.public_bytes(pem))
    return path


def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate)
    return made


def only_with(password: str) -> Callable[..., AuthResult]:
    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == password.encode(), handled=False)

    return authenticate


def test_starttls_and_a_password_reach_a_server_that_asks_for_both(certificate: Path) -> None:
    post = Post()
    options = {"tls_context": context(certificate), "require_starttls": True, "auth_required": True}
    with office(post, **options, authenticator=only_with("right")) as port:
        mailer = SmtpMailer("localhost", port, user="office", password="right", authorities=certificate)
        mailer.send(MESSAGE)
        with pytest.raises(MailUnreachable, match="535"):
            replace(mailer, password="wrong").send(MESSAGE)
    assert post.taken == [encode(MESSAGE)]


def test_tls_from_the_first_byte_reaches_its_server(certificate: Path) -> None:
    post = Post()
    with office(post, ssl_context=context(certificate), server_hostname="localhost") as port:
        SmtpMailer("localhost", port, security="tls", authorities=certificate).send(MESSAGE)
    assert len(post.taken) == 1


def test_a_server_nobody_vouches_for_gets_neither_password_nor_message(certificate: Path) -> None:
    post = Post()
    refused = pytest.raises(MailUnreachable, match="CERTIFICATE_VERIFY_FAILED")
    with office(post, tls_context=context(certificate)) as port, refused:
        SmtpMailer("localhost", port, user="office", password="right").send(MESSAGE)
    assert post.taken == []


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear() -> None:
    post = Post()
    with office(post) as port, pytest.raises(MailUnreachable, match="STARTTLS"):
        SmtpMailer("127.0.0.1", port, security="starttls").send(MESSAGE)
    assert post.taken == []


def test_a_password_is_not_shown_when_a_mailer_is_printed() -> None:
    assert "hunter2" not in repr(SmtpMailer("localhost", 25, user="office", password="hunter2"))


# ---- a folder instead of a server ----------------------------------------------------------------------------------


def test_a_folder_keeps_messages_by_their_time(tmp_path: Path) -> None:
    mailer = OutboxMailer(tmp_path / "outbox")
    tomorrow = MESSAGE.date + timedelta(days=1)
    mailer.send(replace(MESSAGE, message_id="<2@x>", date=tomorrow, subject="隐患/周报", attachments=()))
    mailer.send(MESSAGE)
    newest, oldest = read_outbox(tmp_path / "outbox")
    assert (newest.subject, newest.attachments) == ("隐患/周报", ())
    assert (oldest.subject, oldest.attachments) == (MESSAGE.subject, (NAME,))
    assert oldest.to == "孙全 <sun@qingshan.example>"
    assert oldest.date == MESSAGE.date
    assert oldest.path.name.startswith("20261024-163000_孙全_青山县安全生产简报")
    assert oldest.path.read_bytes() == encode(MESSAGE)
    assert read_outbox(tmp_path / "outbox", limit=1) == [newest]


def test_a_message_sent_twice_lies_in_the_folder_once(tmp_path: Path) -> None:
    for _ in range(2):
        OutboxMailer(tmp_path).send(MESSAGE)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_message_sent_by_two_at_once_lies_in_the_folder_once(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def send(_: int) -> None:
        together.wait()
        OutboxMailer(tmp_path).send(MESSAGE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(8)))
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [encode(MESSAGE)]


def test_a_folder_that_cannot_be_written_says_which_and_may_be_tried_again(tmp_path: Path) -> None:
    taken = tmp_path / "outbox"
    taken.write_text("a file where the folder should be")
    with pytest.raises(MailUnreachable, match=re.escape(str(taken))) as unreachable:
        OutboxMailer(taken).send(MESSAGE)
    assert unreachable.value.retry


def test_a_folder_that_is_not_there_holds_nothing_and_a_strange_file_is_shown(tmp_path: Path) -> None:
    assert read_outbox(tmp_path / "nowhere") == []
    (tmp_path / "strange.eml").write_bytes(b"\xff\xfe")
    (strange,) = read_outbox(tmp_path)
    assert (strange.subject, strange.to, strange.date, strange.attachments) == ("", "", None, ())

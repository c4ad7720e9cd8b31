"""A mail as bytes: whatever is written, mail programs read the same, and no line breaks the rules of mail."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from django.core.mail import BadHeaderError
from django.core.mail import EmailMessage as DjangosMessage
from hypothesis import example, given
from hypothesis import strategies as st

from hanoi_portal.mail_message import LONGEST_LINE, Message, content_of


def make(**values: Any) -> Message:
    """Make a mail to one office."""
    html = values.pop("html", "")
    values = {"subject": "Giao việc", "body": "Kính gửi", "to": ["van-thu@q1.example"]} | values
    message = Message(from_email="Cong 722 <khong-tra-loi@localhost>", **values)
    if html:
        message.attach_alternative(html, "text/html")
    return message


def read(message: Message) -> EmailMessage:
    """Read the mail as a mail program does; every line ends in CRLF and is short enough."""
    content = message.content()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= LONGEST_LINE
    head = content.split(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert head.isascii()
    return message_from_bytes(content, _class=EmailMessage, policy=default)


def body_of(message: EmailMessage, kind: str) -> str:
    """Return what a reader sees of one form."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_both_forms_the_subject_and_the_addresses_are_read_as_they_were_written() -> None:
    subject = (
        "V/v giao nhiệm vụ thực hiện Kế hoạch số 722/KH-STTTT – UBND quận Hai Bà Trưng, Hà Nội"
    )
    message = read(make(subject=subject, body="Kính gửi\n.\n.chấm", html="<p>Kính gửi</p>\n"))
    assert message["Subject"] == subject
    assert (message["From"], message["To"]) == (
        "Cong 722 <khong-tra-loi@localhost>",
        "van-thu@q1.example",
    )
    assert message["Date"]
    assert message.get_content_type() == "multipart/alternative"
    assert body_of(message, "plain").splitlines() == ["Kính gửi", ".", ".chấm"]
    assert body_of(message, "html").strip() == "<p>Kính gửi</p>"


def test_text_alone_is_one_part() -> None:
    message = read(make(body="Ho va ten\n"))
    assert message.get_content_type() == "text/plain"
    assert message["Content-Transfer-Encoding"] == "7bit"
    assert body_of(message, "plain").strip() == "Ho va ten"


def test_many_addresses_and_long_references_are_folded_between_them() -> None:
    addresses = [f"van-thu-{number}@quan-so-{number}.ha-noi.example" for number in range(20)]
    first = "<0123456789abcdef0123456789abcdef@cong-thong-tin.ha-noi.example>"
    message = read(make(to=addresses, headers={"References": first, "In-Reply-To": first}))
    assert [each.addr_spec for each in message["To"].addresses] == addresses
    assert message["References"] == message["In-Reply-To"] == first


def test_names_beside_addresses_may_have_diacritics() -> None:
    message = read(make(to=["Nguyễn Thị Mai <mai@q1.example>", "Lê Văn Tám <tam@q1.example>"]))
    assert [each.display_name for each in message["To"].addresses] == [
        "Nguyễn Thị Mai",
        "Lê Văn Tám",
    ]


def test_a_line_too_long_for_mail_arrives_whole() -> None:
    line = "Tuyên truyền quy tắc ứng xử. " * 60
    message = read(make(body=line, html=f"<p>{line}</p>"))
    assert body_of(message, "plain").strip() == line.strip()
    assert body_of(message, "html").strip() == f"<p>{line}</p>"


@pytest.mark.parametrize(
    "values",
    [
        {"subject": "Giao việc\nBcc: ai-do@vi-du.example"},
        {"to": ["a@q1.example\r\nBcc: ai-do@vi-du.example"]},
        {"headers": {"Reply-To": "a@q1.example\nBcc: b@q1.example"}},
    ],
)
def test_a_second_line_cannot_be_smuggled_into_a_header(values: dict[str, Any]) -> None:
    with pytest.raises(BadHeaderError):
        make(**values).content()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
@example("a\rb\r\nc\n")
@example("\x85\u2028\x0c")
def test_any_text_is_read_as_it_was_written_but_for_how_lines_end(text: str) -> None:
    message = read(make(body=text, html=text))
    expected = text.replace("\r\n", "\n").replace("\r", "\n")
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert content.decode().replace("\r\n", "\n") == expected


def test_it_is_written_once_and_others_can_read_its_parts() -> None:
    message = make()
    assert message.content() is message.content()
    assert message.message()["Subject"] == "Giao việc"


def test_djangos_own_messages_go_over_the_same_line() -> None:
    content = content_of(DjangosMessage("Báo lỗi", "Nội dung", None, ["quan-tri@so.example"]))
    assert message_from_bytes(content, policy=default)["Subject"] == "Báo lỗi"
    assert b"\r\n" in content

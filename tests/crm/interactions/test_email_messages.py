"""E-mails as mail programs write them: character sets of Japan and Korea, HTML, attachments."""

import base64
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from crm.interactions.email_messages import read_email
from crm.interactions.email_text import decode, html_to_text
from models.errors import DomainError

HEADERS = b"From: Ren <ren@invented.example>\r\nDate: Fri, 20 Nov 2026 09:30:00 +0900\r\n"


def letter(charset: str, text: str, subject: str, *, encoding: str = "8bit") -> bytes:
    """A plain message in a character set, its subject as an encoded word."""
    word = base64.b64encode(subject.encode(charset)).decode()
    body = text.encode(charset)
    if encoding == "base64":
        body = base64.encodebytes(body)
    return (
        HEADERS
        + f"Subject: =?{charset}?B?{word}?=\r\n".encode()
        + f"Content-Type: text/plain; charset={charset}\r\n".encode()
        + f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        + body
    )


@pytest.mark.parametrize("encoding", ["8bit", "base64"])
@pytest.mark.parametrize(
    ("charset", "text", "subject"),
    [
        ("iso-2022-jp", "ご連絡ありがとうございます。", "工場用地について"),
        ("shift_jis", "稟議は来月の予定です。", "稟議"),
        ("euc-kr", "부지를 찾고 있습니다.", "부지 문의"),
        ("utf-8", "電力は60MW必要です。", "電力"),
        ("iso-8859-1", "À bientôt", "Réponse"),
    ],
)
def test_the_words_arrive_in_every_character_set(
    charset: str, text: str, subject: str, encoding: str
) -> None:
    email = read_email(letter(charset, text, subject, encoding=encoding))
    assert email.text.strip() == text
    assert email.subject == subject
    assert email.sent_at == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert email.sender == ("Ren", "ren@invented.example")


def test_the_letters_of_japanese_business_survive_iso_2022_jp() -> None:
    # (株) in one sign, a circled one, and half-width kana: not in the codec of that name.
    data = b"\x1b$B-j@>=R-!\x1b(B \x1b(I1\x1b(B ok"
    assert decode(data, "iso-2022-jp") == "㈱西述① ｱ ok"


def test_a_subject_in_raw_bytes_is_read() -> None:
    data = HEADERS + "Subject: 電話会議\r\n\r\nhi".encode()
    assert read_email(data).subject == "電話会議"


def test_plain_text_is_taken_before_html() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Ren <ren@invented.example>"
    message["Date"] = "Fri, 20 Nov 2026 09:30:00 +0900"
    message["Subject"] = "Both"
    message.set_content("the plain words")
    message.add_alternative("<p>the page's words</p>", subtype="html")
    assert read_email(message.as_bytes()).text == "the plain words"


def test_html_alone_becomes_words_without_scripts() -> None:
    page = (
        "<html><head><title>T</title><style>p{}</style></head><body><p>One &amp; two</p>"
        "<script>alert(1)</script><div>three<br>four</div></body></html>"
    )
    data = HEADERS + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    assert read_email(data).text == "One & two\n\nthree\nfour"
    assert "alert" not in html_to_text(page)


def test_attachments_are_told_apart_from_the_letter() -> None:
    message = EmailMessage(policy=SMTP)
    message["From"] = "ren@invented.example"
    message["Date"] = "Fri, 20 Nov 2026 09:30:00 +0900"
    message["Message-ID"] = "<one@invented.example>"
    message.set_content("see attached")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="資料.pdf")
    email = read_email(message.as_bytes())
    assert [item.name for item in email.attachments] == ["資料.pdf"]
    assert email.text == "see attached"
    assert email.message_id == "one@invented.example"


def test_pasted_words_without_headers_are_all_text() -> None:
    email = read_email("공장 부지 문의\n자세한 내용".encode(), is_pasted=True)
    assert email.subject == "공장 부지 문의"
    assert email.sent_at is None
    assert email.sender is None


def test_pasted_text_is_utf_8_whatever_its_header_says() -> None:
    data = HEADERS + "Content-Type: text/plain; charset=shift_jis\r\n\r\n本文です".encode()
    assert read_email(data, is_pasted=True).text == "本文です"


def test_the_same_words_make_the_same_name() -> None:
    data = HEADERS + b"Subject: x\r\n\r\nhello"
    assert read_email(data).message_id == read_email(data).message_id
    assert read_email(data).message_id != read_email(data + b" there").message_id


def test_a_date_of_unknown_zone_is_utc_and_a_broken_one_unknown() -> None:
    assert read_email(
        b"From: a@b.example\r\nDate: Fri, 20 Nov 2026 09:30:00 -0000\r\n\r\nx"
    ).sent_at == (datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    assert read_email(b"From: a@b.example\r\nDate: soon\r\n\r\nx").sent_at is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"\x89PNG\r\n\x1a\n not a letter",
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 300
        + b"--b--",
    ],
)
def test_what_is_no_letter_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(DomainError):
        read_email(data)


def test_a_deep_nest_of_parts_does_not_bring_the_server_down() -> None:
    data = b"From: a@b.example\r\n"
    for depth in range(2_000):
        name = f"b{depth}".encode()
        data += b"Content-Type: multipart/mixed; boundary=" + name + b"\r\n\r\n--" + name + b"\r\n"
    with pytest.raises(DomainError):
        read_email(data + b"\r\nx")

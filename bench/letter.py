"""The letter that every contestant of `bench.send` sends: 3 kB of text and HTML, alike but for its number."""

import uuid
from typing import Any

from django.core.mail import EmailMultiAlternatives

SUBJECT = "V/v giao nhiệm vụ thực hiện Kế hoạch số 722/KH-STTTT – UBND quận Hoàn Kiếm"
SENTENCE = "Tuyên truyền quy tắc ứng xử trên mạng đến từng tổ dân phố. "
TEXT = "Kính gửi: UBND quận Hoàn Kiếm.\n\n" + (SENTENCE + "\n") * 11
HTML = (
    '<!DOCTYPE html><html lang="vi"><body><p>Kính gửi: UBND quận Hoàn Kiếm.</p>\n'
    + f"<p>{SENTENCE}</p>\n" * 17
    + "</body></html>\n"
)


def compose(number: int, connection: Any = None) -> EmailMultiAlternatives:
    """Return the letter as Django writes it."""
    message = EmailMultiAlternatives(
        subject=SUBJECT,
        body=TEXT,
        to=[f"van-thu@d{number}.ha-noi.example"],
        headers={"Message-ID": f"<{uuid.uuid4().hex}@localhost>"},
        connection=connection,
    )
    message.attach_alternative(HTML, "text/html")
    return message

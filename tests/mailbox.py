"""A real SMTP server on this machine that keeps what it is given, and can be told to misbehave."""

import socket
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """`mode`: ok, busy (451), refused (550)."""

    def __init__(self) -> None:
        self.mode = "ok"
        self.letters: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.raw: list[bytes] = []
        self._server = Controller(self, hostname="127.0.0.1", port=_free_port())

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.mode == "busy":
            return "451 come back later"
        if self.mode == "refused":
            return "550 no such mailbox"
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        self.raw.append(raw)
        self.letters.append(BytesParser(_class=EmailMessage, policy=default).parsebytes(raw))
        self.recipients.append([str(address) for address in envelope.rcpt_tos])
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter, readers in zip(self.letters, self.recipients, strict=True) if address in readers]

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return body.get_content() if body else ""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])

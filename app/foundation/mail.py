"""The mail server: one message to one mailbox, and what its answer means."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from app.foundation.clock import now
from app.foundation.settings import Settings

# The web process sends no mail and looks at the server for its health page alone, so whoever does brings the libraries.
if TYPE_CHECKING:
    from email.message import EmailMessage

    import aiosmtplib

PATIENCE = 30.0  # seconds for a whole attempt


class MailRefused(Exception):
    """The server will never take this message."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unreachable(Exception):
    """The server cannot take it now."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def compose(
    *,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    enclosures: list[tuple[str, str, bytes]],
) -> "EmailMessage":
    from email.headerregistry import Address  # noqa: PLC0415  as said above
    from email.message import EmailMessage  # noqa: PLC0415
    from email.policy import SMTP  # noqa: PLC0415

    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=recipient)  # exactly one mailbox: no list can hide in it
    message["Subject"] = subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # other machines do not answer this one
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    for name, kind, content in enclosures:
        main, sub = kind.split("/", 1)
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


def deliver(settings: Settings, message: "EmailMessage", recipient: str) -> None:
    """Returns once the server has taken responsibility for the message."""
    import aiosmtplib  # noqa: PLC0415  as said above

    try:
        with ThreadPoolExecutor(1) as own_thread:  # a loop of its own, whether or not the caller is inside one
            own_thread.submit(asyncio.run, asyncio.wait_for(_deliver(settings, message, recipient), PATIENCE)).result()
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [refused.code for refused in error.recipients]
        _raise_for(min(codes, default=550), "the address was not accepted")
    except aiosmtplib.SMTPResponseException as error:
        _raise_for(error.code, "it was not accepted")
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise Unreachable(f"The mail server did not answer ({type(error).__name__}).") from error


async def _deliver(settings: Settings, message: "EmailMessage", recipient: str) -> None:
    async with _client(settings, PATIENCE) as client:
        # The envelope is set by hand: who receives it is the stored address, whatever the headers say.
        await client.send_message(message, recipients=[recipient])


def _raise_for(code: int, words: str) -> None:
    if code >= 500:
        raise MailRefused(f"The mail server answered {code}: {words}.")
    raise Unreachable(f"The mail server answered {code}: {words} now.")


def knock(settings: Settings, patience: float = 8) -> None:
    """Greets the mail server and signs in where the setting says so; nothing is sent. Raises Unreachable or MailRefused."""
    import aiosmtplib  # noqa: PLC0415  as said above

    try:
        with ThreadPoolExecutor(1) as own_thread:
            own_thread.submit(asyncio.run, asyncio.wait_for(_knock(settings, patience), patience)).result()
    except aiosmtplib.SMTPAuthenticationError as error:
        raise MailRefused(
            f"The mail server answered {error.code}: it does not accept the name and password."
        ) from error
    except aiosmtplib.SMTPResponseException as error:
        raise MailRefused(f"The mail server answered {error.code} to our greeting.") from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        raise Unreachable(f"The mail server did not answer ({type(error).__name__}).") from error


async def _knock(settings: Settings, patience: float) -> None:
    async with _client(settings, patience):
        pass


def _client(settings: Settings, patience: float) -> "aiosmtplib.SMTP":
    import aiosmtplib  # noqa: PLC0415  as said above

    server = urlsplit(settings.smtp_url)
    return aiosmtplib.SMTP(
        hostname=server.hostname or "localhost",
        port=server.port,
        username=unquote(server.username) if server.username else None,
        password=unquote(server.password) if server.password else None,
        use_tls=server.scheme == "smtps",
        start_tls=True if server.scheme == "smtp+starttls" else None if server.scheme == "smtp" else False,
        timeout=patience,
    )

"""How a mail leaves the house: over SMTP, or into a folder where a person can look at it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

from ledger.mails import Mail
from portal.mail_settings import MailSettings, Security, Server, is_address

SECONDS = 20.0  # that a server has for each answer
PERMANENT = 500  # from here on a server's answer is final


class NotCarried(Exception):
    """The text says why. `final`: trying again would not help; `away`: nothing can be sent now."""

    def __init__(self, why: str, *, final: bool = False, away: bool = False) -> None:
        super().__init__(why)
        self.final = final
        self.away = away


Carry = Callable[[Mail, datetime], None]


def carrier(settings: MailSettings) -> Carry:
    """What sends a mail as of a moment; raises NotCarried."""

    def carry(mail: Mail, now: datetime) -> None:
        letter = composed(mail, settings.sender, now)
        if isinstance(settings.to, Path):
            _keep(settings.to, letter, mail, now)
        else:
            _send(settings.to, letter)

    return carry


def composed(mail: Mail, sender: str, now: datetime) -> EmailMessage:
    """The same mail always has the same id, so that a mailbox knows it when it comes twice."""
    if not is_address(mail.address):
        raise NotCarried(f"{mail.address[:100]!r} is no e-mail address", final=True)
    letter = EmailMessage(policy=SMTP)
    letter["From"] = sender
    letter["To"] = mail.address
    letter["Subject"] = " ".join(mail.subject.split())
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{sha256(mail.key.encode()).hexdigest()[:40]}@{_host(sender)}>"
    letter["Auto-Submitted"] = "auto-generated"  # so that nobody's absence answers it
    letter.set_content(mail.text)
    return letter


def _host(sender: str) -> str:
    return sender.rpartition("@")[2]


def _keep(folder: Path, letter: EmailMessage, mail: Mail, now: datetime) -> None:
    """As a file that mail programs open, named by time; the same mail is the same file."""
    name = f"{now:%Y-%m-%d-%H%M%S}-{sha256(mail.key.encode()).hexdigest()[:12]}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = folder / f"{name}.new"
        new.write_bytes(bytes(letter))
        new.replace(folder / name)
    except OSError as error:
        raise NotCarried(f"{folder} cannot be written: {error.strerror}", away=True) from error


def _send(server: Server, letter: EmailMessage) -> None:
    try:
        with _connected(server) as connection:
            if server.security is Security.STARTTLS:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(letter)
    except (smtplib.SMTPException, OSError) as error:
        raise _trouble(server, error) from error


def _trouble(server: Server, error: Exception) -> NotCarried:
    """Final is only what was said of this very mail: our own settings are no mail's fault."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
            return NotCarried(_words(code, said), final=code >= PERMANENT)
        case smtplib.SMTPDataError():
            final = error.smtp_code >= PERMANENT
            return NotCarried(_words(error.smtp_code, error.smtp_error), final=final)
        case smtplib.SMTPAuthenticationError():
            # What the server says may repeat what it was sent.
            return NotCarried(f"{server.host} refuses the user: {error.smtp_code}", away=True)
        case smtplib.SMTPSenderRefused():
            words = _words(error.smtp_code, error.smtp_error)
            return NotCarried(f"{server.host} refuses the sender: {words}", away=True)
        case smtplib.SMTPNotSupportedError():
            return NotCarried(f"{server.host}: {error}", away=True)
        case _:
            return NotCarried(f"{server.host}: {type(error).__name__}", away=True)


def _connected(server: Server) -> smtplib.SMTP:
    if server.security is Security.TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=SECONDS)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())[:200]}"

"""Where e-mails go: to an SMTP server, into a folder, or nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Security(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """`user` empty: the server asks nobody to sign in."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """`sender` is the address that all mails come from. `always`: at night and on days off too."""

    sender: str
    to: Server | Path
    always: bool = False


def mail_from_environment(environ: Mapping[str, str]) -> MailSettings | None:
    """What GRUNNMUR_MAIL_... says; None: no mail is sent. Raises ValueError."""
    server = environ.get("GRUNNMUR_MAIL_SERVER", "").strip()
    folder = environ.get("GRUNNMUR_MAIL_FOLDER", "").strip()
    if not server and not folder:
        return None
    if server and folder:
        raise ValueError("set GRUNNMUR_MAIL_SERVER or GRUNNMUR_MAIL_FOLDER, not both")
    sender = environ.get("GRUNNMUR_MAIL_FROM", "").strip()
    if not is_address(sender):
        raise ValueError(
            f"GRUNNMUR_MAIL_FROM: {sender!r} is no e-mail address: set the one that mails come from"
        )
    return MailSettings(
        sender=sender,
        to=Path(folder) if folder else _server(server, environ),
        always=_always(environ.get("GRUNNMUR_MAIL_HOURS", "").strip()),
    )


def is_address(text: str) -> bool:
    """Whether `text` is one plain e-mail address, without a name or a line break."""
    try:
        found = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(found.username and found.domain) and parseaddr(text)[1] == text


def _server(text: str, environ: Mapping[str, str]) -> Server:
    security = _security(environ.get("GRUNNMUR_MAIL_SECURITY", "").strip())
    host, port = _split(text, PORTS[security])
    user = environ.get("GRUNNMUR_MAIL_USER", "")
    password = environ.get("GRUNNMUR_MAIL_PASSWORD", "")
    if bool(user) != bool(password):
        raise ValueError("set both GRUNNMUR_MAIL_USER and GRUNNMUR_MAIL_PASSWORD, or neither")
    if security is Security.NONE and user and host not in LOOPBACK:
        raise ValueError(
            "GRUNNMUR_MAIL_SECURITY=none would send the password readable over the network: "
            "use starttls or tls"
        )
    return Server(host=host, port=port, security=security, user=user, password=password)


def _always(text: str) -> bool:
    if text not in {"", "opening", "always"}:
        raise ValueError(f"GRUNNMUR_MAIL_HOURS: {text!r} must be opening or always")
    return text == "always"


def _security(text: str) -> Security:
    if text and text not in set(Security):
        raise ValueError(f"GRUNNMUR_MAIL_SECURITY: {text!r} must be one of {', '.join(Security)}")
    return Security(text) if text else Security.STARTTLS


def _split(text: str, usual: int) -> tuple[str, int]:
    """`host`, `host:port` or `[address]:port`."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, str(usual)
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004 - the last port
        raise ValueError(f"GRUNNMUR_MAIL_SERVER: {text!r} must be host:port")
    return host, int(port)

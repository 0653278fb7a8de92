"""Where the portal is and who asks it, from the environment; else the product of `make run`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cli.addresses import Addresses
from cli.home import home_folder
from cli.parts import PROGRAM

NAMES: Mapping[str, str] = {
    "portal": "GRUNNMUR_PORTAL_URL",
    "issuer": "GRUNNMUR_OIDC_ISSUER",
    "client": "GRUNNMUR_CLI_CLIENT_ID",
    "secret": "GRUNNMUR_CLI_CLIENT_SECRET",
}
SCOPE = "GRUNNMUR_CLI_SCOPE"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class AccessUnknown(Exception):
    """The settings do not say where the portal is or who asks; one sentence for the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One portal, and a program with its secret. Some providers want a `scope`."""

    portal: str
    issuer: str
    client: str
    secret: str = field(repr=False)
    scope: str = ""


def access_from(environ: Mapping[str, str]) -> Access:
    """Raises AccessUnknown naming all that is missing."""
    given = {key: environ.get(name, "").strip() for key, name in NAMES.items()}
    if not any(given[key] for key in ("portal", "client", "secret")):
        given = _embedded(home_folder(environ)) or given
    if missing := [NAMES[key] for key, value in given.items() if not value]:
        raise AccessUnknown(
            f"Set {', '.join(missing)}: where the portal is and who asks it (docs/api.md)."
        )
    for key in ("portal", "issuer"):
        given[key] = given[key].rstrip("/")
        if not is_safe(given[key]):
            raise AccessUnknown(
                f"{NAMES[key]}={given[key]} must begin with https://; "
                "secrets go over plain http on this machine only."
            )
    return Access(**given, scope=environ.get(SCOPE, "").strip())


def is_safe(address: str) -> bool:
    """Whether a secret may be sent there."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def _embedded(folder: Path) -> dict[str, str]:
    """What `make run` keeps in its folder; nothing when it has never run there."""
    try:
        ports = json.loads((folder / "ports.json").read_text("utf8"))
        secret = json.loads((folder / "secrets.json").read_text("utf8"))[PROGRAM]
        at = Addresses(ports)
        addresses = {"portal": at.of("portal"), "issuer": at.of("signin")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {**addresses, "client": PROGRAM, "secret": str(secret)}

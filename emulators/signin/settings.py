"""What the provider is told when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulators.signin.people import PROGRAM, DemoPerson

PROFILES = frozenset({"demo", "test"})
PORTAL = "grunnmur-portal"
CLI = "grunnmur-cli"
AUDIENCE = "grunnmur"
SECRET = "GRUNNMUR_OIDC_CLIENT_SECRET"  # noqa: S105 - the name of a variable, not a secret
CLI_SECRET = "GRUNNMUR_CLI_CLIENT_SECRET"  # noqa: S105 - likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A registered client. The portal signs people in; a program signs in as itself, `program`."""

    id: str
    secret: str
    grant: str
    redirects: frozenset[str] = frozenset()
    program: DemoPerson = PROGRAM


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`issuer` is the provider's own address; `audience` stands in every access token."""

    issuer: str
    audience: str
    clients: Mapping[str, Client]
    state: Path | None


def clients(environ: Mapping[str, str], redirects: list[str]) -> dict[str, Client]:
    """The clients whose secrets the environment holds; raises ValueError naming what is missing."""
    secret = environ.get(SECRET, "")
    if not secret:
        raise ValueError(f"set {SECRET} to the secret that the portal has too")
    portal = Client(
        id=environ.get("GRUNNMUR_OIDC_CLIENT_ID", PORTAL),
        secret=secret,
        grant="authorization_code",
        redirects=frozenset(redirects),
    )
    found = {portal.id: portal}
    if program := environ.get(CLI_SECRET, ""):
        name = environ.get("GRUNNMUR_CLI_CLIENT_ID", CLI)
        found[name] = Client(id=name, secret=program, grant="client_credentials")
    return found


def refuse_outside_demo(environ: Mapping[str, str]) -> None:
    """Anyone may sign in as anyone here: raises ValueError unless the profile is demo or test."""
    profile = environ.get("GRUNNMUR_PROFILE", "")
    if profile not in PROFILES:
        raise ValueError(
            "the demo sign-in lets anyone in as anyone: it starts only with "
            f"GRUNNMUR_PROFILE=demo or test, and it is {profile or 'not set'}",
        )

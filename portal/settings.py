"""What the portal is told when it starts."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from catalog.landing_zones import LandingZones
from leadtime.business import OSLO, Calendar
from leadtime.closed_days import calendar_in
from orders.approval import Rule, parsed
from portal.limits import USUAL, Rate
from portal.mail_settings import MailSettings, mail_from_environment
from portal.person import Role
from portal.uploads import command_scan

AUDIENCE = "grunnmur"
# The parts of the lead-time page, and those that anybody may see unless it is said otherwise.
LEAD_TIME = frozenset({"kept", "times", "stages", "offerings", "providers", "agencies"})
PUBLIC = LEAD_TIME - {"providers", "agencies"}
ROLE_NAMES = {role.value: role for role in Role}


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`url` and `issuer` are addresses without a slash at the end.

    url           where people reach the portal; every link and redirect starts with it
    issuer        the OpenID provider; `client_id` and `client_secret` are the portal's there
    audience      what an access token for the API must be made for; never the client id
    agency_claim  the claim that names a person's agency
    role_claims   the claims that may name roles; `role_names` says what they call ours
    approval_rules  which orders need whose approval; without any, none does
    scan          whether an attached file is harmless; without it none is scanned
    prefect_url   the user interface of Prefect, for operators' links
    rate          how often one program may ask the API
    hub_hosts     the hosts that listeners may have, `*.example.org` for all below; none: no hub
    hub_secret    what the secrets of the listeners are made from
    mail          where e-mails go; without it none is written
    calendar      the hours when somebody is at work
    landing_zones  whose account what an agency orders is delivered in
    public_lead_time  the parts of the lead-time page that anybody may see; none: nobody
    metrics_token  what a monitoring system shows to read `/metrics`; none: there is no such page
    """

    url: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    audience: str = AUDIENCE
    agency_claim: str = "agency"
    role_claims: tuple[str, ...] = ("roles", "groups")
    role_names: Mapping[str, Role] = field(default_factory=lambda: dict(ROLE_NAMES))
    prefect_url: str = ""
    rate: Rate = USUAL
    hub_hosts: tuple[str, ...] = ()
    hub_secret: str = field(default="", repr=False)
    approval_rules: tuple[Rule, ...] = ()
    mail: MailSettings | None = None
    calendar: Calendar = OSLO
    landing_zones: LandingZones = field(default_factory=LandingZones)
    scan: Callable[[bytes], bool] | None = None
    public_lead_time: frozenset[str] = PUBLIC
    metrics_token: str = field(default="", repr=False)
    session_length: timedelta = timedelta(hours=8)
    now: Callable[[], datetime] = _utc_now

    def __post_init__(self) -> None:
        for name in ("url", "issuer"):
            value = getattr(self, name)
            if urlsplit(value).scheme not in {"http", "https"} or value.endswith("/"):
                raise ValueError(f"{name} must be a web address without a slash at the end")
        if self.audience == self.client_id:
            # Otherwise a token that tells who signed in would open the API too.
            raise ValueError("audience must differ from client_id")

    @property
    def secure(self) -> bool:
        return self.url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def callback(self) -> str:
        return f"{self.url}/signin/callback"


def from_environment(environ: Mapping[str, str], port: int) -> Settings:
    """The settings in `environ`; raises ValueError naming everything that is missing or wrong."""
    needed = ("GRUNNMUR_OIDC_ISSUER", "GRUNNMUR_OIDC_CLIENT_ID", "GRUNNMUR_OIDC_CLIENT_SECRET")
    if missing := [name for name in needed if not environ.get(name)]:
        raise ValueError(f"set {', '.join(missing)}: people sign in through an OpenID provider")
    return Settings(
        url=environ.get("GRUNNMUR_PORTAL_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        issuer=environ["GRUNNMUR_OIDC_ISSUER"].rstrip("/"),
        client_id=environ["GRUNNMUR_OIDC_CLIENT_ID"],
        client_secret=environ["GRUNNMUR_OIDC_CLIENT_SECRET"],
        audience=environ.get("GRUNNMUR_OIDC_AUDIENCE", AUDIENCE),
        agency_claim=environ.get("GRUNNMUR_OIDC_AGENCY_CLAIM", "agency"),
        role_claims=_names(environ.get("GRUNNMUR_OIDC_ROLE_CLAIMS", "roles,groups")),
        role_names=_role_names(environ.get("GRUNNMUR_OIDC_ROLE_NAMES", "")),
        prefect_url=environ.get("GRUNNMUR_PREFECT_UI_URL", "").rstrip("/"),
        scan=_scan(environ.get("GRUNNMUR_SCAN_COMMAND", "")),
        approval_rules=_approval_rules(environ.get("GRUNNMUR_APPROVAL_RULES", "")),
        hub_hosts=_names(environ.get("GRUNNMUR_HUB_HOSTS", "").lower()),
        hub_secret=environ.get("GRUNNMUR_HUB_SECRET", ""),
        mail=mail_from_environment(environ),
        calendar=calendar_in(environ),
        rate=_rate(environ.get("GRUNNMUR_API_RATE", "")),
        public_lead_time=_public(environ.get("GRUNNMUR_PUBLIC_LEAD_TIME", ",".join(PUBLIC))),
        metrics_token=environ.get("GRUNNMUR_METRICS_TOKEN", ""),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(one for part in text.split(",") if (one := part.strip()))


def _public(text: str) -> frozenset[str]:
    """`kept,times,stages`; `none` for nothing."""
    parts = frozenset(_names(text))
    if parts == {"none"}:
        return frozenset()
    if unknown := parts - LEAD_TIME:
        known = ", ".join(sorted(LEAD_TIME))
        raise ValueError(f"GRUNNMUR_PUBLIC_LEAD_TIME: {min(unknown)}: say none, or of {known}")
    return parts


def _rate(text: str) -> Rate:
    try:
        return Rate.read(text) if text.strip() else USUAL
    except ValueError as error:
        raise ValueError(f"GRUNNMUR_API_RATE: {error}") from error


def _scan(text: str) -> Callable[[bytes], bool] | None:
    """`clamdscan --no-summary -` or the like."""
    command = shlex.split(text)
    return command_scan(command) if command else None


def _approval_rules(path: str) -> tuple[Rule, ...]:
    """The rules in a TOML file, one `[[rule]]` each; see docs/approvals.md."""
    if not path:
        return ()
    try:
        data = tomllib.loads(Path(path).read_text("utf8"))
        return parsed(data.get("rule", []))
    except (OSError, tomllib.TOMLDecodeError, ValueError, AttributeError) as error:
        raise ValueError(f"GRUNNMUR_APPROVAL_RULES: {path}: {error}") from error


def _role_names(text: str) -> Mapping[str, Role]:
    """`their-name=our-role,...`; our own names when there is nothing."""
    if not text.strip():
        return dict(ROLE_NAMES)
    names = {}
    for pair in text.split(","):
        theirs, _, ours = (part.strip() for part in pair.partition("="))
        if ours not in ROLE_NAMES or not theirs:
            known = ", ".join(ROLE_NAMES)
            raise ValueError(f"GRUNNMUR_OIDC_ROLE_NAMES: {pair!r} must be name=role, of {known}")
        names[theirs] = ROLE_NAMES[ours]
    return names

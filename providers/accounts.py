"""Account alias -> settings of that account at one provider, from the environment.

An order names an alias such as `sandbox`; what stands behind it is decided where the product
runs. Every name is GRUNNMUR_ACCOUNT_<ALIAS>_<PROVIDER>_<SETTING>, in capitals, dashes as
underscores; all are optional:

  GRUNNMUR_ACCOUNT_SANDBOX_AWS_ENDPOINT=http://127.0.0.1:4566
        talk to this address instead of the cloud's own; plain http only on this very machine
  GRUNNMUR_ACCOUNT_SANDBOX_AWS_PROFILE=agency-sandbox
        the named profile of the SDK's own configuration
  GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS=eu-north-1,eu-west-1
        where this account may build, and where inventory looks
  GRUNNMUR_ACCOUNT_SANDBOX_GCP_PROJECT=agency-sandbox-1234
        the project to build in
  GRUNNMUR_ACCOUNT_SANDBOX_GCP_CREDENTIALS_FILE=/run/secrets/agency-sandbox.json
        the file with the credential to use, where the SDK's own default will not do
  GRUNNMUR_ACCOUNT_SANDBOX_AZURE_SUBSCRIPTION=00000000-0000-0000-0000-000000000001
        the subscription to build in
  GRUNNMUR_ACCOUNT_SANDBOX_AZURE_TENANT=00000000-0000-0000-0000-000000000002
        the directory whose people and groups may sign in to what is built
  GRUNNMUR_ACCOUNT_SANDBOX_AZURE_SUBNET=/subscriptions/.../virtualNetworks/zone/subnets/workloads
        the landing zone's subnet, for what is ordered without one of its own

With nothing set the SDK finds its credentials the way it always does. A credential itself never
belongs here. A provider that needs settings of its own names them when it asks (`account`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from providers.errors import NotAuthorised

ALIAS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
REGION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SETTINGS = frozenset(
    {"ENDPOINT", "PROFILE", "REGIONS", "PROJECT", "CREDENTIALS_FILE"}
    | {"SUBSCRIPTION", "TENANT", "SUBNET"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The settings behind one alias at one provider; empty means the SDK's own default."""

    alias: str
    endpoint: str = ""
    profile: str = ""
    regions: tuple[str, ...] = ()
    project: str = ""
    credentials_file: str = ""
    subscription: str = ""
    tenant: str = ""
    subnet: str = ""
    more: tuple[tuple[str, str], ...] = ()

    def own(self, name: str) -> str:
        """A setting that only this provider has, such as `RESOURCE_GROUP`; empty when not set."""
        return dict(self.more).get(name, "")

    @property
    def local(self) -> bool:
        """Whether the endpoint is on this machine: an emulator, which needs no credential."""
        return bool(self.endpoint) and _loopback(urlsplit(self.endpoint).hostname or "")


def account(
    alias: str, provider: str, environment: Mapping[str, str], more: Collection[str] = ()
) -> Account:
    """The settings of `alias` at `provider`; `more` are the names of settings only it has.

    Raises NotAuthorised, naming the variable, for settings that cannot be right.
    """
    if not ALIAS.fullmatch(alias):
        raise NotAuthorised(
            f"account alias {alias!r}: use small letters, digits and single dashes between them"
        )
    prefix = f"GRUNNMUR_ACCOUNT_{alias}_{provider}_".upper().replace("-", "_")
    found = {k.removeprefix(prefix): v for k, v in environment.items() if k.startswith(prefix)}
    for unknown in sorted(found.keys() - SETTINGS - set(more)):
        known = ", ".join(sorted(prefix + s for s in SETTINGS.union(more)))
        raise NotAuthorised(f"{prefix}{unknown}: no such setting; there are {known}")
    return Account(
        alias=alias,
        endpoint=_endpoint(prefix + "ENDPOINT", found.get("ENDPOINT", "").strip()),
        profile=found.get("PROFILE", "").strip(),
        regions=_regions(prefix + "REGIONS", found.get("REGIONS", "")),
        project=found.get("PROJECT", "").strip(),
        credentials_file=found.get("CREDENTIALS_FILE", "").strip(),
        subscription=found.get("SUBSCRIPTION", "").strip(),
        tenant=found.get("TENANT", "").strip(),
        subnet=found.get("SUBNET", "").strip(),
        more=tuple((name, found[name].strip()) for name in sorted(more) if name in found),
    )


def _endpoint(name: str, value: str) -> str:
    if not value:
        return ""
    url = _split(value)
    if url is None or url.scheme not in {"http", "https"} or not url.hostname:
        raise NotAuthorised(f"{name}: not an address; write it like https://host:port")
    if url.username is not None or url.query or url.fragment:
        raise NotAuthorised(f"{name}: only scheme, host, port and path; credentials go elsewhere")
    if url.scheme == "http" and not _loopback(url.hostname):
        raise NotAuthorised(f"{name}: http is for this machine only; use https for {url.hostname}")
    return value


def _split(value: str) -> SplitResult | None:
    try:
        url = urlsplit(value)
        _ = url.port  # reading it is what checks it
    except ValueError:
        return None
    return url


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _regions(name: str, value: str) -> tuple[str, ...]:
    regions = tuple(dict.fromkeys(r.strip() for r in value.split(",") if r.strip()))
    for region in regions:
        if not REGION.fullmatch(region):
            raise NotAuthorised(f"{name}: {region!r} is no region; separate regions by commas")
    return regions

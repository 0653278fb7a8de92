"""How what was delivered is reached, from what its provider told of it. No secret is known here."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.speech import N_

Outputs = Mapping[str, str]

# The user that the clouds' own images let in, by what the image's name begins with, where the
# provider does not tell: as Debian, Canonical, Amazon and IBM document their images (IBM Cloud
# Docs, Connecting to Linux instances, "Determining the default user account", March 2025).
LOGINS: Mapping[str, Mapping[str, str]] = {
    "aws": {"debian": "admin", "ubuntu": "ubuntu", "amazon-linux": "ec2-user"},
    "ibm": {"debian": "vpcuser", "rhel": "vpcuser", "ubuntu": "ubuntu"},
    "openstack": {"debian": "debian", "ubuntu": "ubuntu"},
}
WITH_KEY = N_("Sign in from the municipality's network with the SSH key that was ordered:")
WITHOUT_KEY = N_(
    "No SSH key was ordered with it, so we have let nobody in, and none can be put in from here. "
    "If you cannot get in, order another with a key and end this one. From the municipality's "
    "network it is reached here:"
)
USUAL = "debian"  # the image of what was ordered before orders said it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A sentence (message id) and the command or address that goes with it."""

    how: str
    with_what: str


def reach(kind: str, provider: str, outputs: Outputs, asked: Mapping[str, Any]) -> Reach | None:
    """None when there is nothing to reach, or too little is known of it.

    `asked` is what the provider was asked for: its parameters.
    """
    of_kind = _KINDS.get(kind)
    return of_kind(provider, outputs, asked) if of_kind else None


def login(provider: str, image: str) -> str:
    """Who signs in to a machine made of that image; empty where nobody has told."""
    known = LOGINS.get(provider, {})
    return next((user for begins, user in known.items() if image.startswith(begins)), "")


def _machine(provider: str, told: Outputs, asked: Mapping[str, Any]) -> Reach | None:
    if ssh := told.get("ssh"):  # where the machine itself says how
        return Reach(how=N_("Sign in with SSH and the key you gave:"), with_what=ssh)
    address = told.get("public_ip") or told.get("private_ip")
    if not address:
        return None
    if provider == "gcp" and "admin_user" not in told:
        name, zone = (shlex.quote(told.get(part, "")) for part in ("instance_id", "zone"))
        return Reach(
            how=N_(
                "Sign in from the municipality's network with your Google account, when whoever "
                "administers the project has let you in by OS Login:"
            ),
            with_what=f"gcloud compute ssh {name} --zone={zone} --internal-ip",
        )
    user = told.get("admin_user") or login(provider, str(asked.get("image", USUAL)))
    return Reach(
        how=WITH_KEY if asked.get("ssh_key") else WITHOUT_KEY,
        with_what=f"ssh {user}@{address}" if user else f"ssh {address}",
    )


def _database(provider: str, told: Outputs, asked: Mapping[str, Any]) -> Reach | None:
    host = told.get("host") or told.get("address")
    if not host:
        return None
    if provider == "openstack":  # on a server of its own, where its administrator signs in
        user = login(provider, USUAL)
        return Reach(
            how=WITH_KEY if asked.get("ssh_key") else WITHOUT_KEY,
            with_what=f"ssh -t {user}@{host} sudo -u postgres psql",
        )
    parts = {
        "host": host,
        "port": told.get("port", "5432"),
        "dbname": told.get("database", "postgres"),
        "user": told.get("user", ""),
        "sslmode": "require",
    }
    words = " ".join(f"{name}={value}" for name, value in parts.items() if value)
    return Reach(
        how=N_("Connect from the municipality's network:"),
        with_what=f"psql {shlex.quote(words)}",
    )


def _storage(_: str, told: Outputs, _asked: Mapping[str, Any]) -> Reach | None:
    url = told.get("url")
    return Reach(how=N_("Your files are at this address:"), with_what=url) if url else None


def _workspace(_: str, told: Outputs, _asked: Mapping[str, Any]) -> Reach | None:
    name = told.get("workspace")
    how = N_("Open the desktop client with your municipal account and choose this workspace:")
    return Reach(how=how, with_what=name) if name else None


_KINDS: Mapping[str, Callable[[str, Outputs, Mapping[str, Any]], Reach | None]] = {
    "virtual-machine": _machine,
    "database": _database,
    "object-storage": _storage,
    "workspace": _workspace,
}

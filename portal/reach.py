"""How what was delivered is reached, from what its provider told of it. No secret is known here."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.speech import N_

Outputs = Mapping[str, str]

# The user that the machine images let in where the provider does not tell; Google's OS Login
# takes each person's own.
LOGINS: Mapping[str, str] = {"aws": "admin", "openstack": "debian"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A sentence (message id) and the command or address that goes with it."""

    how: str
    with_what: str


def reach(kind: str, provider: str, outputs: Outputs) -> Reach | None:
    """None when there is nothing to reach, or too little is known of it."""
    of_kind = _KINDS.get(kind)
    return of_kind(provider, outputs) if of_kind else None


def _machine(provider: str, told: Outputs) -> Reach | None:
    if ssh := told.get("ssh"):  # where the machine itself says how
        return Reach(how=N_("Sign in with SSH and the key you gave:"), with_what=ssh)
    address = told.get("public_ip") or told.get("private_ip")
    if not address:
        return None
    login = told.get("admin_user") or LOGINS.get(provider)
    return Reach(
        how=N_("Reach it with SSH from the municipality's network:"),
        with_what=f"ssh {login}@{address}" if login else f"ssh {address}",
    )


def _database(_: str, told: Outputs) -> Reach | None:
    host = told.get("host") or told.get("address")
    if not host:
        return None
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


def _storage(_: str, told: Outputs) -> Reach | None:
    url = told.get("url")
    return Reach(how=N_("Your files are at this address:"), with_what=url) if url else None


def _workspace(_: str, told: Outputs) -> Reach | None:
    name = told.get("workspace")
    how = N_("Open the desktop client with your municipal account and choose this workspace:")
    return Reach(how=how, with_what=name) if name else None


_KINDS: Mapping[str, Callable[[str, Outputs], Reach | None]] = {
    "virtual-machine": _machine,
    "database": _database,
    "object-storage": _storage,
    "workspace": _workspace,
}

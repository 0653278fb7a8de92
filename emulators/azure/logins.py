"""Sign-in by password at a PostgreSQL server. A password goes in, and only a mark of it is kept."""

from __future__ import annotations

import re
from hashlib import scrypt
from hmac import compare_digest
from typing import Any

from emulators.azure.cloud import Thing
from emulators.azure.errors import ArmError, invalid, unchangeable

ENABLED = "Enabled"
READY = "Ready"
KEPT_FOR_AZURE = re.compile(
    r"azure_superuser|azure_pg_admin|admin|administrator|root|guest|public|pg_.*"
)


def check(asked: dict[str, Any], had: dict[str, Any]) -> None:
    """Of a server that is there: its login is named when passwords are first let in, and stays."""
    before = had["authConfig"]["passwordAuth"]
    by_password = (asked.get("authConfig") or {}).get("passwordAuth", before) == ENABLED
    named, login = asked.get("administratorLogin"), had.get("administratorLogin")
    if named and login and named != login:
        raise unchangeable("administratorLogin")
    if named and KEPT_FOR_AZURE.fullmatch(named):
        raise invalid("administratorLogin", f"{named} is kept for Azure.")
    if asked.get("administratorLoginPassword") and not by_password:
        raise invalid("administratorLoginPassword", "Sign-in by password is not enabled.")
    needed = asked.get("administratorLoginPassword") and (named or login)
    if by_password and before != ENABLED and not needed:
        raise ArmError(
            400,
            "EngineCredentialsNotProvided",
            "The admin credentials are required for creating admin role while enabling Password "
            "Authentication and must be provided.",
        )


def lets_in(server: Thing, *, user: str, password: str) -> bool:
    """Whether the server would let them in by password."""
    properties = server.properties
    if properties["authConfig"]["passwordAuth"] != ENABLED:
        return False
    mark, known = _mark_in_force(server), properties.get("administratorLogin")
    return bool(mark) and user == known and compare_digest(mark, _mark(server, password))


def _mark_in_force(server: Thing) -> str:
    """A new password counts when the work that sets it is done, and not if that failed."""
    before, after = server.hidden.get("marks", ("", ""))
    done = server.properties.get("state") == READY and "failure" not in server.hidden
    return str(after if done else before)


def _mark(server: Thing, password: str) -> str:
    return scrypt(password.encode(), salt=server.id.encode(), n=2**10, r=8, p=1).hex()


def note(new: Thing, old: Thing | None) -> None:
    """Keep a mark of the password that a request sets; it stays in the request's answer to none."""
    password, mark = new.properties.get("administratorLoginPassword"), _mark_in_force(old or new)
    new.hidden["marks"] = [mark, _mark(new, password) if password else mark]
    if password:  # nobody looks at what was asked and finds it there
        new.hidden["asked"] = None

"""Who is asking: a person or a program, of one agency, with roles. Fails closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orders.access import Act, Role, sees_all

__all__ = ["Missing", "Person", "Role", "from_claims"]


class Missing(Exception):
    """Known, but without what is needed: the roles of which one would do, or an agency."""

    def __init__(self, name: str, needed: Iterable[Role], *, agency: bool = True) -> None:
        self.name = name
        self.needed = tuple(needed)
        self.agency = agency
        roles = " or ".join(self.needed)
        super().__init__(f"{name} lacks the role {roles}" if agency else f"{name} has no agency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`subject` is the sign-in provider's id, and what the ledger calls them in `by`."""

    subject: str
    name: str
    agency: str
    roles: frozenset[Role]
    email: str = ""

    @property
    def sees_all(self) -> bool:
        """Whether they see every agency's orders."""
        return sees_all(self.roles, Act.SEE_ORDER)

    @property
    def scope(self) -> str | None:
        """The agency whose orders they see; None means all."""
        return None if self.sees_all else self.agency

    def needs(self, *roles: Role) -> None:
        """Raise Missing unless they have one of `roles`."""
        if not self.roles.intersection(roles):
            raise Missing(self.name, roles)

    def stored(self) -> dict[str, object]:
        """As a session keeps them."""
        return {
            "subject": self.subject,
            "name": self.name,
            "agency": self.agency,
            "roles": sorted(self.roles),
            "email": self.email,
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Person:
        return cls(
            subject=stored["subject"],
            name=stored["name"],
            agency=stored["agency"],
            roles=frozenset(Role(role) for role in stored["roles"]),
            email=stored.get("email", ""),
        )


def from_claims(
    claims: Mapping[str, Any],
    agency_claim: str,
    role_claims: Iterable[str],
    role_names: Mapping[str, Role],
) -> Person:
    """The person in checked claims; raises Missing without an agency or any role of ours.

    Roles come from the first claim that gives one: app roles before groups.
    """
    subject = str(claims["sub"])
    name = _text(claims.get("name")) or _text(claims.get("client_id")) or subject
    agency = _text(claims.get(agency_claim))
    if not agency:
        raise Missing(name, Role, agency=False)
    for claim in role_claims:
        given = claims.get(claim)
        names = given if isinstance(given, list) else [given]
        roles = {role_names[one] for one in names if isinstance(one, str) and one in role_names}
        if roles:
            return Person(
                subject=subject,
                name=name,
                agency=agency,
                roles=frozenset(roles),
                email=_text(claims.get("email")),
            )
    raise Missing(name, Role)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""

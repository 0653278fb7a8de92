"""The main menu: what this person has use for."""

from __future__ import annotations

from collections.abc import Iterator

from orders import access
from orders.access import Act, Answer
from portal.person import Person, Role
from portal.speech import N_

MAKING = frozenset({Role.EDITOR, Role.OWNER})
ORDERING = frozenset({Role.ORDERER, Role.APPROVER})


def menu(person: Person | None) -> list[tuple[str, str]]:
    """Address and message id of each; those who are not signed in have the help."""
    return list(_entries(person.roles if person else frozenset()))


def _entries(roles: frozenset[Role]) -> Iterator[tuple[str, str]]:
    yield "/", N_("Order")
    yield "/orders", N_("Orders")
    if roles:
        yield "/things", N_("My things") if roles & ORDERING else N_("Things")
    yield "/cloud", N_("Which cloud?")
    yield "/lead-time", N_("Lead time")
    if Role.APPROVER in roles or Role.OWNER in roles:
        yield "/approvals", N_("To approve")
    if Role.OPERATOR in roles:
        yield "/desk", N_("Desk")
    if roles & MAKING:
        yield "/offerings", N_("Own offerings") if Role.EDITOR in roles else N_("Catalogue")
    if access.may(roles, Act.SEE_AUDIT, own=True) is Answer.YES:
        yield "/audit", N_("Audit")
    yield "/help", N_("Help")

"""What a resource stands on: its parent, its place on earth, and what its body refers to."""

from __future__ import annotations

from emulators.azure.call import Call
from emulators.azure.cloud import Thing, references
from emulators.azure.errors import ArmError, busy, no_parent
from emulators.azure.groups import check_tags
from emulators.azure.kinds import KINDS, Kind
from emulators.azure.offers import check_location


def check(call: Call, kind: Kind, old: Thing | None) -> None:
    """Raises ArmError where a PUT cannot stand."""
    if not kind.names.fullmatch(call.place.name):
        why = f"Resource name {call.place.name} is invalid: it has to match {kind.names.pattern}."
        raise ArmError(400, "InvalidResourceName", why)
    _check_parent(call, kind)
    if kind.tracked:
        check_tags(call.body.get("tags") or {})
        _check_location(call, old)
    for reference in references(call.body.get("properties")):
        _check_reference(call, reference)


def check_unused(call: Call, kind: Kind) -> None:
    """Raises ArmError when something refers to what is to be deleted."""
    own = call.place.key
    for key, thing in call.cloud.each():
        if key == own or key.startswith(f"{own}/"):
            continue
        used = [r.lower() for r in references(thing.properties)]
        if any(r == own or r.startswith(f"{own}/") for r in used):
            status, code = kind.in_use
            raise ArmError(status, code, f"{call.path} is in use by {thing.id}; remove that first.")


def _check_parent(call: Call, kind: Kind) -> None:
    parent = call.place.parent
    if parent is None:
        return
    above = call.cloud.peek(parent.key)
    if above is None:
        raise no_parent(parent.name)
    if not KINDS[above.type].settled(above):
        raise busy(kind.busy, parent.path)


def _check_location(call: Call, old: Thing | None) -> None:
    location = str(call.body.get("location") or "")
    check_location(call.place.type, location)
    if old and old.body.get("location") != location:
        raise ArmError(
            409,
            "InvalidResourceLocation",
            f"The resource '{call.place.name}' already exists in location "
            f"'{old.body.get('location')}' in resource group '{call.place.group}'. A resource "
            f"with the same name cannot be created in location '{location}'.",
        )


def _check_reference(call: Call, reference: str) -> None:
    key, own = reference.lower(), call.place.key
    if "/providers/" not in key or key == own or key.startswith(f"{own}/"):
        return
    thing = call.cloud.peek(key)
    if thing is None:
        raise ArmError(
            400,
            "InvalidResourceReference",
            f"Resource {reference} referenced by resource {call.path} was not found. Please make "
            "sure that the referenced resource exists, and that both resources are in the same "
            "region.",
        )
    kind = KINDS[thing.type]
    if not kind.ready(thing):
        raise ArmError(
            409,
            "ReferencedResourceNotProvisioned",
            f"Cannot proceed with operation because resource {reference} used by resource "
            f"{call.path} is not in {kind.states.done} state. Resource is in "
            f"{kind.state(thing)} state.",
        )

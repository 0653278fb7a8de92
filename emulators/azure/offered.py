"""Everything this emulator does; what is real and not here is answered with 501."""

from __future__ import annotations

from emulators.azure import compute, desktops, groups, network, postgresql, storage
from emulators.azure import resources as common
from emulators.azure.call import Call, Reply
from emulators.azure.contract import Operation
from emulators.azure.errors import not_offered
from emulators.azure.kinds import KINDS, Action

OFFERS = (groups.OFFER, compute.OFFER, network.OFFER, storage.OFFER, postgresql.OFFER)
ACTIONS: dict[str, Action] = {}
for offer in (*OFFERS, desktops.OFFER):
    KINDS.update({kind.key: kind for kind in offer.kinds})
    ACTIONS.update(offer.actions)
VERBS: dict[str, Action] = {
    "PUT": common.put,
    "PATCH": common.patch,
    "DELETE": common.delete,
    "GET": common.get,
}


def serve(call: Call) -> Reply:
    """Do what the call asks. Raises ArmError."""
    action = ACTIONS.get(call.operation.title)
    if action is None:
        action = _generic(call.operation, call)
    return action(call)


def _generic(operation: Operation, call: Call) -> Action:
    """The verb that all types share, where the path is of an offered type."""
    segments = call.place.segments
    type_ = "/".join((call.place.namespace, *segments[::2])).lower()
    if type_ in KINDS and operation.lists and operation.method == "GET" and len(segments) % 2:
        return common.listing
    if type_ in KINDS and not operation.lists and segments and len(segments) % 2 == 0:
        return VERBS.get(operation.method, _refuse)
    return _refuse


def _refuse(call: Call) -> Reply:
    raise not_offered(call.operation.title)

"""A virtual machine is a Compute Engine instance: shielded, without public address or identity.

One machine per service instance, whatever gets lost on the way: before a create we look for our
label in every zone, the name is worked out from instance and attempt, and so is the requestId.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock

from providers import adopting
from providers.errors import Conflict, Unavailable
from providers.gcp import labels, machine, reshape, strangers
from providers.gcp.clients import Clients
from providers.gcp.machine import Found
from providers.gcp.operations import Place
from providers.gcp.piece import NameTaken, Piece, link
from providers.types import Change, Ref, Resource, Spec, Status, Stranger

COMPARED = ("size", "image", "disk_gb")


class VirtualMachine:
    """The five verbs for kind `virtual-machine`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._zones: dict[str, tuple[str, ...]] = {}
        self._lock = Lock()

    def preview(self, spec: Spec) -> Sequence[Change]:
        self._check(spec)
        found = self._find(spec)
        if found is None:
            want = machine.wanted(spec)
            return [Change(field=n, actual=None, wanted=getattr(want, n)) for n in COMPARED]
        return reshape.changes(found, spec)

    def apply(self, spec: Spec) -> Resource:
        self._check(spec)
        found = self._find(spec)
        if found is None:
            return self._create(spec)
        now = replace(machine.resource(found), instance=spec.instance)
        zone, name = now.ref.id.split("/")
        return reshape.step(self._piece(zone, name), found, spec, now)

    def read(self, ref: Ref) -> Resource | None:
        where = machine.where(ref)
        if where is None:
            return None
        piece = self._piece(*where)
        if found := piece.get():
            return machine.resource(found)
        build = piece.look()
        if build is None:
            return None
        return _unseen(ref, str(build.failure or "accepted"), failed=build.failure is not None)

    def delete(self, ref: Ref) -> None:
        where = machine.where(ref)
        if where is None:
            return
        piece = self._piece(*where)
        found = piece.get()
        if found is None:
            piece.forget()
            return
        if not machine.resource(found).instance:
            raise Conflict(
                f"{piece.name} in {where[0]} does not carry our label {labels.OWNERSHIP}, so it "
                "is not removed; put the label back, or remove the machine by hand"
            )
        if not piece.remove():
            raise Unavailable(f"{piece.name} is busy with an earlier change; ask again")

    def inventory(self) -> Iterator[Resource]:
        for found in self._listed(filter=f"labels.{labels.OWNERSHIP}:*"):
            yield machine.resource(found)

    def strangers(self) -> Iterator[Stranger]:
        """The image is told by the disk alone: a look for each machine that is nobody's order."""
        for found in self._listed():
            zone = link(found.zone)
            if zone.rsplit("-", 1)[0] not in self._clients.regions or machine.owner(found):
                continue
            boot = machine.boot_disk(found)
            disk = replace(self._piece(zone, boot["name"]), collection="disks") if boot else None
            yield from strangers.vm(found, disk.get() if disk else None)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        self._check(spec)
        where = machine.where(ref)
        piece = self._piece(*where) if where else None
        found = piece.get() if piece else None
        if piece is None or found is None:
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, machine.owner(found), spec)
        if not reshape.is_labelled(found, spec) and not reshape.label(piece, found, spec):
            raise Unavailable(f"{piece.name} is busy with an earlier change; ask again")
        return replace(machine.resource(found), instance=spec.instance)

    def _check(self, spec: Spec) -> None:
        """Everything that can be checked without asking anybody."""
        self._clients.check_region(spec)
        machine.wanted(spec)
        labels.wanted(spec)
        labels.name(spec)

    def _find(self, spec: Spec) -> Found | None:
        """The machine of this service instance; the oldest, should there be several."""
        if adopted := adopting.stands(spec, lambda id_: labels.instance_of(link(id_))):
            where = machine.where(Ref(kind=machine.KIND, region=spec.region, id=adopted))
            there = self._piece(*where).get() if where else None
            if there is not None:
                adopting.check_owner(adopted, machine.owner(there), spec)
            return there
        question = f'labels.{labels.OWNERSHIP}="{spec.instance}"'
        listed = self._listed(region=spec.region, filter=question)
        found = [m for m in listed if labels.instance_of(str(m.name)) == spec.instance]
        found.sort(key=lambda m: (str(m.creation_timestamp), str(m.name)))
        return next(iter(found), None)

    def _listed(self, **question: str) -> Iterator[Found]:
        for scope in self._clients.everywhere("Instances", **question):
            yield from scope.instances

    def _piece(self, zone: str, name: str) -> Piece:
        return Piece(self._clients, "instances", Place(zone=zone), name)

    def _create(self, spec: Spec) -> Resource:
        zone, name = machine.zone_of(spec, self._zones_of(spec.region)), labels.name(spec)
        piece = self._piece(zone, name)
        ref = Ref(kind=machine.KIND, region=spec.region, id=f"{zone}/{name}")
        try:
            build = piece.start(machine.body(spec, zone))
        except NameTaken:
            return self._adopt(spec, piece)
        if build and build.failure:
            return _unseen(ref, str(build.failure), failed=True)
        if build and build.done and piece.get() is None:
            raise Conflict(
                f"the machine of attempt {spec.attempt} of {spec.instance} was removed; "
                f"ask for attempt {spec.attempt + 1}"
            )
        return _unseen(ref, "accepted" if build else "its subnet is not ready", failed=False)

    def _adopt(self, spec: Spec, piece: Piece) -> Resource:
        """What has our name already: ours, though the listing did not show it yet."""
        found = piece.get()
        if found is None or machine.resource(found).instance != spec.instance:
            raise Conflict(
                f"{piece.name} in {piece.place.zone} exists and does not carry our label "
                f"{labels.OWNERSHIP}; put the label back, or remove the machine by hand"
            )
        return machine.resource(found)

    def _zones_of(self, region: str) -> tuple[str, ...]:
        with self._lock:
            if region in self._zones:
                return self._zones[region]
        found = self._clients.compute("Regions", "get", region=region)
        zones = tuple(sorted(link(zone) for zone in found.zones))
        with self._lock:
            self._zones[region] = zones
        return zones


def _unseen(ref: Ref, detail: str, *, failed: bool) -> Resource:
    """What Google has accepted and does not show: not yet, or never."""
    return Resource(
        ref=ref,
        instance=labels.instance_of(link(ref.id)),
        status=Status.FAILED if failed else Status.PENDING,
        detail=detail,
        by_itself=True,
    )

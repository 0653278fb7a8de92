"""Kind `virtual-machine`: an instance of VPC, which we made or adopted.

A size is changed in four steps: stop, change, start, look. A disk grows while the machine runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers import adopting
from providers.errors import InvalidSpec, NoCapacity, NotAuthorised
from providers.ibm import machine, marks, names, strangers
from providers.ibm.clients import Clients
from providers.ibm.errors import NOT_UNIQUE, Refused
from providers.ibm.machine import IMAGES, Wanted, resource, wanted
from providers.ibm.marks import Marks
from providers.ibm.told import Told, difference, number, text
from providers.types import Change, Ref, Resource, Spec, Stranger

NEW = ("size", "image", "disk_gb")


class VirtualMachine:
    """The five verbs for kind `virtual-machine` at IBM."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = wanted(spec)
        self._clients.check_region(spec)
        found = self._find(spec)
        if found is None:
            return [Change(field=f, actual=None, wanted=getattr(want, f)) for f in NEW]
        return self._changes(spec, want, found)

    def apply(self, spec: Spec) -> Resource:
        want = wanted(spec)
        self._clients.check_region(spec)
        found = self._find(spec)
        if found is None:
            found = self._create(spec, want)
        elif text(found, "status") in {"running", "stopped"}:
            self._step(spec, want, found)
            found = self._seen(spec.region, f"instances/{text(found, 'id')}") or found
        self._clients.tag(text(found, "crn"), names.tags(spec))
        return resource(found, spec.region, spec.instance)

    def read(self, ref: Ref) -> Resource | None:
        found = self._there(ref)
        return resource(found, ref.region, self._owner(found)) if found else None

    def delete(self, ref: Ref) -> None:
        found = self._there(ref)
        if found is None or text(found, "status") == "deleting":
            return
        marks.check_ours(self._clients, text(found, "name"), text(found, "crn"))
        try:
            self._clients.vpc(ref.region, "DELETE", f"instances/{ref.id}")
        except Refused as refused:
            if not refused.absent:
                raise

    def inventory(self) -> Iterator[Resource]:
        known = self._marks()
        for region, found in self._listed():
            if owner := known.owner(text(found, "name"), text(found, "crn")):
                yield resource(found, region, owner)

    def strangers(self) -> Iterator[Stranger]:
        """What the search does not know yet may be anybody's: it is told of when it does."""
        known = self._marks()
        for region, found in self._listed():
            name, crn = text(found, "name"), text(found, "crn")
            tags = None if known.owner(name, crn) else known.of(crn)
            if tags is not None and text(found, "status") != "deleting":
                yield strangers.vm(found, region, self._boot_volume(region, found), tags)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        wanted(spec)
        self._clients.check_region(spec)
        found = self._there(ref)
        if found is None or text(found, "status") == "deleting":
            raise adopting.gone(ref)
        marks.check_free(self._clients, ref, found, spec)
        self._clients.tag(text(found, "crn"), names.tags(spec))
        return resource(found, ref.region, spec.instance)

    def _listed(self) -> Iterator[tuple[str, Told]]:
        """Every machine of the account, with its region."""
        for region in self._clients.regions:
            for found in self._clients.vpcs(region, "instances"):
                yield region, found

    def _marks(self) -> Marks:
        return Marks(self._clients, "is", "instance")

    def _owner(self, found: Told) -> str:
        return marks.owner(self._clients, text(found, "name"), text(found, "crn"))

    def _find(self, spec: Spec) -> Told | None:
        """The machine of this service instance: by its name, whatever attempt made it, or its id.

        What was adopted, or was given another name since, has none of ours.
        """
        for name in names.attempts(spec):
            for found in self._clients.vpcs(spec.region, "instances", name=name):
                if text(found, "name") == name:
                    return found
        stands = Ref(kind=machine.KIND, region=spec.region, id=spec.stands)
        there = self._there(stands)
        if there is not None:
            adopting.check_owner(spec.stands, self._owner(there), spec)
        return there

    def _there(self, ref: Ref) -> Told | None:
        known = names.ID.fullmatch(ref.id) and names.REGION.fullmatch(ref.region)
        return self._seen(ref.region, f"instances/{ref.id}") if known else None

    def _seen(self, region: str, path: str) -> Told | None:
        try:
            return self._clients.vpc(region, "GET", path)
        except Refused as refused:
            if refused.absent:
                return None
            raise

    def _create(self, spec: Spec, want: Wanted) -> Told:
        asked = machine.body(spec, self._subnet(spec, want), self._image(spec.region, want.image))
        try:
            made = {**asked, **self._clients.group}
            return self._clients.vpc(spec.region, "POST", "instances", made)
        except Refused as refused:
            if refused.code == NOT_UNIQUE and (found := self._find(spec)):
                return found  # somebody was faster, with the same order
            raise

    def _step(self, spec: Spec, want: Wanted, found: Told) -> None:
        """What comes next on the way to what is wanted; nothing when it is there."""
        changes = self._changes(spec, want, found)
        if stays := [change.field for change in changes if change.replaces]:
            raise InvalidSpec(f"{', '.join(stays)}: cannot be changed in place at IBM")
        fields = {change.field for change in changes}
        path, running = f"instances/{text(found, 'id')}", text(found, "status") == "running"
        if running and "disk_gb" in fields:
            volume = f"volumes/{self._volume_of(found)}"
            self._clients.vpc(spec.region, "PATCH", volume, {"capacity": want.disk_gb})
        elif running and "size" in fields:
            self._clients.vpc(spec.region, "POST", f"{path}/actions", {"type": "stop"})
        elif not running:
            if "size" in fields:
                self._clients.vpc(spec.region, "PATCH", path, {"profile": {"name": want.size}})
            self._clients.vpc(spec.region, "POST", f"{path}/actions", {"type": "start"})
            if machine.lacks_room(found):  # it is tried again with the next call
                zone = text(found, "zone", "name")
                raise NoCapacity(f"IBM has no room for {text(found, 'profile', 'name')} in {zone}")

    def _changes(self, spec: Spec, want: Wanted, found: Told) -> list[Change]:
        disk = number(self._boot_volume(spec.region, found), "capacity")
        image = text(found, "image", "name")
        have = next((k for k, v in IMAGES.items() if image.startswith(v)), want.image)
        told = [
            *difference("size", text(found, "profile", "name"), want.size),
            *difference("image", have, want.image, replaces=True),
        ]
        if disk is not None:
            told += difference("disk_gb", disk, want.disk_gb, replaces=disk > want.disk_gb)
        subnet = machine.subnet_of(found)
        if want.subnet and want.subnet not in {text(subnet, "id"), text(subnet, "name")}:
            told += difference("subnet", text(subnet, "id"), want.subnet, replaces=True)
        return told

    def _boot_volume(self, region: str, found: Told) -> Told:
        """Empty in the first moments, and when it has gone since."""
        volume = self._volume_of(found)
        return (self._seen(region, f"volumes/{volume}") if volume else None) or {}

    @staticmethod
    def _volume_of(found: Told) -> str:
        return text(found, "boot_volume_attachment", "volume", "id")

    def _subnet(self, spec: Spec, want: Wanted) -> Told:
        """Where it is put: told, or the account's. Raises InvalidSpec and NotAuthorised."""
        asked = want.subnet or self._clients.account.subnet
        if not asked:
            raise NotAuthorised(
                f"account {self._clients.account.alias}: no subnet to build in; "
                "set its IBM_SUBNET to the name or id of one"
            )
        for one in self._clients.vpcs(spec.region, "subnets"):
            if asked in {text(one, "id"), text(one, "name")}:
                return one
        if want.subnet:
            raise InvalidSpec(f"subnet: there is no {asked!r} in {spec.region}")
        raise NotAuthorised(
            f"account {self._clients.account.alias}: there is no subnet {asked!r} in "
            f"{spec.region}; set its IBM_SUBNET to the name or id of one"
        )

    def _image(self, region: str, image: str) -> str:
        """The newest of IBM's own images of a system. Raises InvalidSpec where it has none."""
        listed = self._clients.vpcs(region, "images", status="available", visibility="public")
        found = [one for one in listed if text(one, "name").startswith(IMAGES[image])]
        newest = max(found, key=lambda one: text(one, "created_at"), default=None)
        if newest is None:
            raise InvalidSpec(f"image: IBM has no {image} in {region}")
        return text(newest, "id")

"""The five verbs for what Nova runs, whatever it is for: a machine, or one with a database.

Nova's names are not unique and a create has no token. A server carries a tag of kind and service
instance from its first moment on; it is looked for before every create, under a lock, and after
every create. Where two processes came at the same time the older one stays, of two that are as old
the one with the lesser id: whoever sees both removes the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openstack import exceptions

from providers import adopting
from providers.errors import Unavailable
from providers.openstack import machine, places, tags
from providers.openstack.clients import Api, Clients, Told, one, table, text
from providers.openstack.machine import Wanted
from providers.types import Change, Ref, Spec, Status

# being confirmed, or confirmed since we looked
CONFIRMED = re.compile(r"Instance has not been resized|while it is in vm_state")


@dataclass(frozen=True, slots=True)
class Servers:
    """Servers of one kind at one account."""

    clients: Clients
    kind: str

    def preview(self, spec: Spec, want: Wanted) -> list[Change]:
        found = self.find(spec)
        if found is None:
            asked = {"size": want.size, "image": want.image, "disk_gb": want.disk_gb}
            return [Change(field=name, actual=None, wanted=value) for name, value in asked.items()]
        return _changes(found, spec, want)

    def apply(self, spec: Spec, want: Wanted) -> Told:
        """The server as it is, one step nearer to what is wanted. Raises as `read` does."""
        found = self.only(spec) or self._make(spec, want)
        if lacks := machine.lacking(found):
            self._drop(spec.region, text(found, "id"))
            raise lacks(f"{machine.why(found)}; what was begun is cleared away")
        if machine.leaving(found):
            return found
        if machine.status(found)[0] is Status.FAILED:
            return self._revive(found, spec, want)
        changes = _changes(found, spec, want)
        tags.check_in_place(changes, machine.resource(found, self.kind, spec.region).ref)
        return self._settle(found, spec, want, changes)

    def read(self, ref: Ref) -> Told | None:
        """Raises NoCapacity or QuotaExceeded for what found no room or no address.

        The next apply clears it away and asks anew.
        """
        found = self.get(ref)
        lacks = found and not machine.leaving(found) and machine.lacking(found)
        if found is not None and lacks:
            raise lacks(f"{ref.id}: {machine.why(found)}")
        return found

    def get(self, ref: Ref) -> Told | None:
        if not tags.ID.fullmatch(ref.id):
            return None
        found = self._api(ref.region).get(f"/servers/{ref.id}", "server")
        return None if found is None or machine.gone(found) else found

    def delete(self, ref: Ref) -> None:
        found = self.get(ref)
        if found is None or machine.leaving(found):
            return
        tags.check_ours(tags.owner(found), ref)
        self._drop(ref.region, ref.id)

    def inventory(self) -> Iterator[tuple[str, Told]]:
        """Region and server of each that is ours."""
        for region in self.clients.regions:
            for found in self._api(region).each("/servers/detail", "servers"):
                mine = tags.owner(found)
                if mine and tags.lookup(self.kind, mine) in (found.get("tags") or []):
                    yield region, found

    def strangers(self) -> Iterator[tuple[str, Told]]:
        """Region and server of each that is nobody's order."""
        for region in self.clients.regions:
            for found in self._api(region).each("/servers/detail", "servers"):
                if not (tags.owner(found) or machine.gone(found) or machine.leaving(found)):
                    yield region, found

    def adopt(self, ref: Ref, spec: Spec) -> Told:
        """Our labels beside those of others, and the tag that it is found by."""
        found = self.get(ref)
        if found is None or machine.leaving(found):
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, tags.owner(found), spec)
        api, labels = self._api(ref.region), tags.wanted(spec)
        api.call("PUT", f"/servers/{ref.id}/tags/{tags.lookup(self.kind, spec.instance)}")
        api.call("POST", f"/servers/{ref.id}/metadata", {"metadata": labels})
        return {**found, "metadata": {**table(found, "metadata"), **labels}}

    def find(self, spec: Spec) -> Told | None:
        """The server of this service instance: the oldest, should there be several."""
        return next(iter(self._all(spec)), None)

    def _all(self, spec: Spec) -> list[Told]:
        """Raises Unavailable while nobody can tell whether one of them is there."""
        query = {"tags": tags.lookup(self.kind, spec.instance)}
        found = self._api(spec.region).each("/servers/detail", "servers", **query)
        there = [server for server in found if not machine.gone(server)]
        for server in there:
            if machine.forgotten(server, spec.attempt):
                raise Unavailable(
                    f"server {text(server, 'id')} of an earlier attempt is still being placed, or "
                    "is about to vanish: look again"
                )
        return sorted(there, key=lambda s: (machine.leaving(s), text(s, "created"), text(s, "id")))

    def only(self, spec: Spec) -> Told | None:
        """The oldest; what else another process has made for this instance is removed."""
        there = self._all(spec)
        for other in there[1:]:
            if tags.owner(other) == spec.instance and not machine.leaving(other):
                self._drop(spec.region, text(other, "id"))
        return next(iter(there), None)

    def _make(self, spec: Spec, want: Wanted) -> Told:
        body = self._body(spec, want)
        with self.clients.lock(spec.instance):
            found = self.find(spec)
            if found:
                return found
            made = one(self._api(spec.region).call("POST", "/servers", {"server": body}), "server")
        there = self.only(spec)
        return there or {**made, "status": "BUILD", "metadata": body["metadata"]}

    def _body(self, spec: Spec, want: Wanted) -> dict[str, Any]:
        flavour = places.flavour(self.clients, spec.region, want.size)
        image = places.image(self.clients, spec.region, want.image)
        subnet = places.subnet(self.clients, spec, want.subnet)
        disk: Mapping[str, object] = {"imageRef": image}
        if places.check_disk(self.clients, spec.region, flavour, want.disk_gb):
            volume = {
                "boot_index": 0,
                "uuid": image,
                "source_type": "image",
                "destination_type": "volume",
                "volume_size": want.disk_gb,
                "delete_on_termination": True,
            }
            disk = {"imageRef": "", "block_device_mapping_v2": [volume]}
        groups = [{"name": want.security_group}] if want.security_group else []
        return {
            "name": spec.name or f"gm-{spec.instance}",
            "flavorRef": text(flavour, "id"),
            **disk,
            "networks": [{"uuid": text(subnet, "network_id")}],
            **({"security_groups": groups} if groups else {}),
            "user_data": machine.encoded(want.user_data),
            "metadata": machine.labels(spec, want) | {machine.ATTEMPT: str(spec.attempt)},
            "tags": [tags.lookup(self.kind, spec.instance)],
        }

    def _settle(self, found: Told, spec: Spec, want: Wanted, changes: Sequence[Change]) -> Told:
        api, id_ = self._api(spec.region), text(found, "id")
        if text(found, "status") == machine.TO_CONFIRM:
            self._confirm(api, id_)
            return {**found, "OS-EXT-STS:task_state": "resizing"}
        if any(change.field.startswith("tags.") for change in changes):
            labels = {"metadata": machine.labels(spec, want)}
            api.call("POST", f"/servers/{id_}/metadata", labels)
            found = {**found, "metadata": {**table(found, "metadata"), **labels["metadata"]}}
        now, _ = machine.status(found)
        if now is not Status.READY or not any(change.field == "size" for change in changes):
            return found
        flavour = places.flavour(self.clients, spec.region, want.size)
        resize = {"resize": {"flavorRef": text(flavour, "id")}}
        api.call("POST", f"/servers/{id_}/action", resize)
        return {**found, "OS-EXT-STS:task_state": "resizing"}

    def _revive(self, found: Told, spec: Spec, want: Wanted) -> Told:
        """Start again, as it is, what ran and has failed since; what was never up stays failed."""
        if not machine.ran(found) or machine.size(found) != want.size:
            return found
        reboot = {"reboot": {"type": "HARD"}}
        self._api(spec.region).call("POST", f"/servers/{text(found, 'id')}/action", reboot)
        return {**found, "OS-EXT-STS:task_state": "rebooting_hard"}

    def _confirm(self, api: Api, id_: str) -> None:
        """Nova still says VERIFY_RESIZE while it confirms, and refuses to be asked again."""
        try:
            api.call("POST", f"/servers/{id_}/action", {"confirmResize": None})
        except (exceptions.BadRequestException, exceptions.ConflictException) as error:
            if not CONFIRMED.search(str(error.details or error.message)):
                raise

    def _drop(self, region: str, id_: str) -> None:
        self._api(region).drop(f"/servers/{id_}")

    def _api(self, region: str) -> Api:
        return self.clients.api(region, "compute")


def _changes(found: Told, spec: Spec, want: Wanted) -> list[Change]:
    """What differs from the spec, in what the spec decides."""
    have = table(found, "metadata")
    out = []
    if machine.size(found) != want.size:
        out.append(Change(field="size", actual=machine.size(found), wanted=want.size))
    kept = {"image": (machine.KEPT, want.image), "disk_gb": (machine.KEPT_DISK, str(want.disk_gb))}
    for name, (key, value) in kept.items():
        if key in have and have[key] != value:  # who took it off did not change the disk
            out.append(Change(field=name, actual=have[key], wanted=value, replaces=True))
    return out + tags.changed(have, spec)

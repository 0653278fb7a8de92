"""A network is Neutron's: one subnet, a router, and a security group that lets in who may come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from providers import adopting
from providers.errors import Conflict, ProviderError, Remedy, Unavailable
from providers.openstack import ranges, strangers, tags
from providers.openstack.clients import Clients, Told, one, text
from providers.openstack.errors import translate
from providers.openstack.pieces import Builder, Pieces, age
from providers.openstack.ranges import Wanted
from providers.types import Change, Ref, Resource, Spec, Status, Stranger

KIND = "network"
CLOUDS_OWN = "network:"  # whose a port is that Neutron itself has put into a network
TURNS = 4  # of two processes at one network, until it is asked for again


class Network:
    """The five verbs for kind `network`, in the regions of one account."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = self._checked(spec)
        found = self._find(spec)
        if found is None:
            asked = {"cidr": want.cidr or f"/{want.prefix}", "allow_from": list(want.allow_from)}
            return [Change(field=name, actual=None, wanted=value) for name, value in asked.items()]
        return _changes(Builder(self._clients, spec.region).look(found), spec, want)

    def apply(self, spec: Spec) -> Resource:
        want = self._checked(spec)
        builder = Builder(self._clients, spec.region)
        with self._clients.lock(spec.instance):
            have = builder.look(self._adopted(builder, spec) or self._one(builder, spec))
            for _ in range(TURNS):
                ref = _resource(have, spec.region).ref
                changes = _changes(have, spec, want)
                tags.check_in_place(changes, ref)
                if have.adopted:
                    there = have.network
                    marked = strangers.marked(builder.api, there, spec) if changes else there
                    return _resource(builder.look(marked), spec.region)
                try:
                    return _resource(builder.build(have, spec, want), spec.region)
                except Exception as error:
                    now = self._after(error, builder, spec, have)
                    if now is None:
                        raise
                    have = now
        raise Unavailable(f"another process is making {spec.instance} too: look again")

    def read(self, ref: Ref) -> Resource | None:
        found = self._get(ref)
        builder = Builder(self._clients, ref.region)
        return None if found is None else _resource(builder.look(found), ref.region)

    def delete(self, ref: Ref) -> None:
        found = self._get(ref)
        if found is None:
            return
        tags.check_ours(_owner(found), ref)
        builder = Builder(self._clients, ref.region)
        _check_unused(builder, found)
        builder.clear(builder.look(found))

    def inventory(self) -> Iterator[Resource]:
        for region in self._clients.regions:
            builder = Builder(self._clients, region)
            for found in builder.api.each("/networks", "networks"):
                if _owner(found):
                    yield _resource(builder.look(found), region)

    def strangers(self) -> Iterator[Stranger]:
        for region in self._clients.regions:
            api = self._clients.api(region, "network")
            for found in api.each("/networks", "networks"):
                if not _owner(found):
                    zone = self._clients.account.subnet
                    yield from strangers.network(api, region, found, zone)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        self._checked(spec)
        found = self._get(ref)
        if found is None:
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, _owner(found), spec)
        builder = Builder(self._clients, ref.region)
        ours = strangers.built(builder.api, spec)
        mark = strangers.described if ours else strangers.marked
        return _resource(builder.look(mark(builder.api, found, spec)), ref.region)

    def _checked(self, spec: Spec) -> Wanted:
        """Everything that can be checked without the cloud."""
        want = ranges.wanted(spec)
        tags.wanted(spec)
        self._clients.check_region(spec)
        return want

    def _find(self, spec: Spec) -> Told | None:
        """The network of this service instance; the oldest, should there be several."""
        builder = Builder(self._clients, spec.region)
        return self._adopted(builder, spec) or next(iter(self._all(spec)), None)

    def _adopted(self, builder: Builder, spec: Spec) -> Told | None:
        """What others made and this instance adopted, as long as it is there."""
        ref = Ref(kind=KIND, region=spec.region, id=spec.stands)
        there = self._get(ref) if spec.stands else None
        if there is None or tags.described(there) or strangers.built(builder.api, spec):
            return None
        adopting.check_owner(spec.stands, tags.adopter(there), spec)
        return there

    def _all(self, spec: Spec) -> list[Told]:
        api = self._clients.api(spec.region, "network")
        return sorted(
            api.each("/networks", "networks", description=tags.description(spec)), key=age
        )

    def _one(self, builder: Builder, spec: Spec) -> Told:
        """The oldest, made where there is none; what another process has made too is removed."""
        there = self._all(spec)
        if not there:
            mark = {"name": spec.name or f"gm-{spec.instance}"}
            body = {"network": mark | {"description": tags.description(spec)}}
            made = one(builder.api.call("POST", "/networks", body), "network")
            there = self._all(spec) or [made]
        for other in there[1:]:
            builder.shed(other)
        return there[0]

    def _get(self, ref: Ref) -> Told | None:
        if not tags.ID.fullmatch(ref.id):
            return None
        return self._clients.api(ref.region, "network").get(f"/networks/{ref.id}", "network")

    def _after(self, error: Exception, builder: Builder, spec: Spec, have: Pieces) -> Pieces | None:
        """What there is by now, where another process was at it and that is why we were refused.

        None where it was not. What is refused for good leaves nothing behind then; inventory lists
        what stays anyway.
        """
        known = error if isinstance(error, ProviderError) else translate(error)
        if known is None or known.remedy is not Remedy.FAIL:
            return None
        several = len(self._all(spec)) > 1
        now = builder.look(self._one(builder, spec))
        if several or now.state != have.state:
            return now
        if now.subnet is None or text(now.subnet, "id") in builder.made:
            with suppress(Exception):
                builder.clear(now)
        return None


def _check_unused(builder: Builder, network: Told) -> None:
    """Raises Conflict before anything of it goes: half a network serves nobody."""
    id_ = text(network, "id")
    for port in builder.api.each("/ports", "ports", network_id=id_):
        if not text(port, "device_owner").startswith(CLOUDS_OWN):
            user = text(port, "device_id") or f"port {text(port, 'id')}"
            raise Conflict(f"network {id_} is in use by {user}; remove that first")


def _changes(have: Pieces, spec: Spec, want: Wanted) -> list[Change]:
    """What differs from the spec. A range that the plan chose is not compared."""
    cidr = text(have.subnet, "cidr") if have.subnet else ""
    out = []
    if cidr and want.cidr and cidr != want.cidr:
        out.append(Change(field="cidr", actual=cidr, wanted=want.cidr, replaces=True))
    sources = {source for source in have.rules if source != cidr}
    if have.group and sources != set(want.allow_from) - {cidr}:
        wanted_sources = list(want.allow_from)
        out.append(Change(field="allow_from", actual=sorted(sources), wanted=wanted_sources))
    labels = sorted(map(str, have.network.get("tags") or []))
    asked = tags.adopted(have.network, spec) if have.adopted else tags.neutrons(spec)
    if have.whole and labels != asked:
        out.append(Change(field="tags", actual=labels, wanted=asked))
    return out


def _resource(have: Pieces, region: str) -> Resource:
    outputs = {
        "network": text(have.network, "id"),
        "subnet": text(have.subnet or {}, "id"),
        "security_group": text(have.group or {}, "id"),
        "router": text(have.router or {}, "id"),
        "cidr": text(have.subnet or {}, "cidr"),
        "gateway": text(have.subnet or {}, "gateway_ip"),
        "region": region,
    }
    return Resource(
        ref=Ref(kind=KIND, region=region, id=text(have.network, "id")),
        instance=_owner(have.network),
        status=Status.READY if have.whole else Status.PENDING,
        outputs={name: value for name, value in outputs.items() if value} if have.whole else {},
        detail="" if have.whole else "some of its pieces are missing",
    )


def _owner(network: Told) -> str:
    return tags.described(network) or tags.adopter(network)

"""A network is a VPC of its own with one subnet in its region and one rule that lets it talk.

Everything from outside is refused unless it comes from the private ranges that were asked for.
Three pieces, built in the order network, subnet, rule, removed the other way round; the network,
first and last, stands for all. Networks carry no labels at Google: the description says whose
it is, and the rule's description, which can be changed, has the tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from providers.errors import Conflict, InvalidSpec
from providers.gcp import labels, ranges
from providers.gcp.clients import Clients
from providers.gcp.operations import Build, Place
from providers.gcp.piece import NameTaken, Piece, link
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "network"


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one network, and what there is of each."""

    network: Any
    subnet: Any
    rule: Any


class Network:
    """The five verbs for kind `network`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = self._check(spec)
        name = self._find(spec)
        if name is None:
            return [
                Change(field="cidr", actual=None, wanted=want.cidr),
                Change(field="allow_from", actual=None, wanted=list(want.allow_from)),
            ]
        found = self._pieces(name, spec.region)
        # until it is whole, what is missing is no drift: its status tells
        return changes(found, want, spec) if found.rule else []

    def apply(self, spec: Spec) -> Resource:
        want = self._check(spec)
        name = self._find(spec) or labels.name(spec)
        found = self._pieces(name, spec.region)
        ref = Ref(kind=KIND, region=spec.region, id=name)
        for change in changes(found, want, spec):
            if change.replaces:
                raise InvalidSpec(
                    f"{change.field} of {name} is {change.actual!r} and cannot become "
                    f"{change.wanted!r} in place; order a new network instead"
                )
        if found.rule is None:
            return self._build(ref, found, spec)
        if self._mend(name, found, spec):
            return replace(resource(ref, found), status=Status.PENDING, detail="being changed")
        return self._settled(ref, found)

    def read(self, ref: Ref) -> Resource | None:
        if not labels.instance_of(ref.id) or ref.region not in self._clients.regions:
            return None
        found = self._pieces(ref.id, ref.region)
        missing = next((p for p, f in self._in_order(ref, found) if f is None), None)
        if missing is None:
            return self._settled(ref, found)
        build = missing.look()
        if found.network is None and build is None:
            return None
        return _unfinished(ref, found, build, f"no {missing.collection[:-1]} yet")

    def delete(self, ref: Ref) -> None:
        if not labels.instance_of(ref.id) or ref.region not in self._clients.regions:
            return
        found = self._pieces(ref.id, ref.region)
        pieces = self._in_order(ref, found)
        if found.network is None:
            for piece, _ in pieces:
                piece.forget()
            return
        if not _owner(found.network):
            raise Conflict(
                f"network {ref.id} does not say that it is ours, so it is not removed; "
                "remove it by hand"
            )
        if found.rule is None and found.subnet is None:
            pieces[0][0].remove()
        for piece, there in pieces[1:]:
            if there is not None:
                piece.remove()

    def inventory(self) -> Iterator[Resource]:
        networks = self._clients.compute("Networks", "list", filter='name eq "gm-.*"')
        for network in networks:
            if _owner(network):
                yield self._listed(network)

    def _check(self, spec: Spec) -> ranges.Wanted:
        """Everything that can be checked without asking anybody."""
        self._clients.check_region(spec)
        labels.wanted(spec)
        labels.name(spec)
        return ranges.wanted(spec)

    def _find(self, spec: Spec) -> str | None:
        """The name of this instance's network; the oldest, should there be several."""
        question = f'name eq "gm-{spec.instance}-.*"'
        listed = self._clients.compute("Networks", "list", filter=question)
        found = [n for n in listed if labels.instance_of(str(n.name)) == spec.instance]
        found.sort(key=lambda n: (str(n.creation_timestamp), str(n.name)))
        return next((str(n.name) for n in found), None)

    def _pieces(self, name: str, region: str) -> Pieces:
        ref = Ref(kind=KIND, region=region, id=name)
        network, subnet, rule = self._names(ref)
        there = network.get()
        if there is None:
            return Pieces(None, None, None)
        return Pieces(there, subnet.get(), rule.get())

    def _names(self, ref: Ref) -> tuple[Piece, Piece, Piece]:
        return (
            Piece(self._clients, "networks", Place(), ref.id),
            Piece(self._clients, "subnetworks", Place(region=ref.region), ref.id),
            Piece(self._clients, "firewalls", Place(), ref.id),
        )

    def _in_order(self, ref: Ref, found: Pieces) -> list[tuple[Piece, Any]]:
        return list(zip(self._names(ref), (found.network, found.subnet, found.rule), strict=True))

    def _build(self, ref: Ref, found: Pieces, spec: Spec) -> Resource:
        """Ask for the first piece that is missing."""
        network, subnet, rule = self._names(ref)
        build: Build | None
        try:
            if found.network is None:
                build = network.start(_network_body(spec))
                self._check_not_removed(network, build, spec)
            elif found.subnet is None:
                build = subnet.start(ranges.subnet_body(spec, ref.id))
            else:
                build = rule.start(ranges.rule_body(spec, ref.id))
        except NameTaken:
            build = None  # another call was quicker; the next look tells
        return _unfinished(ref, found, build, "being built")

    def _check_not_removed(self, network: Piece, build: Build | None, spec: Spec) -> None:
        if build and build.done and not build.failure and network.get() is None:
            raise Conflict(
                f"the network of attempt {spec.attempt} of {spec.instance} was removed; "
                f"ask for attempt {spec.attempt + 1}"
            )

    def _mend(self, name: str, found: Pieces, spec: Spec) -> bool:
        """Change what differs; False when nothing does."""
        todo = {change.field for change in changes(found, ranges.wanted(spec), spec)}
        _, subnet, rule = self._names(Ref(kind=KIND, region=spec.region, id=name))
        if "cidr" in todo:
            wider = {"ip_cidr_range": ranges.wanted(spec).cidr}
            subnet.change(
                "expand_ip_cidr_range_unary",
                subnetworks_expand_ip_cidr_range_request_resource=wider,
            )
        elif todo:
            body = ranges.rule_body(spec, name)
            rule.change("patch_unary", firewall_resource=body)
        return bool(todo)

    def _settled(self, ref: Ref, found: Pieces) -> Resource:
        """It is whole; Google shows the last piece before it is made, and until it is gone."""
        if self._names(ref)[2].busy():
            return _unfinished(ref, found, None, "being built, changed or removed")
        return resource(ref, found)

    def _listed(self, network: Any) -> Resource:  # noqa: ANN401 - an SDK message
        name = str(network.name)
        links = [str(subnet) for subnet in network.subnetworks]
        region = next((path.split("/")[-3] for path in links if path.endswith(f"/{name}")), "")
        ref = Ref(kind=KIND, region=region or ranges.region_of(str(network.description)), id=name)
        found = self._pieces(name, ref.region)
        if found.rule and found.subnet:
            return resource(ref, replace(found, network=network))
        return _unfinished(ref, replace(found, network=network), None, "not whole")


def _network_body(spec: Spec) -> dict[str, Any]:
    return {
        "description": ranges.description(spec, tags=False),
        "auto_create_subnetworks": False,
        "routing_config": {"routing_mode": "REGIONAL"},
    }


def changes(found: Pieces, want: ranges.Wanted, spec: Spec) -> list[Change]:
    out = []
    if found.subnet is not None:
        have = str(found.subnet.ip_cidr_range)
        if have != want.cidr:
            wider = ranges.widens(have, want.cidr)
            out.append(Change(field="cidr", actual=have, wanted=want.cidr, replaces=not wider))
    if found.rule is not None:
        sources = sorted(str(source) for source in found.rule.source_ranges)
        if sources != sorted(want.sources):
            out.append(Change(field="allow_from", actual=sources, wanted=sorted(want.sources)))
        have_tags = ranges.described(str(found.rule.description))
        differing = labels.changed(have_tags, labels.wanted(spec))
        out += [Change(field=f"tags.{k}", actual=a, wanted=w) for k, (a, w) in differing.items()]
    return out


def _owner(network: Any) -> str:  # noqa: ANN401 - an SDK message
    return ranges.described(str(network.description)).get(labels.OWNERSHIP, "")


def resource(ref: Ref, found: Pieces) -> Resource:
    owner = _owner(found.network)
    outputs = {
        "network": ref.id,
        "subnet": link(found.subnet.self_link or ref.id),
        "cidr": str(found.subnet.ip_cidr_range),
        "region": ref.region,
    }
    return Resource(
        ref=ref,
        instance=owner,
        status=Status.READY,
        outputs={key: value for key, value in outputs.items() if value},
        detail="" if owner else "does not say that it is ours",
    )


def _unfinished(ref: Ref, found: Pieces, build: Build | None, detail: str) -> Resource:
    failure = build.failure if build else None
    owner = _owner(found.network) if found.network is not None else labels.instance_of(ref.id)
    return Resource(
        ref=ref,
        instance=owner,
        status=Status.FAILED if failure else Status.PENDING,
        detail=str(failure or detail),
    )

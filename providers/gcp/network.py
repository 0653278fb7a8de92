"""A network is a VPC of its own with one subnet in its region and one rule that lets it talk.

Everything from outside is refused unless it comes from the private ranges that were asked for.
Three pieces, built in the order network, subnet, rule, removed the other way round; the network,
first and last, stands for all. Networks carry no labels at Google: the description says whose
it is, and the rule's description, which can be changed, has the tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from providers.errors import Conflict, InvalidSpec
from providers.gcp import labels, ranges, vpc
from providers.gcp.clients import Clients
from providers.gcp.operations import Build, Place
from providers.gcp.piece import NameTaken, Piece, link
from providers.gcp.vpc import KIND
from providers.types import Change, Ref, Resource, Spec, Status

DEFAULT = "default"  # every new project has it, with ranges of 10.128.0.0/9 everywhere


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
        return vpc.changes(found, want, spec) if found.rule else []

    def apply(self, spec: Spec) -> Resource:
        want = self._check(spec)
        name = self._find(spec) or labels.name(spec)
        found = self._pieces(name, spec.region)
        ref = Ref(kind=KIND, region=spec.region, id=name)
        if found.network is not None and not vpc.owner(found.network):
            raise Conflict(
                f"network {name} exists and does not say that it is ours; put our description "
                "back, or remove the network by hand"
            )
        todo = vpc.changes(found, want, spec)
        for change in todo:
            if change.replaces:
                raise InvalidSpec(
                    f"{change.field} of {name} is {change.actual!r} and cannot become "
                    f"{change.wanted!r} in place; order a new network instead"
                )
        if found.network is None or any(c.field == "cidr" for c in todo):
            self._check_free(name, want.cidr)
        if found.rule is None:
            return self._build(ref, found, spec)
        if self._mend(name, found, spec):
            return replace(vpc.resource(ref, found), status=Status.PENDING, detail="being changed")
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
        return vpc.unfinished(ref, found, build, f"no {missing.collection[:-1]} yet")

    def delete(self, ref: Ref) -> None:
        if not labels.instance_of(ref.id) or ref.region not in self._clients.regions:
            return
        found = self._pieces(ref.id, ref.region)
        pieces = self._in_order(ref, found)
        if found.network is None:
            for piece, _ in pieces:
                piece.forget()
            return
        if not vpc.owner(found.network):
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
            if vpc.owner(network):
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

    def _pieces(self, name: str, region: str) -> vpc.Pieces:
        ref = Ref(kind=KIND, region=region, id=name)
        network, subnet, rule = self._names(ref)
        there = network.get()
        if there is None:
            return vpc.Pieces(None, None, None)
        return vpc.Pieces(there, subnet.get(), rule.get())

    def _names(self, ref: Ref) -> tuple[Piece, Piece, Piece]:
        return (
            Piece(self._clients, "networks", Place(), ref.id),
            Piece(self._clients, "subnetworks", Place(region=ref.region), ref.id),
            Piece(self._clients, "firewalls", Place(), ref.id),
        )

    def _in_order(self, ref: Ref, found: vpc.Pieces) -> list[tuple[Piece, Any]]:
        return list(zip(self._names(ref), (found.network, found.subnet, found.rule), strict=True))

    def _build(self, ref: Ref, found: vpc.Pieces, spec: Spec) -> Resource:
        """Ask for the first piece that is missing."""
        network, subnet, rule = self._names(ref)
        build: Build | None
        try:
            if found.network is None:
                build = network.start(vpc.body(spec))
                self._check_not_removed(network, build, spec)
            elif found.subnet is None:
                build = subnet.start(ranges.subnet_body(spec, ref.id))
            else:
                build = rule.start(ranges.rule_body(spec, ref.id))
        except NameTaken:
            build = None  # another call was quicker; the next look tells
        return vpc.unfinished(ref, found, build, "being built")

    def _check_not_removed(self, network: Piece, build: Build | None, spec: Spec) -> None:
        if build and build.done and not build.failure and network.get() is None:
            raise Conflict(
                f"the network of attempt {spec.attempt} of {spec.instance} was removed; "
                f"ask for attempt {spec.attempt + 1}"
            )

    def _check_free(self, name: str, cidr: str) -> None:
        """Google lets networks overlap, and then never lets them talk to each other."""
        for scope in self._clients.everywhere("Subnetworks"):
            for subnet in scope.subnetworks:
                other = link(subnet.network)
                taken = ranges.overlapping(cidr, subnet) if other not in {name, DEFAULT} else ""
                if taken:
                    raise Conflict(
                        f"cidr {cidr} overlaps with {taken} of network {other}; "
                        "choose another range"
                    )

    def _mend(self, name: str, found: vpc.Pieces, spec: Spec) -> bool:
        """Change what differs; False when nothing does."""
        todo = {change.field for change in vpc.changes(found, ranges.wanted(spec), spec)}
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

    def _settled(self, ref: Ref, found: vpc.Pieces) -> Resource:
        """It is whole; Google shows the last piece before it is made, and until it is gone."""
        if self._names(ref)[2].busy():
            return vpc.unfinished(ref, found, None, "being built, changed or removed")
        return vpc.resource(ref, found)

    def _listed(self, network: Any) -> Resource:  # noqa: ANN401 - an SDK message
        name = str(network.name)
        links = [str(subnet) for subnet in network.subnetworks]
        region = next((path.split("/")[-3] for path in links if path.endswith(f"/{name}")), "")
        ref = Ref(kind=KIND, region=region or ranges.region_of(str(network.description)), id=name)
        found = self._pieces(name, ref.region)
        if found.rule and found.subnet:
            return vpc.resource(ref, replace(found, network=network))
        return vpc.unfinished(ref, replace(found, network=network), None, "not whole")

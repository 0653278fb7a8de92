"""Kind `network`: a VPC with address prefixes, subnets, and rules in its own security group.

It is made piece by piece, one more with each call: the VPC, then prefixes and subnets, then the
rules; the rule for the network's own range is last and says that all is there. It is removed the
same way: subnets, then the VPC, which takes the rest along. No public gateway is ever attached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from providers.errors import Conflict, InvalidSpec, Unavailable
from providers.ibm import names, ranges
from providers.ibm.clients import Clients
from providers.ibm.errors import NOT_UNIQUE, Refused
from providers.ibm.ranges import Wanted, wanted
from providers.ibm.told import Told, difference, text
from providers.ibm.vpc import OWN, Vpc, subnets_by_vpc
from providers.types import Change, Ref, Resource, Spec, Status


class Network:
    """The five verbs for kind `network` at IBM."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def preview(self, spec: Spec) -> Sequence[Change]:
        want = wanted(spec)
        self._clients.check_region(spec)
        found = self._find(spec)
        if found is None:
            new = {"cidr": want.cidr, "subnets": dict(want.subnets)}
            return [Change(field=field, actual=None, wanted=value) for field, value in new.items()]
        vpc = self._whole(spec.region, found)
        if vpc.resource().status is Status.PENDING:
            return []  # still being made, to this spec or to the one before
        return self._changes(want, vpc)

    def apply(self, spec: Spec) -> Resource:
        want = wanted(spec)
        self._clients.check_region(spec)
        found = self._find(spec)
        if found is None:
            self._check_free(spec, want)
            found = self._create(spec)
        self._clients.tag(text(found, "crn"), names.tags(spec))
        vpc = self._whole(spec.region, found)
        if vpc.status == "available":
            self._step(spec, want, vpc)
            vpc = self._whole(spec.region, found)
        return vpc.resource()

    def read(self, ref: Ref) -> Resource | None:
        found = self._there(ref)
        return self._whole(ref.region, found).resource() if found else None

    def delete(self, ref: Ref) -> None:
        found = self._there(ref)
        if found is None or text(found, "status") == "deleting":
            return
        if not names.instance_of(text(found, "name")):
            raise Conflict(f"network {ref.id} does not carry a name of ours: remove it by hand")
        vpc = self._whole(ref.region, found)
        if vpc.subnets:
            self._check_unused(vpc)
        for subnet in vpc.subnets:
            if text(subnet, "status") != "deleting":
                self._remove(ref.region, f"subnets/{text(subnet, 'id')}")
        if not vpc.subnets:
            self._remove(ref.region, f"vpcs/{ref.id}")

    def inventory(self) -> Iterator[Resource]:
        for region in self._clients.regions:
            ours = [
                one
                for one in self._clients.vpcs(region, "vpcs")
                if names.instance_of(text(one, "name"))
            ]
            by_vpc = subnets_by_vpc(self._clients, region) if ours else {}
            for one in ours:
                yield Vpc.of(self._clients, region, one, by_vpc).resource()

    def _find(self, spec: Spec) -> Told | None:
        """The VPC of this service instance, whatever attempt made it."""
        wanted_names = set(names.attempts(spec))
        listed = self._clients.vpcs(spec.region, "vpcs")
        return next((one for one in listed if text(one, "name") in wanted_names), None)

    def _there(self, ref: Ref) -> Told | None:
        if not (names.ID.fullmatch(ref.id) and names.REGION.fullmatch(ref.region)):
            return None
        try:
            return self._clients.vpc(ref.region, "GET", f"vpcs/{ref.id}")
        except Refused as refused:
            if refused.absent:
                return None
            raise

    def _whole(self, region: str, found: Told) -> Vpc:
        return Vpc.of(self._clients, region, found, subnets_by_vpc(self._clients, region))

    def _check_free(self, spec: Spec, want: Wanted) -> None:
        """Raises Conflict for a range that another network of the account has."""
        for one in self._clients.vpcs(spec.region, "vpcs"):
            path = f"vpcs/{text(one, 'id')}/address_prefixes"
            held = [text(prefix, "cidr") for prefix in self._clients.vpcs(spec.region, path)]
            if other := ranges.overlap(want.cidr, held):
                raise Conflict(f"{want.cidr} overlaps with {other} of network {text(one, 'name')}")

    def _check_unused(self, vpc: Vpc) -> None:
        """Raises Conflict before anything of it goes: half a network serves nobody."""
        if foreign := [text(one, "name") for one in vpc.subnets if not vpc.made(one)]:
            raise Conflict(
                f"network {vpc.id} holds what is not ours: subnet {', '.join(foreign)}; "
                "remove that by hand first"
            )
        listed = self._clients.vpcs(vpc.region, "instances", **{"vpc.id": vpc.id})
        inside = {text(one, "name"): text(one, "status") for one in listed}
        if staying := [name for name, status in inside.items() if status != "deleting"]:
            raise Conflict(
                f"network {vpc.id} is used by instance {', '.join(staying)}; remove that first"
            )
        if inside:
            raise Unavailable(f"the last instances in network {vpc.id} are still being removed")

    def _create(self, spec: Spec) -> Told:
        asked = {
            "name": names.name(spec),
            "address_prefix_management": "manual",
            **self._clients.group,
        }
        try:
            return self._clients.vpc(spec.region, "POST", "vpcs", asked)
        except Refused as refused:
            if refused.code == NOT_UNIQUE and (found := self._find(spec)):
                return found  # somebody was faster, with the same order
            raise

    def _step(self, spec: Spec, want: Wanted, vpc: Vpc) -> None:
        """All pieces that have become possible."""
        if vpc.complete:
            changes = self._changes(want, vpc)
            if stays := [change.field for change in changes if change.replaces]:
                raise InvalidSpec(f"{', '.join(stays)}: cannot be changed in place at IBM")
        for name, cidr in want.subnets.items():
            zone = ranges.zone_of(name, want.subnets, spec.region)
            if cidr not in vpc.prefixes():
                asked = {"name": f"gm-{name}", "cidr": cidr, "zone": {"name": zone}}
                self._make(spec.region, f"vpcs/{vpc.id}/address_prefixes", asked)
            if name not in vpc.subnet_names:
                asked = {
                    "name": vpc.subnet_name(name),
                    "vpc": {"id": vpc.id},
                    "zone": {"name": zone},
                    "ipv4_cidr_block": cidr,
                    **self._clients.group,
                }
                self._make(spec.region, "subnets", asked)
        self._let_in(spec.region, want, vpc)

    def _let_in(self, region: str, want: Wanted, vpc: Vpc) -> None:
        """The rules: who may come in, and last of all the network itself."""
        path = f"security_groups/{vpc.group}/rules"
        for cidr in want.allow_from:
            if cidr not in vpc.sources:
                self._make(region, path, vpc.rule(cidr))
        gone = [id_ for cidr, id_ in vpc.sources.items() if cidr not in want.allow_from]
        for id_ in (*gone, *vpc.holes):
            self._remove(region, f"{path}/{id_}")
        if not vpc.complete:
            self._make(region, path, vpc.rule(want.cidr, OWN))

    def _changes(self, want: Wanted, vpc: Vpc) -> list[Change]:
        have = {name: cidr for name, cidr in vpc.subnet_names.items() if name in want.subnets}
        new = {name: cidr for name, cidr in want.subnets.items() if name not in have}
        kept = {name: cidr for name, cidr in want.subnets.items() if name in have}
        return [
            *difference("cidr", vpc.cidr, want.cidr, replaces=True),
            *difference("subnets", have, kept, replaces=True),
            *(Change(field=f"subnets.{name}", actual=None, wanted=c) for name, c in new.items()),
            *difference("allow_from", sorted(vpc.sources), sorted(want.allow_from)),
            *difference("security.holes", sorted(vpc.holes.values()), []),
        ]

    def _make(self, region: str, path: str, asked: Told) -> None:
        """One piece. Its name is unique, so what is there already was made by an earlier call."""
        try:
            self._clients.vpc(region, "POST", path, asked)
        except Refused as refused:
            if refused.code != NOT_UNIQUE:
                raise

    def _remove(self, region: str, path: str) -> None:
        try:
            self._clients.vpc(region, "DELETE", path)
        except Refused as refused:
            if not refused.absent:
                raise

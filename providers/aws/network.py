"""A network is a VPC with subnets over several zones and no way out, and a group that lets in.

Lets in the network itself and whom the order names, private ranges all; nothing else. The pieces
need no waiting: `apply` makes whatever is missing, the VPC first and the group's rules last, and
`delete` takes all away. EC2 knows no client token for a VPC: it is looked up by our tag before
each create, and one that was made twice all the same is cleared away while it is still empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from providers import adopting
from providers.aws import clearing, names, ranges, strangers, tags, told, vpc
from providers.aws.clients import Clients
from providers.aws.refused import fine
from providers.aws.told import Told
from providers.aws.vpc import Found
from providers.errors import Conflict
from providers.types import Change, Ref, Resource, Spec, Stranger

KIND = vpc.KIND
TAKEN = frozenset({"InvalidSubnet.Conflict", "InvalidGroup.Duplicate"})
LET_IN = frozenset({"InvalidPermission.Duplicate"})
SHUT_OUT = frozenset({"InvalidPermission.NotFound", "InvalidRoute.NotFound"})


class Network:
    """The five verbs for kind `network`, in the regions of one account."""

    def __init__(self, clients: Clients, regions: Sequence[str], subnet: str = "") -> None:
        self._clients = clients
        self._zone = subnet  # of the landing zone, which is nobody's to adopt
        self._regions = tuple(regions)
        # nothing at AWS keeps two threads of ours from making one VPC each
        self._making = Lock()

    def preview(self, spec: Spec) -> Sequence[Change]:
        ec2 = self._in(spec)
        found = next(iter(_find(ec2, spec)), None)
        if found is None:
            want = ranges.wanted(spec)
            fields = {"cidr": want.cidr, "subnets": dict(want.subnets), "allow_from": want.sources}
            return [Change(field=k, actual=None, wanted=v) for k, v in fields.items()]
        # what is not built yet is no drift: its status tells
        return vpc.changes(found, spec) if found.whole or found.adopted else []

    def apply(self, spec: Spec) -> Resource:
        ec2 = self._in(spec)
        with self._making:
            found, *surplus = _find(ec2, spec) or [_create(ec2, spec)]
        for one in surplus:
            if not one.subnets:  # nobody has begun to use it
                clearing.remove(ec2, one)
        changes = vpc.changes(found, spec)
        names.check_in_place(changes, Ref(kind=KIND, region=spec.region, id=found.id))
        if (found.whole or found.adopted) and not changes:
            return vpc.resource(found, spec.region)
        if found.adopted:
            strangers.mark(ec2, found, spec)
        else:
            _build(ec2, found, spec)
        found = next(vpc.look(ec2, [_get(ec2, found.id) or found.vpc]))
        return vpc.resource(found, spec.region)

    def read(self, ref: Ref) -> Resource | None:
        ec2 = self._clients.of("ec2", ref.region)
        found = _get(ec2, ref.id)
        return None if found is None else vpc.resource(next(vpc.look(ec2, [found])), ref.region)

    def delete(self, ref: Ref) -> None:
        ec2 = self._clients.of("ec2", ref.region)
        there = _get(ec2, ref.id)
        if there is None:
            return
        found = next(vpc.look(ec2, [there]))
        if not found.owner:
            raise Conflict(
                f"{ref.id} in {ref.region} does not carry our tag {tags.OWNERSHIP}, so it is not "
                "removed; put the tag back, or remove the network by hand"
            )
        clearing.check_unused(ec2, ref, found)
        clearing.remove(ec2, found)

    def inventory(self) -> Iterator[Resource]:
        filters = [{"Name": "tag-key", "Values": [tags.OWNERSHIP]}]
        for region in self._regions:
            ec2 = self._clients.of("ec2", region)
            vpcs = list(vpc.each(ec2, "describe_vpcs", "Vpcs", Filters=filters))
            for found in vpc.look(ec2, vpcs):
                yield vpc.resource(found, region)

    def strangers(self) -> Iterator[Stranger]:
        """But for the network that every account is born with, and the landing zone."""
        for region in self._regions:
            ec2 = self._clients.of("ec2", region)
            for found in vpc.look(ec2, list(vpc.each(ec2, "describe_vpcs", "Vpcs"))):
                if not found.owner and found.vpc.get("IsDefault") is not True:
                    yield from strangers.network(found, region, self._zone)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        ec2 = self._in(spec)
        there = _get(ec2, ref.id)
        if there is None:
            raise adopting.gone(ref)
        found = next(vpc.look(ec2, [there]))
        adopting.check_owner(ref.id, found.owner, spec)
        strangers.mark(ec2, found, spec)
        return replace(vpc.resource(found, ref.region), instance=spec.instance)

    def _in(self, spec: Spec) -> Any:  # noqa: ANN401 - a boto3 client
        """The client of the spec's region, after everything that can be checked without it."""
        ranges.wanted(spec)
        tags.wanted(spec)
        names.check_region(spec, self._regions)
        return self._clients.of("ec2", spec.region)


def _find(ec2: Any, spec: Spec) -> list[Found]:  # noqa: ANN401 - a boto3 client
    """The VPCs of this service instance, the one that counts first: whoever looks, the same."""
    for one in vpc.look(ec2, [there] if (there := _get(ec2, spec.stands)) else []):
        if one.adopted:
            adopting.check_owner(one.id, one.owner, spec)
            return [one]
    filters = [{"Name": f"tag:{tags.OWNERSHIP}", "Values": [spec.instance]}]
    found = vpc.look(ec2, list(vpc.each(ec2, "describe_vpcs", "Vpcs", Filters=filters)))
    return sorted(found, key=lambda one: (not one.whole, not one.subnets, one.id))


def _get(ec2: Any, id_: str) -> Told | None:  # noqa: ANN401 - a boto3 client
    found: list[Told] = []
    with fine(clearing.ABSENT):
        found = told.each(ec2.describe_vpcs(VpcIds=[id_]), "Vpcs") if id_ else []
    return next(iter(found), None)


def _create(ec2: Any, spec: Spec) -> Found:  # noqa: ANN401 - a boto3 client
    _check_free(ec2, ranges.wanted(spec).cidr)
    made = ec2.create_vpc(CidrBlock=ranges.wanted(spec).cidr, **_tagged("vpc", spec))
    return next(vpc.look(ec2, [made["Vpc"]]))


def _build(ec2: Any, found: Found, spec: Spec) -> None:  # noqa: ANN401 - a boto3 client
    """Whatever is missing or differs, the rules that let anybody in last."""
    want = ranges.wanted(spec)
    _close(ec2, found)
    if missing := {n: text for n, text in want.subnets.items() if n not in found.ours}:
        zones = _zones(ec2)
        for name, text in missing.items():
            zone = zones[list(want.subnets).index(name) % len(zones)]
            with fine(TAKEN):
                ec2.create_subnet(
                    VpcId=found.id,
                    CidrBlock=text,
                    AvailabilityZone=zone,
                    **_tagged("subnet", spec, {vpc.SUBNET: name}),
                )
    if found.whole and tags.changed(tags.as_dict(found.vpc.get("Tags")), spec):
        ec2.create_tags(Resources=found.ids, Tags=tags.as_list(tags.wanted(spec)))
    _let_in(ec2, found, spec)


def _let_in(ec2: Any, found: Found, spec: Spec) -> None:  # noqa: ANN401 - a boto3 client
    group = told.text(found.group, "GroupId")
    if not group:
        with fine(TAKEN):
            made = ec2.create_security_group(
                VpcId=found.id,
                GroupName=vpc.GROUP,
                Description="lets in whom the order names",
                **_tagged("security-group", spec),
            )
            group = str(made["GroupId"])
    if not group:  # another call was quicker; it goes on
        return
    wanted, have = ranges.wanted(spec).sources, vpc.sources(found)
    added = [source for source in wanted if source not in have]
    over = [source for source in have if source not in wanted and ":" not in source]
    if added:
        with fine(LET_IN):
            ec2.authorize_security_group_ingress(
                GroupId=group, IpPermissions=ranges.permissions(added)
            )
    if over:
        with fine(SHUT_OUT):
            rules = [r for r in told.each(found.group, "IpPermissions") if _only(r, over)]
            ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rules)


def _only(rule: Told, over: Sequence[str]) -> bool:
    return any(told.text(r, "CidrIp") in over for r in told.each(rule, "IpRanges"))


def _close(ec2: Any, found: Found) -> None:  # noqa: ANN401 - a boto3 client
    """The group that a VPC is born with lets nobody in or out; no route leads to the internet."""
    born = next((g for g in found.groups if told.text(g, "GroupName") == "default"), {})
    verbs = {"IpPermissions": "ingress", "IpPermissionsEgress": "egress"}
    for way, rules in vpc.default_rules(found).items():
        with fine(SHUT_OUT):
            revoke = getattr(ec2, f"revoke_security_group_{verbs[way]}")
            revoke(GroupId=told.text(born, "GroupId"), IpPermissions=rules)
    for table, destination in vpc.ways_out(found):
        with fine(SHUT_OUT):
            ec2.delete_route(RouteTableId=table, DestinationCidrBlock=destination)


def _check_free(ec2: Any, cidr: str) -> None:  # noqa: ANN401 - a boto3 client
    """EC2 itself lets networks overlap, and then never lets them talk to each other."""
    for other in vpc.each(ec2, "describe_vpcs", "Vpcs"):
        range_ = told.text(other, "CidrBlock")
        if other.get("IsDefault") is not True and ranges.overlapping(cidr, range_):
            name = tags.as_dict(other.get("Tags")).get("Name") or told.text(other, "VpcId")
            raise Conflict(
                f"cidr {cidr} overlaps with {range_} of network {name}; choose another range"
            )


def _zones(ec2: Any) -> list[str]:  # noqa: ANN401 - a boto3 client
    filters = [
        {"Name": "state", "Values": ["available"]},
        {"Name": "zone-type", "Values": ["availability-zone"]},
    ]
    answer = ec2.describe_availability_zones(Filters=filters)
    return sorted(told.text(zone, "ZoneName") for zone in told.each(answer, "AvailabilityZones"))


def _tagged(kind: str, spec: Spec, more: dict[str, str] | None = None) -> dict[str, Any]:
    labels = tags.as_list({**tags.wanted(spec), **(more or {})})
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": labels}]}

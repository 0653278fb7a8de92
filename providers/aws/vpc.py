"""One VPC and what is in it: how what EC2 tells differs from a spec, and becomes a Resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from providers.aws import filters, ranges, tags, told
from providers.aws.told import Told, difference
from providers.types import Change, Ref, Resource, Spec, Status

KIND = "network"
GROUP = "grunnmur"  # the security group that lets in whom the order names
SUBNET = f"{tags.PREFIX}subnet"
ADOPTED = f"{tags.PREFIX}adopted"  # on a VPC that others made; nothing in it is ours


@dataclass(frozen=True, slots=True)
class Found:
    """A VPC with its subnets, security groups and route tables."""

    vpc: Told
    subnets: Sequence[Told] = field(default_factory=list[Told])
    groups: Sequence[Told] = field(default_factory=list[Told])
    tables: Sequence[Told] = field(default_factory=list[Told])

    @property
    def id(self) -> str:
        return told.text(self.vpc, "VpcId")

    @property
    def owner(self) -> str:
        return tags.as_dict(self.vpc.get("Tags")).get(tags.OWNERSHIP, "")

    @property
    def group(self) -> Told | None:
        """Our security group; the last piece that is made, and its rules the last step."""
        return next((g for g in self.groups if told.text(g, "GroupName") == GROUP), None)

    @property
    def whole(self) -> bool:
        return bool(told.each(self.group, "IpPermissions"))

    @property
    def adopted(self) -> bool:
        """Whether others made it, or would be asked: our own has a group as soon as it is whole."""
        marks = tags.as_dict(self.vpc.get("Tags"))
        return self.group is None and (ADOPTED in marks or not self.owner)

    @property
    def ours(self) -> dict[str, Told]:
        """Our subnets by name."""
        named = ((tags.as_dict(s.get("Tags")).get(SUBNET, ""), s) for s in self.subnets)
        return {name: subnet for name, subnet in sorted(named, key=lambda n: n[0]) if name}

    @property
    def ids(self) -> list[str]:
        """Everything of it that carries tags."""
        subnets = [told.text(s, "SubnetId") for s in self.ours.values()]
        group = [told.text(self.group, "GroupId")] if self.group else []
        return [self.id, *subnets, *group]


def look(ec2: Any, vpcs: Sequence[Told]) -> Iterator[Found]:  # noqa: ANN401 - a boto3 client
    """Each of `vpcs` with what is in it, in three calls for as many as one filter takes."""
    ids = [told.text(vpc, "VpcId") for vpc in vpcs]
    subnets, groups, tables = (
        [
            found
            for one in filters.several("vpc-id", ids)
            for found in each(ec2, verb, name, Filters=[one])
        ]
        for verb, name in (
            ("describe_subnets", "Subnets"),
            ("describe_security_groups", "SecurityGroups"),
            ("describe_route_tables", "RouteTables"),
        )
    )
    for id_, vpc in zip(ids, vpcs, strict=True):
        yield Found(vpc, _of(subnets, id_), _of(groups, id_), _of(tables, id_))


def each(ec2: Any, verb: str, name: str, **question: Any) -> Iterator[Told]:  # noqa: ANN401 - a boto3 client
    for page in ec2.get_paginator(verb).paginate(**question):
        yield from told.each(page, name)


def changes(found: Found, spec: Spec) -> list[Change]:
    """Of what was adopted only the range and our tags: who is let in is for whoever made it."""
    want = ranges.wanted(spec)
    cidr = told.text(found.vpc, "CidrBlock")
    marks = tags.changed(tags.as_dict(found.vpc.get("Tags")), spec)
    if found.adopted:
        return [*difference("cidr", cidr, want.cidr, replaces=True), *marks]
    have = {name: told.text(subnet, "CidrBlock") for name, subnet in found.ours.items()}
    held = {name: have.get(name) for name in want.subnets}
    moved = any(held[name] not in {None, text} for name, text in want.subnets.items())
    return [
        *(difference("cidr", cidr, want.cidr, replaces=True) if cidr else ()),
        *difference("subnets", held, dict(want.subnets), replaces=moved),
        *difference("allow_from", sorted(set(sources(found)) - ranges.EVERYWHERE), want.sources),
        *difference("security.holes", holes(found), []),
        *difference("security.default_group", bool(default_rules(found)), wanted=False),
        *difference("security.ways_out", [destination for _, destination in ways_out(found)], []),
        *marks,
    ]


def beside(found: Found) -> list[str]:
    """What others have made in a VPC of theirs that keeps it from being removed."""
    routes = [route for table in found.tables for route in told.each(table, "Routes")]
    ways = {told.text(route, "GatewayId") for route in routes} - {"", "local"}
    mains = [
        any(one.get("Main") is True for one in told.each(table, "Associations"))
        for table in found.tables
    ]
    tables = [] if all(mains) else ["a route table"]
    return [*(f"a way out by {way}" for way in sorted(ways)), *tables]


def sources(found: Found) -> list[str]:
    """Whom our security group lets in, by range."""
    rules = told.each(found.group, "IpPermissions")
    four = [told.text(r, "CidrIp") for rule in rules for r in told.each(rule, "IpRanges")]
    six = [told.text(r, "CidrIpv6") for rule in rules for r in told.each(rule, "Ipv6Ranges")]
    return [source for source in (*four, *six) if source]


def holes(found: Found) -> list[str]:
    """Rules of our group that let in the internet."""
    return sorted(set(sources(found)) & ranges.EVERYWHERE)


def default_rules(found: Found) -> dict[str, list[Told]]:
    """What the group that every VPC has allows: nothing, since who names no group gets that one."""
    default = next((g for g in found.groups if told.text(g, "GroupName") == "default"), {})
    rules = {way: told.each(default, way) for way in ("IpPermissions", "IpPermissionsEgress")}
    return {way: several for way, several in rules.items() if several}


def ways_out(found: Found) -> list[tuple[str, str]]:
    """Routes to the internet: table and destination."""
    return [
        (told.text(table, "RouteTableId"), told.text(route, "DestinationCidrBlock"))
        for table in found.tables
        for route in told.each(table, "Routes")
        if told.text(route, "GatewayId").startswith("igw-")
        and told.text(route, "DestinationCidrBlock")
    ]


def resource(found: Found, region: str) -> Resource:
    state = told.text(found.vpc, "State")
    ready = (found.whole or found.adopted) and state in {"available", ""}
    notes = [] if ready else [state if state == "pending" else "not all of it is there yet"]
    notes += [] if found.owner else ["does not carry our ownership tag"]
    return Resource(
        ref=Ref(kind=KIND, region=region, id=found.id),
        instance=found.owner,
        status=Status.READY if ready else Status.PENDING,
        outputs=_outputs(found, region) if ready else {},
        detail="; ".join(notes),
        by_itself=ready,
    )


def _outputs(found: Found, region: str) -> Mapping[str, str]:
    subnets = {name: told.text(subnet, "SubnetId") for name, subnet in found.ours.items()}
    inside = [told.text(subnet, "SubnetId") for subnet in found.subnets]
    table = next((told.text(t, "RouteTableId") for t in found.tables), "")
    shown = {
        "network": found.id,
        "cidr": told.text(found.vpc, "CidrBlock"),
        "subnet": ",".join(inside if found.adopted else subnets.values()),
        **{f"subnet_{name}": id_ for name, id_ in subnets.items()},
        "security_group": told.text(found.group, "GroupId"),
        "route_table": table,
        "region": region,
    }
    return {name: value for name, value in shown.items() if value}


def _of(several: Sequence[Told], vpc: str) -> list[Told]:
    return [one for one in several if told.text(one, "VpcId") == vpc]

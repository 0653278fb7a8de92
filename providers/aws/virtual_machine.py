"""A virtual machine is an EC2 instance: private address, encrypted disk, IMDSv2, always.

One machine per service instance, whatever gets lost on the way: before a create we look for our
tag through the tag index, whose cost does not grow with the account, and the create carries a
client token that stays the same for every try of an attempt. Whatever the look-up cannot see yet,
the token catches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from providers import adopting
from providers.aws import images, machine, resize, subnets, tags
from providers.aws.clients import Clients
from providers.aws.machine import Described
from providers.errors import Conflict, InvalidSpec
from providers.types import Change, Ref, Resource, Spec, Stranger

KIND = machine.KIND
ABSENT = {"InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"}
TAGGED = ("instance", "volume", "network-interface")
PAGE = 500


class VirtualMachine:
    """The five verbs for kind `virtual-machine`, in the regions of one account."""

    def __init__(self, clients: Clients, regions: Sequence[str], subnet: str = "") -> None:
        self._clients = clients
        self._regions = tuple(regions)
        self._subnet = subnet  # where what names none is placed

    def preview(self, spec: Spec) -> Sequence[Change]:
        spec = subnets.placed(spec, self._subnet)
        ec2 = self._in(spec)
        found = self._find(ec2, spec)
        if found is None:
            return [
                Change(field=name, actual=None, wanted=getattr(machine.wanted(spec), name))
                for name in ("size", "image", "disk_gb")
            ]
        return resize.changes(ec2, found, spec)

    def apply(self, spec: Spec) -> Resource:
        spec = subnets.placed(spec, self._subnet)
        ec2 = self._in(spec)
        found = self._find(ec2, spec)
        if found is None:
            made = self._create(ec2, spec)
            return replace(machine.resource(made, spec.region), instance=spec.instance)
        return resize.step(ec2, found, spec)

    def read(self, ref: Ref) -> Resource | None:
        found = _one(self._clients.of("ec2", ref.region), ref.id)
        return None if found is None else machine.resource(found, ref.region)

    def delete(self, ref: Ref) -> None:
        ec2 = self._clients.of("ec2", ref.region)
        found = _one(ec2, ref.id)
        if found is None or machine.state(found) == machine.LEAVING:
            return
        if machine.state(found) == machine.ENDED:
            # a build that failed: EC2 shows it for an hour, without our tag it is none of ours
            ec2.delete_tags(Resources=[ref.id], Tags=[{"Key": tags.OWNERSHIP}])
            return
        if not machine.owner(found):
            raise Conflict(
                f"{ref.id} in {ref.region} does not carry our tag {tags.OWNERSHIP}, so it is not "
                "removed; put the tag back, or remove the machine by hand"
            )
        try:
            ec2.terminate_instances(InstanceIds=[ref.id])
        except ClientError as error:
            if _code(error) not in ABSENT:
                raise

    def inventory(self) -> Iterator[Resource]:
        """Machines only while they exist: an ended one holds nothing and costs nothing."""
        filters = [
            {"Name": "tag-key", "Values": [tags.OWNERSHIP]},
            {"Name": "instance-state-name", "Values": [*machine.LIVE, machine.LEAVING]},
        ]
        for region in self._regions:
            ec2 = self._clients.of("ec2", region)
            for found in _described(ec2, Filters=filters, PaginationConfig={"PageSize": PAGE}):
                yield machine.resource(found, region)

    def strangers(self) -> Iterator[Stranger]:
        filters = [{"Name": "instance-state-name", "Values": list(machine.LIVE)}]
        for region in self._regions:
            ec2 = self._clients.of("ec2", region)
            several = _described(ec2, Filters=filters, PaginationConfig={"PageSize": PAGE})
            unknown = (found for found in several if not machine.owner(found))
            while page := list(islice(unknown, PAGE)):
                sizes = resize.disks(ec2, page)
                for found in page:
                    yield machine.stranger(found, region, sizes)

    def adopt(self, ref: Ref, spec: Spec) -> Resource:
        ec2 = self._in(spec)
        found = _one(ec2, ref.id)
        owner = "" if found is None else machine.owner(found)
        if found is None or machine.state(found) not in machine.LIVE:
            raise adopting.gone(ref)
        adopting.check_owner(ref.id, owner, spec)
        marked = [ref.id, *machine.volumes(found)]
        ec2.create_tags(Resources=marked, Tags=tags.as_list(tags.wanted(spec)))
        return replace(machine.resource(found, ref.region), instance=spec.instance)

    def _in(self, spec: Spec) -> Any:  # noqa: ANN401 - a boto3 client
        """The client of the spec's region, after everything that can be checked without it."""
        machine.wanted(spec)
        tags.wanted(spec)
        if spec.region not in self._regions:  # inventory must find whatever apply makes
            known = ", ".join(self._regions)
            raise InvalidSpec(f"region {spec.region!r} is not one of this account's: {known}")
        return self._clients.of("ec2", spec.region)

    def _find(self, ec2: Any, spec: Spec) -> Described | None:  # noqa: ANN401 - a boto3 client
        """The machine of this service instance: a live one, else what this attempt came to.

        Should there be several, one made under our token before one that only wears our tag, and
        then the oldest: by everyone's reckoning the same.
        """
        filters = [
            {"Name": "key", "Values": [tags.OWNERSHIP]},
            {"Name": "value", "Values": [spec.instance]},
            {"Name": "resource-type", "Values": ["instance"]},
        ]
        pages = ec2.get_paginator("describe_tags").paginate(Filters=filters)
        ids = [tag["ResourceId"] for page in pages for tag in page["Tags"]]
        found = sorted(_by_id(ec2, ids), key=lambda m: machine.seniority(m, spec))
        live = [m for m in found if machine.state(m) in machine.LIVE]
        own = [
            m for m in found if m.get("ClientToken") == machine.token(spec) and not machine.gone(m)
        ]
        return next(iter(live or own), None)

    def _create(self, ec2: Any, spec: Spec) -> Described:  # noqa: ANN401 - a boto3 client
        try:
            made: Described = ec2.run_instances(**_order(ec2, spec))["Instances"][0]
        except ClientError as error:
            return self._explain(ec2, spec, error)
        if machine.owner(made) != spec.instance:  # ours by its token; somebody took the tag off
            ec2.create_tags(Resources=[made["InstanceId"]], Tags=tags.as_list(tags.wanted(spec)))
        return made

    def _explain(self, ec2: Any, spec: Spec, error: ClientError) -> Described:  # noqa: ANN401 - as above
        """What a refused token means."""
        if _code(error) == "IdempotentInstanceTerminated":
            raise Conflict(
                f"the machine of attempt {spec.attempt} of {spec.instance} was terminated; "
                f"ask for attempt {spec.attempt + 1}"
            ) from None
        if _code(error) == "IdempotentParameterMismatch":
            # between two tries a newer image came out, and only now does the look-up see the first
            found = self._find(ec2, spec)
            if found is not None:
                return found
        raise error


def _order(ec2: Any, spec: Spec) -> dict[str, Any]:  # noqa: ANN401 - a boto3 client
    """The RunInstances of this spec. What makes it safe is not for callers to choose."""
    wanted = machine.wanted(spec)
    image = images.resolve(ec2, wanted.image)
    disk = {
        "VolumeSize": wanted.disk_gb,
        "VolumeType": "gp3",
        "Encrypted": True,
        "DeleteOnTermination": True,
    }
    network = {
        "DeviceIndex": 0,
        "AssociatePublicIpAddress": False,
        "DeleteOnTermination": True,
        **({"SubnetId": wanted.subnet} if wanted.subnet else {}),
        **({"Groups": [wanted.security_group]} if wanted.security_group else {}),
    }
    labels = tags.as_list(tags.wanted(spec))
    return {
        "ClientToken": machine.token(spec),
        "ImageId": image.id,
        "InstanceType": wanted.size,
        "MinCount": 1,
        "MaxCount": 1,
        "BlockDeviceMappings": [{"DeviceName": image.device, "Ebs": disk}],
        "NetworkInterfaces": [network],
        "MetadataOptions": {
            "HttpTokens": "required",
            "HttpEndpoint": "enabled",
            "HttpPutResponseHopLimit": 1,
        },
        "InstanceInitiatedShutdownBehavior": "stop",
        **({"UserData": machine.first_boot(wanted.ssh_key)} if wanted.ssh_key else {}),
        "TagSpecifications": [{"ResourceType": kind, "Tags": labels} for kind in TAGGED],
    }


def _one(ec2: Any, id_: str) -> Described | None:  # noqa: ANN401 - a boto3 client
    found = next(iter(_by_id(ec2, [id_])), None)
    return None if found is None or machine.gone(found) else found


def _by_id(ec2: Any, ids: Sequence[str]) -> list[Described]:  # noqa: ANN401 - a boto3 client
    """Those of `ids` that EC2 still knows."""
    if not ids:
        return []
    try:
        return list(_described(ec2, InstanceIds=list(ids)))
    except ClientError as error:
        if _code(error) not in ABSENT:
            raise
    if len(ids) == 1:
        return []
    # tags outlive machines, and one that is gone refuses the whole list
    return [found for id_ in ids for found in _by_id(ec2, [id_])]


def _described(ec2: Any, **question: Any) -> Iterator[Described]:  # noqa: ANN401 - a boto3 client
    for page in ec2.get_paginator("describe_instances").paginate(**question):
        for reservation in page["Reservations"]:
            yield from reservation["Instances"]


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])

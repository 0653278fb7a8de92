"""What EC2 refuses and moto lets pass."""

from __future__ import annotations

from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES

from emulators.aws.answers import AwsError
from emulators.aws.operation import Operation

LONGEST_TOKEN = 64
MOST_VALUES = 200  # in all filters of one call


def check(operation: Operation) -> None:
    """Raise AwsError where EC2 would."""
    _filters(operation)
    match operation.title:
        case "ec2.RunInstances":
            _run(operation)
        case "ec2.ModifyInstanceAttribute":
            _modify(operation)
        case "ec2.ModifyVolume":
            _resize(operation)
        case "ec2.AttachVpnGateway":
            _attach(operation)
        case _:
            return


def _filters(operation: Operation) -> None:
    given = operation.params.get("Filters") or []
    if sum(len(one.get("Values") or []) for one in given) > MOST_VALUES:
        raise AwsError(
            "FilterLimitExceeded",
            f"The maximum number of filter values specified on a single call is {MOST_VALUES}",
        )


def _run(operation: Operation) -> None:
    token = operation.params.get("ClientToken") or ""
    if len(token) > LONGEST_TOKEN:
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({token}) for parameter clientToken is invalid. "
            f"Client token must be no longer than {LONGEST_TOKEN} ASCII chars.",
        )
    _check_type(operation, operation.params.get("InstanceType"))


def _modify(operation: Operation) -> None:
    wanted = operation.params.get("InstanceType")
    if not wanted:
        return
    backend = ec2_backends[operation.account][operation.region]
    machine = backend.get_instance(operation.params["InstanceId"])
    if machine.state != "stopped":
        raise AwsError(
            "IncorrectInstanceState", f"The instance '{machine.id}' is not in the 'stopped' state."
        )
    _check_type(operation, wanted.get("Value"))


def _resize(operation: Operation) -> None:
    backend = ec2_backends[operation.account][operation.region]
    volume = backend.volumes.get(operation.params["VolumeId"])
    size = operation.params.get("Size")
    if volume and size and int(size) < volume.size:
        raise AwsError("InvalidParameterValue", "New size cannot be smaller than existing size")


def _attach(operation: Operation) -> None:
    network, wanted = operation.params["VpcId"], operation.params["VpnGatewayId"]
    gateways = ec2_backends[operation.account][operation.region].vpn_gateways.values()
    for gateway in gateways:
        held = gateway.attachments.get(network)
        if gateway.id != wanted and held is not None and held.state == "attached":
            raise AwsError(
                "VpnGatewayAttachmentLimitExceeded",
                f"The VPC {network} has the virtual private gateway {gateway.id} attached already.",
            )


def _check_type(operation: Operation, wanted: str | None) -> None:
    if not wanted:
        return
    if wanted not in INSTANCE_TYPES:
        raise AwsError("InvalidParameterValue", f"Invalid value '{wanted}' for InstanceType.")
    offered = INSTANCE_TYPE_OFFERINGS["region"].get(operation.region, [])
    if wanted not in {o["InstanceType"] for o in offered}:
        raise AwsError(
            "Unsupported",
            "The requested configuration is currently not supported. "
            "Please check the documentation for supported configurations.",
        )

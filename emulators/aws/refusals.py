"""How AWS words lack of capacity, quota and haste: by operation, else by service, else as most."""

from __future__ import annotations

Refusal = tuple[str, str, int]  # code, message, HTTP status

THROTTLED: dict[str, Refusal] = {
    "ec2": ("RequestLimitExceeded", "Request limit exceeded.", 503),
    "s3": ("SlowDown", "Please reduce your request rate.", 503),
    "rds": ("Throttling", "Rate exceeded", 400),
    "": ("ThrottlingException", "Rate exceeded", 400),
}
NO_CAPACITY: dict[str, Refusal] = {
    "ec2": (
        "InsufficientInstanceCapacity",
        "We currently do not have sufficient capacity in the Availability Zone you requested.",
        500,
    ),
    "rds": (
        "InsufficientDBInstanceCapacity",
        "The specified DB instance class isn't available in the specified Availability Zone.",
        400,
    ),
    "": ("InsufficientCapacity", "There is not sufficient capacity to fulfil this request.", 503),
}
QUOTA: dict[str, Refusal] = {
    "ec2.CreateVpc": ("VpcLimitExceeded", "The maximum number of VPCs has been reached.", 400),
    "ec2.CreateSubnet": (
        "SubnetLimitExceeded",
        "The maximum number of subnets has been reached.",
        400,
    ),
    "ec2.CreateSecurityGroup": (
        "SecurityGroupLimitExceeded",
        "The maximum number of security groups has been reached.",
        400,
    ),
    "ec2.CreateVpnGateway": (
        "VpnGatewayLimitExceeded",
        "The maximum number of virtual private gateways has been reached.",
        400,
    ),
    "rds.CreateDBParameterGroup": (
        "DBParameterGroupQuotaExceeded",
        "The request would exceed your quota of parameter groups.",
        400,
    ),
    "rds.CreateDBSubnetGroup": (
        "DBSubnetGroupQuotaExceeded",
        "The request would exceed your quota of subnet groups.",
        400,
    ),
    "ec2": (
        "VcpuLimitExceeded",
        (
            "You have requested more vCPU capacity than your current vCPU limit allows for the "
            "instance bucket that the specified instance type belongs to."
        ),
        400,
    ),
    "rds": ("InstanceQuotaExceeded", "The request would exceed your quota of instances.", 400),
    "s3": ("TooManyBuckets", "You have attempted to create more buckets than allowed", 400),
    "workspaces": (
        "ResourceLimitExceededException",
        "Your resource limits have been exceeded.",
        400,
    ),
    "": ("LimitExceededException", "The request exceeds your account's quota.", 400),
}
ERROR: dict[str, Refusal] = {"": ("InternalError", "An internal error has occurred", 500)}
REFUSED = {"throttle": THROTTLED, "no-capacity": NO_CAPACITY, "quota": QUOTA, "error": ERROR}


def worded(kind: str, title: str) -> Refusal:
    """What a refusal of this kind says at the operation called `title`."""
    table = REFUSED[kind]
    service = title.partition(".")[0]
    return table.get(title) or table.get(service) or table[""]

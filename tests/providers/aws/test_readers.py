"""The real AWS answers more than any emulator: readers take what comes."""

from __future__ import annotations

import copy
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.aws import bucket, circuit, desktop, postgres, standing, vpc
from providers.types import Resource

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
HOW = st.sampled_from(["drop", "retype", "add"])
TAGS = [{"Key": "grunnmur:instance", "Value": "0" * 32}]
INSTANCE = {
    "DBInstanceIdentifier": "gm-" + "0" * 32 + "-1",
    "DBInstanceStatus": "available",
    "DBInstanceClass": "db.t4g.medium",
    "EngineVersion": "17.4",
    "AllocatedStorage": 20,
    "MultiAZ": False,
    "PubliclyAccessible": False,
    "StorageEncrypted": True,
    "BackupRetentionPeriod": 35,
    "Endpoint": {"Address": "x.rds.amazonaws.com", "Port": 5432},
    "PendingModifiedValues": {"AllocatedStorage": 40},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
    "MasterUserSecret": {"SecretArn": "arn"},
    "TagList": TAGS,
}
BUCKET = {
    bucket.TAGS: {"TagSet": TAGS},
    bucket.ACCESS: {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
    bucket.KEYS: {
        "ServerSideEncryptionConfiguration": {
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        }
    },
    bucket.VERSIONS: {"Status": "Enabled"},
    bucket.LIFECYCLE: {
        "Rules": [{"ID": "grunnmur", "Status": "Enabled", "Expiration": {"Days": 30}}]
    },
    bucket.POLICY: {"Policy": json.dumps({"Statement": [{"Sid": "x", "Effect": "Deny"}]})},
}
NETWORK = {
    "vpc": {"VpcId": "vpc-1", "CidrBlock": "10.20.0.0/24", "State": "available", "Tags": TAGS},
    "subnet": {"SubnetId": "s", "CidrBlock": "10.20.0.0/25", "VpcId": "vpc-1", "Tags": TAGS},
    "group": {
        "GroupId": "sg-1",
        "GroupName": "grunnmur",
        "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.20.0.0/24"}]}],
        "IpPermissionsEgress": [],
    },
    "table": {"RouteTableId": "rtb-1", "Routes": [{"GatewayId": "igw-1"}]},
}
LINE = {
    "gateway": {
        "directConnectGatewayId": "g",
        "directConnectGatewayName": "gm-" + "0" * 32 + "-1",
        "directConnectGatewayState": "available",
        "tags": [{"key": "grunnmur:instance", "value": "0" * 32}],
    },
    "edge": {"VpnGatewayId": "v", "VpcAttachments": [{"VpcId": "vpc-1", "State": "attached"}]},
    "tie": {
        "associationState": "associated",
        "allowedPrefixesToDirectConnectGateway": [{"cidr": "10.20.0.0/24"}],
    },
    "connection": {"connectionState": "available", "bandwidth": "100Mbps", "vlan": 100},
    "line": {"virtualInterfaceState": "available", "asn": 65010, "mtu": 1500, "vlan": 100},
}
DESKTOP = {
    "WorkspaceId": "ws-1",
    "UserName": "kari",
    "State": "AVAILABLE",
    "RootVolumeEncryptionEnabled": True,
    "WorkspaceProperties": {
        "RunningMode": "AUTO_STOP",
        "ComputeTypeName": "STANDARD",
        "OperatingSystemName": "WINDOWS_SERVER_2022",
    },
}
RELAXED = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


def paths(told, before=()):
    pairs = told.items() if isinstance(told, dict) else enumerate(told)
    for key, value in pairs:
        yield (*before, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*before, key))


def bent(told, path, value, how):
    """`told` with the field at `path` dropped, given another type, or a stranger beside it."""
    out = copy.deepcopy(told)
    inner = out
    for part in path[:-1]:
        inner = inner[part]
    if how == "drop":
        del inner[path[-1]]
    elif how == "retype":
        inner[path[-1]] = value
    elif isinstance(inner, dict):
        inner["AFieldOfNextYear"] = value
    return out


@given(st.sampled_from(list(paths(INSTANCE))), JSON, HOW)
@RELAXED
def test_any_answer_about_a_database_can_be_read(cases_of, path, value, how):
    told = bent(INSTANCE, path, value, how)
    assert isinstance(postgres.resource(told, "eu-west-1"), Resource)
    postgres.changes(told, cases_of["database"].spec)
    postgres.patch(told, cases_of["database"].spec)


@given(st.sampled_from([p for p in paths(BUCKET) if len(p) > 1]), JSON, HOW)
@RELAXED
def test_any_answer_about_a_bucket_can_be_read(cases_of, path, value, how):
    told, spec = bent(BUCKET, path, value, how), cases_of["object-storage"].spec
    bucket.changes(told, spec)
    bucket.settings(spec, "gm-x", "aws", told)
    bucket.is_whole(told)


@given(st.sampled_from([p for p in paths(NETWORK) if len(p) > 1]), JSON, HOW)
@RELAXED
def test_any_answer_about_a_network_can_be_read(cases_of, path, value, how):
    told = bent(NETWORK, path, value, how)
    found = vpc.Found(told["vpc"], [told["subnet"]], [told["group"]], [told["table"]])
    assert isinstance(vpc.resource(found, "eu-west-1"), Resource)
    vpc.changes(found, cases_of["network"].spec)


@given(st.sampled_from([p for p in paths(LINE) if len(p) > 1]), JSON, HOW)
@RELAXED
def test_any_answer_about_a_connection_can_be_read(cases_of, path, value, how):
    seen = circuit.Seen(**bent(LINE, path, value, how))
    parameters = cases_of["private-connection"].parameters | {"network": "vpc-0123456789"}
    spec = cases_of["private-connection"].spec
    assert isinstance(standing.resource(seen, "eu-west-1"), Resource)
    circuit.changes(seen, type(spec)(**{**_fields(spec), "parameters": parameters}))


@given(st.sampled_from(list(paths(DESKTOP))), JSON, HOW)
@RELAXED
def test_any_answer_about_a_desktop_can_be_read(cases_of, path, value, how):
    told, spec = bent(DESKTOP, path, value, how), cases_of["workspace"].spec
    assert isinstance(desktop.resource(told, {}, "eu-west-1"), Resource)
    desktop.changes(told, {}, spec, desktop.wanted(spec, ""))


def _fields(spec):
    return {name: getattr(spec, name) for name in spec.__dataclass_fields__}

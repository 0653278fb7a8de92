"""What no caller can switch off, what is never told, and what somebody loosens."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace

import pytest

from providers import connect
from providers.errors import Conflict, InvalidSpec
from providers.types import Outside, Status

KINDS = ("object-storage", "network", "database", "private-connection", "workspace")
OURS = "grunnmur:instance"


@pytest.fixture
def deliver(cases, built):
    return lambda kind: built(cases[kind].spec)


def test_a_bucket_is_closed_encrypted_and_takes_tls_alone(deliver, aws_emulator):
    name = deliver("object-storage").ref.id
    s3 = aws_emulator.client("s3")
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    denied = [s["Condition"] for s in policy["Statement"] if s["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in denied
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    owner = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"]
    assert owner[0]["ObjectOwnership"] == "BucketOwnerEnforced"


def test_a_database_is_closed_encrypted_and_takes_tls_alone(deliver, aws_emulator):
    name = deliver("database").ref.id
    rds = aws_emulator.client("rds")
    [found] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    assert (found["StorageEncrypted"], found["PubliclyAccessible"]) == (True, False)
    assert found["IAMDatabaseAuthenticationEnabled"] is True
    assert found["BackupRetentionPeriod"] == 35
    assert found["MasterUserSecret"]["SecretArn"]
    parameters = rds.describe_db_parameters(DBParameterGroupName=name, Source="user")["Parameters"]
    told = {p["ParameterName"]: p["ParameterValue"] for p in parameters}
    assert told == {"rds.force_ssl": "1"}


def test_a_network_lets_in_itself_and_whom_it_names_and_nobody_out(deliver, ec2):
    network = deliver("network")
    filters = [{"Name": "vpc-id", "Values": [network.ref.id]}]
    groups = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    told = {g["GroupName"]: g for g in groups}
    assert told["default"]["IpPermissions"] == told["default"]["IpPermissionsEgress"] == []
    [rule] = told["grunnmur"]["IpPermissions"]
    assert [r["CidrIp"] for r in rule["IpRanges"]] == ["10.20.0.0/24"]
    tables = ec2.describe_route_tables(Filters=filters)["RouteTables"]
    assert [r["GatewayId"] for t in tables for r in t["Routes"]] == ["local"]
    subnets = ec2.describe_subnets(Filters=filters)["Subnets"]
    assert len({s["AvailabilityZone"] for s in subnets}) == 2
    assert not any(s["MapPublicIpOnLaunch"] for s in subnets)


def test_a_desktop_is_encrypted(deliver, aws_emulator):
    deliver("workspace")
    [found] = aws_emulator.client("workspaces").describe_workspaces()["Workspaces"]
    assert (found["RootVolumeEncryptionEnabled"], found["UserVolumeEncryptionEnabled"]) == (
        True,
        True,
    )
    assert found["VolumeEncryptionKey"] == "alias/aws/workspaces"


def test_a_connection_says_whom_it_waits_for_and_never_the_routers_key(
    aws, aws_emulator, cases, built
):
    spec = cases["private-connection"].spec
    waiting = aws.apply(spec)
    assert (waiting.status, waiting.awaits) == (Status.PENDING, Outside.CARRIER)
    assert "GlobalConnect Oslo 100Mbps vlan 100" in waiting.detail
    ready = built(spec)
    [line] = aws_emulator.client("directconnect").describe_virtual_interfaces()["virtualInterfaces"]
    assert ready.awaits is None
    assert line["authKey"]
    assert line["authKey"] not in json.dumps(asdict(ready))


@pytest.mark.parametrize("kind", KINDS)
def test_no_parameter_loosens_anything(aws, cases, kind):
    for name in ("public_access", "encryption", "admin_password", "tls"):
        spec = cases[kind].spec
        loose = replace(spec, parameters={**spec.parameters, name: True})
        with pytest.raises(InvalidSpec, match=name):
            aws.apply(loose)


def test_what_somebody_loosens_is_drift_and_is_closed_again(aws, aws_emulator, cases, built, ec2):
    ready = {kind: built(cases[kind].spec) for kind in KINDS[:3]}
    s3, rds = aws_emulator.client("s3"), aws_emulator.client("rds")
    s3.delete_public_access_block(Bucket=ready["object-storage"].ref.id)
    s3.delete_bucket_policy(Bucket=ready["object-storage"].ref.id)
    group = ready["network"].outputs["security_group"]
    hole = [
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=hole)
    name = ready["database"].ref.id
    rds.modify_db_instance(DBInstanceIdentifier=name, PubliclyAccessible=True)
    off = {"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[off])
    aws_emulator.settle()
    for kind in ready:
        told = {change.field.partition(".")[0] for change in aws.preview(cases[kind].spec)}
        assert told == {"security"}, kind
        built(cases[kind].spec)
        assert list(aws.preview(cases[kind].spec)) == [], kind


def test_without_our_tag_nothing_is_removed(aws, aws_emulator, cases, built, ec2):
    ready = {kind: built(cases[kind].spec) for kind in KINDS if kind != "private-connection"}
    aws_emulator.client("s3").delete_bucket_tagging(Bucket=ready["object-storage"].ref.id)
    ec2.delete_tags(Resources=[ready["network"].ref.id], Tags=[{"Key": OURS}])
    rds, name = aws_emulator.client("rds"), ready["database"].ref.id
    [found] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    rds.remove_tags_from_resource(ResourceName=found["DBInstanceArn"], TagKeys=[OURS])
    aws_emulator.client("workspaces").delete_tags(
        ResourceId=ready["workspace"].ref.id, TagKeys=[OURS]
    )
    for kind, one in ready.items():
        with pytest.raises(Conflict, match="put the tag back"):
            aws.delete(one.ref)
        assert aws.read(one.ref).instance == "", kind
    assert list(aws.inventory()) == []


def test_a_machine_stands_where_the_order_places_it(aws, aws_emulator, cases, built):
    network = built(cases["network"].spec)
    key = (
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f kari@bym"
    )
    spec = cases["virtual-machine"].spec
    wired = {name: network.outputs[name] for name in ("subnet", "security_group")}
    aws.apply(replace(spec, parameters={**spec.parameters, **wired, "ssh_key": key}))
    [machine] = aws_emulator.machines()
    assert machine["VpcId"] == network.ref.id
    [interface] = machine["NetworkInterfaces"]
    assert [g["GroupId"] for g in interface["Groups"]] == [wired["security_group"]]
    told = aws_emulator.client("ec2").describe_instance_attribute(
        InstanceId=machine["InstanceId"], Attribute="userData"
    )["UserData"]["Value"]
    assert key in base64.b64decode(told).decode()


def test_what_names_no_subnet_is_placed_in_the_accounts(aws, cases, built, ec2, monkeypatch):
    network = built(cases["network"].spec)
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_SUBNET", network.outputs["subnet"])
    there = connect("aws", "sandbox")
    there.apply(cases["virtual-machine"].spec)
    there.apply(cases["database"].spec)
    assert list(there.preview(cases["virtual-machine"].spec)) == []
    filters = [{"Name": "vpc-id", "Values": [network.ref.id]}]
    assert len(ec2.describe_instances(Filters=filters)["Reservations"]) == 1

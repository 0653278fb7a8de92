"""Buckets, databases, connections and desktops, asked for with boto3 alone."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

DATABASE = {
    "Engine": "postgres",
    "EngineVersion": "17",
    "DBInstanceClass": "db.t4g.medium",
    "AllocatedStorage": 20,
    "MasterUsername": "app",
    "ManageMasterUserPassword": True,
}
ORDER = [{"key": "hosted-connection", "value": "GlobalConnect Oslo 100Mbps vlan 100"}]


def test_a_bucket_is_born_private_with_its_tags(aws_emulator):
    s3 = aws_emulator.client("s3")
    tags = [{"Key": "k", "Value": "v"}]
    where = {"LocationConstraint": "eu-west-1", "Tags": tags}
    s3.create_bucket(Bucket="abc-1", CreateBucketConfiguration=where)
    assert s3.get_bucket_tagging(Bucket="abc-1")["TagSet"] == tags
    block = s3.get_public_access_block(Bucket="abc-1")["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    s3.put_object(Bucket="abc-1", Key="a", Body=b"b" * 70_000)
    assert len(s3.get_object(Bucket="abc-1", Key="a")["Body"].read()) == 70_000


def test_a_life_cycle_that_s3_would_not_take_is_refused(aws_emulator, refusal):
    s3 = aws_emulator.client("s3")
    where = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="abc-1", CreateBucketConfiguration=where)
    moves = [{"Days": 1, "StorageClass": "STANDARD_IA"}]
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Transitions": moves}
    put = s3.put_bucket_lifecycle_configuration
    asked = {"Bucket": "abc-1", "LifecycleConfiguration": {"Rules": [rule]}}
    assert refusal(put, **asked)[0] == "InvalidArgument"


def state(rds, name="d-1"):
    try:
        return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0][
            "DBInstanceStatus"
        ]
    except ClientError as error:
        return error.response["Error"]["Code"]


def test_a_database_takes_its_time(aws_emulator, refusal):
    rds = aws_emulator.client("rds")
    rds.create_db_instance(DBInstanceIdentifier="d-1", **DATABASE)
    assert state(rds) == "creating"
    change = {"DBInstanceIdentifier": "d-1", "AllocatedStorage": 40, "ApplyImmediately": True}
    assert refusal(rds.modify_db_instance, **change)[0] == "InvalidDBInstanceState"
    aws_emulator.settle()
    assert state(rds) == "available"
    rds.modify_db_instance(**change)
    assert state(rds) == "modifying"
    aws_emulator.settle()
    rds.delete_db_instance(DBInstanceIdentifier="d-1", SkipFinalSnapshot=True)
    assert state(rds) == "deleting"
    again = {"DBInstanceIdentifier": "d-1", "SkipFinalSnapshot": True}
    assert refusal(rds.delete_db_instance, **again)[0] == "InvalidDBInstanceState"
    aws_emulator.settle()
    assert state(rds) == "DBInstanceNotFound"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"DBInstanceClass": "db.t9.mega"}, "InvalidParameterValue"),
        ({"EngineVersion": "9"}, "InvalidParameterCombination"),
        ({"AllocatedStorage": 5}, "InvalidParameterValue"),
    ],
)
def test_a_database_that_rds_does_not_sell_is_refused(aws_emulator, refusal, wrong, code):
    create = aws_emulator.client("rds").create_db_instance
    assert refusal(create, DBInstanceIdentifier="d-1", **{**DATABASE, **wrong})[0] == code


def test_a_database_may_end_as_failed_and_says_why(aws_emulator):
    rds = aws_emulator.client("rds")
    aws_emulator.fault(match="rds.CreateDBInstance", kind="async-error", message="no luck")
    rds.create_db_instance(DBInstanceIdentifier="d-1", **DATABASE)
    aws_emulator.settle()
    assert state(rds) == "failed"
    events = rds.describe_events(SourceIdentifier="d-1", SourceType="db-instance")["Events"]
    assert (events[-1]["Message"], events[-1]["EventCategories"]) == ("no luck", ["failure"])


def test_a_carrier_sets_up_what_the_gateway_says_and_the_customer_confirms(aws_emulator, refusal):
    dx = aws_emulator.client("directconnect")
    made = dx.create_direct_connect_gateway(directConnectGatewayName="gw", tags=ORDER)
    gateway = made["directConnectGateway"]["directConnectGatewayId"]
    assert dx.describe_connections()["connections"] == []
    aws_emulator.settle()
    [found] = dx.describe_connections()["connections"]
    assert (found["connectionState"], found["bandwidth"], found["vlan"]) == (
        "ordering",
        "100Mbps",
        100,
    )
    line = {"virtualInterfaceName": "l", "vlan": 100, "asn": 65010}
    asked = {
        "connectionId": found["connectionId"],
        "newPrivateVirtualInterface": {**line, "directConnectGatewayId": gateway},
    }
    early = refusal(dx.create_private_virtual_interface, **asked)[0]
    assert early == "DirectConnectClientException"
    dx.confirm_connection(connectionId=found["connectionId"])
    aws_emulator.settle()
    assert dx.create_private_virtual_interface(**asked)["virtualInterfaceState"] == "pending"
    aws_emulator.settle()
    [drawn] = dx.describe_virtual_interfaces()["virtualInterfaces"]
    assert drawn["virtualInterfaceState"] == "available"
    held = refusal(dx.delete_direct_connect_gateway, directConnectGatewayId=gateway)[0]
    assert held == "DirectConnectClientException"


def test_an_order_that_is_taken_back_is_not_set_up(aws_emulator):
    dx = aws_emulator.client("directconnect")
    made = dx.create_direct_connect_gateway(directConnectGatewayName="gw", tags=ORDER)
    dx.delete_direct_connect_gateway(
        directConnectGatewayId=made["directConnectGateway"]["directConnectGatewayId"]
    )
    aws_emulator.settle()
    assert dx.describe_connections()["connections"] == []
    assert dx.describe_direct_connect_gateways()["directConnectGateways"] == []


def test_a_person_has_one_desktop_in_a_directory(aws_emulator):
    client = aws_emulator.client("workspaces")
    directory = client.describe_workspace_directories()["Directories"][0]["DirectoryId"]
    bundle = client.describe_workspace_bundles(Owner="AMAZON")["Bundles"][0]["BundleId"]
    one = {"DirectoryId": directory, "UserName": "kari", "BundleId": bundle}
    answer = client.create_workspaces(Workspaces=[one, one, {**one, "UserName": "nobody"}])
    assert [p["State"] for p in answer["PendingRequests"]] == ["PENDING"]
    codes = [f["ErrorCode"] for f in answer["FailedRequests"]]
    assert codes == ["ResourceExists.WorkSpace", "ResourceNotFound.User"]
    aws_emulator.settle()
    [found] = client.describe_workspaces(DirectoryId=directory, UserName="kari")["Workspaces"]
    assert found["State"] == "AVAILABLE"


def test_a_word_that_aws_does_not_know_is_refused(aws_emulator, refusal):
    client = aws_emulator.client("workspaces")
    change = client.modify_workspace_properties
    asked = {"WorkspaceId": "ws-123456789", "WorkspaceProperties": {"RunningMode": "SOMETIMES"}}
    assert refusal(change, **asked)[0] == "InvalidParameterValuesException"


def test_a_service_written_here_is_nowhere_moto(aws_emulator, refusal):
    dx = aws_emulator.client("directconnect")
    create = dx.create_connection
    told = refusal(create, location="Oslo", bandwidth="1Gbps", connectionName="c")
    assert told[:2] == ("NotImplementedByEmulator", 501)

"""Direct Link from both its sides, and Cloud Object Storage, asked through the vendors' SDKs."""

import pytest
from botocore.exceptions import ClientError
from ibm_cloud_networking_services import direct_link_v1

from fixtures.ibm_emulator import REGION


def port(ibm_emulator, carrier="Telenor"):
    ports = ibm_emulator.direct_link().list_ports().get_result()["ports"]
    return next(one for one in ports if one["provider_name"] == carrier)


def test_a_gateway_waits_for_its_carrier_and_leads_into_a_vpc(desk, ibm_emulator, refuses, unknown):
    links, vpc = ibm_emulator.direct_link(), desk.vpc()
    template = {
        "type": "connect",
        "name": "line-1",
        "speed_mbps": 1000,
        "bgp_asn": 64999,
        "global": False,
        "metered": False,
        "port": {"id": port(ibm_emulator)["id"]},
    }
    made = links.create_gateway(gateway_template=template).get_result()
    assert made["operational_status"] == "create_pending"
    assert list(unknown(made, direct_link_v1.Gateway.from_dict(made).to_dict())) == []

    def connect():
        return links.create_gateway_virtual_connection(
            gateway_id=made["id"], type="vpc", name="to-zone-a", network_id=vpc["crn"]
        )

    refuses(connect, 409, "not provisioned")
    ibm_emulator.settle()
    assert links.get_gateway(id=made["id"]).get_result()["bgp_status"] == "established"
    connected = connect().get_result()
    read = direct_link_v1.GatewayVirtualConnection.from_dict(connected).to_dict()
    assert list(unknown(connected, read)) == []
    ibm_emulator.settle()
    told = links.list_gateway_virtual_connections(gateway_id=made["id"]).get_result()
    assert [one["status"] for one in told["virtual_connections"]] == ["attached"]
    refuses(lambda: links.delete_gateway(id=made["id"]), 409, "virtual connections")
    refuses(lambda: ibm_emulator.vpc().delete_vpc(id=vpc["id"]), 409, "Direct Link")
    links.delete_gateway_virtual_connection(gateway_id=made["id"], id=connected["id"])
    ibm_emulator.settle()
    links.delete_gateway(id=made["id"])
    assert links.get_gateway(id=made["id"]).get_result()["operational_status"] == "delete_pending"
    ibm_emulator.settle()
    refuses(lambda: links.get_gateway(id=made["id"]), 404)


def test_what_a_carrier_asks_for_waits_for_the_customers_yes(ibm_emulator):
    made = ibm_emulator.carrier().create_provider_gateway(
        bgp_asn=64999,
        customer_account_id="1",
        name="line-2",
        port={"id": port(ibm_emulator)["id"]},
        speed_mbps=500,
    )
    links, id_ = ibm_emulator.direct_link(), made.get_result()["id"]
    ibm_emulator.settle()
    assert links.get_gateway(id=id_).get_result()["operational_status"] == "create_pending"
    links.create_gateway_action(
        id=id_, action="create_gateway_approve", global_=False, metered=True
    )
    ibm_emulator.settle()
    assert links.get_gateway(id=id_).get_result()["operational_status"] == "provisioned"


def test_buckets_hold_objects_and_settings(ibm_emulator):
    cos = ibm_emulator.buckets()
    cos.create_bucket(
        Bucket="bym-files", CreateBucketConfiguration={"LocationConstraint": f"{REGION}-smart"}
    )
    cos.put_bucket_versioning(Bucket="bym-files", VersioningConfiguration={"Status": "Enabled"})
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    cos.put_bucket_lifecycle_configuration(
        Bucket="bym-files", LifecycleConfiguration={"Rules": [rule]}
    )
    assert cos.get_bucket_location(Bucket="bym-files")["LocationConstraint"] == f"{REGION}-smart"
    assert cos.get_bucket_versioning(Bucket="bym-files")["Status"] == "Enabled"
    assert cos.get_bucket_lifecycle_configuration(Bucket="bym-files")["Rules"] == [rule]
    cos.put_object(Bucket="bym-files", Key="a/report", Body=b"hello")
    assert cos.get_object(Bucket="bym-files", Key="a/report")["Body"].read() == b"hello"
    listed = cos.list_objects_v2(Bucket="bym-files", Prefix="a/")["Contents"]
    assert [one["Key"] for one in listed] == ["a/report"]
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        cos.delete_bucket(Bucket="bym-files")
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        cos.create_bucket(Bucket="bym-files")
    cos.delete_object(Bucket="bym-files", Key="a/report")
    cos.delete_bucket(Bucket="bym-files")
    assert cos.list_buckets()["Buckets"] == []
    with pytest.raises(ClientError, match="404"):
        cos.head_bucket(Bucket="bym-files")

"""What the services do, asked through IBM's own SDKs; their own models read every answer."""

import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from ibm_platform_services.global_search_v2 import ScanResult
from ibm_vpc import vpc_v1

from fixtures.ibm_emulator import VERSION

ROOT = Path(__file__).parents[3]


def test_the_operations_are_what_ibms_packages_say():
    command = [sys.executable, "tools/ibm_operations.py", "--check"]
    assert subprocess.run(command, cwd=ROOT, timeout=300, check=False).returncode == 0


def test_every_answer_is_one_that_ibms_own_models_read(desk, ibm_emulator, unknown):
    subnet = desk.subnet(desk.vpc()["id"])
    machine = desk.machine(subnet)
    ibm_emulator.settle()
    cloud = ibm_emulator.vpc()
    group = cloud.list_security_groups().get_result()["security_groups"][0]
    asked = {"direction": "inbound", "protocol": "any", "remote": {"cidr_block": "10.8.0.0/16"}}
    rule = cloud.create_security_group_rule(
        security_group_id=group["id"], security_group_rule_prototype=asked
    ).get_result()
    told = {
        "VPCCollection": cloud.list_vpcs(),
        "SubnetCollection": cloud.list_subnets(),
        "AddressPrefixCollection": cloud.list_vpc_address_prefixes(vpc_id=subnet["vpc"]["id"]),
        "SecurityGroupCollection": cloud.list_security_groups(),
        "ImageCollection": cloud.list_images(),
        "InstanceCollection": cloud.list_instances(),
        "VolumeCollection": cloud.list_volumes(),
        "InstanceAction": cloud.create_instance_action(instance_id=machine["id"], type="stop"),
    }
    for name, answer in told.items():
        model = getattr(vpc_v1, name).from_dict(answer.get_result())
        assert list(unknown(answer.get_result(), model.to_dict())) == [], name
    read = vpc_v1.SecurityGroupRuleProtocolAny.from_dict(rule).to_dict()
    assert list(unknown(rule, read)) == []


def test_a_machine_starts_stops_grows_and_goes_in_its_time(desk, ibm_emulator, refuses):
    subnet = desk.subnet(desk.vpc()["id"])
    made = desk.machine(subnet)
    cloud, id_ = ibm_emulator.vpc(), made["id"]
    assert made["status"] == "starting"
    ibm_emulator.settle()
    machine = desk.instance(id_)
    assert machine["status"] == "running"
    assert machine["primary_network_interface"]["primary_ip"]["address"] == "10.40.9.4"
    bigger = {"profile": {"name": "bx2-4x16"}}
    refuses(lambda: cloud.update_instance(id=id_, instance_patch=bigger), 409, "stop the instance")
    cloud.create_instance_action(instance_id=id_, type="stop")
    assert desk.instance(id_)["status"] == "stopping"
    ibm_emulator.settle()
    assert cloud.update_instance(id=id_, instance_patch=bigger).get_result()["memory"] == 16
    cloud.create_instance_action(instance_id=id_, type="start")
    ibm_emulator.settle()
    volume = machine["boot_volume_attachment"]["volume"]["id"]
    cloud.update_volume(id=volume, volume_patch={"capacity": 150})
    refuses(lambda: cloud.update_volume(id=volume, volume_patch={"capacity": 120}), 400)
    refuses(lambda: cloud.delete_subnet(id=subnet["id"]), 409, "in use by instance app-1")
    cloud.delete_instance(id=id_)
    assert desk.instance(id_)["status"] == "deleting"
    ibm_emulator.settle()
    refuses(lambda: desk.instance(id_), 404)
    assert cloud.list_volumes().get_result()["volumes"] == []


def test_names_are_unique_and_told_as_ibm_tells_it(desk, ibm_emulator, refuses):
    subnet = desk.subnet(desk.vpc()["id"])
    desk.machine(subnet)
    told = refuses(lambda: desk.machine(subnet), 400, "is not unique")
    error = told.http_response.json()["errors"][0]
    assert error["code"] == "validation_unique_failed"
    assert error["message"] == "Provided Name (app-1) is not unique"
    refuses(desk.vpc, 400, "(zone-a) is not unique")
    refuses(lambda: desk.vpc("Zone_A"), 400, "is no name")
    ibm_emulator.vpc("ibm-no").create_vpc(name="zone-a")  # another region


def test_what_is_not_there_is_refused_by_its_name(desk, ibm_emulator, refuses):
    subnet = desk.subnet(desk.vpc()["id"])
    for field, wrong, status, text in (
        ("profile", {"name": "zz9-huge"}, 404, "instance_profile not found: zz9-huge"),
        ("image", {"id": "nowhere"}, 404, "image not found"),
        ("vpc", {"id": "nowhere"}, 404, "vpc not found"),
        ("colour", "red", 400, "is no field of create_instance"),
    ):
        asked = desk.prototype(subnet) | {field: wrong}
        refuses(
            lambda asked=asked: ibm_emulator.vpc().create_instance(instance_prototype=asked),
            status,
            text,
        )


def test_lists_come_in_pages(desk, ibm_emulator):
    for number in range(7):
        desk.vpc(f"zone-{number}")
    cloud, found, start = ibm_emulator.vpc(), [], None
    while True:
        page = cloud.list_vpcs(limit=3, start=start).get_result()
        found += [one["name"] for one in page["vpcs"]]
        if "next" not in page:
            break
        start = page["next"]["href"].rpartition("start=")[2]
    assert found == [f"zone-{number}" for number in range(7)]


def test_tags_are_found_late(desk, ibm_emulator):
    vpc = desk.vpc()
    ibm_emulator.tagging().attach_tag(
        resources=[{"resource_id": vpc["crn"]}], tag_names=["Order:GM-1", "agency:bym"]
    )
    query = 'tags:"order:gm-1"'

    def found():
        return ibm_emulator.search().search(query=query, fields=["*"]).get_result()["items"]

    assert found() == []
    ibm_emulator.settle()
    assert [(one["name"], one["tags"]) for one in found()] == [
        ("zone-a", ["agency:bym", "order:gm-1"])
    ]
    listed = ibm_emulator.tagging().list_tags(attached_to=vpc["crn"]).get_result()["items"]
    assert [one["name"] for one in listed] == ["agency:bym", "order:gm-1"]
    ibm_emulator.tagging().detach_tag(
        resources=[{"resource_id": vpc["crn"]}], tag_names=["order:gm-1"]
    )
    assert found()
    ibm_emulator.settle()
    assert found() == []


def test_what_is_new_is_known_to_the_search_late_and_its_tags_are_told_to_nobody_till_then(
    desk, ibm_emulator, refuses
):
    vpc = desk.vpc()
    tagging = ibm_emulator.tagging()

    def found():
        return ibm_emulator.search().search(query=f'crn:"{vpc["crn"]}"').get_result()["items"]

    assert found() == []
    told = refuses(lambda: tagging.list_tags(attached_to=vpc["crn"]), 401, "auth token")
    assert told.http_response.json()["errors"][0]["code"] == "GST605E"
    ibm_emulator.settle()
    assert [set(one) for one in found()] == [{"account_id", "name", "type", "family", "crn"}]
    assert tagging.list_tags(attached_to=vpc["crn"]).get_result()["items"] == []


def test_a_search_goes_on_from_its_cursor_whatever_else_it_is_asked(desk, ibm_emulator, refuses):
    for number in range(4):
        desk.vpc(f"zone-{number}")
    ibm_emulator.settle()
    cloud, found, more = ibm_emulator.search(), [], {"query": "family:is AND type:vpc"}
    while True:
        page = ScanResult.from_dict(cloud.search(limit=2, **more).get_result())
        found += [one.name for one in page.items]
        if not page.search_cursor:
            break
        more = {"search_cursor": page.search_cursor, "query": "name:none"}
    assert found == [f"zone-{number}" for number in range(4)]
    assert page.items == [], "the last page was full, so one more was to be asked for"
    refuses(lambda: cloud.search(search_cursor="none"), 400, "no cursor")
    refuses(lambda: cloud.search(limit=1001), 400, "from 1 to 1000")
    refuses(lambda: cloud.search(query="colour:red"), 400, "more than this emulator")


def test_a_real_operation_that_is_not_offered_is_a_501_and_another_path_a_404(
    desk, ibm_emulator, refuses
):
    refuses(ibm_emulator.vpc().list_regions, 501, "list_regions: real, but not offered")
    refuses(ibm_emulator.vpc().list_load_balancers, 501)
    refuses(lambda: ibm_emulator.vpc("us-moon").list_vpcs(), 404, "no region us-moon")
    with pytest.raises(ClientError) as refused:
        ibm_emulator.buckets().get_bucket_website(Bucket="a")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_call_without_its_version_is_refused(ibm_emulator, refuses):
    client = ibm_emulator.vpc()
    client.version = ""
    try:
        refuses(client.list_vpcs, 400, "version")
    finally:
        client.version = VERSION

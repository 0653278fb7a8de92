"""What OpenStack refuses is refused with its own status and body, as its SDK reads it."""

from __future__ import annotations

import base64
import json

import pytest
import requests
from openstack import exceptions

from emulators.loopback import Request
from emulators.openstack.offers import PLAN, ZONE, fixed_id
from fixtures.openstack_emulator import GOOD, REGION

NOWHERE = "00000000-0000-0000-0000-000000000000"
LONG = "x" * 256
IN_ZONE = {"network_id": fixed_id(REGION, ZONE), "ip_version": 4}
SNAPSHOT = {"createImage": {"name": "copy"}}


@pytest.fixture
def nothing_new(openstack_emulator):
    """Nothing is left of what was refused."""
    names = ("servers", "ports", "volumes", "networks", "subnets", "routers", "security-groups")
    before = {name: openstack_emulator.things(name) for name in names}
    yield
    assert {name: openstack_emulator.things(name) for name in names} == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"flavorRef": NOWHERE}, f"Flavor {NOWHERE} could not be found."),
        ({"imageRef": NOWHERE}, "Can not find requested image"),
        ({"imageRef": ""}, "Can not find requested image"),
        ({"networks": [{"uuid": NOWHERE}]}, f"Network {NOWHERE} could not be found"),
        ({"networks": "auto"}, "Invalid input for field/attribute networks"),
        ({"name": ""}, "Invalid input for field/attribute name"),
        ({"name": LONG}, "Invalid input for field/attribute name"),
        ({"tags": ["a,b"]}, "Invalid input for field/attribute tags"),
        ({"metadata": {"a": LONG}}, "Invalid input for field/attribute a"),
        ({"user_data": "no base64!"}, "Userdata content cannot be decoded"),
        ({"user_data": base64.b64encode(bytes(70_000)).decode()}, "Userdata is too large"),
        ({"security_groups": [{"name": NOWHERE}]}, "Unable to find security_group with name or id"),
        ({"colour": "blue"}, "Additional properties are not allowed ('colour' was unexpected)"),
    ],
)
@pytest.mark.usefixtures("nothing_new")
def test_a_server_that_cannot_be_is_a_bad_request(ask, wrong, told):
    answer = ask("compute", "POST", "/servers", {"server": {**GOOD, **wrong}})
    assert answer.status_code == 400
    (name, refused), *others = answer.json().items()
    assert (name, refused["code"], others) == ("badRequest", 400, [])
    assert told in refused["message"]


@pytest.mark.parametrize(
    ("sort", "body", "told"),
    [
        ("networks", {"network": {"name": 7}}, (400, "HTTPBadRequest")),
        ("networks", {"network": {"colour": "blue"}}, (400, "HTTPBadRequest")),
        ("networks", {"net": {}}, (400, "BadRequest")),
        (
            "subnets",
            {"subnet": {"network_id": NOWHERE, "cidr": "10.1.0.0/24", "ip_version": 4}},
            (404, "NetworkNotFound"),
        ),
        ("subnets", {"subnet": {**IN_ZONE, "cidr": "10.1.0.1/24"}}, (400, "HTTPBadRequest")),
        ("subnets", {"subnet": {**IN_ZONE, "cidr": "10.255.0.0/28"}}, (400, "InvalidInput")),
        (
            "subnets",
            {"subnet": {**IN_ZONE, "subnetpool_id": fixed_id(REGION, PLAN), "prefixlen": 30}},
            (400, "IllegalSubnetPoolPrefixBounds"),
        ),
        (
            "subnets",
            {
                "subnet": {
                    **IN_ZONE,
                    "subnetpool_id": fixed_id(REGION, PLAN),
                    "cidr": "192.168.0.0/24",
                }
            },
            (400, "SubnetAllocationError"),
        ),
        (
            "routers",
            {"router": {"external_gateway_info": {"network_id": fixed_id(REGION, ZONE)}}},
            (400, "BadRequest"),
        ),
        (
            "security-group-rules",
            {"security_group_rule": {"security_group_id": NOWHERE, "direction": "ingress"}},
            (404, "SecurityGroupNotFound"),
        ),
    ],
)
@pytest.mark.usefixtures("nothing_new")
def test_neutron_names_the_kind_of_each_refusal(ask, sort, body, told):
    answer = ask("network", "POST", f"/{sort}", body)
    refused = answer.json()["NeutronError"]
    assert (answer.status_code, refused["type"]) == told
    assert refused["message"]
    assert refused["detail"] == ""


@pytest.mark.parametrize(
    ("service", "path", "read"),
    [
        ("compute", f"/servers/{NOWHERE}", lambda told: told["itemNotFound"]["message"]),
        ("network", f"/networks/{NOWHERE}", lambda told: told["NeutronError"]["message"]),
        ("network", f"/subnets/{NOWHERE}", lambda told: told["NeutronError"]["message"]),
    ],
)
def test_what_is_not_there_is_told_by_its_id(ask, service, path, read):
    for verb in ("GET", "DELETE"):
        answer = ask(service, verb, path)
        assert answer.status_code == 404
        assert NOWHERE in read(answer.json())


def test_the_sdk_knows_each_for_what_it_is(ask):
    for answer, known, told in (
        (ask("compute", "GET", f"/servers/{NOWHERE}"), exceptions.NotFoundException, NOWHERE),
        (ask("network", "GET", f"/networks/{NOWHERE}"), exceptions.NotFoundException, NOWHERE),
        (ask("object_store", "HEAD", "/nowhere"), exceptions.NotFoundException, "404"),
        (
            ask("compute", "POST", "/servers", {"server": {**GOOD, "flavorRef": "x"}}),
            exceptions.BadRequestException,
            "Flavor x could not be found",
        ),
    ):
        with pytest.raises(known, match=told):
            exceptions.raise_from_response(answer)


def test_what_is_in_use_is_a_conflict_and_stays(ask, openstack_emulator):
    made = ask("compute", "POST", "/servers", {"server": GOOD}).json()["server"]["id"]
    for sort, name, kind in (
        ("networks", ZONE, "Network"),
        ("subnets", f"{ZONE} subnet", "Subnet"),
    ):
        refused = ask("network", "DELETE", f"/{sort}/{fixed_id(REGION, name)}")
        assert refused.status_code == 409
        assert refused.json()["NeutronError"]["type"] == f"{kind}InUse"
    (port,) = openstack_emulator.things("ports")
    assert port["device_id"] == made
    resized = ask("compute", "POST", f"/servers/{made}/action", {"resize": {"flavorRef": "x"}})
    assert resized.status_code == 409
    assert resized.json()["conflictingRequest"]["code"] == 409


def test_a_full_container_is_a_conflict(ask, openstack_emulator):
    ask("object_store", "PUT", "/papers")
    ask("object_store", "PUT", "/papers/a.txt")
    assert ask("object_store", "DELETE", "/papers").status_code == 409
    assert ask("object_store", "GET", "/papers/b.txt").status_code == 404
    (kept,) = openstack_emulator.things("objects")
    assert kept["name"] == "a.txt"


@pytest.mark.parametrize(
    ("service", "verb", "path", "body"),
    [
        ("compute", "GET", "/os-hypervisors", None),
        ("compute", "POST", f"/servers/{NOWHERE}/remote-consoles", {}),
        ("network", "POST", "/floatingips", {"floatingip": {}}),
        ("image", "POST", "/images", {}),
        ("block_storage", "GET", "/volumes", None),
    ],
)
def test_what_is_real_and_not_here_is_an_honest_501(ask, service, verb, path, body):
    answer = ask(service, verb, path, body)
    assert answer.status_code == 501
    assert "the emulator does not offer" in answer.text


def test_an_action_of_a_server_that_is_not_here_is_one_too(ask):
    made = ask("compute", "POST", "/servers", {"server": GOOD}).json()["server"]["id"]
    answer = ask("compute", "POST", f"/servers/{made}/action", SNAPSHOT)
    assert answer.status_code == 501
    assert "createImage" in answer.json()["notImplemented"]["message"]


def test_a_service_or_a_region_that_is_none_is_not_found(openstack_emulator):
    for path in (f"/{REGION}/tea/v1/pots", "/mars-1/compute/v2.1/servers", "/tea"):
        assert requests.get(openstack_emulator.url + path, timeout=60).status_code == 404


def test_nobody_is_answered_without_a_token(openstack_emulator):
    answer = requests.get(
        f"{openstack_emulator.url}/{REGION}/compute/v2.1/servers/detail", timeout=60
    )
    assert answer.status_code == 401
    assert answer.json()["unauthorized"]["code"] == 401
    wrong = {"auth": {"identity": {"methods": ["token"]}}}
    answer = requests.post(
        f"{openstack_emulator.url}/identity/v3/auth/tokens", json=wrong, timeout=60
    )
    assert answer.status_code == 401
    assert answer.json()["error"]["title"] == "Unauthorized"


def test_a_body_that_is_none_is_refused(openstack_emulator, cloud):
    url = f"{openstack_emulator.url}/{REGION}/compute/v2.1/servers"
    headers = {"X-Auth-Token": cloud.auth_token}
    for body in (b"{", b"[]", b"\xff"):
        answer = requests.post(url, data=body, headers=headers, timeout=60)
        assert answer.status_code == 400
        assert answer.json()["badRequest"]["message"] == "Malformed request body"


def test_what_is_said_to_be_gone_is_gone(openstack_emulator):
    """Also when nothing but the refused call saw to it: no sign-in before, and no look after."""
    cloud, above = openstack_emulator.emulator, f"/{REGION}/compute/v2.1/servers"

    def ask(verb, path, body=b""):
        token = {"x-auth-token": "emulated-any"}
        return cloud.answer(Request(verb, path, "", token, body))

    made = ask("POST", above, json.dumps({"server": GOOD}).encode())
    server = f"{above}/{json.loads(made.body)['server']['id']}"
    assert ask("DELETE", server).status == 204
    openstack_emulator.settle()
    assert ask("GET", server).status == 404
    assert openstack_emulator.things("servers") == openstack_emulator.things("ports") == []

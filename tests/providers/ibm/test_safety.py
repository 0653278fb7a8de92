"""What makes a resource safe is not for callers to choose, and only what is ours is removed."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from emulators.ibm.landing_zone import NAME, WORKLOADS
from fixtures.deliveries import Delivery
from fixtures.ibm_emulator import CIDR, REGION, STORAGE
from fixtures.ibm_strangers import Owner, strip
from providers.errors import Conflict, InvalidSpec
from providers.types import Ref

ROOT_KEY = "crn:v1:bluemix:public:kms:eu-de:a/1:5a0b:key:7f"
SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHTm0kVqXbE6pRk0cWw2QXQ1b2hVbWlhc2FtcGxla2V5 kari"
TAGS = {
    "grunnmur-order:gm-2026-000001",
    "grunnmur-item:1",
    "grunnmur-agency:bym",
    "grunnmur-cost_centre:410123",
    "grunnmur-classification:internal",
    "grunnmur-expiry:2027-01-31",
    "grunnmur-name:parkering web",
    "grunnmur-instance:0123456789abcdef0123456789abcdef",
}
MAIN = {
    "virtual-machine": "instances",
    "object-storage": "buckets",
    "network": "vpcs",
    "private-connection": "gateways",
}


@pytest.fixture
def stored(ibm_emulator):
    """The one thing of a collection in the cloud itself, but for the landing zone's."""

    def look(collection):
        ibm_emulator.emulator.store.settle(ibm_emulator.clock())
        found = ibm_emulator.emulator.store.among(collection)
        (one,) = (thing for thing in found if thing["name"] not in {NAME, WORKLOADS})
        return one

    return look


@pytest.fixture
def deliver(ibm, ibm_emulator):
    return lambda spec: Delivery(ibm, ibm_emulator.settle, spec).deliver()


def asked(case, **parameters):
    return replace(case.spec, parameters={**case.parameters, **parameters})


def test_a_machine_has_no_way_in_from_the_internet_and_no_identity(deliver, stored, cases):
    deliver(asked(cases["virtual-machine"], ssh_key=SSH_KEY))
    machine = stored("instances")
    made = machine["_in"]
    interface = made["primary_network_attachment"]["virtual_network_interface"]
    assert interface["allow_ip_spoofing"] is False
    assert "floating" not in str(made)
    assert machine["primary_network_interface"]["primary_ip"]["address"].startswith("10.")
    assert machine["metadata_service"]["enabled"] is False
    assert made["user_data"].startswith("#cloud-config\n")
    assert SSH_KEY in made["user_data"]
    assert "keys" not in made  # none of ours is left in the account
    assert made["boot_volume_attachment"]["delete_volume_on_instance_delete"] is True


def test_a_volume_is_encrypted_and_with_the_agencys_own_key_where_it_has_one(
    deliver, stored, cases, ibm, ibm_emulator
):
    ready = deliver(cases["virtual-machine"].spec)
    assert stored("volumes")["encryption"] == "provider_managed"
    ibm.delete(ready.ref)
    ibm_emulator.settle()
    deliver(asked(cases["virtual-machine"], kms_key=ROOT_KEY))
    assert stored("volumes")["encryption"] == "user_managed"
    assert stored("volumes")["encryption_key"] == {"crn": ROOT_KEY}


def test_a_bucket_is_closed_and_opening_it_is_seen_and_undone(
    deliver, stored, cases, ibm, ibm_emulator
):
    spec = asked(cases["object-storage"], kms_key=ROOT_KEY)
    ready = deliver(spec)
    assert stored("buckets")["key"] == ROOT_KEY
    assert stored("buckets")["_instance"] == STORAGE
    closed = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
    cos = ibm_emulator.buckets()

    def block():
        told = cos.get_public_access_block(Bucket=ready.ref.id)
        return told["PublicAccessBlockConfiguration"]

    assert block().items() >= closed.items()
    assert cos.get_bucket_versioning(Bucket=ready.ref.id)["Status"] == "Enabled"
    for opened in (
        {"BlockPublicAcls": False, "IgnorePublicAcls": False},
        {"BlockPublicAcls": True},
    ):
        cos.put_public_access_block(Bucket=ready.ref.id, PublicAccessBlockConfiguration=opened)
        assert [change.field for change in ibm.preview(spec)] == ["security.public_access"]
        ibm.apply(spec)
        assert block().items() >= closed.items()
        assert list(ibm.preview(spec)) == []


def test_a_network_lets_in_whom_it_should_and_a_hole_is_seen_and_closed(
    deliver, cases, ibm, ibm_emulator
):
    spec = asked(cases["network"], allow_from=["10.8.0.0/16"])
    ready = deliver(spec)
    group = ready.outputs["security_group"]
    vpc = ibm_emulator.vpc()

    def let_in():
        told = vpc.list_security_group_rules(group).get_result()["rules"]
        inbound = [one["remote"] for one in told if one["direction"] == "inbound"]
        return sorted(one.get("cidr_block", one.get("name")) for one in inbound)

    own = [one for one in let_in() if one.endswith("-default")]  # the group's members
    assert let_in() == sorted(["10.8.0.0/16", CIDR, *own])
    for name in ("by-hand", "gm-from-0-0-0-0-0"):
        hole = {"direction": "inbound", "protocol": "any", "name": name}
        vpc.create_security_group_rule(group, hole | {"remote": {"cidr_block": "0.0.0.0/0"}})
        fields = {change.field: change.actual for change in ibm.preview(spec)}
        assert fields["security.holes"] == [name]
        ibm.apply(spec)
        assert let_in() == sorted(["10.8.0.0/16", CIDR, *own])
        assert list(ibm.preview(spec)) == []
    assert ibm_emulator.calls("vpc.create_public_gateway") == 0


@pytest.mark.parametrize(
    "parameters",
    [
        {"cidr": "8.8.8.0/24"},
        {"cidr": "0.0.0.0/0"},
        {"cidr": "10.20.0.1/24"},
        {"subnets": {"a": "8.8.8.0/25"}},
        {"allow_from": ["0.0.0.0/0"]},
        {"allow_from": ["10.0.0.0/8", "193.1.2.0/24"]},
        {"allow_from": "10.0.0.0/8"},
        {"allow_from": [f"10.{n}.0.0/16" for n in range(21)]},
    ],
)
def test_a_network_is_never_opened_to_the_internet(ibm, ibm_emulator, cases, parameters):
    with pytest.raises(InvalidSpec, match="|".join(parameters)):
        ibm.apply(asked(cases["network"], **parameters))
    assert ibm_emulator.emulator.calls.report()["counts"] == {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("virtual-machine", "floating_ip"),
        ("virtual-machine", "allow_ip_spoofing"),
        ("virtual-machine", "metadata_service"),
        ("virtual-machine", "user_data"),
        ("virtual-machine", "trusted_profile"),
        ("object-storage", "public_access"),
        ("object-storage", "acl"),
        ("object-storage", "encryption"),
        ("network", "public_gateway"),
        ("network", "security.holes"),
        ("network", "classic_access"),
        ("private-connection", "global"),
        ("private-connection", "authentication_key"),
    ],
)
def test_safety_is_no_parameter(ibm, ibm_emulator, cases, kind, name):
    for value in (True, False, "any"):
        with pytest.raises(InvalidSpec, match=f"no such parameter '{name}'"):
            ibm.apply(asked(cases[kind], **{name: value}))
    assert ibm_emulator.emulator.calls.report()["counts"] == {}


@pytest.mark.parametrize("kind", list(MAIN))
def test_everything_says_whose_it_is_and_what_for(deliver, stored, cases, ibm_emulator, kind):
    deliver(cases[kind].spec)
    ibm_emulator.settle()  # tags are told late
    crn = stored(MAIN[kind])["crn"]
    told = ibm_emulator.tagging().list_tags(attached_to=crn, tag_type="user").get_result()
    assert {one["name"] for one in told["items"]} >= TAGS


def test_what_does_not_carry_our_name_or_tag_is_not_removed(
    ibm, ibm_emulator, stored, deliver, cases
):
    deliver(cases["object-storage"].spec)
    bucket = Owner(ibm_emulator).bucket("payroll")
    with pytest.raises(Conflict, match="payroll carries neither a name nor a tag of ours"):
        ibm.delete(Ref(kind="object-storage", region=REGION, id=bucket))
    for kind in MAIN.keys() - {"object-storage"}:
        ready = deliver(cases[kind].spec)
        if kind == "virtual-machine":
            strip(ibm_emulator, ready.ref)
        theirs = stored(MAIN[kind]) | {"name": "payroll"}
        ibm_emulator.emulator.store.put(MAIN[kind], theirs)
        with pytest.raises(Conflict, match=r"a name .*of ours: remove it by hand"):
            ibm.delete(ready.ref)
        assert stored(MAIN[kind]) == theirs
    counts = ibm_emulator.emulator.calls.report()["counts"]
    assert not [title for title in counts if "delete" in title]
    assert [one.ref.kind for one in ibm.inventory()] == ["object-storage"]


def test_a_subnet_that_somebody_put_into_a_network_of_ours_is_not_removed(
    ibm, ibm_emulator, deliver, cases
):
    spec = asked(cases["network"], subnets={"a": "10.20.0.0/25"})
    ready = deliver(spec)
    vpc, zone = ibm_emulator.vpc(), {"name": f"{REGION}-1"}
    prefix = "10.20.0.128/25"
    vpc.create_vpc_address_prefix(ready.ref.id, cidr=prefix, zone=zone, name="by-hand")
    asks = {"name": "payroll", "vpc": {"id": ready.ref.id}, "zone": zone, "ipv4_cidr_block": prefix}
    theirs = vpc.create_subnet(asks).get_result()["id"]
    ibm_emulator.settle()
    assert list(ibm.preview(spec)) == []
    with pytest.raises(Conflict, match="not ours: subnet payroll; remove that by hand first"):
        ibm.delete(ready.ref)
    assert ibm_emulator.calls("vpc.delete_subnet") == 0
    vpc.delete_subnet(theirs)
    ibm_emulator.settle()
    Delivery(ibm, ibm_emulator.settle, spec).remove(ready)
    assert ibm.read(ready.ref) is None


@pytest.mark.parametrize("id_", ["", "../vpcs/x", "a/b", "x" * 200, "gm-1?force=true", "é"])
def test_a_reference_that_is_none_reaches_nobody(ibm, ibm_emulator, id_):
    for kind in MAIN:
        for region in (REGION, "../x"):
            ref = Ref(kind=kind, region=region, id=id_)
            assert ibm.read(ref) is None
            ibm.delete(ref)
    assert ibm_emulator.emulator.calls.report()["counts"] == {}


def test_the_key_of_a_machine_is_told_to_its_machine_only(deliver, cases, caplog):
    caplog.set_level(logging.DEBUG)
    ready = deliver(asked(cases["virtual-machine"], ssh_key=SSH_KEY))
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("emulators")]
    assert SSH_KEY not in f"{ready} {ours}"

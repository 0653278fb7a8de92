"""Bad input: the right class of error, a sentence somebody can act on, and nothing left behind."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from emulators.ibm.landing_zone import NAME, RANGE, WORKLOADS
from fixtures.deliveries import Delivery
from fixtures.ibm_emulator import REGION
from providers.errors import Conflict, InvalidSpec, NotAuthorised, QuotaExceeded, Unavailable
from providers.types import Status

PIECES = ("instances", "volumes", "vpcs", "subnets", "gateways", "connections", "buckets")
STANDING = {NAME, WORKLOADS}  # the landing zone's own
OTHERS = "crn:v1:bluemix:public:cloud-object-storage:global:a/2:somebody-else::"
CUT = "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519").decode()
DISGUISED = "ssh-rsa " + base64.b64encode(b"\0\0\0\x0bssh-ed25519" + bytes(36)).decode()


@pytest.fixture
def pieces(ibm_emulator):
    """The names of what there is in the cloud itself, whoever owns it."""

    def look():
        ibm_emulator.settle()
        ibm_emulator.emulator.store.settle(ibm_emulator.clock())
        found = [n["name"] for one in PIECES for n in ibm_emulator.emulator.store.among(one)]
        return [name for name in found if name not in STANDING]

    return look


@pytest.fixture
def delivered(ibm, ibm_emulator):
    return lambda spec: Delivery(ibm, ibm_emulator.settle, spec).deliver()


@pytest.fixture
def refuses(ibm, cases, pieces):
    def check(kind, parameters, text):
        with pytest.raises(InvalidSpec, match=text):
            ibm.apply(asked(cases[kind], **parameters))
        assert pieces() == []

    return check


def asked(case, **parameters):
    return replace(case.spec, parameters={**case.parameters, **parameters})


@pytest.mark.parametrize(
    ("kind", "parameters", "text"),
    [
        ("virtual-machine", {"size": "zz9-1x1"}, "instance_profile.*zz9-1x1"),
        ("virtual-machine", {"size": "a big one"}, "size: 'a big one' is not a profile like"),
        ("virtual-machine", {"image": "debian-99"}, "image: 'debian-99' is none of debian-12"),
        ("virtual-machine", {"disk_gb": 20}, "disk_gb: 20 is not from 100 to 250"),
        ("virtual-machine", {"disk_gb": True}, "disk_gb"),
        ("virtual-machine", {"subnet": "nowhere"}, "subnet: there is no 'nowhere' in eu-de"),
        ("virtual-machine", {"security_group": "none"}, "security_group.*none"),
        ("virtual-machine", {"ssh_key": "hunter2"}, "ssh_key: not a public SSH key"),
        ("virtual-machine", {"ssh_key": "ssh-ed25519 AAAA"}, "ssh_key: not a public SSH key"),
        ("virtual-machine", {"ssh_key": CUT}, "ssh_key: not a public SSH key"),
        ("virtual-machine", {"ssh_key": DISGUISED}, "ssh_key: not a public SSH key"),
        ("virtual-machine", {"kms_key": "my-key"}, "kms_key: 'my-key' is not the CRN"),
        ("object-storage", {"storage_class": "warm"}, "storage_class: 'warm' is none of cold"),
        ("object-storage", {"keep_days": 3}, "keep_days: 3 is not from 7 to 90"),
        ("object-storage", {"versioning": "no"}, "versioning: 'no' is neither true nor false"),
        ("network", {"cidr": "ten"}, "cidr: 'ten' is not a range like"),
        ("network", {"cidr": "10.20.0.0/30"}, "not from /16 to /29"),
        ("network", {"subnets": {"a": "10.21.0.0/25"}}, "subnets.a: 10.21.0.0/25 is not in"),
        (
            "network",
            {"subnets": {"a": "10.20.0.0/25", "b": "10.20.0.64/26"}},
            "subnets.b: 10.20.0.64/26 overlaps with a",
        ),
        ("network", {"subnets": {"A B": "10.20.0.0/25"}}, "'A B' is no name"),
        ("private-connection", {"network": "nowhere"}, "network: there is no nowhere in eu-de"),
        ("private-connection", {"carrier": "Nobody"}, "IBM has .*Telenor in Oslo 1"),
        ("private-connection", {"bandwidth_mbps": 300}, "steps it 50, 100, 200"),
        ("private-connection", {"peer_asn": 0}, "peer_asn"),
        ("private-connection", {"primary_prefix": "10.9.0.1/30"}, "primary_prefix"),
    ],
)
def test_what_cannot_be_built_is_refused_by_its_parameter(refuses, kind, parameters, text):
    refuses(kind, parameters, text)


def test_an_image_that_the_region_does_not_have_is_told(refuses, monkeypatch):
    monkeypatch.setattr("emulators.ibm.offers.IMAGES", ())
    refuses("virtual-machine", {}, "image: IBM has no debian-12 in eu-de")


def test_a_quota_says_what_is_too_much_and_leaves_nothing(ibm, cases, ibm_emulator, pieces):
    for case in cases.values():
        ibm_emulator.fault(match=case.create, kind="quota")
        with pytest.raises(QuotaExceeded, match=r"quota|more buckets than allowed"):
            ibm.apply(case.spec)
        assert pieces() == []


def test_an_expired_credential_says_so_and_leaves_nothing(ibm, cases, ibm_emulator, pieces):
    for case in cases.values():
        ibm_emulator.emulator.rules.clear()
        ibm_emulator.fault(match=".*", kind="error", status=401, times=None)
        with pytest.raises(NotAuthorised, match="renew the account's API key"):
            ibm.apply(case.spec)
        with pytest.raises(NotAuthorised):
            list(ibm.inventory())
        assert pieces() == []


def test_a_credential_that_expires_half_way_holds_and_goes_on_when_it_is_renewed(
    ibm, cases, ibm_emulator
):
    for case in cases.values():
        ibm_emulator.emulator.rules.clear()
        ibm_emulator.fault(match=".*", kind="error", status=401, after=3)
        delivery = Delivery(ibm, ibm_emulator.settle, case.spec)
        ready = delivery.deliver()
        assert {type(error).__name__ for error in delivery.met} == {"NotAuthorised"}
        assert list(ibm.by_kind[case.kind].inventory()) == [ready]


@pytest.mark.parametrize("kind", ["virtual-machine", "network", "private-connection"])
def test_a_name_that_a_stranger_took_is_told_and_left_alone(ibm, cases, ibm_emulator, pieces, kind):
    """One whom our credential may not see: a name in use that no listing has."""
    ibm_emulator.fault(
        match=cases[kind].create,
        kind="error",
        status=400,
        code="validation_unique_failed",
        message="Provided Name is not unique",
    )
    with pytest.raises(Conflict, match="may not see has the name; rename or remove it"):
        ibm.apply(cases[kind].spec)
    assert pieces() == []


@pytest.mark.parametrize("region", [REGION, "eu-gb"])
def test_a_bucket_name_in_use_elsewhere_is_told(ibm, cases, ibm_emulator, pieces, region):
    spec = cases["object-storage"].spec
    name = f"gm-{spec.instance}-1-{REGION}"
    made = {"id": f"bucket {name}", "name": name, "_instance": OTHERS, "_region": region}
    made |= {
        "location": f"{region}-standard",
        "crn": f"{OTHERS}bucket:{name}",
        "created_at": "2026-01-01",
    }
    ibm_emulator.emulator.store.put("buckets", made)
    assert [change.actual for change in ibm.preview(spec)] == [None] * 4
    with pytest.raises(Conflict, match=f"{name}: the name is in use outside this account"):
        ibm.apply(spec)
    assert pieces() == [name]
    assert ibm_emulator.emulator.store.among("buckets") == [made]
    assert list(ibm.inventory()) == []
    assert ibm.apply(replace(spec, attempt=2)).status is Status.READY


def test_a_bucket_of_ours_that_may_not_be_looked_at_is_no_strangers(
    ibm, cases, ibm_emulator, delivered
):
    """Or a second one would be made beside it."""
    spec = cases["object-storage"].spec
    ready = delivered(spec)
    ibm_emulator.fault(match="cos.head_bucket", kind="error", status=403, times=None)
    for call in (lambda: ibm.apply(replace(spec, attempt=2)), lambda: ibm.read(ready.ref)):
        with pytest.raises(NotAuthorised):
            call()
    ibm_emulator.emulator.rules.clear()
    assert list(ibm.inventory()) == [ready]


def test_a_bucket_that_holds_objects_stays(ibm, cases, ibm_emulator, delivered):
    ready = delivered(cases["object-storage"].spec)
    ibm_emulator.buckets().put_object(Bucket=ready.ref.id, Key="report", Body=b"x")
    with pytest.raises(Conflict, match="still holds objects; remove those first"):
        ibm.delete(ready.ref)
    assert ibm.read(ready.ref) == ready


def test_ranges_that_overlap_are_refused_with_the_name_of_the_other(ibm, cases, delivered, pieces):
    first = delivered(cases["network"].spec)
    before = pieces()
    for cidr in ("10.20.0.128/25", "10.20.0.0/16", RANGE):
        taken = replace(asked(cases["network"], cidr=cidr), instance="e" * 32)
        other = NAME if cidr == RANGE else f"gm-{first.instance}-1"
        with pytest.raises(Conflict, match=rf"{cidr} overlaps with .* of network {other}"):
            ibm.apply(taken)
    assert pieces() == before
    assert list(ibm.preview(cases["network"].spec)) == []


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("virtual-machine", {"image": "debian-13"}),
        ("virtual-machine", {"subnet": "another"}),
        ("object-storage", {"storage_class": "cold"}),
        ("network", {"cidr": "10.20.0.0/23", "subnets": {"a": "10.20.0.0/25"}}),
        ("private-connection", {"peer_asn": 65011}),
    ],
)
def test_what_would_be_another_one_is_not_changed_in_place(ibm, cases, delivered, kind, parameters):
    field = next(iter(parameters))
    ready = delivered(cases[kind].spec)
    changed = asked(cases[kind], **parameters)
    assert [c.field for c in ibm.preview(changed) if c.replaces] == [field]
    with pytest.raises(InvalidSpec, match=f"{field}: cannot be changed in place"):
        ibm.apply(changed)
    assert list(ibm.preview(cases[kind].spec)) == []
    assert ibm.read(ready.ref) == ready


def test_a_disk_never_shrinks(ibm, cases, delivered):
    larger = asked(cases["virtual-machine"], disk_gb=150)
    ready = delivered(larger)
    with pytest.raises(InvalidSpec, match="disk_gb: cannot be changed in place"):
        ibm.apply(cases["virtual-machine"].spec)
    assert ibm.read(ready.ref) == ready


def test_a_network_in_use_says_by_whom_and_stays_whole(ibm, cases, ibm_emulator, delivered, pieces):
    network = delivered(cases["network"].spec)
    machine = delivered(asked(cases["virtual-machine"], subnet=network.outputs["subnet"]))
    with pytest.raises(Conflict, match=f"used by instance gm-{machine.instance}-1; remove that"):
        ibm.delete(network.ref)
    ibm_emulator.settle()
    assert ibm.read(network.ref) == network
    ibm.delete(machine.ref)
    with pytest.raises(Unavailable, match="still being removed"):
        ibm.delete(network.ref)
    ibm_emulator.settle()
    for _ in range(2):
        ibm.delete(network.ref)
        ibm_emulator.settle()
    assert pieces() == []


@pytest.mark.parametrize("instance", ["", "short", "../../etc", "G" * 32])
def test_an_instance_that_is_none_reaches_nobody(ibm, cases, ibm_emulator, instance):
    for case in cases.values():
        with pytest.raises(InvalidSpec, match="32 hex digits"):
            ibm.apply(replace(case.spec, instance=instance))
    assert ibm_emulator.emulator.calls.report()["counts"] == {}

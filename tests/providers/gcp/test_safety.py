"""What makes a resource safe is not for callers to choose, and drift away from it is seen."""

import json
import logging
from base64 import b64encode
from dataclasses import asdict, replace

import pytest

from fixtures.google_emulator import PROJECT
from providers.errors import InvalidSpec
from providers.gcp import labels, ranges

KINDS = {  # and where Google keeps what has all our tags
    "virtual-machine": "instances",
    "object-storage": "buckets",
    "database": "sql",
    "network": "firewalls",
    "private-connection": "interconnectAttachments",
}
KEY = b"".join(len(part).to_bytes(4, "big") + part for part in (b"ssh-ed25519", bytes(32)))
LABELS = {
    "grunnmur-order": "gm-2026-000001",
    "grunnmur-agency": "bym",
    "grunnmur-cost_centre": "410123",
    "grunnmur-classification": "internal",
    "grunnmur-expiry": "2027-01-31",
    "grunnmur-instance": "0123456789abcdef0123456789abcdef",
}


@pytest.fixture
def stored(google_emulator):
    """What is in the cloud itself, by collection."""

    def look(collection):
        store = google_emulator.emulator.store
        found = [t for p, t in store.among(collection, "") if not p.endswith("/default")]
        assert len(found) == 1
        return found[0]

    return look


@pytest.fixture
def deliver(gcp, google_emulator):
    def until_ready(spec):
        for _ in range(15):
            resource = gcp.apply(spec)
            google_emulator.settle()
            if resource.status == "ready":
                return resource
        raise AssertionError(resource)

    return until_ready


def test_an_ordered_key_lets_its_owner_in_and_nobody_of_the_project(deliver, stored, cases):
    key = f"ssh-ed25519 {b64encode(KEY).decode()} kari@bym"
    spec = cases["virtual-machine"].spec
    made = deliver(replace(spec, parameters={**spec.parameters, "ssh_key": key}))
    items = {item["key"]: item["value"] for item in stored("instances")["metadata"]["items"]}
    assert items["ssh-keys"] == f"drift:{key}"
    assert items["enable-oslogin"] == "FALSE", "with it Google takes no key of a machine's own"
    assert items["block-project-ssh-keys"] == "TRUE"
    assert made.outputs["admin_user"] == "drift"


def test_a_machine_is_shielded_and_has_no_public_address_and_no_identity(
    deliver, stored, cases, google_emulator
):
    deliver(cases["virtual-machine"].spec)
    machine = stored("instances")
    assert machine["shieldedInstanceConfig"] == {
        "enableSecureBoot": True,
        "enableVtpm": True,
        "enableIntegrityMonitoring": True,
    }
    assert all(not nic.get("accessConfigs") for nic in machine["networkInterfaces"])
    assert not machine.get("serviceAccounts")
    items = {item["key"]: item["value"] for item in machine["metadata"]["items"]}
    assert items["enable-oslogin"] == "TRUE"
    assert items["block-project-ssh-keys"] == "TRUE"
    assert machine["labels"].items() >= LABELS.items()
    assert stored("disks")["labels"].items() >= LABELS.items()
    assert stored("disks")["type"].endswith("/pd-balanced")


def test_a_bucket_is_closed_to_the_public_for_ever(deliver, stored, cases, gcp, google_emulator):
    spec = cases["object-storage"].spec
    ready = deliver(spec)
    bucket = stored("buckets")
    assert bucket["iamConfiguration"]["uniformBucketLevelAccess"]["enabled"]
    assert bucket["iamConfiguration"]["publicAccessPrevention"] == "enforced"
    assert bucket["versioning"]["enabled"]
    assert bucket["softDeletePolicy"]["retentionDurationSeconds"] == str(7 * 24 * 3600)
    assert bucket["labels"].items() >= LABELS.items()
    opened = google_emulator.storage().get_bucket(ready.ref.id)
    opened.iam_configuration.public_access_prevention = "inherited"
    opened.patch()
    assert [c.field for c in gcp.preview(spec)] == ["public_access"]
    gcp.apply(spec)
    assert stored("buckets")["iamConfiguration"]["publicAccessPrevention"] == "enforced"
    assert list(gcp.preview(spec)) == []


def test_a_database_has_no_public_address_and_takes_tls_only(
    deliver, stored, cases, gcp, google_emulator
):
    spec = cases["database"].spec
    ready = deliver(spec)
    settings = stored("sql")["settings"]
    assert settings["ipConfiguration"]["ipv4Enabled"] is False
    assert settings["ipConfiguration"]["sslMode"] == "ENCRYPTED_ONLY"
    assert settings["backupConfiguration"]["enabled"]
    assert settings["backupConfiguration"]["pointInTimeRecoveryEnabled"]
    assert settings["databaseFlags"] == [{"name": "cloudsql.iam_authentication", "value": "on"}]
    assert settings["userLabels"].items() >= LABELS.items()
    assert "rootPassword" not in json.dumps(stored("sql"))
    assert ready.outputs["address"].startswith("10.")
    opened = {
        "settings": {"ipConfiguration": {"ipv4Enabled": True, "sslMode": "SSL_MODE_UNSPECIFIED"}}
    }
    google_emulator.sql().instances().patch(
        project=PROJECT, instance=ready.ref.id, body=opened
    ).execute()
    google_emulator.settle()
    assert {c.field for c in gcp.preview(spec)} == {"public_address", "tls_only"}
    deliver(spec)
    assert list(gcp.preview(spec)) == []


def test_a_network_lets_in_whom_it_should_and_nobody_else(deliver, stored, cases):
    spec = cases["network"].spec
    deliver(spec)
    rule = stored("firewalls")
    assert rule["sourceRanges"] == ["10.20.0.0/24"]
    assert rule["logConfig"]["enable"]
    assert "grunnmur-agency=bym" in rule["description"]
    assert stored("networks")["autoCreateSubnetworks"] is False


LABELLED = ("instances", "disks", "buckets", "sql", "addresses", "forwardingRules")
DESCRIBED = ("firewalls", "networks", "subnetworks", "routers")


@pytest.mark.parametrize("kind", list(KINDS))
def test_everything_says_whose_it_is_and_what_for(deliver, cases, google_emulator, kind):
    """In labels where Google takes them, in the description where it does not."""
    deliver(cases[kind].spec)
    wanted = labels.wanted(cases[kind].spec)
    assert LABELS.items() <= wanted.items()
    assert {"grunnmur-owner", "grunnmur-item"} <= wanted.keys()
    store = google_emulator.emulator.store
    made = 0
    for collection in (*LABELLED, *DESCRIBED, "interconnectAttachments"):
        for path, thing in store.among(collection, ""):
            if path.endswith("/default"):
                continue
            made += 1
            told = thing.get("labels") or thing.get("settings", {}).get("userLabels")
            if told is None:
                told = ranges.described(thing["description"])
                assert told["grunnmur-instance"] == cases[kind].spec.instance, path
            else:
                assert wanted.items() <= told.items(), path
    tagged = store.among(KINDS[kind], "")
    ((_, main),) = [(p, t) for p, t in tagged if not p.endswith("/default")]
    told = main.get("labels") or main.get("settings", {}).get("userLabels")
    assert wanted.items() <= (told or ranges.described(main["description"])).items()
    assert made >= 1


@pytest.mark.parametrize(
    "parameters",
    [
        {"cidr": "8.8.8.0/24"},
        {"cidr": "0.0.0.0/0"},
        {"cidr": "10.20.0.1/24"},
        {"cidr": "10.20.0.0/30"},
        {"cidr": "10.20.0.0/24", "allow_from": ["0.0.0.0/0"]},
        {"cidr": "10.20.0.0/24", "allow_from": ["10.0.0.0/8", "193.1.2.0/24"]},
        {"cidr": "10.20.0.0/24", "allow_from": "10.0.0.0/8"},
    ],
)
def test_a_network_is_never_opened_to_the_internet(gcp, google_emulator, cases, parameters):
    with pytest.raises(InvalidSpec):
        gcp.apply(replace(cases["network"].spec, parameters=parameters))
    assert google_emulator.emulator.calls.report()["counts"] == {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("virtual-machine", "public_address"),
        ("virtual-machine", "service_account"),
        ("virtual-machine", "shielded"),
        ("object-storage", "public_access"),
        ("object-storage", "uniform_access"),
        ("database", "ipv4Enabled"),
        ("database", "tls_only"),
        ("database", "password"),
        ("network", "egress"),
        ("private-connection", "pairing_key"),
    ],
)
def test_safety_is_no_parameter(gcp, cases, kind, name):
    case = cases[kind]
    unsafe = replace(case.spec, parameters={**case.parameters, name: False})
    with pytest.raises(InvalidSpec, match=f"no such parameter '{name}'"):
        gcp.apply(unsafe)


def test_a_public_address_given_behind_our_back_is_seen_and_taken_off(
    deliver, stored, cases, gcp, google_emulator
):
    spec = cases["virtual-machine"].spec
    deliver(spec)
    machine = stored("instances")
    machine["networkInterfaces"][0]["accessConfigs"] = [{"name": "nat", "natIP": "203.0.113.9"}]
    store = google_emulator.emulator.store
    path = machine["selfLink"].split("/compute/v1/")[1]
    store.put(path, "instances", machine)
    assert [c.field for c in gcp.preview(spec)] == ["public_address"]
    deliver(spec)
    assert not stored("instances")["networkInterfaces"][0].get("accessConfigs")


def test_the_pairing_key_is_never_told(stored, cases, gcp, google_emulator, caplog):
    caplog.set_level(logging.DEBUG)
    spec = cases["private-connection"].spec
    seen = []
    for _ in range(8):
        resource = gcp.apply(spec)
        seen += [resource, gcp.read(resource.ref), *gcp.inventory(), *gcp.preview(spec)]
        google_emulator.settle()
    key = stored("interconnectAttachments")["pairingKey"]
    assert resource.status == "ready"
    assert key not in json.dumps([asdict(one) for one in seen if one], default=str)
    assert any("hand it to them" in one.detail for one in seen if hasattr(one, "detail") and one)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("google")]
    assert key not in "".join(ours)

"""Bad input: the right class of error, a sentence somebody can act on, and nothing left behind."""

from dataclasses import replace

import pytest

from fixtures.google_emulator import PROJECT, REGION
from providers.errors import Conflict, InvalidSpec, Unavailable
from providers.types import Status

PIECES = ("instances", "disks", "buckets", "sql", "routers", "firewalls", "addresses")


@pytest.fixture
def empty(google_emulator):
    def check():
        store = google_emulator.emulator.store
        assert [p for c in PIECES for p, _ in store.among(c, "")] == []

    return check


@pytest.fixture
def refuses(gcp, cases, empty):
    def check(kind, parameters, text):
        with pytest.raises(InvalidSpec, match=text):
            gcp.apply(asked(cases[kind], **parameters))
        assert list(gcp.inventory()) == []
        empty()

    return check


def asked(case, **parameters):
    return replace(case.spec, parameters={**case.parameters, **parameters})


@pytest.mark.parametrize(
    ("kind", "parameters", "text"),
    [
        ("virtual-machine", {"size": "zz9-huge"}, "machineType"),
        ("virtual-machine", {"size": "E2 medium"}, "size"),
        ("virtual-machine", {"image": "debian-99"}, "image"),
        ("virtual-machine", {"image": "projects/debian-cloud/global/images/no"}, "image"),
        ("virtual-machine", {"image": "windows-2022"}, "smaller than the image"),
        ("virtual-machine", {"disk_gb": 0}, "disk_gb"),
        ("virtual-machine", {"disk_gb": "20"}, "disk_gb"),
        ("virtual-machine", {"disk_gb": True}, "disk_gb"),
        ("virtual-machine", {"subnet": "nowhere"}, "subnetwork"),
        ("virtual-machine", {"zone": "europe-west1-b"}, "zone"),
        ("virtual-machine", {"kms_key": "my-key"}, "kms_key"),
        ("object-storage", {"storage_class": "warm"}, "storage_class"),
        ("object-storage", {"keep_days": 3}, "keep_days"),
        ("database", {"size": "db-custom-3-8192"}, "Tier|machine type"),
        ("database", {"version": "9"}, "version"),
        ("database", {"disk_gb": 5}, "disk_gb"),
        ("network", {"cidr": "ten"}, "cidr"),
        ("private-connection", {"network": "nowhere"}, "network"),
        ("private-connection", {"mtu": 1441}, "mtu"),
        ("private-connection", {"availability_domain": "3"}, "availability_domain"),
    ],
)
def test_what_cannot_be_built_is_refused_by_its_parameter(refuses, kind, parameters, text):
    refuses(kind, parameters, text)


def test_a_size_the_region_does_not_sell_is_refused(google_sandbox, cases, monkeypatch, empty):
    from providers import connect  # noqa: PLC0415 - after the settings

    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_GCP_REGIONS", "europe-north2")
    spec = replace(asked(cases["virtual-machine"], size="n2-standard-4"), region="europe-north2")
    with pytest.raises(InvalidSpec, match="n2-standard-4"):
        connect("gcp", google_sandbox).apply(spec)
    empty()


def test_a_bucket_name_in_use_elsewhere_is_told(gcp, cases, google_emulator):
    spec = cases["object-storage"].spec
    google_emulator.storage("somebody-else").create_bucket(f"gm-{spec.instance}-1", location="EU")
    with pytest.raises(Conflict, match="in use outside this project"):
        gcp.apply(spec)
    assert gcp.apply(replace(spec, attempt=2)).status is Status.READY


def test_a_bucket_that_holds_objects_stays(gcp, cases, google_emulator):
    ready = gcp.apply(cases["object-storage"].spec)
    google_emulator.storage().bucket(ready.ref.id).blob("report").upload_from_string("x")
    with pytest.raises(Conflict, match="still holds objects"):
        gcp.delete(ready.ref)
    assert gcp.read(ready.ref) == ready


def test_a_name_that_somebody_else_took_is_told(gcp, cases, google_emulator):
    spec = cases["virtual-machine"].spec
    ref = gcp.apply(spec).ref
    google_emulator.settle()
    zone, name = ref.id.split("/")
    path = f"projects/sandbox-project/zones/{zone}/instances/{name}"
    store = google_emulator.emulator.store
    store.put(path, "instances", {**store.get(path), "labels": {}})
    google_emulator.emulator.store.drop(next(p for p, _ in store.among("requests", "")))
    with pytest.raises(Conflict, match="does not carry our label"):
        gcp.apply(spec)


def test_what_is_smaller_or_elsewhere_is_not_changed_in_place(gcp, cases, google_emulator):
    spec = asked(cases["virtual-machine"], zone=f"{REGION}-a")
    gcp.apply(spec)
    google_emulator.settle()
    for parameters in ({"disk_gb": 10}, {"zone": f"{REGION}-b"}, {"subnet": "other"}):
        changed = replace(spec, parameters={**spec.parameters, **parameters})
        assert [c.field for c in gcp.preview(changed) if c.replaces] == list(parameters)
        with pytest.raises(InvalidSpec, match="in place"):
            gcp.apply(changed)
    assert list(gcp.preview(spec)) == []


def test_ranges_that_overlap_are_refused_with_the_name_of_the_other(gcp, cases, google_emulator):
    first = cases["network"].spec
    for _ in range(5):
        gcp.apply(first)
        google_emulator.settle()
    second = replace(asked(cases["network"], cidr="10.20.0.128/25"), instance="e" * 32)
    with pytest.raises(Conflict, match=rf"10\.20\.0\.0/24 of network gm-{first.instance}-1"):
        gcp.apply(second)
    assert [one.instance for one in gcp.inventory()] == [first.instance]
    third = replace(asked(cases["network"], cidr="10.20.1.0/24"), instance="d" * 32)
    for _ in range(5):
        gcp.apply(third)
        google_emulator.settle()
    with pytest.raises(Conflict, match=r"10\.20\.1\.0/24 of network"):
        gcp.apply(asked(cases["network"], cidr="10.20.0.0/23"))
    assert list(gcp.preview(first)) == []


TAKEN = {
    "network": ("NetworksClient", {"network_resource": {"auto_create_subnetworks": False}}),
    "private-connection": (
        "RoutersClient",
        {
            "region": REGION,
            "router_resource": {"network": "global/networks/default", "bgp": {"asn": 16550}},
        },
    ),
}


@pytest.mark.parametrize("kind", list(TAKEN))
def test_a_name_that_somebody_took_before_us_is_told_and_left_alone(
    gcp, cases, google_emulator, kind
):
    spec = cases[kind].spec
    client, asks = TAKEN[kind]
    (body,) = (value for key, value in asks.items() if key.endswith("_resource"))
    body["name"] = f"gm-{spec.instance}-1"
    google_emulator.compute(client).insert_unary({"project": PROJECT, **asks})
    google_emulator.settle()
    with pytest.raises(Conflict, match="does not say that it is ours"):
        gcp.apply(spec)
    assert list(gcp.inventory()) == []


def test_a_database_name_that_somebody_took_is_told(gcp, cases, google_emulator):
    spec = cases["database"].spec
    body = {
        "name": f"gm-{spec.instance}-1",
        "region": REGION,
        "databaseVersion": "POSTGRES_17",
        "settings": {"tier": "db-custom-2-8192", "edition": "ENTERPRISE"},
    }
    google_emulator.sql().instances().insert(project=PROJECT, body=body).execute()
    google_emulator.settle()
    with pytest.raises(Conflict, match="does not carry our label"):
        gcp.apply(spec)


def test_a_database_never_shrinks_and_keeps_its_version(gcp, cases, google_emulator):
    gcp.apply(cases["database"].spec)
    google_emulator.settle()
    for parameters in ({"disk_gb": 10}, {"version": "16"}):
        changed = asked(cases["database"], **parameters)
        assert [c.replaces for c in gcp.preview(changed)] == [True]
        with pytest.raises(InvalidSpec, match="in place"):
            gcp.apply(changed)


def test_a_network_in_use_says_by_whom(gcp, cases, google_emulator):
    spec = cases["network"].spec
    for _ in range(5):
        network = gcp.apply(spec)
        google_emulator.settle()
    machine = asked(cases["virtual-machine"], subnet=network.outputs["subnet"])
    made = gcp.apply(machine)
    google_emulator.settle()
    with pytest.raises(Conflict, match="used by 'instances gm-"):
        gcp.delete(network.ref)
    gcp.delete(made.ref)
    google_emulator.settle()
    for _ in range(5):
        gcp.delete(network.ref)
        google_emulator.settle()
    assert gcp.read(network.ref) is None


def test_a_removed_machine_is_not_built_again_under_its_attempt(gcp, cases, google_emulator):
    spec = cases["virtual-machine"].spec
    ref = gcp.apply(spec).ref
    gcp.delete(ref)
    google_emulator.settle()
    assert gcp.read(ref) is None
    with pytest.raises(Conflict, match="ask for attempt 2"):
        gcp.apply(spec)


def test_a_machine_busy_with_something_else_is_removed_a_little_later(gcp, cases, google_emulator):
    spec = cases["virtual-machine"].spec
    ref = gcp.apply(spec).ref
    google_emulator.settle()
    gcp.apply(asked(cases["virtual-machine"], size="e2-standard-4"))
    with pytest.raises(Unavailable, match="busy"):
        gcp.delete(ref)
    google_emulator.settle()
    gcp.delete(ref)
    google_emulator.settle()
    assert gcp.read(ref) is None

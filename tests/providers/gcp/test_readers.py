"""The real Google answers more than any emulator: readers take what comes."""

import copy

import pytest
from google.cloud import compute_v1
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.gcp import attachment, bucket, machine, postgres, ranges, reshape, vpc
from providers.gcp.operations import Build, _build
from providers.types import Ref, Resource

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
INSTANCE = {
    "name": "gm-" + "0" * 32 + "-1",
    "region": "europe-north1",
    "state": "RUNNABLE",
    "databaseVersion": "POSTGRES_17",
    "connectionName": "p:r:n",
    "dnsName": "x.sql.goog.",
    "settings": {
        "tier": "db-custom-2-8192",
        "dataDiskSizeGb": "20",
        "availabilityType": "ZONAL",
        "userLabels": {"grunnmur-instance": "0" * 32},
        "ipConfiguration": {"ipv4Enabled": False, "sslMode": "ENCRYPTED_ONLY"},
    },
}
BUCKET = {
    "name": "gm-" + "0" * 32 + "-1",
    "location": "EUROPE-NORTH1",
    "storageClass": "STANDARD",
    "labels": {"grunnmur-instance": "0" * 32},
    "versioning": {"enabled": True},
    "softDeletePolicy": {"retentionDurationSeconds": "604800"},
    "iamConfiguration": {
        "uniformBucketLevelAccess": {"enabled": True},
        "publicAccessPrevention": "enforced",
    },
    "lifecycle": {"rule": [{"action": {"type": "Delete"}, "condition": {"age": 30}}]},
}


class Bucket:
    def __init__(self, told):
        self._properties = told
        self.name = "gm-" + "0" * 32 + "-1"


def paths(told, before=()):
    for key, value in told.items():
        yield (*before, key)
        if isinstance(value, dict):
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
    else:
        inner["aFieldOfNextYear"] = value
    return out


HOW = st.sampled_from(["drop", "retype", "add"])


@given(st.sampled_from([p for p in paths(INSTANCE) if p != ("name",)]), JSON, HOW)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_answer_about_a_database_can_be_read(cases, path, value, how):
    told = bent(INSTANCE, path, value, how)
    assert isinstance(postgres.resource(told, "10.0.0.2", ""), Resource)
    postgres.changes(told, cases["database"].spec)
    postgres.patch(told, cases["database"].spec, "p")


@given(st.sampled_from(list(paths(BUCKET))), JSON, HOW)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_answer_about_a_bucket_can_be_read(cases, path, value, how):
    found = Bucket(bent(BUCKET, path, value, how))
    assert isinstance(bucket.resource(found), Resource)
    settings_ = {"location": "europe-north1", "expire_days": 30}
    bucket.changes(bucket.told_of(found), settings_, cases["object-storage"].spec)


@pytest.mark.parametrize("status", ["", "RUNNING", "A_STATE_OF_NEXT_YEAR", "TERMINATED"])
@pytest.mark.parametrize("nics", [[], [{}], [{"access_configs": [{}]}]])
@pytest.mark.parametrize("disks", [[], [{}], [{"boot": True}], [{"boot": True, "source": "d"}]])
def test_any_answer_about_a_machine_can_be_read(cases, status, nics, disks):
    found = compute_v1.Instance(status=status, network_interfaces=nics, disks=disks)
    assert isinstance(machine.resource(found), Resource)
    reshape.changes(found, cases["virtual-machine"].spec)


@pytest.mark.parametrize("state", ["", "ACTIVE", "DEFUNCT", "A_STATE_OF_NEXT_YEAR"])
def test_any_answer_about_a_connection_can_be_read(cases, state):
    ref = Ref(kind="private-connection", region="europe-north1", id="x")
    router, line = compute_v1.Router(), compute_v1.InterconnectAttachment(state=state)
    assert isinstance(attachment.resource(ref, router, line), Resource)
    attachment.changes(router, line, cases["private-connection"].spec)


def test_any_answer_about_a_network_can_be_read(cases):
    ref = Ref(kind="network", region="europe-north1", id="x")
    bare = vpc.Pieces(compute_v1.Network(), compute_v1.Subnetwork(), compute_v1.Firewall())
    assert isinstance(vpc.resource(ref, bare), Resource)
    vpc.changes(bare, ranges.wanted(cases["network"].spec), cases["network"].spec)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, Build(done=False, failure=None)),
        ({"status": "DONE"}, Build(done=True, failure=None)),
        ({"status": "RUNNING", "http_error_status_code": 503}, Build(done=False, failure=None)),
    ],
)
def test_any_operation_can_be_read(told, expected):
    assert _build(compute_v1.Operation(**told)) == expected


def test_an_operation_that_failed_without_a_code_has_failed():
    told = compute_v1.Operation(status="DONE", http_error_status_code=503)
    assert _build(told).failure is not None

"""Buckets and objects, as Google's SDK sees them."""

import pytest
from google.api_core import exceptions as gx

from fixtures.google_emulator import PROJECT


@pytest.fixture
def storage(google_emulator):
    return google_emulator.storage()


def make(storage, name="grunnmur-a", location="europe-north1", **labels):
    bucket = storage.bucket(name)
    bucket.labels = labels
    bucket.create(location=location)
    return bucket


def raw(storage, **fields):
    """What the SDK itself would not send."""
    post = storage._connection.api_request  # noqa: SLF001 - the way below its own checks
    post(method="POST", path="/b", query_params={"project": PROJECT}, data=fields)


def test_a_bucket_is_there_at_once_and_as_it_was_asked_for(storage):
    bucket = storage.bucket("grunnmur-a")
    bucket.iam_configuration.uniform_bucket_level_access_enabled = True
    bucket.iam_configuration.public_access_prevention = "enforced"
    bucket.versioning_enabled = True
    bucket.labels = {"agency": "bym"}
    bucket.add_lifecycle_delete_rule(age=30)
    bucket.create(location="europe-north1")
    found = storage.get_bucket("grunnmur-a")
    assert found.location == "EUROPE-NORTH1"
    assert found.iam_configuration.uniform_bucket_level_access_enabled
    assert found.iam_configuration.public_access_prevention == "enforced"
    assert found.versioning_enabled
    assert found.labels == {"agency": "bym"}
    assert [rule["action"]["type"] for rule in found.lifecycle_rules] == ["Delete"]
    assert found.soft_delete_policy.retention_duration_seconds == 7 * 24 * 3600


def test_left_alone_a_bucket_is_not_safe_as_at_google(storage):
    make(storage)
    access = storage.get_bucket("grunnmur-a").iam_configuration
    assert not access.uniform_bucket_level_access_enabled
    assert access.public_access_prevention == "inherited"


def test_a_name_in_use_elsewhere_is_told_from_our_own(google_emulator, storage):
    make(storage)
    with pytest.raises(gx.Conflict, match="you already own it"):
        make(storage)
    with pytest.raises(gx.Conflict, match="not available"):
        make(google_emulator.storage("somebody-else"))


@pytest.mark.parametrize("name", ["ab", "Upper", "goog-mine", "my-google-bucket", "x" * 64])
def test_bad_names_are_refused(google_emulator, storage, name):
    with pytest.raises(gx.BadRequest, match="Invalid bucket name"):
        raw(storage, name=name)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"location": "mars"}, "location"),
        ({"storageClass": "WARM"}, "storage class"),
        ({"iamConfiguration": {"publicAccessPrevention": "maybe"}}, "publicAccessPrevention"),
        ({"labels": {"Order": "1"}}, "Label key"),
        ({"softDeletePolicy": {"retentionDurationSeconds": "60"}}, "soft delete"),
    ],
)
def test_bad_settings_are_refused(storage, fields, text):
    with pytest.raises(gx.BadRequest, match=text):
        raw(storage, name="grunnmur-a", **fields)
    assert storage.lookup_bucket("grunnmur-a") is None


def test_a_patch_changes_what_it_names(storage):
    bucket = make(storage, agency="bym", owner="kari")
    bucket.labels = {"agency": "pbe"}
    bucket.patch()
    assert storage.get_bucket("grunnmur-a").labels == {"agency": "pbe"}
    with pytest.raises(gx.PreconditionFailed):
        bucket.patch(if_metageneration_match=1)


def test_buckets_are_listed_by_prefix_within_one_project(google_emulator, storage):
    for name in ("grunnmur-a1", "grunnmur-a2", "other-b"):
        make(storage, name)
    make(google_emulator.storage("somebody-else"), "grunnmur-a3")
    assert [b.name for b in storage.list_buckets(prefix="grunnmur-")] == [
        "grunnmur-a1",
        "grunnmur-a2",
    ]
    assert [b.name for b in storage.list_buckets(page_size=2)] == [
        "grunnmur-a1",
        "grunnmur-a2",
        "other-b",
    ]


def test_a_bucket_with_objects_is_not_deleted(storage):
    bucket = make(storage)
    blob = bucket.blob("reports/år 1.txt")
    content = b"--\x00\xff hello\r\n\r\n"
    blob.upload_from_string(content)
    assert [b.name for b in storage.list_blobs("grunnmur-a", prefix="reports/")] == [blob.name]
    assert blob.download_as_bytes() == content
    with pytest.raises(gx.Conflict, match="not empty"):
        bucket.delete()
    blob.delete()
    bucket.delete()
    with pytest.raises(gx.NotFound):
        storage.get_bucket("grunnmur-a")


def test_what_is_real_and_not_offered_is_a_501(storage):
    bucket = make(storage)
    with pytest.raises(gx.MethodNotImplemented):
        bucket.get_iam_policy()

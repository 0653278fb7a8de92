"""Cloud SQL, as Google's SDK sees it."""

import json

import pytest
from googleapiclient.errors import HttpError

from fixtures.google_emulator import PROJECT, REGION

PRIVATE = {"ipv4Enabled": False, "pscConfig": {"pscEnabled": True}}


@pytest.fixture
def instances(google_emulator):
    return google_emulator.sql().instances()


def wanted(name="pg", **settings):
    return {
        "name": name,
        "region": REGION,
        "databaseVersion": "POSTGRES_17",
        "settings": {"tier": "db-custom-2-8192", "ipConfiguration": PRIVATE, **settings},
    }


def insert(instances, body=None):
    return instances.insert(project=PROJECT, body=body or wanted()).execute()


def get(instances, name="pg"):
    return instances.get(project=PROJECT, instance=name).execute()


def reason(refused):
    return json.loads(refused.value.content)["error"]["errors"][0]["reason"]


def test_an_instance_is_built_in_the_time_its_operation_takes(google_emulator, instances):
    operation = insert(instances)
    assert operation["status"] == "PENDING"
    assert get(instances)["state"] == "PENDING_CREATE"
    google_emulator.settle()
    done = google_emulator.sql().operations()
    assert done.get(project=PROJECT, operation=operation["name"]).execute()["status"] == "DONE"
    assert get(instances)["state"] == "RUNNABLE"
    assert get(instances)["ipAddresses"] == []


def test_left_alone_an_instance_is_not_safe_as_at_google(google_emulator, instances):
    insert(instances, wanted(ipConfiguration={}))
    google_emulator.settle()
    found = get(instances)
    assert found["settings"]["ipConfiguration"]["ipv4Enabled"]
    assert found["ipAddresses"][0]["type"] == "PRIMARY"


def test_a_root_password_is_never_told_again(instances):
    insert(instances, wanted() | {"rootPassword": "hemmelig-123"})
    assert "hemmelig-123" not in json.dumps(get(instances))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (wanted(tier="db-custom-3-8192"), "invalidTier"),
        (wanted(tier="db-custom-2-1024"), "invalidTier"),
        (wanted(tier="large"), "invalidTier"),
        (wanted(ipConfiguration={"ipv4Enabled": False}), "invalidRequest"),
        (wanted(dataDiskSizeGb="5"), "invalidDiskSize"),
        (wanted(userLabels={"Order": "1"}), "invalid"),
        (wanted("Bad_Name"), "invalidInstanceName"),
        (wanted() | {"region": "mars"}, "invalidRegion"),
    ],
)
def test_what_cannot_be_built_is_refused(instances, body, expected):
    with pytest.raises(HttpError) as refused:
        insert(instances, body)
    assert refused.value.status_code == 400
    assert reason(refused) == expected


def test_a_name_is_given_once_and_again_after_a_removal(google_emulator, instances):
    insert(instances)
    with pytest.raises(HttpError) as refused:
        insert(instances)
    assert (refused.value.status_code, reason(refused)) == (409, "instanceAlreadyExists")
    google_emulator.settle()
    instances.delete(project=PROJECT, instance="pg").execute()
    assert get(instances)["state"] == "PENDING_DELETE"
    google_emulator.settle()
    with pytest.raises(HttpError) as gone:
        get(instances)
    assert (gone.value.status_code, reason(gone)) == (404, "instanceDoesNotExist")
    insert(instances)


def test_one_operation_at_a_time(instances):
    insert(instances)
    with pytest.raises(HttpError) as refused:
        instances.delete(project=PROJECT, instance="pg").execute()
    assert (refused.value.status_code, reason(refused)) == (409, "operationInProgress")


def test_a_patch_changes_settings_and_disks_never_shrink(google_emulator, instances):
    insert(instances, wanted(dataDiskSizeGb="20", userLabels={"a": "1"}))
    google_emulator.settle()

    def patch(**settings):
        body = {"settings": settings}
        instances.patch(project=PROJECT, instance="pg", body=body).execute()
        google_emulator.settle()

    patch(tier="db-custom-4-16384", dataDiskSizeGb="40", userLabels={"b": "2"})
    settings = get(instances)["settings"]
    assert (settings["tier"], settings["dataDiskSizeGb"]) == ("db-custom-4-16384", "40")
    assert settings["userLabels"] == {"b": "2"}
    assert settings["ipConfiguration"]["ipv4Enabled"] is False
    with pytest.raises(HttpError) as refused:
        patch(dataDiskSizeGb="20")
    assert reason(refused) == "invalidDiskSize"
    with pytest.raises(HttpError) as stale:
        patch(settingsVersion="1")
    assert stale.value.status_code == 412


def test_a_protected_instance_is_not_deleted(google_emulator, instances):
    insert(instances, wanted(deletionProtectionEnabled=True))
    google_emulator.settle()
    with pytest.raises(HttpError, match="protected"):
        instances.delete(project=PROJECT, instance="pg").execute()


def test_a_build_that_fails_leaves_a_failed_instance_and_the_reason(google_emulator, instances):
    google_emulator.fault(match="sql.instances.insert", kind="async-error", message="no luck")
    insert(instances)
    google_emulator.settle()
    assert get(instances)["state"] == "FAILED"
    operations = google_emulator.sql().operations()
    newest = operations.list(project=PROJECT, instance="pg").execute()["items"][0]
    assert newest["operationType"] == "CREATE"
    assert newest["error"]["errors"][0]["message"] == "no luck"


def test_instances_are_listed_by_label(instances):
    insert(instances, wanted("one", userLabels={"owner": "kari"}))
    insert(instances, wanted("two", userLabels={"owner": "ola"}))
    question = "settings.userLabels.owner:kari"
    found = instances.list(project=PROJECT, filter=question).execute()
    assert [i["name"] for i in found["items"]] == ["one"]


@pytest.mark.parametrize(
    "body",
    [
        wanted() | {"databaseVersion": "MYSQL_8_0"},
        wanted(ipConfiguration={"privateNetwork": "global/networks/default"}),
    ],
)
def test_what_is_real_and_not_offered_is_a_501(instances, body):
    with pytest.raises(HttpError) as refused:
        insert(instances, body)
    assert refused.value.status_code == 501

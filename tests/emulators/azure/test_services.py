"""Storage accounts, databases and desktops as Azure has them."""

import pytest

from fixtures.azure_emulator import REGION, TENANT

GROUP = "rg1"
ACCOUNT = {"location": REGION, "sku": {"name": "Standard_ZRS"}, "kind": "StorageV2"}
ENTRA = {"activeDirectoryAuth": "Enabled", "passwordAuth": "Disabled", "tenantId": TENANT}
PERSON = "00000000-0000-0000-0000-0000000000aa"


def server(**properties):
    return {
        "location": REGION,
        "sku": {"name": "Standard_D2ds_v5", "tier": "GeneralPurpose"},
        "properties": {"version": "17", "authConfig": ENTRA, **properties},
    }


@pytest.fixture
def accounts(desk):
    desk.group()
    return desk.of("storage").storage_accounts


@pytest.fixture
def servers(desk):
    desk.group()
    return desk.of("postgresqlflexibleservers").servers


def test_an_account_is_accepted_with_nothing_and_then_there(desk, accounts):
    desk.start(accounts, GROUP, "acct1", {**ACCOUNT, "properties": {}}, verb="create")
    assert accounts.get_properties(GROUP, "acct1").provisioning_state == "Creating"
    containers = desk.of("storage").blob_containers
    assert desk.refused(lambda: containers.create(GROUP, "acct1", "data", {})) == (
        409,
        "StorageAccountIsNotProvisioned",
    )
    desk.azure.settle()
    made = accounts.get_properties(GROUP, "acct1")
    assert (made.provisioning_state, made.minimum_tls_version) == ("Succeeded", "TLS1_0")
    assert containers.create(GROUP, "acct1", "data", {}).public_access == "None"
    assert len(accounts.list_keys(GROUP, "acct1")["keys"]) == 2


def test_account_names_are_one_worlds(desk, accounts):
    desk.begin(accounts, GROUP, "acct1", {**ACCOUNT, "properties": {}}, verb="create")
    desk.group("rg2")
    call = lambda: desk.start(accounts, "rg2", "acct1", ACCOUNT, verb="create")  # noqa: E731
    assert desk.refused(call) == (409, "StorageAccountAlreadyTaken")
    asked = {"name": "acct1", "type": "Microsoft.Storage/storageAccounts"}
    assert accounts.check_name_availability(asked).name_available is False


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("Acct_1", {}, "AccountNameInvalid"),
        ("acct1", {"sku": {"name": "Standard_Nowhere"}}, "InvalidParameter"),
        ("acct1", {"kind": "Bucket"}, "InvalidParameter"),
        ("acct1", {"location": "moon"}, "LocationNotAvailableForResourceType"),
        ("acct1", {"properties": {"minimumTlsVersion": "SSL3"}}, "InvalidParameter"),
    ],
)
def test_an_account_that_cannot_be_is_refused(desk, accounts, name, changed, code):
    call = lambda: desk.start(accounts, GROUP, name, {**ACCOUNT, **changed}, verb="create")  # noqa: E731
    assert desk.refused(call) == (400, code)
    assert list(accounts.list()) == []


def test_public_containers_need_an_account_that_permits_them(desk, accounts):
    desk.begin(accounts, GROUP, "acct1", {**ACCOUNT, "properties": {}}, verb="create")
    containers = desk.of("storage").blob_containers
    body = {"properties": {"publicAccess": "Blob"}}
    assert desk.refused(lambda: containers.create(GROUP, "acct1", "data", body)) == (
        409,
        "PublicAccessNotPermitted",
    )


def test_the_blob_service_is_there_without_being_made_and_policies_are_not(desk, accounts):
    desk.begin(accounts, GROUP, "acct1", {**ACCOUNT, "properties": {}}, verb="create")
    services, policies = desk.of("storage").blob_services, desk.of("storage").management_policies
    assert not services.get_service_properties(GROUP, "acct1").delete_retention_policy.enabled
    wanted = {"properties": {"isVersioningEnabled": True}}
    services.set_service_properties(GROUP, "acct1", wanted)
    assert services.get_service_properties(GROUP, "acct1").is_versioning_enabled
    assert desk.refused(lambda: policies.get(GROUP, "acct1", "default")) == (
        404,
        "ResourceNotFound",
    )


def test_deleting_an_account_is_done_when_answered(desk, accounts):
    desk.begin(accounts, GROUP, "acct1", {**ACCOUNT, "properties": {}}, verb="create")
    desk.of("storage").blob_containers.create(GROUP, "acct1", "data", {})
    accounts.delete(GROUP, "acct1")
    assert list(accounts.list()) == []
    accounts.delete(GROUP, "acct1")


def test_a_server_is_accepted_with_a_word_about_the_operation(desk, servers):
    desk.start(servers, GROUP, "pg-1", server())
    assert servers.get(GROUP, "pg-1").state == "Provisioning"
    databases = desk.of("postgresqlflexibleservers").databases
    call = lambda: desk.start(databases, GROUP, "pg-1", "app", {}, verb="create")  # noqa: E731
    assert desk.refused(call) == (409, "ServerIsBusy")
    desk.azure.settle()
    made = servers.get(GROUP, "pg-1")
    assert made.state == "Ready"
    assert made.fully_qualified_domain_name == "pg-1.postgres.database.azure.com"
    call()
    desk.azure.settle()
    assert [d.name for d in databases.list_by_server(GROUP, "pg-1")] == ["app"]


def test_a_servers_administrator_is_somebody_of_entra(desk, servers):
    desk.begin(servers, GROUP, "pg-1", server())
    people = desk.of("postgresqlflexibleservers").administrators_microsoft_entra
    who = {"properties": {"principalType": "Group", "principalName": "dba", "tenantId": TENANT}}
    desk.begin(people, GROUP, "pg-1", PERSON, who)
    assert people.get(GROUP, "pg-1", PERSON).principal_name == "dba"
    assert desk.refused(lambda: desk.start(people, GROUP, "pg-1", "kari", who))[0] == 400


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (server(authConfig={"passwordAuth": "Enabled"}), "InvalidParameter"),
        (server(authConfig={"passwordAuth": "Disabled"}), "InvalidParameter"),
        (server(storage={"storageSizeGB": 33}), "InvalidParameterValue"),
        (server(version="4"), "InvalidParameterValue"),
        (
            server() | {"sku": {"name": "Standard_Huge", "tier": "Burstable"}},
            "InvalidParameterValue",
        ),
    ],
)
def test_a_server_that_cannot_be_is_refused(desk, servers, body, code):
    assert desk.refused(lambda: desk.start(servers, GROUP, "pg-1", body)) == (400, code)
    assert list(servers.list_by_subscription()) == []


def test_a_server_grows_and_never_shrinks(desk, servers):
    desk.begin(servers, GROUP, "pg-1", server(storage={"storageSizeGB": 64}))
    more = {"properties": {"storage": {"storageSizeGB": 128}}}
    desk.start(servers, GROUP, "pg-1", more, verb="update")
    assert servers.get(GROUP, "pg-1").state == "Updating"
    desk.azure.settle()
    assert servers.get(GROUP, "pg-1").storage.storage_size_gb == 128
    less = {"properties": {"storage": {"storageSizeGB": 32}}}
    call = lambda: desk.start(servers, GROUP, "pg-1", less, verb="update")  # noqa: E731
    assert desk.refused(call) == (400, "StorageDownscaleNotSupported")


def test_a_desktop_is_a_pool_a_group_in_it_and_a_workspace_that_shows_the_group(desk):
    from azure.mgmt.desktopvirtualization import models as m  # noqa: PLC0415 - slow to import

    desk.group()
    desktops = desk.of("desktopvirtualization")
    pool = m.HostPool(
        location=REGION,
        host_pool_type="Personal",
        load_balancer_type="Persistent",
        preferred_app_group_type="Desktop",
    )
    made = desktops.host_pools.create_or_update(GROUP, "pool", pool)
    group = m.ApplicationGroup(
        location=REGION, host_pool_arm_path=made.id, application_group_type="Desktop"
    )
    shown = desktops.application_groups.create_or_update(GROUP, "apps", group)
    workspace = m.Workspace(location=REGION, application_group_references=[shown.id])
    desktops.workspaces.create_or_update(GROUP, "work", workspace)
    found = desktops.workspaces.get(GROUP, "work")
    assert found.application_group_references == [shown.id]
    assert desktops.host_pools.get(GROUP, "pool").application_group_references == [shown.id]
    nowhere = m.ApplicationGroup(
        location=REGION, host_pool_arm_path=f"{made.id}x", application_group_type="Desktop"
    )
    assert desk.refused(
        lambda: desktops.application_groups.create_or_update(GROUP, "more", nowhere)
    ) == (400, "InvalidResourceReference")
    assert desk.refused(lambda: desktops.host_pools.delete(GROUP, "pool")) == (409, "HostPoolInUse")

"""Sign-in by password at a PostgreSQL server, as Azure has it."""

import pytest

from emulators.azure import logins, postgresql
from fixtures.azure_emulator import REGION, TENANT

GROUP, NAME = "rg1", "pg-1"
ENTRA = {"activeDirectoryAuth": "Enabled", "passwordAuth": "Disabled", "tenantId": TENANT}
BOTH = {**ENTRA, "passwordAuth": "Enabled"}
FIRST, NEXT = "first-Pa55word", "second-Pa55word"


def server(**properties):
    return {
        "location": REGION,
        "sku": {"name": "Standard_D2ds_v5", "tier": "GeneralPurpose"},
        "properties": {"version": "17", "authConfig": ENTRA, **properties},
    }


@pytest.fixture
def servers(desk):
    """The client for servers, of which there is one that only Entra opens."""
    desk.group()
    found = desk.of("postgresqlflexibleservers").servers
    desk.begin(found, GROUP, NAME, server())
    return found


@pytest.fixture
def make(desk, servers):
    """Ask for a login with a PUT, which alone can name one, and do not wait."""

    def ask(password=FIRST, login="kari", **more):
        named = {"administratorLogin": login, "administratorLoginPassword": password}
        asked = {"createMode": "Update", "authConfig": BOTH, **named, **more}
        desk.start(servers, GROUP, NAME, server(**asked))

    return ask


@pytest.fixture
def change(desk, servers):
    """Ask for a change of the server, and do not wait."""

    def ask(**properties):
        desk.start(servers, GROUP, NAME, {"properties": properties}, verb="update")

    return ask


@pytest.fixture
def lets_in(desk, servers):
    def look(password, user="kari"):
        list(servers.list_by_subscription())  # at a look, what has fallen due happens
        ((_, found),) = desk.azure.emulator.cloud.each(type_=postgresql.SERVER)
        return logins.lets_in(found, user=user, password=password)

    return look


def test_a_login_is_made_in_the_time_its_work_takes(desk, servers, make, lets_in):
    make()
    assert not lets_in(FIRST)
    desk.azure.settle()
    found = servers.get(GROUP, NAME)
    assert lets_in(FIRST)
    assert not lets_in(FIRST, user="ola")
    assert not lets_in(NEXT)
    assert found.administrator_login == "kari"
    ((_, kept),) = desk.azure.emulator.cloud.each(type_=postgresql.SERVER)
    assert FIRST not in str(found.as_dict()) + str(kept)


def test_of_two_passwords_the_newest_lets_in(desk, make, change, lets_in):
    make()
    desk.azure.settle()
    change(administratorLoginPassword=NEXT)
    desk.azure.settle()
    assert lets_in(NEXT)
    assert not lets_in(FIRST)


def test_a_change_that_fails_leaves_the_password_as_it_was(desk, make, change, lets_in):
    make()
    desk.azure.settle()
    desk.azure.fault(match="postgresqlflexibleservers.Servers_Update", kind="async-error")
    change(administratorLoginPassword=NEXT)
    desk.azure.settle()
    assert lets_in(FIRST)
    assert not lets_in(NEXT)
    change(storage={"storageSizeGB": 64})
    desk.azure.settle()
    assert lets_in(FIRST)


def test_passwords_can_be_shut_out_again(desk, make, change, lets_in):
    make()
    desk.azure.settle()
    change(authConfig=ENTRA)
    desk.azure.settle()
    assert not lets_in(FIRST)
    change(administratorLoginPassword=NEXT, authConfig=BOTH)
    desk.azure.settle()
    assert lets_in(NEXT), "the login is the one it had"


def test_what_lets_nobody_in_is_refused(desk, make, change):
    missing = (400, "EngineCredentialsNotProvided")
    assert desk.refused(lambda: change(authConfig=BOTH)) == missing
    both = {"authConfig": BOTH, "administratorLogin": "kari", "administratorLoginPassword": FIRST}
    assert desk.refused(lambda: change(**both)) == missing, "a PATCH names no login"
    assert desk.refused(lambda: make(password=None)) == missing
    assert desk.refused(lambda: make(login="azure_superuser")) == (400, "InvalidParameter")
    assert desk.refused(lambda: change(administratorLoginPassword=FIRST))[0] == 400


def test_a_login_is_named_once(desk, make, lets_in):
    make()
    desk.azure.settle()
    assert desk.refused(lambda: make(NEXT, login="ola"))[0] in {400, 409}
    assert lets_in(FIRST)

"""The login of a database at Azure: there when somebody has asked for it, and not before."""

from __future__ import annotations

import pytest

from emulators.azure import logins, postgresql
from providers import passwords
from providers.errors import Conflict, NotAuthorised, Unavailable

FIRST = "postgresqlflexibleservers.Servers_CreateOrUpdate"


@pytest.fixture
def spec(cases):
    return cases["database"].spec


@pytest.fixture
def server(azure_emulator):
    """The server as it is now."""

    def look():
        ((_, found),) = azure_emulator.emulator.cloud.each(type_=postgresql.SERVER)
        return found

    return look


@pytest.fixture
def ref(spec, built):
    return built(spec).ref


def test_a_server_lets_in_by_password_only_when_that_was_asked_for(
    azure, azure_emulator, spec, ref, server
):
    ways = ("activeDirectoryAuth", "passwordAuth")
    assert [server().properties["authConfig"][way] for way in ways] == ["Enabled", "Disabled"]
    access = azure.unlock(ref)
    assert not azure.opened(ref, access)
    azure_emulator.settle()
    assert azure.opened(ref, access)
    assert logins.lets_in(server(), **access.values)
    assert [server().properties["authConfig"][way] for way in ways] == ["Enabled", "Enabled"]
    assert list(azure.preview(spec)) == [], "what was asked for is no drift"


def test_a_login_of_somebody_elses_is_shut_out_and_not_told_as_ours(
    azure, azure_emulator, spec, ref, server
):
    found = server()
    found.properties["administratorLogin"] = "ola"
    found.properties["authConfig"]["passwordAuth"] = "Enabled"
    azure_emulator.emulator.cloud.put(found.id.lower(), found)
    azure_emulator.emulator.cloud.commit()
    assert [change.field for change in azure.preview(spec)] == ["security.passwordAuth"]
    with pytest.raises(Conflict, match="ola"):
        azure.unlock(ref)
    azure.apply(spec)
    azure_emulator.settle()
    assert server().properties["authConfig"]["passwordAuth"] == "Disabled"


@pytest.mark.parametrize(
    ("code", "meaning"),
    [("InternalServerError", Unavailable), ("AuthorizationFailed", NotAuthorised)],
)
def test_a_password_that_never_was_set_is_told_to_nobody(azure, azure_emulator, ref, code, meaning):
    azure_emulator.fault(match=FIRST, kind="async-error", code=code, message="no")
    access = azure.unlock(ref)
    azure_emulator.settle()
    with pytest.raises(meaning, match=code):
        azure.opened(ref, access)


def test_a_server_that_is_being_changed_is_opened_later(azure, ref):
    azure.unlock(ref)
    with pytest.raises(Unavailable):
        azure.unlock(ref)


def test_no_refusal_repeats_the_password(azure, azure_emulator, ref, monkeypatch):
    """It is made here for once, so that the cloud can have it in its words beforehand."""
    planted = "planted9Planted"
    monkeypatch.setattr(passwords, "new", lambda: planted)
    told = f"the password {planted} is too simple"
    azure_emulator.fault(match=FIRST, kind="error", status=400, message=told)
    with pytest.raises(Exception, match="too simple") as refused:
        azure.unlock(ref)
    assert planted not in str(refused.value)
    azure_emulator.fault(match=FIRST, kind="async-error", message=told)
    access = azure.unlock(ref)
    azure_emulator.settle()
    with pytest.raises(Unavailable, match="too simple") as failed:
        azure.opened(ref, access)
    assert planted not in str(failed.value)

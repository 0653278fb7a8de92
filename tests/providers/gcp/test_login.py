"""The login of a database at Google, when something goes wrong on the way to it."""

from __future__ import annotations

import pytest

from emulators.google import sql_users
from emulators.google.offered import HANDLERS
from fixtures.google_emulator import PROJECT
from providers import passwords
from providers.errors import NotAuthorised, Unavailable


@pytest.fixture
def built(gcp, google_emulator, cases):
    """A database that is there; its ref."""
    spec = cases["database"].spec
    for _ in range(12):
        found = gcp.apply(spec)
        google_emulator.settle()
        if found.status == "ready":
            return found.ref
    raise AssertionError("never ready")


def lets_in(google, ref, access):
    told = access.values
    store = google.emulator.store
    return sql_users.lets_in(store, PROJECT, ref.id, name=told["user"], password=told["password"])


def test_what_is_given_opens_when_its_operation_is_done_and_not_before(gcp, google_emulator, built):
    access = gcp.unlock(built)
    assert not gcp.opened(built, access)
    assert not lets_in(google_emulator, built, access)
    google_emulator.settle()
    assert gcp.opened(built, access)
    assert lets_in(google_emulator, built, access)


@pytest.mark.parametrize(
    ("code", "meaning"), [("INTERNAL_ERROR", Unavailable), ("PERMISSION_DENIED", NotAuthorised)]
)
def test_a_password_that_never_was_set_is_told_to_nobody(
    gcp, google_emulator, built, code, meaning
):
    google_emulator.fault(match="sql.users.insert", kind="async-error", code=code, message="no")
    access = gcp.unlock(built)
    google_emulator.settle()
    with pytest.raises(meaning, match=code):
        gcp.opened(built, access)


def test_a_login_that_was_made_after_we_looked_gets_the_new_password(
    gcp, google_emulator, built, monkeypatch
):
    """Two workers at once, the first of which was thought dead."""
    first = gcp.unlock(built)
    google_emulator.settle()
    monkeypatch.setitem(HANDLERS, "sql.users.list", lambda _call: {"kind": "sql#usersList"})
    second = gcp.unlock(built)
    google_emulator.settle()
    assert gcp.opened(built, second)
    assert lets_in(google_emulator, built, second)
    assert not lets_in(google_emulator, built, first)


def test_a_database_that_is_busy_is_opened_later(gcp, google_emulator, built):
    gcp.unlock(built)
    with pytest.raises(Unavailable, match="operationInProgress"):
        gcp.unlock(built)


def test_no_refusal_repeats_the_password(gcp, google_emulator, built, monkeypatch):
    """It is made here for once, so that the cloud can have it in its words beforehand."""
    planted = "planted9Planted"
    monkeypatch.setattr(passwords, "new", lambda: planted)
    told = f"the password {planted} is too simple"
    google_emulator.fault(match="sql.users.insert", kind="error", status=400, message=told)
    with pytest.raises(Exception, match="too simple") as refused:
        gcp.unlock(built)
    assert planted not in str(refused.value)
    google_emulator.fault(match="sql.users.insert", kind="async-error", message=told)
    access = gcp.unlock(built)
    google_emulator.settle()
    with pytest.raises(Unavailable, match="too simple") as failed:
        gcp.opened(built, access)
    assert planted not in str(failed.value)
    assert failed.value.__cause__ is None

"""The users of Cloud SQL, as Google's SDK sees them."""

import json

import pytest
from googleapiclient.errors import HttpError

from emulators.google import sql_users
from fixtures.google_emulator import PROJECT, REGION

PASSWORD, NEXT = "first-Pa55word", "second-Pa55word"


@pytest.fixture
def started(google_emulator):
    """An instance that was asked for and is not there yet."""
    body = {
        "name": "pg",
        "region": REGION,
        "databaseVersion": "POSTGRES_17",
        "settings": {"tier": "db-custom-2-8192"},
    }
    google_emulator.sql().instances().insert(project=PROJECT, body=body).execute()
    return google_emulator


@pytest.fixture
def google(started):
    started.settle()
    return started


def users(google, verb, **request):
    """One call, and what its operation is by the time it is done."""
    call = getattr(google.sql().users(), verb)(project=PROJECT, instance="pg", **request)
    told = call.execute()
    google.settle()
    return told


def insert(google, name="kari", **more):
    return users(google, "insert", body={"name": name, "password": PASSWORD, **more})


def names(google):
    found = google.sql().users().list(project=PROJECT, instance="pg").execute()
    assert "Pa55word" not in json.dumps(found)
    return {user["name"] for user in found["items"]}


def lets_in(google, password, name="kari"):
    """After a look, at which what has fallen due happens."""
    google.sql().instances().list(project=PROJECT).execute()
    store = google.emulator.store
    return sql_users.lets_in(store, PROJECT, "pg", name=name, password=password)


def refusal(google, verb, **request):
    with pytest.raises(HttpError) as refused:
        users(google, verb, **request)
    told = json.loads(refused.value.content)["error"]["errors"][0]
    return refused.value.status_code, told["reason"]


def test_a_user_is_made_in_the_time_its_operation_takes(google):
    body = {"name": "kari", "password": PASSWORD}
    operation = google.sql().users().insert(project=PROJECT, instance="pg", body=body).execute()
    assert (operation["operationType"], operation["status"]) == ("CREATE_USER", "PENDING")
    assert names(google) == {"postgres"}
    assert not lets_in(google, PASSWORD)
    google.settle()
    asked = google.sql().operations().get(project=PROJECT, operation=operation["name"])
    assert asked.execute()["status"] == "DONE"
    assert names(google) == {"postgres", "kari"}
    assert lets_in(google, PASSWORD)
    assert not lets_in(google, NEXT)


def test_of_two_passwords_the_newest_lets_in(google):
    insert(google)
    users(google, "update", name="kari", body={"name": "kari", "password": NEXT})
    assert lets_in(google, NEXT)
    assert not lets_in(google, PASSWORD)
    assert names(google) == {"postgres", "kari"}


def test_who_has_no_password_is_let_in_by_none(google):
    assert not lets_in(google, "", name="postgres")
    assert not lets_in(google, "", name="nobody")


def test_a_change_that_fails_leaves_the_password_as_it_was(google):
    insert(google)
    google.fault(match="sql.users.update", kind="async-error")
    users(google, "update", name="kari", body={"password": NEXT})
    assert lets_in(google, PASSWORD)
    assert not lets_in(google, NEXT)


def test_one_operation_at_a_time(google):
    body = {"name": "kari", "password": PASSWORD}
    google.sql().users().insert(project=PROJECT, instance="pg", body=body).execute()
    assert refusal(google, "insert", body={**body, "name": "ola"}) == (409, "operationInProgress")


def test_a_name_is_given_once_and_again_after_a_removal(google):
    insert(google)
    body = {"name": "kari", "password": NEXT}
    assert refusal(google, "insert", body=body) == (409, "alreadyExists")
    users(google, "delete", name="kari")
    assert names(google) == {"postgres"}
    assert not lets_in(google, PASSWORD)
    insert(google)
    assert lets_in(google, PASSWORD)


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_who_is_not_there_is_not_found(google, verb):
    body = {"body": {"password": NEXT}} if verb == "update" else {}
    assert refusal(google, verb, name="nobody", **body) == (404, "userDoesNotExist")
    assert refusal(google, verb, **body) == (400, "invalid")


@pytest.mark.parametrize(
    "body", [{}, {"name": "cloudsqladmin"}, {"name": "a b"}, {"name": "kari", "host": "%"}]
)
def test_what_is_no_user_of_postgresql_is_refused(google, body):
    assert refusal(google, "insert", body=body) == (400, "invalid")


@pytest.mark.parametrize("verb", ["list", "insert"])
def test_an_instance_that_does_not_run_has_no_users(started, verb):
    body = {"body": {"name": "kari"}} if verb == "insert" else {}
    assert refusal(started, verb, **body) == (400, "invalid")


def test_users_go_with_their_instance(google):
    insert(google)
    google.sql().instances().delete(project=PROJECT, instance="pg").execute()
    google.settle()
    assert not lets_in(google, PASSWORD)
    assert refusal(google, "list") == (404, "instanceDoesNotExist")

"""What Google leaves out of a listing, or may not show us, is not taken for gone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emulators import loopback
from fixtures.deliveries import Delivery
from fixtures.google_emulator import REGION
from providers import connect
from providers.errors import NotAuthorised, QuotaExceeded, Unavailable
from providers.types import Status

FOUND_BY_LISTING = ("virtual-machine", "private-connection", "database")


def dark(body, region):
    """The answer of a Google that cannot look into `region`: it says so, and leaves that out."""
    if body.get("kind") == "sql#instancesList":
        warning = {"code": "REGION_UNREACHABLE", "region": region}
        items = [one for one in body.get("items", []) if one["region"] != region]
        return {**body, "items": items, "warnings": [warning]}
    unseen = {"warning": {"code": "UNREACHABLE", "message": "not reachable"}}
    scopes = {
        place: unseen if place.rpartition("/")[2].startswith(region) else scope
        for place, scope in body["items"].items()
    }
    return {**body, "items": scopes}


@pytest.fixture
def half(google_emulator, google_sandbox, monkeypatch):
    """The same Google, seen from where one region cannot be looked into."""
    served = []

    def serve(region):
        def app(request):
            answer = google_emulator.emulator.answer(request)
            listing = "/aggregated/" in request.path or request.path.endswith(
                "sandbox-project/instances"
            )
            if request.method != "GET" or not listing or answer.status >= 300:
                return answer
            body = dark(json.loads(answer.body), region)
            return replace(answer, body=json.dumps(body).encode())

        served.append(loopback.serve(app, 0, "127.0.0.1"))
        monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_GCP_ENDPOINT", served[-1].url)
        return connect("gcp", google_sandbox)

    yield serve
    for one in served:
        one.close()


@pytest.mark.parametrize("kind", FOUND_BY_LISTING)
def test_a_region_that_google_cannot_see_is_not_empty(gcp, google_emulator, cases, half, kind):
    spec = cases[kind].spec
    made = gcp.apply(spec).ref
    google_emulator.settle()
    away = half(REGION)
    for look in (
        lambda: away.apply(spec),
        lambda: list(away.inventory(kind)),
        lambda: list(away.carrying(kind, spec.instance)),
    ):
        with pytest.raises(Unavailable, match=REGION):
            look()
    elsewhere = half("asia-east1")
    assert [one.ref for one in elsewhere.inventory(kind)] == [made]


def test_a_range_is_not_free_where_nobody_can_look(half, cases):
    with pytest.raises(Unavailable, match=REGION):
        half(REGION).apply(cases["network"].spec)


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        ("virtual-machine", "compute.instances.get"),
        ("network", "compute.networks.get"),
        ("database", "sql.instances.get"),
        ("private-connection", "compute.routers.get"),
    ],
)
def test_a_project_that_we_may_not_see_is_not_empty(gcp, google_emulator, cases, kind, call):
    ready = Delivery(gcp, google_emulator.settle, cases[kind].spec).deliver()
    words = "The resource 'projects/sandbox-project' was not found"
    for verb in (gcp.read, gcp.delete):
        google_emulator.fault(match=call, kind="error", status=404, message=words)
        with pytest.raises(NotAuthorised, match="sandbox-project"):
            verb(ready.ref)
    assert gcp.read(ready.ref) == ready


def test_a_database_that_cannot_be_connected_hides_no_other(gcp, google_emulator, cases):
    spec = cases["database"].spec
    whole = Delivery(gcp, google_emulator.settle, spec).deliver()
    google_emulator.fault(match="compute.addresses.insert", kind="quota")
    for _ in range(2):
        other = gcp.apply(replace(spec, instance=spec.instance[::-1])).ref
        google_emulator.settle()
    with pytest.raises(QuotaExceeded):
        gcp.read(other)
    told = {one.ref: one for one in gcp.inventory("database")}
    assert told.keys() == {whole.ref, other}
    assert (told[other].status, told[whole.ref]) == (Status.PENDING, whole)
    assert "Quota" in told[other].detail

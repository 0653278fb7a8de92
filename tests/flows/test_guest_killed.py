"""A delivered server whose guest is killed: down at the next look, then drift, then back."""

from __future__ import annotations

import os
import signal
import urllib.request
from dataclasses import replace
from datetime import timedelta

import pytest

from fixtures.desk import Desk, guests, until
from fixtures.orders_placed import line, place_lines
from flows import runtime
from flows.measure import measure
from flows.patience import Backoff
from flows.reconcile import reconcile
from orders import thing
from orders.model import State, Target
from providers import connect

HERE = Target(provider="openstack", account="sandbox", region="oslo-1")
PARAMETERS = {"size": "vm-2-4", "image": "debian-12", "disk_gb": 20}
WANTED = line(offering="own-cloud-server", target=HERE, parameters=PARAMETERS)
IN_STEP = "1 in step, 0 missing, 0 orphan, 0 drifted"
LOOK = Backoff(first=0.2, factor=1, most=0.2)


@pytest.fixture
def clouds(guest_state, monkeypatch):
    one = Desk(guest_state, monkeypatch)
    yield one
    one.end(signal.SIGKILL)
    until(lambda: not guests(guest_state), "ended with the cloud")


def told(flow, *where):
    return flow(*where, return_state=True).message


@pytest.fixture
def server(world, fulfil, clouds):
    """One that answers, as its agency has it."""
    patience = replace(world.house.patience, polls=LOOK, build=timedelta(minutes=5))
    world.use(connect=connect, patience=patience, now=runtime.utc_now)
    number = place_lines(world.book, [WANTED])
    fulfil(number)
    assert world.item(number).state is State.COMPLETED
    (found,) = world.book.things("byggesak")
    assert told(measure) == "1 answer, 0 down"
    assert told(reconcile, "openstack", "sandbox") == IN_STEP
    return found


def test_it_is_down_at_the_next_look_then_drift_and_a_yes_brings_it_back(
    world, fulfil, clouds, server
):
    (guest,) = guests(clouds.state)
    os.kill(guest, signal.SIGKILL)
    assert told(measure) == "0 answer, 1 down"
    health = world.book.healths.of([server.instance])[server.instance]
    assert (health.up, health.availability) == (False, 0.5)
    assert health.p95 is not None, "what failed is left out, and what answered stays"
    drifted = "0 in step, 0 missing, 0 orphan, 1 drifted"
    until(lambda: told(reconcile, "openstack", "sandbox") == drifted, "seen as drift")
    (finding,) = world.book.findings.open(limit=10)
    (field,) = finding.seen.evidence["fields"]
    assert field == {"field": "status", "ordered": "ready", "found": "failed"}

    again = place_lines(world.book, [thing.modified(server, WANTED)])
    fulfil(again)
    assert world.item(again).state is State.COMPLETED
    with urllib.request.urlopen(server.outputs["url"], timeout=60) as answer:  # noqa: S310 - ours
        assert b"web" in answer.read(), "at the address that was told"
    assert told(measure) == "1 answer, 0 down"
    assert told(reconcile, "openstack", "sandbox") == IN_STEP

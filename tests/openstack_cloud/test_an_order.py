"""A whole order on a real OpenStack: placed, delivered, enlarged and ended, by flows in Prefect.

What the catalogue offers in the municipality's own cloud: a network, and a server in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from catalog.load import load
from fixtures.clouds import Passing, items_of
from fixtures.orders_placed import place_lines
from orders import thing
from orders.model import OrderItem, State
from providers import connect

PLACE = "openstack/oslo-1"
HANDED = {"subnet": "1.subnet", "security_group": "1.security_group"}
SMALL, LARGER = "vm-2-4", "vm-2-8"


@pytest.fixture
def cloud(openstack_account, monkeypatch):
    """An account with the municipality's address plan, of which the network gets a range."""
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_OWN_OPENSTACK_PLAN", "address-plan")
    return connect("openstack", openstack_account)


@pytest.fixture
def brought(world, fulfil, trial):
    """Places an order and runs what is ready, to the order's end; its number."""
    cloud = Passing(trial.cloud, trial.plane.settle)
    world.use(connect=lambda _provider, _account: cloud)

    def bring(*lines: OrderItem) -> str:
        number = place_lines(world.book, lines)
        for _ in lines:
            for one in world.book.ready(now=world.moment):
                fulfil(number, one.item)
        told = {one.id: (one.state, one.reason) for one in world.order(number).items.values()}
        assert told == dict.fromkeys(told, (State.COMPLETED, ""))
        return number

    return bring


def ordered() -> list[OrderItem]:
    """A network, and a server in it."""
    catalogue = load()
    (network,) = items_of(catalogue["own-cloud-network"], PLACE, {}, "1")
    (server,) = items_of(catalogue["own-cloud-server"], PLACE, {}, "2")
    return [network, replace(server, needs=("1",), wires=HANDED)]


def test_a_server_and_its_network_are_delivered_enlarged_and_ended(world, brought, trial):
    brought(*ordered())
    network, server = sorted(world.book.things("byggesak"), key=lambda one: one.kind)
    assert (network.kind, server.kind) == ("network", "virtual-machine")
    made = trial.cloud.read(server.resource)
    assert made.outputs["instance_type"] == SMALL
    assert made.outputs["private_ip"].startswith(network.outputs["cidr"].rpartition(".")[0])
    assert trial.pieces()["servers"] == 1

    wanted = ordered()[1]
    larger = replace(wanted, id="1", parameters={**wanted.parameters, "size": LARGER})
    brought(thing.modified(server, larger))
    assert trial.cloud.read(server.resource).outputs["instance_type"] == LARGER
    assert trial.pieces()["servers"] == 1

    brought(*thing.removed(world.book.things("byggesak")))
    assert list(world.book.things("byggesak")) == []
    assert list(trial.cloud.inventory()) == []
    assert trial.pieces() == Counter()

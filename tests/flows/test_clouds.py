"""Every kind the catalogue offers, delivered, compared and removed by flows at every cloud.

In between the runs are ended at the worst places: after a step, before anyone has looked at it.
"""

from __future__ import annotations

from datetime import timedelta

from fixtures.clouds import ordered
from fixtures.orders_placed import place_lines
from flows.reconcile import reconcile
from orders import service, thing
from orders.entry import Stamp
from orders.model import Party, State

ROUNDS = 12


def brought(world, fulfil, number):
    """Run what is ready, answer what is asked and wait for what is held, to the order's end."""
    for _ in range(ROUNDS):
        if world.order(number).state in {State.COMPLETED, State.FAILED, State.PARTIAL}:
            return
        for one in world.book.ready(now=world.moment):
            fulfil(number, one.item)
        stamp = Stamp(at=world.moment, by="kari")
        for item in world.order(number).items.values():
            if item.state is State.PENDING:
                assert item.waiting_on.party is Party.CUSTOMER
                service.answer(world.book, number, stamp, "done", [item.id])
            elif item.state is State.HELD:
                assert item.resume_at is not None, item.reason
                world.later(timedelta(hours=4))
                service.release(world.book, number, stamp, [item.id])


def compared(world, provider):
    return reconcile(provider, "sandbox", return_state=True).message


def test_every_kind_is_delivered_compared_and_removed(world, fulfil, site):
    provider, cloud = site
    world.use(connect=lambda _provider, _account: cloud)
    cloud.stops = {("apply", 2), ("apply", 5), ("apply", 9), ("delete", 2), ("delete", 5)}
    lines = ordered(provider)
    assert len({one.kind for one in lines}) == len(lines)
    number = place_lines(world.book, lines)

    brought(world, fulfil, number)

    items = world.order(number).items.values()
    assert {one.id: (one.state, one.reason) for one in items} == {
        one.id: (State.COMPLETED, "") for one in lines
    }
    exists = sorted((found.instance, found.ref.id) for found in cloud.inventory())
    assert exists == sorted((one.instance, one.resource.id) for one in items)
    message = compared(world, provider)
    assert message == f"{len(lines)} in step, 0 missing, 0 orphan, 0 drifted"

    going = place_lines(world.book, thing.removed(world.book.things("byggesak")))
    brought(world, fulfil, going)

    assert world.order(going).state is State.COMPLETED
    assert list(cloud.inventory()) == []
    assert compared(world, provider) == "0 in step, 0 missing, 0 orphan, 0 drifted"

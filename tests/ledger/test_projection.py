"""What the tables say is what a replay says, after any history, told in any pieces."""

from datetime import UTC

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.examples import NOON
from fixtures.histories import end_of, histories
from ledger.leases import WORKING
from orders.lifecycle import replay
from orders.model import ENDS, OPEN, Cleanup, Order, OrderItem, State
from orders.needs import blocked, parameters

SLOW = settings(
    max_examples=40,
    # One ledger takes all the examples: each is an order of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def wanted(item: OrderItem) -> bool:
    left = item.resource is not None or item.cleanup is Cleanup.MANUAL_REQUIRED
    return item.state in OPEN or left


def append_in_pieces(data, ledger, history) -> None:
    order, at = history[0].order, 0
    while at < len(history):
        size = data.draw(st.integers(1, 5))
        ledger.append(order, history[at : at + size], expected=at)
        at = min(at + size, len(history))


@SLOW
@given(st.data())
def test_projections_are_what_a_replay_gives(ledger, data):
    number = ledger.next_number()
    history = data.draw(histories(number, zones=st.just(UTC), rich=True))
    append_in_pieces(data, ledger, history)
    order = replay(history)
    assert ledger.history(number) == history
    check_order(ledger, order, history)
    check_items(ledger, order)
    assert ledger.verify() == []


def check_order(ledger, order: Order, history) -> None:
    row = ledger.order_row(order.id)
    assert (row.agency, row.orderer) == (order.agency, order.orderer)
    assert (row.state, row.turn, row.version) == (order.state, order.turn, order.version)
    assert (row.placed_at, row.promised_at) == (order.placed_at, order.promised_at)
    assert row.title == ", ".join(item.name for item in order.items.values())
    assert row.ended_at == (end_of(history) if order.state in ENDS else None)
    found = ledger.orders(external_id=order.external_id)
    assert found == [row]


def check_items(ledger, order: Order) -> None:
    mine = [one for one in ledger.wanted("aws", "sandbox") if one.order == order.id]
    assert {one.item for one in mine} == {one.id for one in order.items.values() if wanted(one)}
    for one in mine:
        item = order.items[one.item]
        assert (one.state, one.attempt, one.instance) == (item.state, item.attempt, item.instance)
        assert (one.parameters, one.answers) == (parameters(order, item), item.answers)
        assert one.resource_id == (item.resource.id if item.resource else None)
    ready = {one.item: one for one in ledger.ready(10_000) if one.order == order.id}
    free = [item for item in order.items.values() if not blocked(order, item)]
    working = {item.id: item for item in free if item.state in WORKING}
    assert {key: one.state for key, one in ready.items()} == {
        key: item.state for key, item in working.items()
    }
    due = ledger.due(NOON.replace(year=9000), 10_000)
    held = [item for item in order.items.values() if item.state is State.HELD and item.resume_at]
    assert {item for found, item in due if found == order.id} == {item.id for item in held}

"""What lives for a time: warned of, extended or removed, on a clock that the test moves by days."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from fixtures.orders_placed import line, place_lines
from flows import lifetimes
from flows.expire import expire
from orders import events as e
from orders import service
from orders.entry import Stamp
from orders.model import Action, State
from providers.errors import NotAuthorised, Unavailable

DAY = timedelta(days=1)
OFFERING = SimpleNamespace(
    expires=SimpleNamespace(warn=(timedelta(days=14), timedelta(days=3))), grace=DAY
)


@pytest.fixture
def house(world):
    world.use(offerings=lambda: {"linux-server": OFFERING})
    return world


@pytest.fixture
def server(house, fulfil):
    """Delivered today, for thirty days."""
    number = place_lines(house.book, [line(expires_at=house.moment + 30 * DAY)])
    fulfil(number)
    (found,) = house.book.things("byggesak")
    return found


def days_later(world, days):
    """What is looked at once on each day; what those days had to tell."""
    told = []
    for _ in range(days):
        world.later(DAY)
        found = [*lifetimes.remind(), *lifetimes.end()]
        told += [lifetimes.summary(found)] if found else []
    return told


def warnings(world, server):
    return [event.days for event in world.history(server.order, e.ExpiryWarned)]


def removals(world):
    rows = [row.id for row in world.book.orders(limit=100)]
    return sorted(n for n in rows if world.item(n).action is Action.TERMINATE)


def test_each_warning_is_given_once_and_at_the_end_it_is_removed_after_its_grace(
    house, server, fulfil
):
    days_later(house, 29)
    assert warnings(house, server) == [14, 3]
    assert removals(house) == []

    days_later(house, 1)
    (number,) = removals(house)
    item, (placed,) = house.item(number), house.history(number, e.OrderPlaced)
    assert (placed.by, placed.orderer, placed.agency) == ("grunnmur", "grunnmur", "byggesak")
    assert item.starts_at == house.moment + DAY
    assert house.book.ready(now=house.moment) == []

    days_later(house, 1)
    assert removals(house) == [number]
    fulfil(number)
    assert house.book.things("byggesak") == []
    assert list(house.cloud.inventory()) == []


def test_the_flow_tells_what_it_did_and_does_it_once(house, server):
    house.later(30 * DAY)

    state = expire(return_state=True)
    again = expire(return_state=True)

    assert state.message == "0 warned, 1 ends, 0 kept"
    assert again.message == "0 warned, 0 ends, 0 kept"
    (number,) = removals(house)
    (table,) = house.server.artifacts(str(state.state_details.flow_run_id))
    assert f"by order {number}" in table["data"]


def test_what_was_extended_is_left_and_warned_of_anew(house, server):
    days_later(house, 27)
    until = house.moment + 30 * DAY
    stamp = Stamp(at=house.moment, by="kari")
    service.extend(house.book, house.book.thing(server.instance), stamp, until)

    days_later(house, 29)

    assert removals(house) == []
    assert warnings(house, server) == [14, 3, 14, 3]


def test_the_resource_itself_says_its_new_end(house, server):
    until = house.moment + 60 * DAY
    stamp = Stamp(at=house.moment, by="kari")
    service.extend(house.book, house.book.thing(server.instance), stamp, until)

    house.cloud.fail("preview", Unavailable("down"), times=3)
    days_later(house, 1)
    (record,) = house.cloud._records.values()  # noqa: SLF001 - what the provider was told
    assert record.spec.tags["expiry"] != until.date().isoformat()
    days_later(house, 1)

    (record,) = house.cloud._records.values()  # noqa: SLF001 - as above
    assert record.spec.tags["expiry"] == until.date().isoformat()


def test_an_account_that_is_not_to_be_entered_keeps_nobody_from_being_warned(house, server):
    stamp, until = Stamp(at=house.moment, by="kari"), house.moment + 60 * DAY
    service.extend(house.book, house.book.thing(server.instance), stamp, until)

    def closed(_provider, _account):
        raise NotAuthorised("its key is no key")

    house.use(connect=closed)
    house.later(50 * DAY)
    assert [one.what for one in lifetimes.remind()] == ["warned"]


def test_a_removal_taken_back_without_an_extension_comes_again_the_next_day(house, server):
    days_later(house, 30)
    (first,) = removals(house)
    service.cancel(house.book, first, Stamp(at=house.moment, by="kari"))

    days_later(house, 1)

    assert removals(house) == sorted([first, *(set(removals(house)) - {first})])
    assert len(removals(house)) == 2
    assert house.order(first).state is State.CANCELLED


def test_what_is_taken_back_and_comes_otherwise_that_day_keeps_no_other_from_its_end(house, fulfil):
    """The flow may be started by hand: of an order that removed more this morning, for one."""
    end = house.moment + 30 * DAY
    for agency in ("byggesak", "skole"):
        lines = [line(id=one, name=one, expires_at=end) for one in ("1", "2")]
        number = place_lines(house.book, lines, agency=agency)
        for one in ("1", "2"):
            fulfil(number, one)
    house.later(30 * DAY)
    lifetimes.end()
    for number in removals_of_any(house):
        service.cancel(house.book, number, Stamp(at=house.moment, by="kari"))
    *_, last = house.book.things("byggesak")
    service.extend(house.book, last, Stamp(at=house.moment, by="kari"), end + 30 * DAY)

    told = lifetimes.end()

    assert [(one.what, one.of.agency) for one in told] == [("kept", "byggesak")] + [
        ("ends", "skole")
    ] * 2


def test_what_came_together_goes_together(house, fulfil):
    end = house.moment + 30 * DAY
    lines = [
        line(id="net", name="net", expires_at=end),
        line(id="web", name="web", needs=("net",), expires_at=end),
    ]
    number = place_lines(house.book, lines)
    fulfil(number, "net")
    fulfil(number, "web")

    days_later(house, 30)

    (going,) = removals_of_any(house)
    by_name = {item.name: item for item in house.order(going).items.values()}
    assert by_name["net"].needs == (by_name["web"].id,)


def removals_of_any(world):
    rows = [row.id for row in world.book.orders(limit=100)]
    return [
        n for n in rows if all(i.action is Action.TERMINATE for i in world.order(n).items.values())
    ]


def test_what_something_lasting_stands_on_is_kept_and_told(house, fulfil):
    end = house.moment + 30 * DAY
    lines = [
        line(id="net", name="net", expires_at=end),
        line(id="web", name="web", needs=("net",)),
    ]
    number = place_lines(house.book, lines)
    fulfil(number, "net")
    fulfil(number, "web")

    told = days_later(house, 30)

    assert told[-1] == "0 warned, 0 ends, 1 kept"
    assert removals_of_any(house) == []
    assert len(list(house.cloud.inventory())) == 2


def test_what_is_being_changed_is_left_to_that_order(house, server):
    from orders import thing  # noqa: PLC0415

    changed = thing.modified(house.book.thing(server.instance), line(plan="large"))
    place_lines(house.book, [changed])

    days_later(house, 31)

    assert removals(house) == []
    assert warnings(house, server) == []

"""What agencies have, and one change of it at a time."""

import dataclasses
from datetime import timedelta

import pytest

from fixtures.day_two import a_change, a_removal, changing, delivered, removing
from fixtures.examples import NOON, RESOURCE, an_item, placed, told
from fixtures.racing import in_threads
from orders import events as e
from orders.entry import Stamp
from orders.errors import AlreadyChanging, IllegalTransition, NoSuchThing, NothingToDo, StaleThing
from orders.model import Cleanup, State
from orders.service import cancel, extend, place, record

HOUR = timedelta(hours=1)
STAMP = Stamp(by="kari", at=NOON)


def test_what_was_delivered_stands_with_all_that_is_known_of_it(ledger):
    until = NOON + timedelta(days=90)
    (thing,) = delivered(ledger, "1001", an_item("web", expires_at=until, monthly_price=95))
    assert (thing.order, thing.item, thing.agency, thing.name) == ("1001", "web", "parks", "web")
    assert (thing.resource, thing.outputs) == (RESOURCE, {"address": "10.0.0.7"})
    assert (thing.parameters, thing.answers["cost_centre"]) == ({"size": "t3.small"}, "123456")
    assert (thing.since, thing.expires_at) == (NOON + timedelta(minutes=9), until)
    assert (thing.monthly_price, thing.changing) == (95, None)
    assert ledger.thing(thing.instance) == thing
    assert ledger.verify() == []


def test_nothing_stands_before_it_is_delivered_nor_what_could_not_be(ledger):
    place(ledger, placed())
    assert ledger.things() == []
    record(ledger, "1001", told(e.ItemStarted))
    record(ledger, "1001", told(e.ItemFailed, reason="quota", cleanup=Cleanup.NOT_REQUIRED))
    assert ledger.things() == []
    assert ledger.thing("nothing") is ledger.thing("\0") is None


def test_things_are_found_by_agency_offering_order_and_expiry(ledger):
    soon = NOON + timedelta(days=3)
    delivered(ledger, "1001", an_item("a", expires_at=soon), agency="parks")
    delivered(ledger, "1002", an_item("b", offering="database"), agency="schools")
    assert [one.name for one in ledger.things("parks")] == ["a"]
    assert [one.name for one in ledger.things(offering="database")] == ["b"]
    assert [one.name for one in ledger.things(order="1001")] == ["a"]
    assert [one.name for one in ledger.things(expires_by=soon)] == ["a"]
    assert ledger.things(expires_by=soon - HOUR) == ledger.things("\0") == []


def test_a_completed_change_is_what_stands_and_it_stands_since_it_was_delivered(ledger):
    (before,) = delivered(ledger)
    place(ledger, a_change("1002", before))
    assert ledger.thing(before.instance).changing == "1002"
    assert ledger.verify() == []
    record(ledger, "1002", *changing(start=NOON + HOUR))
    after = ledger.thing(before.instance)
    assert (after.order, after.plan, after.parameters) == ("1002", "large", {"size": "t3.large"})
    assert (after.outputs, after.resource) == ({"address": "10.0.0.8"}, before.resource)
    assert (after.since, after.changing) == (before.since, None)
    assert ledger.verify() == []


@pytest.mark.parametrize(
    "ending",
    [
        [told(e.ItemRejected, "1", reason="no")],
        [
            told(e.ItemStarted, "1"),
            told(e.ItemFailed, "1", reason="quota", cleanup=Cleanup.DONE),
        ],
        [
            told(e.CancellationRequested, "1"),
            told(e.CancellationAccepted, "1"),
            told(e.ItemCancelled, "1", cleanup=Cleanup.NOT_REQUIRED),
        ],
    ],
    ids=["rejected", "failed", "cancelled"],
)
@pytest.mark.parametrize("make", [a_change, a_removal])
def test_a_change_that_did_not_come_about_leaves_what_stood_free_again(ledger, make, ending):
    (before,) = delivered(ledger)
    place(ledger, make("1002", before))
    record(ledger, "1002", *ending)
    assert ledger.thing(before.instance) == before
    place(ledger, make("1003", before))
    assert ledger.thing(before.instance).changing == "1003"
    assert ledger.verify() == []


def test_what_was_removed_stands_no_more(ledger):
    (thing,) = delivered(ledger)
    place(ledger, a_removal("1002", thing))
    record(ledger, "1002", *removing(start=NOON + HOUR))
    assert ledger.things() == []
    assert ledger.verify() == []
    with pytest.raises(NoSuchThing):
        place(ledger, a_change("1003", thing))


def test_a_second_change_is_refused_with_the_number_of_the_first(ledger):
    (thing,) = delivered(ledger)
    place(ledger, a_change("1002", thing))
    with pytest.raises(AlreadyChanging, match="order 1002 changes web") as refused:
        place(ledger, a_removal("1003", thing))
    assert refused.value.order == "1002"
    assert ledger.order_row("1003") is None


def test_a_change_of_what_has_been_changed_since_is_refused(ledger):
    (thing,) = delivered(ledger)
    place(ledger, a_change("1002", thing))
    record(ledger, "1002", *changing(start=NOON + HOUR))
    with pytest.raises(StaleThing, match="order 1002 has changed web"):
        place(ledger, a_removal("1003", thing))


def test_nobody_changes_what_another_agency_has(ledger):
    (thing,) = delivered(ledger)
    with pytest.raises(NoSuchThing):
        place(ledger, dataclasses.replace(a_change("1002", thing), agency="schools"))
    assert ledger.thing(thing.instance).changing is None


def test_of_many_changes_at_once_one_is_placed(ledger):
    (thing,) = delivered(ledger)

    def change(number: int) -> str:
        try:
            place(ledger, a_change(f"20{number}", thing))
        except AlreadyChanging as refused:
            return refused.order
        return f"20{number}"

    winners = set(in_threads(6, change))
    assert winners == {ledger.thing(thing.instance).changing}
    assert ledger.count() == 2


def test_what_is_handed_on_stays_with_the_thing_and_its_later_changes(ledger):
    net = an_item("net")
    web = an_item("web", needs=("net",), wires={"subnet": "net.address"})
    _, thing = delivered(ledger, "1001", net, web)
    assert thing.needs == (net.instance,)
    assert thing.parameters == {"size": "t3.small", "subnet": "10.0.0.7"}
    for order in ("1002", "1003"):
        place(ledger, a_change(order, thing))
        record(ledger, order, *changing(start=thing.since + HOUR))
        thing = ledger.thing(thing.instance)
        assert thing.parameters == {"size": "t3.large", "subnet": "10.0.0.7"}
        assert thing.needs == (net.instance,)
    assert ledger.verify() == []


def test_a_removal_takes_first_what_needs_the_rest(ledger):
    net, web = an_item("net"), an_item("web", needs=("net",))
    things = delivered(ledger, "1001", net, web)
    order, _ = place(ledger, a_removal("1002", *things))
    assert order.items["1"].needs == ("2",)
    assert [one.item for one in ledger.ready(now=NOON)] == ["2"]
    record(ledger, "1002", *removing("2"), *removing("1"))
    assert ledger.things() == []


def test_what_needs_another_item_is_ready_when_that_is_completed(ledger):
    place(ledger, placed("1001", an_item("net"), an_item("web", needs=("net",))))
    assert [one.item for one in ledger.ready(now=NOON)] == ["net"]
    with pytest.raises(IllegalTransition, match="needs net"):
        record(ledger, "1001", told(e.ItemStarted, "web"))
    record(ledger, "1001", told(e.ItemStarted, "net"))
    record(ledger, "1001", told(e.ItemFailed, "net", reason="no", cleanup=Cleanup.DONE))
    web = record(ledger, "1001").items["web"]
    assert (web.state, web.reason) == (State.REJECTED, "needs net, which was not delivered")
    assert ledger.order_row("1001").state is State.PARTIAL
    assert ledger.ready(now=NOON) == []


def test_a_removal_with_grace_waits_and_is_undone_before_it_starts(ledger):
    (thing,) = delivered(ledger)
    later = NOON + timedelta(days=7)
    place(ledger, a_removal("1002", thing, starts_at=later))
    assert ledger.ready() == ledger.ready(now=later - HOUR) == []
    assert [one.order for one in ledger.ready(now=later)] == ["1002"]
    assert cancel(ledger, "1002", STAMP).state is State.CANCELLED
    assert ledger.thing(thing.instance) == thing
    assert ledger.ready(now=later) == []


def test_what_expires_is_extended_but_not_while_it_is_changed(ledger):
    until = NOON + timedelta(days=9)
    (thing,) = delivered(ledger, "1001", an_item(expires_at=until))
    extend(ledger, thing, STAMP, until + HOUR)
    thing = ledger.thing(thing.instance)
    assert thing.expires_at == until + HOUR
    assert ledger.verify() == []
    with pytest.raises(NothingToDo):
        extend(ledger, thing, STAMP, until)
    place(ledger, a_change("1002", thing))
    with pytest.raises(AlreadyChanging):
        extend(ledger, thing, STAMP, until + 2 * HOUR)
    record(ledger, "1002", *changing(start=NOON + HOUR))
    assert ledger.thing(thing.instance).expires_at == until + HOUR


def test_wanted_is_what_stands_and_what_is_at_work(ledger):
    (thing,) = delivered(ledger)

    def wanted() -> list[tuple[str, State]]:
        return [(one.order, one.state) for one in ledger.wanted("aws", "sandbox")]

    place(ledger, a_change("1002", thing))
    assert wanted() == [("1001", State.COMPLETED)]
    started, *rest = changing(start=NOON + HOUR)
    record(ledger, "1002", started, rest[0])
    assert wanted() == [("1001", State.COMPLETED), ("1002", State.IN_PROGRESS)]
    record(ledger, "1002", rest[1])
    assert wanted() == [("1002", State.COMPLETED)]
    place(ledger, a_removal("1003", ledger.thing(thing.instance)))
    record(ledger, "1003", *removing(start=NOON + 2 * HOUR))
    assert wanted() == []


def test_what_is_on_an_instance_is_told_with_its_end_and_what_ever_was(ledger):
    until = NOON + timedelta(days=3)
    (thing,) = delivered(ledger, "1001", an_item("web", expires_at=until))

    def on(instance=thing.instance):
        now, last = ledger.items_on("aws", "sandbox", instance)
        return [(one.order, one.expires_at) for one in now], last and last.order

    assert on() == ([("1001", until)], "1001")
    assert next(ledger.wanted("aws", "sandbox")).expires_at == until
    place(ledger, a_removal("1002", thing))
    assert on() == ([("1001", None)], "1002"), "what is being changed has no end of its own"
    record(ledger, "1002", *removing(start=NOON + HOUR))
    assert on() == ([], "1002")
    assert on("nothing") == on("\0") == ([], None)

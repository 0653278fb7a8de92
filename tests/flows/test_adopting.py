"""From what stands in a cloud without our tag to an ordinary thing; nothing without a yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fixtures.adoption import called, order_to_adopt, stranger
from fixtures.orders_placed import line, place_lines
from flows.discover import discover
from flows.reconcile import reconcile
from orders import service
from orders.adoption import By, Choice, Sure
from orders.entry import Stamp
from orders.lifecycle import replay
from orders.model import Action, Cleanup, State, Target
from orders.thing import modified, removed
from providers.errors import NotAuthorised, Unavailable

DAY = timedelta(days=1)
AWS = Target(provider="aws", account="sandbox", region="eu-north-1")


@pytest.fixture
def known(world):
    """The agency has something, so it is known."""
    place_lines(world.book, [line(target=AWS)])
    world.use(zones=replace(world.house.zones, zones={"byggesak": {}, "BYM": {}}))
    return world


def look(world):
    """What a run says, a day after the one before; the open candidates by their resource."""
    world.later(DAY)
    state = discover("aws", "sandbox", return_state=True)
    return state.message, {one.met.resource: one for one in world.book.candidates.open()}


def compared(world):
    return reconcile("aws", "sandbox", return_state=True).message


@pytest.fixture
def adopt(known, fulfil):
    """Meet a stranger, say yes, and deliver; the order's item."""

    def one(who=None):
        known.cloud.meet(who or stranger())
        (found,) = look(known)[1].values()
        event = order_to_adopt(known.book, found)
        assert known.book.candidates.adopt(found, event)
        fulfil(event.order)
        return known.item(event.order)

    return one


def test_what_is_found_is_proposed_with_evidence_and_nothing_is_written(known):
    known.cloud.meet(stranger())
    message, found = look(known)
    assert message == "1 without our tag, 1 of them new, 1 with a whole proposal; 0 gone"
    one = found["i-0stranger"]
    assert (one.wish.agency, one.wish.offering, one.wish.plan) == (
        "byggesak",
        "linux-server",
        "medium",
    )
    assert dict(one.wish.answers) == {
        "place": "aws/eu-north-1",
        "name": "parkering-web",
        "environment": "prod",
        "classification": "internal",
        "cost_centre": "410123",
    }
    told = {(each.by, each.says, each.sure) for each in one.proposal.evidence}
    assert (By.TAG, "byggesak", Sure.SURE) in told
    assert (By.SIZE, "linux-server/medium", Sure.GUESS) in told
    assert set(known.cloud.calls) == {"strangers"}, "it looks and does nothing else"


def test_what_goes_away_closes_itself_and_a_listing_that_breaks_off_closes_nothing(known):
    known.cloud.meet(stranger())
    known.cloud.meet(called("i-0other"))
    first = look(known)[1]["i-0stranger"]
    known.cloud.fail("strangers", Unavailable("down"), times=9)
    assert look(known)[1].keys() == {"i-0stranger", "i-0other"}
    known.cloud._faults.clear()  # noqa: SLF001 - it is up again
    known.cloud.part(stranger().ref)
    message, found = look(known)
    assert message == "1 without our tag, 0 of them new, 1 with a whole proposal; 1 gone"
    assert found.keys() == {"i-0other"}
    assert not known.book.candidates.adopt(first, order_to_adopt(known.book, first))
    assert len(known.book.orders()) == 1, "what was gone before the yes makes no order"


def test_adopted_is_an_ordinary_thing_that_took_no_time(known, adopt):
    item = adopt()
    assert (item.state, item.action) == (State.COMPLETED, Action.ADOPT)
    thing = known.book.thing(item.instance)
    assert (thing.agency, thing.name, thing.plan) == ("byggesak", "parkering-web", "medium")
    assert thing.parameters["disk_gb"] == 80, "as it is, not as the plan says"
    (ours,) = known.cloud.inventory()
    assert ours.instance == item.instance
    tags = known.cloud._records[ours.ref].spec.tags  # noqa: SLF001 - what stands on it
    assert (tags["agency"], tags["order"]) == ("byggesak", thing.order)
    assert look(known)[1] == {}
    assert compared(known) == "1 in step, 0 missing, 0 orphan, 0 drifted"
    cases = known.book.lead_times
    assert [one for one in cases.finished() if one.order == thing.order] == []
    assert [one for one in cases.lasted() if one.order == thing.order] == []
    assert known.book.verify() == []


def test_it_is_changed_and_removed_as_any_other(known, adopt, fulfil):
    item = adopt()
    thing = known.book.thing(item.instance)
    small = line(
        target=AWS,
        plan="small",
        parameters={"size": "t3.small", "image": "debian-12", "disk_gb": 80},
    )
    number = place_lines(known.book, [modified(thing, small)])
    fulfil(number)
    assert known.item(number).state is State.COMPLETED, known.item(number).reason
    record = known.cloud._records[stranger().ref]  # noqa: SLF001 - what became of it
    assert record.spec.parameters["size"] == "t3.small"
    assert record.spec.parameters["image"] == "ami-0123456789abcdef0", "what it was made from stays"
    number = place_lines(known.book, removed([known.book.thing(item.instance)]))
    fulfil(number)
    assert known.item(number).state is State.COMPLETED
    assert list(known.cloud.inventory()) == []
    assert known.book.things("byggesak") == []


def test_what_differs_after_it_is_drift(known, adopt):
    adopt()
    record = known.cloud._records[stranger().ref]  # noqa: SLF001 - behind its back
    record.spec = replace(record.spec, parameters={**record.spec.parameters, "size": "t3.nano"})
    assert compared(known) == "0 in step, 0 missing, 0 orphan, 1 drifted"


def test_a_tag_that_cannot_be_put_on_holds_and_the_candidate_is_not_lost(known, fulfil):
    known.cloud.meet(stranger())
    (found,) = look(known)[1].values()
    event = order_to_adopt(known.book, found)
    assert known.book.candidates.adopt(found, event)
    known.cloud.fail("adopt", NotAuthorised("may not tag"))
    fulfil(event.order)
    item = known.item(event.order)
    assert (item.state, item.reason) == (State.HELD, "NotAuthorised: may not tag")
    assert look(known)[1] == {}, "it is being adopted: nobody is asked"
    (waits,) = known.book.candidates.decided(Choice.ADOPTED)
    assert waits.order == event.order
    assert list(known.cloud.inventory()) == []

    service.cancel(known.book, event.order, Stamp(at=known.moment, by="amina"))
    fulfil(event.order)
    assert known.item(event.order).state is State.CANCELLED
    again = look(known)[1]["i-0stranger"]
    assert again.free
    second = order_to_adopt(known.book, again)
    assert known.book.candidates.adopt(again, second)
    fulfil(second.order)
    assert known.item(second.order).state is State.COMPLETED
    assert known.book.verify() == []


def test_what_somebody_has_taken_meanwhile_ends_the_order_and_touches_nothing(known, fulfil):
    known.cloud.meet(stranger())
    (found,) = look(known)[1].values()
    event = order_to_adopt(known.book, found)
    assert known.book.candidates.adopt(found, event)
    known.cloud.part(stranger().ref)
    fulfil(event.order)
    item = known.item(event.order)
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.NOT_REQUIRED)
    assert "is not there" in item.reason
    assert known.book.things("byggesak") == []
    assert compared(known) == "0 in step, 0 missing, 0 orphan, 0 drifted"


def test_a_lost_answer_or_a_dead_run_adopts_once(known, fulfil):
    known.cloud.meet(stranger())
    (found,) = look(known)[1].values()
    event = order_to_adopt(known.book, found)
    known.book.candidates.adopt(found, event)
    known.cloud.lose_answer("adopt", times=2)
    fulfil(event.order)
    item = known.item(event.order)
    assert item.state is State.COMPLETED
    assert [one.instance for one in known.cloud.inventory()] == [item.instance]


def test_once_tagged_it_is_not_called_off(known, fulfil):
    known.cloud.meet(stranger())
    (found,) = look(known)[1].values()
    event = order_to_adopt(known.book, found)
    known.book.candidates.adopt(found, event)
    known.cloud.lose_answer("adopt", times=9)  # done, and nobody hears of it
    fulfil(event.order)
    assert known.item(event.order).state is State.HELD
    known.cloud._faults.clear()  # noqa: SLF001 - it is up again
    service.cancel(known.book, event.order, Stamp(at=known.moment, by="amina"))
    fulfil(event.order)
    item = known.item(event.order)
    assert item.state is State.HELD, "its cancellation was refused: it is ours by now"
    service.release(known.book, event.order, Stamp(at=known.moment, by="amina"))
    fulfil(event.order)
    assert known.item(event.order).state is State.COMPLETED


def test_two_who_say_yes_at_the_same_time_make_one_order(known):
    known.cloud.meet(stranger())
    (found,) = look(known)[1].values()
    one, other = (order_to_adopt(known.book, found) for _ in range(2))
    assert known.book.candidates.adopt(found, one)
    assert not known.book.candidates.adopt(found, replace(other, agency="BYM"))
    assert replay(known.book.history(one.order)).agency == "byggesak"
    assert known.book.order_row(other.order) is None


def test_what_was_refused_is_not_asked_about_again(known):
    known.cloud.meet(stranger())
    (found,) = look(known)[1].values()
    assert known.book.candidates.refuse(found.id, Stamp(at=known.moment, by="amina", why="staten"))
    assert look(known)[1] == {}
    (left,) = known.book.candidates.decided(Choice.REFUSED)
    assert (left.why, left.decided_by) == ("staten", "amina")
    assert not known.book.candidates.adopt(left, order_to_adopt(known.book, left))
    assert known.book.candidates.take_up(left.id)
    assert look(known)[1].keys() == {"i-0stranger"}


def test_a_thing_that_lost_its_tag_is_no_candidate_but_a_finding(known, adopt):
    item = adopt()
    record = known.cloud._records.pop(stranger().ref)  # noqa: SLF001 - behind its back
    known.cloud.meet(stranger())
    assert look(known)[1] == {}
    assert compared(known).endswith(", 1 untagged")
    (finding,) = known.book.findings.open()
    assert finding.seen.instance == item.instance == record.spec.instance

"""Access data is fetched where the provider may be called, and leaves there sealed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fixtures.crew import at_work
from fixtures.prefect_server import until
from flows import unlocking
from ledger.envelopes import DEAD, Asked, Reply
from ledger.sealing import key_pair, unseal
from orders import events as e
from orders.entry import Stamp
from orders.envelope import ask_access
from orders.errors import IllegalTransition
from orders.thing import Thing
from providers.errors import NotAuthorised, Throttled
from providers.types import Access, Ref

PRIVATE, PUBLIC = key_pair()


@pytest.fixture
def server(world, fulfil) -> Thing:
    fulfil(world.place())
    (found,) = world.book.things("byggesak")
    world.cloud.calls.clear()
    return found


def wanted(world, server: Thing, id_: str = "e" * 32, by: str = "kari") -> Asked:
    """As the portal asks: written on the order first."""
    ask_access(world.book, server.order, server.item, Stamp(by=by, at=world.moment), id_)
    asked = unrecorded(server, id_, by)
    world.book.envelopes.ask(asked, world.moment)
    return asked


def unrecorded(server: Thing, id_: str = "e" * 32, by: str = "kari") -> Asked:
    return Asked(
        id=id_,
        agency=server.agency,
        asker=by,
        instance=server.instance,
        order=server.order,
        item=server.item,
        public_key=PUBLIC,
    )


def reply(world, asked: Asked) -> Reply:
    (waiting,) = unlocking.waiting(world.house)
    unlocking.reply(world.house, waiting)
    found = world.book.envelopes.find(asked.id, asked.asker, world.moment)
    assert found is not None
    assert found.reply is not None
    return found.reply


def ref(server: Thing) -> Ref:
    return Ref(kind=server.kind, region=server.target.region, id=server.resource.id)


def test_what_comes_opens_the_thing_and_only_who_asked_can_read_it(world, server):
    asked = wanted(world, server)
    told = reply(world, asked)
    values = unseal(told.sealed, PRIVATE, asked.about)
    assert world.cloud.opens(ref(server), Access(values=values))
    assert world.cloud.calls == ["unlock"]
    (event,) = world.history(server.order, e.AccessAsked)
    assert (event.by, event.item, event.envelope) == ("kari", server.item, asked.id)


def test_two_who_ask_at_once_both_get_one_and_the_newest_opens(world, server):
    first, second = wanted(world, server), wanted(world, server, "f" * 32, "ola")
    with at_work(world.house):
        found = [
            until(
                lambda one=one: world.book.envelopes.find(one.id, one.asker, world.moment).reply,
                "an answer",
            )
            for one in (first, second)
        ]
    values = [
        unseal(told.sealed, PRIVATE, one.about)
        for told, one in zip(found, (first, second), strict=True)
    ]
    assert values[0] != values[1]
    assert world.cloud.opens(ref(server), Access(values=values[1]))


def test_a_worker_that_dies_with_it_is_followed_by_another(world, server):
    asked = wanted(world, server)
    assert world.book.envelopes.take(asked, world.moment)
    assert list(unlocking.waiting(world.house)) == []
    world.later(DEAD * 1.1)
    told = reply(world, asked)
    values = unseal(told.sealed, PRIVATE, asked.about)
    assert world.cloud.opens(ref(server), Access(values=values))


@pytest.mark.parametrize(
    ("error", "again"), [(NotAuthorised("may not read secrets"), False), (Throttled("slow"), True)]
)
def test_what_the_provider_refuses_is_told_and_whether_to_ask_again(world, server, error, again):
    world.cloud.fail("unlock", error)
    assert reply(world, wanted(world, server)) == Reply(problem=str(error), again=again)


def test_an_error_of_ours_keeps_its_text_to_itself(world, server, caplog):
    world.cloud.fail("unlock", ZeroDivisionError("password=hunter2 and more hunter2"))
    told = reply(world, wanted(world, server))
    assert told == Reply(problem=unlocking.OURS)
    assert "hunter2" not in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "unlocking.py" in caplog.text, "an operator must find where it happened"


def test_nobody_is_told_it_before_it_opens(world, server):
    """Where the provider sets it in its own time: it is looked at, with a pause between looks."""
    world.cloud.looks_until_open = 3
    paused = []
    world.use(wait=paused.append)
    asked = wanted(world, server)
    told = reply(world, asked)
    values = unseal(told.sealed, PRIVATE, asked.about)
    assert world.cloud.opens(ref(server), Access(values=values))
    assert world.cloud.calls == ["unlock", "opened", "opened", "opened"]
    assert paused == [unlocking.LOOK_SECONDS] * 2


def test_what_does_not_open_in_time_is_told_to_nobody(world, server):
    world.cloud.looks_until_open = 1_000
    world.use(wait=lambda seconds: world.later(timedelta(seconds=seconds)))
    assert reply(world, wanted(world, server)) == Reply(problem=unlocking.SLOW, again=True)


def test_another_worker_takes_it_only_when_this_one_has_given_up():
    looking = unlocking.WITHIN + timedelta(seconds=unlocking.LOOK_SECONDS)
    assert looking < DEAD
    assert timedelta(seconds=unlocking.LOOK_SECONDS) * unlocking.LOOKS < unlocking.WITHIN


def test_what_will_never_open_is_told_as_the_provider_tells_it(world, server):
    world.cloud.looks_until_open = 3
    world.cloud.fail("opened", NotAuthorised("may not set passwords"))
    told = reply(world, wanted(world, server))
    assert "may not set passwords" in told.problem
    assert not told.again


@pytest.mark.parametrize(
    "bent",
    [
        {"agency": "plan"},
        {"instance": "f" * 32},
        {"order": "999999"},
        {"item": "7"},
        {"asker": "mallory"},
        {"id": "d" * 32},
    ],
)
def test_a_row_that_the_record_does_not_speak_of_opens_nothing(world, server, bent):
    """Who can write a row into the database is not given keys by it."""
    wanted(world, server)
    told = unlocking.answered(world.house, replace(unrecorded(server), **bent))
    assert told == Reply(problem=unlocking.GONE)
    assert world.cloud.calls == []


def test_a_key_that_is_none_is_an_error_of_ours_and_nothing_is_told(world, server):
    asked = wanted(world, server)
    told = unlocking.answered(world.house, replace(asked, public_key="AAAA"))
    assert told == Reply(problem=unlocking.OURS)


def test_what_is_gone_at_the_provider_is_gone(world, server):
    world.cloud.delete(ref(server))
    assert reply(world, wanted(world, server)) == Reply(problem=unlocking.GONE)


def test_what_no_secret_opens_says_so(world, server):
    asked = wanted(world, server)
    world.use(connect=lambda _provider, _account: object())
    assert reply(world, asked) == Reply(problem=unlocking.NO_SECRET)


def test_nothing_is_asked_for_what_has_no_resource_yet(world):
    number = world.place()
    with pytest.raises(IllegalTransition):
        ask_access(world.book, number, "1", Stamp(by="kari", at=world.moment), "e" * 32)

"""What a change would change, told before it is ordered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.crew import at_work
from fixtures.prefect_server import until
from flows import previews
from ledger.previews import Answer, Difference, Wish
from orders.thing import Thing
from providers.errors import InvalidSpec, Throttled
from providers.types import Change


@pytest.fixture
def server(world, fulfil) -> Thing:
    fulfil(world.place())
    (found,) = world.book.things("byggesak")
    world.cloud.calls.clear()
    return found


def wish(server: Thing, **parameters) -> Wish:
    return Wish(
        agency=server.agency,
        instance=server.instance,
        parameters={**server.parameters, **parameters},
        answers=server.answers,
    )


def answer(world, wish: Wish) -> Answer:
    asked = world.book.previews.ask(wish, world.moment)
    (question,) = previews.waiting(world.house)
    previews.reply(world.house, question)
    assert previews.waiting(world.house) == []
    return world.book.previews.find(asked, wish.agency).answer


def test_only_what_the_customer_changes_is_told(world, server):
    told = answer(world, wish(server, disk_gb=40))

    assert told == Answer(changes=(Difference(field="disk_gb", actual=20, wanted=40),))
    assert world.cloud.calls == ["preview"]
    assert answer(world, wish(server)) == Answer()


def test_a_change_that_would_replace_it_says_so(world, server, monkeypatch):
    change = Change(field="image", actual="debian-12", wanted="debian-13", replaces=True)
    world.use(connect=lambda _provider, _account: Says([change]))

    (told,) = answer(world, wish(server, image="debian-13")).changes

    assert told.replaces


class Says:
    def __init__(self, changes):
        self.changes = changes

    def preview(self, _spec):
        return self.changes


@pytest.mark.parametrize(
    ("error", "again"), [(InvalidSpec("no such size"), False), (Throttled("slow"), True)]
)
def test_what_the_provider_refuses_is_told_and_whether_to_ask_again(world, server, error, again):
    world.cloud.fail("preview", error)
    assert answer(world, wish(server)) == Answer(problem=str(error), again=again)


def test_an_error_of_ours_keeps_its_text_to_itself(world, server):
    world.cloud.fail("preview", ZeroDivisionError("password=hunter2"))
    told = answer(world, wish(server))
    assert "an error of ours" in told.problem
    assert "hunter2" not in told.problem


def test_another_agencys_thing_is_no_thing(world, server):
    told = answer(world, replace(wish(server), agency="plan"))
    assert told.problem == previews.GONE
    assert world.cloud.calls == []


def test_the_worker_answers_while_it_works(world, server):
    asked = world.book.previews.ask(wish(server, disk_gb=40), world.moment)
    with at_work(world.house):
        until(lambda: world.book.previews.find(asked, "byggesak").answer, "an answer")

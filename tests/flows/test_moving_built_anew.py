"""What is moved without its data: a server is built new beside the old one, and that is said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.moves import Move
from orders import events as e
from orders import service
from orders.entry import Stamp
from orders.model import Cleanup, Stage, State
from orders.moving import REMOVE, SWITCH
from providers.fake import Fake


@pytest.fixture
def clouds():
    return {"fake": Fake()}


@pytest.fixture
def move(world, fulfil, clouds):
    world.use(connect=lambda _provider, _account: clouds["fake"])
    fulfil(world.place())
    (thing,) = world.book.things("byggesak")
    return Move(world, fulfil, clouds, thing)


def test_a_server_is_built_beside_the_old_one_and_nothing_is_copied(world, move, clouds):
    move.place("fake", monthly_price=200)
    item = move.run()
    assert (item.state, item.waiting_on.question) == (State.PENDING, SWITCH)
    reached = {one.stage for one in world.history(move.number, e.StageReached)}
    assert not reached & {Stage.COPY, Stage.COMPARE}
    assert len(list(clouds["fake"].inventory())) == 2
    move.say_yes()
    assert move.run().waiting_on.question == REMOVE
    move.wait()
    move.say_yes()
    move.run()
    assert move.run("2").state is State.COMPLETED
    (left,) = clouds["fake"].inventory()
    assert left.instance == move.item().instance


def test_an_answer_given_to_an_operators_question_is_no_yes_to_the_switch(world, move):

    move.place("fake")
    by = world.moment + timedelta(days=1)
    asked = service.Question(text="Is it urgent?", deadline=by, items=("1",))
    service.ask(world.book, move.number, Stamp(by="amina", at=world.moment), asked)
    move.say_yes()
    item = move.run()
    assert (item.state, item.waiting_on.question) == (State.PENDING, SWITCH)


def test_a_build_that_fails_leaves_the_old_one_and_nothing_else(move, clouds):
    clouds["fake"].fail_build("no such image")
    move.place("fake")
    item = move.run()
    assert (item.state, item.cleanup) == (State.FAILED, Cleanup.DONE)
    (left,) = clouds["fake"].inventory()
    assert left.instance == move.thing.instance
    assert move.item("2").state is State.REJECTED


def test_a_lost_answer_makes_one_server_and_its_undoing_removes_that_alone(move, clouds):
    clouds["fake"].lose_answer("apply")
    move.place("fake")
    move.run()
    assert len(list(clouds["fake"].inventory())) == 2
    move.call_off()
    assert move.run().state is State.CANCELLED
    (left,) = clouds["fake"].inventory()
    assert left.instance == move.thing.instance

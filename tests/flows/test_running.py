"""How a run hears that it should end: once, at once, the strongest wish first."""

from __future__ import annotations

import threading
import time

import pytest

from flows import running
from flows.running import Control, Interrupted, Wish


def interrupted(control: Control) -> Wish | None:
    try:
        control.check()
    except Interrupted as error:
        return error.wish
    return None


def test_nobody_said_anything():
    control = Control()
    control.check()
    control.wait(0)


@pytest.mark.parametrize("wish", Wish)
def test_each_wish_interrupts(wish):
    control = Control()
    control.tell(wish)
    assert interrupted(control) is wish


def test_the_strongest_wish_comes_first_and_the_others_are_not_forgotten():
    control = Control()
    for wish in reversed(Wish):
        control.tell(wish)
    heard = []
    while (wish := interrupted(control)) is not None:
        heard.append(wish)
        control.heed(wish)
    assert heard == list(Wish)


def test_what_is_being_done_does_not_interrupt_again():
    control = Control()
    control.tell(Wish.CANCEL)
    control.heed(Wish.CANCEL)
    control.tell(Wish.CANCEL)
    assert interrupted(control) is None
    assert control.told(Wish.CANCEL)
    control.tell(Wish.STOP)
    assert interrupted(control) is Wish.STOP


def test_a_wait_ends_when_something_is_said():
    control = Control()
    threading.Timer(0.05, control.tell, [Wish.STOP]).start()
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        control.wait(60)
    assert time.monotonic() - begun < 30


def test_a_run_finds_its_control_and_others_have_their_own():
    control = Control()
    with running.controlled_by(control):
        assert running.current() is control
    assert running.current() is not control

"""Ctrl-C is heard at any moment, also while the main thread is about to wait for it."""

from __future__ import annotations

import signal

import pytest

from cli import embedded

PATIENCE = 60.0  # seconds


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_while_the_event_is_being_taken_up_is_heard(number):
    before = {one: signal.getsignal(one) for one in (2, 15, 1)}
    try:
        stop = embedded._stop_event()  # noqa: SLF001 - what Ctrl-C sets
        with stop._cond:  # noqa: SLF001 - as `wait` holds it for a moment each time
            signal.raise_signal(number)
        assert stop.wait(PATIENCE)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

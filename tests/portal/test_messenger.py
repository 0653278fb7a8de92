"""What is told to listeners goes on being told, whatever one letter or one listener does."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, repeat

from fixtures.hub import listen
from fixtures.portal_house import wish
from fixtures.prefect_server import until
from ledger.hub import Letter
from portal.messenger import Messenger


def test_a_letter_that_cannot_be_written_is_no_obstacle(house, listener, monkeypatch):
    messenger = Messenger(house.client.app.state.house)
    listen(house, listener.address)
    bad = house.post(wish()).json()["id"]
    house.post(wish("a-2"))
    written = Messenger._notices  # noqa: SLF001 - where it breaks

    def breaks(self: Messenger, letter: Letter):
        if letter.order == bad:
            raise KeyError(bad)
        return written(self, letter)

    monkeypatch.setattr(Messenger, "_notices", breaks)
    messenger.start()
    until(lambda: house.ledger.hub.waiting() == 1 and listener.heard, "the other is told")
    monkeypatch.undo()
    house.moment[0] += timedelta(seconds=6)
    until(lambda: house.ledger.hub.waiting() == 0, "it is tried again")
    messenger.close()


def test_what_slow_listeners_leave_no_time_for_is_left_to_whoever_takes_it_next(house, listener):
    listen(house, listener.address)
    for one in ("a-1", "a-2"):
        house.post(wish(one))
    moments = chain((0.0, 49.0, 51.0), repeat(60.0))
    messenger = Messenger(house.client.app.state.house, clock=lambda: next(moments))
    assert messenger.deliver() == 2
    assert (len(listener.heard), house.ledger.hub.waiting()) == (1, 1)
    house.moment[0] += timedelta(seconds=61)
    assert messenger.deliver() == 1
    messenger.close()
    assert len(listener.heard) == 2

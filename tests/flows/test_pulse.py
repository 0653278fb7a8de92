"""Which items need a run: every decision, on a clock the test holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flows.pulse import FORGIVEN_SECONDS, LONGEST_BRAKE, SILENCE_SECONDS, Brake, Pulses
from ledger import Lease, Ready
from orders.model import State


def lease(generation=1, beat=0, *, free=False):
    return Lease(generation=generation, beat=beat, owner="somebody", run=None, free=free)


def ready(held=None, *, order="1001"):
    return Ready(
        order=order,
        item="1",
        instance="f" * 32,
        agency="byggesak",
        offering="linux-server",
        plan="small",
        provider="fake",
        name="web",
        state=State.IN_PROGRESS,
        version=3,
        lease=held,
    )


def needy(pulses, now, *items):
    return [item.order for item in pulses.needy(now, items)]


def test_an_item_nobody_ever_had_needs_a_run_at_once():
    assert needy(Pulses(), 0, ready()) == ["1001"]


def test_an_item_that_was_let_go_needs_a_run_at_once():
    assert needy(Pulses(), 0, ready(lease(free=True))) == ["1001"]


def test_a_lease_that_beats_is_left_alone_however_long():
    pulses = Pulses()
    assert not any(needy(pulses, second, ready(lease(beat=second))) for second in range(100))


def test_a_silent_lease_is_dead_after_five_seconds_and_not_before():
    pulses = Pulses()
    looks = {half / 2: needy(pulses, half / 2, ready(lease())) for half in range(12)}
    assert [at for at, found in looks.items() if found] == [5.0, 5.5]


def test_a_lease_whose_process_has_ended_is_dead_at_once():
    assert needy(Pulses(lambda owner: owner == "somebody"), 0, ready(lease())) == ["1001"]
    assert needy(Pulses(lambda owner: owner == "another"), 0, ready(lease())) == []


def test_a_beat_begins_the_count_anew():
    pulses = Pulses()
    for second in range(5):
        assert not needy(pulses, second, ready(lease()))
    for second in range(5, 10):
        assert not needy(pulses, second, ready(lease(beat=1)))
    assert needy(pulses, 10, ready(lease(beat=1)))


def test_a_new_generation_begins_the_count_anew():
    pulses = Pulses()
    for second in range(5):
        needy(pulses, second, ready(lease(generation=1)))
    assert not needy(pulses, 5, ready(lease(generation=2)))


def test_who_could_not_look_for_a_while_declares_nobody_dead():
    pulses = Pulses()
    for second in range(5):
        needy(pulses, second, ready(lease()))
    assert not needy(pulses, 60, ready(lease())), "the ledger was away, and its leases with it"
    assert not needy(pulses, 61, ready(lease()))
    found = [second for second in range(62, 70) if needy(pulses, second, ready(lease()))]
    assert found[0] == 65


def test_each_item_is_judged_by_itself():
    pulses = Pulses()
    for second in range(6):
        found = needy(
            pulses,
            second,
            ready(lease(), order="dead"),
            ready(lease(beat=second), order="alive"),
            ready(order="new"),
        )
    assert found == ["dead", "new"]


@given(st.lists(st.tuples(st.floats(0.01, 8), st.booleans()), max_size=60))
def test_no_lease_is_declared_dead_that_beat_within_the_silence(steps):
    """Whatever the rhythm of looks and beats."""
    pulses, now, beat, last = Pulses(), 0.0, 0, 0.0
    for wait, beats in steps:
        now += wait
        if beats:
            beat, last = beat + 1, now
        if needy(pulses, now, ready(lease(beat=beat))):
            assert now - last >= SILENCE_SECONDS


KEY = ("1001", "1")


def test_a_few_runs_may_follow_each_other_at_once():
    brake = Brake()
    for _ in range(3):
        assert brake.free(KEY, 0)
        brake.started(KEY, 0)
    assert not brake.free(KEY, 0)


def test_then_each_waits_twice_as_long_and_never_for_ever():
    brake, now, waits = Brake(), 0.0, []
    for _ in range(14):
        begun = now
        while not brake.free(KEY, now):
            now += 0.5
        waits.append(now - begun)
        brake.started(KEY, now)
    assert waits[:7] == [0, 0, 0, 1, 2, 4, 8]
    assert waits[-1] == LONGEST_BRAKE


def test_one_item_does_not_slow_another():
    brake = Brake()
    for _ in range(5):
        brake.started(KEY, 0)
    assert brake.free(("1002", "1"), 0)


def test_an_item_whose_run_brought_it_somewhere_has_nothing_on_its_account():
    brake = Brake()
    for _ in range(9):
        brake.started(KEY, 0)
    brake.working({("1002", "1"), KEY})
    assert not brake.free(KEY, 0), "it still needs a run: the last one died"
    brake.working({("1002", "1")})
    assert brake.free(KEY, 0)


def test_old_troubles_are_forgiven():
    brake = Brake()
    for _ in range(9):
        brake.started(KEY, 0)
    brake.started(("1002", "1"), FORGIVEN_SECONDS + 1)
    assert brake.free(KEY, FORGIVEN_SECONDS + 1)

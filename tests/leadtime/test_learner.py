import numpy as np
import pytest

from leadtime.learner import Learner

QUANTILES = (0.5, 0.8, 0.95)


def kept(lengths: np.ndarray, every: float = 0.25) -> np.ndarray:
    """(cases, quantiles): which promises were kept, for lengths that start one after another."""
    learner, ends, found = Learner(QUANTILES), [], []
    for number, length in enumerate(lengths):
        now = number * every
        for end, key in sorted(ends):
            if end <= now:
                learner.ended(key, end)
        ends = [one for one in ends if one[0] > now]
        forecast = learner.forecast((), now)
        found.append(length <= forecast.lengths if forecast else [False] * 3)
        learner.started(number, (), now)
        ends.append((now + length, number))
    return np.array(found)


def test_nothing_is_promised_before_anything_has_ended() -> None:
    learner = Learner()
    learner.started("a", (), 0.0)
    assert learner.forecast((), 5.0) is None


def test_steady_lengths_are_promised_as_often_as_said() -> None:
    lengths = np.random.default_rng(1).lognormal(1, 0.8, 1200)
    assert kept(lengths)[400:].mean(axis=0) == pytest.approx(QUANTILES, abs=0.04)


def test_after_a_change_promises_are_kept_again() -> None:
    chance = np.random.default_rng(2)
    lengths = chance.lognormal(1, 0.6, 1600) * np.where(np.arange(1600) < 700, 1, 2)
    found = kept(lengths)
    assert found[900:].mean(axis=0) == pytest.approx(QUANTILES, abs=0.08)


def test_open_ones_are_evidence_before_they_end() -> None:
    quiet, stuck = Learner(), Learner()
    for learner in (quiet, stuck):
        for number in range(40):
            learner.started(number, (), number * 1.0)
            learner.ended(number, number * 1.0 + 2)
    for number in range(40, 60):
        stuck.started(number, (), 40.0)
    calm, warned = quiet.forecast((), 100.0), stuck.forecast((), 100.0)
    assert calm is not None
    assert warned is not None
    assert warned.lengths[1] > 10 * calm.lengths[1]


def test_a_narrow_branch_counts_as_it_is_seen() -> None:
    learner = Learner()
    for number in range(200):
        path, length = (("quick",), 1.0) if number % 2 else (("slow",), 9.0)
        learner.started(number, path, number * 10.0)
        learner.ended(number, number * 10.0 + length)
    quick, slow = learner.forecast(("quick",), 2000.0), learner.forecast(("slow",), 2000.0)
    new = learner.forecast(("new",), 2000.0)
    assert quick is not None
    assert slow is not None
    assert new is not None
    assert quick.lengths[0] < 3
    assert slow.lengths[0] > 7
    assert new.endings == (200, 0)
    assert quick.endings == (200, 100)


def test_a_higher_quantile_is_never_below_a_lower_one() -> None:
    learner, chance = Learner(), np.random.default_rng(3)
    for number in range(300):
        forecast = learner.forecast((), number * 1.0)
        if forecast:
            assert np.all(np.diff(forecast.lengths) >= 0)
        learner.started(number, (), number * 1.0)
        learner.ended(number, number + chance.exponential())


def test_what_is_dropped_teaches_nothing() -> None:
    learner = Learner()
    for number in range(10):
        learner.started(number, (), number * 1.0)
        learner.ended(number, number + 1.0)
    before = learner.forecast((), 50.0)
    learner.started("cancelled", (), 10.0)
    learner.dropped("cancelled")
    after = learner.forecast((), 50.0)
    assert before is not None
    assert after is not None
    assert before.lengths.tolist() == after.lengths.tolist()


def test_the_chance_of_being_late_grows_with_age() -> None:
    learner = Learner()
    for number in range(100):
        learner.started(number, (), 0.0)
        learner.ended(number, number + 1.0)
    chances = [learner.lasting((), 200.0, age=age, length=80.0) for age in (0, 40, 70, 79)]
    assert chances == pytest.approx([0.2, 1 / 3, 2 / 3, 20 / 21])
    assert learner.lasting((), 200.0, age=500.0, length=600.0) == 1.0
    assert Learner().lasting((), 0.0, age=1.0, length=2.0) is None


def test_what_is_open_cannot_start_again() -> None:
    learner = Learner()
    learner.started("a", (), 0.0)
    with pytest.raises(ValueError, match="'a' is open already"):
        learner.started("a", (), 1.0)


@pytest.mark.parametrize("wrong", [(), (0.5, 0.5), (0.8, 0.5), (0.0, 0.5), (0.5, 1.0)])
def test_quantiles_that_cannot_be_are_refused(wrong: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"quantiles|between 0 and 1"):
        Learner(wrong)

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.event_logs import NAMES, log_cases
from leadtime.backtest import QUANTILES, Backtest, backtest, replay
from leadtime.cases import Case

START = datetime(2026, 1, 1, tzinfo=UTC)

# What the quantiles of the last 200 cases that had ended cost in days: the rule to beat.
LAST_200 = {"env_permit": (22.5, 27.3, 16.0), "bpi_12_w": (4.49, 4.02, 1.46)}


@cache
def scored(name: str) -> Backtest:
    return backtest(log_cases(name))


def run(days: Sequence[float], lasting: Sequence[float], activity: str = "a") -> list[Case]:
    """Cases that start on `days` and last so many days."""
    return [
        Case(str(number), START + timedelta(day), START + timedelta(day + length), activity)
        for number, (day, length) in enumerate(zip(days, lasting, strict=True))
    ]


def cut(cases: Sequence[Case], at: datetime) -> list[Case]:
    """What had been seen of `cases` at that moment: those that end later are open."""
    return [
        case if case.ended and case.ended <= at else replace(case, ended=None)
        for case in cases
        if case.started <= at
    ]


@pytest.mark.parametrize("name", NAMES)
def test_promises_on_public_logs_are_kept_as_often_as_said(name: str) -> None:
    for score in scored(name).quantiles:
        assert abs(score.coverage - score.q) <= 0.03, score


@pytest.mark.parametrize("name", NAMES)
def test_promises_on_public_logs_cost_less_than_those_of_the_last_200(name: str) -> None:
    costs = [score.pinball_days for score in scored(name).quantiles]
    for cost, before in zip(costs, LAST_200[name], strict=True):
        assert cost <= before
    assert sum(costs) < 0.95 * sum(LAST_200[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_thousand_promises_take_less_than_a_second(name: str) -> None:
    assert scored(name).seconds_per_1000 < 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", [60, 399, 700])
def test_no_later_event_of_a_log_leaks_into_a_promise(name: str, place: int) -> None:
    cases = log_cases(name)[:800]
    seen = cut(cases, cases[place].started)
    assert 0 < sum(case.ended is None for case in seen) < len(seen)
    # every promise that was made before the cut, hundreds of them, to the last bit
    assert replay(seen).tolist() == replay(cases)[: len(seen)].tolist()


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), min_size=1, max_size=60),
    st.data(),
)
@settings(max_examples=60)
def test_no_later_event_leaks(drawn: list[tuple[int, int]], data: st.DataObject) -> None:
    days, lasting = zip(*sorted(drawn), strict=True)
    cases = run(days, lasting)
    promised = replay(cases)
    place = data.draw(st.integers(0, len(cases) - 1))
    seen = cut(cases, cases[place].started)
    assert replay(seen)[place].tolist() == promised[place].tolist()


def test_the_same_history_with_another_future_gives_the_same_promise() -> None:
    chance = np.random.default_rng(4)
    days, lasting = np.arange(300) / 4, chance.lognormal(1, 1, 300)
    now = START + timedelta(50)
    others = [
        replace(case, ended=case.ended + timedelta(400)) if case.ended > now else case
        for case in run(days, lasting)
    ]
    before, after = replay(run(days, lasting)), replay(others)
    assert before[:201].tolist() == after[:201].tolist()
    assert before[201:].tolist() != after[201:].tolist()


def test_before_anything_has_ended_nought_is_promised() -> None:
    assert replay(run([0, 1, 2], [10, 10, 10])).tolist() == [[0, 0, 0]] * 3


def test_what_always_takes_as_long_is_promised_so() -> None:
    promised = replay(run(range(100), [3.0] * 100))
    assert promised[-1] == pytest.approx([3, 3, 3], abs=1e-6)


def test_the_score_is_of_the_last_third() -> None:
    result = backtest(run(range(100), [3.0] * 100))
    assert result.cases == 33
    assert [score.coverage for score in result.quantiles] == [1, 1, 1]
    assert [score.pinball_days for score in result.quantiles] == pytest.approx([0, 0, 0], abs=1e-6)
    assert [score.q for score in result.quantiles] == list(QUANTILES)


def test_the_order_of_the_log_does_not_matter() -> None:
    chance = np.random.default_rng(5)
    cases = run(np.arange(200) / 3, chance.lognormal(1, 1, 200))
    shuffled = [cases[place] for place in chance.permutation(200)]
    promised = dict(zip((case.name for case in shuffled), replay(shuffled).tolist(), strict=True))
    assert [promised[case.name] for case in cases] == replay(cases).tolist()


def test_an_open_case_cannot_be_scored() -> None:
    cases = run(range(6), [1.0] * 6)
    cases[-1] = replace(cases[-1], ended=None)
    with pytest.raises(ValueError, match="case '5' has not ended"):
        backtest(cases)

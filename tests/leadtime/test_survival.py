import numpy as np
import pytest

from leadtime.survival import Curves, Lives, curves


def drawn(lengths: list[float], ended: list[bool], weights: list[float] | None = None) -> Curves:
    weighed = np.array([weights or [1.0] * len(lengths)])
    return curves(Lives(np.array(lengths, dtype=float), np.array(ended)), weighed)


def test_kaplan_and_meiers_own_example() -> None:
    # Their paper of 1958: eight seen, four of them to the end
    lengths = [0.8, 1.0, 2.7, 3.1, 5.4, 7.0, 9.2, 12.1]
    ended = [True, False, False, True, True, False, True, False]
    seen = drawn(lengths, ended)
    beyond = [seen.beyond(at)[0] for at in (0.8, 3.1, 5.4, 9.2)]
    assert beyond == pytest.approx([7 / 8, 7 / 10, 21 / 40, 21 / 80])


def test_without_open_ones_it_is_the_share() -> None:
    seen = drawn([1, 2, 3, 4], [True] * 4)
    assert seen.quantiles(np.array([0.25, 0.5, 0.75])).tolist() == [[1, 2, 3]]
    assert seen.beyond(0.5).tolist() == [1]
    assert seen.beyond(4).tolist() == [0]


def test_those_still_open_make_it_longer() -> None:
    ended = [1.0, 2, 3, 4]
    alone = drawn(ended, [True] * 4)
    beside = drawn([*ended, 3.5, 3.5, 3.5], [True] * 4 + [False] * 3)
    half = np.array([0.5])
    assert beside.quantiles(half)[0] > alone.quantiles(half)[0]


def test_who_is_open_at_a_length_had_outlived_it() -> None:
    assert drawn([2, 2], [False, True]).beyond(2).tolist() == [0.5]


def test_where_it_never_gets_so_far_it_is_the_longest_seen() -> None:
    seen = drawn([1, 5], [True, False])
    assert seen.quantiles(np.array([0.9])).tolist() == [[5]]


def test_weights_count_as_that_many() -> None:
    weighed = drawn([1, 2, 3], [True, False, True], [1, 2, 3])
    repeated = drawn([1, 2, 2, 3, 3, 3], [True, False, False, True, True, True])
    for at in (1.0, 2.0, 3.0):
        assert weighed.beyond(at) == pytest.approx(repeated.beyond(at))


def test_lengths_without_their_endings_are_refused() -> None:
    with pytest.raises(ValueError, match="2 lengths but 1 endings"):
        Lives(np.array([1.0, 2.0]), np.array([True]))

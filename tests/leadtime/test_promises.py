from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from leadtime.history import Delivery, Reached, Sort
from leadtime.promises import ENOUGH, Basis, Promises

OSLO = ZoneInfo("Europe/Oslo")
MONDAY = datetime(2026, 11, 2, 8, 0, tzinfo=OSLO)
SERVER = Sort(offering="server", provider="azure", plan="s")
STATED = timedelta(hours=4)
HOUR = timedelta(hours=1)


def at(days: float, hours: float = 0) -> datetime:
    """So many weeks' days after a Monday at eight."""
    weeks, day = divmod(int(days), 5)
    return MONDAY + timedelta(days=7 * weeks + day, hours=hours)


def deliveries(
    count: int, sort: Sort = SERVER, hours: float = 2, *, imported: bool = False
) -> Iterator[Delivery]:
    """One each working day, ordered at eight and delivered `hours` later."""
    for number in range(count):
        yield Delivery(
            key=f"{sort}{number}",
            sort=sort,
            placed=at(number),
            ended=at(number, hours),
            imported=imported,
        )


def test_without_history_the_catalogues_time_is_promised() -> None:
    promise = Promises().promise(SERVER, STATED, MONDAY)
    assert promise.probable_at is None
    assert promise.promised_at == MONDAY + STATED
    assert promise.basis == Basis(level="stated")


def test_too_few_orders_are_no_basis() -> None:
    promises = Promises()
    promises.learn(deliveries(ENOUGH - 1))
    assert promises.promise(SERVER, STATED, at(40)).basis.level == "stated"


def test_what_always_takes_two_hours_is_promised_so() -> None:
    promises = Promises()
    promises.learn(deliveries(30))
    promise = promises.promise(SERVER, STATED, at(40))
    assert promise.probable_at == at(40, 2)
    assert promise.promised_at == at(40, 2)
    assert promise.basis.told() == {"level": "alike", "orders": 30, "imported": 0}


def test_nights_and_holidays_take_no_time() -> None:
    promises = Promises()
    promises.learn(deliveries(30))
    friday = datetime(2027, 1, 15, 15, 0, tzinfo=OSLO)
    assert promises.promise(SERVER, STATED, friday).promised_at == datetime(
        2027, 1, 18, 9, 0, tzinfo=OSLO
    )


@pytest.mark.parametrize(
    ("asked", "level"),
    [
        (SERVER, "alike"),
        (Sort(offering="server", provider="azure", plan="xl"), "provider"),
        (Sort(offering="server", provider="aws", plan="s"), "offering"),
        (Sort(offering="desktop", provider="azure", plan="s"), "stated"),
    ],
)
def test_it_falls_back_to_what_is_less_alike(asked: Sort, level: str) -> None:
    promises = Promises()
    promises.learn(deliveries(30))
    promise = promises.promise(asked, STATED, at(40))
    assert promise.basis.level == level
    assert promise.promised_at == at(40, 4 if level == "stated" else 2)


def test_the_approval_path_makes_the_difference() -> None:
    promises = Promises()
    slow = Sort(offering="server", provider="azure", plan="s", approval="approver")
    promises.learn([*deliveries(60), *deliveries(60, slow, hours=7)])
    quick, approved = (promises.promise(sort, STATED, at(70)) for sort in (SERVER, slow))
    assert quick.probable_at is not None
    assert quick.probable_at < at(70, 2.25)
    assert approved.probable_at is not None
    assert approved.probable_at > at(70, 5)


def test_imported_history_is_told_as_such() -> None:
    promises = Promises()
    promises.learn(deliveries(25, imported=True))
    assert promises.promise(SERVER, STATED, at(40)).basis == Basis(
        level="alike", orders=25, imported=25
    )


def test_what_was_never_delivered_teaches_nothing() -> None:
    promises = Promises()
    promises.learn(
        Delivery(key=str(n), sort=SERVER, placed=at(n), ended=at(n, 1), delivered=False)
        for n in range(40)
    )
    assert promises.promise(SERVER, STATED, at(40)).basis.level == "stated"


def test_open_ones_are_told_of_again_until_they_end() -> None:
    at_once, piecemeal = Promises(), Promises()
    told = list(deliveries(40))
    at_once.learn(told)
    for one in told:
        piecemeal.learn([Delivery(key=one.key, sort=one.sort, placed=one.placed)])
        piecemeal.learn([Delivery(key=one.key, sort=one.sort, placed=one.placed)])
        piecemeal.learn([one])
    asked = SERVER, STATED, at(50)
    assert piecemeal.promise(*asked) == at_once.promise(*asked)


def test_orders_that_do_not_end_move_the_promise() -> None:
    promises = Promises()
    promises.learn(deliveries(40))
    before = promises.promise(SERVER, STATED, at(60)).promised_at
    promises.learn(Delivery(key=f"stuck{n}", sort=SERVER, placed=at(40)) for n in range(20))
    assert promises.promise(SERVER, STATED, at(60)).promised_at > before + timedelta(days=2)


def test_promises_of_ever_changing_lengths_hold_nine_times_in_ten() -> None:
    chance, promises, kept = np.random.default_rng(6), Promises(), []
    for number, hours in enumerate(chance.gamma(2, 1.5, 400).clip(0.1, 8)):
        told = Delivery(key=str(number), sort=SERVER, placed=at(number), ended=at(number, hours))
        promise = promises.promise(SERVER, STATED, told.placed)
        kept.append(told.ended <= promise.promised_at)
        promises.learn([told])
    assert np.mean(kept[100:]) == pytest.approx(0.9, abs=0.04)


def test_a_long_history_told_at_once_promises_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadtime.promises.SCORED", 50)  # who promised well before is not asked
    lengths = np.random.default_rng(7).gamma(2, 1.5, 400).clip(0.1, 8)
    told = [
        Delivery(key=str(number), sort=SERVER, placed=at(number), ended=at(number, hours))
        for number, hours in enumerate(lengths)
    ]
    promises = Promises()
    promises.learn(told)
    promise = promises.promise(SERVER, STATED, at(400))
    assert promise.basis.orders == 400
    in_time = lengths <= (promise.promised_at - at(400)) / HOUR
    assert in_time.mean() == pytest.approx(0.9, abs=0.06)


def staged(number: int, hours: float) -> Delivery:
    stages = (Reached(label="check", at=at(number)), Reached(label="build", at=at(number, 1)))
    return Delivery(
        key=str(number), sort=SERVER, placed=at(number), ended=at(number, hours), stages=stages
    )


def test_the_chance_of_being_late_follows_stage_and_age() -> None:
    promises = Promises()
    promises.learn(staged(n, 2 if n % 2 else 5) for n in range(100))
    fresh = Delivery(
        key="x", sort=SERVER, placed=at(120), stages=(Reached(label="build", at=at(120, 1)),)
    )
    promised = at(120, 3)
    assert promises.lateness(fresh, promised, at(120, 1)) == pytest.approx(0.5)
    assert promises.lateness(fresh, promised, at(120, 2.5)) == pytest.approx(1.0)
    assert promises.lateness(fresh, at(120, 6), at(120, 2.5)) == pytest.approx(0.0)
    assert promises.lateness(fresh, promised, at(120, 3)) == 1.0


def test_without_stages_the_whole_order_tells() -> None:
    promises = Promises()
    assert promises.lateness(next(deliveries(1)), at(0, 3), at(0, 1)) is None
    promises.learn(staged(n, 2 if n % 2 else 5) for n in range(100))
    bare = Delivery(key="x", sort=SERVER, placed=at(120))
    assert promises.lateness(bare, at(120, 3), at(120, 1)) == pytest.approx(0.5)


def test_a_broken_promise_is_said_anew_by_how_long_others_took_from_there() -> None:
    promises = Promises()
    promises.learn(staged(n, 2 if n % 2 else 5) for n in range(100))
    late = Delivery(
        key="x", sort=SERVER, placed=at(120), stages=(Reached(label="build", at=at(120, 1)),)
    )
    said = promises.again(late, STATED, at(120, 3))
    assert said.promised_at == at(120, 5)
    assert said.probable_at == at(120, 5)
    assert said.basis == Basis(level="offering", orders=100)


def test_what_is_older_than_all_others_gets_the_catalogues_time_from_now() -> None:
    promises = Promises()
    promises.learn(staged(n, 2) for n in range(100))
    stuck = Delivery(key="x", sort=SERVER, placed=at(120))
    said = promises.again(stuck, STATED, at(121))
    assert (said.promised_at, said.basis.level) == (at(121) + STATED, "stated")
    unknown = Delivery(key="y", sort=Sort(offering="desktop"), placed=at(120))
    assert promises.again(unknown, STATED, at(120)).basis.level == "stated"

"""kill -9 of the worker in the middle of a move: it goes on, nothing is lost and nothing doubled.

As in test_killed_worker everything is real; the cloud is slow in the call that is to be killed in.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from fixtures.buckets import content, samples
from fixtures.moves import ANYWHERE, FROM
from fixtures.orders_placed import line, place_lines
from fixtures.prefect_server import until
from fixtures.works import Works
from orders import service
from orders.entry import Stamp
from orders.model import ENDS, OrderItem, State
from orders.moving import REMOVE, SWITCH, moved
from orders.thing import Thing
from providers import connect
from providers.types import Ref


@dataclass
class Moving:
    """A place for objects that is moved from one region to another."""

    works: Works
    objects: dict[str, bytes] = field(default_factory=lambda: samples(6))
    number: str = ""

    def __post_init__(self) -> None:
        self.provider: Any = connect("aws", "sandbox")
        wanted = line(kind="object-storage", offering="files", parameters={}, target=FROM)
        first = place_lines(self.works.book, [wanted])
        until(lambda: self.works.item(first).state is State.COMPLETED, "it is delivered")
        (thing,) = self.works.book.things("byggesak", order=first)
        self.thing: Thing = thing
        for name, data in self.objects.items():
            self.write(name, data)

    def place(self) -> None:
        wanted = line(
            instance=uuid.uuid4().hex,
            kind="object-storage",
            offering="files",
            parameters={},
            target=ANYWHERE["aws"],
        )
        self.number = place_lines(self.works.book, moved(self.thing, wanted))

    def switch(self) -> None:
        """Somebody writes to the old one until the last moment."""
        self.objects["late.txt"] = b"late"
        self.write("late.txt", b"late")
        self._say_yes()

    def remove(self) -> None:
        self._say_yes()

    def call_off(self) -> None:
        stamp = Stamp(at=datetime.now(UTC), by="kari")
        service.cancel(self.works.book, self.number, stamp)

    def item(self, item: str = "1") -> OrderItem:
        return self.works.item(self.number, item)

    def asks(self, question: str) -> bool:
        asked = self.item().waiting_on
        return asked is not None and asked.question == question

    def over(self) -> bool:
        return self.item().state in ENDS and self.item("2").state in ENDS

    def write(self, name: str, data: bytes) -> None:
        self.provider.write_object(_ref(self.thing), content(name, data))

    def held(self, ref: Ref) -> Mapping[str, int]:
        return {one.name: one.size for one in self.provider.objects(ref)}

    def there(self) -> list[tuple[str, str]]:
        """Every place for objects of the thing or of the move: its instance and id."""
        ours = {self.thing.instance, self.item().instance}
        found = self.provider.inventory("object-storage")
        return [(one.instance, one.ref.id) for one in found if one.instance in ours]

    def _say_yes(self) -> None:
        """When the days that the old one is kept are over, as far as the ledger knows."""
        asked = self.item().waiting_on
        assert asked is not None
        stamp = Stamp(at=asked.opens or datetime.now(UTC), by="kari")
        service.answer(self.works.book, self.number, stamp, "yes")


def _ref(one: Thing | OrderItem) -> Ref:
    assert one.resource is not None
    return Ref(kind="object-storage", region=one.resource.region, id=one.resource.id)


@pytest.fixture
def moving(works: Works, monkeypatch: pytest.MonkeyPatch) -> Moving:
    works.aws.overlay.faults.clear()
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_ENDPOINT", works.aws.url)
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS", "eu-north-1,eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "looker")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "on")
    return Moving(works)


def killed_in(works: Works, call: str, act: Callable[[], None]) -> None:
    works.slow(call)
    act()
    works.until_struck(f"{call} was asked for")
    works.kill_worker()
    works.start_worker()


@pytest.mark.parametrize(
    ("step", "call"),
    [
        ("place", "s3.CreateBucket"),
        ("place", "s3.PutObject"),
        ("switch", "s3.PutObject"),
        ("remove", "s3.DeleteObjects"),
    ],
)
def test_a_move_goes_on_and_everything_is_there_once(
    works: Works, moving: Moving, step: str, call: str
) -> None:
    for name, waits in (("place", SWITCH), ("switch", REMOVE), ("remove", "")):
        act = getattr(moving, name)
        if name == step:
            killed_in(works, call, act)
        else:
            act()
        until(lambda waits=waits: moving.asks(waits) if waits else moving.over(), name)

    assert {moving.item().state, moving.item("2").state} == {State.COMPLETED}
    new = _ref(moving.item())
    assert moving.there() == [(moving.item().instance, new.id)]
    assert moving.held(new) == {name: len(data) for name, data in moving.objects.items()}
    assert works.book.verify() == []


def test_a_move_that_is_called_off_leaves_the_old_one_alone(works: Works, moving: Moving) -> None:
    moving.place()
    until(lambda: moving.asks(SWITCH), "the first question")

    killed_in(works, "s3.DeleteObjects", moving.call_off)

    until(moving.over, "it is undone")
    assert {moving.item().state, moving.item("2").state} == {State.CANCELLED}
    assert moving.there() == [(moving.thing.instance, _ref(moving.thing).id)]
    held = moving.held(_ref(moving.thing))
    assert held == {name: len(data) for name, data in moving.objects.items()}

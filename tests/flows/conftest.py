"""What the flows' tests share: a ledger each, a cloud in memory, and runs in a real Prefect."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fixtures.azure_emulator import SUBSCRIPTION
from fixtures.buckets import EMULATORS, samples
from fixtures.clouds import SITES, Passing
from fixtures.moves import FROM, Move, Storing
from fixtures.orders_placed import line, place, place_lines
from fixtures.prefect_server import PrefectServer, say_the_last, served
from flows import runtime
from flows.patience import Backoff, Patience
from flows.runtime import House
from ledger import SqlLedger, open_ledger
from orders.events import LedgerEvent
from orders.lifecycle import replay
from orders.model import Order, OrderItem
from providers import connect
from providers.fake import Fake

QUICK = Patience(
    calls=Backoff(first=0.01, factor=1, most=0.01),
    tries=3,
    polls=Backoff(first=0.01, factor=1, most=0.01),
    build=timedelta(seconds=0.2),
)


@pytest.fixture(scope="session")
def prefect_server(
    tmp_path_factory: pytest.TempPathFactory, folders_end: ExitStack
) -> PrefectServer:
    """A real Prefect server with our deployments, one for the whole folder."""
    server = served(tmp_path_factory.mktemp("prefect"))
    folders_end.callback(server.end)
    folders_end.callback(say_the_last)
    return server


Opened = Callable[[str], AbstractContextManager[SqlLedger]]


@pytest.fixture(scope="session")
def opened() -> Opened:
    """A ledger whose order numbers no other of the session has: all share one Prefect."""
    last = 0

    @contextmanager
    def one(url: str) -> Iterator[SqlLedger]:
        nonlocal last
        ledger = open_ledger(url)
        while int(ledger.next_number()) < last:
            pass
        try:
            yield ledger
        finally:
            last = int(ledger.next_number())
            ledger.close()

    return one


@pytest.fixture
def book(tmp_path: Path, opened: Opened) -> Iterator[SqlLedger]:
    with opened(f"sqlite:///{tmp_path / 'ledger.db'}") as ledger:
        yield ledger


@pytest.fixture
def cloud() -> Fake:
    return Fake()


@dataclass
class World:
    """A house whose every part the test holds, and the flows of this process use it."""

    house: House
    cloud: Fake
    server: PrefectServer
    moment: datetime

    @property
    def book(self) -> SqlLedger:
        return self.house.ledger

    def place(self, items: int = 1) -> str:
        return place(self.book, items=items)

    def order(self, number: str) -> Order:
        return replay(self.book.history(number))

    def item(self, number: str, item: str = "1") -> OrderItem:
        return self.order(number).items[item]

    def history(self, number: str, kind: type[LedgerEvent]) -> list[LedgerEvent]:
        return [event for event in self.book.history(number) if isinstance(event, kind)]

    def later(self, by: timedelta) -> None:
        """The house's clock, not this machine's, moves on."""
        self.moment += by

    def claim(self, number: str, item: str = "1") -> int:
        """Take the item as a dispatcher does; the generation."""
        waiting = self.book.ready(now=self.moment)
        seen = next(r.lease for r in waiting if (r.order, r.item) == (number, item))
        lease = self.book.claim(number, item, "test", seen)
        assert lease is not None
        return lease.generation

    def use(self, **parts: object) -> None:
        self.house = replace(self.house, **parts)


@pytest.fixture
def world(
    book: SqlLedger,
    cloud: Fake,
    prefect_server: PrefectServer,
    prefect_api: None,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """Patience is short, its clock stands still, and the portal is only an address."""
    house = House(
        ledger=book,
        portal_url="http://127.0.0.1:8000",
        ui_url=prefect_server.url,
        connect=lambda _provider, _account: cloud,
        now=lambda: made.moment,
        draw=lambda: 1.0,
        patience=QUICK,
    )
    made = World(house, cloud, prefect_server, datetime.now(UTC))
    monkeypatch.setattr(runtime, "house", lambda: made.house)
    return made


@pytest.fixture
def prefect_api(prefect_server: PrefectServer) -> Iterator[None]:
    """Flows called in this process are runs of the session's server."""
    from prefect.settings import temporary_settings  # noqa: PLC0415  costs seconds; here only

    with temporary_settings(
        {"api.url": f"{prefect_server.url}/api", "flows.heartbeat_frequency": None}
    ):
        yield


@pytest.fixture
def fulfil(world: World) -> Callable[..., object]:
    """Run the flow in this thread, under a fresh claim, and give the state it ended in."""
    from flows.fulfil import fulfil as flow  # noqa: PLC0415  costs seconds; here only

    def one(number: str, item: str = "1", generation: int | None = None) -> object:
        held = world.claim(number, item) if generation is None else generation
        return flow(number, item, held, return_state=True)

    return one


@pytest.fixture
def desk(book: SqlLedger, monkeypatch: pytest.MonkeyPatch) -> object:
    """A dispatcher, its clock and its Prefect in the test's hands."""
    from fixtures.played_prefect import made  # noqa: PLC0415  costs seconds; here only

    return made(book, monkeypatch, "one")


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Passing]:
    """One of the clouds with nothing ordered in it, by the provider's name."""
    name: str = request.param
    short = {"aws": "aws", "azure": "azure", "gcp": "google", "ibm": "ibm"}[name]
    emulator = request.getfixturevalue(f"{short}_emulator")
    alias = request.getfixturevalue(f"{short}_sandbox")
    region = SITES[name][0].partition("/")[2]
    settings = f"GRUNNMUR_ACCOUNT_{alias}_{name}_".upper()
    monkeypatch.setenv(f"{settings}REGIONS", region)
    if name == "azure":
        from emulators.azure.landing_zone import furnish  # noqa: PLC0415  slow; here only

        subnet = furnish(emulator.emulator, SUBSCRIPTION, region)
        emulator.settle()
        monkeypatch.setenv(f"{settings}SUBNET", subnet)
    return name, Passing(connect(name, alias), emulator.settle)


@pytest.fixture
def clouds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, Storing]:
    """AWS and the cloud that the test moves to, each on this machine's own clock."""
    params = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    found = {}
    for name in {"aws", params.get("goal", "gcp")}:
        emulator, sandbox, region = EMULATORS[name]
        running, alias = request.getfixturevalue(emulator), request.getfixturevalue(sandbox)
        if name == "aws":
            monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS", "eu-north-1,eu-west-1")
        else:
            running.clock.now = time.time()
        if name == "azure":
            from emulators.azure.landing_zone import furnish  # noqa: PLC0415  slow; here only

            subnet = furnish(running.emulator, SUBSCRIPTION, region)
            monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_SUBNET", subnet)
        found[name] = Storing(connect(name, alias), running.settle)
    return found


@pytest.fixture
def move(world: World, fulfil: Callable[..., object], clouds: dict[str, Storing]) -> Move:
    """A delivered place for objects at AWS, with a few in it."""
    world.use(connect=lambda provider, _account: clouds[provider])
    wanted = line(kind="object-storage", offering="object-storage", parameters={}, target=FROM)
    fulfil(place_lines(world.book, [wanted]))
    (thing,) = world.book.things("byggesak")
    made = Move(world, fulfil, clouds, thing)
    made.fill(samples(6))
    return made

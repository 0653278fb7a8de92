"""What the flows' tests share: a ledger each, a cloud in memory, and runs in a real Prefect."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from fixtures.azure_emulator import SUBSCRIPTION
from fixtures.buckets import EMULATORS, samples
from fixtures.clouds import SITES, Passing
from fixtures.flow_world import World
from fixtures.moves import FROM, Move, Storing
from fixtures.orders_placed import line, place_lines
from fixtures.prefect_server import PrefectServer, served_until
from ledger import SqlLedger
from providers import connect
from providers.fake import Fake


@pytest.fixture(scope="session")
def prefect_server(
    tmp_path_factory: pytest.TempPathFactory, folders_end: ExitStack
) -> PrefectServer:
    """A real Prefect server with our deployments, one for the whole folder."""
    return served_until(folders_end, tmp_path_factory.mktemp("prefect"))


@pytest.fixture
def cloud() -> Fake:
    return Fake()


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

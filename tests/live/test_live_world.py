"""What live laws stand on, tried on an emulated account whose work takes no time."""

from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from contract.provider_laws import ProviderLaws
from contract.world import ready_of

from catalog.load import load
from emulators import google
from fixtures.google_emulator import PROJECT, REGION
from fixtures.live import (
    ASKED,
    PROVIDERS,
    LiveWorld,
    asked,
    live_provider,
    place_at,
    tidied,
)
from fixtures.provider_worlds import a_spec
from providers import connect

SUBNET = (
    f"/subscriptions/{UUID(int=1)}/resourceGroups/zone/providers/Microsoft.Network"
    "/virtualNetworks/zone/subnets/workloads"
)
WIDER = {"cidr": "10.213.0.0/24", "allow_from": ["10.214.0.0/24"]}
tidily = contextmanager(tidied)


@pytest.fixture(scope="module")
def account():
    """An account of an emulator of its own, on the clock of the wall."""
    with pytest.MonkeyPatch.context() as environment:
        served = google.serve(lag=0.0)
        prefix = "GRUNNMUR_ACCOUNT_EMULATED_GCP_"
        environment.setenv(f"{prefix}ENDPOINT", served.url)
        environment.setenv(f"{prefix}PROJECT", PROJECT)
        environment.setenv(f"{prefix}REGIONS", REGION)
        yield connect("gcp", "emulated")
        served.close()


@pytest.fixture
def a_network():
    parameters = {"cidr": "10.213.0.0/24"}
    return a_spec(instance=uuid4().hex, kind="network", region=REGION, parameters=parameters)


class TestLaws(ProviderLaws):
    """Every law that a real account is held to, with what stands around it there."""

    @pytest.fixture
    def provider(self, account):
        with tidily(account, pause=0.0) as provider:
            yield provider

    @pytest.fixture
    def spec(self, a_network):
        return a_network

    @pytest.fixture
    def world(self, provider):
        return LiveWorld(provider, WIDER, pause=0.0)


def test_what_a_test_leaves_is_removed(account, a_network):
    with tidily(account, pause=0.0) as provider:
        ready_of(provider, provider.apply(a_network), LiveWorld(provider, WIDER, pause=0.0))
        assert len(list(account.inventory())) == 1
    assert list(account.inventory()) == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "say whose laws"),
        ("gcp", "is an emulator"),
        ("azure", "AZURE_SUBSCRIPTION"),
    ],
)
def test_without_an_account_it_is_said_why_nothing_was_tested(account, name, why, monkeypatch):
    monkeypatch.setenv("GRUNNMUR_LIVE_ACCOUNT", "emulated")
    with pytest.raises(pytest.skip.Exception, match=why):
        next(live_provider(name))


CATALOG = load()
OFFERED = [
    (name, offering)
    for name in PROVIDERS
    for offering in ASKED
    if place_at(CATALOG[offering], name)
]


@pytest.mark.parametrize(("name", "offering"), OFFERED)
def test_what_the_laws_ask_a_real_account_for_is_what_its_adapter_takes(
    name, offering, request, monkeypatch
):
    sandbox = request.getfixturevalue(f"{'google' if name == 'gcp' else name}_sandbox")
    monkeypatch.setenv("GRUNNMUR_LIVE_AZURE_ADMINISTRATOR", str(UUID(int=7)))
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_SUBNET", SUBNET)
    spec = asked(offering, name)
    monkeypatch.setenv(f"GRUNNMUR_ACCOUNT_SANDBOX_{name.upper()}_REGIONS", spec.region)
    provider = connect(name, sandbox)
    assert spec.kind in provider.kinds
    before = {change.field: change.wanted for change in provider.preview(spec)}
    changed = replace(spec, parameters={**spec.parameters, **ASKED[offering][1]})
    after = {change.field: change.wanted for change in provider.preview(changed)}
    assert before
    assert after
    assert spec.parameters != changed.parameters


def test_each_provider_is_asked_for_each_kind_of_the_catalogue_that_a_laws_run_can_have():
    kinds = {"virtual-machine", "object-storage", "network", "database"}
    for name in PROVIDERS:
        offered = {one.kind for one in CATALOG.values() if place_at(one, name)} & kinds
        asked_for = {CATALOG[offering].kind for at, offering in OFFERED if at == name}
        assert asked_for == offered

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import settings

from ledger import open_ledger
from rightcloud.advisor import Advisor
from rightcloud.bundled import Facts, load
from rightcloud.counsel import Counsel
from rightcloud.countries import read_groups
from rightcloud.policy import Policy
from rightcloud.policy_file import read_policy

# machines that run tests are shared: how long one example took says nothing
settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")

DATA = Path(str(files("rightcloud"))) / "data"


@pytest.fixture(scope="session")
def groups():
    return read_groups((DATA / "countries.toml").read_bytes(), "countries.toml")


@pytest.fixture(scope="session")
def policy_text():
    return (DATA / "policy.toml").read_text()


@pytest.fixture(scope="session")
def policy(groups, policy_text) -> Policy:
    return read_policy(policy_text.encode(), "policy.toml", groups)


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load()


@pytest.fixture(scope="session")
def advisor(facts) -> Advisor:
    return Advisor(facts)


@pytest.fixture(scope="session")
def small(facts):
    """Few offers, so that a run is stored in no time."""
    offers = facts.run.offers
    wanted = {"aws/eu-north-1", "azure/norwayeast", "openstack/oslo-1"}
    rows = [row for row, place in enumerate(offers.places.spelt()) if place in wanted]
    return replace(facts, run=replace(facts.run, offers=offers.taken(rows)))


@pytest.fixture
def ledger(tmp_path):
    opened = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


@pytest.fixture
def counsel(ledger, small) -> Counsel:
    return Counsel(ledger.rightcloud, lambda: small)

"""The suite must catch every provider that breaks a law, at the law it breaks."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from contract.broken_fakes import BROKEN
from contract.provider_laws import ProviderLaws
from contract.world import forbid_waiting

from fixtures.provider_worlds import FakeWorld, a_spec
from providers.fake import Fake


def breaches(make: type[Fake]) -> dict[str, BaseException]:
    """The laws `make` breaks: every test of the suite, run by hand on a provider of its own."""
    broken = {}
    for name, law in inspect.getmembers(ProviderLaws, inspect.isfunction):
        if name.startswith("test_"):
            for cell in _cells(law):
                try:
                    _run(law, make, cell)
                except (Exception, pytest.fail.Exception) as breach:  # noqa: BLE001 - any breach
                    broken[name] = breach
    return broken


def _cells(law: Any) -> list[dict[str, Any]]:
    """The parameters of each run of a parametrised law."""
    marks = [m for m in getattr(law, "pytestmark", []) if m.name == "parametrize"]
    return [{m.args[0]: value} for m in marks for value in m.args[1]] or [{}]


def _run(law: Any, make: type[Fake], cell: dict[str, Any]) -> None:
    provider = make(reads_until_ready=2, reads_until_gone=2)
    fixtures = {"provider": provider, "spec": a_spec(), "world": FakeWorld(provider), **cell}
    wanted = {k: v for k, v in fixtures.items() if k in inspect.signature(law).parameters}
    with pytest.MonkeyPatch.context() as patch:
        forbid_waiting(patch)
        law(ProviderLaws(), **wanted)


def test_an_honest_fake_breaks_no_law():
    assert breaches(Fake) == {}


@pytest.mark.parametrize("make", BROKEN, ids=lambda make: make.__name__)
def test_a_broken_fake_is_caught(make):
    assert BROKEN[make] in breaches(make)


def test_every_law_is_broken_by_some_fake():
    """A law that catches nothing here may catch nothing at all."""
    laws = {n for n, _ in inspect.getmembers(ProviderLaws, inspect.isfunction) if n[:5] == "test_"}
    caught = set().union(*(breaches(make) for make in BROKEN))
    assert laws - caught == set()

"""The role in docs/permissions allows what the adapters call, all of it and no more."""

import re
from dataclasses import replace

import pytest

from fixtures.google_emulator import REGION
from fixtures.google_strangers import strangers
from fixtures.on_record import Lives, check, recorded, tagged, words
from providers import connect


@pytest.fixture
def lives(gcp, google_emulator, google_sandbox, monkeypatch):
    """On a connection that has asked for nothing before: some things are asked once for all."""
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_GCP_REGIONS", f"{REGION},europe-west9")

    def called():
        titles = google_emulator.emulator.calls.titles()
        google_emulator.emulator.calls.clear()
        return titles

    return Lives(
        connect("gcp", google_sandbox), google_emulator.settle, called, google_emulator.fault
    )


def test_the_role_is_made_from_what_the_adapters_call(lives, cases, google_emulator, request):
    """A life of each kind, and what happens seldom: late failures, other hands, late removals."""
    for case in cases.values():
        if case.kind != "object-storage":  # which does all at once
            lives.fault(match=case.create, kind="async-error")
        lives.live(case.spec, replace(tagged(case.spec), parameters=case.changed))
    machine = replace(cases["virtual-machine"].spec, instance="a" * 32)
    lives.live(machine, tagged(machine), meddle=lambda _: _published(google_emulator))
    for kind, made in strangers(google_emulator).items():
        lives.adopt(replace(cases[kind].spec, instance="b" * 32), made)
    check("gcp", lives.calls, record=request.config.getoption("--record"))


def _published(google):
    """Somebody gives the machine a public address."""
    store = google.emulator.store
    ((path, machine),) = list(store.among("instances", ""))
    nics = [{**machine["networkInterfaces"][0], "accessConfigs": [{"name": "nat"}]}]
    store.put(path, "instances", {**machine, "networkInterfaces": nics})


def test_every_call_in_the_adapters_source_is_on_record():
    calls = {call for several in recorded("gcp").values() for call in several}
    verbs = {re.sub(r"(?<!^)(?=[A-Z])", "_", call.rpartition(".")[2]).lower() for call in calls}
    asked = {word.removesuffix("_unary") for word in words("gcp") if word.endswith("_unary")}
    assert asked
    assert asked - verbs == set()
    things = {call.split(".")[1] for call in calls}
    assert {"operations", "buckets", "zoneOperations", "globalOperations"} <= things

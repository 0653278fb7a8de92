"""Whose things are never touched: what does not say that it is ours stays."""

import pytest

from fixtures.google_emulator import PROJECT, REGION
from providers.errors import Conflict
from providers.types import Ref


@pytest.fixture
def deliver(gcp, google_emulator):
    def until_ready(spec):
        for _ in range(15):
            resource = gcp.apply(spec)
            google_emulator.settle()
            if resource.status == "ready":
                return resource
        raise AssertionError(resource)

    return until_ready


KINDS = ("virtual-machine", "object-storage", "database", "network", "private-connection")


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_carry_our_label_is_not_removed(deliver, cases, gcp, google_emulator, kind):
    ready = deliver(cases[kind].spec)
    store = google_emulator.emulator.store
    for collection in ("instances", "buckets", "sql", "networks", "routers"):
        for path, thing in store.among(collection, ""):
            if path.endswith(ready.ref.id.rsplit("/", 1)[-1]):
                thing.pop("labels", None)
                thing.pop("description", None)
                thing.get("settings", {}).pop("userLabels", None)
                store.put(path, collection, thing)
    with pytest.raises(Conflict, match="not removed"):
        gcp.delete(ready.ref)
    assert gcp.read(ready.ref).instance == ""
    assert list(gcp.inventory()) == []


def test_a_network_of_somebody_else_cannot_be_named(gcp, google_emulator):
    for id_ in ("default", f"projects/{PROJECT}/global/networks/default"):
        ref = Ref(kind="network", region=REGION, id=id_)
        assert gcp.read(ref) is None
        gcp.delete(ref)
    assert google_emulator.emulator.calls.report()["counts"] == {}

"""The real Google answers more, less and other than it describes: the verbs take what comes."""

import pytest
from hypothesis import HealthCheck, example, given, settings

from fixtures.bent_answers import BENDS, Bend, Reader, bent, only
from providers import connect

KINDS = ("virtual-machine", "object-storage", "network", "database", "private-connection")


@pytest.fixture
def reader(request, google_emulator, cases, gcp, monkeypatch):
    """The verbs that look, for one kind that is delivered, behind a cloud that bends answers."""
    spec = cases[request.param].spec
    for _ in range(12):
        ready = gcp.apply(spec)
        google_emulator.settle()
        if ready.status == "ready":
            break
    with bent(google_emulator.emulator.answer) as (cloud, url):
        monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_GCP_ENDPOINT", url)
        provider = only(connect("gcp", "sandbox"), spec.kind)
        yield Reader(cloud, provider, spec, ready.ref)


@pytest.mark.parametrize("reader", KINDS, indirect=True)
@given(bend=BENDS)
@example(bend=Bend("retype", 0, 0, None))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_google_answers_is_read_or_is_told_to_be_unreadable(reader, bend):
    reader.check(bend)


@pytest.mark.long
@pytest.mark.parametrize("reader", KINDS, indirect=True)
def test_every_field_of_every_answer_may_be_missing(reader):
    for answer in range(max(reader.calls.values())):
        for place in range(60):
            reader.check(Bend("drop", answer, place))

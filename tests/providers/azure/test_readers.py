"""The real Azure answers more, less and other than it describes: readers take what comes."""

import pytest
from hypothesis import HealthCheck, example, given, settings

from fixtures.bent_answers import BENDS, Bend, Reader, bent, only
from providers import connect
from providers.errors import Unavailable

KINDS = (
    "virtual-machine",
    "object-storage",
    "network",
    "database",
    "private-connection",
    "workspace",
)


@pytest.fixture
def reader(request, azure_emulator, cases, built, monkeypatch):
    """The verbs that look, for one kind that is delivered, behind a cloud that bends answers."""
    spec = cases[request.param].spec
    ready = built(spec)
    with bent(azure_emulator.emulator.answer) as (cloud, url):
        monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_ENDPOINT", url)
        provider = only(connect("azure", "sandbox"), spec.kind)
        yield Reader(cloud, provider, spec, ready.ref)


@pytest.mark.parametrize("reader", KINDS, indirect=True)
@given(bend=BENDS)
@example(bend=Bend("retype", 0, 0, None))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_azure_answers_is_read_or_is_told_to_be_unreadable(reader, bend):
    reader.check(bend)


@pytest.mark.long
@pytest.mark.parametrize("reader", KINDS, indirect=True)
def test_every_field_of_every_answer_may_be_missing(reader):
    for answer in range(max(reader.calls.values())):
        for place in range(60):
            reader.check(Bend("drop", answer, place))


def test_a_listing_without_its_list_is_not_taken_for_empty(
    azure, azure_emulator, cases, monkeypatch
):
    with bent(azure_emulator.emulator.answer) as (cloud, url):
        monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_ENDPOINT", url)
        provider = connect("azure", "sandbox")
        cloud.bend = Bend("drop", 0, 0)
        with pytest.raises(Unavailable, match="could not be read"):
            provider.preview(cases["virtual-machine"].spec)


def test_a_link_to_the_next_page_is_followed_within_azure_only(azure, azure_emulator, monkeypatch):
    with bent(azure_emulator.emulator.answer) as (cloud, url):
        monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_ENDPOINT", url)
        cloud.bend = Bend("add", 0, 0, azure_emulator.url, name="nextLink")
        with pytest.raises(Unavailable, match="led elsewhere"):
            list(connect("azure", "sandbox").inventory())
        assert azure_emulator.calls("resources.ResourceGroups_List") == 1

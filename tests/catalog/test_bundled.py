"""The offerings that come with the product, against the providers that come with it."""

import pytest

import providers
from catalog.load import load
from catalog.offering import Offering, Text
from catalog.places import QUESTION, provider_of

TENANT = "00000000-0000-0000-0000-00000000a702"
SUBSCRIPTION = "00000000-0000-0000-0000-00000000a701"
SUBNET = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/landing-zone/providers/Microsoft.Network"
    "/virtualNetworks/landing-zone/subnets/workloads"
)
SETTINGS = {
    "GCP_PROJECT": "sandbox-project",
    "AZURE_SUBSCRIPTION": SUBSCRIPTION,
    "AZURE_TENANT": TENANT,
    "AZURE_SUBNET": SUBNET,
}

SIGNING_IN = ("logg inn", "logger dere inn", "sign in")


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(f"GRUNNMUR_ACCOUNT_SANDBOX_{name}", value)


@pytest.mark.usefixtures("accounts")
def test_every_offering_is_delivered_by_a_provider_there_is() -> None:
    found = {
        (provider_of(name), place.account)
        for one in load().values()
        for name, place in one.places.items()
    }
    kinds = {provider: providers.connect(provider, alias).kinds for provider, alias in found}
    assert load(kinds=kinds).keys() == load().keys()


def texts(offering: Offering) -> list[Text]:
    found = [offering.title, offering.summary, offering.help]
    for plan in offering.plans.values():
        found += [plan.title, plan.description]
    for name, asked in offering.parameters.items():
        found += [asked.title, asked.section, asked.hint, asked.help, asked.unanswered]
        for choice in asked.choices.values():
            found += [choice.hint, *([choice.title] if name != QUESTION else [])]
    return [text for text in found if text is not None]


def test_both_languages_are_languages() -> None:
    """A sentence left untranslated is the same in both; single names may be."""
    same = {text.en for one in load().values() for text in texts(one) if text.nb == text.en}
    assert {words for words in same if " " in words} == set()
    assert any(
        letter in text.nb for one in load().values() for text in texts(one) for letter in "æøå"
    )


def test_answers_that_neighbours_share_a_section_stand_together() -> None:
    for offering in load().values():
        sections = [asked.section.en for asked in offering.parameters.values()]
        joined = [s for before, s in zip(["", *sections], sections, strict=False) if s != before]
        assert len(joined) == len(set(joined))


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_guide_tells_whoever_ordered_no_key_to_sign_in_with_it(language: str) -> None:
    unless = {"nb": "bestilt med en SSH-nøkkel", "en": "ordered with an SSH key"}[language]
    keyless = [
        one
        for one in load().values()
        if "ssh_key" in one.parameters and not one.parameters["ssh_key"].required
    ]
    assert len(keyless) > 3
    for offering in keyless:
        steps = offering.guide.get(language).splitlines() if offering.guide else []
        told = [step for step in steps if any(word in step.lower() for word in SIGNING_IN)]
        assert all(unless in step for step in told), (offering.id, told)

"""The offerings that come with the product, against the providers that come with it."""

import providers
from catalog.load import load
from catalog.offering import Offering, Text
from providers.aws import machine
from providers.types import Spec


def test_every_offering_is_delivered_by_a_provider_there_is() -> None:
    accounts = {(one.provider, one.account) for one in load().values()}
    kinds = {provider: providers.connect(provider, alias).kinds for provider, alias in accounts}
    assert load(kinds=kinds).keys() == load().keys()


def test_every_plan_of_a_machine_on_aws_is_one_that_aws_is_asked_for() -> None:
    asked = [
        machine.wanted(
            Spec(
                instance="0" * 32,
                kind=offering.kind,
                region=offering.region,
                parameters=plan.fixed,
            )
        )
        for offering in load().values()
        if offering.provider == "aws"
        for plan in offering.plans.values()
    ]
    assert [one.size for one in asked] == ["t3.small", "t3.large", "t3.xlarge"]


def texts(offering: Offering) -> list[Text]:
    found = [offering.title, offering.summary, offering.help]
    for plan in offering.plans.values():
        found += [plan.title, plan.description]
    for asked in offering.parameters.values():
        found += [asked.title, asked.section, asked.hint, asked.help]
        for choice in asked.choices.values():
            found += [choice.title, choice.hint]
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

"""The key of a storage account: taken when somebody has asked for it, and not before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulators.azure import storage


@pytest.fixture
def spec(cases):
    return cases["object-storage"].spec


@pytest.fixture
def account(azure_emulator):
    def look():
        ((_, found),) = azure_emulator.emulator.cloud.each(type_=storage.ACCOUNT)
        return found

    return look


@pytest.fixture
def ref(spec, built):
    return built(spec).ref


def test_no_key_opens_an_account_before_somebody_asks_for_one(azure, spec, ref, account):
    assert not any(storage.lets_in(account(), key) for key in account().hidden["keys"])
    access = azure.unlock(ref)
    assert storage.lets_in(account(), access.values["key"])
    assert list(azure.preview(spec)) == [], "what was asked for is no drift"


def test_a_change_of_the_account_leaves_its_key_in_use(azure, azure_emulator, spec, ref, account):
    access = azure.unlock(ref)
    cool = replace(spec, parameters={**spec.parameters, "storage_class": "cool"})
    for _ in range(3):
        azure.apply(cool)
        azure_emulator.settle()
    assert account().properties["accessTier"] == "Cool"
    assert list(azure.preview(cool)) == []
    assert storage.lets_in(account(), access.values["key"])


def test_a_change_of_tags_leaves_it_too(azure, azure_emulator, spec, ref, account):
    access = azure.unlock(ref)
    other = replace(spec, tags={**spec.tags, "order": "GM-2026-000009"})
    for _ in range(3):
        azure.apply(other)
        azure_emulator.settle()
    assert list(azure.preview(other)) == []
    assert storage.lets_in(account(), access.values["key"])


def test_keys_that_somebody_else_lets_in_are_shut_out_again(
    azure, azure_emulator, spec, ref, account
):
    found = account()
    found.properties["allowSharedKeyAccess"] = True
    azure_emulator.emulator.cloud.put(found.id.lower(), found)
    azure_emulator.emulator.cloud.commit()
    assert [change.field for change in azure.preview(spec)] == ["security.allowSharedKeyAccess"]
    azure.apply(spec)
    azure_emulator.settle()
    assert ref
    assert account().properties["allowSharedKeyAccess"] is False

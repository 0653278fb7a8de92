"""What an order takes back is taken back at Azure, too."""

from dataclasses import replace


def test_what_is_to_be_kept_for_ever_is_no_longer_removed(azure, azure_emulator, cases, built):
    spec = cases["object-storage"].spec
    built(spec)
    kept = replace(spec, parameters={**spec.parameters, "expire_days": 0})
    (change,) = azure.preview(kept)
    assert (change.field, change.actual, change.wanted) == ("expire_days", 30, 0)
    built(kept)
    assert list(azure.preview(kept)) == []
    policies = "Microsoft.Storage/storageAccounts/managementPolicies"
    assert list(azure_emulator.emulator.cloud.each(type_=policies.lower())) == []
    assert [c.field for c in azure.preview(spec)] == ["expire_days"], "and may be had again"
    built(spec)
    assert len(list(azure_emulator.emulator.cloud.each(type_=policies.lower()))) == 1

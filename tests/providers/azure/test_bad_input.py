"""Bad input: the right class of error, a sentence somebody can act on, and nothing left behind."""

from dataclasses import replace

import pytest

from emulators.azure.landing_zone import NAME as ZONE
from fixtures.azure_emulator import REGION
from fixtures.deliveries import Delivery
from providers import connect
from providers.errors import Conflict, InvalidSpec, NotAuthorised, ProviderError, Remedy


@pytest.fixture
def left(azure_emulator):
    """Types of what is left in the cloud, but for the landing zone and an empty group of ours."""

    def found():
        return [
            thing.type
            for key, thing in azure_emulator.emulator.cloud.each()
            if ZONE not in key and "/providers/" in key
        ]

    return found


def asked(case, **parameters):
    return replace(case.spec, parameters={**case.parameters, **parameters})


@pytest.mark.parametrize(
    "wrong",
    [
        ("virtual-machine", {"size": "Standard_ZZ9"}, "VM size"),
        ("virtual-machine", {"size": "t3.large"}, "size"),
        ("virtual-machine", {"image": "debian-99"}, "image"),
        ("virtual-machine", {"disk_gb": 10}, "disk_gb"),
        ("virtual-machine", {"disk_gb": "30"}, "disk_gb"),
        ("virtual-machine", {"disk_gb": True}, "disk_gb"),
        ("virtual-machine", {"image": "rhel-9", "disk_gb": 40}, "smaller than"),
        ("virtual-machine", {"subnet": "nowhere"}, "subnet"),
        ("virtual-machine", {"ssh_key": "mine"}, "ssh_key"),
        ("object-storage", {"storage_class": "warm"}, "storage_class"),
        ("object-storage", {"redundancy": "moon"}, "redundancy"),
        ("object-storage", {"keep_days": 3}, "keep_days"),
        ("object-storage", {"versioning": "yes"}, "versioning"),
        ("network", {"cidr": "ten"}, "cidr"),
        ("network", {"cidr": "8.8.8.0/24"}, "not private"),
        ("network", {"cidr": "10.20.0.0/30"}, "too small"),
        ("network", {"cidr": "10.20.0.1/24"}, "no range"),
        ("network", {"allow_from": ["0.0.0.0/0"]}, "not private"),
        ("network", {"allow_from": "10.0.0.0/8"}, "no list"),
        ("network", {"subnets": {"a": "10.99.0.0/24"}}, "does not lie in"),
        ("network", {"subnets": {"A b": "10.20.0.0/25"}}, "no name"),
        ("database", {"size": "db.t3.small"}, "size"),
        ("database", {"size": "Standard_D3ds_v5"}, "sku.name"),
        ("database", {"version": "9"}, "version"),
        ("database", {"disk_gb": 33}, "storageSizeGB"),
        ("database", {"administrator": "kari"}, "administrator"),
        ("database", {"size": "Standard_B2s", "high_availability": True}, "high_availability"),
        ("private-connection", {"carrier": "Nobody"}, "serviceProviderName"),
        ("private-connection", {"peering_location": "Moon"}, "peeringLocation"),
        ("private-connection", {"bandwidth_mbps": 123}, "bandwidth_mbps"),
        ("private-connection", {"vlan_id": 5000}, "vlan_id"),
        ("private-connection", {"secondary_prefix": "10.9.0.0/30"}, "there must be two"),
        ("workspace", {"sharing": "none"}, "sharing"),
        ("workspace", {"sharing": "personal", "sessions": 5}, "sessions"),
    ],
)
def test_what_cannot_be_built_is_refused_by_its_parameter(azure, cases, left, wrong):
    kind, parameters, text = wrong
    with pytest.raises(InvalidSpec, match=text):
        azure.apply(asked(cases[kind], **parameters))
    assert left() == []


def test_every_wrong_parameter_is_named_at_once(azure, cases):
    wrong = asked(cases["virtual-machine"], size="?", image="?", disk_gb=-1, colour="red")
    with pytest.raises(InvalidSpec) as refused:
        azure.preview(wrong)
    for name in ("size", "image", "disk_gb", "colour"):
        assert name in str(refused.value)


def test_what_azure_refuses_for_good_leaves_nothing(azure, azure_emulator, cases):
    with pytest.raises(InvalidSpec):
        azure.apply(asked(cases["virtual-machine"], size="Standard_ZZ9"))
    azure_emulator.settle()
    assert list(azure.inventory()) == []


def test_what_could_not_be_tidied_up_is_found_by_its_tag(azure, azure_emulator, cases):
    spec = asked(cases["virtual-machine"], size="Standard_ZZ9")
    azure_emulator.fault(match="resources.ResourceGroups_Delete", kind="reset")
    with pytest.raises(InvalidSpec):
        azure.apply(spec)
    (found,) = azure.inventory()
    assert (found.instance, found.status) == (spec.instance, "pending")
    azure.delete(found.ref)
    azure_emulator.settle()
    assert azure.read(found.ref) is None
    assert list(azure.inventory()) == []


def test_a_size_the_region_does_not_sell_is_refused(azure_sandbox, azure, cases, monkeypatch, left):
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_REGIONS", "norwaywest")
    spec = replace(asked(cases["virtual-machine"], size="Standard_F2s_v2"), region="norwaywest")
    with pytest.raises(InvalidSpec, match="Standard_F2s_v2"):
        connect("azure", azure_sandbox).apply(spec)
    assert left() == []


def test_ranges_that_overlap_are_refused_with_the_name_of_the_other(azure, azure_emulator, cases):
    first = cases["network"].spec
    azure.apply(first)
    azure_emulator.settle()
    azure.apply(first)
    azure_emulator.settle()
    second = replace(asked(cases["network"], cidr="10.20.0.128/25"), instance="e" * 32)
    with pytest.raises(Conflict, match=r"10\.20\.0\.0/24 of network Parkering web"):
        azure.apply(second)
    zone = replace(asked(cases["network"], cidr="10.0.4.0/24"), instance="d" * 32)
    with pytest.raises(Conflict, match="landing-zone"):
        azure.apply(zone)


def test_a_storage_name_in_use_elsewhere_is_told(azure, azure_emulator, cases):
    from providers.azure.home import Home  # noqa: PLC0415 - needed here only
    from providers.azure.object_storage import account_name  # noqa: PLC0415 - likewise

    spec = cases["object-storage"].spec
    name = account_name(Home("", f"gm-{spec.instance}-1"))
    azure_emulator.client("resource.resources").resource_groups.create_or_update(
        "others", {"location": REGION}
    )
    body = {"location": REGION, "sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    azure_emulator.client("storage").storage_accounts.begin_create(
        "others", name, body, polling=False
    )
    with pytest.raises(Conflict, match="already taken"):
        azure.apply(spec)
    azure_emulator.settle()
    assert azure.apply(replace(spec, attempt=2)).status == "pending"


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("virtual-machine", {"image": "ubuntu-24.04"}),
        ("virtual-machine", {"disk_gb": 30}),
        ("object-storage", {"redundancy": "one-place"}),
        ("network", {"cidr": "10.99.0.0/24"}),
        ("database", {"version": "16"}),
        ("private-connection", {"carrier": "Telenor"}),
        ("private-connection", {"bandwidth_mbps": 50}),
        ("workspace", {"sharing": "personal", "sessions": 1}),
    ],
)
def test_what_cannot_change_in_place_says_so_and_stays(azure, cases, built, kind, parameters):
    larger = {"disk_gb": 64} if kind == "virtual-machine" else {}
    first = asked(cases[kind], **larger)
    built(first)
    other = asked(cases[kind], **{**larger, **parameters})
    assert any(change.replaces for change in azure.preview(other))
    with pytest.raises(InvalidSpec, match="in place"):
        azure.apply(other)
    assert list(azure.preview(first)) == []


@pytest.mark.parametrize(
    ("code", "status"), [("ExpiredAuthenticationToken", 401), ("AuthorizationFailed", 403)]
)
def test_a_credential_that_is_refused_holds(azure, azure_emulator, cases, code, status):
    for case in cases.values():
        azure_emulator.emulator.rules.clear()
        azure_emulator.fault(match=".*", kind="error", code=code, status=status)
        with pytest.raises(NotAuthorised, match=code) as refused:
            azure.apply(case.spec)
        assert refused.value.remedy is Remedy.HOLD
        assert list(azure.inventory()) == []


def test_a_credential_that_expires_half_way_holds_and_goes_on_when_it_is_renewed(
    azure, azure_emulator, cases
):
    for number, case in enumerate(cases.values()):
        azure_emulator.emulator.rules.clear()
        azure_emulator.fault(
            match=".*", kind="error", code="ExpiredAuthenticationToken", status=401, after=3
        )
        spec = replace(case.spec, instance=f"{number:032x}")
        delivery = Delivery(azure, azure_emulator.settle, spec)
        ready = delivery.deliver()
        assert {type(error).__name__ for error in delivery.met} == {"NotAuthorised"}
        assert list(azure.by_kind[case.kind].inventory()) == [ready]


@pytest.mark.parametrize("status", [400, 402, 403, 404, 409, 412, 418, 423, 500, 503])
def test_only_provider_errors_leave_when_everything_is_refused(
    azure, azure_emulator, cases, status
):
    azure_emulator.fault(match=".*", kind="error", status=status, code="Strange", times=None)
    for case in cases.values():
        with pytest.raises(ProviderError):
            azure.apply(case.spec)


def test_more_tags_than_azure_takes_are_refused_before_any_call(azure, azure_emulator, cases):
    many = {f"t{n}": "x" for n in range(60)}
    for tags in (many, {"long": "x" * 257}, {"a/b": "x"}):
        for case in cases.values():
            with pytest.raises(InvalidSpec, match="tag"):
                azure.apply(replace(case.spec, tags=tags))
    assert azure_emulator.emulator.calls.report()["counts"] == {}

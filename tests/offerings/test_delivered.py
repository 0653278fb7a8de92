"""Every offering that comes with the product: each plan at each place, on the emulators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

import providers
from catalog.form import Checked, check
from catalog.items import Placement, items
from catalog.load import load
from catalog.offering import Offering, Parameter
from catalog.places import QUESTION
from emulators.azure.landing_zone import furnish
from emulators.calls import Calls
from fixtures.azure_emulator import SUBSCRIPTION, AzureEmulator
from fixtures.on_record import never_recorded
from orders.model import OrderItem
from providers.contract import Provider
from providers.types import Resource, Spec, Status

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ENOUGH = 60  # looks at one thing until it is there
CATALOG = load()
# offering -> what its customer has already, and tells it by this output
STANDS_ON = {
    "private-connection-aws": ("landing-zone", "network"),
    "private-connection-ibm": ("landing-zone", "network"),
}
CASES = [
    pytest.param(offering, plan, place, id=f"{offering.id}-{plan}-{place.partition('/')[0]}")
    for offering in CATALOG.values()
    for plan in offering.plans
    for place in offering.places
]


@dataclass(frozen=True)
class Cloud:
    provider: Provider
    settle: Callable[[], None]
    calls: Calls


@pytest.fixture
def aws(aws_sandbox: str, aws_emulator, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS", "eu-north-1")
    return Cloud(
        providers.connect("aws", aws_sandbox), aws_emulator.settle, aws_emulator.overlay.calls
    )


@pytest.fixture
def gcp(google_sandbox: str, google_emulator) -> Cloud:
    return Cloud(
        providers.connect("gcp", google_sandbox),
        google_emulator.settle,
        google_emulator.emulator.calls,
    )


@pytest.fixture
def openstack(openstack_planned: str, openstack_emulator) -> Cloud:
    return Cloud(
        providers.connect("openstack", openstack_planned),
        openstack_emulator.settle,
        openstack_emulator.emulator.calls,
    )


@pytest.fixture
def ibm(ibm_sandbox: str, ibm_emulator) -> Cloud:
    return Cloud(
        providers.connect("ibm", ibm_sandbox),
        ibm_emulator.settle,
        ibm_emulator.emulator.calls,
    )


@pytest.fixture
def azure(azure_sandbox: str, azure_emulator: AzureEmulator, monkeypatch) -> Cloud:
    subnet = furnish(azure_emulator.emulator, SUBSCRIPTION, "norwayeast")
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AZURE_SUBNET", subnet)
    azure_emulator.settle()
    calls = azure_emulator.emulator.calls
    calls.clear()
    return Cloud(providers.connect("azure", azure_sandbox), azure_emulator.settle, calls)


def answer(parameter: Parameter) -> object:
    """An answer as people give it: the example, the first choice, the least number."""
    if parameter.type == "choice":
        return parameter.default or next(iter(parameter.choices))
    return {
        "string": parameter.example or "noe",
        "integer": parameter.minimum,
        "boolean": parameter.default,
        "date": None,
    }[parameter.type]


def ordered(offering: Offering, plan: str, place: str) -> list[OrderItem]:
    answers = {
        name: answer(one)
        for name, one in offering.parameters.items()
        if one.required and one.asked_at(place)
    }
    if QUESTION in offering.parameters:
        answers[QUESTION] = place
    checked = check(offering, plan, answers, today=NOW.date())
    assert isinstance(checked, Checked), checked
    placement = Placement(line="1", at=NOW, instance=lambda: uuid4().hex)
    return list(items(offering, checked, placement))


def spec(item: OrderItem, done: Mapping[str, Resource]) -> Spec:
    """What the provider is asked for, with what earlier items hand on."""
    wires = {name: wire.partition(".") for name, wire in item.wires.items()}
    handed = {name: done[source].outputs[output] for name, (source, _, output) in wires.items()}
    return Spec(
        instance=item.instance,
        kind=item.kind,
        region=item.target.region,
        parameters={**item.parameters, **handed},
        name=item.name,
        tags={"order": "1001", "agency": "BYM"},
    )


def delivered(cloud: Cloud, wanted: Spec) -> Resource:
    """Ready, or waiting for people outside: there is nothing more that we could do."""
    for _ in range(ENOUGH):
        found = cloud.provider.apply(wanted)
        assert found.status is not Status.FAILED, found.detail
        if found.status is Status.READY or found.awaits is not None:
            return found
        cloud.settle()
    raise AssertionError(f"never ready: {found.detail}")


def standing(cloud: Cloud, offering: Offering, place: str) -> Mapping[str, str]:
    """What the customer can tell of what was delivered before."""
    if offering.id not in STANDS_ON:
        return {}
    name, output = STANDS_ON[offering.id]
    (item,) = ordered(CATALOG[name], next(iter(CATALOG[name].plans)), place)
    return {output: delivered(cloud, spec(item, {})).outputs[output]}


@pytest.mark.parametrize(("offering", "plan", "place"), CASES)
def test_it_is_delivered(
    offering: Offering, plan: str, place: str, request: pytest.FixtureRequest
) -> None:
    cloud = request.getfixturevalue(place.partition("/")[0])
    done: dict[str, Resource] = {}
    known = standing(cloud, offering, place)
    waiting = [
        replace(item, parameters={**item.parameters, **known})
        for item in ordered(offering, plan, place)
    ]
    while waiting:
        item = next(one for one in waiting if set(one.needs) <= done.keys())
        waiting.remove(item)
        wanted = spec(item, done)
        done[item.id] = delivered(cloud, wanted)
        if done[item.id].status is Status.READY:
            assert not cloud.provider.preview(wanted)
    assert {one.kind for one in ordered(offering, plan, place)} <= cloud.provider.kinds
    name = place.partition("/")[0]
    if name == "openstack":  # roles there are the cloud's own: `member` of the project is enough
        return
    assert never_recorded(name, cloud.calls.titles()) == set(), "docs/permissions would not do"

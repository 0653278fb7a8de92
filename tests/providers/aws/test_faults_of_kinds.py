"""Whatever goes wrong at whichever call: one resource in the end, or none, and the right remedy."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import pytest

from fixtures.aws_emulator import AwsEmulator
from providers import Provider
from providers.errors import ProviderError, Remedy, Unavailable
from providers.types import Resource, Spec, Status

AT_ONCE = ("throttle", "error", "reset", "lost", "delay", "quota", "no-capacity")
SHORT = ("lost", "throttle", "quota")
PASSING = ("throttle", "reset")
EVERY = [False, pytest.param(True, marks=pytest.mark.long)]
EXPECTED = {
    "throttle": {"Throttled"},
    "error": {"Unavailable"},
    "reset": {"Unavailable"},
    "lost": {"Unavailable"},
    "delay": set[str](),
    "quota": {"QuotaExceeded"},
    "no-capacity": {"NoCapacity"},
    "async-error": set[str](),
}
READING = ("Describe", "Get", "List", "Head")
STEPS = 40
KINDS = ("object-storage", "database", "network", "private-connection", "workspace")


@dataclass
class Delivery:
    """Delivers and removes as a flow does: again after an error that may pass, a look at a time.

    A failed build is removed and asked for with the next attempt. `met`: the errors on the way.
    """

    provider: Provider
    aws: AwsEmulator
    spec: Spec
    met: list[ProviderError] = field(default_factory=list)
    made: Resource | None = None

    def deliver(self) -> Resource:
        for _ in range(STEPS):
            resource = self._patiently(lambda: self.provider.apply(self.spec))
            if resource is None:
                continue
            self.made = resource
            seen = self._patiently(lambda ref=resource.ref: self.provider.read(ref))
            if Status.FAILED in {resource.status, seen and seen.status}:
                self.remove(resource)
                self.spec = replace(self.spec, attempt=self.spec.attempt + 1)
            elif seen and (resource.status, seen.status) == (Status.READY, Status.READY):
                return seen
            self.aws.settle()
        raise AssertionError(f"never ready; met {self.met}")

    def remove(self, resource: Resource) -> None:
        for _ in range(STEPS):
            self._patiently(lambda: self.provider.delete(resource.ref))
            self.aws.settle()
            before = len(self.met)
            gone = self._patiently(lambda: self.provider.read(resource.ref)) is None
            if gone and len(self.met) == before:
                return
        raise AssertionError(f"never removed; met {self.met}")

    def _patiently(self, call):
        try:
            return call()
        except ProviderError as error:
            if error.remedy is Remedy.FAIL:
                raise
            self.met.append(error)
            return None


def titles(aws: AwsEmulator) -> list[str]:
    """What was called since the last count, each title once; then count from nothing."""
    called = aws.overlay.calls.titles()
    aws.overlay.calls.clear()
    return list(dict.fromkeys(called))


def faults(called: list[str], main: str, *, every: bool) -> list[dict[str, object]]:
    """Every rule that makes a difference: a read that fails has only not been answered.

    Unless `every`, the call `main` meets one kind of each sort, other writes lose their answer,
    and the first read is cut off: what a refusal comes to is the table's matter, and tested there.
    """
    rules: list[dict[str, object]] = []
    for nth, title in enumerate(called):
        reads = title.partition(".")[2].startswith(READING)
        if every:
            kinds = (PASSING[nth % 2],) if reads else AT_ONCE
        else:
            first = PASSING[1:] if nth == 0 else ()
            kinds = first if reads else SHORT if title == main else SHORT[:1]
        rules += [{"match": title.replace(".", r"\."), "kind": kind} for kind in kinds]
    return [rule | {"seconds": 0.001} if rule["kind"] == "delay" else rule for rule in rules]


def check_struck(delivery: Delivery, rule: dict[str, object]) -> None:
    """The rule struck, and all that was told is what such a fault means."""
    assert delivery.aws.overlay.faults.report()[0]["struck"] == 1, rule
    met = {type(error).__name__ for error in delivery.met}
    assert met == EXPECTED[str(rule["kind"])], (rule, delivery.met)


@dataclass
class Pieces:
    """What there is in the cloud itself, by sort, whoever owns it."""

    aws: AwsEmulator

    def __call__(self) -> Counter[str]:
        ask = self.aws.client
        rds, ec2 = ask("rds"), ask("ec2")
        ours = [{"Name": "tag-key", "Values": ["grunnmur:instance"]}]
        dx, alive = ask("directconnect"), [{"Name": "state", "Values": ["available", "pending"]}]
        found = {
            "desktops": ask("workspaces").describe_workspaces()["Workspaces"],
            "gateways": dx.describe_direct_connect_gateways()["directConnectGateways"],
            "connections": dx.describe_connections()["connections"],
            "interfaces": dx.describe_virtual_interfaces()["virtualInterfaces"],
            "edges": ec2.describe_vpn_gateways(Filters=alive)["VpnGateways"],
            "networks": ec2.describe_vpcs(Filters=ours)["Vpcs"],
            "subnets": ec2.describe_subnets(Filters=ours)["Subnets"],
            "groups": ec2.describe_security_groups(Filters=ours)["SecurityGroups"],
            "buckets": ask("s3").list_buckets()["Buckets"],
            "databases": rds.describe_db_instances()["DBInstances"],
            "parameters": rds.describe_db_parameter_groups()["DBParameterGroups"],
            "subnet groups": rds.describe_db_subnet_groups()["DBSubnetGroups"],
        }
        return +Counter({name: len(several) for name, several in found.items()})


@pytest.fixture
def pieces(aws_emulator):
    return Pieces(aws_emulator)


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_ends_as_one_resource(aws, cases, pieces, kind, every):
    case, aws_emulator = cases[kind], pieces.aws
    before = Delivery(aws, aws_emulator, case.spec)
    before.deliver()
    called, whole = titles(aws_emulator), pieces()
    assert case.create in called
    late = [{"match": case.late, "kind": "async-error"}] if case.late else []
    before.remove(before.made)
    for number, rule in enumerate(faults(called, case.create, every=every) + late):
        aws_emulator.fault(**rule)
        delivery = Delivery(aws, aws_emulator, replace(case.spec, instance=f"{number:032x}"))
        ready = delivery.deliver()
        check_struck(delivery, rule)
        assert pieces() == whole, rule
        assert list(aws.by_kind[kind].inventory()) == [ready], rule
        assert list(aws.preview(delivery.spec)) == [], rule
        aws_emulator.overlay.faults.clear()
        delivery.remove(ready)
        assert pieces() == {}, rule


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_anywhere_on_the_way_back_ends_as_nothing(aws, cases, pieces, kind, every):
    spec, aws_emulator = cases[kind].spec, pieces.aws
    delivery = Delivery(aws, aws_emulator, spec)
    ready = delivery.deliver()
    titles(aws_emulator)
    delivery.remove(ready)
    for number, rule in enumerate(faults(titles(aws_emulator), cases[kind].delete, every=every)):
        spec = replace(spec, instance=f"{number:032x}")
        ready = Delivery(aws, aws_emulator, spec).deliver()
        aws_emulator.overlay.faults.clear()
        aws_emulator.fault(**rule)
        delivery = Delivery(aws, aws_emulator, spec)
        delivery.remove(ready)
        check_struck(delivery, rule)
        assert pieces() == {}, rule
        assert list(aws.by_kind[kind].inventory()) == [], rule


@pytest.mark.parametrize("kind", KINDS)
def test_a_storm_of_lost_answers_never_makes_a_second(aws, aws_emulator, cases, pieces, kind):
    met, before = 0, pieces()
    often = 0.1 if cases[kind].several else 0.25
    for seed in range(3):
        spec = replace(cases[kind].spec, instance=f"{seed:032x}")
        aws_emulator.fault(match=".*", kind="lost", probability=often, seed=seed)
        delivery = Delivery(aws, aws_emulator, spec)
        ready = delivery.deliver()
        aws_emulator.overlay.faults.clear()
        assert set((pieces() - before).values()) <= {1, 2}, seed
        assert list(aws.by_kind[kind].inventory()) == [ready], seed
        met += len(delivery.met)
        delivery.remove(ready)
        assert pieces() == before
    assert met


@pytest.mark.parametrize("kind", KINDS)
def test_a_delete_while_the_cloud_is_away_forgets_nothing(aws, aws_emulator, cases, pieces, kind):
    delivery = Delivery(aws, aws_emulator, cases[kind].spec)
    ready = delivery.deliver()
    aws_emulator.fault(match=".*", kind="reset", times=None)
    with pytest.raises(Unavailable):
        aws.delete(ready.ref)
    with pytest.raises(Unavailable):
        aws.read(ready.ref)
    with pytest.raises(Unavailable):
        list(aws.inventory())
    aws_emulator.overlay.faults.clear()
    assert aws.read(ready.ref) == ready
    delivery.remove(ready)
    assert pieces() == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["quota", "no-capacity"])
def test_what_stays_refused_has_its_remedy_and_can_be_given_up(aws, cases, pieces, kind, fault):
    """Held for want of room, and then cancelled: nothing is left."""
    aws_emulator = pieces.aws
    aws_emulator.fault(match=cases[kind].create, kind=fault, times=None)
    delivery = Delivery(aws, aws_emulator, cases[kind].spec)
    with pytest.raises(AssertionError, match="never ready"):
        delivery.deliver()
    assert {type(met).__name__ for met in delivery.met} == EXPECTED[fault]
    aws_emulator.overlay.faults.clear()
    for left in list(aws.by_kind[kind].inventory()):
        assert left.instance == delivery.spec.instance
        delivery.remove(left)
    assert pieces() == {}


def test_the_laws_of_faults_look_at_every_kind(cases):
    assert set(KINDS) | {"virtual-machine"} == set(cases)

"""What the private cloud cannot deliver: from the order to a clear reason, with nothing left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from emulators.openstack import qemu, serve
from emulators.openstack.offers import PLAN, ZONE, fixed_id
from emulators.openstack.qemu import guest, guests
from emulators.openstack.qemu.image import Image
from fixtures.openstack_emulator import REGION, account
from fixtures.orders_placed import line, place_lines
from flows.patience import Backoff
from orders import events as e
from orders import service
from orders.model import State, Target
from providers import connect

HERE = Target(provider="openstack", account="sandbox", region=REGION)
SERVER = {"size": "vm-2-4", "image": "debian-12", "disk_gb": 20}
NETWORK = {"prefix": 26}
PIECES = ("servers", "ports", "volumes", "networks", "subnets", "routers", "security-groups")
FURNISHED = 2  # networks that stand there before anybody orders
LOOK = Backoff(first=0.05, factor=1, most=0.05)


@pytest.fixture
def cloud(monkeypatch):
    """On this machine's own clock, with an address plan."""
    running = serve(lag=0.0)
    for name, value in account(running.url, PLAN=PLAN).items():
        monkeypatch.setenv(name, value)
    yield running.emulator
    running.close()


@pytest.fixture
def boots(cloud, tmp_path, monkeypatch):
    """Servers are started by a program of the test's, in QEMU's place."""

    def use(script):
        kernel, disk = tmp_path / "vmlinuz", tmp_path / "initrd.gz"
        kernel.write_bytes(b"k")
        disk.write_bytes(b"d")
        monkeypatch.setattr(guests, "image", lambda _folder, _end: Image(kernel, disk))
        program = tmp_path / "qemu"
        if script:
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        else:
            monkeypatch.setattr(guest.shutil, "which", lambda _: None)
        monkeypatch.setattr(guest, "PROGRAM", str(program))
        cloud.house(qemu.Guests(tmp_path / "guests"))

    return use


@pytest.fixture
def begun(world, fulfil, cloud):
    """The number of an order whose run has come to its end."""
    patience = replace(world.house.patience, polls=LOOK, build=timedelta(seconds=60))
    world.use(connect=connect, patience=patience)

    def order(kind="virtual-machine", **parameters):
        wanted = SERVER if kind == "virtual-machine" else NETWORK
        one = line(kind=kind, target=HERE, parameters={**wanted, **parameters})
        number = place_lines(world.book, [one])
        fulfil(number)
        return number

    return order


@pytest.fixture
def ordered(world, cloud, begun):
    """The item of such an order; and that nothing of it is left."""
    store = cloud.cloud.store

    def pieces():
        return {name: store.each(f"{REGION}/{name}") for name in PIECES}

    def order(**parameters):
        before = pieces()
        number = begun(**parameters)
        assert list(connect("openstack", "sandbox").inventory()) == []
        assert pieces() == before
        return world.item(number)

    return order


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"size": "vm-99"}, "no flavour 'vm-99'; it has vm-1-2, vm-2-4"),
        ({"image": "debian-99"}, "no image 'debian-99'; it has debian-12"),
        ({"ssh_key": "-----BEGIN PRIVATE KEY-----"}, "ssh_key: not a public SSH key"),
    ],
)
def test_what_no_try_can_help_fails_and_names_it(ordered, wrong, told):
    item = ordered(**wrong)
    assert item.state is State.FAILED
    assert told in item.reason
    assert "PRIVATE" not in item.reason


def test_a_quota_that_is_used_up_holds_it_until_somebody_has_raised_it(ordered, cloud):
    cloud.rules.add({"match": "compute.servers.create", "kind": "quota"})
    item = ordered()
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert item.reason.startswith("QuotaExceeded: Quota exceeded for cores")


def test_a_plan_without_a_range_left_holds_it_until_somebody_has_enlarged_it(
    world, fulfil, cloud, begun
):
    """What was begun stays the order's own, and the order goes on with it."""
    store = cloud.cloud.store
    plan = store.get(f"{REGION}/subnetpools", fixed_id(REGION, PLAN))
    store.put(f"{REGION}/subnetpools", {**plan, "prefixes": ["10.64.0.0/27"]})
    number = begun("network")
    item = world.item(number)
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert "Insufficient prefix space" in item.reason

    store.put(f"{REGION}/subnetpools", plan)
    released = e.ItemReleased(at=world.moment, by="operator", item="1", why="it is larger now")
    service.record(world.book, number, released)
    fulfil(number)
    assert world.item(number).state is State.COMPLETED
    assert len(list(connect("openstack", "sandbox").inventory())) == 1
    assert len(store.each(f"{REGION}/networks")) == FURNISHED + 1


def test_a_network_without_an_address_left_holds_it(ordered, cloud):
    store = cloud.cloud.store
    subnet = store.get(f"{REGION}/subnets", fixed_id(REGION, f"{ZONE} subnet"))
    full = {**subnet, "cidr": f"{subnet['gateway_ip']}/32"}
    store.put(f"{REGION}/subnets", full)
    item = ordered()
    assert (item.state, item.resume_at) == (State.HELD, None)
    assert "No fixed IP addresses available" in item.reason


def test_no_free_memory_for_a_guest_holds_it_and_is_tried_again(
    ordered, boots, tmp_path, monkeypatch
):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemAvailable:   102400 kB\n")
    monkeypatch.setattr(guests, "MEMINFO", meminfo)
    boots("exec sleep 600")
    item = ordered()
    assert item.state is State.HELD
    assert item.resume_at is not None
    assert "has 100 MiB free, and a server needs 260" in item.reason


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("", "QEMU could not be started"),
        ("echo 'no such machine' >&2; exit 1", "QEMU ended by itself: no such machine"),
    ],
    ids=["missing", "dying"],
)
def test_a_qemu_that_is_missing_or_dies_fails_it_with_that_reason(ordered, boots, script, told):
    boots(script)
    item = ordered()
    assert item.state is State.FAILED
    assert told in item.reason

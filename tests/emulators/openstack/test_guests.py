"""Who may boot, how many, and what is said when none can: without QEMU and without waiting long."""

from __future__ import annotations

import base64
import gzip
import json
import time
from dataclasses import replace

import pytest

from emulators.openstack import qemu, serve
from emulators.openstack.offers import fixed_id
from emulators.openstack.qemu import guest, guests
from emulators.openstack.qemu.image import Image, NoImage
from fixtures.openstack_emulator import account
from providers import connect
from providers.errors import NoCapacity
from providers.types import Spec, Status

PATIENCE = 60.0
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB9V3fUJ1mXhJBpPm1cIFpY9FqjB0w0dVnN0a0c2Y1lr a"
PLAIN = base64.b64encode(b"#cloud-config\n").decode()
SPEC = Spec(
    instance="0123456789abcdef0123456789abcdef",
    kind="virtual-machine",
    region="oslo-1",
    parameters={"size": "vm-2-4", "image": "debian-12"},
    name="web",
)


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A system that no QEMU needs to like."""
    kernel, disk = tmp_path / "vmlinuz", tmp_path / "initrd.gz"
    kernel.write_bytes(b"k")
    disk.write_bytes(b"d")
    monkeypatch.setattr(guests, "image", lambda _folder, _end: Image(kernel, disk))
    return tmp_path


@pytest.fixture
def program(system, monkeypatch):
    """What is started instead of QEMU."""

    def use(script: str) -> None:
        file = system / "qemu"
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        monkeypatch.setattr(guest, "PROGRAM", str(file))

    return use


@pytest.fixture
def cloud(tmp_path, monkeypatch):
    running = serve(lag=0.0)
    running.emulator.house(qemu.Guests(tmp_path / "guests", most=2))
    for name, value in account(running.url).items():
        monkeypatch.setenv(name, value)
    yield connect("openstack", "sandbox")
    running.close()


def until(cloud, ref, status):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        now = cloud.read(ref)
        if now.status is status:
            return now
        time.sleep(0.05)
    raise AssertionError(f"never {status}: {now}")


def until_only(cloud, instances):
    end = time.monotonic() + PATIENCE
    while (there := {one.instance for one in cloud.inventory()}) != instances:
        assert time.monotonic() < end, there


def test_one_more_than_fit_is_told_so_and_nothing_of_it_stays(cloud, program):
    program("exec sleep 600")
    for number in range(2):
        cloud.apply(replace(SPEC, instance=f"{number:032x}"))
    third = replace(SPEC, instance="f" * 32)
    with pytest.raises(NoCapacity, match="runs 2 servers, and no more than 2"):
        cloud.apply(third)
    left = {f"{number:032x}" for number in range(2)}
    until_only(cloud, left)


def test_without_memory_for_one_more_it_says_how_much_is_missing(
    cloud, program, tmp_path, monkeypatch
):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9 kB\nMemAvailable:   102400 kB\n")
    monkeypatch.setattr(guests, "MEMINFO", meminfo)
    with pytest.raises(NoCapacity, match="has 100 MiB free, and a server needs 260"):
        cloud.apply(SPEC)
    until_only(cloud, set())


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo 'no such machine' >&2; exit 1", "QEMU ended by itself: no such machine"),
        ("exit 0", "QEMU ended by itself: no reason given"),
    ],
)
def test_a_guest_that_dies_fails_its_server_with_the_reason(cloud, program, script, told):
    program(script)
    ref = cloud.apply(SPEC).ref
    assert told in until(cloud, ref, Status.FAILED).detail
    cloud.delete(ref)
    assert cloud.read(ref) is None


def test_a_qemu_that_is_gone_fails_its_server_with_the_reason(cloud, system, monkeypatch):
    monkeypatch.setattr(guest, "PROGRAM", str(system / "nothing"))
    monkeypatch.setattr(guest.shutil, "which", lambda _: None)
    failed = until(cloud, cloud.apply(SPEC).ref, Status.FAILED)
    assert "QEMU could not be started" in failed.detail


def test_without_a_system_to_boot_servers_are_simulated(cloud, monkeypatch, caplog):
    def none(_folder, _end):
        raise NoImage("apt knows no kernel")

    monkeypatch.setattr(guests, "image", none)
    ready = until(cloud, cloud.apply(SPEC).ref, Status.READY)
    assert "url" not in ready.outputs
    assert "apt knows no kernel" in caplog.text


def test_what_installs_packages_at_its_first_start_is_simulated(tmp_path):
    data = base64.b64encode(b'#cloud-config\n{\n "packages": ["postgresql"]\n}\n').decode()
    small = qemu.Guests(tmp_path)
    assert small.takes({"_user_data": PLAIN})
    assert not small.takes({"_user_data": data})
    (tmp_path / guests.DEBIAN).touch()
    assert not small.takes({"_user_data": data, "_image": "another"})
    assert small.takes({"_user_data": data, "_image": fixed_id("oslo-1", "image debian-12")})


def test_debian_itself_gets_a_disk_of_its_own_and_what_cloud_init_is_told(cloud, program, tmp_path):
    program(f'echo "$@" >{tmp_path}/asked; exec sleep 600')
    (tmp_path / "guests").mkdir()
    (tmp_path / "guests" / guests.DEBIAN).write_bytes(b"a system")
    ref = cloud.apply(replace(SPEC, parameters={**SPEC.parameters, "ssh_key": KEY})).ref
    end = time.monotonic() + PATIENCE
    while not (tmp_path / "asked").exists() or not (tmp_path / "asked").read_text():
        assert time.monotonic() < end
        time.sleep(0.05)
    own = tmp_path / "guests" / ref.id
    assert f"file={own}/disk.ext4,if=virtio,format=raw" in (tmp_path / "asked").read_text()
    assert (own / "disk.ext4").read_bytes() == b"a system"
    told = gzip.decompress((own / "initrd.gz").read_bytes()[4:])
    assert KEY.encode() in told
    assert b'"local-hostname": "web"' in told
    cloud.delete(ref)
    assert not own.exists()


def test_its_ports_are_those_that_no_client_is_given_while_it_is_down(cloud, program, tmp_path):
    program("exec sleep 600")
    ref = cloud.apply(SPEC).ref
    kept = tmp_path / "guests" / ref.id / "ports.json"
    end = time.monotonic() + PATIENCE
    while not kept.exists() or not kept.read_text():
        assert time.monotonic() < end
        time.sleep(0.05)
    ports = json.loads(kept.read_text()).values()
    assert len(set(ports)) == len(guest.DOORS)
    assert all(port in guest.OWN for port in ports)

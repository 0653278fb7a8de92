"""`grunnmur up` as a person meets it: a first order, an end without remains, a second start."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.ports import HOST
from fixtures.stack import GUARD, READY, TITLES, Stack, start
from ledger import open_ledger

PROCESSES = 6  # supervisor, Prefect server, clouds, sign-in provider, portal, worker


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A product that was started on an empty folder, delivered its first order and was stopped."""
    one = start(tmp_path_factory.mktemp("up") / "home")
    try:
        yield one.until(READY)
    finally:
        if one.process.poll() is None:
            one.stop()


def family(stack: Stack) -> list[str]:
    """Every process whose environment points at this home."""
    mark = f"GRUNNMUR_HOME={stack.home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def ports_held(stack: Stack) -> list[str]:
    held = []
    for part in TITLES:
        port = int(stack.address(part).rpartition(":")[2])
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                held.append(part)
    return held


def runs(stack: Stack) -> int:
    answer = httpx.post(f"{stack.address('prefect')}/api/flow_runs/count", json={}, trust_env=False)
    return int(answer.json())


def test_the_first_order_is_delivered_before_our_eyes(first: Stack) -> None:
    assert "Order 1001 is completed" in first.text
    assert "private ip" in first.text
    assert f"{first.address('portal')}/orders/1001" in first.text
    assert f"{first.address('prefect')}/runs/flow-run/" in first.text


def test_its_metrics_are_read_with_the_homes_own_token(first: Stack) -> None:
    address = f"{first.address('portal')}/metrics"
    token = json.loads((first.home / "secrets.json").read_text())["metrics"]
    answer = httpx.get(address, headers={"Authorization": f"Bearer {token}"}, trust_env=False)
    assert 'grunnmur_orders{state="completed"} 1.0' in answer.text
    assert httpx.get(address, trust_env=False).status_code == 401


def test_nothing_but_loopback_was_asked_for(first: Stack) -> None:
    assert first.refused.read_text() == ""


@pytest.mark.parametrize(
    "call", ["create_connection(('192.0.2.1', 9))", "getaddrinfo('x.example', 9)"]
)
def test_the_guard_refuses_and_tells(call: str, tmp_path: Path) -> None:
    log = tmp_path / "refused.txt"
    out = subprocess.run(
        [sys.executable, "-c", f"import socket; socket.{call}"],
        env=os.environ | {"PYTHONPATH": str(GUARD), "LOOPBACK_ONLY_LOG": str(log)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.returncode == 1
    assert "only loopback may be reached" in out.stderr
    assert log.read_text()


def test_ctrl_c_leaves_no_process_and_no_port(first: Stack) -> None:
    assert len(family(first)) >= PROCESSES
    assert first.stop(signal.SIGINT) == 0
    assert family(first) == []
    assert ports_held(first) == []
    assert "Traceback" not in first.text


@pytest.fixture
def stopped(first: Stack) -> Stack:
    """The first one, stopped; which another test does where there was one before."""
    if first.process.poll() is None:
        first.stop()
    return first


def test_a_second_start_finds_all_as_it_was_and_a_lost_part_ends_it(stopped: Stack) -> None:
    second = start(stopped.home, 2).until(READY)
    assert second.address("portal") == stopped.address("portal")
    assert "The ledger holds 1 order from before" in second.text
    assert runs(second) >= 1
    assert machines(second) == 1

    worker = next(
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if b"flows.worker" in cmdline(folder) and str(second.home).encode() in environ(folder)
    )
    os.kill(worker, signal.SIGKILL)
    assert second.process.wait(180) == 1
    assert "Worker ended by itself (killed by SIGKILL)" in second.text
    assert str(second.home / "logs" / "worker.log") in second.text
    assert family(second) == []


def test_sigterm_ends_it_as_cleanly(stopped: Stack) -> None:
    third = start(stopped.home, 3).until(READY)
    assert third.stop(signal.SIGTERM) == 0
    assert family(third) == []
    assert open_ledger(f"sqlite:///{stopped.home / 'ledger.db'}").verify() == []
    assert stopped.refused.read_text() == ""


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as server:
        port = str(server.getsockname()[1])
        out = up(tmp_path / "home", GRUNNMUR_PORTAL_PORT=port)
    assert out.returncode == 1
    assert out.stdout.count("\n") == 1
    assert f"Port {port} (GRUNNMUR_PORTAL_PORT) is in use" in out.stdout


def test_a_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    out = up(tmp_path / "home")
    assert out.returncode == 1
    assert out.stdout.count("\n") == 1
    assert "Cannot keep state in" in out.stdout


def up(home: Path, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "cli", "up"],
        env=os.environ | {"GRUNNMUR_HOME": str(home)} | more,
        cwd=home.parent,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def machines(stack: Stack) -> int:
    """Machines that exist in the emulated cloud, asked for with the vendor's own SDK."""
    import boto3  # noqa: PLC0415 - only this question needs it

    ec2 = boto3.client(
        "ec2",
        endpoint_url=stack.address("aws"),
        region_name="eu-north-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",  # noqa: S106 - an emulator takes any
    )
    alive = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    pages = ec2.get_paginator("describe_instances").paginate(Filters=alive)
    return sum(len(one["Instances"]) for page in pages for one in page["Reservations"])


def cmdline(folder: Path) -> bytes:
    return read(folder / "cmdline")


def environ(folder: Path) -> bytes:
    return read(folder / "environ")


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""

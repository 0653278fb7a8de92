"""All clouds in one process: each answers its vendor's SDK, and all outlive the process."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import boto3
import httpx
import pytest
from botocore.config import Config

from emulators.command import CannotServe
from fixtures.azure_emulator import REGION as AZURE_REGION
from fixtures.azure_emulator import SUBSCRIPTION
from fixtures.azure_emulator import client as azure_client
from fixtures.google_emulator import GoogleEmulator
from fixtures.ibm_emulator import IbmEmulator
from fixtures.openstack_emulator import sdk as openstack_sdk

ROOT = Path(__file__).parents[2]
NAMES = ("aws", "google", "azure", "openstack", "ibm")
PATIENCE = 60.0  # seconds
BUCKET, TABLE = "grunnmur-one-process", "gm-vpc"


def command(*more: str) -> list[str]:
    ports = [f"--{name}-port=0" for name in NAMES]
    return [sys.executable, "-m", "emulators", *ports, "--lag=0", *more]


@dataclass
class Served:
    process: subprocess.Popen[str]
    urls: dict[str, str]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def serve():
    with ExitStack() as started:

        def start(*more: str) -> Served:
            process = subprocess.Popen(command(*more), stdout=subprocess.PIPE, text=True, cwd=ROOT)
            started.enter_context(process)
            started.callback(process.kill)
            ready = process.stdout.readline()
            assert ready.startswith("ready aws http://127.0.0.1:"), ready
            told = [part.split() for part in ready.removeprefix("ready ").split(", ")]
            return Served(process, {name: where for name, where, *_ in told[: len(NAMES)]})

        yield start


def ec2_of(url: str):
    config = Config(proxies={}, retries={"total_max_attempts": 1})
    return boto3.Session("a", "b", region_name="eu-north-1").client(
        "ec2", endpoint_url=url, config=config
    )


class Desks:
    """One thing in each cloud, by each vendor's SDK."""

    def __init__(self, urls: dict[str, str]) -> None:
        self.ec2 = ec2_of(urls["aws"])
        self.google = GoogleEmulator(
            SimpleNamespace(url=urls["google"], close=lambda: None), lambda: 0.0
        )
        self.groups = azure_client("resource.resources", urls["azure"])
        self.networks = azure_client("network", urls["azure"])
        self.openstack = openstack_sdk(urls["openstack"])
        self.ibm = IbmEmulator(SimpleNamespace(url=urls["ibm"], close=lambda: None), lambda: 0.0)

    def close(self) -> None:
        self.ec2.close()
        self.google.close()
        self.groups.close()
        self.networks.close()
        self.openstack.close()
        self.ibm.close()

    def make(self) -> None:
        vpc = self.ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
        self.ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": TABLE}])
        self.google.storage().create_bucket(BUCKET, location="EU")
        self.groups.resource_groups.create_or_update("rg-one", {"location": AZURE_REGION})
        self.ibm.vpc().create_vpc(name=TABLE)
        self.openstack.network.post("/networks", json={"network": {"name": TABLE}})

    def found(self) -> tuple[set[str], set[str], set[str]]:
        vpcs = self.ec2.describe_vpcs()["Vpcs"]
        names = {t["Value"] for vpc in vpcs for t in vpc.get("Tags", [])}
        buckets = {bucket.name for bucket in self.google.storage().list_buckets()}
        return names, buckets, {group.name for group in self.groups.resource_groups.list()}

    def ibms(self) -> set[str]:
        return {one["name"] for one in self.ibm.vpc().list_vpcs().get_result()["vpcs"]}

    def private(self) -> set[str]:
        found = self.openstack.network.get("/networks").json()["networks"]
        return {one["name"] for one in found}

    def zone(self) -> list[str]:
        networks = self.networks.virtual_networks.list_all()
        return [subnet.id for network in networks for subnet in network.subnets]


def test_each_answers_its_own_sdk_and_outlives_a_kill(serve, tmp_path):
    zone = f"--landing-zone={SUBSCRIPTION}"
    first = serve("--state", str(tmp_path), zone)
    with closing(Desks(first.urls)) as desks:
        desks.make()
        (subnet,) = desks.zone()
        assert subnet.endswith("/landing-zone/subnets/workloads")
        assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert {path.name for path in tmp_path.iterdir()} == set(NAMES)

    second = serve("--state", str(tmp_path), zone)
    with closing(Desks(second.urls)) as desks:
        assert desks.found() == ({TABLE}, {BUCKET}, {"rg-one", "landing-zone"})
        assert desks.private() == {TABLE, "landing-zone", "municipality"}
        assert desks.ibms() == {TABLE, "landing-zone"}
        assert desks.zone() == [subnet]
    assert second.end(signal.SIGTERM) == 0


def test_what_cannot_be_served_is_one_sentence_that_names_the_cloud_and_the_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = subprocess.run(
            command(f"--azure-port={port}"),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            cwd=ROOT,
            check=False,
        )
    assert told.returncode == 1
    assert told.stdout == ""
    (line,) = told.stderr.splitlines()
    assert line.startswith(f"emulators: cannot serve azure at 127.0.0.1:{port}")
    assert "in use" in line


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("--google-port=65536", "no port from 0 to 65535"),
        ("--aws-port=x", "no port"),
        ("--lag=-1", "no number of seconds"),
        ("--lag=nan", "no number of seconds"),
    ],
)
def test_an_argument_that_cannot_be_meant_is_refused(argument, text, monkeypatch, capsys):
    from emulators.__main__ import main  # noqa: PLC0415 - moto is slow to import

    monkeypatch.setattr(sys, "argv", ["emulators", argument])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert text in capsys.readouterr().err


def test_a_folder_in_use_is_told_and_nothing_keeps_running(tmp_path):
    from emulators import azure  # noqa: PLC0415 - as above
    from emulators.clouds import NAMES, Wanted, serve  # noqa: PLC0415 - as above

    wanted = Wanted(ports=dict.fromkeys(NAMES, 0), state=tmp_path, lag=0)
    holding = azure.serve(state=tmp_path / "azure")
    with pytest.raises(CannotServe, match="azure: another emulator keeps its state"):
        serve(wanted)
    holding.close()
    clouds = serve(wanted)
    assert set(clouds.urls) == set(NAMES)
    clouds.close()


def test_only_loopback_is_served(tmp_path):
    from emulators.clouds import NAMES, Wanted, serve  # noqa: PLC0415 - as above

    wanted = Wanted(ports=dict.fromkeys(NAMES, 0), host="0.0.0.0")  # noqa: S104 - refused
    with pytest.raises(CannotServe, match="no loopback address"):
        serve(wanted)


def test_what_struck_is_told_after_a_kill(serve, tmp_path):
    rule = {"match": ".*", "kind": "delay", "seconds": 0.01, "times": 1}
    first = serve("--state", str(tmp_path))
    for url in first.urls.values():
        httpx.post(f"{url}/_emulator/faults", json=rule, trust_env=False).raise_for_status()
    with closing(Desks(first.urls)) as desks:
        desks.make()
    first.end(signal.SIGKILL)

    second = serve("--state", str(tmp_path))
    for name, url in second.urls.items():
        told = httpx.get(f"{url}/_emulator/faults", trust_env=False).json()
        assert told == {"rules": [], "struck": {"delay": 1}}, name

"""A guest's system for the tests that boot one: fetched once, kept between runs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from threading import Event

import pytest

from emulators.openstack.qemu import found
from emulators.openstack.qemu.image import NoImage, image
from fixtures.openstack_emulator import REGION, sdk

KEPT = Path(__file__).parents[3] / ".venv/guest-image"


@pytest.fixture(scope="session")
def guest_image() -> Path:
    """The folder with the system. Skips, and says why, where no guest can boot."""
    if not found():
        pytest.skip("no qemu-system-x86_64 here: apt-get install qemu-system-x86")
    try:
        image(KEPT, Event())
    except NoImage as why:
        pytest.skip(f"no system for a guest: {why}")
    return KEPT


@pytest.fixture
def guest_state(guest_image: Path, tmp_path: Path) -> Path:
    """A folder for the clouds' state that has the system already."""
    shutil.copytree(guest_image, tmp_path / "openstack/guests/image")
    return tmp_path


@pytest.fixture
def key(tmp_path):
    if not shutil.which("ssh"):
        pytest.skip("no ssh here: apt-get install openssh-client")
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)  # noqa: S607 - as found
    return file


@pytest.fixture
def sdk_of():
    """The SDK's own connection to a private cloud, closed at the end."""
    opened = []

    def connect(url, region=REGION):
        opened.append(sdk(url, region))
        return opened[-1]

    yield connect
    for one in opened:
        one.close()


@pytest.fixture
def cloud(openstack_emulator, sdk_of):
    return sdk_of(openstack_emulator.url)


@pytest.fixture
def ask(cloud):
    """A call with the SDK's own session; its answer whatever it is."""

    def call(service, verb, path, body=None):
        there = getattr(cloud, service)
        sent = {"json": body} if body is not None else {}
        return there.request(path, verb, raise_exc=False, **sent)

    return call

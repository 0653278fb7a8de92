"""A key to sign in with, and the SDK's own connection."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from fixtures.openstack_emulator import REGION, sdk


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

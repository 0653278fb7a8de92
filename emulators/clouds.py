"""Serves the emulated clouds from one process, each at a port of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from emulators import aws, azure, google, ibm, openstack
from emulators.azure.landing_zone import furnish
from emulators.command import Running, told
from emulators.ibm import landing_zone as ibm_landing_zone
from emulators.openstack import qemu

NAMES = ("aws", "google", "azure", "openstack", "ibm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How to serve them.

    ports         by name of the cloud; 0 for any free one
    state         folder with a folder for each cloud, None to forget all
    lag           seconds that the shortest piece of work takes in each cloud
    host          a loopback address
    landing_zone  Azure subscriptions to furnish with a network, each with its region
    boot          whether the private cloud's servers really boot, where QEMU is found
    """

    ports: Mapping[str, int]
    state: Path | None = None
    lag: float = 1.0
    host: str = "127.0.0.1"
    landing_zone: Mapping[str, str] = field(default_factory=dict[str, str])
    boot: bool = False

    def place(self, name: str) -> tuple[int, Path | None]:
        """The port of a cloud, and its folder."""
        return self.ports[name], self.state / name if self.state else None


@dataclass(slots=True)
class Clouds:
    """All that are served. `urls` by name of the cloud."""

    urls: Mapping[str, str]
    _open: ExitStack

    def told(self) -> str:
        return ", ".join(f"{name} {url}" for name, url in self.urls.items())

    def close(self) -> None:
        """Stop serving all, keep their state, and free the ports."""
        self._open.close()


def serve(wanted: Wanted) -> Clouds:
    """Start all; they answer when this returns. Raises CannotServe, and then none is left."""
    urls: dict[str, str] = {}
    with ExitStack() as opened:
        for name in NAMES:
            running = _started(name, wanted)
            opened.callback(running.close)
            urls[name] = running.url
        return Clouds(urls, opened.pop_all())


def _started(name: str, wanted: Wanted) -> Running:
    starts: Mapping[str, Callable[[Wanted], Running]] = {
        "aws": lambda w: aws.serve(*w.place("aws"), lag=w.lag, host=w.host),
        "google": lambda w: google.serve(*w.place("google"), lag=w.lag, host=w.host),
        "azure": _azure,
        "ibm": _ibm,
        "openstack": _openstack,
    }
    port, state = wanted.place(name)
    with told(name, f"{wanted.host}:{port}", state):
        return starts[name](wanted)


def _openstack(wanted: Wanted) -> Running:
    port, folder = wanted.place("openstack")
    running = openstack.serve(port, folder, lag=wanted.lag, host=wanted.host)
    if wanted.boot and folder and qemu.found():
        running.emulator.house(qemu.Guests(folder / "guests"))
    return running


def _azure(wanted: Wanted) -> Running:
    running = azure.serve(*wanted.place("azure"), lag=wanted.lag, host=wanted.host)
    for subscription, region in wanted.landing_zone.items():
        furnish(running.emulator, subscription, region)
    running.emulator.calls.clear()
    return running


def _ibm(wanted: Wanted) -> Running:
    running = ibm.serve(*wanted.place("ibm"), lag=wanted.lag, host=wanted.host)
    ibm_landing_zone.furnish(running.emulator)
    running.emulator.calls.clear()
    return running

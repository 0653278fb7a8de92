"""Serves the emulated clouds from one process, each at a port of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from emulators import aws, azure, google, ibm, openstack
from emulators.aws.persistence import StateInUse as AwsStateInUse
from emulators.azure.landing_zone import furnish
from emulators.azure.store import StateInUse as AzureStateInUse
from emulators.google.store import StateInUse as GoogleStateInUse
from emulators.ibm import landing_zone as ibm_landing_zone
from emulators.ibm.store import StateInUse as IbmStateInUse
from emulators.loopback import NotLoopback
from emulators.openstack import qemu
from emulators.openstack.store import StateInUse as OpenstackStateInUse

NAMES = ("aws", "google", "azure", "openstack", "ibm")
STATES_IN_USE = (
    AwsStateInUse,
    AzureStateInUse,
    GoogleStateInUse,
    IbmStateInUse,
    OpenstackStateInUse,
)


class CannotServe(Exception):
    """One of the clouds cannot be served; the message says which and why."""


class Running(Protocol):
    """What each cloud's `serve` gives."""

    @property
    def url(self) -> str: ...

    def close(self) -> None: ...


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

    def folder(self, name: str) -> Path | None:
        return self.state / name if self.state else None


@dataclass(slots=True)
class Clouds:
    """All that are served. `urls` by name of the cloud."""

    urls: Mapping[str, str]
    _open: ExitStack

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
        "aws": lambda w: aws.serve(w.ports["aws"], w.folder("aws"), lag=w.lag, host=w.host),
        "google": lambda w: google.serve(
            w.ports["google"], w.folder("google"), lag=w.lag, host=w.host
        ),
        "azure": _azure,
        "ibm": _ibm,
        "openstack": _openstack,
    }
    try:
        return starts[name](wanted)
    except NotLoopback as error:
        raise CannotServe(f"--host {error}") from None
    except STATES_IN_USE as error:
        raise CannotServe(f"{name}: {error}; stop it, or give another --state") from None
    except OSError as error:
        where = f"{wanted.host}:{wanted.ports[name]} with state {wanted.folder(name) or 'memory'}"
        raise CannotServe(f"cannot serve {name} at {where}: {error}") from None


def _openstack(wanted: Wanted) -> Running:
    folder = wanted.folder("openstack")
    running = openstack.serve(wanted.ports["openstack"], folder, lag=wanted.lag, host=wanted.host)
    if wanted.boot and folder and qemu.found():
        running.emulator.house(qemu.Guests(folder / "guests"))
    return running


def _azure(wanted: Wanted) -> Running:
    running = azure.serve(
        wanted.ports["azure"], wanted.folder("azure"), lag=wanted.lag, host=wanted.host
    )
    for subscription, region in wanted.landing_zone.items():
        furnish(running.emulator, subscription, region)
    running.emulator.calls.clear()
    return running


def _ibm(wanted: Wanted) -> Running:
    running = ibm.serve(wanted.ports["ibm"], wanted.folder("ibm"), lag=wanted.lag, host=wanted.host)
    ibm_landing_zone.furnish(running.emulator)
    running.emulator.calls.clear()
    return running

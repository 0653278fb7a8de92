"""Where this overlay takes hold of moto: the one module that replaces anything inside it."""

from __future__ import annotations

from typing import Any

from moto import settings
from moto.core import errors
from moto.ec2.exceptions import InvalidInstanceIdError
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.instances import Instance, InstanceBackend, InstanceState

from emulators.aws import backends, images
from emulators.aws.lag import Lag

_their_init = Instance.__init__
_their_start = Instance.start
_their_stop = Instance.stop
_their_terminate = Instance.terminate
_lags: list[Lag] = []  # the last one rules


def install(lag: Lag) -> None:
    """Make moto's machines follow `lag`, and begin with nothing.

    moto's state is the process's: of two emulators in one process only the later one works.
    """
    settings.ENABLE_AMI_VALIDATION = True
    for owner, name, ours in _OURS:
        setattr(owner, name, ours)
    _lags.append(lag)
    backends.empty()


def remove(lag: Lag) -> None:
    """Let whoever was there before rule again, over nothing."""
    _lags.remove(lag)
    if not _lags:
        for owner, name, theirs in _THEIRS:
            setattr(owner, name, theirs)
    backends.empty()


def _begin(self: Instance, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as moto's
    _their_init(self, *args, **kwargs)
    _lags[-1].begin(self)


def _start(self: Instance) -> InstanceState:
    return _lags[-1].start(self, _their_start)


def _stop(self: Instance) -> InstanceState:
    return _lags[-1].stop(self, _their_stop)


def _terminate(self: Instance) -> InstanceState:
    return _lags[-1].terminate(self, _their_terminate)


def _tags(self: Any) -> list[dict[str, str]]:  # noqa: ANN401 - any tagged moto model
    """The tags of one resource by its id; moto compares every tag of the region instead."""
    kept = self.ec2_backend.tags.get(self.id, {}) if self.id else {}
    return [{"key": k, "value": v, "resource_id": self.id} for k, v in kept.items()]


def _machine(self: InstanceBackend, instance_id: str) -> Instance:
    """One machine by its id; moto copies every reservation of the region first."""
    for reservation in self.reservations.values():
        for machine in reservation.instances:
            if machine.id == instance_id:
                return machine
    raise InvalidInstanceIdError(instance_id)


def _unheard(*_: Any, **__: Any) -> None:  # noqa: ANN401 - as warnings.warn
    """Moto warns about refusals its models do not list; a fault rule may name any code."""


_OURS: tuple[tuple[Any, str, Any], ...] = (
    (Instance, "__init__", _begin),
    (Instance, "start", _start),
    (Instance, "stop", _stop),
    (Instance, "terminate", _terminate),
    (InstanceBackend, "get_instance", _machine),
    (TaggedEC2Resource, "get_tags", _tags),
    (AmiBackend, "_load_amis", images.load),
    (errors, "warn", _unheard),
)
_THEIRS = tuple((owner, name, getattr(owner, name)) for owner, name, _ in _OURS)

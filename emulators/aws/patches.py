"""Where this overlay takes hold of moto: the one module that replaces anything inside it."""

from __future__ import annotations

import warnings
from typing import Any

from moto import settings
from moto.core import errors
from moto.core.base_backend import BackendDict
from moto.ec2.exceptions import InvalidInstanceIdError
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.instances import Instance, InstanceBackend, InstanceState

from emulators.aws import images
from emulators.aws.lag import Lag

_begin = Instance.__init__
_start = Instance.start
_stop = Instance.stop
_terminate = Instance.terminate


def install(lag: Lag) -> None:
    """Make moto's machines follow `lag`. moto's state is the process's, so only one can hold it."""
    settings.ENABLE_AMI_VALIDATION = True
    # moto warns about refusals its models do not list; a fault rule may name any code
    errors.warn = lambda *_, **__: None  # type: ignore[attr-defined]
    AmiBackend._load_amis = images.load  # type: ignore[method-assign,assignment]  # noqa: SLF001
    TaggedEC2Resource.get_tags = _tags  # type: ignore[method-assign]
    InstanceBackend.get_instance = _machine  # type: ignore[method-assign]

    def begin(self: Instance, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as moto's
        _begin(self, *args, **kwargs)
        lag.begin(self)

    def start(self: Instance) -> InstanceState:
        return lag.start(self, _start)

    def stop(self: Instance) -> InstanceState:
        return lag.stop(self, _stop)

    def terminate(self: Instance) -> InstanceState:
        return lag.terminate(self, _terminate)

    for name, method in {
        "__init__": begin,
        "start": start,
        "stop": stop,
        "terminate": terminate,
    }.items():
        setattr(Instance, name, method)


def remove() -> None:
    """Give moto its own machines back, and nothing in them."""
    for name, method in {
        "__init__": _begin,
        "start": _start,
        "stop": _stop,
        "terminate": _terminate,
    }.items():
        setattr(Instance, name, method)
    empty()


def empty() -> None:
    """Nothing exists any more, in any account or region."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # moto's own clean-up is not ours to mend
        BackendDict.reset()


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

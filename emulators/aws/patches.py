"""Where this overlay takes hold of moto: the one module that replaces anything inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto import settings
from moto.core import errors
from moto.ec2.exceptions import InvalidInstanceIdError
from moto.ec2.models.amis import AmiBackend
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.instances import Instance, InstanceBackend, InstanceState
from moto.rds.models import DBInstance, MasterUserSecret, RDSBackend
from moto.s3.models import FakeBucket

from emulators.aws import backends, buckets, databases, images
from emulators.aws.lag import Lag
from emulators.aws.schedule import Schedule

_their_init = Instance.__init__
_their_start = Instance.start
_their_stop = Instance.stop
_their_terminate = Instance.terminate
_their_database = DBInstance.__init__
_their_change = DBInstance.update
_their_permission = FakeBucket.get_permission
_their_removal = RDSBackend.delete_db_instance


@dataclass(frozen=True, slots=True)
class Pace:
    """What decides how long things take: machines by `lag`, the rest by `schedule`."""

    lag: Lag
    schedule: Schedule


_paces: list[Pace] = []  # the last one rules


def install(pace: Pace) -> None:
    """Make moto follow `pace`, and begin with nothing.

    moto's state is the process's: of two emulators in one process only the later one works.
    """
    settings.ENABLE_AMI_VALIDATION = True
    for owner, name, ours in _OURS:
        setattr(owner, name, ours)
    _paces.append(pace)
    backends.empty()


def remove(pace: Pace) -> None:
    """Let whoever was there before rule again, over nothing."""
    _paces.remove(pace)
    if _paces:
        backends.empty()
        return
    for owner, name, theirs in _THEIRS:  # whoever comes begins with nothing anyway, and to empty
        setattr(owner, name, theirs)  # every region that was looked at delays the end by seconds


def _begin(self: Instance, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as moto's
    _their_init(self, *args, **kwargs)
    _paces[-1].lag.begin(self)


def _start(self: Instance) -> InstanceState:
    return _paces[-1].lag.start(self, _their_start)


def _stop(self: Instance) -> InstanceState:
    return _paces[-1].lag.stop(self, _their_stop)


def _terminate(self: Instance) -> InstanceState:
    return _paces[-1].lag.terminate(self, _their_terminate)


def _create(self: DBInstance, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as moto's
    _their_database(self, *args, **kwargs)
    self.status = "creating"
    _paces[-1].schedule.begin(databases.address(self), "available")


def _change(self: DBInstance, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as moto's
    _their_change(self, *args, **kwargs)
    self.status = "modifying"
    _paces[-1].schedule.later(databases.address(self), "available")


def _remove(self: RDSBackend, db_instance_identifier: str, **kwargs: Any) -> DBInstance:  # noqa: ANN401 - as moto's
    database = self.databases.get(db_instance_identifier)
    if database is None or database.status == "deleting" or database.deletion_protection:
        return _their_removal(self, db_instance_identifier, **kwargs)
    snapshot = kwargs.get("final_db_snapshot_identifier")
    if snapshot and not kwargs.get("skip_final_snapshot"):
        self.create_db_snapshot(db_instance_identifier, snapshot, snapshot_type="manual")
    database.status = "deleting"
    _paces[-1].schedule.later(databases.address(database), databases.GONE)
    return database


def _password(self: MasterUserSecret) -> str:
    """As RDS keeps it; moto keeps one and the same for everybody."""
    return databases.password(self.resource)


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


def _permission(self: FakeBucket, action: str, resource: str) -> Any:  # noqa: ANN401 - as moto's
    """Moto takes a condition for met whatever it says."""
    kept = self.policy
    if kept is None:
        return _their_permission(self, action, resource)
    self.policy = buckets.over_tls(kept)
    try:
        return _their_permission(self, action, resource)
    finally:
        self.policy = kept


def _unheard(*_: Any, **__: Any) -> None:  # noqa: ANN401 - as warnings.warn
    """Moto warns about refusals its models do not list; a fault rule may name any code."""


_OURS: tuple[tuple[Any, str, Any], ...] = (
    (Instance, "__init__", _begin),
    (Instance, "start", _start),
    (Instance, "stop", _stop),
    (Instance, "terminate", _terminate),
    (InstanceBackend, "get_instance", _machine),
    (DBInstance, "__init__", _create),
    (DBInstance, "update", _change),
    (RDSBackend, "delete_db_instance", _remove),
    (MasterUserSecret, "_generate_secret_string", _password),
    (FakeBucket, "get_permission", _permission),
    (TaggedEC2Resource, "get_tags", _tags),
    (AmiBackend, "_load_amis", images.load),
    (errors, "warn", _unheard),
)
_THEIRS = tuple((owner, name, getattr(owner, name)) for owner, name, _ in _OURS)

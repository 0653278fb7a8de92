"""Machines take their time: states that lag behind what was asked, on a clock that tests inject.

moto makes a machine run, stop or end at once. Here each change passes through the state EC2
shows meanwhile, and the end of it falls due later; `tick` brings the machines up to date and
runs before every EC2 call. What EC2 refuses in a given state is refused here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instances import Instance, InstanceState, StateReason

CODES = {
    "pending": 0,
    "running": 16,
    "shutting-down": 32,
    "terminated": 48,
    "stopping": 64,
    "stopped": 80,
}
GONE = "gone"
REMEMBERED = 3600.0  # seconds a terminated machine can still be described, as in EC2


@dataclass(frozen=True, slots=True)
class Due:
    """What `machine` becomes, and when. `reason`: code and message of an end nobody asked for."""

    machine: Instance
    state: str
    at: float
    reason: tuple[str, str] | None = None


class Lag:
    """Holds what falls due. Not thread-safe: the service calls it under its own lock."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self.clock = clock
        self.seconds = seconds
        self.begun: list[Instance] = []  # machines made by the call that is running now
        self._dues: dict[str, Due] = {}
        self._next = math.inf

    def tick(self) -> set[str]:
        """Bring every machine to the state it has by now; the regions where one changed."""
        self.begun.clear()
        changed: set[str] = set()
        while self.clock() >= self._next:
            due = min(self._dues.values(), key=lambda d: d.at)
            del self._dues[due.machine.id]
            changed.add(due.machine.ec2_backend.region_name)
            self._arrive(due)
            self._next = min((d.at for d in self._dues.values()), default=math.inf)
        return changed

    def begin(self, machine: Instance) -> None:
        self.begun.append(machine)
        self._pass(machine, "pending", "running")

    def start(self, machine: Instance, start: Callable[[Instance], Any]) -> InstanceState:
        before = _state(machine)
        if before.name in {"pending", "running"}:
            return before
        if before.name != "stopped":
            raise _wrong_state(machine, "started")
        start(machine)
        self._pass(machine, "pending", "running")
        return before

    def stop(self, machine: Instance, stop: Callable[[Instance], Any]) -> InstanceState:
        before = _state(machine)
        if before.name in {"stopping", "stopped"}:
            return before
        if before.name != "running":
            raise _wrong_state(machine, "stopped")
        stop(machine)
        self._pass(machine, "stopping", "stopped")
        return before

    def terminate(self, machine: Instance, terminate: Callable[[Instance], Any]) -> InstanceState:
        before = _state(machine)
        if before.name in {"shutting-down", "terminated"}:
            return before
        terminate(machine)
        self._pass(machine, "shutting-down", "terminated")
        return before

    def doom(self, code: str, message: str) -> None:
        """The machines just begun will end as terminated instead of running."""
        for machine in self.begun:
            at = self._dues[machine.id].at
            self._dues[machine.id] = Due(machine, "terminated", at, (code, message))

    def clear(self) -> None:
        """Nothing is due any more."""
        self._dues.clear()
        self._next = math.inf

    def keep(self) -> list[tuple[str, str, float, tuple[str, str] | None]]:
        """What falls due, by machine id and in seconds from now: this outlives the clock."""
        now = self.clock()
        return [(d.machine.id, d.state, d.at - now, d.reason) for d in self._dues.values()]

    def restore(
        self,
        kept: list[tuple[str, str, float, tuple[str, str] | None]],
        machines: dict[str, Instance],
    ) -> None:
        """Take up again what `keep` gave."""
        for id_, state, seconds, reason in kept:
            if id_ in machines:
                self._schedule(Due(machines[id_], state, self.clock() + seconds, reason))

    def _pass(self, machine: Instance, through: str, to: str) -> None:
        machine._state = InstanceState(through, CODES[through])  # noqa: SLF001 - moto has no setter
        self._schedule(Due(machine, to, self.clock() + self.seconds))

    def _schedule(self, due: Due) -> None:
        self._dues[due.machine.id] = due
        self._next = min(d.at for d in self._dues.values())

    def _arrive(self, due: Due) -> None:
        machine = due.machine
        if due.state == GONE:
            _forget(machine)
            return
        if due.reason:
            machine.terminate()
            code, message = due.reason
            machine.state_reason = StateReason(message, code)
            machine._reason = message  # noqa: SLF001 - moto has no setter
        machine._state = InstanceState(due.state, CODES[due.state])  # noqa: SLF001 - as above
        if due.state == "terminated":
            self._schedule(Due(machine, GONE, due.at + REMEMBERED))


def _state(machine: Instance) -> InstanceState:
    return InstanceState(machine.state, machine.state_code)


def _wrong_state(machine: Instance, what: str) -> EC2ClientError:
    return EC2ClientError(
        "IncorrectInstanceState",
        f"The instance '{machine.id}' is not in a state from which it can be {what}.",
    )


def _forget(machine: Instance) -> None:
    backend = machine.ec2_backend
    for id_, reservation in list(backend.reservations.items()):
        if machine in reservation.instances:
            reservation.instances.remove(machine)
            if not reservation.instances:
                del backend.reservations[id_]
    backend.tags.pop(machine.id, None)

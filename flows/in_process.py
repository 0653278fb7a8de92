"""A Prefect worker whose runs are threads of its own process instead of processes.

To Prefect it is a worker of type `process`: the same work pool, deployments, states, logs,
limits and cancellation, and a stock process worker may serve the pool beside it.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable
from contextlib import ExitStack
from enum import Enum
from functools import cache, partial
from typing import Any
from uuid import UUID

import anyio
import anyio.abc
import httpx
from anyio import to_thread
from prefect import Flow
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.context import SyncClientContext
from prefect.exceptions import Abort, InfrastructureNotFound, Pause
from prefect.flow_engine import run_flow
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import temporary_settings
from prefect.states import Cancelled
from prefect.workers.base import BaseWorker, BaseWorkerResult
from prefect.workers.process import ProcessJobConfiguration, ProcessVariables
from pydantic import PrivateAttr
from typing_extensions import override

from flows.known import ask_less
from flows.pool import TYPE
from flows.running import Control, Wish, controlled_by

log = logging.getLogger("flows.worker")

WATCH_SECONDS = 1.0
# Prefect counts a run's place as free a moment after the run has ended.
FREE_SECONDS = 0.02


class InProcessConfiguration(ProcessJobConfiguration):
    """The process worker's own, which also remembers what is to be run."""

    _entrypoint: str | None = PrivateAttr(default=None)

    @classmethod
    @override
    def _base_environment(cls) -> dict[str, str]:
        # A thread has none of its own; to write down all settings was a seventh of the work.
        return {}

    @override
    def prepare_for_flow_run(self, flow_run: FlowRun, *args: Any, **options: Any) -> None:
        super().prepare_for_flow_run(flow_run, *args, **options)
        deployment = options.get("deployment")
        self._entrypoint = deployment.entrypoint if deployment else None

    @property
    def entrypoint(self) -> str:
        """Where the flow's code is; raises ValueError for what only a process can run."""
        if self._entrypoint is None or ":" in self._entrypoint:
            raise ValueError(
                f"the entrypoint {self._entrypoint!r} is no module path such as "
                "flows.fulfil.fulfil: start a stock process worker for this deployment"
            )
        return self._entrypoint


class InProcessResult(BaseWorkerResult):
    """Says whether the thread ended as it should; the flow's state is its own affair."""


class InProcessWorker(BaseWorker[InProcessConfiguration, ProcessVariables, InProcessResult]):
    """`limit` runs at once."""

    type = TYPE
    job_configuration = InProcessConfiguration
    job_configuration_variables = ProcessVariables

    def __init__(self, pool: str, *, name: str, limit: int) -> None:
        super().__init__(pool, name=name, limit=limit)
        self.when_free: Callable[[], object] = lambda: None
        self.settling: Callable[[], bool] = lambda: False
        self._in_flight: dict[UUID, Control] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._context = contextvars.copy_context()
        self._shared = ExitStack()
        self._threads = anyio.CapacityLimiter(limit)

    @classmethod
    @override
    def __dispatch_key__(cls) -> str:
        return "process-threads"  # the registry's own name for us; `process` stays the stock one's

    @property
    def in_flight(self) -> frozenset[UUID]:
        """The runs in our threads now."""
        return frozenset(self._in_flight)

    @property
    def is_full(self) -> bool:
        """Whether there is no place for another run."""
        return len(self._in_flight) >= self._threads.total_tokens

    async def idle(self) -> None:
        """Return when no run is in our threads."""
        await self._idle.wait()

    def tell(self, wish: Wish) -> None:
        """Let every run in our threads know."""
        for control in list(self._in_flight.values()):
            control.tell(wish)

    @override
    async def setup(self) -> None:
        # Without Prefect's heartbeats, whose thread keeps each run for a second after its end: the
        # ledger's lease does their work, sooner. And with one HTTP client for all runs: a client of
        # one's own costs more than a short run does.
        try:
            await super().setup()
            ask_less(self.client)
            self._context.run(self._furnish)
        except BaseException:  # whoever asked for it will not ask for the end
            await self.teardown(None, None, None)
            raise

    def _furnish(self) -> None:
        self._shared.enter_context(temporary_settings({"flows.heartbeat_frequency": None}))
        self._shared.enter_context(SyncClientContext.get_or_create())

    @override
    async def teardown(self, *exc_info: Any) -> None:
        try:
            await super().teardown(*exc_info)
        finally:
            self._context.run(self._shared.close)

    @override
    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Nothing while others are to come first."""
        return [] if self.settling() else await super().get_and_submit_flow_runs()

    @override
    async def run(
        self,
        flow_run: FlowRun,
        configuration: InProcessConfiguration,
        task_status: anyio.abc.TaskStatus[Any] | None = None,
    ) -> InProcessResult:
        flow = await to_thread.run_sync(_load, configuration.entrypoint)
        control = self._in_flight[flow_run.id] = Control()
        self._idle.clear()
        name = f"{self.name}:thread"
        if task_status:
            task_status.started(name)
        execute = partial(self._context.copy().run, _execute, flow, flow_run, control)
        try:
            end = await to_thread.run_sync(execute, limiter=self._threads)
        finally:
            del self._in_flight[flow_run.id]
            if not self._in_flight:
                self._idle.set()
            asyncio.get_running_loop().call_later(FREE_SECONDS, self.when_free)
        if end is not End.REPORTED or control.told(Wish.CANCEL):
            await self._settle(flow_run.id, control.last_word)
        return InProcessResult(identifier=name, status_code=1 if end is End.DIED else 0)

    @override
    async def kill_infrastructure(
        self,
        infrastructure_pid: str,
        configuration: InProcessConfiguration,
        grace_seconds: int = 30,
    ) -> None:
        """Nothing is ever killed half-way here; a run that has not begun never will."""
        raise InfrastructureNotFound(f"{infrastructure_pid} is a thread, and ends by itself")

    async def watch(self) -> None:
        """For ever: pass on what operators do to our runs in the Prefect UI."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if self._in_flight:
                try:
                    await self._look()
                except httpx.HTTPError as error:
                    log.debug("our runs were not looked at: %r", error)

    async def _look(self) -> None:
        states = [StateType.CANCELLING, StateType.CANCELLED, StateType.PAUSED]
        found = await self.client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                id=FlowRunFilterId(any_=list(self._in_flight)),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)),
            )
        )
        for run in found:
            control = self._in_flight.get(run.id)
            if run.state is not None and control is not None:
                control.tell(Wish.PAUSE if run.state.is_paused() else Wish.CANCEL)

    async def _settle(self, run: UUID, last_word: str) -> None:
        """A flow that ended without a word about its cancellation is cancelled all the same."""
        state = (await self.client.read_flow_run(run)).state
        if state is not None and state.is_cancelling():
            message = last_word or "the run ended after it was cancelled"
            ended: State[None] = Cancelled(message=message)
            await self.client.set_flow_run_state(run, ended, force=True)


@cache
def _load(entrypoint: str) -> Flow[..., Any]:
    return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)


class End(Enum):
    """How a run's thread ended; the flow's own state is another matter."""

    REPORTED = "its engine told Prefect"
    REFUSED = "Prefect had decided otherwise"
    DIED = "its engine could not tell"


def _execute(flow: Flow[..., Any], flow_run: FlowRun, control: Control) -> End:
    """Run it in this thread."""
    with controlled_by(control):
        try:
            end = run_flow(flow, flow_run=flow_run, return_type="state")
        except (Abort, Pause):
            return End.REFUSED
        except BaseException:  # noqa: BLE001  nothing a flow does may end the worker
            return End.DIED
    # Cancelled while the run was ending, so that nobody told it: Prefect takes no other end then.
    cancelled = isinstance(end, State) and end.is_cancelling()
    return End.REFUSED if cancelled else End.REPORTED

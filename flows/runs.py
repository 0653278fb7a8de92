"""The dispatcher's dealings with Prefect: make a run, look at runs, lay a dead one to rest."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import ParamSpec, TypeVar
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.settings import temporary_settings
from prefect.states import Cancelled, Crashed, Scheduled

from flows.absence import Absence, of_prefect
from flows.endings import CANCELLED
from ledger import Ready

P = ParamSpec("P")
T = TypeVar("T")

DEPLOYMENT = "fulfil/fulfil"
OF_INSTANCE = "instance:"  # the tag by which a run is known as one of an item's
TIMEOUT_SECONDS = 10
LIVE = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


class Away(Exception):
    """Prefect does not answer, or not yet as it should: ask again later."""


class Runs:
    """Safe to use from several threads. Every method raises Away."""

    def __init__(self, absence: Absence | None = None) -> None:
        self._absence = absence or of_prefect()
        # Prefect's client would try again for a minute; the dispatcher has its own patience.
        self._stack = ExitStack()
        self._context = contextvars.copy_context()
        self._context.run(
            self._stack.enter_context, temporary_settings(updates={"client.max_retries": 0})
        )
        self._client: SyncPrefectClient | None = None
        self._deployment: UUID | None = None

    def create(self, ready: Ready, generation: int, due: datetime | None = None) -> UUID | None:
        """The run of this generation of the item: made once, however often it is asked for.

        None when it has ended already, or when this Prefect served another ledger before, where
        an order of this number had it: the next generation's run will be a new one. Workers take
        what was `due` first; without it the run is due when it is made.
        """
        return self._ask(self._create, ready, generation, due)

    def find(self, run: UUID) -> FlowRun | None:
        """The run as Prefect has it; None when it does not know it."""
        return self._ask(self._find, run)

    def states(self, runs: Iterable[UUID]) -> Mapping[UUID, State[object]]:
        """How these runs stand; those that Prefect does not know are left out."""
        wanted = FlowRunFilter(id=FlowRunFilterId(any_=list(runs)))
        found = self._ask(lambda: self._http().read_flow_runs(flow_run_filter=wanted))
        return {run.id: run.state for run in found if run.state is not None}

    def live(self) -> list[FlowRun]:
        """The runs of our deployment that have begun and, as Prefect sees it, not ended."""
        return self._ask(self._live)

    def bury(self, run: UUID, why: str) -> bool:
        """End a run whose process is gone; whether an operator had cancelled it.

        A run that Prefect does not know, or that has ended, is left as it is.
        """
        return self._ask(self._bury, run, why)

    def cancelled(self, run: UUID) -> bool:
        """Whether an operator cancelled this run."""
        return self._ask(self._cancelled, run)

    def close(self) -> None:
        self._context.run(self._stack.close)

    def _create(self, ready: Ready, generation: int, due: datetime | None) -> UUID | None:
        if self._deployment is None:
            self._deployment = self._http().read_deployment_by_name(DEPLOYMENT).id
        name = f"{ready.order}-{ready.item} {ready.offering}"
        parameters = {"order_id": ready.order, "item_id": ready.item, "generation": generation}
        mark = f"{OF_INSTANCE}{ready.instance}"
        run = self._http().create_flow_run_from_deployment(
            self._deployment,
            parameters=parameters,
            state=Scheduled(scheduled_time=due) if due else None,
            name=name,
            tags=[
                f"agency:{ready.agency}",
                f"provider:{ready.provider}",
                f"offering:{ready.offering}",
                f"order:{ready.order}",
                mark,
            ],
            idempotency_key=f"{ready.order}/{ready.item}:{generation}",
        )
        ended = run.state is not None and run.state.is_final()
        ours = mark in run.tags and run.parameters == parameters
        return run.id if ours and not ended else None

    def _live(self) -> list[FlowRun]:
        if self._deployment is None:
            self._deployment = self._http().read_deployment_by_name(DEPLOYMENT).id
        return self._http().read_flow_runs(
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(LIVE)))
            ),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[self._deployment])),
        )

    def _cancelled(self, run: UUID) -> bool:
        state = self._state(run)
        return state is not None and _by_an_operator(state)

    def _state(self, run: UUID) -> State[object] | None:
        found = self._find(run)
        return None if found is None else found.state

    def _find(self, run: UUID) -> FlowRun | None:
        try:
            return self._http().read_flow_run(run)
        except ObjectNotFound:
            return None

    def _bury(self, run: UUID, why: str) -> bool:
        state = self._state(run)
        if state is None or state.is_final():
            return state is not None and _by_an_operator(state)
        end: State[None]
        if state.is_cancelling():
            end = Cancelled(message=f"{why}; the order is cancelled in a new run")
        elif state.is_scheduled():
            end = Cancelled(name="Superseded", message=why)
        else:
            end = Crashed(message=why)
        self._http().set_flow_run_state(run, end, force=True)
        return state.is_cancelling()

    def _http(self) -> SyncPrefectClient:
        if self._client is None:
            client = get_client(
                sync_client=True, httpx_settings={"timeout": httpx.Timeout(TIMEOUT_SECONDS)}
            )
            self._client = self._stack.enter_context(client)
        return self._client

    def _ask(self, call: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        with self._away_told():
            return self._context.copy().run(call, *args, **options)

    @contextmanager
    def _away_told(self) -> Iterator[None]:
        try:
            with self._known():
                yield
        except Away as away:
            self._absence.seen(str(away))
            raise
        self._absence.over()

    @contextmanager
    def _known(self) -> Iterator[None]:
        try:
            yield
        except ObjectNotFound as error:
            self._deployment = None
            raise Away(
                f"Prefect has no deployment {DEPLOYMENT}: python -m flows.deploy makes it"
            ) from error
        except httpx.HTTPStatusError as error:
            if error.response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                raise
            raise Away(f"Prefect answers {error.response.status_code}") from error
        except (httpx.TransportError, RuntimeError) as error:
            raise Away(f"Prefect cannot be reached: {type(error).__name__}") from error


def waits(run: FlowRun) -> bool:
    """Whether it lies in the queue and was never begun."""
    state = run.state
    queued = state is not None and (state.is_scheduled() or state.is_paused())
    return queued and run.start_time is None


def _by_an_operator(state: State[object]) -> bool:
    """Our own runs give their ends other names, unless they undid the item."""
    return state.is_cancelling() or (state.is_cancelled() and state.name == CANCELLED)

"""The worker's process: a Prefect worker that never gives up, the dispatcher, and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

import httpx
from prefect.settings import get_current_settings
from prefect.workers.base import BaseWorker
from prefect.workers.process import ProcessWorker

import flows
from flows import owners, prefect_private, runtime
from flows.dispatch import Dispatcher
from flows.heartbeat import heartbeat
from flows.running import Wish
from flows.runs import Runs
from ledger import LedgerUnavailable

log = logging.getLogger("flows.worker")

AnyWorker = BaseWorker[Any, Any, Any]

# A stopping worker gives its runs so long to come to a safe point, and Prefect so long to hear it.
SAFE_POINT_SECONDS = 10.0
FAREWELL_SECONDS = 5.0
AGAIN_SECONDS = 2.0
LOOK_SECONDS = 0.5
ANSWER_SECONDS = 10.0


async def dispatch() -> None:
    """Only the dispatcher, until SIGTERM or SIGINT; raises what `serve` does."""
    told = _told()
    with dispatching(await _house(told), None):
        print("ready to dispatch", flush=True)  # noqa: T201  the supervisor waits for it
        await told.wait()


async def serve(pool: str, name: str, limit: int, *, stock: bool) -> None:
    """Until SIGTERM or SIGINT. Raises LedgerUnusable, and KeyError when there is no ledger."""
    told = _told()
    desk = Desk(worker_maker(pool, name, limit, stock=stock))
    with dispatching(await _house(told), desk):
        work = asyncio.create_task(desk.keep_working())
        print(f"ready {pool}", flush=True)  # noqa: T201  the supervisor waits for it
        await told.wait()
        log.info("stopping: the runs come to a safe point first")
        desk.stopping = True
    await desk.come_to_safety()
    work.cancel()
    await asyncio.wait([work], timeout=FAREWELL_SECONDS)


def _told() -> asyncio.Event:
    """Set when this process is asked to end."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told


async def _house(told: asyncio.Event) -> runtime.House:
    """The house; waits for a ledger that is away."""
    while True:
        try:
            return await asyncio.to_thread(runtime.house)
        except LedgerUnavailable as error:
            log.warning("%s; trying again", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), AGAIN_SECONDS)
                raise asyncio.CancelledError from error


@contextlib.contextmanager
def dispatching(house: runtime.House, desk: Desk | None) -> Iterator[None]:
    """A dispatcher in a thread of its own, beside the worker of `desk` if there is one."""
    stop = threading.Event()
    owner = owners.ours()
    runs = Runs(house.prefect_away)
    beat = heartbeat(os.environ)
    dispatcher = Dispatcher(house=house, runs=runs, owner=owner, beat=beat)
    if desk is not None:
        dispatcher = replace(dispatcher, wake=desk.wake, busy=desk.in_flight)
        desk.settling = dispatcher.settling
    thread = threading.Thread(target=dispatcher.work, args=(stop,), name="dispatcher", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(FAREWELL_SECONDS)
        runs.close()


def worker_maker(pool: str, name: str, limit: int, *, stock: bool) -> Callable[[], AnyWorker]:
    """Ours; Prefect's own when that is asked for, or when ours does not fit this Prefect."""
    if not stock:
        try:
            return _ours(pool, name, limit)
        except (ImportError, AttributeError) as error:
            log.warning(
                "ours does not fit this Prefect (%s): its own process worker runs the flows, each "
                "some seconds later; use a Prefect of requirements.lock",
                error,
            )
    root = str(Path(flows.__file__).parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    return lambda: ProcessWorker(work_pool_name=pool, name=name, limit=limit)


def _ours(pool: str, name: str, limit: int) -> Callable[[], AnyWorker]:
    from flows.in_process import InProcessWorker  # noqa: PLC0415  fails when Prefect has changed

    try:
        prefect_private.install()
    except prefect_private.Changed as error:
        log.warning("%s: runs start more slowly; use a Prefect of requirements.lock", error)
    return lambda: InProcessWorker(pool, name=name, limit=limit)


@runtime_checkable
class InThreads(Protocol):
    """What our worker has over a stock one: its runs are here, and listen."""

    when_free: Callable[[], object]
    settling: Callable[[], bool]

    @property
    def in_flight(self) -> frozenset[UUID]: ...
    @property
    def is_full(self) -> bool: ...
    def tell(self, wish: Wish) -> None: ...
    async def idle(self) -> None: ...
    async def watch(self) -> None: ...


def _prefect_answers() -> bool:
    """A worker that begins while Prefect is away gives up at once, with a page of traceback."""
    url = get_current_settings().api.url
    if url is None:
        return True  # it says itself what is missing
    try:
        answer = httpx.get(f"{url}/health", timeout=ANSWER_SECONDS)
    except httpx.TransportError:
        return False
    return not answer.is_server_error


class Desk:
    """One worker at a time; when one gives up because Prefect was away, the next begins."""

    def __init__(self, make: Callable[[], AnyWorker]) -> None:
        self._make = make
        self._worker: AnyWorker | None = None
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self.stopping = False
        self.settling: Callable[[], bool] = lambda: False

    def wake(self) -> None:
        """There is something to fetch. From any thread."""
        self._loop.call_soon_threadsafe(self._woken.set)

    def in_flight(self) -> frozenset[UUID]:
        """The runs in our threads now."""
        worker = self._worker
        return worker.in_flight if isinstance(worker, InThreads) else frozenset()

    async def keep_working(self) -> None:
        fetching = asyncio.create_task(self._fetch())
        try:
            while not self.stopping:
                if await asyncio.to_thread(_prefect_answers):
                    await self._work()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            fetching.cancel()

    async def _work(self) -> None:
        self._worker = self._make()
        try:
            await self._one(self._worker)
        except Exception:
            if await asyncio.to_thread(_prefect_answers):
                log.exception("Prefect's worker gave up; another begins")

    async def _one(self, worker: AnyWorker) -> None:
        async with asyncio.TaskGroup() as group:
            if isinstance(worker, InThreads):
                worker.when_free = self._woken.set
                worker.settling = self.settling
                group.create_task(worker.watch())
            await worker.start(printer=log.info)

    async def _fetch(self) -> None:
        """Fetch at once when woken; polling every few seconds is Prefect's own affair."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            worker = self._worker
            if self.stopping or worker is None or not worker.is_setup:
                continue
            if isinstance(worker, InThreads) and worker.is_full:
                continue  # whoever ends wakes us; all that waits would be read for nothing
            try:
                await worker.get_and_submit_flow_runs()
            except httpx.HTTPError as error:
                log.debug("runs were not fetched: %s; trying again", type(error).__name__)
                self._loop.call_later(AGAIN_SECONDS, self._woken.set)

    async def come_to_safety(self) -> None:
        """Tell the runs in our threads to stop, and wait a bounded while until they have."""
        worker = self._worker
        if not isinstance(worker, InThreads):
            return
        worker.tell(Wish.STOP)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(worker.idle(), SAFE_POINT_SECONDS)

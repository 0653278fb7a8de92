"""The worker asks Prefect for no more than it needs: not again, and nothing when it is full."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from uuid import uuid4

import pytest
from pydantic import BaseModel

from flows import serving
from flows.known import KEPT_SECONDS, remembering


class Deployment(BaseModel):
    env: dict[str, str] = {}


def test_what_is_the_same_for_every_run_is_asked_for_now_and_then():
    moment, asked, one, other = [0.0], [], uuid4(), uuid4()

    async def read(number):
        asked.append(number)
        return Deployment()

    async def three_runs():
        reading = remembering(read, lambda: moment[0])
        first = await reading(one)
        first.env["mine"] = "changed"
        moment[0] += KEPT_SECONDS
        assert (await reading(one)).env == {}, "nobody changes what another is given"
        await reading(other)
        moment[0] += 0.1
        await reading(one)

    asyncio.run(three_runs())
    assert asked == [one, other, one]


def test_a_worker_remembers_the_deployments_that_it_reads(prefect_server, prefect_api):
    from flows.in_process import InProcessWorker  # noqa: PLC0415  costs seconds; here only

    async def read_twice():
        async with InProcessWorker("grunnmur", name="reader", limit=1) as worker:
            named = await worker.client.read_deployment_by_name("fulfil/fulfil")
            first = await worker.client.read_deployment(named.id)
            worker.client.request = None  # it is not asked again
            second = await worker.client.read_deployment(named.id)
            del worker.client.request
            return first, second

    first, second = asyncio.run(read_twice())
    assert first == second
    assert first is not second


@pytest.mark.parametrize("full", [True, False])
def test_a_full_worker_fetches_nothing(full):
    fetched = []

    class Played(SimpleNamespace):
        """A worker in which nothing runs: only the desk's own decision is looked at."""

        async def get_and_submit_flow_runs(self):
            fetched.append(1)

    async def woken():
        threads = dict.fromkeys(
            ("tell", "idle", "watch", "when_free", "in_flight", "settling"), woken
        )
        desk = serving.Desk(lambda: None)
        desk._worker = Played(is_setup=True, is_full=full, **threads)  # noqa: SLF001 - as if it worked
        fetching = asyncio.create_task(desk._fetch())  # noqa: SLF001 - the loop alone
        desk.wake()
        for _ in range(10):
            await asyncio.sleep(0)
        fetching.cancel()

    asyncio.run(woken())
    assert fetched == [1] * (not full)

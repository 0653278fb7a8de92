"""A worker that Prefect refuses at its first look begins again and again: nothing may be left."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from prefect.settings import temporary_settings

from emulators.loopback import Answer, serve
from flows.in_process import InProcessWorker


def sockets() -> int:
    """Those of this process that are open."""
    found = 0
    for one in Path("/proc/self/fd").iterdir():
        try:
            found += one.readlink().name.startswith("socket:")
        except OSError:  # the folder's own, closed by now
            continue
    return found


def test_a_refused_worker_leaves_no_connection_open() -> None:
    async def begin() -> int:
        with pytest.raises(httpx.HTTPStatusError):
            await InProcessWorker("grunnmur", name="refused", limit=1).start()
        return sockets()

    async def again_and_again() -> list[int]:
        return [await begin() for _ in range(4)]

    with closing(serve(lambda _: Answer(403, {}, b"{}"))) as prefect:
        address = {"api.url": f"{prefect.url}/api", "client.max_retries": 0}
        with temporary_settings(updates=address):
            open_after = asyncio.run(again_and_again())
    assert open_after[-1] <= open_after[0], open_after

"""What is the same for every run, asked of Prefect now and then instead of for each of them.

A worker begins each run with three such questions, one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from pydantic import BaseModel

# A deployment that was changed is seen so much later.
KEPT_SECONDS = 5.0

Read = Callable[[UUID], Awaitable[BaseModel]]


def remembering(read: Read, clock: Callable[[], float] = time.monotonic) -> Read:
    """`read`, whose answers are kept for a while; each is the caller's own to change."""
    known: dict[UUID, tuple[float, BaseModel]] = {}

    async def reading(number: UUID) -> BaseModel:
        at, found = known.get(number, (float("-inf"), None))
        if found is None or clock() - at > KEPT_SECONDS:
            found = await read(number)
            known[number] = clock(), found
        return found.model_copy(deep=True)

    return reading


def ask_less(client: PrefectClient) -> None:
    """Let this client remember the flows and deployments it reads."""
    vars(client).update(
        read_deployment=remembering(client.read_deployment),
        read_flow=remembering(client.read_flow),
    )

"""Errors of ours: what an operator needs of them, without what nobody may read.

Prefect writes the text of an error into states and logs. The text of one that nobody foresaw may
hold anything, a credential too: so it is hidden here before Prefect sees it.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger

from flows.calls import BuildFailed, NotAsOrdered, StillNotReady
from flows.desk import Moved
from flows.running import Interrupted
from providers.errors import ProviderError, plain

P = ParamSpec("P")
T = TypeVar("T")

# Whose text is ours, and known to be free of secrets.
FORESEEN = (ProviderError, BuildFailed, NotAsOrdered, StillNotReady, Moved, Interrupted)


class OurFault(Exception):
    """An error nobody foresaw, named by its class and where it happened."""

    def __init__(self, error: Exception) -> None:
        self.kind = type(error).__name__
        super().__init__(f"{self.kind}: {plain(str(error))} ({_where(error)})")


def guarded(work: Callable[P, T]) -> Callable[P, T]:
    """`work`, of whose errors only those that were foreseen come out as they are."""

    @wraps(work)
    def called(*args: P.args, **options: P.kwargs) -> T:
        try:
            return work(*args, **options)
        except (*FORESEEN, OurFault):
            raise
        except Exception as error:  # noqa: BLE001  it goes on as another
            fault = OurFault(error)
            _tell(fault, error)
        raise fault

    return called


def _where(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"


def _tell(fault: OurFault, error: Exception) -> None:
    """The way to it, for the log; frames hold code and no values."""
    way = "".join(traceback.format_tb(error.__traceback__))
    try:
        get_run_logger().error("%s\n%s", fault, way)
    except MissingContextError:
        return

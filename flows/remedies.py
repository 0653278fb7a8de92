"""What becomes of an item when something goes wrong: tried again later, held, or given up."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Protocol

from flows.calls import BuildFailed, NotAsOrdered, StillNotReady
from flows.desk import Desk
from orders.model import Cleanup
from providers.errors import ProviderError, Remedy


class Ending(Protocol):
    """Writes how the item ended."""

    def __call__(self, cleanup: Cleanup, leftovers: tuple[str, ...]) -> None: ...


@contextmanager
def remedied(desk: Desk, give_up: Callable[[str], object]) -> Generator[None]:
    """An error of the work inside becomes its remedy; `give_up` hears why no try can help."""
    try:
        yield
    except ProviderError as error:
        reason = f"{type(error).__name__}: {error}"
        if error.remedy is Remedy.FAIL:
            give_up(reason)
        else:
            desk.hold_item(reason, resumes=error.remedy is Remedy.RETRY)
    except StillNotReady as error:
        desk.hold_item(str(error), resumes=True)
    except BuildFailed as error:
        give_up(str(error))
    except NotAsOrdered as error:
        desk.hold_item(str(error), resumes=False)

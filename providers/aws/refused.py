"""What to make of a refusal: fine as it is, or a reason to clear away what was begun."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager, suppress

from botocore.exceptions import BotoCoreError, ClientError

from providers.aws.errors import code, translate
from providers.errors import ProviderError, Remedy


@contextmanager
def fine(codes: Collection[str]) -> Generator[None]:
    """What is refused with one of `codes` is as we want it already."""
    try:
        yield
    except ClientError as error:
        if code(error) not in codes:
            raise


@contextmanager
def tidy(clear: Callable[[], None]) -> Generator[None]:
    """What is refused for good leaves nothing behind; inventory lists what could not be cleared."""
    try:
        yield
    except (ClientError, ProviderError) as error:
        known = error if isinstance(error, ProviderError) else translate(error)
        if known and known.remedy is Remedy.FAIL:
            with suppress(ClientError, BotoCoreError):
                clear()
        raise

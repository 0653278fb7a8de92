"""A password that we make: handed to the provider and to who asked for it, and kept by nobody."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable, Generator
from contextlib import contextmanager

from providers.errors import ProviderError

SIGNS = "-_.~"  # none that a shell, an address or a connection string must quote
KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, SIGNS)
LENGTH = 32


def new() -> str:
    """Of every sort of character that a rule of an agency's may ask for; begins with a letter."""
    every = "".join(KINDS)
    first = secrets.choice(string.ascii_letters)
    told = [secrets.choice(kind) for kind in KINDS]
    told += [secrets.choice(every) for _ in range(LENGTH - len(told) - 1)]
    secrets.SystemRandom().shuffle(told)
    return first + "".join(told)


@contextmanager
def unsaid(
    password: str, translate: Callable[[Exception], ProviderError | None]
) -> Generator[None]:
    """What a provider says no with is told without the password, should that be in its words."""
    try:
        yield
    except Exception as error:
        known = error if isinstance(error, ProviderError) else translate(error)
        if known is None or password not in str(known):
            raise
        raise type(known)(str(known).replace(password, "…")) from None

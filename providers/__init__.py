"""Who delivers: one contract, one folder per provider.

A provider is any sub-package with a `connect(account)` function. Its folder name is its
name; nothing else registers it. SDKs are imported only when that provider is connected.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import cast

from providers.contract import Provider
from providers.errors import UnknownProvider

__all__ = ["Provider", "connect", "names"]


def names() -> frozenset[str]:
    """Every provider there is."""
    return frozenset(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg)


def connect(name: str, account: str) -> Provider:
    """The provider called `name`, signed in to `account`, an alias of `providers.accounts`.

    Cheap to call again: the same settings give the same connection. Raises UnknownProvider, and
    NotAuthorised when the account's settings cannot be right; calls no network.
    """
    if name not in names():
        known = ", ".join(sorted(names()))
        raise UnknownProvider(f"no provider is called {name!r}; there are: {known}")
    return cast("Provider", import_module(f"providers.{name}").connect(account))

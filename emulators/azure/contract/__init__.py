"""What Azure's control plane accepts and answers, read out of the installed azure-mgmt packages.

Microsoft generates those packages from Azure's own API descriptions. Their source holds every
path, verb, API version, query parameter, accepted status and long-running mark; their models
hold every field, its type, whether it is required or read-only, and every enum. Nothing of it is
typed here by hand, so it cannot drift from the real thing.
"""

from __future__ import annotations

from emulators.azure.contract.check import Problem, check, without_read_only
from emulators.azure.contract.operation import Operation
from emulators.azure.contract.routes import PACKAGES, Contract, Found, NoSuchPath

__all__ = [
    "PACKAGES",
    "Contract",
    "Found",
    "NoSuchPath",
    "Operation",
    "Problem",
    "check",
    "without_read_only",
]

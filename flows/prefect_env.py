"""The settings our Prefect processes start with, unless the environment says otherwise.

Prefect reads its settings when it is first imported, so a process applies these before that.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

# Nothing is sent to anyone, and no server starts that nobody asked for.
PRIVATE = {
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
}

SERVER = {
    "PREFECT_SERVER_API_HOST": "127.0.0.1",
}

# What the dispatcher makes is fetched at once; this is for runs that people start or retry.
WORKER = {"PREFECT_WORKER_QUERY_SECONDS": "3"}


def apply(*groups: dict[str, str], environment: MutableMapping[str, str] = os.environ) -> None:
    """Put `groups` into `environment` where it says nothing itself; privacy always goes along."""
    for group in (PRIVATE, *groups):
        for name, value in group.items():
            environment.setdefault(name, value)

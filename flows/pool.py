"""The work pool's template: what may differ from run to run, and nothing more.

The server checks the whole template for each run it makes. With the stock process worker's own,
of six variables, that is half of what making a run costs; these two are the ones in use.
"""

from __future__ import annotations

from typing import Any

POOL = "grunnmur"
TYPE = "process"

TEMPLATE: dict[str, Any] = {
    "job_configuration": {"env": "{{ env }}", "working_dir": "{{ working_dir }}"},
    "variables": {
        "type": "object",
        "properties": {
            "env": {
                "type": "object",
                "title": "Environment variables",
                "description": "Set for the run's process. Our own worker has one process for all.",
                "additionalProperties": {"type": "string"},
                "default": {},
            },
            "working_dir": {
                "type": "string",
                "title": "Working directory",
                "description": "Where the run's process starts; a temporary folder unless set.",
            },
        },
    },
}

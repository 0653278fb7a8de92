"""The access policies that allow what the adapters ask IBM for: a role per service.

IBM's own roles are the least that these calls need; a role of one's own cannot span services there.
Tags are allowed by the role on what they are attached to; a search finds what one may see.
"""

from __future__ import annotations

import json
from collections.abc import Collection

FILE = "ibm-policies.json"
ROLES = {
    "vpc": ("is", "role:Editor"),
    "directlink": ("directlink", "role:Editor"),
    "cos": ("cloud-object-storage", "serviceRole:Manager"),  # a lifecycle is a manager's to set
}
ALONG = {"tagging", "search"}  # allowed with the thing itself


def written(calls: Collection[str]) -> str:
    """The file for these calls. Raises KeyError for a service that has no role here yet."""
    services = sorted({call.partition(".")[0] for call in calls} - ALONG)
    return f"{json.dumps([_policy(*ROLES[one]) for one in services], indent=2)}\n"


def _policy(service: str, role: str) -> dict[str, object]:
    return {
        "type": "access",
        "roles": [{"role_id": f"crn:v1:bluemix:public:iam::::{role}"}],
        "resources": [{"attributes": [{"name": "serviceName", "value": service}]}],
    }

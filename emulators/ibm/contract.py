"""Which operations IBM has: verb, path, and the fields of query and body, from its own SDKs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from emulators.ibm.refusal import Refusal

FILE = Path(__file__).with_name("operations.json")
VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `title` is what fault rules match, such as `vpc.create_instance`."""

    api: str
    name: str
    verb: str
    path: re.Pattern[str]
    query: frozenset[str]
    body: frozenset[str]

    @property
    def title(self) -> str:
        return f"{self.api}.{self.name}"


class Contract:
    """All operations. Told once per process, since the file is large."""

    def __init__(self) -> None:
        self.operations = _read()
        self.titles = [one.title for one in self.operations]

    def find(self, api: str, verb: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation at a path, and the path's variables. Raises Refusal."""
        other = False
        for one in self.operations:
            if one.api == api and (found := one.path.fullmatch(path)):
                if one.verb == verb:
                    return one, found.groupdict()
                other = True
        if other:
            raise Refusal(405, "method_not_allowed", f"{verb} is not allowed on {path}")
        raise Refusal(404, "not_found", f"there is no {path} here")


@cache
def _read() -> tuple[Operation, ...]:
    told = json.loads(FILE.read_text("utf8"))
    found = [
        (one["path"].count("{"), _operation(api, name, one))
        for api, operations in told.items()
        for name, one in operations.items()
    ]
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))  # literal paths first


def _operation(api: str, name: str, told: dict[str, object]) -> Operation:
    verb, _, path = str(told["path"]).partition(" ")
    return Operation(
        api=api,
        name=name,
        verb=verb,
        path=re.compile(VARIABLE.sub(r"(?P<\1>[^/]+)", path)),
        query=frozenset(told["query"]),  # type: ignore[call-overload]  # a list, from our own file
        body=frozenset(told.get("body", ())),  # type: ignore[call-overload]  # likewise
    )

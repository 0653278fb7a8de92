"""Asking for a build once, against a Google whose memory of requests we cannot know."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace as Operation
from typing import Any

import pytest
from google.api_core.exceptions import NotFound
from google.protobuf.json_format import ParseError

from providers.errors import NoCapacity, QuotaExceeded
from providers.gcp.operations import Operations, Place

ZONE = Place(zone="europe-north1-b")
THING = "instances/gm-x-1"


def operation(name: str, code: str = "", status: str = "DONE", kind: str = "insert") -> Any:
    errors = [Operation(code=code, message="why")] if code else []
    return Operation(
        name=name,
        operation_type=kind,
        status=status,
        insert_time=f"2026-01-01T00:00:{int(name[1:]):02}.000-08:00",
        error=Operation(errors=errors),
        http_error_status_code=0,
        http_error_message="",
    )


@dataclass
class Google:
    """Remembers every request for ever, also after its operation was deleted."""

    ends: list[str]  # how the operations that are begun end, in order; empty: well
    requests: dict[str, Any] = field(default_factory=dict)
    listed: dict[str, Any] = field(default_factory=dict)
    answer: Exception | None = None

    def insert(self, request: str) -> Any:
        if request not in self.requests:
            name = f"o{len(self.requests)}"
            made = operation(name, self.ends[len(self.requests)])
            self.requests[request] = self.listed[name] = made
        return self.requests[request]

    def compute(self, client: str, verb: str, **request: Any) -> Any:
        assert client == "ZoneOperations"
        if verb == "list":
            return list(self.listed.values())
        assert verb == "delete"
        self.listed.pop(request["operation"], None)
        if self.answer:
            raise self.answer
        return None


def test_each_failure_is_told_once_and_then_asked_anew():
    google = Google(["QUOTA_EXCEEDED", "QUOTA_EXCEEDED", "ZONE_RESOURCE_POOL_EXHAUSTED", ""])
    operations = Operations(google)
    for expected in (QuotaExceeded, QuotaExceeded, NoCapacity):
        with pytest.raises(expected, match="instances gm-x-1"):
            operations.start(ZONE, THING, google.insert)
    build = operations.start(ZONE, THING, google.insert)
    assert (build.done, build.failure) == (True, None)
    assert len(google.requests) == 4
    assert operations.start(ZONE, THING, google.insert) == build
    assert len(google.requests) == 4


def test_looking_tells_a_failure_as_often_as_it_is_asked():
    google = Google(["QUOTA_EXCEEDED"])
    google.insert("any")
    for _ in range(2):
        with pytest.raises(QuotaExceeded):
            Operations(google).look(ZONE, THING)
    assert google.listed


def test_a_failure_that_nobody_can_mend_stays():
    google = Google(["INTERNAL_ERROR"])
    for _ in range(3):
        assert str(Operations(google).start(ZONE, THING, google.insert).failure) == (
            "INTERNAL_ERROR: why"
        )
    assert len(google.requests) == 1


def test_a_newer_try_of_somebody_else_is_waited_for():
    google = Google(["QUOTA_EXCEEDED"])
    failed = google.insert("any")
    google.listed["o9"] = operation("o9", status="RUNNING")
    build = Operations(google).start(ZONE, THING, lambda _: failed)
    assert (build.done, build.failure) == (False, None)


@pytest.mark.parametrize("answer", [None, ParseError("empty"), NotFound("gone already")])
def test_forgetting_takes_any_answer(answer):
    google = Google(["QUOTA_EXCEEDED"], answer=answer)
    google.insert("any")
    assert Operations(google).forget(ZONE, THING)
    assert google.listed == {}
    assert Operations(google).look(ZONE, THING) is None


def test_what_was_made_and_removed_since_is_simply_not_there():
    google = Google([""])
    google.insert("any")
    google.listed["o5"] = operation("o5", kind="delete")
    assert Operations(google).look(ZONE, THING) is None


def test_a_removal_that_failed_is_asked_for_anew():
    google = Google(["INTERNAL_ERROR", ""])
    Operations(google).remove(THING, google.insert)
    assert len(google.requests) == 2

"""Whatever /openapi.json allows and forbids, tried by schemathesis: no 500, nothing undescribed."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from fixtures.portal_house import URL, PortalHouse
from portal.limits import Rate

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


HOUSE = settings(
    max_examples=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def test_every_operation_answers_as_it_says(portal: PortalHouse):
    """One after the other, on one ledger: what one operation makes, another may find."""
    portal.client.app.state.house.limits.rate = Rate(1_000_000, 1)
    sent = {"Authorization": f"Bearer {portal.token()}"}
    api = schemathesis.openapi.from_asgi("/openapi.json", portal.client.app)
    tried = 0
    for found in api.get_all_operations():
        operation = found.ok()

        @HOUSE
        @given(case=operation.as_strategy())
        def answers_as_it_says(case):
            case.call_and_validate(headers=sent, checks=CHECKS, base_url=URL)

        answers_as_it_says()
        tried += 1
    assert tried == len(list(api.get_all_operations())) > 0

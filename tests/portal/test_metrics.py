"""What Prometheus reads, parsed as Prometheus parses it."""

from dataclasses import replace
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families

from fixtures.delivered import HOUR, Past, deliver
from fixtures.own_things import place
from fixtures.portal_house import NOW, PortalHouse
from orders import events as e
from orders import service

PAST = Past(placed=NOW - timedelta(days=4), lasting=HOUR)
TOKEN = "read-me"  # noqa: S105 - of a portal that lives as long as the test
LINUX = {"offering": "linux-server", "provider": "aws", "action": "provision"}


def read(portal: PortalHouse) -> dict[tuple[str, ...], float]:
    answer = portal.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "BYM" not in answer.text
    found = text_string_to_metric_families(answer.text)
    return {
        (one.name, *sorted(one.labels.values())): one.value
        for family in found
        for one in family.samples
    }


def test_lead_times_stages_states_and_promises_are_told(portal: PortalHouse) -> None:
    house = portal.client.app.state.house
    settings = replace(house.settings, metrics_token=TOKEN)
    portal.client.app.state.house = replace(house, settings=settings)
    for lasting in (HOUR, 6 * HOUR):
        deliver(portal.ledger, replace(PAST, lasting=lasting, asked=lasting / 2))
    deliver(portal.ledger, replace(PAST, failed=True))
    number = place(portal.ledger, NOW - timedelta(days=1))
    service.record(portal.ledger, number, e.JeopardyRaised(at=NOW, by="flow", probability=0.9))
    found = read(portal)
    of = sorted(LINUX.values())
    assert found["grunnmur_orders", "completed"] == 2
    assert found["grunnmur_orders", "failed"] == 1
    assert found["grunnmur_orders", "acknowledged"] == 1
    assert found["grunnmur_orders_in_jeopardy",] == 1
    assert found["grunnmur_orders_overdue",] == 1
    assert found["grunnmur_promises_total", *sorted([*of, "kept"])] == 1
    assert found["grunnmur_promises_total", *sorted([*of, "broken"])] == 2
    assert found["grunnmur_lead_time_seconds_count", *of] == 2
    assert found["grunnmur_lead_time_seconds_sum", *of] == 7 * 3600
    assert found["grunnmur_lead_time_seconds_bucket", *sorted([*of, "3600.0"])] == 1
    assert found["grunnmur_lead_time_seconds_bucket", *sorted([*of, "+Inf"])] == 2
    assert found["grunnmur_lead_time_business_seconds_count", *of] == 2
    assert found["grunnmur_stage_seconds_count", "customer", "pending"] == 2
    assert found["grunnmur_stage_seconds_sum", "customer", "pending"] == 3.5 * 3600


def test_without_the_token_nothing_is_told(portal: PortalHouse) -> None:
    assert portal.client.get("/metrics").status_code == 404
    house = portal.client.app.state.house
    settings = replace(house.settings, metrics_token=TOKEN)
    portal.client.app.state.house = replace(house, settings=settings)
    assert read(portal)["grunnmur_orders", "completed"] == 0
    for shown in ("", "Bearer ", "Bearer other", f"Bearer {TOKEN}x", "Bearer \u00e6"):
        answer = portal.client.get("/metrics", headers={"Authorization": shown.encode()})
        assert answer.status_code == 401, shown
        assert "grunnmur_" not in answer.text

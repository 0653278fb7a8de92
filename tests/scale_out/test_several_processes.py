"""Two portals, three workers, PostgreSQL for ledger and Prefect, Redis between Prefect's processes.

What docs/scale-out.md describes, started as it says, on one machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from fixtures.portal_house import API
from fixtures.postgres import Server
from fixtures.prefect_server import until
from fixtures.town import Town, founded, prefect_in_parts
from orders.model import State

pytest_plugins = ["fixtures.redis"]

DOCUMENT = Path(__file__).parents[2] / "docs/scale-out.md"
ORDERS = 9


def settings(prefect_database: str, redis_port: int) -> dict[str, str]:
    """The lines of the document for Prefect's servers, with this machine's addresses."""
    lines = re.findall(r"^(PREFECT_\w+)=(\S+)$", DOCUMENT.read_text(), re.MULTILINE)
    here = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect_database.replace("psycopg", "asyncpg"),
        "PREFECT_REDIS_MESSAGING_HOST": "127.0.0.1",
        "PREFECT_REDIS_MESSAGING_PORT": str(redis_port),
    }
    assert set(here) < {name for name, _ in lines}
    return dict(lines) | here


@pytest.fixture(scope="module")
def town(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: Server, redis_port: int
) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with ExitStack() as ends:
        database = ends.enter_context(postgres_server.database("scale_out_prefect"))
        ledger = ends.enter_context(postgres_server.database("scale_out_ledger"))
        prefect = prefect_in_parts(folder / "prefect", ends, settings(database, redis_port))
        one = founded(folder, ends, ledger, prefect)
        for _ in range(2):
            one.add_portal()
        for _ in range(3):
            one.add_worker()
        yield one


def test_orders_at_two_portals_are_delivered_once_by_three_workers_one_of_them_killed(town: Town):
    with ThreadPoolExecutor(4) as people:
        answers = list(people.map(lambda n: town.place(n % 2, f"order-{n}"), range(ORDERS)))
    assert [answer.status_code for answer in answers] == [201] * ORDERS, answers[0].text
    numbers = [answer.json()["id"] for answer in answers]
    assert len(set(numbers)) == ORDERS

    until(lambda: len(town.machines()) >= 3, "some machines are made")
    town.workers[0].kill()
    ended = {State.COMPLETED}
    until(lambda: {town.order(n).state for n in numbers} <= ended, "all are delivered", 300)
    assert town.machines() == dict.fromkeys(numbers, 1)
    assert town.book.verify() == []

    # What Prefect shows is what the ledger holds, and each worker had its part.
    for number in numbers:
        last = until(lambda number=number: ended_run(town, number), f"Prefect ends {number}")
        assert last["state_type"] == "COMPLETED"
    runs = [run for number in numbers for run in town.prefect.runs_of(number)]
    assert {run["labels"]["prefect.worker.name"] for run in runs} == {
        f"worker-{number}" for number in range(3)
    }


def ended_run(town: Town, number: str) -> dict | None:
    """The order's newest run, once Prefect has it ended."""
    run = town.prefect.runs_of(number)[-1]
    return run if run["end_time"] else None


def test_one_key_at_both_portals_at_once_is_one_order(town: Town):
    with ThreadPoolExecutor(10) as people:
        answers = list(people.map(lambda n: town.place(n % 2, "the-same"), range(10)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_what_one_portal_took_the_other_shows(town: Town):
    number = town.place(0, "seen-elsewhere").json()["id"]
    found: httpx.Response = town.portals[1].get(f"{API}/{number}", headers=town.signed)
    assert found.json()["externalId"] == "seen-elsewhere"


def test_prefect_answers_nobody_who_does_not_know_the_word(town: Town):
    for auth in (None, ("operator", "a-guess")):
        answer = httpx.post(f"{town.prefect.url}/api/flow_runs/count", json={}, auth=auth)
        assert answer.status_code == 401

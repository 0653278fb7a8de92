"""The settings our Prefect processes start with."""

from __future__ import annotations

from flows import prefect_env


def test_privacy_goes_along_with_every_group():
    chosen = {}
    prefect_env.apply(prefect_env.WORKER, environment=chosen)
    assert chosen == {**prefect_env.PRIVATE, "PREFECT_WORKER_QUERY_SECONDS": "3"}


def test_what_the_environment_says_stands():
    chosen = {"PREFECT_WORKER_QUERY_SECONDS": "30"}
    prefect_env.apply(prefect_env.WORKER, environment=chosen)
    assert chosen["PREFECT_WORKER_QUERY_SECONDS"] == "30"

"""What is away is told once, and once more when it is back."""

from __future__ import annotations

import logging

import pytest

from flows.absence import Absence


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.INFO, "flows.absence")
    return lambda: [record.getMessage() for record in caplog.records]


def test_a_minute_without_an_answer_is_two_lines(said):
    now = [0.0]
    prefect = Absence("Prefect", "orders wait", clock=lambda: now[0])
    prefect.over()
    for second in range(60):
        now[0] = second
        prefect.seen("ConnectError")
    now[0] = 60.0
    prefect.over()
    prefect.over()
    assert said() == ["Prefect is away (ConnectError): orders wait", "Prefect is back after 60 s"]


def test_another_reason_is_told_too_and_the_next_absence_anew(said):
    prefect = Absence("Prefect", "orders wait")
    for why in ("ConnectError", "answers 503", "ConnectError"):
        prefect.seen(why)
    prefect.over()
    prefect.seen("ConnectError")
    assert [line.partition(":")[0] for line in said()] == [
        "Prefect is away (ConnectError)",
        "Prefect is away (answers 503)",
        "Prefect is back after 0 s",
        "Prefect is away (ConnectError)",
    ]

"""The control endpoints over plain HTTP, as another process or a benchmark uses them."""

from __future__ import annotations

import http.client
import json
import time

import pytest


@pytest.fixture
def control(aws_emulator):
    host = aws_emulator.url.removeprefix("http://")

    def ask(method: str, path: str, body: object = None, **headers: str):
        connection = http.client.HTTPConnection(host, timeout=60)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(
            method, f"/_emulator/{path}", content if body is not None else None, headers
        )
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        return answer.status, told

    return ask


def test_it_says_that_it_is_well(control):
    assert control("GET", "health") == (200, {"status": "ok"})


def test_rules_are_added_listed_with_their_strikes_and_cleared(control, ec2, refusal):
    rule = {"match": "ec2.RunInstances", "kind": "throttle", "times": 3}
    status, told = control("POST", "faults", rule)
    assert status == 201
    assert told["rules"] == [
        {"match": "ec2.RunInstances", "kind": "throttle", "struck": 0, "left": 3}
    ]
    refusal(ec2.run)
    assert control("GET", "faults")[1]["rules"][0]["left"] == 2
    assert control("DELETE", "faults") == (200, {"rules": []})
    assert ec2.run()["InstanceId"]


GOOD = {"match": "ec2.RunInstances", "kind": "throttle"}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("throttle", "object"),
        ({"kind": "throttle"}, "match is missing"),
        ({**GOOD, "kind": "thunder"}, "thunder"),
        ({**GOOD, "often": 3}, "often"),
        ({**GOOD, "match": "ec2.(Run"}, "regular expression"),
        ({**GOOD, "match": "ec2.RunInstance"}, "never would"),
        ({**GOOD, "match": "ec3.RunInstances"}, "never would"),
        ({**GOOD, "times": 0}, "times"),
        ({**GOOD, "times": True}, "times"),
        ({**GOOD, "times": 1.5}, "whole number"),
        ({**GOOD, "probability": 2}, "probability"),
        ({**GOOD, "after": -1}, "after"),
        ({**GOOD, "seconds": 1}, "seconds"),
        ({**GOOD, "kind": "delay"}, "seconds"),
        ({**GOOD, "kind": "delay", "seconds": 1e9}, "seconds"),
        ({**GOOD, "status": 200}, "status"),
        ({**GOOD, "code": 7}, "code"),
        ({**GOOD, "kind": "reset", "code": "X"}, "code"),
        ({"match": "s3.CreateBucket", "kind": "async-error"}, "never would"),
        ([GOOD, {"match": "ec2.RunInstances", "kind": "thunder"}], "thunder"),
    ],
)
def test_a_bad_rule_is_refused_with_the_reason_and_changes_nothing(control, rule, why):
    status, told = control("POST", "faults", rule)
    assert status == 400
    assert why in told["error"]
    assert control("GET", "faults")[1]["rules"] == []


def test_what_is_no_json_is_refused(control):
    assert control("POST", "faults", b"{oops")[0] == 400
    assert control("POST", "faults", b"\xff\xfe")[0] == 400
    assert control("POST", "faults", b"[" + b"1," * 600_000 + b"1]")[0] == 413


def test_other_paths_and_methods_are_refused(control):
    assert control("GET", "elsewhere")[0] == 404
    assert control("PUT", "faults")[0] == 405
    assert control("POST", "health")[0] == 405


def test_a_page_under_another_name_cannot_steer_it(control):
    assert control("POST", "faults", GOOD, Host="evil.example")[0] == 403
    assert control("GET", "faults")[1]["rules"] == []


def test_calls_are_counted_and_timed_on_the_clocks_of_this_machine(control, ec2):
    before = time.time(), time.monotonic()
    id_ = ec2.run()["InstanceId"]
    ec2.state(id_)
    told = control("GET", "calls")[1]
    after = time.time(), time.monotonic()
    assert told["counts"] == {
        "ec2.DescribeImages": 1,
        "ec2.RunInstances": 1,
        "ec2.DescribeInstances": 1,
    }
    assert [c["operation"] for c in told["recent"]] == list(told["counts"])
    for call in told["recent"]:
        assert before[0] <= call["wall"] <= after[0]
        assert before[1] <= call["monotonic"] <= after[1]
    assert control("DELETE", "calls")[1] == {"counts": {}, "recent": []}


def test_what_is_not_signed_is_refused(aws_emulator):
    connection = http.client.HTTPConnection(aws_emulator.url.removeprefix("http://"), timeout=60)
    for path in ("/", "/moto-api/reset", "/moto-api/data.json"):
        connection.request("POST", path)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        assert answer.status == 403

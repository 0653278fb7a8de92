"""The policy in docs/permissions allows what the adapters call, all of it and no more."""

import json
from dataclasses import replace

import pytest
from botocore import xform_name
from botocore.loaders import Loader

from fixtures.aws_emulator import REGION
from fixtures.aws_strangers import strangers
from fixtures.on_record import Lives, check, recorded, tagged, words
from providers import connect
from providers.aws.permissions import BUCKETS, LOGINS, written


@pytest.fixture
def lives(aws, aws_emulator, aws_sandbox, monkeypatch):
    """On a connection that has asked for nothing before: some things are asked once for all."""
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS", f"{REGION},eu-north-1")

    def called():
        titles = aws_emulator.overlay.calls.titles()
        aws_emulator.overlay.calls.clear()
        return titles

    return Lives(connect("aws", aws_sandbox), aws_emulator.settle, called, aws_emulator.fault)


def test_the_policy_is_made_from_what_the_adapters_call(lives, cases, built, aws_emulator, request):
    """A life of each kind, and what happens seldom: late failures, other hands, other places."""
    for case in cases.values():
        if case.late:
            lives.fault(match=case.late, kind="async-error")
        changed = replace(tagged(case.spec), parameters=case.changed)
        lives.live(case.spec, changed, *([case.spec] if case.kind == "network" else []))
    ec2 = aws_emulator.client("ec2")
    network = replace(cases["network"].spec, instance="a" * 32)
    lives.live(network, tagged(network), meddle=lambda made: _lead_out(ec2, made))
    subnet = built(network).outputs["subnet"]
    asked = cases["database"].spec
    lives.live(replace(asked, parameters={**asked.parameters, "subnet": subnet}))
    for kind, made in strangers(aws_emulator).items():
        lives.adopt(replace(cases[kind].spec, instance="b" * 32), made)
    check("aws", lives.calls, record=request.config.getoption("--record"))


def _lead_out(ec2, made):
    """Somebody leads the network to the internet."""
    vpc = made.ref.id
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    table = tables["RouteTables"][0]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)


def test_every_call_in_the_adapters_source_is_on_record():
    calls = {call for several in recorded("aws").values() for call in several}
    services = {call.partition(".")[0] for call in calls}
    known = {
        xform_name(operation)
        for service in services
        for operation in Loader().load_service_model(service, "service-2")["operations"]
    }
    on_record = {xform_name(call.partition(".")[2]) for call in calls}
    assert words("aws") & known - on_record == set()


def test_what_is_in_buckets_is_read_in_ours_alone():
    calls = {call for several in recorded("aws").values() for call in several}
    statements = json.loads(written(calls))["Statement"]
    reads = [one["Resource"] for one in statements if "s3:GetObject" in one["Action"]]
    assert reads == [BUCKETS]


def test_users_are_made_and_removed_under_our_path_alone():
    calls = {call for several in recorded("aws").values() for call in several}
    statements = json.loads(written(calls))["Statement"]
    on = {action: one["Resource"] for one in statements for action in one["Action"]}
    changing = {action for action in on if action.startswith("iam:")} - {
        "iam:GetUser",
        "iam:ListAccessKeys",
        "iam:ListUsers",
    }
    assert "iam:PutUserPolicy" in changing
    assert {on[action] for action in changing} == {LOGINS}
    assert on["iam:GetUser"] == "*", "who is not there has no path that could be named"

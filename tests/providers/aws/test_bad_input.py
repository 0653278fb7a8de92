"""Bad input: the right class of error, a sentence somebody can act on, and nothing left behind."""

from dataclasses import replace

import pytest

from fixtures.aws_emulator import REGION
from fixtures.deliveries import Delivery
from providers import connect
from providers.errors import Conflict, InvalidSpec, NotAuthorised, ProviderError, Remedy

OTHERS = "arn:aws:iam::222222222222:role/other"


def asked(case, **parameters):
    return replace(case.spec, parameters={**case.parameters, **parameters})


@pytest.fixture
def nothing(aws, aws_emulator):
    """Nothing of ours is there, whole or in pieces."""

    def check():
        ask = aws_emulator.client
        assert list(aws.inventory()) == []
        assert ask("rds").describe_db_parameter_groups()["DBParameterGroups"] == []
        assert ask("rds").describe_db_subnet_groups()["DBSubnetGroups"] == []
        gateways = ask("directconnect").describe_direct_connect_gateways()
        assert gateways["directConnectGateways"] == []
        ours = [{"Name": "tag-key", "Values": ["grunnmur:instance"]}]
        assert ask("ec2").describe_subnets(Filters=ours)["Subnets"] == []
        assert ask("ec2").describe_vpn_gateways(Filters=ours)["VpnGateways"] == []

    return check


@pytest.mark.parametrize(
    "wrong",
    [
        ("virtual-machine", {"size": "t9.mega"}, r"t9\.mega"),
        ("virtual-machine", {"subnet": "nowhere"}, "subnet"),
        ("virtual-machine", {"security_group": "open"}, "security_group"),
        ("virtual-machine", {"ssh_key": "mine"}, "ssh_key"),
        ("virtual-machine", {"subnet": "subnet-0123456789abcdef0"}, "subnet-0123456789abcdef0"),
        ("object-storage", {"storage_class": "warm"}, "storage_class"),
        ("object-storage", {"storage_class": "infrequent", "expire_days": 30}, "begins after 30"),
        ("object-storage", {"keep_days": 3}, "keep_days"),
        ("object-storage", {"versioning": "yes"}, "versioning"),
        ("object-storage", {"kms_key": "mine"}, "kms_key"),
        ("network", {"cidr": "ten"}, "cidr"),
        ("network", {"cidr": "8.8.8.0/24"}, "not private"),
        ("network", {"cidr": "10.20.0.0/29"}, "too small"),
        ("network", {"cidr": "10.0.0.0/8"}, "too large"),
        ("network", {"cidr": "10.20.0.1/24"}, "no range"),
        ("network", {"allow_from": ["0.0.0.0/0"]}, "not private"),
        ("network", {"subnets": {"a": "10.99.0.0/24"}}, "does not lie in"),
        ("network", {"subnets": {"a": "10.20.0.0/25", "b": "10.20.0.64/26"}}, "overlap"),
        ("database", {"size": "Standard_D2s"}, "size"),
        ("database", {"size": "db.t9.mega"}, r"db\.t9\.mega"),
        ("database", {"version": "9"}, "version"),
        ("database", {"disk_gb": 10}, "disk_gb"),
        ("database", {"subnet": "subnet-0123456789abcdef0"}, "subnet-0123456789abcdef0"),
        ("private-connection", {"bandwidth_mbps": 123}, "bandwidth_mbps"),
        ("private-connection", {"vlan_id": 5000}, "vlan_id"),
        ("private-connection", {"network": "vpc-0123456789abcdef0"}, "name one that is"),
        ("private-connection", {"primary_prefix": "10.9.0.1/30"}, "no range"),
        ("workspace", {"user": "nobody"}, "nobody does not exist"),
        ("workspace", {"user": "Kari <x>"}, "user"),
        ("workspace", {"sharing": "shared"}, "sharing"),
        ("workspace", {"size": "huge"}, "size"),
        ("workspace", {"directory": "d-0123456789"}, "d-0123456789 is not registered"),
    ],
)
def test_what_cannot_be_built_is_refused_by_its_parameter(aws, cases, nothing, wrong):
    kind, parameters, text = wrong
    with pytest.raises(InvalidSpec, match=text):
        aws.apply(asked(cases[kind], **parameters))
    nothing()


def test_every_wrong_parameter_is_named_at_once(aws, cases):
    wrong = asked(cases["database"], size="?", version="?", disk_gb=-1, colour="red")
    with pytest.raises(InvalidSpec) as refused:
        aws.preview(wrong)
    for name in ("size", "version", "disk_gb", "colour"):
        assert name in str(refused.value)


def test_a_size_the_region_does_not_sell_is_refused(aws_sandbox, cases, nothing, monkeypatch):
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_SANDBOX_AWS_REGIONS", "eu-south-2")
    provider = connect("aws", aws_sandbox)
    for kind, size in (("virtual-machine", "m6i.large"), ("database", "db.m6i.large")):
        with pytest.raises(InvalidSpec, match="not support"):
            provider.apply(replace(asked(cases[kind], size=size), region="eu-south-2"))
    assert list(provider.inventory()) == []
    nothing()


def test_subnets_of_one_zone_are_too_few_for_a_database(aws, cases, built, nothing):
    subnets = {"only": "10.20.0.0/25"}
    network = built(asked(cases["network"], subnets=subnets))
    with pytest.raises(InvalidSpec, match="at least 2 AZs"):
        aws.apply(asked(cases["database"], subnet=network.outputs["subnet"]))
    aws.delete(network.ref)
    nothing()


def test_a_bucket_name_in_use_elsewhere_is_told(aws, aws_emulator, cases):
    spec = cases["object-storage"].spec
    sts = aws_emulator.client("sts")
    key = sts.assume_role(RoleArn=OTHERS, RoleSessionName="other")["Credentials"]
    import boto3  # noqa: PLC0415 - as somebody else, here only
    from botocore.config import Config  # noqa: PLC0415 - likewise

    theirs = boto3.Session(
        key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"], region_name=REGION
    ).client("s3", endpoint_url=aws_emulator.url, config=Config(proxies={}))
    where = {"LocationConstraint": REGION}
    theirs.create_bucket(Bucket=f"gm-{spec.instance}-1", CreateBucketConfiguration=where)
    theirs.close()
    with pytest.raises(Conflict, match="in use outside this account; ask for attempt 2"):
        aws.apply(spec)
    assert list(aws.inventory()) == []
    assert aws.apply(replace(spec, attempt=2)).status == "ready"


def test_a_bucket_that_holds_objects_stays(aws, aws_emulator, cases):
    ready = aws.apply(cases["object-storage"].spec)
    aws_emulator.client("s3").put_object(Bucket=ready.ref.id, Key="report", Body=b"x")
    with pytest.raises(Conflict, match="still holds objects"):
        aws.delete(ready.ref)
    assert aws.read(ready.ref) == ready


def test_ranges_that_overlap_are_refused_with_the_name_of_the_other(aws, cases):
    aws.apply(cases["network"].spec)
    second = replace(asked(cases["network"], cidr="10.20.0.128/25"), instance="e" * 32)
    with pytest.raises(Conflict, match=r"10\.20\.0\.0/24 of network Parkering web"):
        aws.apply(second)
    assert len(list(aws.inventory())) == 1


def test_a_network_in_use_says_by_whom(aws, aws_emulator, cases, removed):
    network = aws.apply(cases["network"].spec)
    into = {
        "subnet": network.outputs["subnet"],
        "security_group": network.outputs["security_group"],
    }
    machine = aws.apply(asked(cases["virtual-machine"], **into))
    with pytest.raises(Conflict, match=f"in use by {machine.ref.id}"):
        aws.delete(network.ref)
    removed(machine.ref)
    aws_emulator.settle()
    aws.delete(network.ref)
    assert aws.read(network.ref) is None


def test_a_person_has_one_desktop(aws, cases):
    aws.apply(cases["workspace"].spec)
    with pytest.raises(Conflict, match=r"kari\.nordmann has a workspace"):
        aws.apply(replace(cases["workspace"].spec, instance="e" * 32))
    assert len(list(aws.inventory())) == 1


def test_a_network_takes_one_private_connection(aws, cases, built):
    built(cases["private-connection"].spec)
    with pytest.raises(Conflict, match="it takes one"):
        aws.apply(replace(cases["private-connection"].spec, instance="e" * 32))


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("network", {"cidr": "10.20.0.0/23"}),
        ("network", {"subnets": {"default-a": "10.20.0.128/25"}}),
        ("database", {"version": "16"}),
        ("database", {"disk_gb": 20}),
        ("private-connection", {"bandwidth_mbps": 200}),
        ("private-connection", {"peer_asn": 65011}),
        ("workspace", {"system": "ubuntu"}),
        ("workspace", {"user": "ola.nordmann"}),
    ],
)
def test_what_cannot_change_in_place_says_so_and_stays(aws, cases, built, kind, parameters):
    first = asked(cases[kind], **({"disk_gb": 40} if kind == "database" else {}))
    built(first)
    other = replace(first, parameters={**first.parameters, **parameters})
    assert any(change.replaces for change in aws.preview(other))
    with pytest.raises(InvalidSpec, match="in place"):
        aws.apply(other)
    assert list(aws.preview(first)) == []
    assert len(list(aws.inventory())) == 1


@pytest.mark.parametrize("code", ["ExpiredToken", "AccessDenied"])
def test_a_credential_that_is_refused_holds(aws, aws_emulator, cases, nothing, code):
    for case in cases.values():
        aws_emulator.fault(match=".*", kind="error", code=code, status=403)
        with pytest.raises(NotAuthorised, match=code) as refused:
            aws.apply(case.spec)
        assert refused.value.remedy is Remedy.HOLD
    nothing()


def test_a_credential_that_expires_half_way_holds_and_goes_on_when_it_is_renewed(
    aws, aws_emulator, cases
):
    for case in cases.values():
        aws_emulator.overlay.faults.clear()
        aws_emulator.fault(match=".*", kind="error", code="ExpiredToken", status=403, after=3)
        delivery = Delivery(aws, aws_emulator.settle, case.spec)
        ready = delivery.deliver()
        assert {type(error).__name__ for error in delivery.met} == {"NotAuthorised"}
        assert list(aws.by_kind[case.kind].inventory()) == [ready]


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 418, 500, 503])
def test_only_provider_errors_leave_when_everything_is_refused(aws, aws_emulator, cases, status):
    aws_emulator.fault(match=".*", kind="error", status=status, code="Strange", times=None)
    for case in cases.values():
        with pytest.raises(ProviderError):
            aws.apply(case.spec)


def test_more_tags_than_aws_takes_are_refused_before_any_call(aws, aws_emulator, cases):
    for labels in ({f"t{n}": "x" for n in range(60)}, {"long": "x" * 257}):
        for case in cases.values():
            with pytest.raises(InvalidSpec, match="tag"):
                aws.apply(replace(case.spec, tags=labels))
    assert aws_emulator.overlay.calls.report()["counts"] == {}

"""Networks at AWS are listed however many there are: a filter of EC2's takes so many ids."""

from __future__ import annotations

from providers.aws import filters, vpc


def test_more_networks_than_one_filter_takes_are_looked_at(aws, ec2, cases):
    spec = cases["network"].spec
    aws.apply(spec)
    made = aws.apply(spec)
    others = [{"VpcId": f"vpc-{n:017x}"} for n in range(filters.MOST)]
    (there,) = ec2.describe_vpcs(VpcIds=[made.ref.id])["Vpcs"]
    *_, last = vpc.look(ec2, [*others, there])
    assert vpc.resource(last, spec.region).outputs == made.outputs

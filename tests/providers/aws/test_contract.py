"""AWS keeps every law with every kind, against the emulator over HTTP."""

import json
from dataclasses import replace
from typing import ClassVar

import pytest
from botocore.exceptions import ClientError
from contract.adoption_laws import AdoptionLaws
from contract.provider_laws import ProviderLaws
from contract.unlock_laws import UnlockLaws
from contract.world import removed, tagged
from moto.backends import get_backend

from fixtures import aws_strangers
from fixtures.aws_emulator import REGION
from providers.errors import Conflict
from providers.types import Ref


def access_keys(aws, user):
    """Ids and secrets of a user's keys, which only moto itself tells."""
    kept = get_backend("iam")["123456789012"]["aws"].users[user].access_keys
    return [(key.access_key_id, key.secret_access_key) for key in kept]


class AwsLaws(ProviderLaws):
    kind = ""

    @pytest.fixture
    def case(self, cases):
        return cases[self.kind]

    @pytest.fixture
    def provider(self, case, aws, insistent):
        return insistent(aws) if case.several else aws

    @pytest.fixture
    def spec(self, case):
        return case.spec

    @pytest.fixture
    def world(self, cloud_world, case, provider):
        return cloud_world(case, provider)


class TestVirtualMachine(AwsLaws):
    kind = "virtual-machine"


class TestObjectStorage(AwsLaws, UnlockLaws):
    kind = "object-storage"

    @pytest.fixture(autouse=True)
    def _looker(self, aws_emulator):
        self.aws = aws_emulator
        self.iam, self.s3 = (aws_emulator.client(name) for name in ("iam", "s3"))

    def opens(self, provider, ref, access):
        """It is the one key of the bucket's own user, and that user may use the bucket alone."""
        try:
            found = self.iam.list_access_keys(UserName=ref.id)["AccessKeyMetadata"]
            told = self.iam.get_user_policy(UserName=ref.id, PolicyName="bucket")
        except ClientError:
            return False
        ids = [key["AccessKeyId"] for key in found if key["Status"] == "Active"]
        assert len(ids) == 1
        on = {one["Resource"] for one in told["PolicyDocument"]["Statement"]}
        assert on == {f"arn:aws:s3:::{ref.id}", f"arn:aws:s3:::{ref.id}/*"}
        return access_keys(self.aws, ref.id) == [
            (access.values["access_key_id"], access.values["secret_access_key"])
        ]

    def lose_answer(self):
        self.aws.fault(match="iam.CreateAccessKey", kind="lost")

    def disown(self, ref):
        self.s3.delete_bucket_tagging(Bucket=ref.id)


class TestDatabase(AwsLaws, UnlockLaws):
    kind = "database"

    @pytest.fixture(autouse=True)
    def _looker(self, aws_emulator):
        self.aws = aws_emulator
        self.rds, self.kept = (aws_emulator.client(name) for name in ("rds", "secretsmanager"))

    def opens(self, provider, ref, access):
        """It is the password that RDS keeps and checks against."""
        try:
            (found,) = self.rds.describe_db_instances(DBInstanceIdentifier=ref.id)["DBInstances"]
        except ClientError:
            return False
        secret = self.kept.get_secret_value(SecretId=found["MasterUserSecret"]["SecretArn"])
        told = json.loads(secret["SecretString"])
        user = found["MasterUsername"]
        assert told["username"] == user
        return access.values == {"user": user, "password": told["password"]}

    def lose_answer(self):
        self.aws.fault(match="secretsmanager.GetSecretValue", kind="lost")

    def disown(self, ref):
        (found,) = self.rds.describe_db_instances(DBInstanceIdentifier=ref.id)["DBInstances"]
        self.rds.remove_tags_from_resource(
            ResourceName=found["DBInstanceArn"], TagKeys=["grunnmur:instance"]
        )


class OneOfAKind(AwsLaws):
    """Kinds of which AWS takes no two with the same parameters."""

    @pytest.fixture
    def other(self, spec):
        """Another order, with parameters of its own."""
        parameters = {**spec.parameters, **self.others}
        return replace(spec, instance=spec.instance[::-1], parameters=parameters)

    others: ClassVar[dict[str, str]] = {}

    def test_inventory_is_exactly_what_was_applied(self, provider, spec, other, world):
        """As the law says, with parameters of its own for the second."""
        one, two = provider.apply(spec), provider.apply(other)
        assert tagged(provider.inventory()) == {one.ref: spec.instance, two.ref: other.instance}
        provider.delete(one.ref)
        removed(provider, one.ref, world)
        assert tagged(provider.inventory()) == {two.ref: other.instance}


class TestNetwork(OneOfAKind):
    kind = "network"
    others: ClassVar = {"cidr": "10.21.0.0/24"}


class TestWorkspace(OneOfAKind):
    kind = "workspace"
    others: ClassVar = {"user": "ola.nordmann"}


class TestPrivateConnection(OneOfAKind):
    kind = "private-connection"

    @pytest.fixture
    def other(self, spec, ec2):
        network = ec2.create_vpc(CidrBlock="10.31.0.0/24")["Vpc"]["VpcId"]
        parameters = {**spec.parameters, "network": network}
        return replace(spec, instance=spec.instance[::-1], parameters=parameters)


class AwsAdoption(AdoptionLaws):
    """What others have made at AWS, with a plain client, where nothing else stands."""

    kind = ""
    changes: ClassVar[dict[str, object]] = {}

    @pytest.fixture
    def case(self, cases_of):
        return cases_of[self.kind]

    provider = AwsLaws.provider
    spec = AwsLaws.spec
    world = AwsLaws.world


class TestAdoptedMachine(AwsAdoption):
    kind = "virtual-machine"
    changes: ClassVar = {"size": "t3.small"}

    @pytest.fixture
    def stranger(self, aws_emulator):
        made = aws_strangers.machine(aws_emulator)
        aws_emulator.settle()
        return Ref(kind="virtual-machine", region=REGION, id=made)


class TestAdoptedBucket(AwsAdoption):
    kind = "object-storage"
    changes: ClassVar = {"versioning": False, "keep_days": 30}
    left_open = ("keep_days",)

    @pytest.fixture
    def stranger(self, aws_emulator):
        return Ref(kind="object-storage", region=REGION, id=aws_strangers.bucket(aws_emulator))


class TestAdoptedDatabase(AwsAdoption):
    kind = "database"
    changes: ClassVar = {"disk_gb": 80, "size": "db.m6g.large"}

    @pytest.fixture
    def stranger(self, aws_emulator):
        """And one of an engine that is not our kind's, which is none."""
        aws_strangers.database(aws_emulator, "wiki", "mysql")
        return Ref(kind="database", region=REGION, id=aws_strangers.database(aws_emulator))


class TestAdoptedNetwork(AwsAdoption):
    """The network that every account is born with is none; nothing but its tags can be changed."""

    kind = "network"

    @pytest.fixture
    def stranger(self, aws_emulator):
        self.ec2 = aws_emulator.client("ec2")
        return Ref(kind="network", region=REGION, id=aws_strangers.network(aws_emulator))

    def test_what_others_made_in_it_keeps_it_from_being_removed(self, provider, stranger, adopted):
        """Said before anything of it goes."""
        provider.adopt(stranger, adopted)
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=stranger.id)
        inside = [{"Name": "vpc-id", "Values": [stranger.id]}]
        (table,) = self.ec2.describe_route_tables(Filters=inside)["RouteTables"]
        self.ec2.create_route(
            RouteTableId=table["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=gateway,
        )
        with pytest.raises(Conflict, match="a way out by igw-"):
            provider.delete(stranger)
        assert len(self.ec2.describe_subnets(Filters=inside)["Subnets"]) == 1

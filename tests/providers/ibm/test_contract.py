"""IBM keeps every law with every kind, against the emulator over HTTP."""

from dataclasses import replace
from typing import ClassVar

import pytest
from contract.adoption_laws import AdoptionLaws
from contract.provider_laws import ProviderLaws

from fixtures.ibm_emulator import REGION
from fixtures.ibm_strangers import strangers
from providers.types import Ref


class IbmLaws(ProviderLaws):
    kind = ""

    @pytest.fixture
    def case(self, cases):
        return cases[self.kind]

    @pytest.fixture
    def provider(self, case, ibm, insistent):
        return insistent(ibm) if case.several else ibm

    @pytest.fixture
    def spec(self, case):
        return case.spec

    @pytest.fixture
    def world(self, cloud_world, case, provider):
        return cloud_world(case, provider)


class TestVirtualMachine(IbmLaws):
    kind = "virtual-machine"


class TestObjectStorage(IbmLaws):
    kind = "object-storage"


class TestNetwork(IbmLaws):
    kind = "network"


class TestPrivateConnection(IbmLaws):
    kind = "private-connection"


class IbmAdoption(AdoptionLaws):
    """What others have made at IBM, in the landing zone."""

    kind = ""
    marked = ("owner", "bym")  # IBM's tags know no case
    changes: ClassVar[dict[str, object]] = {}
    case = IbmLaws.case
    provider = IbmLaws.provider
    spec = IbmLaws.spec
    world = IbmLaws.world

    @pytest.fixture
    def stranger(self, ibm_emulator, ibm_sandbox):
        made = strangers(ibm_emulator)[self.kind]()
        return Ref(kind=self.kind, region=REGION, id=made)


class TestAdoptedMachine(IbmAdoption):
    kind = "virtual-machine"
    changes: ClassVar = {"size": "bx2-8x32", "disk_gb": 200}


class TestAdoptedBucket(IbmAdoption):
    kind = "object-storage"
    changes: ClassVar = {"versioning": False, "expire_days": 400}
    left_open = ("keep_days",)

    @pytest.fixture
    def stranger(self, ibm_emulator, ibm_sandbox):
        """And one in a region that is none of the account's."""
        place = {"LocationConstraint": "eu-gb-standard"}
        far = ibm_emulator.buckets("eu-gb")
        far.create_bucket(Bucket="parkering-gb", CreateBucketConfiguration=place)
        self.storage = ibm_emulator.buckets()
        made = strangers(ibm_emulator)[self.kind]()
        return Ref(kind=self.kind, region=REGION, id=made)

    def test_the_rules_of_its_owner_stay(self, provider, world, stranger, adopted):
        def rules():
            told = self.storage.get_bucket_lifecycle_configuration(Bucket=stranger.id)
            return [one["ID"] for one in told["Rules"]]

        provider.adopt(stranger, adopted)
        for days, wanted in ((400, ["theirs", "gm-kept", "gm-gone"]), (0, ["theirs", "gm-kept"])):
            provider.apply(replace(adopted, parameters={**adopted.parameters, "expire_days": days}))
            assert rules() == wanted

"""What the portal says can be opened is what the providers can open, and no other."""

from __future__ import annotations

import pytest

from portal.access_words import AS_THEMSELVES, WAYS
from providers import connect


@pytest.mark.parametrize("provider", ["aws", "azure", "gcp", "ibm", "openstack"])
def test_the_portal_offers_what_the_provider_unlocks(
    provider: str, request: pytest.FixtureRequest
) -> None:
    short = "google" if provider == "gcp" else provider
    there = connect(provider, request.getfixturevalue(f"{short}_sandbox"))
    assert there.unlocked == {kind for name, kind in WAYS if name == provider}
    told = {kind for name, kind in AS_THEMSELVES if name == provider}
    assert told <= there.kinds

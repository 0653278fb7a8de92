"""Every refusal of OpenStack's, in the words of the contract."""

from __future__ import annotations

import pytest
from keystoneauth1 import exceptions as k
from openstack import exceptions as o

from providers import connect, errors
from providers.errors import NotAuthorised, Unavailable
from providers.openstack.errors import meaning, translate


@pytest.mark.parametrize(
    ("status", "words", "known"),
    [
        (403, "Quota exceeded for cores: Requested 2", errors.QuotaExceeded),
        (409, "OverQuota: Quota exceeded for resources: ['network'].", errors.QuotaExceeded),
        (413, "VolumeLimitExceeded: Maximum number of volumes", errors.QuotaExceeded),
        (413, "This request was rate-limited. Retry After 3s", errors.Throttled),
        (429, "Too Many Requests", errors.Throttled),
        (500, "No valid host was found.", errors.NoCapacity),
        (409, "IpAddressGenerationFailure: No more IP addresses", errors.QuotaExceeded),
        (409, "SubnetInUse: still there", errors.Conflict),
        (409, "Cannot 'resize' instance 0 while it is in task_state x", errors.Unavailable),
        (401, "Authentication required", errors.NotAuthorised),
        (403, "Policy doesn't allow it", errors.NotAuthorised),
        (400, "Invalid input", errors.InvalidSpec),
        (503, "", errors.Unavailable),
    ],
)
def test_a_refusal_has_one_meaning(status, words, known):
    assert type(meaning(status, words)) is known


@pytest.mark.parametrize(
    ("error", "known"),
    [
        (k.ConnectFailure("cut"), errors.Unavailable),
        (k.ConnectTimeout("slow"), errors.Unavailable),
        (k.EndpointNotFound("no compute there"), errors.NotAuthorised),
        (k.Unauthorized("no"), errors.NotAuthorised),
        (o.ConfigException("no such cloud"), errors.NotAuthorised),
    ],
)
def test_what_the_sdk_raises_has_one_too(error, known):
    assert type(translate(error)) is known


def test_a_bug_of_ours_is_none_of_them():
    assert translate(KeyError("x")) is None
    assert meaning(418, "a teapot") is None


@pytest.mark.parametrize("file", [None, "clouds: [", "clouds: {}"])
def test_an_account_whose_file_is_no_good_is_held(tmp_path, monkeypatch, cases, file):
    path = tmp_path / "clouds.yaml"
    if file is not None:
        path.write_text(file)
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_OWN_OPENSTACK_CREDENTIALS_FILE", str(path))
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_OWN_OPENSTACK_PROFILE", "oslo")
    with pytest.raises(NotAuthorised):
        connect("openstack", "own").preview(cases["virtual-machine"].spec)


def test_a_cloud_that_is_away_is_unavailable(monkeypatch, cases):
    monkeypatch.setenv("GRUNNMUR_ACCOUNT_AWAY_OPENSTACK_ENDPOINT", "http://127.0.0.1:9/v3")
    with pytest.raises(Unavailable):
        connect("openstack", "away").preview(cases["virtual-machine"].spec)

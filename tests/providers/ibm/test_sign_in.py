"""Signing in at IAM with an API key: once, renewed in time, and the key is told to nobody else.

IAM stands before the emulator here, which itself takes anyone: it gives tokens and asks for them.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from traceback import format_exception
from typing import Any
from urllib.parse import parse_qs

import pytest

from emulators import loopback
from emulators.ibm.landing_zone import WORKLOADS
from emulators.loopback import Answer, Dropped, Request
from fixtures.deliveries import Delivery
from fixtures.ibm_emulator import STORAGE, IbmEmulator
from providers import connect
from providers.errors import NotAuthorised, Throttled, Unavailable

PREFIX = "GRUNNMUR_ACCOUNT_AGENCY_IBM_"
KEY = "planted-key-planted-key"
GRANT = "urn:ibm:params:oauth:grant-type:apikey"
WRONG = {"errorCode": "BXNIM0415E", "errorMessage": "Provided API key could not be found."}
REVOKED = {"errors": [{"code": "not_authorized", "message": "The token is expired or revoked."}]}


@dataclass
class Door:
    """A token for a known key, each another one; the cloud for who has one that is still good."""

    cloud: IbmEmulator
    url: str
    keys: set[str] = field(default_factory=lambda: {KEY})
    good: set[str] = field(default_factory=set)
    lasts: object = 3600
    given: int = 0
    asked: int = 0
    instead: Answer | None = None
    away: bool = False
    keys_elsewhere: int = 0

    def __call__(self, request: Request) -> Answer:
        if request.path == "/identity/token":
            self.asked += 1
            return self._token(request)
        self.keys_elsewhere += KEY in f"{request}"
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.good:
            return answer(401, REVOKED)
        return self.cloud.emulator.answer(request)

    def _token(self, request: Request) -> Answer:
        if self.away:
            raise Dropped
        if self.instead:
            return self.instead
        told = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if told.get("grant_type") != GRANT or told.get("apikey") not in self.keys:
            return answer(400, WRONG | {"context": told})  # whatever it says, nobody repeats it
        self.given += 1
        token = f"planted-token-{self.given}"
        self.good.add(token)
        return answer(200, {"access_token": token, "expires_in": self.lasts})


def answer(status: int, told: Any) -> Answer:
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(told).encode())


@pytest.fixture(scope="module")
def _doors():
    doors: list[Door] = []

    def newest(request: Request) -> Answer:
        return doors[-1](request)

    served = loopback.serve(newest)
    yield doors, served.url
    served.close()


@pytest.fixture
def door(_doors, ibm_emulator):
    doors, url = _doors
    doors.append(Door(cloud=ibm_emulator, url=url))
    return doors[-1]


@pytest.fixture
def key_file(tmp_path):
    file = tmp_path / "apikey.json"
    file.write_text(json.dumps({"name": "grunnmur", "apikey": KEY}))
    return file


@pytest.fixture
def agency(door, ibm_emulator, key_file, monkeypatch):
    """A connection that signs in; another one in each test, since its file is."""
    monkeypatch.setenv(f"{PREFIX}ENDPOINT", door.url)
    monkeypatch.setenv(f"{PREFIX}CREDENTIALS_FILE", str(key_file))
    monkeypatch.setenv(f"{PREFIX}STORAGE", STORAGE)
    monkeypatch.setenv(f"{PREFIX}SUBNET", WORKLOADS)
    ibm_emulator.furnish()
    ibm_emulator.emulator.calls.clear()
    return connect("ibm", "agency")


def test_one_token_does_for_every_kind_and_the_key_goes_to_nobody_else(
    agency, door, ibm_emulator, cases
):
    for case in cases.values():
        Delivery(agency, ibm_emulator.settle, case.spec).deliver()
    assert len(list(agency.inventory())) == len(cases)
    assert (door.asked, door.given) == (1, 1)
    assert door.keys_elsewhere == 0


def test_a_token_is_renewed_before_it_ends(agency, door, cases):
    """Five minutes before: one that lasts no longer is good for one call."""
    door.lasts = 300
    list(agency.by_kind["virtual-machine"].inventory())
    first = door.given
    door.lasts = 3600
    list(agency.by_kind["virtual-machine"].inventory())
    list(agency.by_kind["virtual-machine"].inventory())
    assert first == 2  # a call for each region
    assert door.given == first + 1


@pytest.mark.parametrize("lasts", [None, "soon", True, [3600]])
def test_a_token_that_does_not_say_how_long_it_lasts_is_kept(agency, door, lasts):
    door.lasts = lasts
    list(agency.inventory())
    list(agency.inventory())
    assert door.given == 1


def test_a_token_that_was_revoked_is_told_once_and_then_renewed(agency, door, ibm_emulator, cases):
    for number, case in enumerate(cases.values(), start=1):
        agency.apply(case.spec)
        door.good.clear()
        with pytest.raises(NotAuthorised, match=r"IBM refused with 40[13]"):
            agency.apply(case.spec)
        assert door.given == number
        Delivery(agency, ibm_emulator.settle, case.spec).deliver()
        assert door.given == number + 1


def test_a_wrong_key_is_told_without_it_and_works_when_it_is_mended(
    agency, door, ibm_emulator, cases, caplog
):
    caplog.set_level(logging.DEBUG)
    door.keys = {"another"}
    for case in cases.values():
        for call in (agency.preview, agency.apply):
            with pytest.raises(
                NotAuthorised, match="account agency: IBM refuses its API key"
            ) as no:
                call(case.spec)
            assert KEY not in "".join(format_exception(no.value))
    assert ibm_emulator.emulator.calls.report()["counts"] == {}
    door.keys.add(KEY)
    for case in cases.values():
        Delivery(agency, ibm_emulator.settle, case.spec).deliver()
    told = "".join(f"{one.getMessage()} {one.exc_text}" for one in caplog.records)
    assert "identity/token" in told  # it is listened to
    assert KEY not in told
    assert KEY not in repr(agency.by_kind) + repr(vars(agency.by_kind["network"]))


@pytest.mark.parametrize(
    ("instead", "told"),
    [
        (answer(429, {}), Throttled("asked too often")),
        (answer(503, {}), Unavailable("does not work now")),
        (answer(403, {}), NotAuthorised("refuses its API key")),
        (answer(200, []), Unavailable("another shape")),
        (answer(200, {"access_token": ""}), Unavailable("another shape")),
        (answer(200, {"access_token": {"a": 1}}), Unavailable("another shape")),
        (Answer(200, {}, b"<html>"), Unavailable("cannot be read")),
        (Answer(302, {"Location": "https://elsewhere.example"}), NotAuthorised("refuses its")),
    ],
)
def test_a_sign_in_that_goes_wrong_has_its_remedy(agency, door, cases, instead, told):
    door.instead = instead
    for case in cases.values():
        with pytest.raises(type(told), match=str(told)) as met:
            agency.apply(case.spec)
        assert KEY not in str(met.value)


def test_a_sign_in_that_cannot_be_reached_is_tried_again(agency, door, cases):
    door.away = True
    for case in cases.values():
        with pytest.raises(Unavailable, match="no answer from IBM") as told:
            agency.apply(case.spec)
        assert KEY not in str(told.value)
    door.away = False
    assert list(agency.inventory()) == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "cannot be read: No such file"),
        (b"{", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b'["planted-secret"]', "has no `apikey`; ibmcloud iam api-key-create writes one"),
        (b'{"apikey": "", "name": "planted-secret"}', "has no `apikey`"),
        (b'{"apikey": {"planted-secret": 1}}', "has no `apikey`"),
    ],
)
def test_a_file_that_holds_no_key_is_told_without_its_content(
    agency, door, key_file, content, text
):
    if content is None:
        key_file.unlink()
    else:
        key_file.write_bytes(content)
    with pytest.raises(NotAuthorised, match=f"agency: .*CREDENTIALS_FILE setting {text}") as told:
        list(agency.inventory())
    assert "planted-secret" not in str(told.value)
    assert door.asked == 0


def test_without_a_file_the_key_of_ibms_own_tools_counts(door, cases, monkeypatch):
    """Where the endpoint is no emulator, which is asked without any."""
    monkeypatch.setenv(f"{PREFIX}IAM_ENDPOINT", door.url)
    monkeypatch.setenv(f"{PREFIX}VPC_ENDPOINT", f"{door.url}/{{region}}/v1")
    monkeypatch.delenv("IBMCLOUD_API_KEY", raising=False)
    bare = connect("ibm", "agency")
    with pytest.raises(
        NotAuthorised, match="no API key; set its IBM_CREDENTIALS_FILE, or IBMCLOUD"
    ):
        bare.apply(cases["network"].spec)
    assert door.asked == 0
    monkeypatch.setenv("IBMCLOUD_API_KEY", f" {KEY}\n")
    assert bare.preview(cases["network"].spec)
    assert door.given == 1

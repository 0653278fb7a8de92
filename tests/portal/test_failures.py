"""What goes wrong looks like ours, in the reader's language, and says what to do."""

from dataclasses import replace

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from catalog.load import load
from fixtures.portal_house import API, URL, PortalHouse, wish
from ledger import LedgerUnavailable
from portal.app import create_app
from portal.asking import Sessions
from portal.edge import HEADERS
from portal.person import Person, Role
from portal.settings import Settings

SETTINGS = Settings(url=URL, issuer="http://127.0.0.1:9", client_id="portal", client_secret="s")  # noqa: S106


class Broken:
    """A ledger whose every answer is the same failure."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def __getattr__(self, name: str):
        def fail(*_: object, **__: object) -> None:
            raise self.failure

        return fail


def broken(failure: Exception, settings: Settings = SETTINGS) -> TestClient:
    app = create_app(Broken(failure), load(), settings)
    cookies = {"session": "x", "__Host-session": "x"}
    return TestClient(app, base_url=settings.url, cookies=cookies, follow_redirects=False)


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (RuntimeError("a secret of ours"), 500, "Noe gikk galt hos oss"),
        (LedgerUnavailable("away"), 503, "Vi når ikke registeret vårt akkurat nå"),
    ],
)
def test_a_failure_of_ours_is_a_page_without_details(
    failure: Exception, status: int, words: str
) -> None:
    answer = broken(failure).get("/orders")
    assert answer.status_code == status
    assert words in answer.text
    assert "secret" not in answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


def test_a_failure_of_ours_is_json_for_programs() -> None:
    answer = broken(RuntimeError("a secret of ours")).get(API)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text
    away = broken(LedgerUnavailable("away")).get(API)
    assert (away.status_code, away.json()["code"]) == (503, "unavailable")
    assert away.headers["retry-after"] == "5"


def test_pages_that_need_no_register_still_say_who_is_away() -> None:
    answer = broken(LedgerUnavailable("away")).get("/nowhere?lang=en")
    assert answer.status_code == 404
    assert "We cannot find that page" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("POST", "/help", "GET"), ("DELETE", "/orders/1001", "GET"), ("PUT", "/", "GET")],
)
def test_a_method_that_is_not_there_says_which_is(
    portal: PortalHouse, method: str, path: str, allowed: str
) -> None:
    answer = portal.client.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert "Det går ikke her" in answer.text


def test_an_error_page_knows_who_is_signed_in(portal: PortalHouse) -> None:
    portal.sign_in("kari")
    assert "Kari Nordmann, BYM" in portal.client.get("/nowhere").text


def test_over_https_browsers_are_told_to_stay_there() -> None:
    settings = replace(SETTINGS, url="https://bestill.example.no")
    answer = broken(LedgerUnavailable("away"), settings).get("/help")
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_over_https_cookies_are_for_this_host_alone(portal: PortalHouse) -> None:
    settings = replace(SETTINGS, url="https://bestill.example.no")
    kari = Person(subject="k", name="Kari", agency="BYM", roles=frozenset({Role.ORDERER}))
    answer = Response()
    Sessions(portal.ledger, settings).open(answer, kari, portal.moment[0])
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    for word in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert word in cookie
    assert "Domain" not in cookie


def test_what_is_refused_at_the_door_is_json_for_programs(portal: PortalHouse) -> None:
    answer = portal.post(wish(), **{"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert portal.rows() == 0

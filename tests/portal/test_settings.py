"""What the environment says becomes settings, or a sentence that names what is wrong."""

import pytest

from portal.person import Missing, Person, Role, from_claims
from portal.settings import Settings, from_environment

GOOD = {
    "GRUNNMUR_OIDC_ISSUER": "https://login.example.no/",
    "GRUNNMUR_OIDC_CLIENT_ID": "portal",
    "GRUNNMUR_OIDC_CLIENT_SECRET": "s3cret",
}


def test_the_least_is_enough() -> None:
    settings = from_environment(GOOD, 8410)
    assert settings.url == "http://127.0.0.1:8410"
    assert settings.issuer == "https://login.example.no"
    assert settings.callback == "http://127.0.0.1:8410/signin/callback"
    assert not settings.secure


def test_a_public_address_makes_cookies_secure() -> None:
    settings = from_environment(GOOD | {"GRUNNMUR_PORTAL_URL": "https://bestill.example.no"}, 80)
    assert settings.secure
    assert settings.host == "bestill.example.no"


def test_the_secret_is_not_shown() -> None:
    assert "s3cret" not in repr(from_environment(GOOD, 1))


def test_names_in_a_list_may_stand_apart() -> None:
    settings = from_environment(GOOD | {"GRUNNMUR_OIDC_ROLE_CLAIMS": "roles, groups"}, 1)
    assert settings.role_claims == ("roles", "groups")


@pytest.mark.parametrize("name", GOOD)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        from_environment(GOOD | {name: ""}, 1)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"GRUNNMUR_OIDC_ISSUER": "login"}, "issuer must be a web address"),
        ({"GRUNNMUR_PORTAL_URL": "ftp://x"}, "url must be a web address"),
        ({"GRUNNMUR_OIDC_AUDIENCE": "portal"}, "audience must differ from client_id"),
        ({"GRUNNMUR_OIDC_ROLE_NAMES": "boss=king"}, "'boss=king' must be name=role"),
        ({"GRUNNMUR_OIDC_ROLE_NAMES": "=orderer"}, "'=orderer' must be name=role"),
    ],
)
def test_what_is_wrong_is_said(variables: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_environment(GOOD | variables, 1)


def person(claims: dict[str, object], **variables: str) -> Person:
    settings = from_environment(GOOD | variables, 1)
    return from_claims(
        {"sub": "k", "name": "Kari", "agency": "BYM"} | claims,
        settings.agency_claim,
        settings.role_claims,
        settings.role_names,
    )


def test_roles_come_from_app_roles_before_groups() -> None:
    found = person({"roles": ["operator"], "groups": ["orderer"]})
    assert found.roles == {Role.OPERATOR}
    assert person({"roles": [], "groups": ["orderer", "others"]}).roles == {Role.ORDERER}
    assert person({"roles": "approver"}).roles == {Role.APPROVER}


def test_a_provider_may_call_roles_and_agency_what_it_likes() -> None:
    names = {
        "GRUNNMUR_OIDC_ROLE_NAMES": "best-bestiller=orderer, best-drift=operator",
        "GRUNNMUR_OIDC_ROLE_CLAIMS": "groups",
        "GRUNNMUR_OIDC_AGENCY_CLAIM": "virksomhet",
    }
    found = person({"groups": ["best-drift"], "virksomhet": "UKE"}, **names)
    assert (found.agency, found.roles) == ("UKE", {Role.OPERATOR})
    with pytest.raises(Missing):
        person({"groups": ["operator"], "virksomhet": "UKE"}, **names)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"roles": []},
        {"roles": ["king"]},
        {"roles": [{"orderer": True}, 7, None]},
        {"roles": {"orderer": True}},
        {"roles": None},
        {"agency": "", "roles": ["orderer"]},
        {"agency": ["BYM"], "roles": ["orderer"]},
        {"agency": None, "roles": ["orderer"]},
    ],
    ids=str,
)
def test_who_lacks_a_role_or_an_agency_is_nobody_here(claims: dict[str, object]) -> None:
    with pytest.raises(Missing):
        person(claims)


def test_a_session_gives_back_the_same_person() -> None:
    found = person({"roles": ["orderer", "approver"]})
    assert Person.restored(found.stored()) == found


@pytest.mark.parametrize(
    ("roles", "scope"),
    [(["orderer"], "BYM"), (["approver"], "BYM"), (["operator"], None), (["auditor"], None)],
)
def test_operators_and_auditors_see_every_agency(roles: list[str], scope: str | None) -> None:
    assert person({"roles": roles}).scope == scope


def test_settings_need_no_environment() -> None:
    made = Settings(url="http://x", issuer="http://y", client_id="a", client_secret="b")  # noqa: S106
    assert made.now().tzinfo is not None

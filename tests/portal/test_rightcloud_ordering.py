"""The place in an order: recommended, chosen, why; and none that is left out, by any way in."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.load import load
from fixtures.forbidding import forbid
from fixtures.portal_house import PortalHouse, wish
from orders.events import OrderPlaced
from portal.rightcloud_advice import advise_for
from rightcloud.counsel import Counsel
from rightcloud.decision_json import answer
from rightcloud.errors import NotChoosable
from rightcloud.replay import replay

FORM = {
    "plan": "large",
    "name": "fagsystem",
    "environment": "test",
    "classification": "internal",
    "cost_centre": "410123",
    "_key": "6f1c1f3e-7a0e-4f5e-9c89-3d7f7f1f0a11",
}
CLASSES = ("open", "internal", "confidential", "strictly-confidential")
PLACES = ("aws/eu-north-1", "azure/norwayeast", "gcp/europe-north1")
OTHER = "gcp/europe-north1"  # not what is recommended for the form above


def placed(portal: PortalHouse, number: str) -> OrderPlaced:
    return portal.ledger.history(number)[0]


@pytest.fixture
def kari(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("kari")
    return portal


def send(portal: PortalHouse, step: str = "send", **changes: str):
    form = {key: value for key, value in (FORM | {"_step": step} | changes).items() if value}
    return portal.client.post("/order/linux-server", data=form)


def test_the_order_keeps_what_was_recommended_and_what_was_chosen(kari: PortalHouse) -> None:
    assert send(kari).status_code == 303
    kept = placed(kari, "1001").decision["1"]
    assert (kept["recommended"], kept["chosen"]) == ("aws/eu-north-1", "aws/eu-north-1")
    assert kept["record"]["workload"]["tags"] == ["intern"]


def test_what_an_order_keeps_replays_to_the_same_answer(kari: PortalHouse) -> None:
    send(kari)
    kept = json.loads(json.dumps(placed(kari, "1001").decision["1"]["record"]))
    forbid(kari, "intern", "eea_us_owner")
    counsel = Counsel(kari.ledger.rightcloud)
    again = replay(kept, counsel.advisor_for(kept))
    assert again.recommended is not None
    assert len(answer(again)["candidates"]) == len(kept["candidates"])


def test_another_place_than_the_recommended_needs_a_reason(kari: PortalHouse) -> None:
    refused = send(kari, "review", place=OTHER)
    assert refused.status_code == 422
    assert "Sted: AWS, Stockholm er anbefalt" in refused.text
    assert kari.rows() == 0
    review = send(kari, "review", place=OTHER, _place_why="Vi er der fra før")
    assert review.status_code == 200
    assert "Vi er der fra før" in review.text
    assert send(kari, place=OTHER, _place_why="Vi er der fra før").status_code == 303
    kept = placed(kari, "1001").decision["1"]
    assert (kept["chosen"], kept["why"]) == (OTHER, "Vi er der fra før")


def test_a_place_that_is_left_out_is_refused_by_the_form_with_its_reason(kari: PortalHouse):
    forbid(kari, "intern", "eea_us_owner")
    side = kari.client.post("/order/linux-server/side", data=FORM)
    assert "Ikke mulig" in side.text
    assert "Ikke her." in side.text
    for why in ("", "likevel"):
        page = send(kari, place=OTHER, _place_why=why)
        assert page.status_code == 422
        assert "Ikke her." in page.text
    assert "disabled" in send(kari, "edit", place="azure/norwayeast").text
    assert send(kari).status_code == 422, "the usual place too"
    assert kari.rows() == 0
    assert send(kari, place="azure/norwayeast").status_code == 303


def test_the_api_refuses_it_too(portal: PortalHouse) -> None:
    forbid(portal, "intern", "eea_us_owner")
    answer = portal.post(wish(place="aws/eu-north-1") | {"description": "likevel"})
    assert answer.status_code == 400
    assert "Not here." in answer.json()["reason"]
    assert portal.rows() == 0


def test_the_api_takes_the_description_as_the_reason(portal: PortalHouse) -> None:
    said = wish(plan="medium", place=OTHER)
    refused = portal.post(said)
    assert refused.status_code == 400
    assert "openstack/oslo-1 is recommended: say why" in refused.json()["reason"]
    assert portal.post(said | {"description": "We are there already"}).status_code == 201
    kept = placed(portal, "1001").decision["1"]
    assert (kept["chosen"], kept["why"]) == (OTHER, "We are there already")


def test_strict_data_say_more_measures_beside_the_form(kari: PortalHouse) -> None:
    side = kari.client.post("/order/linux-server/side", data=FORM)
    assert "det anbefalte stedet" in side.text
    nothing = kari.client.post("/order/linux-server/side", data={"plan": "small"})
    assert "det anbefalte stedet" not in nothing.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "AWS, Stockholm er det anbefalte stedet"),
        ({"place": OTHER}, "AWS, Stockholm er anbefalt. Velg det, eller skriv hvorfor"),
        ({"place": OTHER, "_place_why": "fordi"}, "Dere har skrevet hvorfor dere velger et annet"),
        ({"plan": "medium"}, "Kommunens egen sky, Oslo er anbefalt for disse dataene. Det vanlige"),
    ],
)
def test_the_panel_says_how_the_place_stands_in_the_words_of_the_form(
    kari: PortalHouse, changes: dict[str, str], said: str
) -> None:
    side = kari.client.post("/order/linux-server/side", data=FORM | changes)
    assert said in side.text


def test_the_panel_asks_no_reason_for_a_place_that_is_left_out(kari: PortalHouse) -> None:
    forbid(kari, "intern", "eea_us_owner")
    side = kari.client.post("/order/linux-server/side", data=FORM | {"_place_why": "fordi"})
    assert re.search("er det anbefalte stedet for disse dataene. Velg det", side.text)


@pytest.mark.parametrize("offering", sorted(load()))
def test_what_the_data_are_is_asked_before_size_and_place(kari: PortalHouse, offering: str) -> None:
    form = kari.client.get(f"/order/{offering}").text
    fields = re.findall(r'id="field-([a-z_]+)"', form)
    turn = [one for one in fields if one in {"name", "classification", "plan", "place"}]
    known = {"plan", *kari.client.app.state.house.catalog[offering].parameters}
    assert turn == [one for one in ("name", "classification", "plan", "place") if one in known]
    headings = re.findall(r'id="section-[0-9]+">([^<]+)', form)
    assert len(headings) == len(set(headings)), "no section is torn apart"


def test_the_review_tells_the_answers_as_they_were_asked(kari: PortalHouse) -> None:
    review = send(kari, "review").text
    told = [review.index(f"<dt>{one}") for one in ("Klassifisering", "Størrelse", "Hvor skal")]
    assert told == sorted(told)


@given(
    offering=st.sampled_from(sorted(load())),
    size=st.integers(0, 5),
    said=st.sampled_from(CLASSES),
    closed=st.sampled_from(["person", "intern", "taushetsbelagt", "apen"]),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_place_that_is_left_out_can_be_chosen_for_any_offering(
    portal: PortalHouse, offering: str, size: int, said: str, closed: str
) -> None:
    house = portal.client.app.state.house
    if not portal.ledger.rightcloud.last():
        forbid(portal, closed, "eea_us_owner")
    known = house.catalog[offering]
    plan = list(known.plans)[size % len(known.plans)]
    advised = advise_for(house, known, plan, {"classification": said}, "BYM")
    assert advised is not None
    for place in known.places:
        if place in advised.left_out:
            with pytest.raises(NotChoosable, match="is left out"):
                advised.chosen(place, "because")
        else:
            assert advised.chosen(place, "because").chosen == place
    assert advised.best not in advised.left_out

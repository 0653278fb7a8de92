"""An agency's own offering: drafted, used, proposed, measured, decided about, phased out."""

import re
from datetime import timedelta
from html import unescape

import pytest

from fixtures.own_things import delivery
from fixtures.portal_house import API, PortalHouse, wish
from orders import service
from orders.entry import Stamp

ORDER = {
    "plan": "small",
    "place": "aws/eu-north-1",
    "name": "kart",
    "environment": "test",
    "classification": "internal",
    "cost_centre": "410123",
}
NEW = {
    "like": "linux-server",
    "id": "map-server",
    "title.nb": "Kartserver",
    "title.en": "Map server",
}
WHY = {"why": "Fire etater har spurt."}


def post(portal: PortalHouse, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    answer = portal.client.post(path, data=form or {"_": ""})
    return answer.status_code, answer.text


def page(portal: PortalHouse, who: str, path: str) -> tuple[int, str]:
    portal.sign_in(who)
    answer = portal.client.get(path)
    return answer.status_code, answer.text


@pytest.fixture
def drafted(portal: PortalHouse) -> PortalHouse:
    portal.sign_in("eva")
    assert post(portal, "/offerings/new", NEW)[0] == 303
    return portal


@pytest.fixture
def used(drafted: PortalHouse) -> PortalHouse:
    assert post(drafted, "/offerings/map-server/use")[0] == 303
    return drafted


def ordered(portal: PortalHouse, who: str = "kari") -> str:
    """The number of a new order of the agency's own offering."""
    portal.sign_in(who)
    answer = portal.client.post("/order/map-server", data=ORDER | {"_step": "send"})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("/")[2].partition("?")[0]


def test_a_draft_is_for_those_who_make_offerings_alone(drafted: PortalHouse) -> None:
    assert page(drafted, "eva", "/offerings/map-server")[0] == 200
    assert page(drafted, "tor", "/offerings/map-server")[0] == 200
    assert "Kartserver" not in page(drafted, "kari", "/")[1]
    for who, path, status in [
        ("kari", "/order/map-server", 404),
        ("kari", "/offerings/map-server", 403),
        ("siri", "/offerings", 403),
        ("tor", "/offerings/map-server/edit/about", 404),
        ("eva", "/offerings/not-there", 404),
        ("eva", "/offerings/linux-server/edit/about", 404),
    ]:
        assert page(drafted, who, path)[0] == status, (who, path)


def test_the_agency_orders_it_and_another_cannot_know_of_it(used: PortalHouse) -> None:
    assert "Kartserver" in page(used, "kari", "/")[1]
    assert "Kartserver" not in page(used, "siri", "/")[1]
    assert page(used, "siri", "/order/map-server")[0] == 404
    number = ordered(used)
    assert used.ledger.order_row(number).offering == "map-server"
    assert "Kartserver" in page(used, "kari", f"/orders/{number}")[1]
    specifications = used.get("/tmf-api/serviceCatalogManagement/v4/serviceSpecification").json()
    assert "map-server" in {one["id"] for one in specifications}  # the program is of the agency


def test_it_is_measured_proposed_sent_back_and_promoted(used: PortalHouse) -> None:
    number = ordered(used)
    used.record(number, *delivery())
    service.answer_survey(used.ledger, number, Stamp(by="kari", at=used.moment[0]), 4, "Kom fort.")
    used.sign_in("eva")
    assert post(used, "/offerings/map-server/propose", {"why": ""})[0] == 409
    assert post(used, "/offerings/map-server/propose", WHY)[0] == 303
    assert post(used, "/offerings/map-server/promote")[0] == 403
    text = page(used, "tor", "/offerings/map-server")[1]
    for told in ("Fire etater har spurt.", "4,0 av 5", "Kom fort.", "100 %", "Eva Lie"):
        assert told in text, told
    assert post(used, "/offerings/map-server/return", {"why": "Pris mangler."})[0] == 303
    assert "Pris mangler." in page(used, "eva", "/offerings/map-server")[1]
    assert post(used, "/offerings/map-server/propose", WHY)[0] == 303
    assert page(used, "siri", "/order/map-server")[0] == 404
    used.sign_in("tor")
    assert post(used, "/offerings/map-server/promote")[0] == 303
    assert page(used, "siri", "/order/map-server")[0] == 200
    assert post(used, "/offerings/map-server/promote")[0] == 403


def test_a_new_version_is_the_agencys_until_it_is_promoted(used: PortalHouse) -> None:
    assert post(used, "/offerings/map-server/propose", WHY)[0] == 303
    used.sign_in("tor")
    assert post(used, "/offerings/map-server/promote")[0] == 303
    used.sign_in("eva")
    about = form_of(used, "about") | {"title.nb": "Kartserver pluss"}
    assert post(used, "/offerings/map-server/edit/about", about)[0] == 303
    assert "Kartserver pluss" not in page(used, "kari", "/")[1]
    used.sign_in("eva")
    assert post(used, "/offerings/map-server/use")[0] == 303
    assert "Kartserver pluss" in page(used, "kari", "/")[1]
    assert "Kartserver pluss" not in page(used, "siri", "/")[1]
    text = page(used, "eva", "/offerings/map-server/changes")[1]
    assert "<ins>" in text
    assert "<del>" in text
    file = used.client.get("/offerings/map-server/2.yaml")
    assert "version: 2" in file.text
    assert "attachment" in file.headers["content-disposition"]
    again = post(used, "/offerings/new", {"text": file.text.replace("map-server", "map-copy")})
    assert again[0] == 303  # what is exported is a whole file


def form_of(portal: PortalHouse, part: str) -> dict[str, str]:
    """What stands in the fields of one of the forms."""
    text = portal.client.get(f"/offerings/map-server/edit/{part}").text
    text = text.partition("<main")[2]
    found = dict(re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)"', text))
    found |= dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', text))
    checked = re.findall(r'<input [^>]*name="([^"]+)" value="([^"]*)" checked', text)
    return {name: unescape(value) for name, value in (found | dict(checked)).items()}


@pytest.mark.parametrize(
    ("part", "said", "told"),
    [
        ("about", {"title.en": ""}, "Skriv noe her."),
        ("about", {"help.nb": "", "help.en": "x"}, "Skriv det på begge språk"),
        ("about", {"lead_time": "snart"}, "Skriv timer, som 8 eller 1,5."),
        ("sizes", {"small.price.aws/eu-north-1": "mye"}, "Skriv et helt tall"),
        ("sizes", {"small.price.aws/eu-north-1": "10"}, "koster minst 190 kr i måneden"),
        ("ask?type=choice", {"id": "layer", "type": "choice", "choices": "a"}, "Skriv ett valg"),
        ("ask", {"id": "Not an id", "type": "string"}, "Skriv en kort id"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    drafted: PortalHouse, part: str, said: dict[str, str], told: str
) -> None:
    form = form_of(drafted, part) | said
    status, text = post(drafted, f"/offerings/map-server/edit/{part.partition('?')[0]}", form)
    assert status == 422
    assert told in text
    assert len(drafted.ledger.own_offerings.find("map-server").entries) == 1


def test_a_question_is_asked_tried_ordered_and_taken_out(drafted: PortalHouse) -> None:
    asked = {
        "id": "layer",
        "type": "choice",
        "title.nb": "Hvilket kartlag?",
        "title.en": "Which layer?",
        "section.nb": "Kartet",
        "section.en": "The map",
        "choices": "roads | Veier | Roads\nbuildings | Bygg | Buildings",
        "required": "true",
        "_number": "1",
    }
    assert post(drafted, "/offerings/map-server/edit/ask", asked)[0] == 303
    status, text = post(drafted, "/offerings/map-server/form/1", ORDER)
    assert (status, "Hvilket kartlag?" in text) == (422, True)
    status, text = post(drafted, "/offerings/map-server/form/1", ORDER | {"layer": "roads"})
    assert (status, "Dette er bare en prøve" in text) == (200, True)
    stale = asked | {"id": "other"}
    assert "Noen andre har endret" in post(drafted, "/offerings/map-server/edit/ask", stale)[1]
    out = {"_step": "remove", "_number": "2"}
    assert post(drafted, "/offerings/map-server/edit/ask-layer", out)[0] == 303
    kept = post(drafted, "/offerings/map-server/edit/ask-classification", out | {"_number": "3"})
    assert "det finnes regler som går etter det" in kept[1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("account: sandbox", "account: another"), "må være en som er i bruk der"),
        (("size: t3.small", "root: t3.small"), "er ikke noe den kan få vite"),
        (("kind: virtual-machine", "kind: mainframe"), "leverer ikke"),
        (("monthly_price: 190", "monthly_price: 1"), "koster minst 190"),
        (("id: map-server", "id: linux-server"), "gjør dem like"),
        (("required: false", "required: maybe"), "må være true eller false"),
    ],
)
def test_a_file_that_goes_beyond_what_is_delivered_is_refused(
    drafted: PortalHouse, change: tuple[str, str], told: str
) -> None:
    text = drafted.client.get("/offerings/map-server/1.yaml").text
    assert change[0] in text
    form = {"text": text.replace(*change), "_number": "1"}
    status, answer = post(drafted, "/offerings/map-server/edit/file", form)
    assert status == 422
    assert told in answer


def test_what_is_phased_out_is_told_and_no_longer_ordered(used: PortalHouse) -> None:
    number = ordered(used)
    used.record(number, *delivery())
    used.sign_in("eva")
    soon = (used.moment[0] + timedelta(days=2)).strftime("%d.%m.%Y")
    form = {"ends_on": soon, "instead": "linux-server", "why": "Ny kartløsning."}
    for wrong in ({"ends_on": "i morgen"}, {"instead": "map-server"}, {"why": " "}):
        assert post(used, "/offerings/map-server/close", form | wrong)[0] == 409
    assert post(used, "/offerings/map-server/close", form)[0] == 303
    (thing,) = used.ledger.things("BYM")
    text = page(used, "kari", f"/things/{thing.instance}")[1]
    assert "Dette fases ut" in text
    assert "Ny kartløsning." in text
    assert page(used, "kari", "/order/map-server")[0] == 200
    used.moment[0] += timedelta(days=2)
    status, text = page(used, "kari", "/order/map-server")
    assert (status, "Bestill Linux-server i stedet" in text) == (410, True)
    assert page(used, "kari", f"/things/{thing.instance}/change")[0] == 200
    body = wish("late")
    body["serviceOrderItem"][0]["service"]["serviceSpecification"]["id"] = "map-server"
    answer = used.post(body)
    assert answer.status_code == 400
    assert "order linux-server" in answer.text
    used.sign_in("eva")
    assert post(used, "/offerings/map-server/open")[0] == 303
    assert page(used, "kari", "/order/map-server")[0] == 200


def test_the_owner_phases_out_what_stands_in_a_file(portal: PortalHouse) -> None:
    portal.sign_in("eva")
    today = portal.moment[0].strftime("%d.%m.%Y")
    form = {"ends_on": today, "why": "Utgår."}
    assert post(portal, "/offerings/workspace/close", form)[0] == 403
    portal.sign_in("tor")
    assert post(portal, "/offerings/workspace/close", form)[0] == 303
    assert page(portal, "kari", "/order/workspace")[0] == 410
    assert "/order/workspace" not in page(portal, "kari", "/")[1]
    assert portal.get(f"{API}").status_code == 200

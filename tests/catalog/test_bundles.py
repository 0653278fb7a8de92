"""Offerings made of others: what must fit, and the items of an order they become."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count

import pytest

from catalog.form import Checked, check
from catalog.items import Placement, items
from catalog.offering import Offering
from fixtures.offerings import NOW, TODAY, problems
from orders import needs
from orders.model import OrderItem

Several = Mapping[str, Offering]
ANSWERS = {"name": "web", "range": "10.0.0.0/24"}


def made(bundle: Offering, **answers: object) -> dict[str, OrderItem]:
    found = check(bundle, "small", {**ANSWERS, **answers}, today=TODAY)
    assert isinstance(found, Checked), found
    number = count(1)
    placement = Placement(line="1", at=NOW, instance=lambda: f"{next(number):032x}")
    return {item.id: item for item in items(bundle, found, placement)}


def test_a_bundle_is_delivered_where_all_of_it_is(several: Several) -> None:
    bundle = several["bundle"]
    assert list(bundle.places) == ["aws/eu-north-1", "azure/norwayeast"]
    assert next(iter(bundle.parameters)) == "place"


def test_its_price_is_the_sum_of_what_it_is_made_of(several: Several) -> None:
    bundle = several["bundle"]
    assert (bundle.price("small"), bundle.price("large", "azure/norwayeast")) == (20, 24)
    assert bundle.plans["small"].monthly_price == 20


def test_it_becomes_an_item_for_each_part(several: Several) -> None:
    found = made(several["bundle"], place="azure/norwayeast")
    network, box = found["1-net"], found["1-box"]
    assert (network.offering, network.kind, network.name) == ("network", "network", "web")
    assert network.parameters["cidr"] == "10.0.0.0/24"
    assert (box.offering, box.name, box.needs) == ("several", "web-box", ("1-net",))
    assert box.parameters["subnet"] == "from-the-bundle"
    assert {one.target.provider for one in found.values()} == {"azure"}
    assert network.instance != box.instance
    needs.check("1001", list(found.values()))


def test_what_only_one_cloud_takes_is_wired_only_there(several: Several) -> None:
    azure = made(several["bundle"], place="azure/norwayeast")["1-box"]
    assert azure.wires == {"zone": "1-net.zone", "key": "1-net.key"}


def test_all_of_it_ends_when_the_bundle_does(several: Several) -> None:
    ends = {one.expires_at for one in made(several["bundle"], place="azure/norwayeast").values()}
    assert ends == {NOW + timedelta(days=30)}


def test_what_an_item_refuses_is_said_of_the_bundles_own_question(several: Several) -> None:
    answers = {**ANSWERS, "name": "longname", "place": "azure/norwayeast"}
    (found,) = problems(several["bundle"], answers)
    assert found.field == "name"
    assert found.english == "What: write at most 8 characters. Now there are 12."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("offering: several", "offering: sevral", "12: items.box.offering: no offering 'sevral'"),
        ("offering: several", "offering: bundle", "12: items.box.offering: is a bundle itself"),
        (
            "plan: one\n",
            "plan: two\n",
            "9: items.net.plan: `network` has no plan 'two'; it has: one",
        ),
        ("large: one", "huge: one", "13: items.box.plan: does not say which plan of `several`"),
        ("large: one", "huge: one", "13: items.box.plan: 'huge' is no plan of this bundle"),
        ("{subnet: range}", "{subnett: range}", "10: items.net.answers.subnett: `network` asks no"),
        ("{subnet: range}", "{subnet: rage}", "10: items.net.answers.subnet: 'rage' is no param"),
        ("    answers: {subnet: range}\n", "", "7: items.net: `network` asks `subnet`: ask it too"),
        ("from-the-bundle", "5", "15: items.box.says.subnet: `several` asks `subnet`: this is no"),
        ("    says: {", "    answers: {subnet: range}\n    says: {", "16: items.box.says.subnet"),
        (
            "Adresser, en: Addresses}",
            "A, en: A}\n    only_at: [gcp/x]",
            "36: parameters.range.only_at: ",
        ),
        (
            "Adresser, en: Addresses}",
            "A, en: A}\n    only_at: [azure/norwayeast]",
            "7: items.net: `n",
        ),
        ("needs: [net]", "needs: [nett]", "16: items.box.needs: 'nett' is no item of this bundle"),
        ("needs: [net]", "needs: []", "18: items.box.wires.zone: comes from `net`: name it in"),
        ("needs: [net]", "needs: [net, box]", "6: items: wait for each other for ever: box needs"),
        ("zone: net.zone", "disk: net.zone", "18: items.box.wires.disk: 'disk' is fixed by plan"),
        ("zone: net.zone", "subnet: net.x", "18: items.box.wires.subnet: 'subnet' gets the answer"),
        ("zone: net.zone", "zone: netzone", "18: items.box.wires.zone: write an item and what"),
        ("zone: net.zone", "zone: nat.zone", "18: items.box.wires.zone: 'nat' is no item of this"),
        ("icon: box", "icon: box\nkind: bucket", "6: kind: is not for a bundle: each of its items"),
        (
            "Liten, en: Small}",
            "L, en: S}\n    monthly_price: 5",
            "26: plans.small.monthly_price: is",
        ),
        (
            "    type: string\n    title: {nb: Adr",
            "    type: integer\n    title: {nb: Adr",
            "7: items",
        ),
        (
            "    title: {nb: Adr",
            "    required: false\n    title: {nb: Adr",
            "7: items.net: `network`",
        ),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(
    complaints_of_all: Callable[..., list[str]], old: str, new: str, said: str
) -> None:
    found = complaints_of_all("bundle", old, new)
    assert any(one.startswith(f"bundle.yaml:{said}") for one in found), found


def test_a_bundle_of_what_is_nowhere_together_is_refused(
    complaints_of_all: Callable[..., list[str]],
) -> None:
    places = "  aws/eu-north-1:\n    title: {nb: Stockholm, en: Stockholm}\n    account: sandbox\n"
    found = complaints_of_all("network", places, places.replace("eu-north-1", "eu-west-1"))
    assert any(
        "network.yaml:18: plans.one: has no price at 'aws/eu-west-1'" in one for one in found
    )
    # what is wrong by itself is told by itself, and the bundle says what it misses
    assert any(one.startswith("bundle.yaml:8: items.net.offering: no offering") for one in found)

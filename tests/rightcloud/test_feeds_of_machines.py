"""Azure's and AWS's price lists: what is taken, what is left aside, what is refused where."""

from datetime import date

import pytest

from fixtures import price_lists as lists
from fixtures.price_lists import complaint
from rightcloud.feeds.aws import read_aws
from rightcloud.feeds.azure import read_azure
from rightcloud.feeds.reading import Size

DAY = date(2026, 11, 24)
D4 = Size(family="Das_v5", vcpus=4, memory=16, arch="x86_64", gpus=0, burstable=False)
SIZES = {"Standard_D4as_v5": D4, "Standard_D8as_v5": D4}
FIRST = lists.azure_item("Standard_D4as_v5", 2.1)
SECOND = lists.azure_item("Standard_D8as_v5", 4.2)


def azure(pages):
    return read_azure(pages, currency="NOK", sizes=SIZES, day=DAY)


def test_azure_pages_become_offers_in_kroner() -> None:
    offers = azure(lists.azure_pages([FIRST], [SECOND])).offers
    assert [(each.sku, each.price, each.currency) for each in offers] == [
        ("Standard_D4as_v5", 2.1, "NOK"),
        ("Standard_D8as_v5", 4.2, "NOK"),
    ]
    assert (offers[0].as_of, offers[0].seen) == ("2026-06-01", "2026-11-24")
    assert offers[0].place == "azure/norwayeast"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"productName": "Virtual Machines Dasv5 Series Windows"}, "another product"),
        ({"skuName": "D4as v5 Spot"}, "spot or low priority"),
        ({"meterName": "D4as v5 Low Priority"}, "spot or low priority"),
        ({"type": "Reservation"}, "not on demand"),
        ({"unitOfMeasure": "1/Month"}, "not by the hour"),
        ({"serviceName": "Storage"}, "not a virtual machine"),
        ({"isPrimaryMeterRegion": False}, "a second meter"),
        ({"effectiveStartDate": "2026-12-01T00:00:00Z"}, "not yet in force"),
        ({"retailPrice": 0.0}, "free of charge"),
        ({"armRegionName": ""}, "without a place"),
        ({"armSkuName": "Standard_New_v9"}, "of a size that is not known"),
    ],
)
def test_azure_leaves_aside_and_counts_what_is_no_linux_machine_on_demand(change, reason) -> None:
    reading = azure(lists.azure_pages([FIRST, {**SECOND, **change}]))
    assert len(reading.offers) == 1
    assert reading.skipped == {reason: 1}


def test_azure_takes_the_youngest_price_in_force() -> None:
    old = {**FIRST, "effectiveStartDate": "2025-01-01T00:00:00Z", "retailPrice": 9.0}
    for items in ([FIRST, old], [old, FIRST]):
        assert azure(lists.azure_pages(items)).offers[0].price == 2.1


def test_azure_in_another_currency_or_cut_short_is_refused_with_the_place() -> None:
    pages = lists.azure_pages([FIRST], [SECOND])
    assert "azure: the last page says that there are more" in complaint(azure, pages[:1])
    assert "azure page 3: the page before said" in complaint(azure, [*pages, pages[1]])
    pages[1]["Items"][0]["currencyCode"] = "USD"
    assert (
        complaint(azure, pages) == "azure page 2.Items[0].currencyCode: USD where NOK was asked for"
    )
    pages[0]["BillingCurrency"] = "EUR"
    assert "azure page 1.BillingCurrency: EUR" in complaint(azure, pages)
    less = lists.azure_pages([FIRST, SECOND])
    less[0]["Items"].pop()
    assert "azure page 1: Count is 2, but there are 1 items" in complaint(azure, less)
    assert "no offer in the price list" in complaint(azure, lists.azure_pages([]))


@pytest.mark.parametrize("value", [-1, "NaN", None, True, "cheap"])
def test_azure_with_a_price_that_is_none_is_refused(value) -> None:
    pages = lists.azure_pages([{**FIRST, "retailPrice": value}])
    assert "azure page 1.Items[0]" in complaint(azure, pages)


def test_azure_with_two_prices_for_one_machine_and_day_is_refused() -> None:
    pages = lists.azure_pages([FIRST, {**FIRST, "retailPrice": 3.0}])
    assert "azure page 1.Items[1]: another price for the same machine" in complaint(azure, pages)


PLAIN = lists.aws_product("m5.xlarge")


def aws(document):
    return read_aws(document, day=DAY)


def test_aws_products_become_offers() -> None:
    graviton = lists.aws_product(
        "t4g.xlarge", "0.1376", physicalProcessor="AWS Graviton2 Processor", memory="1,952 GiB"
    )
    gpu = lists.aws_product("g5.xlarge", "1.1", gpu="1")
    reading = aws(lists.aws_list(PLAIN, graviton, gpu))
    found = {each.sku: each for each in reading.offers}
    assert (found["m5.xlarge"].price, found["m5.xlarge"].memory) == (0.204, 16.0)
    assert (found["t4g.xlarge"].arch, found["t4g.xlarge"].burstable) == ("arm64", True)
    assert found["t4g.xlarge"].memory == 1952.0
    assert found["g5.xlarge"].gpus == 1
    assert reading.regions == {"eu-north-1"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tenancy", "Dedicated"),
        ("tenancy", "Host"),
        ("operatingSystem", "Windows"),
        ("preInstalledSw", "SQL Std"),
        ("capacitystatus", "UnusedCapacityReservation"),
        ("capacitystatus", "AllocatedCapacityReservation"),
        ("licenseModel", "Bring your own license"),
        ("locationType", "AWS Local Zone"),
    ],
)
def test_aws_pins_what_makes_a_price_another_price(key: str, value: str) -> None:
    dearer = lists.aws_product("m5.xlarge", "0.2244", **{key: value})
    for order in ((PLAIN, dearer), (dearer, PLAIN)):
        reading = aws(lists.aws_list(*order))
        assert [each.price for each in reading.offers] == [0.204]
        assert reading.skipped == {f"another {key}": 1}


def test_aws_with_something_unpinned_that_changes_the_price_is_refused() -> None:
    other = lists.aws_product("m5.xlarge", "0.3", operation="RunInstances:0100")
    assert "something is not pinned" in complaint(aws, lists.aws_list(PLAIN, other))


def test_aws_in_another_currency_cut_short_or_changed_is_refused_with_the_place() -> None:
    document = lists.aws_list(PLAIN)
    (key,) = document["products"]
    (term,) = document["terms"]["OnDemand"][key].values()
    (dimension,) = term["priceDimensions"].values()
    dimension["pricePerUnit"] = {"CNY": "1.5"}
    assert "pricePerUnit: holds no USD, but CNY" in complaint(aws, document)
    assert f"aws.terms.OnDemand.{key}" in complaint(aws, document)
    assert "aws: `terms` is missing: the document is cut short" in complaint(
        aws, {name: value for name, value in lists.aws_list(PLAIN).items() if name != "terms"}
    )
    assert "offerCode: must be AmazonEC2" in complaint(
        aws, {**lists.aws_list(PLAIN), "offerCode": "AmazonS3"}
    )
    free = lists.aws_product("m5.xlarge", "0.0000000000")
    assert "m5.xlarge is free of charge" in complaint(aws, lists.aws_list(free))
    odd = lists.aws_product("m5.xlarge", memory="16 GB")
    assert "memory: must be like `16 GiB`" in complaint(aws, lists.aws_list(odd))

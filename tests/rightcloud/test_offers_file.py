"""A file of offers: read whole or refused by line."""

import gzip
import random

import numpy as np
import pytest

from rightcloud.errors import Refused
from rightcloud.offers_file import read_offers, read_sources, write_offers
from rightcloud.words import Mark

HEADER = "provider,region,sku,family,vcpu,ram_gib,arch,gpu,burstable,usd_h,as_of,source"
ROWS = (
    "aws,eu-north-1,m5.xlarge,m5,4,16.0,x86_64,0,0,0.204,2025-03-02,libcloud",
    "aws,eu-north-1,t4g.small,t4g,2,2.0,arm64,0,1,0.0172,2025-03-02,libcloud",
    "gcp,europe-north1,e2-micro,e2,0.25,1.0,x86_64,0,1,0.009222,2026-07-30,gcosts",
)
SMALL = "\n".join([HEADER, *ROWS, ""])


def offers(text: str):
    return read_offers(text.encode(), "prices.csv", {"libcloud": Mark.PUBLISHED})


def complaint(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(Refused) as refused:
        read_offers(raw, "prices.csv", {})
    return str(refused.value)


def test_a_row_is_read_as_it_stands() -> None:
    first = offers(SMALL)[0]
    assert (first.place, first.sku, first.vcpus, first.memory) == (
        "aws/eu-north-1",
        "m5.xlarge",
        4.0,
        16.0,
    )
    assert (first.price, first.currency, first.arch, first.burstable) == (
        0.204,
        "USD",
        "x86_64",
        False,
    )


def test_the_mark_follows_from_the_source_and_an_unknown_source_is_unverified() -> None:
    assert [offer.mark for offer in offers(SMALL)] == [
        Mark.PUBLISHED,
        Mark.PUBLISHED,
        Mark.UNVERIFIED,
    ]


def test_gzip_windows_lines_quotes_and_another_order_say_the_same() -> None:
    same = offers(SMALL).digest
    assert (
        read_offers(gzip.compress(SMALL.encode()), "x", {"libcloud": Mark.PUBLISHED}).digest == same
    )
    assert offers(SMALL.replace("\n", "\r\n")).digest == same
    assert offers(SMALL.replace("m5.xlarge", '"m5.xlarge"')).digest == same
    assert offers("\n".join([HEADER, *reversed(ROWS)])).digest == same


def test_any_change_of_content_changes_the_digest() -> None:
    same = offers(SMALL).digest
    for old, new in (
        ("0.204", "0.205"),
        ("arm64", "x86_64"),
        ("e2-micro", "e2-mini"),
        ("gcosts", "g"),
    ):
        assert offers(SMALL.replace(old, new)).digest != same


def test_what_is_written_is_read_back_the_same() -> None:
    read = offers(SMALL)
    again = read_offers(write_offers(read), "again.csv.gz", {})
    assert again.digest == read.digest
    assert list(again) == list(read)


def test_prices_may_stand_in_their_own_currency() -> None:
    text = SMALL.replace("usd_h,", "price_h,currency,").replace(",0.204,", ",0.204,USD,")
    text = text.replace(",0.0172,", ",0.2,NOK,").replace(",0.009222,", ",0.1,NOK,")
    assert [offer.currency for offer in offers(text)] == ["USD", "NOK", "NOK"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.204", "-0.204", "prices.csv:2: usd_h: -0.204 must be finite and more than 0"),
        ("0.204", "nan", "prices.csv:2: usd_h: `nan` is not a number"),
        ("0.204", "inf", "prices.csv:2: usd_h: inf must be finite"),
        ("0.204", "0,204", "prices.csv:2: 13 fields where the header has 12"),
        ("0.0172", "cheap", "prices.csv:3: usd_h: `cheap` is not a number"),
        ("0.0172", "1_000", "prices.csv:3: usd_h: `1_000` is not a number"),
        (",2,2.0,", ",0,2.0,", "prices.csv:3: vcpu: 0 must be finite and more than 0"),
        (",2,2.0,", ",2,-2.0,", "prices.csv:3: ram_gib: -2.0 must be finite and at least 0"),
        ("arm64", "mips", "prices.csv:3: arch: `mips` is not known; known are: arm64, x86_64"),
        (",0,1,0.0172", ",0,yes,0.0172", "prices.csv:3: burstable: `yes` is not known"),
        ("gcp,europe-north1", "gcp,", "prices.csv:4: region: is empty"),
        ("usd_h", "usd", "prices.csv:1: the header lacks usd_h, or price_h and currency"),
        ("sku,", "name,", "prices.csv:1: the header lacks the column sku"),
        ("sku,family", "sku,sku", "prices.csv:1: the header lacks the column family"),
        ("t4g.small", "m5.xlarge", "prices.csv:3: sku: aws/eu-north-1 m5.xlarge stands twice"),
        ("gcosts", 'gco"sts', "prices.csv:4: not CSV"),
    ],
)
def test_a_wrong_row_is_refused_by_line_and_column(old: str, new: str, said: str) -> None:
    if said.endswith("not CSV"):
        new = '"gco"sts'
    assert said in complaint(SMALL.replace(old, new, 1))


def test_a_file_cut_short_is_refused() -> None:
    assert "prices.csv:4: 9 fields" in complaint(SMALL[: SMALL.index("0.009222")].rstrip(","))
    assert "the file is probably cut short" in complaint(HEADER + "\n")
    assert "the file is empty" in complaint("")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_a_compressed_file_cut_short_or_damaged_is_refused(share: float) -> None:
    packed = gzip.compress(SMALL.encode())
    assert "cut short or damaged" in complaint(packed[: int(len(packed) * share)])
    broken = bytearray(packed)
    broken[-6] ^= 0xFF
    assert "cut short or damaged" in complaint(bytes(broken))


def test_a_file_that_is_not_utf8_is_refused_by_line() -> None:
    assert "prices.csv:3: not UTF-8" in complaint(
        SMALL.encode().replace(b"t4g.small", b"t4g.sm\xe5")
    )


def test_columns_cannot_be_written_to() -> None:
    read = offers(SMALL)
    for column in (read.price, read.vcpus, read.sku.codes, read.burstable):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 1


def test_a_shuffled_price_list_is_the_same_price_list(facts) -> None:
    some = facts.run.offers.taken(np.arange(0, len(facts.run.offers), 400))
    lines = gzip.decompress(write_offers(some)).decode().splitlines()
    body = lines[1:]
    random.Random(7).shuffle(body)
    assert read_offers("\n".join([lines[0], *body]).encode(), "x", {}).digest == some.digest


def test_every_source_of_the_bundled_offers_states_its_licence_and_mark(facts) -> None:
    text = '["a"]\ntitle = "A"\nmark = "published"\n'
    with pytest.raises(Refused, match=r"sources\.toml:1: a: needs title, licence and mark"):
        read_sources(text.encode(), "sources.toml")
    with pytest.raises(Refused, match=r"sources\.toml:4: a\.mark: `sure` is no mark"):
        read_sources(
            b'["a"]\ntitle = "A"\nlicence = "MIT"\nmark = "sure"\n',
            "sources.toml",
        )
